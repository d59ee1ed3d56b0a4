"""Find many fixed terms in one text, longest first, in one pass.

What this module never does: know what the terms mean.
"""

from __future__ import annotations

import contextlib
from itertools import islice
from operator import add
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Automaton: Any = None
with contextlib.suppress(ImportError):  # the extra `fast`
    from ahocorasick_rs import AhoCorasick as _Automaton
    from ahocorasick_rs import MatchKind


class Occurrences:
    """Every occurrence of short sequences, those that overlap as well, in native code.

    False where the extra `fast` is not installed.
    """

    def __init__(self, sequences: Sequence[str]) -> None:
        """Index the sequences."""
        self._automaton: Any = None
        if _Automaton is not None and sequences:
            self._automaton = _Automaton(sequences, matchkind=MatchKind.Standard)

    def __bool__(self) -> bool:
        """Say whether there is such code."""
        return self._automaton is not None

    def find(self, text: str) -> list[str]:
        """Return what stands in the text, as often as it does.

        Raises:
            UnicodeEncodeError: half a surrogate pair, which native code does not take.
        """
        found: list[str] = self._automaton.find_matches_as_strings(text, overlapping=True)
        return found


class TermIndex:
    """Terms of at least two characters; a pass over a text costs its length.

    With the extra `fast` an automaton in native code does the same, some thirty times as fast.
    """

    def __init__(self, terms: Iterable[str], *, native: bool = True) -> None:
        """Index the terms; those shorter than two characters are left out."""
        self._terms = sorted(
            {one for one in terms if len(one) > 1}, key=lambda one: (-len(one), one)
        )
        self._by_head: dict[str, list[str]] = {}
        for term in self._terms:
            self._by_head.setdefault(term[:2], []).append(term)
        self._automaton: Any = None
        if native and _Automaton is not None and self._terms:
            self._automaton = _Automaton(self._terms, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Sequence[tuple[str, int]]:
        """Return (term, start) of what the text holds, without overlaps, in order."""
        if self._automaton is not None:
            try:
                found = self._automaton.find_matches_as_indexes(text)
            except UnicodeEncodeError:  # half a surrogate pair, which native code does not take
                return self._find(text)
            terms = self._terms
            return [(terms[number], start) for number, start, _ in found]
        return self._find(text)

    def _find(self, text: str) -> list[tuple[str, int]]:
        by_head = self._by_head
        found: list[tuple[str, int]] = []
        free = 0
        # The loop proper sees only the places where some term may begin.
        for position, head in enumerate(map(add, text, islice(text, 1, None))):
            if head in by_head and position >= free:
                for term in by_head[head]:
                    if text.startswith(term, position):
                        found.append((term, position))
                        free = position + len(term)
                        break
        return found
