"""What receivers' domains have taught, kept from one run of the sender to the next.

What this module never does: decide how fast mail goes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from pipeline.deliver.gate import Lesson
from pipeline.store.models import ReceiverRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_KEPT = timedelta(days=1)  # after that a receiver is met anew


def recall(now: datetime) -> dict[str, Lesson]:
    """Return what was learnt within a day, by domain; what bears a later moment than now is not."""
    return {
        row.domain: Lesson(
            row.rate,
            row.connections,
            max(0.0, (row.shut_until - now).total_seconds()) if row.shut_until else 0.0,
        )
        for row in ReceiverRow.objects.filter(at__gt=now - _KEPT, at__lte=now)
    }


def remember(lessons: Mapping[str, Lesson | None], now: datetime) -> None:
    """Keep what a run has learnt; what is older than a day goes, and what is None."""
    done = [domain for domain, lesson in lessons.items() if lesson is None]
    over = Q(at__lte=now - _KEPT) | Q(at__gt=now)  # dated by a clock that was ahead
    ReceiverRow.objects.filter(over | Q(domain__in=done)).delete()
    for domain, lesson in lessons.items():
        if lesson is None:
            continue
        ReceiverRow.objects.update_or_create(
            domain=domain,
            defaults={
                "rate": lesson.rate,
                "connections": lesson.connections,
                "shut_until": now + timedelta(seconds=lesson.shut) if lesson.shut > 0 else None,
                "at": now,
            },
        )
