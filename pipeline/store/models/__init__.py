"""Tables, one noun a module."""

from pipeline.store.models.article import ArticleRow, TaggingRow
from pipeline.store.models.audit import AuditRow
from pipeline.store.models.count import LetterCountRow
from pipeline.store.models.delivery import BounceRow, DeliveryRow
from pipeline.store.models.issue import IssueItemRow, IssueRevisionRow, IssueRow
from pipeline.store.models.label import AsideRow, LabelRow, SameStoryRow
from pipeline.store.models.link import LinkCheckRow
from pipeline.store.models.receiver import ReceiverRow
from pipeline.store.models.review import DraftFieldsRow, SendBackRow, SignatureRow, WaiverRow
from pipeline.store.models.run import RunRow
from pipeline.store.models.search import SearchRow
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
    "AsideRow",
    "AuditRow",
    "BounceRow",
    "ConfirmationRow",
    "ConsentRow",
    "DeliveryRow",
    "DraftFieldsRow",
    "FetchRow",
    "IssueItemRow",
    "IssueRevisionRow",
    "IssueRow",
    "LabelRow",
    "LetterCountRow",
    "LimitRow",
    "LinkCheckRow",
    "OutgoingMailRow",
    "ReaderRequestRow",
    "ReceiverRow",
    "RunRow",
    "SameStoryRow",
    "SearchRow",
    "SendBackRow",
    "SignatureRow",
    "SourceStateRow",
    "StoryArticleRow",
    "StoryRow",
    "SubscriberChangeRow",
    "SubscriberRow",
    "SuppressionRow",
    "TaggingRow",
    "WaiverRow",
    "WordingRow",
]
