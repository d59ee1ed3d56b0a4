"""Offices by former names, and stories in which those names are right."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def told(found: tuple[Finding, ...]) -> list[str]:
    return [one.surface for one in found if one.rule == "former-office"]


@pytest.mark.parametrize(
    ("text", "name", "now"),
    [
        ("区卫计局的医生来义诊。", "卫计局", "卫生健康局"),
        ("市质监局抽查电梯。", "质监局", "市场监督管理局"),
        ("海曙国土分局来量地。", "国土分局", "自然资源和规划局"),
        ("宁海旅游局办了线路推介。", "旅游局", "文化广电旅游局"),
        ("镇海区安监局查仓库。", "安监局", "应急管理局"),
        ("地税局的窗口搬了。", "地税局", "税务局"),
        ("街道计生办上门。", "计生办", "卫生健康"),
        ("消防官兵赶到楼下。", "消防官兵", "消防救援人员"),
    ],
)
def test_a_former_name_is_told_with_the_present_one_and_the_year(
    read: Read, text: str, name: str, now: str
) -> None:
    (one,) = [one for one in read(text) if one.rule == "former-office"]
    assert one.surface == name
    assert now in one.message
    assert "年机构改革" in one.message


@pytest.mark.parametrize(
    "text",
    [
        "原区环保局的老楼改成了托育园。",
        "他时任区工商局副局长。",
        "老周2012年从市环保局调到社区。",
        "她是区卫生局退休的医生。",
        "这里从前是国土局的院子。",
        "区市场监督管理局、市生态环境局和自然资源和规划局来了。",
        "区文化和旅游局、泰国旅游局参加推介。",
        "《环保局的故事》开演。",
    ],
)
def test_what_tells_of_that_time_keeps_its_name(read: Read, text: str) -> None:
    assert told(read(text)) == []


def test_a_story_from_before_the_change_keeps_its_name(read: Read) -> None:
    text = "区环保局的执法人员来到河边。"
    assert told(read(text, published=datetime(2016, 5, 3, 9, tzinfo=SHANGHAI))) == []
    assert told(read(text, published=datetime(2022, 5, 3, 9, tzinfo=SHANGHAI))) == ["环保局"]
