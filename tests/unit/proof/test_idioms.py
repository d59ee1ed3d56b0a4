"""Fixed phrases with one wrong character are found; what plays with them or is right is spared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.proof import Reference, load_lists, proofread
from pipeline.proof.phrases import Phrases, load_phrases, load_sounds
from tests.unit.proof.conftest import make_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("守望相住", "守望相助"),  # the same sound
        ("不厌其凡", "不厌其烦"),
        ("绰绰有于", "绰绰有余"),
        ("雪中送谈", "雪中送炭"),  # the same syllable in another tone
        ("鸦雀无生", "鸦雀无声"),
        ("家喻户小", "家喻户晓"),
        ("人山成海", None),  # neither sound nor look
        ("如火如茶", "如火如荼"),  # the same look
        ("病入膏盲", "病入膏肓"),
        ("再接再历", "再接再厉"),  # the dictionary has the misspelling as well
    ],
)
def test_one_wrong_character_in_a_fixed_phrase_is_found(
    read: Read, wrong: str, right: str | None
) -> None:
    found = [one for one in read(f"老人说起来{wrong}，大家听得入神。") if one.rule == "confusable"]
    listed = {one.wrong for one in load_lists().confusable}
    assert [(one.surface, one.suggestion) for one in found] == (
        [(wrong, right)] if right or wrong in listed else []
    )


@pytest.mark.parametrize(
    "text",
    [
        "小吃节取名“食全食美”，摊位排到街尾。",  # a play in quotes
        "展览名叫《衣衣不舍》。",  # a name
        "走到半途，而费用已经花了一半。",  # no stretch at all
        "在进一步改进服务的同时，他们还添了凳子。",  # words that only meet
        "计算机和打印机都修好了。",
        "重要条件都写在墙上。",
        "他有用之材，人人都看在眼里。",  # a right word beside a phrase
        "再接再厉，一鼓作气，守望相助。",
        "绿化带种在守望相住路两旁。",  # a name of a road
    ],
)
def test_what_only_looks_like_a_slip_is_spared(read: Read, text: str) -> None:
    assert [one.surface for one in read(text) if one.rule == "confusable"] == []


def test_a_phrase_is_said_once_when_the_list_has_it_too(read: Read) -> None:
    found = read("大家一股作气爬上山顶。")
    assert [(one.surface, one.suggestion) for one in found if one.rule == "confusable"] == [
        ("一股作气", "一鼓作气")
    ]


def test_a_slip_that_may_mean_two_phrases_is_left_to_people() -> None:
    words = {"甲乙丙丁": (50, "i"), "甲乙丙戊": (50, "i")}
    assert {near.right for near in Phrases(words).find("甲乙丙己")} == set(words)


def test_without_a_way_to_split_words_no_phrase_is_judged() -> None:
    issue = make_issue(text="邻居守望相住。")
    found = proofread(issue, reference=Reference(lists=load_lists())).findings
    assert [one for one in found if one.rule == "confusable"] == []


def test_characters_sound_alike_by_syllable_tone_and_ear() -> None:
    sounds = load_sounds()
    assert sounds.agree("薪", "新")
    assert not sounds.agree("炭", "谈")
    assert sounds.agree_but_tone("炭", "谈")
    assert sounds.nearly_agree("睫", "捷")
    assert sounds.nearly_agree("市", "四")
    assert not sounds.nearly_agree("人", "口")
    assert not sounds.agree("x", "x")


def test_a_text_that_breaks_off_within_a_phrase_is_read_to_its_end() -> None:
    phrases = load_phrases()
    for word in ("再接再厉", "一鼓作气", "杯水车薪"):
        for length in range(4):
            for text in (word[:length], word[-length:], word[:length] + word[length + 1 :]):
                assert [near.start for near in phrases.find(text)] == []


_NEARLY = ("再接再励", "一股作气", "杯水车新", "迫不急待", "再接再厉", "一鼓作气")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(_NEARLY) | st.text("一作气杯水再接，。“”", max_size=4), max_size=8
    ).map("".join),
    st.sampled_from(_NEARLY[:4]),
)
def test_whatever_is_found_is_one_character_from_its_phrase(before: str, nearly: str) -> None:
    text = f"{before}，{nearly}。"
    found = list(load_phrases().find(text))
    assert found
    for near in found:
        stretch = text[near.start : near.start + 4]
        assert len(stretch) == 4
        assert [at for at in range(4) if stretch[at] != near.right[at]] == [near.at]
