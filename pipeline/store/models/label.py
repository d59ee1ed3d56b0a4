"""What editors corrected: lessons for the tagger, and stories set aside."""

from typing import ClassVar

from django.db import models

from pipeline.store.models.article import ArticleRow


class LabelRow(models.Model):
    """One correction of an article's tags. The latest of a kind counts."""

    article = models.ForeignKey(ArticleRow, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=16)  # districts themes
    before = models.JSONField()
    after = models.JSONField()
    user = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "label"

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind}"


class SameStoryRow(models.Model):
    """An editor's word on two articles: the same news, or not. Grouping obeys it."""

    one = models.ForeignKey(ArticleRow, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(ArticleRow, on_delete=models.CASCADE, related_name="+")
    same = models.BooleanField()
    user = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "same_story"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="same_story_once"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id} {self.same}"


class AsideRow(models.Model):
    """A story that an editor held for a later week or dropped for good."""

    # Not a foreign key: regrouping may delete the story's row and make it again.
    key = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=8)  # held dropped
    week = models.CharField(max_length=8)  # in which week's work it was decided
    reason = models.TextField(blank=True)
    user = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "aside"

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"
