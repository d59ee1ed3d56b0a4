"""Issues and their revisions as they stand; `drafts` has how they come to be and change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, TextField
from django.db.models.functions import Cast, Coalesce

from pipeline import issue_json
from pipeline.calendar import SHANGHAI
from pipeline.errors import IssueNotFoundError
from pipeline.model import Issue, IssueStatus
from pipeline.store.models import IssueItemRow, IssueRevisionRow, IssueRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from pipeline.model import Item


OPEN = (IssueStatus.DRAFT, IssueStatus.REVIEW)
GIVEN_UP = timedelta(days=5)  # after its time nobody is expected to sign a draft


@dataclass(frozen=True, slots=True)
class Standing:
    """What an issue that three have signed keeps, whatever becomes of the calendar."""

    week: str
    number: int
    status: str
    starts: datetime
    ends: datetime
    publishes_at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """The issue as it stood at one moment."""

    issue: Issue
    n: int
    author: str  # "": the pipeline
    made_at: datetime
    content_hash: str
    goes_out: datetime  # as 总编 scheduled it, else when it is to appear
    note: str = ""  # what the author did, in Chinese; "" for the pipeline


def get_revision(week: str, n: int | None = None) -> Revision:
    """Return the issue of a week as it stands now, or as it stood at revision ``n``.

    Raises:
        IssueNotFoundError: no draft of that week was ever made, or it has no such revision.
    """
    row = get_row(week)
    found = row.revisions.order_by("-n")
    current = (found.filter(n=n) if n is not None else found).first()
    if current is None:
        which = f"revision {n}" if n is not None else "draft"
        raise IssueNotFoundError(f"there is no {which} of {week}; make one: run --week {week}")
    return to_revision(row, current)


def find_versions(week: str, key: str) -> tuple[Item, Item] | None:
    """Return a story's item as it first stood in the week's issue, and as it last did.

    None where it never stood there.
    """
    rows = (
        IssueRevisionRow.objects.filter(issue__week=week)
        .annotate(text=Cast("payload", TextField()))  # a key is told without reading every payload
        .filter(text__contains=f'"key": "{key}"')
        .select_related("issue")
    )
    found = []
    for order in ("n", "-n"):
        row = rows.order_by(order).first()
        items = to_revision(row.issue, row).issue.items if row else ()
        found += [item for item in items if item.key == key]
    return (found[0], found[-1]) if found else None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an issue's history."""

    n: int
    author: str
    made_at: datetime
    content_hash: str
    note: str


def list_steps(week: str, limit: int = 100) -> list[Step]:
    """Return the latest revisions of an issue, newest first, without their content."""
    rows = IssueRevisionRow.objects.filter(issue__week=week).order_by("-n")
    names = ("n", "author", "made_at", "content_hash", "note")
    return [Step(*row) for row in rows.values_list(*names)[:limit]]


def list_used_keys(
    except_week: str, now: datetime, span: tuple[datetime, datetime] | None = None
) -> frozenset[str]:
    """Return the keys of all stories that stand in the issues of other weeks.

    A draft that nobody signed for days after its time keeps none from the others, nor does one
    whose days lie within ``span``, for an issue that takes it in.
    """
    return frozenset(_list_used(except_week, now, span).values_list("key", flat=True))


def find_used(week: str, keys: Collection[str], now: datetime) -> tuple[str, str] | None:
    """Return (title, week) of one of these stories that stands in another issue; None for none."""
    rows = _list_used(week, now).filter(key__in=keys).order_by("pk")
    return rows.values_list("title", "issue__week").first()


def _list_used(
    except_week: str, now: datetime, span: tuple[datetime, datetime] | None = None
) -> QuerySet[IssueItemRow]:
    rows = IssueItemRow.objects.exclude(issue__week=except_week)
    dead = Q(issue__publishes_at__lt=now - GIVEN_UP)
    if span:
        dead |= Q(issue__starts__gte=span[0], issue__ends__lte=span[1])
    return rows.exclude(dead, issue__status__in=OPEN)


