"""Tables, one noun a module."""

from pipeline.store.models.article import ArticleRow, TaggingRow
from pipeline.store.models.issue import IssueRevisionRow, IssueRow
from pipeline.store.models.run import RunRow
from pipeline.store.models.source import FetchRow, SourceStateRow
from pipeline.store.models.story import StoryArticleRow, StoryRow
from pipeline.store.models.subscriber import SubscriberRow, SuppressionRow

__all__ = [
    "ArticleRow",
    "FetchRow",
    "IssueRevisionRow",
    "IssueRow",
    "RunRow",
    "SourceStateRow",
    "StoryArticleRow",
    "StoryRow",
    "SubscriberRow",
    "SuppressionRow",
    "TaggingRow",
]
