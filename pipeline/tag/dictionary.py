"""jieba's word list, by first characters: read as far as it is asked for, or all at once.

A few sentences need few of its 349,000 words. The list is sorted by first characters, so the words
that begin with one are found without the others. What this module never does: cut a text.
"""

from __future__ import annotations

import importlib.util
import math
import re
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HAN = b"\xe4"  # the first byte of 一: before it the list is not sorted, and short
_PAIR = 2
_BASIC = "\uffff"  # the last character of the basic plane
_CHUNK = 100_000  # bytes of the list that are taken apart at once: more costs memory
# What jieba takes for text; what stands between is a mark or a space, and in no word.
_TEXT = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&\._%\-]+")
_NO_PAIR: tuple[float, tuple[int, ...]] = (-math.inf, ())
_TOTALS = {5_071_852: 60_101_967}  # bytes of jieba 0.42.1's list -> the sum of its frequencies


class WordList:
    """jieba's list as it stands on disk."""

    def __init__(self, data: bytes) -> None:
        """Take the list: a line a word, its frequency and tag."""
        total = _TOTALS.get(len(data))
        if total is None:  # another release: neither its order nor its sum is known
            rows = [one.split(" ") for one in data.decode().splitlines() if one]
            rows.sort(key=lambda row: row[0][0])
            data = "".join(f"{word} {number} {tag}\n" for word, number, tag in rows).encode()
            total = sum(int(number) for _, number, _ in rows)
        self.total = total
        self._data = data
        self._first = data.find(b"\n" + _HAN) + 1
        self._head = dict(_take_apart(data[: self._first]))  # T恤, and 阿Q and 大S among them

    def find(self, first: str) -> dict[str, str]:
        """Return the words that begin with a character, and how often each was seen, in digits."""
        key = first.encode("utf-8", "replace")
        lines = self._data[self._bound(key) : self._bound(key + b"\xff")] if key >= _HAN else b""
        head = {word: seen for word, seen in self._head.items() if word[0] == first}
        return head | dict(_take_apart(lines))

    def find_all(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield every first character, and what `find` returns for it."""
        heads: dict[str, dict[str, str]] = {}
        for word, seen in self._head.items():
            heads.setdefault(word[0], {})[word] = seen
        start, size = self._first, len(self._data)
        while start < size:
            line = self._data.rfind(b"\n", 0, start + _CHUNK) + 1
            last = self._data[line : line + 4].decode("utf-8", "ignore")[:1]
            end = self._bound(last.encode() + b"\xff") if last else size
            for first, words in groupby(_take_apart(self._data[start:end]), _get_first):
                yield first, heads.pop(first, {}) | dict(words)
            start = end
        yield from heads.items()

    def get_tag(self, word: str) -> str:
        """Return a word's part of speech as jieba's list has it (v, a, n …); "" for no word."""
        key = word[:1].encode("utf-8", "replace")
        if key < _HAN:
            return ""
        block = b"\n" + self._data[self._bound(key) : self._bound(key + b"\xff")]
        start = block.find(b"\n" + f"{word} ".encode("utf-8", "replace"))
        line = block[start + 1 :].split(b"\n", 1)[0] if start >= 0 else b""
        return line.decode().rsplit(" ", 1)[1] if line else ""

    def _bound(self, key: bytes) -> int:
        """Return where the first line that does not sort before ``key`` begins."""
        data, low, high = self._data, self._first, len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            if data[start : start + len(key)] < key:
                low = data.find(b"\n", middle) + 1 or high
            else:
                high = start
        return low


class Beginning(NamedTuple):
    """What begins with one character; how likely a word is: the logarithm of its share."""

    alone: float  # -inf where the character is no word
    # Of two characters: how likely they are a word (-inf), and how long the longer words are.
    pairs: Mapping[str, tuple[float, tuple[int, ...]]]
    words: Mapping[str, float]  # of three characters or more


class Beginnings(dict[str, Beginning | tuple[()] | None]):
    """The words of a list and of one's own by first character.

    () where no word begins so, None for marks and spaces, which are no part of any.
    """

    def __init__(self, listed: WordList, own: Iterable[str], frequency: int) -> None:
        """Take the list, and words that count so often, whatever the list says of them."""
        super().__init__()
        added = list(own)
        self._list, self._frequency = listed, str(frequency)
        self._own: dict[str, list[str]] = {}
        for word in filter(_TEXT.fullmatch, added):
            self._own.setdefault(word[0], []).append(word)
        self._scores = _Scores(math.log(listed.total + frequency * len(added)))
        self.least = self._scores["1"]  # what counts as seen once: a character that begins no word

    def __missing__(self, first: str) -> Beginning | tuple[()] | None:
        """Read what begins with a character when it is asked for."""
        found = self._read(first, self._list.find(first)) if _TEXT.fullmatch(first) else None
        if first <= _BASIC:  # a text may hold a million others, none of which begins a word
            self[first] = found
        return found

    def read_all(self) -> None:
        """Read the whole list, a fifth of a second: cheaper than bit by bit for many texts."""
        for first, listed in self._list.find_all():
            if first not in self and _TEXT.fullmatch(first):
                self[first] = self._read(first, listed)

    def score(self, word: str) -> float:
        """Return how likely it is a word; -inf where it is none."""
        found = self[word[0]]
        if not found:
            return -math.inf
        if len(word) == 1:
            return found.alone
        if len(word) == _PAIR:
            return found.pairs.get(word, _NO_PAIR)[0]
        return found.words.get(word, -math.inf)

    def _read(self, first: str, listed: dict[str, str]) -> Beginning | tuple[()]:
        listed |= dict.fromkeys(self._own.get(first, ()), self._frequency)
        alone, words = -math.inf, dict[str, float]()
        pairs: dict[str, tuple[float, tuple[int, ...]]] = {}
        for word, score in zip(listed, map(self._scores.__getitem__, listed.values()), strict=True):
            length = len(word)
            if length == 1:
                alone = score
            elif length == _PAIR:
                pairs[word] = score, pairs[word][1] if word in pairs else ()
            else:
                words[word] = score
                pair = word[:_PAIR]
                known = pairs.get(pair, _NO_PAIR)
                if length not in known[1]:
                    pairs[pair] = known[0], tuple(sorted((*known[1], length)))
        return Beginning(alone, pairs, words) if listed else ()


class _Scores(dict[str, float]):
    """How likely a word is of which the list says how often it was seen, by that number."""

    def __init__(self, total: float) -> None:
        super().__init__()
        self._total = total

    def __missing__(self, frequency: str) -> float:
        found = self[frequency] = math.log(int(frequency)) - self._total
        return found


@lru_cache(maxsize=1)
def open_word_list() -> WordList:
    """Return the list of the installed jieba."""
    found = importlib.util.find_spec("jieba")  # not imported: that takes a tenth of a second
    (folder,) = (found and found.submodule_search_locations) or ("",)
    return WordList(Path(folder, "dict.txt").read_bytes())


@lru_cache(maxsize=1024)
def is_verbal(word: str) -> bool:
    """Say whether a word of two characters or more says what is done or what something is like.

    A name that is one (安居, 联合) is rare: of 828 communities of Ningbo 12.
    """
    return len(word) >= _PAIR and open_word_list().get_tag(word).startswith(("v", "a"))


def _take_apart(lines: bytes) -> Iterator[tuple[str, str]]:
    """Return the words of the lines and how often each was seen."""
    parts = lines.decode().split()
    return zip(parts[::3], parts[1::3], strict=True)


def _get_first(word: tuple[str, str]) -> str:
    return word[0][0]
