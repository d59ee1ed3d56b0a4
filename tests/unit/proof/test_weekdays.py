"""Weekdays behind an hour, and days in Han numerals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def _found(read: Read, text: str) -> list[str]:
    return [one.surface for one in read(text) if one.rule == "weekday-wrong"]


@pytest.mark.parametrize(
    "wrong",
    [
        "11月28日下午2时（星期日）",
        "11月28日上午9点（周日）",
        "11月28日下午2时30分至4时（周日）",
        "2026年11月28日14:00（周日）",
        "11月28日下午2点，星期五",
        "28日下午2点（周日）",
        "星期日下午2时（11月28日）",
        "二〇二六年十一月二十八日（星期日）",
        "十一月二十八日下午两点（星期日）",
        "十一月三十一日",
        "二〇二六年二月三十日",
    ],
)
def test_a_weekday_is_held_against_its_day_whatever_hour_stands_between(
    read: Read, wrong: str
) -> None:
    assert _found(read, f"活动定于{wrong}，在文化礼堂。") == [wrong]


@pytest.mark.parametrize(
    "right",
    [
        "活动定于11月28日下午2时（星期六），在文化礼堂。",
        "二〇二六年十一月二十八日（星期六），在文化礼堂。",
        "11月28日下午2点，星期日上午9点，各演一场。",
        "11月28日下午2点，周日休息。",
        "周六上午9点，11月29日下午2点，各演一场。",
        "农历十一月二十八日（星期日）祭祖。",
        "碑上刻着二月三十日。",
        "十一月二三日到站。",
    ],
)
def test_hours_of_two_days_and_lunar_days_stay(read: Read, right: str) -> None:
    assert _found(read, right) == []


def test_a_long_run_of_han_numerals_is_read_once(read: Read) -> None:
    assert _found(read, "一" * 100_000 + "月") == []  # quadratic, it took minutes
