"""Forms of mistakes, one of each kind that the tables know, and what only looks like them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]

NUMBERS = [
    "20几",
    "2季度",
    "五·一",
    "5·1假期",
    "08年",
    "3、4天",
    "70、80岁",
    "3、五个",
    "一九九八年",
    "二零二六年",
    "2零26年",
    "一九58年",
    "正月15",
    "农历8月15",
    "大年30",
    "十一月18日",
    "11月十八日",
    "星期3",
    "12：00",
    "90年代",
    "15五规划",
    "几10户",
    "2千多",
    "1亿3千万元",
    "第十4届",
    "近百余床",
    "300多人左右",
    "3分之1",
    "3成",
    "百分之20",
    "10～20%",
    "5-6万元",
    "减少3倍",
    "二个",
    "１２３",
    "12，300元",
    "2维码",
    "50平米",
    "60公分",
    "3KM",
    "5m2",
]


@pytest.mark.parametrize("form", NUMBERS)
def test_a_number_against_the_standard_is_found(read: Read, form: str) -> None:
    assert "number-style" in {one.rule for one in read(f"社区有{form}。")}


@pytest.mark.parametrize(
    "text",
    [
        "3、4号楼年检，5月4、5日放假。", "屋顶光伏300千瓦，石碑有100千克。", "对联的落款是一九八二年冬。",
        "2026十佳阳台揭晓。", "决赛打成21：19。", "“一二·九”那天唱了歌。", "百分之百的人来了以后，三分之一的人留下。",
        "八十年风雨，石桥还在。", "祠堂修缮筹到5.6万元。", "正月十五闹元宵，初八开门。",
    ],
)  # fmt: skip
def test_a_number_by_the_standard_passes(read: Read, text: str) -> None:
    assert [one.surface for one in read(text) if one.rule == "number-style"] == []


@pytest.mark.parametrize(
    ("text", "rule", "surface"),
    [
        ("大礼堂上周峻工。", "confusable", "峻工"),
        ("截止11月20日，共收到三封信。", "confusable", "截止1"),
        ("全市最大的食堂开张。", "wording", "全市最大"),
        ("中港两地青年扎灯。", "wording", "中港两地"),
        ('那间叫"半日闲"的茶室。', "punctuation", '"半日闲"'),
        ("有米、面、和油。", "punctuation", "、和"),
        ("宁波市市政府的清单。", "title-form", "市市"),
        ("市人大主任来了。", "title-form", "市人大"),
        ("大碶街道学院社区开课。", "member-name", "学院社区"),
        ("初二女生温如许捡到钱包。", "minor", "温如许"),
        ("活动将于11月19日举行。", "event-over", "将于11月19日"),
        ("发出400份，收回300份，回收率85%。", "count-mismatch", "400份，收回300份，回收率85%"),
        ("灯会1月30日开幕，2月7日闭幕，为期10天。", "count-mismatch", "1月30日开幕，2月7日闭幕，为期10天"),
        ("每周上2节课，10周学完，共24节课。", "count-mismatch", "每周上2节课，10周学完，共24节"),
        ("周六、周日（11月27日、28日）连演。", "weekday-wrong", "周六、周日（11月27日、28日"),
        ("2027年1月30日开市，2月29日闭市。", "weekday-wrong", "2月29日"),
        ("身份证号是330201194705150123。", "private-data", "330201194705150123"),
    ],
)  # fmt: skip
def test_each_form_is_found_where_it_stands(read: Read, text: str, rule: str, surface: str) -> None:
    assert (rule, surface) in {(one.rule, one.surface) for one in read(text)}


@pytest.mark.parametrize(
    "text",
    [
        "不能自己翻身的老人有了帮手。", "入场卷起袖子就干。", "险峻工地在半山腰。", "“他们以前叫我瘸子。”他说。",
        "老师在黑板上写下“按装”两个字。", "石匠陈国良和石匠陈国栋是兄弟。", "绍兴市越城区的幸福里社区来取经。",
        "周六、周日（11月28日、29日）连演。", "国家级湿地公园边住着护鸟人。", "给阿明、阿芳、阿强两个苹果。",
        "书架分三层，一层放绘本，二层放工具书，三层放旧报。", "葛建国八岁的女儿画了一座桥。", "台账第13812345670号。",
        "宁波市市长热线的大屏亮着。", "采桑的陈阿婆六岁起学打铁。",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mistake_passes(read: Read, text: str) -> None:
    assert [(one.rule, one.surface) for one in read(text)] == []


def test_a_day_that_its_month_does_not_have_is_said_to_be_none(read: Read) -> None:
    (found,) = read("报名本月31日截止。")
    assert "11月没有31日" in found.message
    assert found.suggestion is None
    (right,) = read("报名到下月31日为止。")
    assert right.suggestion == "12月31日"


def test_from_this_day_on_is_from_the_day_of_publication(read: Read) -> None:
    long_ago = datetime(2026, 11, 6, 9, tzinfo=SHANGHAI)
    (found,) = read("即日起至12月10日接受报名。", published=long_ago)
    assert (found.surface, found.suggestion) == ("即日起", "11月6日起")
    assert not read("即日起至12月10日接受报名。")


@pytest.mark.parametrize("post", ["主任", "副主任"])
def test_a_post_in_a_congress_is_kept_in_what_is_advised(read: Read, post: str) -> None:
    (found,) = read(f"市人大{post}来到社区。")
    assert f"“市人大常委会{post}”" in found.message


@pytest.mark.parametrize("wrong", ["村长老葛在喇叭里喊。", "居委会书记来了。"])
def test_a_post_that_there_is_not_is_found_once(read: Read, wrong: str) -> None:
    assert [one.rule for one in read(wrong)] == ["title-form"]


def test_words_that_hold_quotes_are_quoted_with_single_ones_inside(read: Read) -> None:
    (found,) = read("通过“红色记忆”展览，使居民重温历史。")
    assert found.message.startswith("“通过‘红色记忆’")
    title = "“红色记忆”展览"
    (changed,) = read(original_title=title)
    assert "原题“‘红色记忆’展览”不同" in changed.message
