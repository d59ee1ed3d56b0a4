"""What the outbox answers: who got an issue, who did not and why, and what sending would do.

What this module never does: change a state.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from pipeline.model import Delivery, DeliveryStatus, IssueStatus
from pipeline.store.models import DeliveryRow, IssueRow
from pipeline.store.subscribers import hash_key, list_queueable, list_recipients, list_suppressed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_PAGE = 1000  # rows that stand in memory at once


def count_states(week: str) -> dict[str, int]:
    """Return how many deliveries of the issue are in each state; every state is named."""
    rows = DeliveryRow.objects.filter(issue__week=week).values("status").annotate(n=Count("pk"))
    return {str(one): 0 for one in DeliveryStatus} | {row["status"]: row["n"] for row in rows}


def count_editions(week: str) -> int:
    """Return how many editions the issue has."""
    return DeliveryRow.objects.filter(issue__week=week).values("edition_key").distinct().count()


def count_domains(week: str) -> dict[str, dict[str, int]]:
    """Return for each recipient domain how many deliveries are in each state, the largest first."""
    counted: dict[str, dict[str, int]] = {}
    rows = DeliveryRow.objects.filter(issue__week=week).values_list("subscriber__key", "status")
    for key, status in rows.iterator(_PAGE):
        states = counted.setdefault(key.rpartition("@")[2], {})
        states[status] = states.get(status, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-sum(pair[1].values()), pair[0])))


def list_deliveries(week: str | None) -> Iterator[tuple[str, Delivery]]:
    """Yield (week, delivery) of one issue or of all, by week and reader."""
    rows = DeliveryRow.objects.select_related("subscriber", "issue").order_by("issue__week", "id")
    if week:
        rows = rows.filter(issue__week=week)
    for row in rows.iterator(_PAGE):
        yield (
            row.issue.week,
            Delivery(
                email=row.subscriber.email,
                status=DeliveryStatus(row.status),
                edition=row.edition_key,
                attempts=row.attempts,
                message_id=row.message_id,
                reply=row.reply,
                at=row.at,
            ),
        )


def preview(week: str, now: datetime, secret: bytes) -> dict[str, int]:
    """Return what sending would do, without doing it: recipients, suppressed, editions.

    Of an issue that is under way only who still waits and is due counts.
    """
    recipients = suppressed = after = 0
    keys: set[str] = set()
    is_queued = IssueRow.objects.filter(week=week).exclude(queued_at=None).exists()
    while page := (
        _list_waiting(week, now, after) if is_queued
        else list_queueable(now, after=after, limit=_PAGE)
    ):  # fmt: skip
        hashes = {reader: hash_key(secret, key) for reader, key, _ in page}
        banned = list_suppressed(list(hashes.values()))
        may = list_recipients(list(hashes), now)
        for reader, _, edition in page:
            recipients += 1
            if hashes[reader] in banned or reader not in may:
                suppressed += 1
            else:
                keys.add(edition)
        after = page[-1][0]
    return {"recipients": recipients, "suppressed": suppressed, "editions": len(keys)}


def _list_waiting(week: str, now: datetime, after: int) -> list[tuple[int, str, str]]:
    """Return the next who wait in the outbox and are due: (reader, key, key of the edition)."""
    rows = DeliveryRow.objects.filter(
        Q(next_at=None) | Q(next_at__lte=now), issue__week=week, subscriber_id__gt=after,
        status__in=(DeliveryStatus.PENDING, DeliveryStatus.DEFERRED),
    ).order_by("subscriber_id")  # fmt: skip
    return list(rows.values_list("subscriber_id", "subscriber__key", "edition_key")[:_PAGE])


def list_due_weeks(now: datetime, deadline_hours: float) -> list[str]:
    """Return the weeks that are approved and whose time has come, or that are being sent.

    What is past its deadline and never began to go out is left out: `status` calls it overdue.
    """
    window = (now - timedelta(hours=deadline_hours), now)
    rows = IssueRow.objects.filter(
        Q(status=IssueStatus.SENDING)
        | Q(status=IssueStatus.APPROVED, send_at__range=window)
        | Q(status=IssueStatus.APPROVED, send_at=None, publishes_at__range=window)
    )
    return list(rows.order_by("week").values_list("week", flat=True))


def get_sender_age(now: datetime) -> tuple[int, int]:
    """Return on which day of its life this sender is (0: the first), and how many went out today.

    Days are those of `now`'s zone, begun at midnight.
    """
    delivered = DeliveryRow.objects.filter(status=DeliveryStatus.DELIVERED, at__isnull=False)
    first = delivered.order_by("at").values_list("at", flat=True).first()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    age = (now.date() - first.astimezone(now.tzinfo).date()).days if first else 0
    # Not what a clock that was ahead dated later.
    return age, delivered.filter(at__gte=day, at__lt=day + timedelta(days=1)).count()
