"""What only looks like a mistake, beside the mistake that it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        # A share is one of the whole, which stood earlier, not of the amount beside it.
        ("count-mismatch", "买苗用去9万元，占三成，围栏用去6万元，占20%。", "共用去9万元，围栏6万元，占20%。"),
        ("count-mismatch", "门票收入60万元，小吃收入40万元，占40%。", "收入60万元，小吃收入40万元，占80%。"),
        ("count-mismatch", "课桌9张，占一半，条凳6张，占三分之一。", "课桌9张，新漆的6张，占三分之一。"),
        # What stands before 的 has the six; it is not the six.
        ("count-mismatch", "眼科、牙科、骨科的六位医生来了。", "老齐、老邵、老阮六位医生来了。"),
        ("count-mismatch", "眼科、牙科、骨科六位医生来了。", "老齐、老邵、老阮六位医生来了。"),
        ("count-mismatch", "东渡、西渡、南渡的四个社区来了人。", "东渡、西渡、南渡四个社区来了人。"),
        # The list goes on behind its first comma, or each of its parts has a number of its own.
        ("count-mismatch", "议三件事：修堤、补路，还有移树。", "议三件事：修堤、补路，大家都来。"),
        ("count-mismatch", "约好六条：不抢、不欠、不吵，谁脏谁扫，晚上关灯，早上开门。", "约好六条：不抢、不欠、不吵，谁脏谁扫。"),
        ("count-mismatch", "四条龙：两条大龙、一条女子龙、一条小龙。", "四条龙：大龙、女子龙、小龙。"),
        ("count-mismatch", "记下灯泡9只、龙头4个、雨伞6把。", "灯泡、龙头4个都换了，雨伞、蓑衣、斗笠4件也换了。"),
        ("count-mismatch", "船工、保安和学生编成五支队。", "船工、保安和学生五支队伍。"),
        ("count-mismatch", "糯米、箬叶由三家分摊。", "东渡、西渡三家分摊。"),
        # A part of a part, prizes, hours within a span, comparisons with what is not named.
        ("count-mismatch", "今年装300台，已开工137台，其中东渡41台、西渡38台。", "共装300台，其中东渡141台、西渡238台。"),
        ("count-mismatch", "共评出一等奖2个、二等奖6个、三等奖12个。", "共评出作品2个，其中诗6个、画12个。"),
        ("count-mismatch", "4点半到6点，前一个小时写作业。", "4点半到6点，一个小时写作业。"),
        ("count-mismatch", "收到412件，办成405件，警情同比下降34%。", "去年412件，今年405件，同比下降34%。"),
        ("count-mismatch", "三个集体、两名个人，分别是东渡、西渡、南渡、老阮、小荆。", "三个集体，分别是东渡、西渡、南渡、北渡。"),
        ("event-over", "原定于11月20日举行的演练改期。", "定于11月21日举行的演练不改期。"),
        ("punctuation", "“撇”与“捺”、“横”与“竖”都要练。", "“撇”、“捺”都要练。"),
        ("traditional", "残碑上有“重建橋樑記”几个字。", "重建橋樑的人来了。"),
        ("traditional", "碑上的“橋”字缺了一角。", "“老橋，我回来了。”他说。"),
        ("traditional", "阿婆念着“宝宝睏觉，月亮出来”。", "爸爸睏觉了。"),
        ("traditional", "县令王元暐修了堰。", "县令王元煒修了堰。"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mistake_raises_nothing(
    read: Read, rule: str, right: str, wrong: str
) -> None:
    assert rule not in {one.rule for one in read(right)}
    assert rule in {one.rule for one in read(wrong)}


def test_what_was_added_is_not_what_there_is_afterwards(read: Read) -> None:
    (found,) = read("渡口原有120张长椅，这次新增60张，增长了60%。")
    assert "增长50.0%" in found.message
    assert not read("渡口原有120张长椅，这次新增60张，增长了50%。")
    assert not read("渡口原有120张长椅，拆掉30张，减少了25%。")


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("一共收到950件，全部运走。", "一共收到950件"),
        ("一共收到618件，全部运走。", None),  # a title may round
        ("一共收到950件，挑出600件运走。", None),
        ("一共收到九百多件，全部运走。", None),
    ],
)
def test_a_total_is_held_against_the_title(read: Read, text: str, surface: str | None) -> None:
    title = "六百件棉衣过江来"
    found = read(text, title=title, original_title=title)
    assert [one.surface for one in found] == ([surface] if surface else [])
