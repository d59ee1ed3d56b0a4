"""Tables, one noun a module."""

from pipeline.store.models.article import ArticleRow, TaggingRow
from pipeline.store.models.issue import IssueRevisionRow, IssueRow
from pipeline.store.models.run import RunRow
from pipeline.store.models.source import FetchRow, SourceStateRow
from pipeline.store.models.story import StoryArticleRow, StoryRow
from pipeline.store.models.subscriber import (
    ConfirmationRow,
    ConsentRow,
    LimitRow,
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberChangeRow,
    SubscriberRow,
    SuppressionRow,
    WordingRow,
)

__all__ = [
    "ArticleRow",
    "ConfirmationRow",
    "ConsentRow",
    "FetchRow",
    "IssueRevisionRow",
    "IssueRow",
    "LimitRow",
    "OutgoingMailRow",
    "ReaderRequestRow",
    "RunRow",
    "SourceStateRow",
    "StoryArticleRow",
    "StoryRow",
    "SubscriberChangeRow",
    "SubscriberRow",
    "SuppressionRow",
    "TaggingRow",
    "WordingRow",
]
