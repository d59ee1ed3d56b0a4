"""Find many fixed terms in one text, longest first, in one pass.

What this module never does: know what the terms mean.
"""

from __future__ import annotations

from itertools import islice
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class TermIndex:
    """Terms by their first two characters; a pass over a text costs its length."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Index the terms; those shorter than two characters are left out."""
        self._by_head: dict[str, list[str]] = {}
        for term in sorted(set(terms), key=len, reverse=True):
            if len(term) > 1:
                self._by_head.setdefault(term[:2], []).append(term)

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield (term, start) without overlaps, in order."""
        by_head = self._by_head
        pairs = map(add, text, islice(text, 1, None))
        free = 0
        for position, head in enumerate(pairs):
            if head in by_head and position >= free:
                for term in by_head[head]:
                    if text.startswith(term, position):
                        yield term, position
                        free = position + len(term)
                        break
