"""Many words looked for at once.

The first two characters of a text's every position are held against all words in one pass of one
expression; what passes is looked up. What this module never does: know what the words mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GROUPS = 24  # more of them let fewer wrong pairs pass and cost more at every character
_PAIR = 2


class WordIndex:
    """A list of words of two characters and more, ready to be looked for."""

    def __init__(self, words: Iterable[str]) -> None:
        """Sort the words by their first two characters, the longest first."""
        self._by_pair: dict[str, list[str]] = {}
        groups: dict[int, tuple[set[str], set[str]]] = {}
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            if len(word) < _PAIR:
                continue
            self._by_pair.setdefault(word[:_PAIR], []).append(word)
            first, second = groups.setdefault(ord(word[0]) % _GROUPS, (set(), set()))
            first.add(word[0])
            second.add(word[1])
        branches = [f"{_any_of(first)}(?={_any_of(second)})" for first, second in groups.values()]
        self.begins = frozenset(word[0] for word in self._by_pair)
        begins = _any_of(set(self.begins)) if branches else "(?!)"
        self._pattern = re.compile(f"(?={begins})(?:{'|'.join(branches)})")

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield (start, word) for every word in the text, the longest at a place, none twice."""
        reached = 0
        for match in self._pattern.finditer(text):
            start = match.start()
            words = self._by_pair.get(text[start : start + _PAIR])
            if words is None or start < reached:
                continue
            for word in words:
                if text.startswith(word, start):
                    reached = start + len(word)
                    yield start, word
                    break


def _any_of(characters: set[str]) -> str:
    return "[" + "".join(re.escape(one) for one in sorted(characters)) + "]"
