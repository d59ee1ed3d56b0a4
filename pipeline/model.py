"""The values that travel between the stages: source → article → story → issue → edition → delivery.

Frozen, slotted dataclasses and string enums, nothing else: no I/O, no clock, no defaults that
change. Datetimes are aware (UTC in the store, Asia/Shanghai before people's eyes). ``None`` means
*unknown*, and the comment at the field says so. Offsets count characters (code points).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, ClassVar

DISTRICTS: tuple[str, ...] = ("海曙", "鄞州", "江北", "镇海", "北仑", "奉化")
"""The six districts of the alliance, in the order people list them."""

OUTER_DISTRICTS: tuple[str, ...] = ("余姚", "慈溪", "宁海", "象山", "高新区", "东钱湖")
"""Tagged too, but outside the alliance's six."""


class SourceKind(StrEnum):
    """What a source is made of."""

    FEED = "feed"  # RSS, Atom, JSON Feed, sitemap
    PAGE = "page"  # a list page with links to articles
    PAPER = "paper"  # a newspaper's digital edition: day → pages → articles
    FILE = "file"  # a file or folder beside feeds.yaml


DESK_SOURCE = "desk"
"""The source of what editors write at the desk; no entry of feeds.yaml has this id."""
DESK_NAME = "编辑部"
"""Its name for readers."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article, as its source shows it."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""  # "" when the source names nobody
    width: int | None = None  # pixels; None: not stated
    height: int | None = None
    # The point to keep when cropped, as shares of both; of older issues: nothing crops any more.
    focus_x: float = 0.5
    focus_y: float = 0.5


@dataclass(frozen=True, slots=True)
class Article:
    """One page of one source."""

    source_id: str
    url: str  # where it was fetched; for files a file: URL relative to feeds.yaml
    canonical_url: str  # without tracking parameters; unique within the source
    title: str
    text: str  # plain text, paragraphs separated by one newline
    fetched_at: datetime
    content_hash: str  # SHA-256 of title and text: changes when the source corrects the article
    html: str = ""  # sanitised body; "" when the source gave only text
    images: tuple[Image, ...] = ()
    published: datetime | None = None  # None: neither feed nor page says
    author: str | None = None
    editor: str | None = None  # the source's 编辑
    origin: str | None = None  # 来源: the paper that wrote it, when the source reprints
    summary: str = ""  # the source's own summary, "" when it has none
    page: str | None = None  # page of the paper (A07), digital editions only
    column: str | None = None  # column or channel the source filed it under
    id: int | None = None  # the store's key; None before it is stored


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a tag was given: a rule fired on this stretch of this field."""

    target: str  # "district:鄞州", "theme:数字赋能", "community:东兴社区" … ("for" in JSON)
    rule: str
    surface: str  # exactly field_text[start:end]
    field: str  # "title" or "text"
    start: int
    end: int
    weight: float = 0.0  # what it added to the tag's score


@dataclass(frozen=True, slots=True)
class Community:
    """A community or village that a text names."""

    name: str  # full short name, Simplified: 东兴社区
    district: str | None  # None: cannot be told
    street: str | None
    member: bool  # a registered member unit of the alliance
    field: str
    start: int  # the first mention
    end: int


# When the last of several days ends, with hours but without one of closing.
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Event:
    """Something announced that will take place."""

    title: str
    start: datetime  # aware, Asia/Shanghai
    end: datetime | None  # None: not announced; at `LAST_MINUTE`: the last day, no hour
    place: str  # "" when not announced
    all_day: bool = False  # no time of day was announced


