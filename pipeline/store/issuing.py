"""An issue on its way out: begun, complete, sent, announced.

Every step judges the row that it has locked, so nobody takes a signature back in between. What this
module never does: know who gets a copy (`pipeline.store.outbox`), or tell anybody anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.calendar import SHANGHAI
from pipeline.errors import RefusedError
from pipeline.model import DeliveryStatus, IssueStatus
from pipeline.store import approvals, restoring
from pipeline.store.issues import get_locked, to_printed
from pipeline.store.models import DeliveryRow, IssueRow

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Issue

_OPEN = (
    DeliveryStatus.PENDING, DeliveryStatus.DEFERRED, DeliveryStatus.SENDING,
    DeliveryStatus.UNCERTAIN,
)  # fmt: skip


def begin(week: str, now: datetime, deadline_hours: float) -> Issue:
    """Return the issue to send, marked as being sent; goes on where an earlier sender stopped.

    It bears the day on which it goes out (`to_printed`), the same each time.

    Raises:
        IssueNotFoundError: there is none of that week.
        RefusedError: not approved, sent already, before the time the final reviewer set, or past
            its deadline.
    """
    with transaction.atomic():
        row = get_locked(week)  # first: what is judged below stays so
        revision = approvals.to_approved(row)
        refuse_sent(week)
        restoring.refuse_out(week)
        if row.status != IssueStatus.SENDING and row.send_at and now < row.send_at:
            at = f"{row.send_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            raise RefusedError(f"too early: the final reviewer has {week} go out at {at}")
        refuse_stale(week, now, deadline_hours)
        if row.status != IssueStatus.SENDING:
            row.status = IssueStatus.SENDING
            if now < row.publishes_at and row.send_at is None:
                row.send_at = now  # who sends before the time decides that it goes out now
            row.save(update_fields=["status", "send_at"])
        return to_printed(row, revision.issue)


def is_late(week: str, now: datetime, deadline_hours: float) -> bool:
    """Say whether the issue's deadline has passed, counted from when it was to go out."""
    return now - approvals.get_send_at(week) > timedelta(hours=deadline_hours)


def refuse_stale(week: str, now: datetime, deadline_hours: float) -> None:
    """Refuse an issue that never began to go out and is past its deadline.

    Raises:
        RefusedError: with the hours, and what to do.
    """
    under_way = IssueRow.objects.get(week=week).status == IssueStatus.SENDING
    if not under_way and is_late(week, now, deadline_hours):
        age = (now - approvals.get_send_at(week)).total_seconds() / 3600
        raise RefusedError(
            f"the issue of {week} is {age:.0f} hours late and the deadline is {deadline_hours:g}: "
            "stale news is not sent; the final reviewer may set another time at the desk"
        )


def refuse_sent(week: str) -> None:
    """Refuse an issue that everybody has.

    Raises:
        RefusedError: it was sent.
    """
    if IssueRow.objects.filter(week=week, status=IssueStatus.SENT).exists():
        raise RefusedError(f"the issue of {week} was sent already; see deliveries --week {week}")


def is_complete(week: str) -> bool:
    """Say whether everybody's fate is known.

    Uncertain deliveries keep an issue open, else nothing could settle them any more.
    """
    rows = DeliveryRow.objects.filter(issue__week=week, status__in=_OPEN)
    return IssueRow.objects.get(week=week).queued_at is not None and not rows.exists()


def finish(week: str) -> bool:
    """Mark the issue as sent when everybody's fate is known; say whether it is."""
    with transaction.atomic():
        row = get_locked(week)
        if row.status == IssueStatus.SENDING and is_complete(week):
            row.status = IssueStatus.SENT
            row.save(update_fields=["status"])
        return row.status == IssueStatus.SENT


def is_to_announce(week: str) -> bool:
    """Say whether somebody has the issue and the world has not been told."""
    rows = IssueRow.objects.filter(week=week, announced_at=None)
    return rows.exclude(published_at=None).exists()


def is_published(week: str, by: datetime) -> bool:
    """Say whether mail of the issue had gone out by a moment."""
    return IssueRow.objects.filter(week=week, published_at__lte=by).exists()


def mark_announced(week: str, now: datetime) -> None:
    """Note that archive, print and robots are done."""
    IssueRow.objects.filter(week=week).update(announced_at=now)


def mark_published(week: str, now: datetime) -> None:
    """Note that mail of the issue has gone out; the first moment stays. For the store's own."""
    IssueRow.objects.filter(week=week, published_at=None).update(published_at=now)


def mark_opened(week: str, at: datetime) -> None:
    """Note that the world was told of an issue after the backup just put back was made."""
    mark_published(week, at)
    IssueRow.objects.filter(week=week, announced_at=None).update(announced_at=at)
