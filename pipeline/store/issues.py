"""Issues and their revisions: only ever added to.

A revision that reads otherwise than the one before voids every signature, whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Coalesce

from pipeline import issue_json
from pipeline.calendar import SHANGHAI
from pipeline.errors import IssueNotFoundError, RefusedError, StaleEditError
from pipeline.model import Issue, IssueStatus
from pipeline.store import audit
from pipeline.store.models import IssueItemRow, IssueRevisionRow, IssueRow, SearchRow

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Item


_PLACE = ("publishes_at", "number", "starts", "ends")  # an issue's place in time
_OPEN = (IssueStatus.DRAFT, IssueStatus.REVIEW)
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


def save_draft(issue: Issue, at: datetime) -> Revision:
    """Store the pipeline's draft and return the revision that now counts.

    The same content adds nothing. Once an editor has changed the issue, or it has left the
    draft state, the editor's revision stays and is returned, with the weeks, the number and the
    time that the calendar gives it now. Drafts of weeks that it takes in stand no more.
    """
    with transaction.atomic():
        place = {name: getattr(issue, name) for name in _PLACE}
        IssueRow.every.get_or_create(week=issue.week, defaults={**place, "created_at": at})
        row = IssueRow.every.select_for_update().get(week=issue.week)  # an editor may be saving
        was_merged = bool(row.merged_into)
        _move(row, issue, at)
        current = row.revisions.order_by("-n").first()
        if current and (current.author or row.status != IssueStatus.DRAFT):
            made = _follow(row, current, issue, at)
        else:
            made = _add(row, current, issue, author="", at=at, note="")
        if was_merged:
            _place(row, made.issue)
        return made


def add_revision(
    issue: Issue, *, author: str, expected: int, at: datetime, note: str = ""
) -> Revision:
    """Store an editor's version on top of revision ``expected``.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        StaleEditError: somebody saved in between.
        RefusedError: the issue has left the desk.
    """
    with transaction.atomic():
        row = get_locked(issue.week)
        current = row.revisions.order_by("-n").first()
        if row.status not in {IssueStatus.DRAFT, IssueStatus.REVIEW}:
            raise RefusedError("%(week)s已签发或已发送，不能再改；要改请先退回。", week=issue.week)
        if current is None or current.n != expected:
            raise StaleEditError(
                "%(week)s在您打开之后又有人改过，请对照新稿再存。", week=issue.week
            )
        made = _add(row, current, issue, author=author, at=at, note=note)
        if made.n != current.n:
            audit.add_entry(
                "save", user=author, at=at, week=issue.week,
                payload={"revision": made.n, "content_hash": made.content_hash, "note": note},
            )  # fmt: skip
        return made


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


def list_used_keys(except_week: str, now: datetime) -> frozenset[str]:
    """Return the keys of all stories that stand in the issues of other weeks.

    A draft that nobody signed for days after its time keeps none from the others.
    """
    rows = IssueItemRow.objects.exclude(issue__week=except_week)
    dead = Q(issue__status__in=_OPEN, issue__publishes_at__lt=now - GIVEN_UP)
    return frozenset(rows.exclude(dead).values_list("key", flat=True))


def list_standing() -> list[Standing]:
    """Return the issues that three have signed, latest last."""
    rows = IssueRow.objects.exclude(status__in=_OPEN).order_by("week")
    names = ("week", "number", "status", "starts", "ends", "publishes_at")
    return [Standing(*row) for row in rows.values_list(*names)]


def list_edited_items(week: str, starts: datetime, ends: datetime) -> dict[str, Item]:
    """Return, by key, what editors made of stories in drafts that the week's issue takes in."""
    rows = IssueRow.every.filter(starts__gte=starts, ends__lte=ends, status__in=_OPEN)
    found: dict[str, Item] = {}
    for row in rows.exclude(week=week).order_by("week"):
        current = row.revisions.order_by("-n").first()
        if current and current.author:
            found |= {item.key: item for item in to_revision(row, current).issue.items}
    return found


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


def _move(row: IssueRow, issue: Issue, at: datetime) -> None:
    """Give the row the place in time that its issue has now; who signed keeps all but the time."""
    if row.status in _OPEN:
        changed = [name for name in _PLACE if getattr(row, name) != getattr(issue, name)]
        row.merged_into = ""
        _take_in(row, issue, at)
    elif row.status == IssueStatus.APPROVED:
        changed = ["publishes_at"]
    else:
        return
    for name in changed:
        setattr(row, name, getattr(issue, name))
    row.save(update_fields=["merged_into", *changed])


def _take_in(row: IssueRow, issue: Issue, at: datetime) -> None:
    """Let the drafts of the weeks that the issue covers besides its own stand no more."""
    others = IssueRow.objects.filter(starts__gte=issue.starts, ends__lte=issue.ends)
    for other in others.filter(status__in=_OPEN).exclude(pk=row.pk):
        void_signatures(other, f"merged:{row.week}", at)
        other.placed.all().delete()
        SearchRow.objects.filter(article=None, week=other.week).delete()
        other.status, other.merged_into = IssueStatus.DRAFT, row.week
        other.save(update_fields=["status", "merged_into"])
        audit.add_entry("merge-week", user="", at=at, week=other.week, payload={"into": row.week})


def _follow(row: IssueRow, current: IssueRevisionRow, issue: Issue, at: datetime) -> Revision:
    """Return the editors' version, which bears the number and the days it has now.

    A time that moves voids no signature: the day printed is told from the row (decision 104).
    """
    kept = to_revision(row, current)
    names = _PLACE if row.status == IssueStatus.DRAFT else _PLACE[1:]
    place = {name: getattr(issue, name) for name in names}
    if row.status not in _OPEN or all(getattr(kept.issue, one) == place[one] for one in place):
        return kept
    before, now = f"第{kept.issue.number}期", f"第{issue.number}期"
    moved = replace(kept.issue, subject=kept.issue.subject.replace(before, now), **place)
    note = "节假日安排有变，期号、收录和出刊日期随之更新"
    return _add(row, current, moved, author=current.author, at=at, note=note)


def _add(
    row: IssueRow,
    current: IssueRevisionRow | None,
    issue: Issue,
    *,
    author: str,
    at: datetime,
    note: str,
) -> Revision:
    payload = issue_json.to_json(issue)
    digest = issue_json.content_hash(issue)
    if current and current.content_hash == digest and current.payload == payload:
        return to_revision(row, current)
    made = IssueRevisionRow.objects.create(
        issue=row,
        n=current.n + 1 if current else 1,
        author=author,
        made_at=at,
        payload=payload,
        content_hash=digest,
        note=note,
    )
    if current and current.content_hash != digest:
        void_signatures(row, f"changed:{made.n}", at)
        row.status = IssueStatus.DRAFT
        row.save(update_fields=["status"])
    _place(row, issue)
    return to_revision(row, made)


def _place(row: IssueRow, issue: Issue) -> None:
    """Write down which stories stand in the issue now."""
    row.placed.all().delete()
    placed = [(section.kind, item) for section in issue.sections for item in section.items]
    IssueItemRow.objects.bulk_create(
        IssueItemRow(
            issue=row,
            key=item.key,
            position=position,
            section=kind,
            title=item.title,
            source_id=item.source_id,
            districts=list(item.districts),
            members=[unit.name for unit in item.communities if unit.member],
        )
        for position, (kind, item) in enumerate(placed)
    )


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
