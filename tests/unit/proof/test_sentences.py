"""Sentences that say the contrary, one thing twice, or lack their subject; small words; orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.model import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("sentence", "巡查是为了防止事故不再发生。", "巡查是为了防止事故再次发生。"),
        ("sentence", "避免不要在楼道堆杂物。", "避免在楼道堆杂物，下雨天避免不了积水。"),
        ("sentence", "切忌不要酒后登高。", "切忌酒后登高。"),
        ("sentence", "其目的是为了让老人少跑路。", "其目的是让老人少跑路，为了这件事他们跑了三趟。"),
        ("sentence", "停水的原因是因为管道老化。", "停水的原因是管道老化，因为它用了三十年。"),
        ("sentence", "大概约50人到场。", "约50人到场，大概坐满了。"),
        ("sentence", "不但方便了居民，但也添了收入。", "不但方便了居民，还添了收入，但账目要公开。"),
        ("sentence", "只有大家齐心，就能办好。", "只要大家齐心，就能办好；只有齐心，才能办好。"),
        ("sentence", "只要大家齐心，才能办好。", "只有大家齐心，才能办好。"),
        ("sentence", "虽然下着雨，因此来的人少。", "因为下着雨，来的人少；虽然人少，但热闹。"),
        ("sentence", "通过这次培训，使队员学会了急救。", "通过这次培训，队员学会了急救，使用起来也不慌。"),
        ("sentence", "截至目前为止，五十人报了名。", "截至11月20日，五十人报了名，到目前为止没人退出。"),
        ("sentence", "由于天气的原因，导致活动改期。", "由于天气原因，活动改期，由于雨水原因造成的积水已排干。"),
        ("number-style", "现场有超过近百名居民。", "现场有近百名居民，超过近海的滩涂。"),
        ("number-style", "不足约30人。", "不足30人，约走了30米，全长不到大桥一半。"),
        ("punctuation", "摆了磨刀、修伞、等便民服务。", "摆了磨刀、修伞等便民服务，老人、等车的人都来了。"),
        ("punctuation", "活动有磨刀、修伞，", "活动有磨刀、修伞。"),
        ("punctuation", "活动有磨刀、修伞、\n", "活动有磨刀，\n还有修伞。"),
        ("confusable", "大家克服因难。", "这几年因难产去世的少了。"),
        ("confusable", "做到防范于未燃。", "这堆草还未燃。"),
        ("confusable", "邻居互相帮组。", "社区帮组织者搬桌子。"),
        ("confusable", "街道组织消防演连。", "表演连着看了三场。"),
        ("confusable", "老人精神灼铄，友宜长存。", "亲友宜早到场。"),
        ("confusable", "社区的的志愿者来了。", "广场舞大赛的目的的确是健身。"),
        ("confusable", "老人在在树下乘凉。", "老人现在在树下乘凉，路正在在建工地旁。"),
        ("confusable", "灯光和和风相伴。", "一家人和和美美，屋里暖暖和和，过了个温和和平的年。"),
        ("confusable", "工程将将动工。", "他把将将要说的话写了下来，上将将来访。"),
        ("confusable", "路修好了了，大家高兴。", "此事不了了之，一目了然。"),
        ("confusable", "街道街道办派人到场。", "根据根据地的老照片，街道办的人找来了。"),
        ("confusable", "管线工程己于上周完工。", "他把自己有的工具借了出去，工程已于上周完工。"),
        ("confusable", "这样做即方便了老人，又省了钱。", "随即搬来椅子，又倒了水；扫码即可入场。"),
        ("count-mismatch", "报名时间为11月28日至11月20日。", "报名时间为12月20日至1月5日。"),
        ("count-mismatch", "展览从11月28日（周六）到20日。", "展览从11月8日（周日）到20日。"),
        ("count-mismatch", "上午9:00—8:30在礼堂排练。", "上午9:00—11:30、晚上7点到次日1点值守。"),
        ("count-mismatch", "开放时间为14:00—13:30。", "开放时间为8:00—17:00，夜班22:00—6:00。"),
        ("count-mismatch", "参与率由60%提高到75%，提高了15%。", "参与率由60%提高到75%，提高了15个百分点。"),
        ("count-mismatch", "差错率从8%降到4%，下降了30%。", "差错率从8%降到4%，下降了50%。"),
        ("number-style", "步道长1200米左右多。", "步道长1200米左右，多数人走得完。"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_and_its_right_form_is_not(
    read: Read, rule: str, wrong: str, right: str
) -> None:
    assert rule in {one.rule for one in read(wrong)}
    assert rule not in {one.rule for one in read(right)}


@pytest.mark.parametrize(
    "right", ["这事不光彩，但他认了。", "只有三个人，就能把灯会办起来。", "只有五分钟，就会到站。"]
)
def test_what_only_looks_like_a_wrong_sentence_stays(read: Read, right: str) -> None:
    assert "sentence" not in {one.rule for one in read(right)}


def test_a_span_that_may_reach_into_the_next_year_is_a_question(read: Read) -> None:
    for told, level in (("9月1日至6月30日", Level.WARNING), ("9月30日至9月1日", Level.ERROR)):
        (found,) = [one for one in read(f"{told}开放。") if one.rule == "count-mismatch"]
        assert found.level is level


def test_what_somebody_is_quoted_with_keeps_its_grammar(read: Read) -> None:
    assert "sentence" not in {one.rule for one in read("他说：“目的是为了大家好。”")}


def test_a_change_between_percentages_names_the_points(read: Read) -> None:
    (found,) = [
        one for one in read("参与率由60%提高到75%，提高了15%。") if one.rule == "count-mismatch"
    ]
    assert "请改为“15个百分点”" in found.message
