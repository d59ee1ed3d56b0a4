"""Whether a word like 今年, 上周 or 眼下 still says on the day of appearance what it meant when written.

What this module never does: find such words; that is `dates`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from datetime import date

    from pipeline.proof.spans import Text

_OF_A_YEAR = lazy(r"[今去前明后]年(?!年?[底末])|今年|[今去][春夏秋冬]")
_OF_A_WEEK = lazy(r"[上下本这]+个?(?:周|星期|礼拜)末?$")
_OF_A_MONTH = lazy(r"[上下本这]+个?月$")
_NOW = lazy(r"眼下|即日起|前不久|不久前|最近|近来|近期|前(?:阵|段)|这阵|这段时间")
_FRESH = 7  # days for which 眼下 and the like hold; 目前 asks for its day (see `dates`)
# 小竺说，…; not 天气预报说, 俗话说: those speak of what is so, in the paper's own words.
_SAYS = lazy(
    r"(?<![预报告知息话书料])(?<!据)(?<!听)(?<!常)(?:说道?|讲|告诉[^，。！？：；\n]{1,8}|念叨|笑道|回忆)[，：]"
)
_ENDS = "。！？\n"
_LONG = 200  # characters of a sentence that are looked at


def holds_still(word: str, published: date, appears: date) -> bool:
    """Say whether a word written on one day is true on the other.

    A word that names a day (上周五, 下个月15日) does not hold: the newsletter is read for a week.
    """
    if _OF_A_YEAR.match(word):
        return published.year == appears.year
    if _OF_A_WEEK.match(word):
        return published.isocalendar()[:2] == appears.isocalendar()[:2]
    if _OF_A_MONTH.match(word):
        return (published.year, published.month) == (appears.year, appears.month)
    is_fresh = abs((appears - published).days) < _FRESH
    return is_fresh and _NOW.match(word) is not None


def is_said(text: Text, at: int) -> bool:
    """Say whether the character stands in what the sentence lets a person say: 小竺说，今天…."""
    low = max(0, at - _LONG)
    first = max(low, *(text.text.rfind(mark, low, at) + 1 for mark in _ENDS))
    return _SAYS.search(text.text, first, at) is not None
