"""The tables that scripts make, and the shortcuts that must not change what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.proof.build_slips import read_parts, read_usual
from pipeline.proof.build_sounds import build, characters_of_gb2312, to_ascii, to_table
from pipeline.proof.numbers import _STYLES, _matches, _Places
from pipeline.proof.phrases import SOUNDS, load_sounds
from pipeline.proof.wordindex import WordIndex

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_of_sounds_is_what_its_script_makes() -> None:
    phrases = pytest.importorskip(
        "pypinyin.phrases_dict", reason="only who rebuilds it has pypinyin"
    )
    readings = pytest.importorskip("pypinyin.pinyin_dict")
    table = to_table(build(readings.pinyin_dict, phrases.phrases_dict))
    assert table == SOUNDS.read_text(encoding="utf-8")


def test_a_reading_needs_phrases_that_use_it() -> None:
    readings = {ord("行"): "xíng,háng,hàng", ord("事"): "shì,zì"}
    phrases = {"银行": [["yín"], ["háng"]], "同行": [["tóng"], ["háng"]], "行业": [["háng"], ["yè"]],
               "故事": [["gù"], ["shì"]], "刃事": [["rèn"], ["zì"]]}  # fmt: skip
    assert build(readings, phrases) == {"hang2": "行", "shi4": "事", "xing2": "行"}


def test_readings_are_written_with_their_tone() -> None:
    assert [to_ascii(one) for one in ("shì", "lǚ", "ma", "ńg")] == ["shi4", "lv3", "ma5", "ng2"]


def test_every_character_of_the_standard_has_a_sound() -> None:
    sounds = load_sounds()
    silent = [one for one in characters_of_gb2312() if not sounds.agree(one, one)]
    assert silent == []


@given(
    st.text(
        "0123456789.一二三十百千万几月日年点时：至、，个人名成倍之多余第周午分米半季度零〇",
        max_size=40,
    )
)
def test_patterns_tried_only_at_figures_find_what_they_find_everywhere(text: str) -> None:
    places = _Places(text)
    for style in _STYLES:
        everywhere = [match.span() for match in style.pattern.finditer(text)]
        may_hold = places.may_hold(style, frozenset(text))
        assert everywhere == [
            match.span() for match in (_matches(text, style, places) if may_hold else ())
        ]


@given(
    st.lists(st.text("甲乙丙丁", min_size=2, max_size=4), min_size=1, max_size=6),
    st.lists(st.text("甲乙丙丁", max_size=6), max_size=5),
    st.data(),
)
def test_words_are_found_where_they_stand_and_the_longest_first(
    words: list[str], between: list[str], data: st.DataObject
) -> None:
    text = "".join(one + data.draw(st.sampled_from(words)) for one in between)
    reached = 0
    found = list(WordIndex(words).find(text))
    assert bool(found) == any(one in text for one in words)
    for start, word in found:
        assert text.startswith(word, start)
        assert start >= reached
        assert not any(len(one) > len(word) and text.startswith(one, start) for one in words)
        reached = start + len(word)


def test_characters_that_sound_alike_and_share_a_part_are_told_from_their_parts(
    tmp_path: Path,
) -> None:
    table = tmp_path / "parts.txt"
    table.write_text(
        "栓:a(木,全)\n拴:a(扌,全)\n松:a(木,公)\n罗:d(罒,夕)\n逻:sbl(辶,罗)\n", encoding="utf-8"
    )
    pairs = read_parts(table)
    assert {frozenset("栓拴"), frozenset("罗逻")} <= pairs
    assert frozenset("栓松") not in pairs  # a part, but another sound


def test_usual_words_are_words_of_two_and_three_characters_or_more() -> None:
    assert {"消防栓", "脏乱"} <= read_usual()
    assert all(len(one) > 1 for one in read_usual())
