"""The plainer cutting gives jieba's own words."""

import json
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.tag.cutting import Cutter
from pipeline.tag.dictionary import Beginnings, open_word_list

CASES = Path(__file__).parents[3] / "bench" / "data" / "tag-cases.jsonl"
NAMES = "王李张鑫淼焱垚犇骉祎翀昶婧妤媛曦"  # single characters that no word of the dictionary joins
SOME = st.text(alphabet="的一是在社区街道党员志愿者老人活动广场垃圾分类和了我们", max_size=30)
OTHER = st.text(alphabet="aB9.%+-_&# \r\n\t　，。、㐀龥鿕鿖𠮷恤\ud800\x00", max_size=8)
UNKNOWN = st.text(alphabet=NAMES, max_size=20)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    theirs = jieba.Tokenizer()
    theirs.tmp_dir = str(tmp_path_factory.getbasetemp())
    theirs.initialize()
    theirs.add_word("老小区加装电梯", 2000)
    return theirs, Cutter(Beginnings(open_word_list(), ["老小区加装电梯"], 2000))


@given(st.lists(SOME | OTHER | UNKNOWN | st.text(max_size=5), max_size=6).map("".join))
@example("")
@example("\r\n")
@example("老小区加装电梯，3.5%的A座楼用WiFi和T恤")
def test_any_text_has_the_words_that_jieba_gives_it(both, text):
    theirs, plainer = both
    assert plainer.cut(text) == list(theirs.cut(text))
    assert plainer.cut_by_dictionary(text) == list(theirs.cut(text, HMM=False))
    assert list(plainer.cut_for_search(text)) == list(theirs.cut_for_search(text))


def test_articles_have_the_words_that_jieba_gives_them(both):
    theirs, plainer = both
    for line in CASES.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        assert plainer.cut(text) == list(theirs.cut(text))


def test_the_states_of_any_run_of_characters_are_those_of_jiebas_model(both):
    _, plainer = both
    runs = [NAMES[start:end] for start in range(len(NAMES)) for end in range(start + 1, 17)]
    for run in runs:
        words: list[str] = []
        plainer._add_singles(run, words)
        expected = list(jieba.finalseg.cut(run)) if len(run) > 1 else [run]
        assert words == expected


def test_a_megabyte_of_unknown_characters_takes_no_more_than_its_share(both):
    """jieba copies the way to every character for every further one."""
    _, plainer = both
    text = NAMES * 20_000
    assert "".join(plainer.cut(text)) == text
