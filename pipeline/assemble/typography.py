"""Chinese typography for our own words; quoted titles are never touched.

Widths count East Asian wide characters as two columns (Unicode annex 11).
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "[㐀-鿿]"
# A day and an hour (11月29日下午2点) stay in one piece, as papers and our own lines have them.
_DATED = "[年月日号时点分秒]"
_SPACED = re.compile(
    rf"(?<={_HAN})(?=[A-Za-z0-9])(?![0-9]+{_DATED})|(?<=[A-Za-z0-9%])(?={_HAN})(?!(?<=[0-9]){_DATED})"
)
# Controls, and the marks that turn or hide the writing (Unicode annex 9): nobody sees them, and
# one of them in a title turns the rest of the page around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# What is not broken: a number or a Latin word, the marks that open before it and close behind it.
_UNIT = re.compile(
    r"[“‘《（【『「(\[]*(?:[0-9A-Za-z]+(?:[.,:/%@&_+-][0-9A-Za-z]+)*|.)[，。！？；：、”’》）】』」…—,.!?;:)\]%]*",
    re.DOTALL,
)


def space(text: str) -> str:
    """Return the text with a space between Han and Latin letters or digits, but for dates."""
    return _SPACED.sub(" ", text)


def strip_invisible(text: str) -> str:
    """Return the text without control characters and marks of direction."""
    return _INVISIBLE.sub("", text)


def width(text: str) -> int:
    """Return how many columns the text takes."""
    return sum(_columns(character) for character in text)


def wrap(text: str, columns: int = 76, indent: str = "") -> str:
    """Return the text in lines of at most ``columns``, broken between words and characters.

    No line begins with a closing mark or ends with an opening one; no number is broken, nothing
    but what is wider than a line by itself.
    """
    lines: list[str] = []
    line, used = indent, width(indent)
    room = columns - used
    for unit in _UNIT.findall(text):
        for piece in [unit] if width(unit) <= room else unit:
            size = width(piece)
            if used + size > columns and line.strip():
                lines.append(line.rstrip())
                line, used = indent, width(indent)
                if piece == " ":
                    continue
            line += piece
            used += size
    return "\n".join([*lines, line.rstrip()])


def wrap_list(text: str, columns: int = 76) -> str:
    """Return a list with 、 in lines of at most ``columns``, broken between its parts alone."""
    lines = [""]
    for part in re.findall("[^、]*、?", text):
        if lines[-1] and width(lines[-1] + part) > columns:
            lines.append("")
        lines[-1] += part
    return "\n".join(wrap(line, columns) for line in lines)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
