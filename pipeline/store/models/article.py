"""Articles as collected, and what the tagger said of them."""

from typing import ClassVar

from django.db import models


class ArticleRow(models.Model):
    """One page of one source. Only collecting writes here; editors change items of an issue."""

    source_id = models.CharField(max_length=64)
    url = models.TextField()
    canonical_url = models.TextField()
    title = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    images = models.JSONField(default=list)
    published = models.DateTimeField(null=True)  # null: the source gives no date
    # published, or fetched_at where that is null: places the article in a week.
    dated_at = models.DateTimeField(db_index=True)
    author = models.TextField(null=True)  # noqa: DJ001 - null is unknown, "" would claim nobody
    editor = models.TextField(null=True)  # noqa: DJ001 - as above
    origin = models.TextField(null=True)  # noqa: DJ001 - as above
    summary = models.TextField(blank=True)  # the source's own
    page = models.CharField(max_length=32, null=True)  # noqa: DJ001 - null: not a paper
    column = models.TextField(null=True)  # noqa: DJ001 - null: not filed under any
    fetched_at = models.DateTimeField()  # when first seen
    content_hash = models.CharField(max_length=64, db_index=True)

    class Meta:
        db_table = "article"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_id", "canonical_url"], name="article_once"),
        ]

    def __str__(self) -> str:
        return self.title


class TaggingRow(models.Model):
    """The tagger's word on one version of one article."""

    article = models.OneToOneField(
        ArticleRow, on_delete=models.CASCADE, primary_key=True, related_name="tagging"
    )
    content_hash = models.CharField(max_length=64)  # the version that was tagged
    payload = models.JSONField()
    tagged_at = models.DateTimeField()

    class Meta:
        db_table = "tagging"

    def __str__(self) -> str:
        return f"tagging of article {self.article_id}"
