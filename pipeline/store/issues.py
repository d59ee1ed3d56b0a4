"""Issues and their revisions: only ever added to.

A revision that reads otherwise than the one before voids every signature, whoever made it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast, Coalesce

from pipeline import issue_json
from pipeline.calendar import SHANGHAI
from pipeline.errors import IssueNotFoundError, RefusedError, StaleEditError
from pipeline.model import Issue, IssueStatus
from pipeline.store import audit
from pipeline.store.models import IssueItemRow, IssueRevisionRow, IssueRow

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Item


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
    draft state, the editor's revision stays and is returned.
    """
    with transaction.atomic():
        IssueRow.objects.get_or_create(
            week=issue.week,
            defaults={
                "number": issue.number,
                "publishes_at": issue.publishes_at,
                "starts": issue.starts,
                "ends": issue.ends,
                "created_at": at,
            },
        )
        row = get_locked(issue.week)  # an editor may be saving
        current = row.revisions.order_by("-n").first()
        if current and (current.author or row.status != IssueStatus.DRAFT):
            return to_revision(row, current)
        return _add(row, current, issue, author="", at=at, note="")


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


def list_used_keys(except_week: str) -> frozenset[str]:
    """Return the keys of all stories that stand in the issues of other weeks."""
    rows = IssueItemRow.objects.exclude(issue__week=except_week)
    return frozenset(rows.values_list("key", flat=True))


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
