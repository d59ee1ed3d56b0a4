"""Days and hours in announcements, relative to a day of publication (a Tuesday)."""

import time as clock
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag.moments import find_moments

_TODAY = date(2026, 11, 24)


def _said(sentence: str) -> list[str]:
    said = []
    for one in find_moments(sentence, _TODAY):
        hours = "-".join(f"{hour:%H:%M}" for hour in (one.begins, one.ends) if hour)
        last = f"..{one.last:%m-%d}" if one.last else ""
        said.append(f"{one.first:%Y-%m-%d}{last} {hours}".strip())
    return said


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("本周六上午9点", ["2026-11-28 09:00"]),
        ("下周三晚七点半", ["2026-12-02 19:30"]),
        ("下下周一", ["2026-12-07"]),
        ("本周末", ["2026-11-28..11-29"]),
        ("每周二", ["2026-11-24"]),
        ("每周一", ["2026-11-30"]),
        ("每月15日", ["2026-12-15"]),
        ("农历正月十五晚6点半", ["2027-02-20 18:30"]),
        ("元宵节当晚6点", ["2027-02-20 18:00"]),
        ("即日起至月底", ["2026-11-24..11-30"]),
        ("即日起至2月底", ["2026-11-24..02-28"]),
        ("即日起至12月10日", ["2026-11-24..12-10"]),
        ("12月5日与12日", ["2026-12-05", "2026-12-12"]),
        ("11.30(周一)上午9:30", ["2026-11-30 09:30"]),
        ("12月30日至1月2日", ["2026-12-30..01-02"]),
        ("12月12日至13日周六至周日", ["2026-12-12..12-13"]),
        ("12月12日至13日（周六、周日）上午9点", ["2026-12-12..12-13 09:00"]),
        ("12月11日至13日（周日）", ["2026-12-11..12-13"]),
        ("12月6日下午2点至4点", ["2026-12-06 14:00-16:00"]),
        ("12月1日至3日，每天上午9点开门，下午4点收工", ["2026-12-01..12-03 09:00-16:00"]),
        ("明天中午1点一刻", ["2026-11-25 13:15"]),
        ("今晚7点", ["2026-11-24 19:00"]),
        ("12月4日（周五）上午10时", ["2026-12-04 10:00"]),
        ("十二月四日（周五）晚七点三十分", ["2026-12-04 19:30"]),
        ("十二月五日与十二日", ["2026-12-05", "2026-12-12"]),
        ("十二月三十日至一月二日", ["2026-12-30..01-02"]),
        ("二〇二七年三月廿一日九时零五分", ["2027-03-21 09:05"]),
        ("下月二十日下午二时", ["2026-12-20 14:00"]),
        ("每月十五日", ["2026-12-15"]),
        ("十二月第一个周六", ["2026-12-05"]),
        ("即日起至十二月十日", ["2026-11-24..12-10"]),
        ("冬至日上午10点", ["2026-12-22 10:00"]),
        ("清明当天早上7点", ["2027-04-05 07:00"]),
        ("十八时四十开场，12月6日十八时四十开场", ["2026-12-06 18:40"]),
    ],
)
def test_the_forms_of_announcements_are_understood(phrase: str, wanted: list[str]) -> None:
    assert _said(f"示例：{phrase}") == wanted


@pytest.mark.parametrize(
    "phrase",
    [
        "12月1日（周五）",
        "12月12日至13日周五至周六",
        "12月12日至13日（周五）",
        "2月30日",
        "13月1日",
        "12.1(周五)",
        "即日起至13月底",
        "1.28元",
        "十二月四日（周六）",
        "二月三十日",
        "十三月一日",
        "十二月三四日",
    ],
)
def test_a_day_that_cannot_be_is_not_guessed(phrase: str) -> None:
    assert _said(f"示例：{phrase}") == []


@given(
    st.text(
        alphabet="0123456789年月日号周星期一二三六零廿每下本至、与（()）.:：点分半上午晚即起底农历正十五初冬",
        max_size=60,
    )
)
def test_any_text_gives_moments_that_stand_in_it(sentence: str) -> None:
    for one in find_moments(sentence, _TODAY):
        assert 0 <= one.start < one.end <= len(sentence)
        assert one.last is None or one.last >= one.first


@pytest.mark.parametrize("unit", ["1月", "周", "即日起", "12月1日至", "9点至", "每"])
def test_a_long_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    began = clock.process_time()
    list(find_moments(unit * 20_000, _TODAY))
    assert clock.process_time() - began < 5


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("正月十三晚上6点半", ["2027-02-18 18:30"]),
        ("除夕当晚8点", ["2027-02-05 20:00"]),
        ("元旦当天上午9点", ["2027-01-01 09:00"]),
        ("每周一、三、五上午8点", ["2026-11-25 08:00"]),
        ("每月第一个周六上午9点", ["2026-12-05 09:00"]),
        ("每月最后一个周五", ["2026-11-27"]),
        ("12月第二个周日下午3点", ["2026-12-13 15:00"]),
        ("11月30日（下周一）上午8点半", ["2026-11-30 08:30"]),
        ("11月29、30日", ["2026-11-29", "2026-11-30"]),
        ("本周六、周日上午9点", ["2026-11-28 09:00", "2026-11-29 09:00"]),
        ("即日起到2027年1月11日", ["2026-11-24..01-11"]),
        ("12月3日起，每周三下午2点", ["2026-12-03", "2026-12-09 14:00"]),
        ("上周五晚上8点", []),
    ],
)
def test_habits_feasts_and_lists_of_days_are_understood(phrase: str, wanted: list[str]) -> None:
    assert _said(f"示例：{phrase}") == wanted
