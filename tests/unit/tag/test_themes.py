from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ConfigError
from pipeline.tag.themes import ThemeFinder

if TYPE_CHECKING:
    from pathlib import Path

# Invented samples (示例)：:整段为编造,每条都不说主题自己的名字。
WITHOUT_THEIR_NAME = [
    (
        "党建引领",
        "老房子里的第一堂微党课",
        "胸前别着党徽的沈师傅有四十年党龄，他给支部的年轻人讲当年修水库的事。",
    ),
    (
        "文明创建",
        "喜糖照发，份子钱免了",
        "新郎新娘商量后把酒席减到五桌，不攀比，省下的钱给村里的书屋添了书架。",
    ),
    (
        "社区治理",
        "三十个车位怎么停，邻居们坐下来谈",
        "楼组长把大家请来，业主们吵过几回，最后举手表决，定下先来后到的规矩。",
    ),
    (
        "数字赋能",
        "井盖一歪，屏幕先亮",
        "街面上装了传感器，后台弹出提醒，自动派单给巡查员，十分钟就有人到场。",
    ),
    (
        "城市更新",
        "住了四十年的楼装上了电梯",
        "脚手架拆掉，外立面刷成米色，坑洼的路面铺了沥青，楼道里多了扶手。",
    ),
    (
        "文化活动",
        "胡琴一响，戏台下坐满了人",
        "票友们排练了两个月，越剧折子一登场，观众的掌声就没停过。",
    ),
    (
        "非遗传承",
        "八十岁篾匠的最后一个学徒",
        "竹篾在他手里翻飞，这门祖传的本事差点后继无人，如今有年轻人来拜师。",
    ),
    (
        "志愿服务",
        "周六早上的红背心",
        "几位退休师傅分文不取，给邻居磨刀、修收音机，风雨无阻来了六年。",
    ),
    (
        "民族团结",
        "厨房里飘出酥油茶的香气",
        "来自贵州的苗族姑娘和藏族小伙教邻居们做家乡菜，大家一起过苗年。",
    ),
    (
        "养老助残",
        "按一下铃，有人来喂饭",
        "失能的邵阿婆卧床三年，护工每天来翻身擦洗，轮椅也换了新的。",
    ),
    ("青少年", "放学后的两小时去哪儿", "书包一放，小朋友先写作业再搭积木，爸妈下班才来接。"),
    (
        "平安建设",
        "半夜一声锣，巡到天亮",
        "几位邻居组成夜巡队，看灭火器过没过期，看有没有人把电瓶拎上楼，冒烟了就喊。",
    ),
    (
        "生态环境",
        "白鹭又停在石埠头",
        "清淤的船走了，黑臭的水变得清澈，岸边的菖蒲长高，蛙声也回来了。",
    ),
    (
        "教育培训",
        "晚上七点，教室的灯又亮了",
        "报名学缝纫的有二十人，讲师发下讲义，学员埋头记笔记，结业还要考试。",
    ),
    (
        "乡村振兴",
        "茭白卖出了好价钱",
        "合作社把田头的货收上来，网店一天发出三百单，农户年底都有分红。",
    ),
    (
        "便民服务",
        "修鞋摊搬进了一楼大厅",
        "配钥匙、改裤脚、磨剪刀都在一处，还能代办社保，老街坊少跑几趟。",
    ),
    ("荣誉表彰", "奖杯摆进了陈列柜", "评委把一等奖给了这支队伍，领奖那天，队长捧着奖杯说不出话。"),
]


@pytest.fixture(scope="module")
def finder() -> ThemeFinder:
    return ThemeFinder()


@pytest.mark.parametrize(("theme", "title", "text"), WITHOUT_THEIR_NAME)
def test_a_theme_is_found_in_a_text_that_never_says_its_name(
    finder: ThemeFinder, theme: str, title: str, text: str
) -> None:
    assert theme not in title + text
    assert theme in finder.find(title, text)[0]


def test_every_theme_is_given_with_the_terms_that_fired(finder: ThemeFinder) -> None:
    text = "志愿者给独居老人送餐，又帮盲人修好了轮椅。"
    themes, evidence = finder.find("", text)
    assert {one.target for one in evidence} == {f"theme:{name}" for name in themes}
    assert all(one.weight > 0 and one.end <= len(text) for one in evidence)


def test_a_phrase_against_hides_the_term_inside_it(finder: ThemeFinder) -> None:
    assert finder.find("", "青少年宫路今天封闭施工，青少年宫路两侧不能停车。")[0] != ("青少年",)


def test_a_text_about_nothing_of_ours_has_no_theme(finder: ThemeFinder) -> None:
    assert finder.find("汇率小幅走低", "分析人士认为短期仍将区间震荡。") == ((), ())


def test_a_term_with_companions_counts_only_beside_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text(
        "themes:\n  - {name: 青少年, terms: {作业: 3}, companions: {作业: [放学, 孩子]}}\n",
        encoding="utf-8",
    )
    finder = ThemeFinder(path)
    assert finder.find("", "高空作业暂停。")[0] == ()
    assert finder.find("放学之后", "先写作业。")[0] == ("青少年",)


def test_a_long_text_needs_more_than_a_passing_word_for_a_second_theme(finder: ThemeFinder) -> None:
    text = "志愿者、义工、红马甲都来了。" + "天气很好。" * 600 + "有人提到台风和报警。"
    assert finder.find("", text)[0] == ("志愿服务",)


def test_words_that_stand_in_every_story_make_no_theme_alone(finder: ThemeFinder) -> None:
    assert finder.find("阿婆来了", "阿婆和奶奶坐在一起，阿公也来了。")[0] == ()
    assert finder.find("", "阿婆坐着轮椅来了。")[0] == ("养老助残",)


def test_a_word_within_a_places_name_is_no_word(finder: ThemeFinder) -> None:
    assert finder.find("", "球山村的夜里很安静。", [("text", 0, 3)])[0] == ()
    assert finder.find("", "小山村的河边很安静，老山村也是。")[0] == ("乡村振兴",)


def test_a_mistake_in_the_themes_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text("themes:\n  - name: 甲\n    terms: {乙: 许多}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"themes\.yaml:3"):
        ThemeFinder(path)
