"""jieba's word list, read as far as it is asked for: a few sentences need few of its words.

Reading all 349,000 takes longer than everything else that a short command does. The list is sorted
by first characters, so the words that begin with two given ones are found without the others; once
many were asked for, reading the whole list is cheaper and done instead. What this module never
does: cut a text.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HAN = b"\xe4"  # the first byte of 一: before it the list is not sorted, and short
_PAIR = 2
_MANY = 30_000  # beginnings asked for from which the whole list is cheaper
_TOTALS = {5_071_852: 60_101_967}  # bytes of jieba 0.42.1's list -> the sum of its frequencies


class WordList:
    """jieba's list on disk."""

    def __init__(self, data: bytes) -> None:
        """Take the list: a line a word, its frequency and tag, by first characters from 一 on."""
        self._data = data
        self._first = data.find(b"\n" + _HAN) + 1
        self._blocks: dict[str, bytes] = {}

    @property
    def head(self) -> dict[str, int]:
        """The words that do not begin with a Chinese character, and their frequencies."""
        return _frequencies(self._data[: self._first].splitlines())

    def find(self, beginning: str) -> dict[str, int]:
        """Return the words that begin with one or two characters; of one only the word itself.

        What only begins a word counts 0, as in jieba's own table.
        """
        first = beginning[0]
        block = self._blocks.get(first)
        if block is None:
            block = self._blocks[first] = self._block(first.encode("utf-8", "replace"))
        if len(beginning) < _PAIR:
            lines = _lines(block, f"{first} ")
            return _frequencies(lines) or ({first: 0} if len(block) > 1 else {})
        return _frequencies(_lines(block, beginning), shortest=_PAIR)

    def get_tag(self, word: str) -> str:
        """Return a word's part of speech as jieba's list has it (v, a, n …); "" for no word."""
        lines = _lines(self._block(word[:1].encode("utf-8", "replace")), f"{word} ")
        return lines[0].decode().rsplit(" ", 1)[1] if lines else ""

    def _block(self, first: bytes) -> bytes:
        """Return the lines of the words with that first character, after a line break."""
        if first < _HAN:
            return b"\n"
        start, end = self._bound(first), self._bound(first + b"\xff")
        return b"\n" + self._data[start:end]

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


class Frequencies:
    """jieba's table of words, filled from a list with what a text may ask for.

    For any text that was announced by `fill`, cutting by `table` is cutting by the whole table.
    """

    def __init__(
        self, words: WordList, own: Iterable[str], frequency: int, on_many: Callable[[], Any]
    ) -> None:
        """Take the list and words of one's own; ``on_many`` is called when much was asked for."""
        self.table = words.head
        self._words = words
        self._own = frozenset(own)
        self._on_many = on_many
        self._seen: set[str] = set()
        for word in self._own:
            for length in range(1, len(word)):
                self.table.setdefault(word[:length], 0)
        self.table.update(dict.fromkeys(self._own, frequency))

    def fill(self, text: str) -> None:
        """Read what begins with any character of the text, or any two in a row."""
        seen = self._seen
        if seen.issuperset(text) and seen.issuperset(map(add, text, text[1:])):
            return
        asked = set(text)
        asked.update(map(add, text, text[1:]))
        new = asked - seen
        for beginning in new:
            for word, frequency in self._words.find(beginning).items():
                if word not in self._own and (frequency or word not in self.table):
                    self.table[word] = frequency
        self._seen |= new  # last: another thread may ask meanwhile
        if new and len(self._seen) >= _MANY:
            self._on_many()


def open_word_list() -> tuple[WordList, int] | None:
    """Return the list of the installed jieba and the sum of its frequencies.

    None for another list than the known one, of which neither the order nor the sum is known.
    """
    found = importlib.util.find_spec("jieba")
    if found is None or not found.submodule_search_locations:
        return None
    data = Path(found.submodule_search_locations[0], "dict.txt").read_bytes()
    total = _TOTALS.get(len(data))
    return (WordList(data), total) if total else None


@lru_cache(maxsize=1024)
def is_verbal(word: str) -> bool:
    """Say whether a word of two characters or more says what is done or what something is like.

    A name that is one (安居, 联合) is rare: of 828 communities of Ningbo 12. Without the list no
    word is.
    """
    words = _open_once() if len(word) >= _PAIR else None
    return words is not None and words.get_tag(word).startswith(("v", "a"))


@lru_cache(maxsize=1)
def _open_once() -> WordList | None:
    opened = open_word_list()
    return opened[0] if opened else None


def _lines(block: bytes, beginning: str) -> list[bytes]:
    """Return the lines of the block that begin so."""
    key = b"\n" + beginning.encode("utf-8", "replace")
    lines = []
    start = block.find(key)
    while start >= 0:
        end = block.find(b"\n", start + 1)
        lines.append(block[start + 1 : end])
        start = block.find(key, end)
    return lines


def _frequencies(lines: Iterable[bytes], shortest: int = 1) -> dict[str, int]:
    """Return the words of the lines and their beginnings from ``shortest`` characters on."""
    found: dict[str, int] = {}
    for line in lines:
        text, number, _tag = line.decode().rsplit(" ", 2)
        found[text] = int(number)
        for length in range(shortest, len(text)):
            found.setdefault(text[:length], 0)
    return found
