"""Events that two editors changed in one form: no change lands on another event."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.rows import Row, weave_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("title", "day", "time", "last", "until", "place")
NONE: Row = dict.fromkeys(PARTS, "")
ROWS = 6


def make(title: str, day: str, time: str = "09:00", place: str = "东礼堂") -> Row:
    return NONE | {"title": title, "day": day, "time": time, "place": place}


def fill(rows: Sequence[Row]) -> list[Row]:
    return [*rows, *([NONE] * (ROWS - len(rows)))]


PAPER, BRUSH = make("剪纸课", "2026-12-19"), make("书法课", "2026-12-20")


def test_a_change_to_the_first_of_two_events_that_was_taken_out_is_asked_about() -> None:
    later = PAPER | {"time": "14:00"}
    woven, asked = weave_rows(fill([PAPER, BRUSH]), fill([later, BRUSH]), fill([BRUSH]))
    assert woven == fill([BRUSH, later])
    assert asked == [(1, "day"), (1, "place"), (1, "time"), (1, "title")]


def test_a_change_follows_its_event_that_moved_up() -> None:
    elsewhere = BRUSH | {"place": "西礼堂"}
    woven, asked = weave_rows(fill([PAPER, BRUSH]), fill([PAPER, elsewhere]), fill([BRUSH]))
    assert (woven, asked) == (fill([elsewhere]), [])


def test_two_parts_of_one_event_changed_by_two_are_both_taken() -> None:
    woven, asked = weave_rows(
        fill([PAPER]), fill([PAPER | {"until": "11:00"}]), fill([PAPER | {"place": "西礼堂"}])
    )
    assert (woven, asked) == (fill([PAPER | {"until": "11:00", "place": "西礼堂"}]), [])


def test_an_event_that_was_changed_by_one_and_taken_out_by_the_other_is_asked_about() -> None:
    moved = PAPER | {"place": "西礼堂"}
    woven, asked = weave_rows(fill([PAPER]), fill([]), fill([moved]))
    assert woven == fill([])
    assert asked == [(0, "day"), (0, "place"), (0, "time"), (0, "title")]


def test_events_that_two_added_both_stand_and_the_same_one_stands_once() -> None:
    assert weave_rows(fill([]), fill([PAPER]), fill([BRUSH])) == (fill([BRUSH, PAPER]), [])
    assert weave_rows(fill([]), fill([PAPER]), fill([PAPER])) == (fill([PAPER]), [])
    elsewhere = PAPER | {"place": "西礼堂"}
    assert weave_rows(fill([]), fill([elsewhere]), fill([PAPER])) == (
        fill([elsewhere]),
        [(0, "place")],
    )


def test_an_event_whose_title_was_changed_is_likely_the_same_and_asked_about() -> None:
    other = PAPER | {"title": "剪纸入门课"}
    woven, asked = weave_rows(fill([PAPER]), fill([PAPER | {"place": "西礼堂"}]), fill([other]))
    assert (woven, asked) == (fill([other | {"place": "西礼堂"}]), [(0, "place")])


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[tuple[Row, int | None]]]:
    """Draw a form, what one editor made of it, and what stands now with the ancestor of each."""
    fresh = count(1)
    base = [make(f"原{n}", f"2026-12-{next(fresh):02}") for n in range(draw(st.integers(0, ROWS)))]
    titles = [row["title"] for row in base]

    def change(row: Row) -> Row:
        part = draw(st.sampled_from(("title", "day", "place", "until")))
        n = next(fresh)
        new = {"title": f"改{n}", "day": f"2026-12-{n:02}", "place": f"处{n}", "until": f"1{n}:00"}
        if part == "title" and titles and draw(st.booleans()):  # as another one was called
            return row | {"title": draw(st.sampled_from(titles)), "day": f"2026-12-{n:02}"}
        return row | {part: new[part]}

    mine = [draw(st.sampled_from((row, NONE, change(row), change(change(row))))) for row in base]
    if len(base) < ROWS and draw(st.booleans()):
        mine.append(change(make("我加的", "2027-01-01")))
    now: list[tuple[Row, int | None]] = []
    for n, row in enumerate(base):
        fate = draw(st.sampled_from(("kept", "gone", "changed")))
        if fate != "gone":
            now.append((change(row) if fate == "changed" else row, n))
    while len(now) < ROWS and draw(st.booleans()):
        now.append((change(make(f"新{next(fresh)}", f"2027-02-{next(fresh):02}")), None))
    return fill(base), fill(mine), now


@given(edits())
def test_no_change_lands_on_an_event_whose_ancestor_is_another(
    drawn: tuple[list[Row], list[Row], list[tuple[Row, int | None]]],
) -> None:
    base, mine, stands = drawn
    now = fill([row for row, _ in stands])
    woven, asked = weave_rows(base, mine, now)
    for place, row in enumerate(woven):
        silent = {
            part: value
            for part, value in row.items()
            if value != now[place][part] and (place, part) not in asked
        }
        if not silent:
            continue
        if place >= len(stands):  # where none stood: one that was added
            assert any(row == own for was, own in zip(base, mine, strict=True) if was == NONE)
            continue
        ancestor = stands[place][1]
        assert ancestor is not None
        for part, value in silent.items():
            assert value == mine[ancestor][part] != base[ancestor][part]
    for was, own in zip(base, mine, strict=True):  # and none is lost
        if own not in (was, NONE):
            changed = {part for part in PARTS if own[part] != was[part]}
            assert any(all(row[part] == own[part] for part in changed) for row in woven)
