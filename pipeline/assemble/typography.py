"""Chinese typography for our own words; quoted titles are never touched.

Widths count East Asian wide characters as two columns (Unicode annex 11).
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "[㐀-鿿]"
_SPACED = re.compile(rf"(?<={_HAN})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?={_HAN})")
_NEVER_FIRST = "，。！？；：、”’》）】…—,.!?;:)"


def space(text: str) -> str:
    """Return the text with a space between Han and Latin letters or digits."""
    return _SPACED.sub(" ", text)


def width(text: str) -> int:
    """Return how many columns the text takes."""
    return sum(_columns(character) for character in text)


def wrap(text: str, columns: int = 76, indent: str = "") -> str:
    """Return the text in lines of at most ``columns``; no line begins with a closing mark."""
    lines: list[str] = []
    line, used = indent, width(indent)
    for character in text:
        size = _columns(character)
        if used + size > columns and character not in _NEVER_FIRST and line.strip():
            lines.append(line.rstrip())
            line, used = indent, width(indent)
            if character == " ":
                continue
        line += character
        used += size
    return "\n".join([*lines, line.rstrip()])


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
