"""Words that do not go together, measures, and words that are right in other company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.proof.conftest import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("text", "surface", "better"),
    [
        ("垃圾分类的正确率不断增加。", "增加", "提高"),
        ("来听课的人数明显提高。", "提高", "增加"),
        ("演练增强了居民的防火意识和自救技能。", "增强了居民的防火意识和自救技能", None),
        ("改造改善了居民的居住水平。", "改善了居民的居住水平", None),
        ("街道加快整治力度。", "加快整治力度", None),
        ("新居民是重要的小区的治理力量。", "重要的小区的治理力量", None),
        ("他送来一床毛毯和一座椅子。", "座", None),
        ("民警抓住一位小偷。", "位", "名"),
        ("志愿服务不仅能温暖别人，也是温暖别人。", "不仅能温暖别人，也是温暖别人", None),
    ],
)
def test_words_that_do_not_go_together_are_found(
    read: Read, text: str, surface: str, better: str | None
) -> None:
    assert told(read(text), "sentence") == [(surface, better)]


@pytest.mark.parametrize(
    "text",
    [
        "正确率提高了，人数增加了。",
        "演练增强了居民的防火意识和自救能力。",
        "小区新建一座自行车棚，两幢楼的居民来帮忙。",
        "新居民是社区建设的重要力量。",
        "志愿服务不仅能温暖别人，也能温暖自己。",
        "街道加大整治力度，加快改造步伐。",
    ],
)
def test_words_that_go_together_are_left_alone(read: Read, text: str) -> None:
    assert told(read(text), "sentence") == []


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("裁缝帮她换了一条拉练。", ("拉练", "拉链")),
        ("书包的拉练头掉了。", ("拉练", "拉链")),
        ("图书馆每天开方到晚上九点。", ("开方", "开放")),
        ("台风预计明早在象山登录。", ("登录", "登陆")),
        ("新生到学校报道。", ("报道", "报到")),
        ("大桥胜利合拢。", ("合拢", "合龙")),
        ("比赛有拔合和踢健子。", ("拔合", "拔河")),
        ("狂犬病疫苖备足了。", ("疫苖", "疫苗")),
        ("膝盖上的伤囗好了。", ("伤囗", "伤口")),
        ("货架上琅琅满目。", ("琅琅满目", "琳琅满目")),
        ("床头装了一键呼就按钮。", ("一键呼就", "一键呼救")),
    ],
)
def test_a_word_that_is_right_in_other_company_is_found(
    read: Read, text: str, pair: tuple[str, str]
) -> None:
    assert told(read(text), "confusable")[:1] == [pair]


@pytest.mark.parametrize(
    "text",
    [
        "部队冬季拉练结束，战士们换了衣服。",
        "老中医免费开方抓药。",
        "居民登录平台查看台风路径。",
        "记者来学校报道运动会。",
        "他选拔合适的队员。",
        "口琴声琅琅，书声琅琅。",
    ],
)
def test_the_same_word_in_its_own_company_is_left_alone(read: Read, text: str) -> None:
    assert told(read(text), "confusable") == []
