"""One way of writing a number that the standard has otherwise, and how it is mended.

What this module never does: hold such ways; they stand in `days` and `amounts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

HAN = "零一二三四五六七八九"
TENS = {"1": "十", **{str(n): f"{HAN[n]}十" for n in range(2, 10)}}
_LEADS = {r"\d": "digit", "一": "han", "##": "mixed", "#": "figure"}
_ARABIC = str.maketrans("〇零○一二三四五六七八九", "000123456789")
COUNTED = (
    r"(?:人次|户次|平方米|平方公里|立方米|公[斤里顷]|千[克米]|[厘毫]米|[万亿]元|[个人名位天岁户家条件场辆株棵米里次只项处台张份块本册袋双篇首幅间座批组队盆盏把根对支顶桌桶斤公千厘吨亩元秒层桩单班节"
    r"句声封艘尾头匹颗粒朵片瓶碗盘锅箱捆套扇床串滴届年种类款样道门幢栋所群支期轮]|小时|分钟|多|余)"
)
"""What is counted: the words that follow a number of things."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing that is against the standard."""

    needed: frozenset[str]  # characters of which one has to be there, behind what ``leads``
    leads: str  # "digit", "han", "figure", "mixed", or "" (the characters may stand anywhere)
    pattern: re.Pattern[str]
    says: str  # Chinese, a clause: what is wrong
    mend: Callable[[re.Match[str]], str | None] | None = None  # None: nothing is safe
    unless: re.Pattern[str] | None = None  # of the characters before and after: then it is right
    only: Callable[[re.Match[str]], bool] | None = None  # None: every match counts
    spoken: bool = True  # somebody else's words in “ ” are judged as well


def style(
    needed: str,
    pattern: str,
    says: str,
    mend: Callable[[re.Match[str]], str | None] | None = None,
    *,
    unless: str | None = None,
    only: Callable[[re.Match[str]], bool] | None = None,
    spoken: bool = True,
) -> Style:
    r"""Return a style with its patterns compiled.

    ``needed``: characters of which one has to be there. What a text cannot hold is not looked for.
    A pattern that begins with a figure says so, and is tried only at figures that one of the
    characters follows: behind ``\d`` at Arabic digits, behind ``一`` at numbers in Han, behind
    ``#`` at either. ``##`` stands for figures in which the two kinds meet.
    """
    mark = next((one for one in _LEADS if needed.startswith(one)), "")
    return Style(
        frozenset(needed.removeprefix(mark)),
        _LEADS.get(mark, ""),
        lazy(pattern),
        says,
        mend,
        lazy(unless) if unless else None,
        only,
        spoken,
    )


def to_han(digit: str) -> str:
    """Return one digit in Han."""
    return HAN[int(digit)]


def to_digits(number: str) -> str:
    """Return Han digits, written one by one, in Arabic ones: 一九九八 → 1998."""
    return number.translate(_ARABIC)
