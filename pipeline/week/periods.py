"""The weeks of the settings: the one in preparation, one that was missed, those that have articles.

What this module never does: read the clock; ``now`` is a parameter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI, week_of
from pipeline.model import IssueStatus
from pipeline.week.schedule import get_schedule

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.calendar import Period
    from pipeline.config import Settings

_LATELY = timedelta(days=8)  # after its time an issue can still be made up for: the next run tells


def get_period(settings: Settings, week: str | None, now: datetime) -> Period:
    """Return the period of the issue that covers ``week``, or of the one in preparation.

    Raises:
        UsageError: ``week`` is not of the form 2026-W47, or the year has no such week.
    """
    schedule = get_schedule(settings)
    return schedule.period(week) if week else schedule.next_period(now)


def list_weeks(settings: Settings) -> list[tuple[str, int]]:
    """Return (week, articles) for the latest weeks that have articles, newest first."""
    from pipeline.store import articles

    schedule = get_schedule(settings)
    counted: dict[str, int] = {}
    for first, count in articles.count_by_week():
        week = schedule.period(week_of(first.astimezone(SHANGHAI).date())).week
        counted[week] = counted.get(week, 0) + count
    return list(counted.items())


def find_missed(settings: Settings, now: datetime) -> Period | None:
    """Return the issue that was to appear lately and that nobody drafted when its week was over.

    None for weeks before the first draft of all, and for what an editor signed or changed since.
    """
    from pipeline.store import issues, runs

    schedule = get_schedule(settings)
    before = schedule.next_period(now).starts.date() - timedelta(days=1)
    period = schedule.period(week_of(before))
    known = {week: status for week, _, status, _ in issues.list_issues()}
    if not known or now - period.publishes_at > _LATELY:
        return None
    if period.week not in known:
        return period if min(known) < period.week else None
    whole = (
        known[period.week] != IssueStatus.DRAFT
        or issues.get_revision(period.week).made_at >= period.ends
        or runs.was_run(period.week, period.ends)
    )
    return None if whole else period