@dataclass(frozen=True, slots=True)
class Tagging:
    """What the tagger says of one article, every word of it with its evidence."""

    districts: tuple[str, ...] = ()  # short names, by weight
    communities: tuple[Community, ...] = ()
    themes: tuple[str, ...] = ()  # by weight
    keywords: tuple[str, ...] = ()
    summary: str = ""
    events: tuple[Event, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMember:
    """One article's place in a story."""

    article: Article
    score: float  # 1.0: the lead; else how much of it stands in the lead; 0: editors put it here


@dataclass(frozen=True, slots=True)
class Story:
    """The same news told by one or several sources."""

    key: str  # stable: the store's key of the earliest article
    lead: Article
    tagging: Tagging
    members: tuple[StoryMember, ...] = ()  # the lead first

    @property
    def sources(self) -> frozenset[str]:
        """Return the sources that carry it: one that has it in two texts is one."""
        return frozenset(one.article.source_id for one in self.members)

    @property
    def keys(self) -> frozenset[str]:
        """Return every key under which it may have been known, as one or as several stories.

        A story that grows by an earlier article is called after that one from then on.
        """
        return frozenset([self.key, *(str(one.article.id) for one in self.members)])


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of a story's score, in the editors' language."""

    name: str  # freshness, member, fairness …
    points: float
    note: str  # Chinese, shown at the desk: "奉化已3周未见报"


@dataclass(frozen=True, slots=True)
class Item:
    """A story as it stands in an issue. Editors change items, never articles."""

    key: str  # the story's key
    title: str  # as shown
    summary: str  # as shown
    original_title: str
    url: str
    source_id: str
    source_name: str  # the outlet named beneath the item
    published: datetime | None  # None: the source gives no date
    districts: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    communities: tuple[Community, ...] = ()
    origin: str | None = None  # 来源, when it is a reprint
    author: str | None = None
    editor: str | None = None
    image: Image | None = None
    also_in: tuple[str, ...] = ()  # names of the other outlets that carry it
    why: str = ""  # 为何重要: only for the lead story
    events: tuple[Event, ...] = ()
    details: dict[str, str] = field(default_factory=dict)  # case card: 背景 做法 成效 …
    reasons: tuple[Reason, ...] = ()
    text: str = ""  # the article's text, so that proofreading sees what the editor signs
    own: bool = False  # a member unit's own submission: no outside source to name


class SectionKind(StrEnum):
    """The sections of an issue, in the order of the mail."""

    LEAD = "lead"  # 头条
    DISTRICTS = "districts"  # 各区动态
    CASES = "cases"  # 取经
    EXCHANGE = "exchange"  # 资源对接
    EVENTS = "events"  # 活动预告
    ECHO = "echo"  # 回音
    HONOURS = "honours"  # 荣誉榜
    FIGURES = "figures"  # 数字看联盟
    CORRECTIONS = "corrections"  # 勘误


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of an issue with what stands below it."""

    kind: SectionKind
    title: str
    items: tuple[Item, ...] = ()
    note: str = ""


class IssueStatus(StrEnum):
    """Where an issue is on its way."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Issue:
    """One week's number, as data."""

    week: str  # 2026-W47
    number: int  # 期号; 0 is the trial issue
    subject: str
    preheader: str
    publishes_at: datetime
    starts: datetime  # what it covers: starts <= published < ends
    ends: datetime
    sections: tuple[Section, ...] = ()
    intro: str = ""
    status: IssueStatus = IssueStatus.DRAFT

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item once, in reading order."""
        seen: dict[str, Item] = {}
        for section in self.sections:
            for item in section.items:
                seen.setdefault(item.key, item)
        return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader wants in full. Without districts and themes: everything."""

    districts: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()  # SectionKinds whose every item is in full besides

    @property
    def key(self) -> str:
        """A stable name, equal where the mail is: ``all``, ``海曙+鄞州|非遗``, ``海曙||cases``."""
        if not self.districts and not self.themes:
            return "all"
        parts = [self.districts, self.themes, self.sections][: 3 if self.sections else 2]
        return "|".join("+".join(sorted(part)) for part in parts)


@dataclass(frozen=True, slots=True)
class Edition:
    """One rendering of an issue for one set of preferences."""

    id: str  # deterministic: the same content gives the same id and the same bytes
    week: str
    preferences: Preferences
    subject: str
    html: str  # styles inlined; personal parts stand as __TOKENS__
    text: str


class DeliveryStatus(StrEnum):
    """The one state a delivery is in."""

    PENDING = "pending"
    SENDING = "sending"  # committed before the final dot
    UNCERTAIN = "uncertain"  # the process died between the dot and the answer
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One edition to one subscriber; unique on (issue, subscriber)."""

    email: str
    status: DeliveryStatus
    edition: str
    attempts: int
    message_id: str  # stable over retries
    reply: str  # the receiver's last words, "" before any
    at: datetime | None  # of the last change; None while pending


class FetchCause(StrEnum):
    """Why a source could not be read, as far as it decides what is to be done."""

    UNREACHABLE = "unreachable"  # no answer, or none that is HTTP; of its robots.txt too
    GONE = "gone"  # 404, 410
    CLOSED = "closed"  # the server refuses: 401, 403 and their like
    BUSY = "busy"  # the server asks to come back later
    BROKEN = "broken"  # the server's own fault: 5xx, or a 304 that nobody asked for
    CUT = "cut"  # the answer broke off before its end
    ROBOTS = "robots"  # robots.txt forbids it
    ADDRESS = "address"  # no address that sources may stand in
    LARGE = "large"
    BROWSER = "browser"  # a script stands where the page was expected
    LAYOUT = "layout"  # what used to stand there is not found
    FORM = "form"  # no feed, no page, no article that can be understood
    FILE = "file"  # a file or folder that cannot be read
    DATABASE = "database"  # it gave what the database refuses
    FAULT = "fault"  # of this program


class Level(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # blocks approval
    WARNING = "warning"  # needs a reason when waived


@dataclass(frozen=True, slots=True)
class Finding:
    """What proofreading says about one stretch of an issue."""

    rule: str
    level: Level
    message: str  # Chinese; says what to do
    item: str | None  # the item's key; None: the issue as a whole
    field: str  # title, summary, text, subject … "" for the whole
    start: int
    end: int
    surface: str = ""
    suggestion: str | None = None  # None: no safe replacement
    content: str = ""  # what it was judged on, its sentence or picture: a waiver holds for no other


class LinkState(StrEnum):
    """What asking for a link came to."""

    OPEN = "open"
    GONE = "gone"  # the server says that there is no such page
    UNREACHABLE = "unreachable"  # no answer, or one that may heal


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """The last time that a link was asked for."""

    url: str
    at: datetime
    state: LinkState
    reason: str = ""  # Chinese, a few words, or the status; "" when it opened


class ReviewStep(StrEnum):
    """三审: the three reviews, in order."""

    FIRST = "first"  # 一审 责任编辑
    SECOND = "second"  # 二审 部门主任
    FINAL = "final"  # 三审 总编


@dataclass(frozen=True, slots=True)
class Signature:
    """A reviewer's sign-off on a content hash."""

    step: ReviewStep
    user: str
    content_hash: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A configured feed, list page, paper or file. See docs/sources.md for every key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    id: str
    name: str
    kind: SourceKind
    url: str
    enabled: bool = True
    home: str | None = None  # home district; None: the whole city
    outlet: str | None = None  # name shown beneath items; None: `name`
    own: bool = False  # the alliance's or a member's own texts
    list: str | None = None  # CSS selector of one entry of the list; None: learnt or by family
    link: str | None = None  # within an entry
    title: str | None = None
    date: str | None = None
    next: str | None = None  # link to the next list page
    body: str | None = None  # CSS selector of an article page's body
    drop: tuple[str, ...] = ()  # CSS selectors to take out of the body
    author: str | None = None
    origin: str | None = None
    pages: int = 1  # list pages to follow at the most
    days: int = 1  # editions of a paper whose address holds a date
    full_text: bool = True  # fetch the article page when the feed carries only a summary
    encoding: str | None = None  # overrides every label when a site lies
    max_items: int = 200
    note: str = ""  # for people
