"""Words of two characters with one mistaken, and 的 where 地 or 得 belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.proof import Reference, load_lists, proofread
from pipeline.proof.build_slips import Dictionary, build, to_table
from pipeline.proof.sliptable import load_slips
from tests.unit.proof.conftest import make_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def confusables(found: tuple[Finding, ...]) -> list[tuple[str, str | None]]:
    return [(one.surface, one.suggestion) for one in found if one.rule == "confusable"]


def test_a_usual_word_with_a_mistaken_character_is_found(read: Read) -> None:
    assert "序烈" in load_slips()
    assert confusables(read("照着序烈走，一个一个来。")) == [("序烈", "序列")]


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("阁楼的天花扳上贴着星星。", ("天花扳", "天花板")),
        ("雪里挖出一只消防拴。", ("消防拴", "消防栓")),
        ("提醒末成年人早点回家。", ("末成年", "未成年")),
    ],
)
def test_a_word_of_three_with_a_mistaken_character_is_found(
    read: Read, text: str, better: tuple[str, str]
) -> None:
    assert confusables(read(text)) == [better]


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("居民门轮流看月亮。", ("居民门", "居民们")),
        ("画了一副画送给他。", ("一副画", "一幅画")),
        ("安全检察，一户不落。", ("安全检察，", "安全检查，")),
        ("请大家坐好，在说一遍。", ("在说一遍", "再说一遍")),
    ],
)
def test_words_taken_for_each_other_are_told_by_what_stands_beside_them(
    read: Read, text: str, better: tuple[str, str]
) -> None:
    assert better in confusables(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "居民门口堆着纸箱。",
        "他负责人防工程。",
        "由主持人现抽现唱。",
        "少年骆子川捡到一只鸟窝。",
        "展板上写着“序烈”，原来是店名。",  # spoken of as a word
        "《序烈》是他的诗集。",
        "序烈社区的老人来得早。",  # a place
        "按序列排好队。",
    ],
)
def test_names_and_right_words_are_spared(read: Read, text: str) -> None:
    assert confusables(read(text)) == []


def test_without_a_way_to_split_words_no_slip_is_judged() -> None:
    issue = make_issue(text="照着序烈走。")
    assert proofread(issue, reference=Reference(lists=load_lists())).findings == ()


def test_the_table_holds_what_neither_dictionary_nor_paper_knows() -> None:
    words = {
        "遵守": (900, "v"),
        "尊": (1, "q"),
        "守": (1, "v"),
        "尊重": (900, "v"),
        "的": (10**6, "uj"),
    }
    mistaken = {frozenset("尊遵")}
    paper = ["尊/q  老/a", "遵守/v 遵守/v 遵守/v 尊重/v 尊重/v 尊重/v"]
    found = build(Dictionary(words), paper, mistaken)
    assert found == {"尊守": "遵守", "遵重": "尊重"}
    assert build(Dictionary(words), [*paper, "自/p 尊/q 守/v"], mistaken) == {"遵重": "尊重"}
    assert to_table(found).splitlines()[2:] == ["尊重\t遵重", "遵守\t尊守"]


def test_no_slip_of_the_table_is_a_word_of_the_lists() -> None:
    slips, lists = load_slips(), load_lists()
    assert len(slips) > 10_000
    assert not {one.right for one in lists.confusable} & slips.keys()


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("孩子们高兴的跳了起来。", ("高兴的", "高兴地")),
        ("老人慢慢的走到桥上。", ("慢慢的", "慢慢地")),
        ("老马跑的很快。", ("跑的", "跑得")),
        ("雨下的很大。", ("雨下的", "雨下得")),
        ("青菜洗的干干净净，一片片看。", ("洗的", "洗得")),
        ("孩子们认认真真的写着字。", ("认认真真的", "认认真真地")),
        ("热闹地集市里多了几个摊。", ("热闹地", "热闹的")),
        ("天色变的更暗了。", ("变的", "变得")),
    ],
)
def test_a_particle_that_is_mistaken_is_found(
    read: Read, text: str, better: tuple[str, str]
) -> None:
    assert confusables(read(text)) == [better]


@pytest.mark.parametrize(
    "text",
    [
        "他说的很对。",
        "这是最高兴的说法。",
        "长的很高的树。",
        "热情的回答得到掌声。",
        "最认真的听众坐在前排。",
        "班长的很快答复让人放心。",
    ],
)
def test_a_particle_before_a_noun_is_right(read: Read, text: str) -> None:
    assert confusables(read(text)) == []


@pytest.mark.parametrize(
    "right", ["慈城校士馆开放。", "慈城校士馆里，灯亮着。", "孩子们走进慈城校士馆。"]
)
def test_a_places_name_shields_what_stands_in_it(read: Read, right: str) -> None:
    assert read(right) == ()


def test_a_place_behind_a_slip_shields_nothing(read: Read) -> None:
    (found,) = read("人体器馆讲座在图书馆开讲。")
    assert (found.surface, found.suggestion) == ("器馆", "器官")


@pytest.mark.parametrize(
    ("wrong", "surface", "suggestion"),
    [
        ("大家玩的很开心。", "玩的", "玩得"),
        ("大家吃的很满意，都说还来。", "吃的", "吃得"),
        ("同学们学的很认真。", "学的", "学得"),
        ("问题以得到解决。", "以", "已"),
        ("工程以全部完工。", "以", "已"),
        ("再社区门口摆了摊。", "再", "在"),
        ("老人做在台阶上歇脚。", "做", "坐"),
        ("做在树下乘凉。", "做", "坐"),
        ("节目收到居民的热烈欢迎。", "收到", "受到"),
        ("他收到了上级的表扬。", "收到", "受到"),
    ],
)
def test_a_word_is_told_by_its_frame(read: Read, wrong: str, surface: str, suggestion: str) -> None:
    assert confusables(read(wrong)) == [(surface, suggestion)]


def test_of_two_in_a_row_both_are_found(read: Read) -> None:
    assert confusables(read("孙子跳的高，跑的快。")) == [("跳的", "跳得"), ("跑的", "跑得")]


@pytest.mark.parametrize(
    "right",
    [
        "他对吃的很满意。", "两支队，跑的快，走的慢。", "学的很认真的是小王。", "爱吃的很多。", "问题可以得到解决。",
        "问题以得到解决为标准。", "多方反映，以得到解决。", "先社区门口，再社区里，挨家走。", "再社区走走。", "记号做在台阶上。",
        "社区收到居民好评38条。", "办公室收到一条好评。", "收到通知后，居民热烈欢迎。",
    ],
)  # fmt: skip
def test_the_same_word_stays_outside_its_frame(read: Read, right: str) -> None:
    assert confusables(read(right)) == []
