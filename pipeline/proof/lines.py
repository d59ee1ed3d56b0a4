"""Lines of poems and sayings that everybody knows, with one character wrong: 学海无崖苦作舟.

The character has to sound or look like the right one: a line that is played with stays. What this module
never does: know other lines than ``lines.txt``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lists import FOLDER
from pipeline.proof.phrases import load_sounds
from pipeline.proof.wordindex import WordIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_MOST = 2000  # of one text: hostile text has more
_PAIR = 2
_SHORTEST = 5  # characters of a line


@lru_cache(maxsize=1)
def _load() -> tuple[WordIndex, dict[str, list[tuple[str, int]]]]:
    """Return pairs to look for, and the lines that each belongs to: at their beginning or end."""
    lines: dict[str, list[tuple[str, int]]] = {}
    for line in (FOLDER / "lines.txt").read_text(encoding="utf-8").splitlines():
        if len(line) >= _SHORTEST and not line.startswith("#"):
            lines.setdefault(line[:_PAIR], []).append((line, 0))
            lines.setdefault(line[-_PAIR:], []).append((line, len(line) - _PAIR))
    return WordIndex(lines), lines


def line_pairs() -> frozenset[str]:
    """Return the pairs of characters with which a line is looked for."""
    return frozenset(_load()[1])


def find_wrong_lines(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find a line with one character that sounds or looks like the right one."""
    lines = _load()[1]
    words = text.text
    reached = 0
    for at in islice(reading.places(text), _MOST * 100):
        for line, offset in lines.get(words[at : at + _PAIR], ()):
            start = at - offset
            end = start + len(line)
            if start < reached or end > len(words):
                continue
            apart = [n for n, one in enumerate(line) if words[start + n] != one]
            if len(apart) != 1:
                continue
            wrong, right = words[start + apart[0]], line[apart[0]]
            if "一" <= wrong <= "龥" and _may_be_mistaken(reading, wrong, right):
                reached = end
                message = f"名句“{line}”，“{wrong}”是误字，请改为“{right}”。"
                yield text.finding("confusable", Level.WARNING, message, start, end, line)
                break


def _may_be_mistaken(reading: Reading, wrong: str, right: str) -> bool:
    looks = frozenset((wrong, right)) in reading.reference.lists.lookalikes
    return looks or load_sounds().nearly_agree(wrong, right)
