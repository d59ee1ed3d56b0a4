"""Festivals and solar terms beside dates, by the calendar and by the sun."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.proof.festivals import find_wrong_festivals

PUBLISHED = date(2026, 11, 20)


def find(text: str) -> list[str]:
    return [message for _, _, message in find_wrong_festivals(text, PUBLISHED)]


@pytest.mark.parametrize(
    "text",
    [
        "12月22日冬至这一天，食堂送汤圆。",
        "冬至（12月22日）吃汤圆。",
        "2027年2月20日（正月十五）挂灯。",
        "1月15日是农历腊八，锅已借好。",
        "12月4日是国家宪法日。",
        "2026年5月10日，母亲节，花店排队。",
        "12月7日，大雪节气，晾起咸货。",
        "2月16日除夕，2月5日除夕。",  # of 2026 and of 2027
        "12月19日冬至活动提前办。",  # a party may be held on any day
    ],
)
def test_a_day_that_bears_its_name_is_left_alone(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("12月21日冬至这一天，食堂送汤圆。", "12月22日"),
        ("冬至（12月23日）吃汤圆。", "12月22日"),
        ("2027年2月21日（正月十五）挂灯。", "2月20日"),
        ("12月5日是国家宪法日。", "12月4日"),
        ("2026年5月17日是母亲节，花店排队。", "5月10日"),
        ("清明是4月6日，扫墓的人多。", "4月5日"),
    ],
)
def test_a_day_that_is_another_is_found(text: str, right: str) -> None:
    assert [right in message for message in find(text)] == [True]


@pytest.mark.parametrize(
    ("year", "term", "day"),
    [
        (2024, "立春", (2, 4)),
        (2025, "立春", (2, 3)),
        (2024, "清明", (4, 4)),
        (2026, "夏至", (6, 21)),
        (2023, "秋分", (9, 23)),
    ],
)
def test_the_suns_place_gives_the_days_of_the_almanac(
    year: int, term: str, day: tuple[int, int]
) -> None:
    assert list(find_wrong_festivals(f"{year}年{day[0]}月{day[1]}日{term}。", PUBLISHED)) == []
    wrong = f"{year}年{day[0]}月{day[1] + 2}日{term}。"
    assert len(list(find_wrong_festivals(wrong, PUBLISHED))) == 1
