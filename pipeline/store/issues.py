"""Issues and their revisions: only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline import issue_json
from pipeline.errors import IssueNotFoundError, RefusedError
from pipeline.model import Issue, IssueStatus
from pipeline.store.models import IssueRevisionRow, IssueRow

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """The issue as it stood at one moment."""

    issue: Issue
    n: int
    author: str  # "": the pipeline
    made_at: datetime
    content_hash: str


def save_draft(issue: Issue, at: datetime) -> Revision:
    """Store the pipeline's draft and return the revision that now counts.

    The same content adds nothing. Once an editor has changed the issue, or it has left the
    draft state, the editor's revision stays and is returned.
    """
    with transaction.atomic():
        row, _ = IssueRow.objects.get_or_create(
            week=issue.week,
            defaults={
                "number": issue.number,
                "publishes_at": issue.publishes_at,
                "starts": issue.starts,
                "ends": issue.ends,
                "created_at": at,
            },
        )
        current = row.revisions.order_by("-n").first()
        if current and (current.author or row.status != IssueStatus.DRAFT):
            return _revision(row, current)
        return _add(row, current, issue, author="", at=at)


def add_revision(issue: Issue, *, author: str, expected: int, at: datetime) -> Revision:
    """Store an editor's version on top of revision ``expected``.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        RefusedError: the issue has left the desk, or somebody saved in between.
    """
    with transaction.atomic():
        row = _row(issue.week)
        current = row.revisions.order_by("-n").first()
        if row.status not in {IssueStatus.DRAFT, IssueStatus.REVIEW}:
            raise RefusedError(f"the issue of {issue.week} is {row.status}: it cannot be changed")
        if current is None or current.n != expected:
            raise RefusedError(f"the issue of {issue.week} was changed since it was opened")
        return _add(row, current, issue, author=author, at=at)


def get_revision(week: str) -> Revision:
    """Return the issue of a week as it stands now.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    row = _row(week)
    current = row.revisions.order_by("-n").first()
    if current is None:
        raise IssueNotFoundError(f"there is no draft of {week}; make one: run --week {week}")
    return _revision(row, current)


def list_used_keys(except_week: str) -> frozenset[str]:
    """Return the keys of all stories that stand in the issues of other weeks."""
    keys: set[str] = set()
    for row in IssueRow.objects.exclude(week=except_week):
        current = row.revisions.order_by("-n").first()
        if current:
            keys.update(item.key for item in issue_json.from_json(current.payload).items)
    return frozenset(keys)


def list_earlier(week: str, limit: int) -> list[Issue]:
    """Return the issues of the ``limit`` weeks before ``week``, latest first."""
    rows = IssueRow.objects.filter(week__lt=week).order_by("-week")[:limit]
    found = []
    for row in rows:
        current = row.revisions.order_by("-n").first()
        if current:
            found.append(issue_json.from_json(current.payload))
    return found


def list_published() -> list[Issue]:
    """Return the issues of which mail has gone out, latest first, as they went."""
    rows = IssueRow.objects.filter(status__in=[IssueStatus.SENDING, IssueStatus.SENT])
    found = []
    for row in rows.order_by("-week"):
        current = row.revisions.order_by("-n").first()
        if current:
            found.append(_revision(row, current).issue)
    return found


def list_issues() -> list[tuple[str, int, str, datetime]]:
    """Return (week, number, status, publishes_at) of every issue, latest first."""
    rows = IssueRow.objects.order_by("-week")
    return list(rows.values_list("week", "number", "status", "publishes_at"))


def _row(week: str) -> IssueRow:
    try:
        return IssueRow.objects.get(week=week)
    except IssueRow.DoesNotExist:
        raise IssueNotFoundError(
            f"there is no draft of {week}; make one: run --week {week}"
        ) from None


def _add(
    row: IssueRow, current: IssueRevisionRow | None, issue: Issue, *, author: str, at: datetime
) -> Revision:
    payload = issue_json.to_json(issue)
    digest = issue_json.content_hash(issue)
    if current and current.content_hash == digest and current.payload == payload:
        return _revision(row, current)
    made = IssueRevisionRow.objects.create(
        issue=row,
        n=current.n + 1 if current else 1,
        author=author,
        made_at=at,
        payload=payload,
        content_hash=digest,
    )
    return _revision(row, made)


def _revision(row: IssueRow, revision: IssueRevisionRow) -> Revision:
    return Revision(
        issue=issue_json.from_json(revision.payload | {"status": row.status}),
        n=revision.n,
        author=revision.author,
        made_at=revision.made_at,
        content_hash=revision.content_hash,
    )
