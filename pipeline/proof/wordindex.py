"""Many words looked for at once.

The first two characters of a text's every position are looked up among the words' own; only what
is found there is compared. What this module never does: know what the words mean.
"""

from __future__ import annotations

import sys
from functools import cached_property
from itertools import compress, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PAIR = 2
_CODE = f"utf-32-{'le' if sys.byteorder == 'little' else 'be'}"
_WIDTH = 4  # bytes of a character in it
_LONE = "surrogatepass"


class WordIndex:
    """A list of words of two characters and more, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words by their first two characters, the longest first."""
        self._by_pair: dict[str, list[str]] = {}
        for word in sorted(set(words), key=len, reverse=True):
            if len(word) >= _PAIR:
                self._by_pair.setdefault(word[:_PAIR], []).append(word)

    @property
    def pairs(self) -> Iterable[str]:
        """The first two characters of every word."""
        return self._by_pair.keys()

    @cached_property
    def _keys(self) -> frozenset[int]:
        return keys_of(self._by_pair)

    def find(self, text: str, places: Iterable[int] | None = None) -> Iterator[tuple[int, str]]:
        """Yield (start, word) for every word in the text, the longest at a place, none twice.

        ``places``: where `places_of` found these pairs, others perhaps among them.
        """
        by_pair = self._by_pair
        if places is None:
            places = places_of(text, self._keys)
        reached = 0
        for start in [at for at in places if text[at : at + _PAIR] in by_pair]:
            if start < reached:
                continue
            for word in by_pair[text[start : start + _PAIR]]:
                if text.startswith(word, start):
                    reached = start + len(word)
                    yield start, word
                    break


def keys_of(pairs: Iterable[str]) -> frozenset[int]:
    """Return pairs of characters as `places_of` compares them."""
    return frozenset(memoryview("".join(pairs).encode(_CODE, _LONE)).cast("Q"))


def places_of(text: str, keys: frozenset[int]) -> list[int]:
    """Return where one of the pairs of characters begins, in order.

    Two characters are read as one number, first those at even places, then those at odd ones:
    no string is made of any.
    """
    code = memoryview(text.encode(_CODE, _LONE))
    found: list[int] = []
    for shift in range(_PAIR):
        stretch = code[shift * _WIDTH :]
        pairs = stretch[: len(stretch) // (_PAIR * _WIDTH) * _PAIR * _WIDTH].cast("Q")
        found += compress(count(shift, _PAIR), map(keys.__contains__, pairs))
    return sorted(found)
