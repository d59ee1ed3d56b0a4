"""Further items of a day that was announced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.tag.events import find_events

_PUBLISHED = datetime(2026, 11, 24, 2, tzinfo=UTC)


def _starts(text: str, title: str = "示例") -> list[str]:
    return [f"{one.start:%m-%d %H:%M}" for one in find_events(title, text, _PUBLISHED)[0]]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("12月5日下午2点举办集市。晚上6点半开始放露天电影。", ["12-05 14:00", "12-05 18:30"]),
        ("12月5日晚7点办灯会。八点整，桥上有一场走秀。", ["12-05 19:00", "12-05 20:00"]),
        ("12月5日上午9:30开放！当天10点还有一堂防跌倒课。", ["12-05 09:30", "12-05 10:00"]),
        ("12月5日上午9点开集。8点半签到，10点有舞狮表演。", ["12-05 09:00", "12-05 10:00"]),
        ("12月5日分两场：上午场9:00—10:30，下午场14:30—16:00。", ["12-05 09:00", "12-05 14:30"]),
        ("12月5日上午9点停在南门广场，下午2:00停在文化礼堂。", ["12-05 09:00", "12-05 14:00"]),
        ("12月5日上午9点开集，每天下午4点收摊。", ["12-05 09:00"]),
        ("12月5日上午9点开集。去年下午3点有一场戏。", ["12-05 09:00"]),
        ("12月5日上午9点开集。12月6日下午3点有一场戏。", ["12-05 09:00", "12-06 15:00"]),
        ("12月5日至7日每天9点开集。上午10点有一场戏。", ["12-05 09:00"]),
    ],
)
def test_further_items_of_a_day_are_events_of_that_day(text: str, starts: list[str]) -> None:
    assert _starts(text) == starts


def test_a_further_item_shows_its_hour_and_has_its_own_place() -> None:
    text = "12月5日下午2点在示例广场举办集市。晚上7点，在示例礼堂还有一场音乐会。"
    events, evidence = find_events("示例", text, _PUBLISHED)
    assert [one.place for one in events] == ["示例广场", "示例礼堂"]
    (hour,) = (one for one in evidence if one.rule == "programme")
    assert text[hour.start : hour.end] == hour.surface == "晚上7点"
    assert hour.target == "event:2026-12-05"


def test_the_lines_of_a_programme_are_events_with_their_names() -> None:
    text = "12月5日（周六），小剧场一天三台戏。\n10:00　皮影戏《东海》　40分钟\n14:00　儿童剧《丢影》\n16:00　即兴戏剧"
    events = find_events("节目单", text, _PUBLISHED)[0]
    assert [f"{one.start:%H:%M}" for one in events] == ["10:00", "14:00", "16:00"]
    assert [one.title for one in events][1:] == ["儿童剧《丢影》", "即兴戏剧"]


@pytest.mark.parametrize(
    "lines",
    [
        "9:00　领导致辞\n9:20　颁奖\n10:30　合影",  # what one gathering does
        "9:00开集，下午4:00收摊",
    ],
)
def test_the_course_of_one_gathering_is_one_event(lines: str) -> None:
    assert _starts(f"12月5日（周六）在广场举办活动。\n{lines}") == ["12-05 09:00"]
