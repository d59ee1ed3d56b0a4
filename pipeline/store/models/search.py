"""The search index's own table: one row a document, tokens only.

The full-text index hangs on this table and not on the articles', because triggers are silently
lost when a later migration rebuilds the table they stand on.
"""

from typing import ClassVar

from django.db import models

from pipeline.store.models.article import ArticleRow


class SearchRow(models.Model):
    """One document: a collected article, or an item as an issue shows it."""

    article = models.OneToOneField(
        ArticleRow, on_delete=models.CASCADE, null=True, related_name="search"
    )  # null: an item of an issue
    week = models.CharField(max_length=8, blank=True)  # the issue; "" for an article
    key = models.CharField(max_length=32, blank=True)  # the story; "" for an article
    version = models.CharField(max_length=80)  # what was indexed; another value means stale
    title = models.TextField()
    body = models.TextField(blank=True)  # what an item shows; an article's text stays where it is
    source_id = models.CharField(max_length=64)
    dated_at = models.DateTimeField(db_index=True)
    districts = models.TextField(blank=True)  # |鄞州|海曙|
    themes = models.TextField(blank=True)
    members = models.TextField(blank=True)
    tokens = models.TextField()  # words separated by one space

    class Meta:
        db_table = "search_document"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["week", "key"],
                condition=models.Q(article=None),
                name="search_item_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
