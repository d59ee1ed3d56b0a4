"""Fixed terms in a text: longest first, without overlaps, by both ways alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simplify import simplify
from pipeline.tag.terms import TermIndex

_LETTERS = "甲乙丙丁"


def test_the_longest_term_wins_and_hides_what_it_holds() -> None:
    index = TermIndex(["社区", "社区食堂", "食堂"])
    assert list(index.find("社区食堂和社区的食堂")) == [("社区食堂", 0), ("社区", 5), ("食堂", 8)]


def test_a_term_of_one_character_is_left_out() -> None:
    assert list(TermIndex(["河"]).find("河边")) == []


@given(
    terms=st.lists(st.text(_LETTERS, min_size=1, max_size=4), max_size=8),
    text=st.text(_LETTERS + "，😀\ud800", max_size=40),
)
def test_native_code_finds_what_plain_python_finds(terms: list[str], text: str) -> None:
    pytest.importorskip("ahocorasick_rs")
    assert list(TermIndex(terms).find(text)) == list(TermIndex(terms, native=False).find(text))


@given(st.text(max_size=80))
def test_a_simplified_text_keeps_its_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_rare_and_ordinary_traditional_characters_are_simplified() -> None:
    assert simplify("東興社區的長者") == "东兴社区的长者"
    assert simplify("𠵾，𫍲") == simplify(simplify("𠵾，𫍲"))
