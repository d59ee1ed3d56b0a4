"""The weeks of the settings: their calendar, the week in preparation, those that have articles.

What this module never does: read the clock; ``now`` is a parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI, load_calendar, week_of

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.calendar import Calendar, Period
    from pipeline.config import Settings


def get_calendar(settings: Settings) -> Calendar:
    """Return the publishing calendar of the settings."""
    issue = settings.feeds.issue
    overrides = settings.root / issue.holidays if issue.holidays else None
    return load_calendar(issue.publish_at, overrides)


def get_period(settings: Settings, week: str | None, now: datetime) -> Period:
    """Return the period of ``week``, or the one in preparation at ``now``."""
    calendar = get_calendar(settings)
    return calendar.period(week) if week else calendar.next_period(now)


def list_weeks(settings: Settings) -> list[tuple[str, int]]:
    """Return (week, articles) for the latest weeks that have articles, newest first."""
    from pipeline.store import articles

    calendar = get_calendar(settings)
    counted: dict[str, int] = {}
    for first, count in articles.count_by_week():
        week = calendar.period(week_of(first.astimezone(SHANGHAI).date())).week
        counted[week] = counted.get(week, 0) + count
    return list(counted.items())
