"""The word list by first characters gives what jieba's own table gives."""

import math
import random
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag import dictionary
from pipeline.tag.dictionary import Beginnings, WordList, open_word_list
from pipeline.tag.tokenizer import make_tokenizer

OWN = ["下应街道", "老·街", "史家码社区", "新装", "电梯", "老小区加装电梯", "下应街道", "A座楼"]
TEXT = "老·街，下应街道史家码社区的老小区加装电梯开会，A座楼和T恤、IP电话都有，𠮷野家也来了。"
DATA = Path(jieba.__file__).with_name("dict.txt").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    tokenizer.initialize()
    return tokenizer


@pytest.fixture(scope="module")
def with_own(whole):
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = whole.tmp_dir
    tokenizer.initialize()
    for word in OWN:
        tokenizer.add_word(word, 2000)
    return tokenizer


@pytest.fixture(scope="module")
def all_words():
    found = Beginnings(open_word_list(), OWN, 2000)
    found.read_all()
    return found


def test_the_installed_list_is_sorted_by_first_characters_from_the_chinese_ones_on():
    lines = DATA[DATA.find(b"\n\xe4") + 1 :].split(b"\n")
    firsts = [line.decode()[0] for line in lines if line]
    assert firsts == sorted(firsts)


def test_its_frequencies_add_up_as_jieba_adds_them(whole):
    assert open_word_list().total == whole.total


def test_every_word_counts_as_much_as_in_jiebas_table(with_own, all_words):
    total = math.log(with_own.total)
    known = {word: math.log(times) - total for word, times in with_own.FREQ.items() if times}
    for word in ("γ射线", "老·街"):  # γ and · are no text to jieba: it never finds them
        del known[word]
    assert {word: all_words.score(word) for word in known} == known
    pairs = [pair for one in all_words.values() if one for pair in one.pairs.values()]
    longer = sum(len(one.words) for one in all_words.values() if one)
    of_two = sum(score > -math.inf for score, _ in pairs)
    of_one = sum(one.alone > -math.inf for one in all_words.values() if one)
    assert longer + of_two + of_one == len(known)


def test_the_lengths_of_the_words_with_the_same_two_characters_are_known(all_words):
    found = all_words["老"]
    longer = {len(word) for word in found.words if word.startswith("老小")}
    assert found.pairs["老小"][1] == tuple(sorted(longer))
    assert len("老小区加装电梯") in longer


def test_words_are_the_same_read_bit_by_bit_and_all_at_once(all_words):
    bit_by_bit = Beginnings(open_word_list(), OWN, 2000)
    for first in random.Random(5).sample(sorted(all_words), 500):
        assert bit_by_bit[first] == all_words[first]


def test_characters_beyond_the_basic_plane_are_no_text_and_not_kept():
    found = Beginnings(open_word_list(), OWN, 2000)
    assert [found[one] for one in "😀𠮷，"] == [None, None, None]
    assert sorted(found) == ["，"]


@given(
    st.text(min_size=1, max_size=4)
    | st.text(alphabet="一龥丁龟下史新装电梯，A座T恤 γ\n𠮷\ud800", min_size=1, max_size=4)
)
def test_what_jieba_does_not_know_is_no_word(with_own, all_words, word):
    assert (all_words.score(word) > -math.inf) == bool(with_own.FREQ.get(word))


@given(st.text(alphabet=sorted(set(TEXT)), max_size=40))
def test_texts_are_cut_as_by_jieba_with_the_same_words_added(with_own, text):
    short = make_tokenizer(OWN)
    assert list(short.cut(text)) == list(with_own.cut(text))
    assert list(short.cut_by_dictionary(text)) == list(with_own.cut(text, HMM=False))
    assert list(short.cut_for_search(text)) == list(with_own.cut_for_search(text))


def test_a_list_of_another_release_in_any_order_is_read_alike(all_words):
    lines = DATA.splitlines()
    random.Random(7).shuffle(lines)
    listed = WordList(b"\n".join(line for line in lines if "𠮷".encode() not in line))
    assert listed.total == open_word_list().total
    mixed = Beginnings(listed, OWN, 2000)
    for word in random.Random(8).sample([line.decode().split()[0] for line in lines], 2000):
        if word != "B超":  # stands twice
            assert mixed.score(word) == all_words.score(word)


@pytest.mark.parametrize(
    ("word", "verbal"),
    [("安居", True), ("联合", True), ("月湖", False), ("安", False), ("𠮷野", False)],
)
def test_words_of_doing_are_known_by_their_tag(word, verbal):
    assert dictionary.is_verbal(word) is verbal
