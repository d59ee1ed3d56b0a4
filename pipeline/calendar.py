"""Publishing weeks: which days an issue covers and when it appears.

An issue bears the ISO week it covers (Monday 00:00 to Sunday 24:00, Asia/Shanghai) and appears on
the Monday after, at the hour of the settings, or on the next working day when that Monday is a
holiday (调休 included). Two issues that fall on one day become one, which bears the later week.
What this module never does: read the clock; ``now`` is a parameter.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from pipeline.errors import UsageError
from pipeline.files import datafile

if TYPE_CHECKING:
    from pathlib import Path

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 2000, 2199  # no newsletter is older; beyond them dates run out
_LONGEST_HOLIDAY = 30  # days; a bound for the search of a working day


class _Days(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    off: tuple[date, ...] = ()
    on: tuple[date, ...] = ()


class CalendarWarning(UserWarning):
    """The calendar package does not know a year yet."""


@dataclass(frozen=True, slots=True)
class Period:
    """One issue's place in time: ``starts <= published < ends``, all aware, Asia/Shanghai."""

    week: str
    starts: datetime
    ends: datetime
    publishes_at: datetime
    weeks: tuple[str, ...]  # the ISO weeks it covers; more than one after a long holiday


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days of China, with the newsroom's own corrections on top."""

    at: time = time(8)
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Say whether people work on that day: overrides, then the package, then the weekday rule.

        Warns:
            CalendarWarning: once a year that neither the package nor the overrides know.
        """
        if day in self.off:
            return False
        if day in self.on:
            return True
        known = _package_says(day)
        if known is None and not self.knows(day.year):
            _warn_year(day.year)
        return day.weekday() < 5 if known is None else known  # noqa: PLR2004 - Monday is 0

    def knows(self, year: int) -> bool:
        """Say whether the holidays of a year are known: to the package, or from an override."""
        if any(day.year == year for day in self.off | self.on):
            return True
        return _package_says(date(year, 1, 1)) is not None

    def publishes_at(self, week: str) -> datetime:
        """Return when the issue of ``week`` appears, before merging."""
        day = monday_of(week) + timedelta(days=7)
        for _ in range(_LONGEST_HOLIDAY):
            if self.is_workday(day):
                break
            day += _DAY
        return datetime.combine(day, self.at, SHANGHAI)

    def period(self, week: str) -> Period:
        """Return the period that covers ``week``; a merged week gives the issue that took it in.

        Raises:
            UsageError: ``week`` is not of the form 2026-W47, or the year has no such week.
        """
        moment = self.publishes_at(week)
        first = last = monday_of(week)
        while self.publishes_at(week_of(last + timedelta(days=7))) == moment:
            last += timedelta(days=7)
        while self.publishes_at(week_of(first - timedelta(days=7))) == moment:
            first -= timedelta(days=7)
        count = (last - first).days // 7 + 1
        return Period(
            week=week_of(last),
            starts=datetime.combine(first, time(), SHANGHAI),
            ends=datetime.combine(last + timedelta(days=7), time(), SHANGHAI),
            publishes_at=moment,
            weeks=tuple(week_of(first + timedelta(days=7 * n)) for n in range(count)),
        )

    def next_period(self, now: datetime) -> Period:
        """Return the issue in preparation at ``now``: the first that appears at or after it."""
        day = now.astimezone(SHANGHAI).date()
        period = self.period(week_of(day - timedelta(days=7 * 6)))
        while period.publishes_at < now:
            period = self.period(week_of(period.ends.date()))
        return period

    def number(self, week: str, first_week: str) -> int:
        """Return the issue's number: 1 for ``first_week``, 0 for every trial issue before it."""
        wanted, period, number = self.period(week), self.period(first_week), 1
        if wanted.starts < period.starts:
            return 0
        while period.week != wanted.week:
            period, number = self.period(week_of(period.ends.date())), number + 1
        return number


def load_calendar(publish_at: str, overrides: Path | None) -> Calendar:
    """Return the calendar of the settings; ``overrides`` is a file of days off and on.

    Raises:
        UsageError: ``publish_at`` is no time of day.
        ConfigError: the file is wrong.
    """
    try:
        at = time.fromisoformat(publish_at)
    except ValueError:
        raise UsageError(
            f"issue.publish_at: expected a time such as 08:00, not {publish_at!r}"
        ) from None
    days = datafile.load(overrides, _Days) if overrides else _Days()
    return Calendar(at=at, off=frozenset(days.off), on=frozenset(days.on))


def monday_of(week: str) -> date:
    """Return the Monday of an ISO week such as 2026-W47.

    Raises:
        UsageError: not of that form, out of all reason, or the year has no such week.
    """
    match = _WEEK.fullmatch(week)
    if not match:
        raise UsageError(f"expected a week such as 2026-W47, not {week!r}")
    if not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        raise UsageError(f"expected a week of {_FIRST_YEAR} to {_LAST_YEAR}, not {week}")
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise UsageError(f"the year {match[1]} has no week {match[2]}") from None


def week_of(day: date) -> str:
    """Return the ISO week of a day, as 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


@lru_cache(maxsize=4096)
def _package_says(day: date) -> bool | None:
    """Ask chinesecalendar; None for a year it does not know."""
    import chinese_calendar  # noqa: PLC0415 - 20 ms that --help need not pay

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def say_unknown(year: int) -> str:
    """Return the line about a year whose holidays are not known, with what to do."""
    return (
        f"the holidays of {year} are not known yet: using Monday to Friday; "
        "list them in the file named by issue.holidays, or update chinesecalendar"
    )


@lru_cache(maxsize=64)
def _warn_year(year: int) -> None:
    warnings.warn(say_unknown(year), CalendarWarning, stacklevel=3)
