"""Find many fixed terms in one text in one pass: Aho–Corasick automata in native code.

What this module never does: know what the terms mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")  # native code takes no half of a surrogate pair


class Occurrences:
    """Every occurrence of short sequences, those that overlap as well."""

    def __init__(self, sequences: Sequence[str]) -> None:
        """Index the sequences."""
        self._automaton = AhoCorasick(sequences, matchkind=MatchKind.Standard)

    def find(self, text: str) -> list[str]:
        """Return what stands in the text, as often as it does."""
        try:
            found: list[str] = self._automaton.find_matches_as_strings(text, overlapping=True)
        except UnicodeEncodeError:
            return self.find(_HALF_A_PAIR.sub("\ufffd", text))
        return found


class TermIndex:
    """Terms of at least two characters; a pass over a text costs its length."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Index the terms; those shorter than two characters are left out."""
        self._terms = [one for one in dict.fromkeys(terms) if len(one) > 1]
        self._automaton = AhoCorasick(self._terms, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[tuple[str, int]]:
        """Return (term, start) of what the text holds, longest first, no overlaps, in order."""
        try:
            found = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:
            return self.find(_HALF_A_PAIR.sub("\ufffd", text))
        terms = self._terms
        return [(terms[number], start) for number, start, _ in found]


class TermGroups:
    """Several groups of terms as one index: a text is passed over once for all of them."""

    def __init__(self, *groups: Iterable[str]) -> None:
        """Index the terms; those shorter than two characters are left out."""
        self._groups: dict[str, list[int]] = {}
        for number, group in enumerate(groups):
            for term in group:
                if len(term) > 1:
                    self._groups.setdefault(term, []).append(number)
        self._terms = list(self._groups)
        self._count = len(groups)
        self._automaton = AhoCorasick(self._terms, matchkind=MatchKind.Standard)

    def find(self, text: str) -> list[list[tuple[str, int]]]:
        """Return of each group what `TermIndex` would."""
        try:
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            return self.find(_HALF_A_PAIR.sub("\ufffd", text))
        found: list[list[tuple[str, int]]] = [[] for _ in range(self._count)]
        free = [0] * self._count
        for number, start, end in sorted(matches, key=_longest_first):
            term = self._terms[number]
            for group in self._groups[term]:
                if start >= free[group]:
                    found[group].append((term, start))
                    free[group] = end
        return found


def _longest_first(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]
