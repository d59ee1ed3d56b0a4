"""Meetings, thought, campaigns and posts by their right names and in their order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.model import Level
from tests.unit.proof.conftest import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("text", "surface", "better"),
    [
        ("大家学习党的二十大三中全会精神。", "二十大三中全会", "二十届三中全会"),
        ("传达十九大六中全会公报。", "十九大六中全会", "十九届六中全会"),
        ("党的二十届三次全会作出部署。", "二十届三次全会", "二十届三中全会"),
        ("区委五届四中全会召开。", "五届四中全会", "五届四次全会"),
        ("二十届中央纪委四中全会召开。", "二十届中央纪委四中全会", "二十届中央纪委四次全会"),
        ("党课讲十九届八中全会。", "十九届八中全会", None),
        ("党的第二十大精神进楼道。", "党的第二十大", None),
        ("学习党的二十届精神。", "党的二十届", None),
        ("坚持以人民为重心的思想。", "以人民为重心", "以人民为中心"),
        ("深刻领悟“三个确立”的决定性意义。", "三个确立", "两个确立"),
        ("做到“四个维护”。", "四个维护", "两个维护"),
        ("统筹推进“四位一体”总体布局。", "四位一体", "五位一体"),
        ("协调推进“四个全面”总体布局。", "总体布局", "战略布局"),
        ("落实三课一会制度。", "三课一会", "三会一课"),
        ("贯彻中央十八项规定精神。", "中央十八项规定", "中央八项规定"),
        ("以习近平总书记为核心的党中央", "以习近平总书记为核心的党中央", "以习近平同志为核心的党中央"),
        ("学习习近平新时代社会主义思想。", "习近平新时代社会主义思想", "习近平新时代中国特色社会主义思想"),
        ("街道工委党副书记来了。", "工委党副书记", "党工委副书记"),
        ("社区新时代文明实践所揭牌。", "新时代文明实践所", "新时代文明实践站"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_found_with_the_right_one(
    read: Read, text: str, surface: str, better: str | None
) -> None:
    assert told(read(text), "politics") == [(surface, better)]


@pytest.mark.parametrize(
    "text",
    [
        "学习党的二十届四中全会精神。",
        "党的十一届三中全会以后，渔村变了样。",
        "党的二十大以来，社区添了三个食堂。",
        "党的第二十次全国代表大会以来，他一直写日记。",
        "二十届中央纪委四次全会召开。",
        "区委五届四次全会召开。",
        "十四届全国人大四次会议闭幕。",
        "共青团十九届二中全会召开。",
        "坚持以人民为中心的发展思想。",
        "深刻领悟“两个确立”的决定性意义，做到“两个维护”。",
        "统筹推进“五位一体”总体布局，协调推进“四个全面”战略布局。",
        "养老、托育、食堂三位一体。",
        "落实三会一课，学习中央八项规定精神。",
        "习近平生态文明思想和习近平法治思想。",
        "街道党工委书记来了。",
        "社区新时代文明实践站、街道新时代文明实践所都来了。",
        "市人大代表、政协委员到会。",
    ],
)
def test_a_right_name_is_left_alone(read: Read, text: str) -> None:
    assert told(read(text), "politics") == []


def test_a_meeting_that_may_not_have_been_held_is_a_hint(read: Read) -> None:
    (one,) = [one for one in read("学习党的二十届六中全会精神。") if one.rule == "politics"]
    assert one.level is Level.WARNING


def test_the_phrase_of_its_time_stays_in_an_old_story(read: Read) -> None:
    old = datetime(2015, 3, 2, 9, tzinfo=SHANGHAI)
    text = "以习近平同志为总书记的党中央"
    assert told(read(text, published=old), "politics") == []
    assert told(read("以习近平同志为中心的党中央"), "politics") != []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("副书记小李、书记老周到场。", "副书记小李、书记"),
        ("镇综合行政执法办公室副主任小陈、镇党委书记老沈来了。", "镇综合行政执法办公室副主任小陈、镇党委书记"),
        ("居委会主任、党委书记小何说。", "居委会主任、党委书记"),
        ("书记老周、副书记小李到场。", None),
        ("区政协副主席李某、区人大常委会副主任王某到场。", "区政协副主席李某、区人大常委会副主任"),
        ("区人大常委会副主任王某、区政协副主席李某到场。", None),
        ("市政协副主席李某、区人大常委会副主任王某到场。", None),
        ("党委书记、居委会主任小何说。", None),
        ("街道党工委副书记老周、社区建设办公室副主任小李到场。", None),
    ],
)  # fmt: skip
def test_posts_are_named_in_their_order(read: Read, text: str, surface: str | None) -> None:
    found = [one for one, _ in told(read(text), "title-form")]
    assert found == ([surface] if surface else [])


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("以党建引令治理。", ("党建引令", "党建引领")),
        ("推动共同富域。", ("共同富域", "共同富裕")),
        ("开展主题党曰活动。", ("主题党曰", "主题党日")),
    ],
)
def test_a_slip_in_a_set_phrase_of_politics_is_found(
    read: Read, text: str, pair: tuple[str, str]
) -> None:
    assert told(read(text), "confusable") == [pair]
