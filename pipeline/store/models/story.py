"""Stories: the same news told by several sources."""

from django.db import models

from pipeline.store.models.article import ArticleRow


class StoryRow(models.Model):
    """A group of reprints. Its key is the store's key of its earliest article, so it stays."""

    key = models.CharField(max_length=32, primary_key=True)
    lead = models.ForeignKey(ArticleRow, on_delete=models.CASCADE, related_name="leads")

    class Meta:
        db_table = "story"

    def __str__(self) -> str:
        return self.key


class StoryArticleRow(models.Model):
    """An article belongs to exactly one story."""

    story = models.ForeignKey(StoryRow, on_delete=models.CASCADE, related_name="members")
    article = models.OneToOneField(ArticleRow, on_delete=models.CASCADE, related_name="story_place")
    score = models.FloatField()  # how much of it stands in the lead, 0 to 1

    class Meta:
        db_table = "story_article"

    def __str__(self) -> str:
        return f"{self.article_id} in {self.story_id}"
