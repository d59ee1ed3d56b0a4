"""Homes down to the room, and illnesses of people who are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def told(found: tuple[Finding, ...]) -> list[tuple[str, Level]]:
    return [(one.surface, one.level) for one in found if one.rule == "private-data"]


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("孩子家住示例路18弄6号402室。", "18弄6号402室"),
        ("老人独居在示例新村3幢2单元501室。", "3幢2单元501室"),
        ("王阿姨住在示例小区12幢1103室。", "12幢1103室"),
        ("示例路88弄5号301室的住户闻到焦味。", "88弄5号301室"),
        ("示例花园7幢302室张女士报了警。", "7幢302室"),
    ],
)
def test_a_home_down_to_the_room_is_found(read: Read, text: str, house: str) -> None:
    assert told(read(text)) == [(house, Level.ERROR)]


@pytest.mark.parametrize(
    "text",
    [
        "活动地点：示例路18弄6号402室。",
        "报名请到示例路88号社区服务中心302室。",
        "孩子家住示例路一带。",
        "老人住在示例新村3幢。",
        "6号楼住着三位老人。",
        "调解工作室设在示例路12号201室。",
    ],
)
def test_an_office_and_a_home_without_its_room_are_left_alone(read: Read, text: str) -> None:
    assert told(read(text)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("签约居民里有糖尿病患者沈国良行动不便。", "沈国良"),
        ("医生上门看望乙肝、糖尿病患者陈立新，送去了药。", "陈立新"),
        ("居民周建华，52岁，去年查出肺癌。", "周建华"),
        ("居民周建华确诊尿毒症后没有停下。", "周建华"),
    ],
)
def test_a_full_name_beside_an_illness_is_a_hint(read: Read, text: str, name: str) -> None:
    assert told(read(text)) == [(name, Level.WARNING)]


@pytest.mark.parametrize(
    "text",
    [
        "糖尿病患者徐伯伯行动不便。",
        "医生陈立新讲糖尿病患者怎样吃年糕。",
        "社区为糖尿病患者开了食堂窗口。",
        "乙肝患者中有三成按时复查。",
    ],
)
def test_an_illness_without_a_full_name_is_left_alone(read: Read, text: str) -> None:
    assert told(read(text)) == []
