"""Holidays become known late: what is signed keeps its weeks and number, all else follows them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.calendar import SHANGHAI, Calendar, monday_of, week_of
from pipeline.store.issues import Standing
from pipeline.week.schedule import Schedule

# In 2027 people work on weekdays, but from 5 to 13 February, as the newsroom says of it.
PLAIN = Calendar(on=frozenset({date(2027, 1, 4)}))
FESTIVAL = Calendar(
    on=PLAIN.on, off=frozenset(date(2027, 2, 5) + timedelta(days=n) for n in range(9))
)
FIRST = "2027-W01"


def standing(*weeks, number=1, status="sent"):
    """Return the issue that covers these weeks and bears the last, as it was signed."""
    starts = datetime.combine(monday_of(weeks[0]), datetime.min.time(), SHANGHAI)
    ends = datetime.combine(monday_of(weeks[-1]), datetime.min.time(), SHANGHAI)
    ends += timedelta(days=7)
    return Standing(weeks[-1], number, status, starts, ends, ends + timedelta(hours=8))


def test_without_signed_issues_the_calendar_speaks():
    schedule = Schedule(FESTIVAL, FIRST)
    merged = schedule.period("2027-W05")
    assert (merged.week, merged.weeks) == ("2027-W06", ("2027-W05", "2027-W06"))
    assert f"{merged.publishes_at:%m-%d %H}" == "02-15 08"
    assert schedule.number(merged) == 5
    assert schedule.next_period(datetime(2027, 2, 8, 5, tzinfo=SHANGHAI)) == merged


def test_a_week_that_was_sent_by_itself_stays_by_itself_and_leaves_the_rest_to_the_next():
    schedule = Schedule(FESTIVAL, FIRST, (standing("2027-W05", number=5),))
    sent, following = schedule.period("2027-W05"), schedule.period("2027-W06")
    assert (sent.week, sent.weeks) == ("2027-W05", ("2027-W05",))
    assert f"{sent.publishes_at:%m-%d}" == "02-08"
    assert (following.week, following.weeks) == ("2027-W06", ("2027-W06",))
    assert following.starts == sent.ends
    assert f"{following.publishes_at:%m-%d}" == "02-15"
    assert schedule.next_period(datetime(2027, 2, 8, 9, tzinfo=SHANGHAI)) == following
    assert [schedule.number(one) for one in (sent, following)] == [5, 6]


def test_what_is_signed_and_still_here_goes_out_when_people_work_again():
    schedule = Schedule(FESTIVAL, FIRST, (standing("2027-W05", number=5, status="approved"),))
    assert f"{schedule.period('2027-W05').publishes_at:%m-%d %H}" == "02-15 08"


def test_weeks_that_were_sent_as_one_stay_one_when_the_holiday_is_taken_back():
    schedule = Schedule(PLAIN, FIRST, (standing("2027-W05", "2027-W06", number=5),))
    assert schedule.period("2027-W05").week == "2027-W06"
    assert schedule.period("2027-W07").weeks == ("2027-W07",)
    assert schedule.number(schedule.period("2027-W07")) == 6


def test_no_number_is_given_twice_when_holidays_become_known_later():
    sent = [standing(f"2027-W{n:02d}", number=n) for n in range(1, 8)]
    schedule = Schedule(FESTIVAL, FIRST, tuple(sent))
    assert schedule.calendar.number("2027-W08", FIRST) == 7  # as if it had been known
    assert schedule.number(schedule.period("2027-W08")) == 8
    assert schedule.number(schedule.period("2027-W10")) == 10


def test_a_week_that_was_passed_over_keeps_its_number_free():
    schedule = Schedule(
        PLAIN, FIRST, (standing("2027-W02", number=2), standing("2027-W04", number=4))
    )
    assert schedule.number(schedule.period("2027-W03")) == 3
    assert schedule.number(schedule.period("2027-W05")) == 5


def test_trial_issues_have_no_number_and_a_new_beginning_counts_from_one():
    trial = standing("2026-W52", number=0)
    assert Schedule(PLAIN, FIRST, (trial,)).number(Schedule(PLAIN, FIRST).period(FIRST)) == 1
    old = standing("2027-W03", number=40)
    assert (
        Schedule(PLAIN, "2027-W05", (old,)).number(Schedule(PLAIN, FIRST).period("2027-W05")) == 1
    )


@pytest.mark.parametrize("calendar", [PLAIN, FESTIVAL])
@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=6),
    st.sets(st.integers(0, 5)),
    st.integers(1, 20),
)
def test_every_week_stands_in_one_issue_and_no_number_in_two(calendar, lengths, signed, asked):
    weeks = [f"2027-W{n:02d}" for n in range(1, 21)]
    rest, kept = list(weeks), []
    for n, length in enumerate(lengths):
        covered, rest = rest[:length], rest[length:]
        if n in signed:
            kept.append(standing(*covered, number=n + 1))
    schedule = Schedule(calendar, FIRST, tuple(kept))
    periods = {schedule.period(week).week: schedule.period(week) for week in weeks}
    listed = [week for one in periods.values() for week in one.weeks if week in weeks]
    assert sorted(listed) == weeks
    for one in periods.values():
        assert one.week == one.weeks[-1]
        assert week_of(one.starts.date()) == one.weeks[0]
        assert one.ends - one.starts == timedelta(days=7 * len(one.weeks))
    numbers = [schedule.number(periods[one.week]) for one in kept]
    assert numbers == [one.number for one in kept]
    other = schedule.period(f"2027-W{asked:02d}")
    if other.week not in {one.week for one in kept}:
        assert schedule.number(other) not in numbers
