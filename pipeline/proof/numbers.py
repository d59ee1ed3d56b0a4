"""Numbers written against the standard, by the tables of `days` and `amounts`.

What this module never does: say whether a number is true; that is `counts`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.amounts import AMOUNTS
from pipeline.proof.days import DAYS
from pipeline.proof.lazy import tried
from pipeline.proof.measures import find_wrong_measures
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text
    from pipeline.proof.styles import Style

_STYLES = (*DAYS, *AMOUNTS)
_HAN = "一二两三四五六七八九十百千万亿几数〇零壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_STRETCH = re.compile(rf"[0-9{_HAN}]+(?:\.[0-9]+)*")
_RUN = re.compile(rf"[0-9][0-9.]*|[{_HAN}]+")
_KINDS = {"digit": ("digit", "figure"), "han": ("han", "figure")}
_BEHIND = {
    kind: frozenset().union(*(one.needed for one in _STYLES if one.leads in leads))
    for kind, leads in _KINDS.items()
}
_MOST = 30_000  # figures of one text: hostile text has more
_AROUND = 12  # characters on each side that may say why a way of writing is right
_FIGURES = "0123456789０１２３４５６７８９一二两三四五六七八九十百千廿卅几"


def find_number_style(reading: Reading) -> Iterator[Finding]:
    """Find numbers and units written against GB/T 15835 and GB 3100."""
    for text in reading.texts:
        there = text.characters
        if there.isdisjoint(_FIGURES):
            continue
        places = _Places(text.text)
        reached = -1  # of two readings of the same words the longer one is said
        found = [one for style in _STYLES if places.may_hold(style, there)
                 for one in _faults(text, style, places)]  # fmt: skip
        for start, end, says, right in sorted(found, key=lambda one: (one[0], -one[1])):
            if start < reached:
                continue
            reached = end
            better = f"，建议改为“{right}”" if right else ""
            message = f"“{text.text[start:end]}”：{says}{better}。"
            yield text.finding("number-style", Level.WARNING, message, start, end, right)
        yield from find_wrong_measures(text)


class _Places:
    """Where figures stand, by the character behind them."""

    def __init__(self, words: str) -> None:
        """Look for them once; those that no style can begin with are left out."""
        self.digit: dict[str, list[range]] = {}  # runs of Arabic digits
        self.han: dict[str, list[range]] = {}  # runs of numbers in Han
        self.mixed: list[range] = []  # stretches of both kinds
        for match in islice(_STRETCH.finditer(words), _MOST):
            stretch, end = match.group(), match.end()
            if stretch.isascii():
                if "." in stretch:
                    self.digit.setdefault(".", []).append(range(match.start(), end))
                if (behind := words[end : end + 1]) in _BEHIND["digit"]:
                    self.digit.setdefault(behind, []).append(range(match.start(), end))
            elif len(stretch) > 1 or words[end : end + 1] in _BEHIND["han"]:
                self._add_han(words, match.start(), end)
        self._behind: dict[str, AbstractSet[str]] = {
            "digit": self.digit.keys(),
            "han": self.han.keys(),
            "figure": self.digit.keys() | self.han.keys(),
        }

    def _add_han(self, words: str, first: int, last: int) -> None:
        """Note a stretch that has numbers in Han, and perhaps digits among them."""
        if words[first:last].isalpha():  # no digits
            runs = [(first, last)]
        else:
            runs = [match.span() for match in _RUN.finditer(words, first, last)]
        for start, end in runs:
            is_han = words[start] > "9"
            by_next = self.han if is_han else self.digit
            by_next.setdefault(words[end : end + 1], []).append(range(start, end))
            for at in range(start, end - 1) if is_han else ():
                # 百 and 数 may be what stands behind another
                by_next.setdefault(words[at + 1], []).append(range(at, at + 1))
        if len(runs) > 1:
            self.mixed.append(range(first, last))

    def may_hold(self, style: Style, there: AbstractSet[str]) -> bool:
        """Say whether what the style needs stands where it has to."""
        if style.leads == "mixed" or (style.leads == "figure" and self.mixed):
            return bool(self.mixed)
        return not style.needed.isdisjoint(self._behind.get(style.leads, there))

    def starts(self, style: Style) -> list[int]:
        """Return where a style that begins with a figure may begin."""
        runs = self.mixed[:] if style.leads in {"mixed", "figure"} else []
        for kind, leads in _KINDS.items():
            if style.leads in leads:
                by_next = self.digit if kind == "digit" else self.han
                runs += [run for one in style.needed for run in by_next.get(one, ())]
        return sorted({at for run in runs for at in run})


def _matches(words: str, style: Style, places: _Places) -> Iterator[re.Match[str]]:
    """Return what ``finditer`` would, trying a pattern that begins with a figure only there."""
    if not style.leads:
        return style.pattern.finditer(words)
    return tried(style.pattern, words, places.starts(style))


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
        "概数、序数、年份、百分数、月日简称和计量单位按国家标准书写；单位与所量的东西要相称（电价论千瓦时，海拔论米）。",
        "GB/T 15835《出版物上数字用法》、GB 3100《国际单位制及其应用》",
        "第1季度，20几名志愿者参加了活动。",
        "第一季度，二十几名志愿者参加了活动。",
        find_number_style,
    ),
)
