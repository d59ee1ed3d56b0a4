"""Numbers written against the standard, by the tables of `days` and `amounts`.

What this module never does: say whether a number is true; that is `counts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.amounts import AMOUNTS
from pipeline.proof.days import DAYS
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text
    from pipeline.proof.styles import Style

_STYLES = (*DAYS, *AMOUNTS)
_RUN = re.compile(
    r"(?P<digit>[0-9][0-9.]*)|(?P<han>[一二两三四五六七八九十百千万亿几数〇零壹贰叁肆伍陆柒捌玖拾佰仟廿卅]+)"
)
_MOST = 30_000  # figures of one text: hostile text has more
_ALONE_BEFORE = "月分"  # what makes a date or a fraction of a single number in Han
_AROUND = 12  # characters on each side that may say why a way of writing is right
_FIGURES = "0123456789０１２３４５６７８９一二两三四五六七八九十百千廿卅几"


def find_number_style(reading: Reading) -> Iterator[Finding]:
    """Find numbers and units written against GB/T 15835 and GB 3100."""
    for text in reading.texts:
        there = text.characters
        if there.isdisjoint(_FIGURES):
            continue
        places = _places(text.text)
        reached = -1  # of two readings of the same words the longer one is said
        found = [one for style in _STYLES if style.behind or not there.isdisjoint(style.needed)
                 for one in _faults(text, style, places)]  # fmt: skip
        for start, end, says, right in sorted(found, key=lambda one: (one[0], -one[1])):
            if start < reached:
                continue
            reached = end
            better = f"，建议改为“{right}”" if right else ""
            message = f"“{text.text[start:end]}”：{says}{better}。"
            yield text.finding("number-style", Level.WARNING, message, start, end, right)


@dataclass(slots=True)
class _Places:
    """Where figures stand, those of a kind by the character behind them."""

    digit: dict[str, list[int]]
    han: dict[str, list[int]]
    figures: list[int]


def _places(words: str) -> _Places:
    found = _Places({}, {}, [])
    runs = [
        (match.lastgroup, match.group(), match.start())
        for match in islice(_RUN.finditer(words), _MOST)
    ]
    for kind, run, start in runs:
        end = start + len(run)
        behind = words[end : end + 1]
        positions = range(start, end)
        by_next = found.digit if kind == "digit" else found.han
        by_next.setdefault(behind, []).extend(positions)
        if kind == "digit" and "." in run:
            by_next.setdefault(".", []).extend(positions)
        if kind == "han" and len(run) > 1:  # 百 and 数 may be what stands behind another
            for at in positions[:-1]:
                by_next.setdefault(words[at + 1], []).append(at)
        joined = kind == "digit" or len(run) > 1 or behind.isdigit() or behind in _ALONE_BEFORE
        if joined or words[start - 1 : start].isdigit():
            found.figures.extend(positions)
    return found


def _matches(words: str, style: Style, places: _Places) -> Iterator[re.Match[str]]:
    """Yield what ``finditer`` would, trying a pattern that begins with a figure only there."""
    if not style.leads:
        yield from style.pattern.finditer(words)
        return
    if style.leads == "figure":
        starts = places.figures
    else:
        by_next = places.digit if style.leads == "digit" else places.han
        starts = sorted({at for one in style.needed for at in by_next.get(one, ())})
    reached = 0
    for place in starts:
        if place >= reached and (match := style.pattern.match(words, place)):
            reached = match.end()
            yield match


def _faults(
    text: Text, style: Style, places: _Places
) -> Iterator[tuple[int, int, str, str | None]]:
    for match in _matches(text.text, style, places):
        start, end = match.span()
        if text.is_address(start) or text.is_name(start):
            continue
        if not style.spoken and text.is_quoted(start):
            continue
        if style.unless and style.unless.search(text.text[max(0, start - _AROUND) : start]):
            continue
        if style.only is None or style.only(match):
            yield start, end, style.says, style.mend(match) if style.mend else None


RULES = (
    Rule(
        "number-style",
        "W",
        "数字与单位用法",
        "概数、序数、年份、百分数、月日简称和计量单位按国家标准书写。",
        "GB/T 15835《出版物上数字用法》、GB 3100《国际单位制及其应用》",
        "第1季度，20几名志愿者参加了活动。",
        "第一季度，二十几名志愿者参加了活动。",
        find_number_style,
    ),
)
