"""Kinds that whole stories taught: posts, set phrases, units, hours, names told two ways, common knowledge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.model import Event, Level

from .conftest import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("title-form", "章水镇党工委书记来了。", "章水镇党委书记来了，街道党工委书记也来了。"),
        ("title-form", "街道人大副主席值班。", "街道人大工委副主任值班，镇人大主席也在。"),
        ("title-form", "乡人大主任值班。", "乡人大主席值班。"),
        ("title-form", "街道政府发了补贴。", "街道办事处发了补贴，跨街道、政府部门办事更快了。"),
        ("title-form", "乡长、党委副书记陶某表了态。", "党委副书记、乡长陶某表了态，各乡乡长、党委副书记都在场。"),
        ("title-form", "来了政协委员、人大代表。", "来了人大代表、政协委员。"),
        ("politics", "领悟“两个确立”的重大意义。", "领悟“两个确立”的决定性意义。"),
        ("politics", "领悟“两个确立”的决定性作用。", "起到决定性作用的是领悟“两个确立”的决定性意义。"),
        ("politics", "领悟“两个维护”。", "做到“两个维护”，拥护“两个确立”。"),
        ("politics", "打牢中华民族共同体意识。", "铸牢中华民族共同体意识。"),
        ("politics", "传达党的二十大会议精神。", "传达党的二十大精神。"),
        ("politics", "发挥党员的战斗堡垒作用。", "发挥党组织的战斗堡垒作用和党员的先锋模范作用。"),
        ("former-office", "消防中队教大家用灭火器。", "消防救援站教大家用灭火器，1995年的消防中队也在这里。"),
        ("confusable", "村民老范反应，渠里没水。", "村民老范反映，渠里没水，他反应很快。"),
        ("confusable", "拍了两副黑白照片。", "拍了两幅黑白照片，戴一副眼镜。"),
        ("confusable", "贴上一幅对联。", "贴上一副对联，画上一幅画。"),
        ("confusable", "药要空腹复用。", "药要空腹服用，旧瓶子可以重复用。"),
        ("confusable", "他写了“一片冰心在玉壸”。", "他写了“一片冰心在玉壶”，又写“一片冰心在甬江”。"),
        ("confusable", "工人正在在铺路。", "工人正在铺路，桥正在在建工地旁。"),
        ("confusable", "路可可以通车。", "路可以通车，把一把把伞收好。"),
        ("confusable", "耐心的引导每一位来客。", "耐心地引导每一位来客，耐心的引导很要紧。"),
        ("confusable", "孙师傅剪的很快。", "孙师傅剪得很快，孙师傅剪的样子很好看。"),
        ("sentence", "围绕以节约为主题开展竞赛。", "围绕节约这个主题开展竞赛，以节约为主题。"),
        ("sentence", "他险些没有落水。", "他险些落水。"),
        ("sentence", "她无时无刻都想着家。", "她无时无刻不想着家。"),
        ("sentence", "经过三次上门，让两家和好了。", "经过三次上门，两家和好了。"),
        ("sentence", "他想增强种植规模。", "他想扩大种植规模。"),
        ("sentence", "召开了一场健步走活动。", "召开了活动筹备会，举行了健步走活动。"),
        ("sentence", "步道向居民开，不收钱。", "步道向居民开放，车向小区开去。"),
        ("sentence", "桌边有人包饺，有人擀皮。", "桌边有人包饺子，桌上有蒸饺、虾饺。"),
        ("sentence", "门口装了一报警器。", "门口装了一个报警器，屋里装了一键报警器。"),
        ("book-title", "《社区运动会》举行了。", "《社区运动会之歌》唱响了。"),
        ("book-title", "老师读了小说“城南旧事”里的一段。", "老师讲了小说“接龙”的玩法。"),
        ("number-style", "电费每千瓦0.5元。", "电费每千瓦时0.5元。"),
        ("number-style", "山海拔五米，亭子海拔310公里。", "公路全长310公里，海拔310米。"),
        ("number-style", "广场占地500米。", "广场占地500平方米。"),
        ("number-style", "合格率高达120%。", "合格率高达99%，产量增长120%。"),
        ("number-style", "票价低了一倍。", "票价低了一半，收入多了一倍。"),
        ("number-style", "有大约30公里左右。", "有大约30公里。"),
        ("count-mismatch", "上午9点整，锅上了灶，到早上8点半，饭熟了。", "下午5点整，锅上了灶，到次日早上8点半，饭熟了。"),
        ("count-mismatch", "上午8点出发，老王走了1小时30分钟，9点10分就到了。", "上午8点出发，老王走了1小时10分钟，9点10分就到了。"),
        ("count-mismatch", "30名居民参加。大家分成5组，每组5人。", "30名居民参加。大家分成5组，每组6人。"),
        ("count-mismatch", "种了10亩，亩产600公斤，总产量7000公斤。", "种了10亩，亩产600公斤，总产量6000公斤。"),
        ("count-mismatch", "毛师傅今年60岁。66岁的毛师傅出摊了。", "毛师傅今年60岁。60岁的毛师傅出摊了。"),
        ("count-mismatch", "11月12日办了棋赛。老计说，11月13日的比赛很精彩。", "11月12日办了棋赛。老计说，将于11月29日办书法赛，欢迎来。"),
        ("common-knowledge", "大家读老舍的《家》。", "大家读巴金的《家》、老舍的《茶馆》。"),
        ("common-knowledge", "结婚60年，迎来金婚。", "结婚60年，迎来钻石婚；结婚53年的金婚老人也来了。"),
        ("common-knowledge", "立秋是二十四节气中的第14个节气。", "立秋是二十四节气中的第13个节气，是秋季的第一个节气。"),
        ("common-knowledge", "2026年乙巳年的年画。", "2026年丙午年的年画，2026年马年春晚。"),
        ("weekday-wrong", "11月22日是小雪，当天是农历十月初一。", "11月22日是小雪，当天是农历十月十四。"),
        ("two-spellings", "柯阿姨来了。柯阿姨坐下。忽然，柯大伯笑了。", "柯阿姨来了。柯阿姨坐下。邻居柯大伯笑了。"),
        ("two-spellings", "队长小程来了。“累了。”小陈说。", "队长小程、队员小陈来了。“累了。”小陈说。"),
        ("two-spellings", "“春蕾”队来了，“春雷”队修灯。", "“春蕾”队来了，“夏荷”队修灯。"),
        ("punctuation", "他打听哪里能配钥匙？", "他打听：“哪里能配钥匙？”谁不知道哪里能配钥匙呢？"),
        ("punctuation", "纸板、瓶子，衣服堆了一地。", "纸板、瓶子、衣服堆了一地。"),
        ("punctuation", "老人唱歌、和孩子下棋。", "老人剁馅、和面，学员练唱、和声。"),
    ],
)  # fmt: skip
def test_each_is_told_from_its_right_neighbour(
    read: Read, rule: str, wrong: str, right: str
) -> None:
    assert rule in {one.rule for one in read(wrong)}
    assert rule not in {one.rule for one in read(right)}


@pytest.mark.parametrize(
    "text",
    [
        "退休教师乌老师带路，退休教师张老师断后。",  # a surname and what the person is called
        "垃圾分类算成账，贴在墙上。",  # a verb and its result
        "新酿的酒没有滤清，老师傅说要等三天。",  # fresh, and a verb
        "不知今后如何处理这群鸿雁？是放，还是养？",  # a question after all
        "进一步扩大开放并提高水平。",  # two verbs with a noun each
    ],
)
def test_what_only_looks_like_a_mistake_is_spared(read: Read, text: str) -> None:
    assert read(text) == ()


def test_a_set_phrase_is_mended_with_one_click_and_blocks(read: Read) -> None:
    (found,) = read("要深刻领悟“两个确立”的决定性作用。")
    assert (found.level, found.surface, found.suggestion) == (
        Level.ERROR,
        "决定性作用",
        "决定性意义",
    )


def test_the_second_way_of_writing_a_name_offers_the_first(read: Read) -> None:
    found = read("江北区孔浦街道绿梅社区装了座椅。红梅社区工作人员说，每月查一次。")
    assert told(found, "two-spellings") == [("红梅社区", "绿梅社区")]


def test_an_event_that_is_over_is_told_once_and_where_it_is_announced(read: Read) -> None:
    first = datetime(2026, 11, 21, 14, tzinfo=SHANGHAI)
    event = Event("义诊", first, first + timedelta(hours=2), "")
    found = read("社区将于11月21日下午2点举办义诊。", events=(event,))
    assert [(one.rule, one.field, one.surface) for one in found] == [
        ("event-over", "text", "将于11月21日")
    ]
    silent = read("社区又要义诊了。", events=(event,))
    assert [(one.rule, one.field) for one in silent] == [("event-over", "events")]
