"""Fixed terms in a text: longest first, without overlaps."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.chinese.simplify import simplify
from pipeline.tag.terms import TermGroups, TermIndex

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
def test_at_every_place_the_longest_term_is_found(terms: list[str], text: str) -> None:
    wanted: list[tuple[str, int]] = []
    free = 0
    for at in range(len(text)):
        here = [one for one in terms if len(one) > 1 and text.startswith(one, at)]
        if here and at >= free:
            wanted.append((max(here, key=len), at))
            free = at + len(wanted[-1][0])
    assert TermIndex(terms).find(text) == wanted


@given(
    groups=st.lists(
        st.lists(st.text(_LETTERS, min_size=1, max_size=4), max_size=5), min_size=1, max_size=3
    ),
    text=st.text(_LETTERS + "，😀\ud800", max_size=40),
)
def test_several_groups_find_what_each_would_find_alone(groups: list[list[str]], text: str) -> None:
    assert TermGroups(*groups).find(text) == [TermIndex(one).find(text) for one in groups]


@given(st.text(max_size=80))
def test_a_simplified_text_keeps_its_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_rare_and_ordinary_traditional_characters_are_simplified() -> None:
    assert simplify("東興社區的長者") == "东兴社区的长者"
    assert simplify("𠵾，𫍲") == simplify(simplify("𠵾，𫍲"))
