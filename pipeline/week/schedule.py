"""Which issue covers which weeks: the calendar, as far as signed issues leave it free.

Holidays become known, and change, while issues are already signed or in their readers' hands. What
was signed keeps its weeks and its number; everything else follows the calendar. What this module
never does: read the clock; ``now`` is a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI, Calendar, Period, load_calendar, monday_of, week_of
from pipeline.model import IssueStatus

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.store.issues import Standing

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The newsroom's calendar with the issues that are signed, latest last."""

    calendar: Calendar
    first_week: str  # of issue number 1
    standing: tuple[Standing, ...] = ()

    def period(self, week: str) -> Period:
        """Return the period of the issue that covers ``week``.

        Raises:
            UsageError: ``week`` is not of the form 2026-W47, or the year has no such week.
        """
        own = self._find(week)
        if own is None:
            return self._cut(self.calendar.period(week), week)
        period = _to_period(own)
        if own.status == IssueStatus.APPROVED:  # it has not begun to go out
            period = replace(period, publishes_at=self.calendar.publishes_at(own.week))
        return period

    def next_period(self, now: datetime) -> Period:
        """Return the issue in preparation at ``now``: the first that appears at or after it."""
        period = self.calendar.next_period(now)
        free = [week for week in period.weeks if self._find(week) is None]
        return self.period(free[-1] if free else period.week)

    def number(self, period: Period) -> int:
        """Return the issue's number: 1 for ``first_week``, 0 for every trial issue before it.

        No number is given that a signed issue of another week bears.
        """
        start = monday_of(self.first_week)
        counted = [one for one in self.standing if monday_of(one.week) >= start and one.number]
        own = next((one for one in self.standing if one.week == period.week), None)
        if own:
            return own.number
        before = [one for one in counted if one.week < period.week]
        if not before:
            number = self.calendar.number(period.week, self.first_week)
        else:
            number = before[-1].number + 1
            at = self.calendar.period(week_of(before[-1].ends.astimezone(SHANGHAI).date()))
            while at.ends < period.ends:
                at, number = self.calendar.period(week_of(at.ends.date())), number + 1
        taken = {one.number for one in counted}
        return max(taken) + 1 if number in taken else number

    def _find(self, week: str) -> Standing | None:
        day = datetime.combine(monday_of(week), time(), SHANGHAI)
        return next((one for one in self.standing if one.starts <= day < one.ends), None)

    def _cut(self, period: Period, week: str) -> Period:
        """Return the weeks around ``week`` that no signed issue has taken."""
        first = last = period.weeks.index(week)
        while first and self._find(period.weeks[first - 1]) is None:
            first -= 1
        while last + 1 < len(period.weeks) and self._find(period.weeks[last + 1]) is None:
            last += 1
        weeks = period.weeks[first : last + 1]
        if weeks == period.weeks:
            return period
        return replace(
            period,
            week=weeks[-1],
            starts=datetime.combine(monday_of(weeks[0]), time(), SHANGHAI),
            ends=datetime.combine(monday_of(weeks[-1]) + _WEEK, time(), SHANGHAI),
            weeks=weeks,
        )


def get_calendar(settings: Settings) -> Calendar:
    """Return the publishing calendar of the settings."""
    issue = settings.feeds.issue
    overrides = settings.root / issue.holidays if issue.holidays else None
    return load_calendar(issue.publish_at, overrides)


def get_schedule(settings: Settings) -> Schedule:
    """Return the schedule of the settings, with the issues of the store that are signed."""
    from pipeline.store import issues

    return Schedule(
        get_calendar(settings), settings.newsletter.first_week, tuple(issues.list_standing())
    )


def move_signed(settings: Settings) -> list[str]:
    """Let signed issues that have not begun to go out wait for the day that holidays leave them.

    None goes out before the time for which it was signed. Return the weeks of those that moved.
    """
    from pipeline.store import drafts

    schedule = get_schedule(settings)
    moved = []
    for one in schedule.standing:
        if one.status == IssueStatus.APPROVED:
            at = schedule.calendar.publishes_at(one.week)
            if at > one.publishes_at and drafts.set_time(one.week, at):
                moved.append(one.week)
    return moved


def _to_period(one: Standing) -> Period:
    starts, ends = one.starts.astimezone(SHANGHAI), one.ends.astimezone(SHANGHAI)
    count = round((ends - starts) / _WEEK)
    weeks = (week_of((starts + _WEEK * n).date()) for n in range(count))
    return Period(one.week, starts, ends, one.publishes_at.astimezone(SHANGHAI), tuple(weeks))
