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
        found = [one for style in _STYLES if style.leads or not there.isdisjoint(style.needed)
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
    """Where figures stand, by the character behind them."""

    digit: dict[str, list[range]]  # runs of Arabic digits
    han: dict[str, list[range]]  # runs of numbers in Han
    figure: dict[str, list[range]]  # stretches of either kind or of both
    mixed: list[range]  # stretches of both kinds

    def end(self, words: str, start: int, end: int, runs: int) -> None:
        """Note a stretch of so many runs."""
        if runs:
            self.figure.setdefault(words[end : end + 1], []).append(range(start, end))
        if runs > 1:
            self.mixed.append(range(start, end))


def _places(words: str) -> _Places:
    found = _Places({}, {}, {}, [])
    first = reached = runs = 0  # the stretch that is being read
    for match in islice(_RUN.finditer(words), _MOST):
        start, end = match.span()
        behind = words[end : end + 1]
        if words[start] <= "9":
            found.digit.setdefault(behind, []).append(range(start, end))
            if "." in match.group():
                found.digit.setdefault(".", []).append(range(start, end))
        else:
            found.han.setdefault(behind, []).append(range(start, end))
            for at in range(start, end - 1):  # 百 and 数 may be what stands behind another
                found.han.setdefault(words[at + 1], []).append(range(at, at + 1))
        if start != reached:
            found.end(words, first, reached, runs)
            first, runs = start, 0
        reached, runs = end, runs + 1
    found.end(words, first, reached, runs)
    return found


def _matches(words: str, style: Style, places: _Places) -> Iterator[re.Match[str]]:
    """Yield what ``finditer`` would, trying a pattern that begins with a figure only there."""
    by_next: dict[str, list[range]] = {}
    match style.leads:
        case "":
            yield from style.pattern.finditer(words)
            return
        case "digit":
            by_next = places.digit
        case "han":
            by_next = places.han
        case "figure":
            by_next = places.figure
    if style.leads == "mixed":
        starts = [at for one in places.mixed for at in one]
    elif style.needed.isdisjoint(by_next):
        return
    else:
        runs = [run for one in style.needed for run in by_next.get(one, ())]
        starts = sorted({at for run in runs for at in run})
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