def list_standing() -> list[Standing]:
    """Return the issues that three have signed, latest last."""
    rows = IssueRow.objects.exclude(status__in=OPEN).order_by("week")
    names = ("week", "number", "status", "starts", "ends", "publishes_at")
    return [Standing(*row) for row in rows.values_list(*names)]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What editors made of a draft that another issue takes in."""

    issue: Issue  # as they left it
    drafted: Issue  # as the pipeline had made it last
    is_new: bool  # the other issue has not taken it in yet


def list_taken_in(week: str, starts: datetime, ends: datetime) -> list[TakenIn]:
    """Return the drafts that editors changed, of weeks that the week's issue covers besides."""
    rows = IssueRow.every.filter(starts__gte=starts, ends__lte=ends, status__in=OPEN)
    found = []
    for row in rows.exclude(week=week).order_by("week"):
        current = row.revisions.order_by("-n").first()
        edited = row.revisions.exclude(author="").order_by("n").first()
        if current and edited:
            made = row.revisions.filter(n__lt=edited.n).order_by("-n").first() or current
            last, first = to_revision(row, current).issue, to_revision(row, made).issue
            found.append(TakenIn(last, first, row.merged_into != week))
    return found


def was_edited(week: str) -> bool:
    """Say whether an editor has changed the issue of a week."""
    return IssueRevisionRow.objects.filter(issue__week=week).exclude(author="").exists()


def get_merged_into(week: str) -> str:
    """Return the week whose issue has taken that week's draft in; "" when none has."""
    row = IssueRow.every.filter(week=week).first()
    return row.merged_into if row else ""


def list_merged(week: str) -> list[str]:
    """Return the weeks whose drafts the issue of ``week`` has taken in."""
    rows = IssueRow.every.filter(merged_into=week).order_by("week")
    return list(rows.values_list("week", flat=True))


def list_published() -> list[Issue]:
    """Return the issues of which mail has gone out, latest first, as they went (`to_printed`)."""
    rows = IssueRow.objects.exclude(published_at=None)
    found = []
    for row in rows.order_by("-week"):
        current = row.revisions.order_by("-n").first()
        if current:
            found.append(to_printed(row, to_revision(row, current).issue))
    return found


def get_printed(week: str) -> Issue:
    """Return the issue of a week as it goes out: with the day that `to_printed` gives it.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    return to_printed(get_row(week), get_revision(week).issue)


def to_printed(row: IssueRow, issue: Issue) -> Issue:
    """Return the issue with the moment it goes out as its date, never one after it went.

    The content that is signed keeps the calendar's time (decision 104).
    """
    moment = row.send_at or row.publishes_at
    if row.published_at and row.published_at < moment:
        moment = row.published_at
    if moment == issue.publishes_at:
        return issue
    return replace(issue, publishes_at=moment.astimezone(SHANGHAI).replace(microsecond=0))


def is_published(week: str) -> bool:
    """Say whether mail of the issue has gone out."""
    return IssueRow.objects.filter(week=week, published_at__isnull=False).exists()


def list_issues() -> list[tuple[str, int, str, datetime]]:
    """Return (week, number, status, when it goes out) of every issue, latest first."""
    rows = IssueRow.objects.order_by("-week")
    goes_out = Coalesce("send_at", "publishes_at")
    return list(rows.values_list("week", "number", "status", goes_out))


def get_row(week: str) -> IssueRow:
    """Return the issue's row. For the store's own modules.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    try:
        return IssueRow.objects.get(week=week)
    except IssueRow.DoesNotExist:
        raise IssueNotFoundError(
            f"there is no draft of {week}; make one: run --week {week}"
        ) from None


def list_spans() -> list[tuple[str, datetime, datetime]]:
    """Return (week, starts, ends) of every issue, latest first."""
    rows = IssueRow.objects.order_by("-week")
    return list(rows.values_list("week", "starts", "ends"))


def get_locked(week: str) -> IssueRow:
    """Return the issue's row, held until the transaction ends. For the store's own modules.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    # SQLite ignores the lock; there BEGIN IMMEDIATE has already made us the only writer.
    row = IssueRow.objects.select_for_update().filter(week=week).first()
    return row or get_row(week)


def void_signatures(row: IssueRow, reason: str, at: datetime) -> int:
    """Void every signature that counts; return how many. For the store's own modules.

    ``reason`` is ``changed:<revision>`` or ``sent-back:<user>:<reason>``.
    """
    return row.signatures.filter(voided_at=None).update(voided_at=at, void_reason=reason)


def to_revision(row: IssueRow, revision: IssueRevisionRow) -> Revision:
    """Return a stored revision as a value. For the store's own modules."""
    return Revision(
        issue=issue_json.from_json(revision.payload | {"status": row.status}),
        n=revision.n,
        author=revision.author,
        made_at=revision.made_at,
        content_hash=revision.content_hash,
        goes_out=row.send_at or row.publishes_at,
        note=revision.note,
    )
