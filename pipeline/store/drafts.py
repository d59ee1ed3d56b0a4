"""How an issue comes to be and changes: the pipeline's drafts, the editors' versions.

A draft follows the calendar until its issue is signed, and may be merged into a later one
(decision 106). A version that reads otherwise than the one before voids every signature. What this
module never does: change or delete a revision.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline import issue_json
from pipeline.errors import RefusedError, StaleEditError
from pipeline.model import IssueStatus
from pipeline.store import audit
from pipeline.store.issues import OPEN, get_locked, to_revision, void_signatures, was_edited
from pipeline.store.models import IssueItemRow, IssueRevisionRow, IssueRow, SearchRow

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Issue
    from pipeline.store.issues import Revision

_PLACE = ("publishes_at", "number", "starts", "ends")  # an issue's place in time


def save_draft(issue: Issue, at: datetime, note: str = "") -> Revision:
    """Store the pipeline's draft and return the revision that now counts.

    The same content adds nothing. Once an editor has changed the issue, or it has left the
    draft state, the editor's revision stays and is returned, with the weeks, the number and the
    time that the calendar gives it now. Drafts of weeks that it takes in stand no more. ``note``
    says in the history what was done, in Chinese.
    """
    with transaction.atomic():
        place = {name: getattr(issue, name) for name in _PLACE}
        IssueRow.every.get_or_create(week=issue.week, defaults={**place, "created_at": at})
        row = IssueRow.every.select_for_update().get(week=issue.week)  # an editor may be saving
        was_merged = bool(row.merged_into)
        _move(row, issue, at)
        current = row.revisions.order_by("-n").first()
        if current and (was_edited(row.week) or row.status != IssueStatus.DRAFT):
            made = _follow(row, current, issue, at)
        else:
            made = _add(row, current, issue, author="", at=at, note=note)
        if was_merged:
            _place(row, made.issue)
        return made


def add_revision(
    issue: Issue, *, author: str, expected: int, at: datetime, note: str = ""
) -> Revision:
    """Store an editor's version on top of revision ``expected``; ``author`` "": the pipeline's.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        StaleEditError: somebody saved in between.
        RefusedError: the issue has left the desk.
    """
    with transaction.atomic():
        row = get_locked(issue.week)
        current = row.revisions.order_by("-n").first()
        if row.status not in OPEN:
            raise RefusedError("%(week)s已签发或已发送，不能再改；要改请先退回。", week=issue.week)
        if current is None or current.n != expected:
            raise StaleEditError(
                "%(week)s在您打开之后又有人改过，请对照新稿再存。", week=issue.week
            )
        made = _add(row, current, issue, author=author, at=at, note=note)
        if made.n != current.n:
            _tell_saved(row, made, at)
        return made


def set_time(week: str, publishes_at: datetime) -> bool:
    """Give a signed issue another time; False when it has begun to go out, or was sent back."""
    rows = IssueRow.objects.filter(week=week, status=IssueStatus.APPROVED)
    return bool(rows.update(publishes_at=publishes_at))


def _tell_saved(row: IssueRow, made: Revision, at: datetime) -> None:
    audit.add_entry(
        "save", user=made.author, at=at, week=row.week,
        payload={"revision": made.n, "content_hash": made.content_hash, "note": made.note},
    )  # fmt: skip


def _move(row: IssueRow, issue: Issue, at: datetime) -> None:
    """Give the row the place in time that its issue has now; who signed keeps all but the time."""
    if row.status in OPEN:
        changed = [name for name in _PLACE if getattr(row, name) != getattr(issue, name)]
        row.merged_into = ""
        _take_in(row, issue, at)
    elif row.status == IssueStatus.APPROVED and issue.publishes_at > row.publishes_at:
        changed = ["publishes_at"]  # never to an earlier time than it was signed for
    else:
        return
    for name in changed:
        setattr(row, name, getattr(issue, name))
    row.save(update_fields=["merged_into", *changed])


def _take_in(row: IssueRow, issue: Issue, at: datetime) -> None:
    """Let the drafts of the weeks that the issue covers besides its own stand no more."""
    others = IssueRow.objects.filter(starts__gte=issue.starts, ends__lte=issue.ends)
    for other in others.filter(status__in=OPEN).exclude(pk=row.pk):
        void_signatures(other, f"merged:{row.week}", at)
        other.placed.all().delete()
        given = row.waivers.values("fingerprint")
        other.waivers.exclude(fingerprint__in=given).update(issue=row)
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
    if row.status not in OPEN or all(getattr(kept.issue, one) == place[one] for one in place):
        return kept
    before, now = f"第{kept.issue.number}期", f"第{issue.number}期"
    moved = replace(kept.issue, subject=kept.issue.subject.replace(before, now), **place)
    note = "节假日安排有变，期号、收录和出刊日期随之更新"
    made = _add(row, current, moved, author="", at=at, note=note)
    _tell_saved(row, made, at)
    return made


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
