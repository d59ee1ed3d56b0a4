import warnings
from datetime import UTC, date, datetime

import pytest

from pipeline.calendar import SHANGHAI, Calendar, CalendarWarning, load_calendar
from pipeline.errors import ConfigError, UsageError

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("week", "day"),
    [
        ("2026-W47", date(2026, 11, 23)),
        ("2026-W07", date(2026, 2, 24)),
        ("2026-W08", date(2026, 2, 24)),
        ("2026-W14", date(2026, 4, 7)),
        ("2026-W18", date(2026, 5, 6)),
        ("2026-W40", date(2026, 10, 8)),
    ],
)
def test_an_issue_appears_on_monday_or_the_next_working_day(week, day):
    moment = CALENDAR.period(week).publishes_at
    assert moment.date() == day
    assert (moment.hour, moment.tzinfo) == (8, SHANGHAI)


def test_two_issues_that_fall_on_one_day_become_one():
    merged = CALENDAR.period("2026-W07")
    assert merged == CALENDAR.period("2026-W08")
    assert merged.weeks == ("2026-W07", "2026-W08")
    assert (merged.ends - merged.starts).days == 14
    assert CALENDAR.number("2026-W09", "2026-W06") == 3


def test_the_issue_in_preparation_is_the_next_to_appear():
    at = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday 06:00 in Ningbo
    assert CALENDAR.next_period(at).week == "2026-W47"
    assert CALENDAR.next_period(datetime(2026, 11, 23, 1, tzinfo=UTC)).week == "2026-W48"


def test_weeks_before_the_first_are_trial_issues():
    assert CALENDAR.number("2026-W45", "2026-W45") == 1
    assert CALENDAR.number("2026-W47", "2026-W45") == 3
    assert CALENDAR.number("2026-W30", "2026-W45") == 0


def test_a_year_the_package_does_not_know_falls_back_with_a_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert Calendar().is_workday(date(2039, 10, 3))
    assert [one.category for one in caught] == [CalendarWarning]


def test_a_year_is_known_to_the_package_or_by_the_newsrooms_own_days():
    assert CALENDAR.knows(2026)
    assert not CALENDAR.knows(2041)
    listed = Calendar(off=frozenset({date(2041, 10, 1)}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert listed.knows(2041)
        assert not listed.is_workday(date(2041, 10, 1))
        assert listed.is_workday(date(2041, 10, 2))  # a Wednesday


def test_the_newsrooms_own_days_win(tmp_path):
    path = tmp_path / "days.yaml"
    path.write_text("off: [2026-11-23]\non: [2026-11-22]\n", encoding="utf-8")
    calendar = load_calendar("07:30", path)
    assert calendar.period("2026-W47").publishes_at.isoformat() == "2026-11-24T07:30:00+08:00"
    assert calendar.is_workday(date(2026, 11, 22))
    path.write_text("off: [soon]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"days\.yaml:1"):
        load_calendar("07:30", path)


@pytest.mark.parametrize("week", ["2026", "2026-W54", "x", "9999-W52", "0001-W01"])
def test_what_is_no_week_is_refused_in_one_line(week):
    with pytest.raises(UsageError):
        CALENDAR.period(week)


def test_what_is_no_time_is_refused():
    with pytest.raises(UsageError, match=r"issue\.publish_at"):
        load_calendar("morning", None)
