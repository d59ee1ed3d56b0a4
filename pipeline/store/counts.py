"""Counting opens and clicks of an issue: numbers for all readers together, nobody's trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from pipeline.store.models import LetterCountRow

if TYPE_CHECKING:
    from datetime import date


def add(week: str, target: str, day: date) -> None:
    """Count once more. ``target``: an item's key, or "" for the letter itself."""
    rows = LetterCountRow.objects.filter(week=week, target=target, day=day)
    if rows.update(times=F("times") + 1):
        return
    try:
        with transaction.atomic():
            LetterCountRow.objects.create(week=week, target=target, day=day, times=1)
    except IntegrityError:  # another request was first
        rows.update(times=F("times") + 1)


def list_counts(week: str) -> dict[str, int]:
    """Return how often the letter ("") and each of its items was opened, most often first."""
    rows = LetterCountRow.objects.filter(week=week).values("target")
    totals = rows.annotate(total=Sum("times")).order_by("-total", "target")
    return {one["target"]: one["total"] for one in totals}
