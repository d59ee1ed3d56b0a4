"""The word list that is read as far as it is asked for gives what the whole one gives."""

import random
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag import dictionary
from pipeline.tag.dictionary import Frequencies, open_word_list
from pipeline.tag.tokenizer import make_tokenizer

OWN = ["下应街道", "史家码社区", "新装", "电梯", "老小区加装电梯", "下应街道", "A座楼"]
TEXT = "下应街道史家码社区的老小区加装电梯开会，A座楼和T恤、IP电话都有，𠮷野家也来了。"


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


def never():
    raise AssertionError


@pytest.fixture(scope="module")
def words():
    found = open_word_list()
    assert found
    return found[0]


def test_the_installed_list_is_sorted_by_first_characters_from_the_chinese_ones_on():
    data = Path(jieba.__file__).with_name("dict.txt").read_bytes()
    lines = data[data.find(b"\n\xe4") + 1 :].split(b"\n")
    firsts = [line.decode()[0] for line in lines if line]
    assert firsts == sorted(firsts)


def test_its_frequencies_add_up_as_jieba_adds_them(whole):
    found = open_word_list()
    assert found
    assert found[1] == whole.total


def test_what_jieba_knows_is_known_and_counts_as_much(whole, words, monkeypatch):
    monkeypatch.setattr(dictionary, "_MANY", 1_000_000)
    found = Frequencies(words, [], 2000, never)
    some = random.Random(5).sample(sorted(whole.FREQ), 8000)
    some += ["高姓", "高姓大名", "高富帅", "吉林", "吉林工业大学", "吉林工"]  # out of order in it
    found.fill("\n".join(some))
    assert [found.table.get(one) for one in some] == [whole.FREQ[one] for one in some]


@given(
    st.text(max_size=4) | st.text(alphabet="一龥丁龟下史新装电梯，A座T恤 γ\n𠮷\ud800", max_size=4)
)
def test_what_jieba_does_not_know_is_not_known(whole, words, word):
    found = Frequencies(words, [], 2000, never)
    found.fill(word)
    assert found.table.get(word) == whole.FREQ.get(word)


@given(st.text(alphabet=sorted(set(TEXT)), max_size=40))
def test_texts_are_cut_as_by_the_whole_list_with_the_same_words_added(with_own, text):
    short = make_tokenizer(OWN)
    assert list(short.cut(text)) == list(with_own.cut(text))
    assert list(short.cut_by_dictionary(text)) == list(with_own.cut(text, HMM=False))
    assert list(short.cut_for_search(text)) == list(with_own.cut_for_search(text))


def test_the_whole_list_is_read_once_much_was_asked_for(with_own, monkeypatch, tmp_path):
    monkeypatch.setattr(dictionary, "_MANY", 12)
    tokenizer = make_tokenizer(OWN, tmp_path)
    for _ in range(2):
        assert list(tokenizer.cut(TEXT)) == list(with_own.cut(TEXT))
    assert [one.name for one in tmp_path.iterdir()] == ["jieba.cache"]


def test_a_list_that_is_not_the_known_one_is_read_whole(with_own, monkeypatch, tmp_path):
    monkeypatch.setattr(dictionary, "_TOTALS", {})
    tokenizer = make_tokenizer(OWN, tmp_path)
    assert list(tokenizer.cut(TEXT)) == list(with_own.cut(TEXT))
    assert (tmp_path / "jieba.cache").exists()
