"""Texts that tell the same news are one story; what only looks like it is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tag.jsonlines import reprint_lines
from pipeline.tag.likeness import Told, compare
from pipeline.tag.reprints import Document, Index, get_sample, group

_SENTENCE = "示例：第{0}组居民在{0}号楼前的小花园里种下了{0}株月季，志愿者送来了{0}把水壶。"
_LONG = "".join(_SENTENCE.format(number) for number in range(20))


def test_a_shortened_reprint_joins_the_longest_text() -> None:
    found = group(
        [
            Document("short", "标题一", _LONG[:300]),
            Document("long", "标题二", _LONG),
            Document("other", "标题三", "示例：完全不同的一篇文章，讲的是河边的步道什么时候完工。"),
        ]
    )
    assert [(one.lead, set(one.scores)) for one in found] == [
        ("long", {"short", "long"}),
        ("other", {"other"}),
    ]
    assert found[0].scores["long"] == 1.0


def test_every_document_is_in_exactly_one_group_even_when_it_is_empty_or_broken() -> None:
    documents = [
        Document(str(at), "", text) for at, text in enumerate(["", "", "\ud800", "好", _LONG])
    ]
    assert sorted(key for one in group(documents) for key in one.scores) == list("01234")


def test_ties_go_to_the_first() -> None:
    (one,) = group([Document("a", "", _LONG), Document("b", "", _LONG)])
    assert (one.lead, one.scores) == ("a", {"a": 1.0, "b": 1.0})


def test_a_broken_line_is_reported_and_the_rest_is_grouped() -> None:
    said = list(reprint_lines([b"\xff", '{"id":"a","title":"","text":"x"}', "\n", "[]"]))
    assert [one.get("line") for one in said] == [1, 4, None]
    assert said[-1] == {"story": "a", "members": [{"id": "a", "score": 1.0}]}


_EVENT = (
    "{day}上午9点，{place}社区在老墙门里举行义诊，{n}位居民量了血压。医生说，下个季度还会再来。"
)
_BACKGROUND = "据了解，这样的义诊从前年开始，每个季度一次，药费由社区公益金承担。"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (_EVENT.format(day="5月12日", place="示例", n=62), _EVENT.format(day="五月十二日", place="示例", n="六十二"), True),
        (_EVENT.format(day="5月12日", place="示例", n=62), _EVENT.format(day="昨天", place="示例", n=62), True),
        (_EVENT.format(day="5月12日", place="示例", n=62), _EVENT.format(day="5月12日", place="大堰", n=62), False),
        (_EVENT.format(day="5月12日", place="示例", n=62), _EVENT.format(day="6月9日", place="示例", n=62), False),
        (
            _EVENT.format(day="5月12日", place="示例", n=62) + "\n" + _BACKGROUND,
            "老墙门的砖柱上挂出一只小药箱，钥匙由三户人家轮流保管。\n" + _BACKGROUND, False,
        ),
        (
            _EVENT.format(day="5月12日", place="示例", n=62) + "\n" + _BACKGROUND,
            "【编者按】示例。" + _EVENT.format(day="5月12日", place="示例", n=62) + "（来源：示例晚报）", True,
        ),
        ("示例社區的義診擺進老牆門，醫生給居民量血壓。", "示例社区的义诊摆进老墙门，医生给居民量血压。", True),
    ],
)  # fmt: skip
def test_reprints_are_told_from_sister_notices_and_follow_ups(
    one: str, other: str, *, same: bool
) -> None:
    found = group([Document("a", "", one), Document("b", "", other)])
    assert (len(found) == 1) is same


def test_a_roundup_of_two_stories_does_not_make_them_one() -> None:
    second = "示例：河边的步道完工了，{0}号桥到{0}号桥之间装上了路灯，钓鱼的人说再也不怕踩空。"
    pieces = [_LONG[:150], "".join(second.format(n) for n in range(5))]
    roundup = "\n".join(
        [*pieces, "".join(f"示例第{n}条短讯说的是{n}件别的事情。" for n in range(30))]
    )
    found = group([Document(str(n), "", text) for n, text in enumerate([*pieces, roundup])])
    assert not any({"0", "1"} <= set(one.scores) for one in found)


def test_an_index_finds_what_a_cut_text_was_cut_from_and_survives_its_file() -> None:
    index = Index()
    index.add("long", get_sample(Document("long", "", _LONG)))
    index.add(
        "other", get_sample(Document("other", "", "示例：河边的步道什么时候完工，没有人知道。"))
    )
    again = Index.from_bytes(index.to_bytes())
    assert again.find([get_sample(Document("x", "", _LONG[:200]))]) == [["long"]]
    again.keep({"other"})
    assert again.ids == ["other"]
    assert Index.from_bytes(b"[]\nxx").ids == Index.from_bytes(b"\xff").ids == []


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    found = compare(Told(one), Told(other))
    assert 0 <= found.share <= 1
    assert compare(Told(one), Told(one)).differ is False
