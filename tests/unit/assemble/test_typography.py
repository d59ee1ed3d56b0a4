"""Our own words are spaced and wrapped as Chinese is set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assemble.typography import space, width, wrap, wrap_list


@pytest.mark.parametrize(
    ("plain", "spaced"),
    [
        ("本期12条", "本期 12 条"),
        ("占30%的", "占 30% 的"),
        ("本期，12条。", "本期，12 条。"),
        ("已经 12 条", "已经 12 条"),
        ("将于2026年11月29日下午2点30分在3号楼开", "将于2026年11月29日下午2点30分在3号楼开"),
        ("11月的第3周有5场", "11月的第 3 周有 5 场"),
        ("A日程", "A 日程"),
    ],
)
def test_han_and_latin_stand_apart_but_not_beside_full_width_marks(plain: str, spaced: str) -> None:
    assert space(plain) == spaced


@given(st.text())
def test_spacing_twice_is_spacing_once(text: str) -> None:
    assert space(space(text)) == space(text)


@pytest.mark.parametrize(("text", "columns"), [("示例", 4), ("ab", 2), ("e\u0301", 1), ("，", 2)])
def test_width_counts_wide_characters_twice(text: str, columns: int) -> None:
    assert width(text) == columns


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrap("示" * 38 + "。" + "例" * 10).splitlines()
    assert lines == ["示" * 37, "示。" + "例" * 10]


def test_no_number_and_no_word_is_broken_and_no_line_ends_with_an_opening_mark() -> None:
    assert wrap("示例社区有1234户", 12).splitlines() == ["示例社区有", "1234户"]
    assert wrap("示例社区在9:30至17:00开门", 20).splitlines() == ["示例社区在9:30至", "17:00开门"]
    assert wrap("示例形成“一户一位”", 10).splitlines() == ["示例形成", "“一户一", "位”"]
    assert wrap("a" * 25, 10).splitlines() == ["a" * 10, "a" * 10, "a" * 5]


def test_a_list_is_broken_between_its_parts_alone() -> None:
    contents = (
        "本期：各区动态 14、取经 2、资源对接 3、活动预告 3（最近 11月28日 周六）、回音 1、荣誉榜 2"
    )
    assert wrap_list(contents).splitlines() == [
        "本期：各区动态 14、取经 2、资源对接 3、活动预告 3（最近 11月28日 周六）、",
        "回音 1、荣誉榜 2",
    ]
    assert wrap_list("") == ""


@given(st.text(alphabet="示例社区甲乙，。ab1 ", max_size=300))
def test_wrapping_loses_no_character_but_spaces(text: str) -> None:
    wrapped = wrap(text, 20)
    assert "".join(wrapped.split()) == "".join(text.split())
    assert all(width(line) <= 20 or not line.strip("，。") for line in wrapped.splitlines())
