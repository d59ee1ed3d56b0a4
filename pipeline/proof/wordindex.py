"""Many words looked for at once.

The first two characters of a text's every position are looked up among the words' own; only what
is found there is compared. What this module never does: know what the words mean.
"""

from __future__ import annotations

import operator
from itertools import compress, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

_PAIR = 2


class WordIndex:
    """A list of words of two characters and more, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words by their first two characters, the longest first."""
        self._by_pair: dict[str, list[str]] = {}
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            if len(word) >= _PAIR:
                self._by_pair.setdefault(word[:_PAIR], []).append(word)

    @property
    def pairs(self) -> Iterable[str]:
        """The first two characters of every word."""
        return self._by_pair.keys()

    def find(self, text: str, places: Iterable[int] | None = None) -> Iterator[tuple[int, str]]:
        """Yield (start, word) for every word in the text, the longest at a place, none twice.

        ``places``: where `places_of` found these pairs, others perhaps among them.
        """
        reached = 0
        for start in places_of(text, self._by_pair) if places is None else places:
            if start < reached:
                continue
            for word in self._by_pair.get(text[start : start + _PAIR], ()):
                if text.startswith(word, start):
                    reached = start + len(word)
                    yield start, word
                    break


def places_of(text: str, pairs: Container[str]) -> Iterator[int]:
    """Yield where one of the pairs of characters begins."""
    return compress(count(), map(pairs.__contains__, map(operator.add, text, text[1:])))
