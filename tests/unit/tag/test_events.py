"""Announced days, relative to the day of publication (a Tuesday)."""

from datetime import UTC, datetime

import pytest

from pipeline.tag.events import find_events

_PUBLISHED = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "start"),
    [
        ("11月28日下午2点", "2026-11-28T14:00"),
        ("11月28日（周六）9:30", "2026-11-28T09:30"),
        ("1月3日", "2027-01-03T00:00"),
        ("本周五晚上7点半", "2026-11-27T19:30"),
        ("下周三", "2026-12-02T00:00"),
    ],
)
def test_the_usual_forms_are_understood(phrase: str, start: str) -> None:
    events, evidence = find_events("示例", f"示例：{phrase}将举办讲座。", _PUBLISHED)
    assert [event.start.strftime("%Y-%m-%dT%H:%M") for event in events] == [start]
    assert len(evidence) == 1


@pytest.mark.parametrize(
    "phrase", ["11月28日（周一）", "2月30日", "13月40日", "2020年1月1日", "11月20日"]
)
def test_a_day_that_cannot_be_or_is_past_is_no_event(phrase: str) -> None:
    assert find_events("示例", f"示例：{phrase}将举办讲座。", _PUBLISHED) == ((), ())


def test_without_a_date_of_publication_nothing_is_guessed() -> None:
    assert find_events("示例", "示例：周五将举办讲座。", None) == ((), ())
