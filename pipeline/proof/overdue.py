"""Announcements that were over when the text was published, or are since: 将于10月底完工, 截止日期为11月10日.

What this module never does: judge a day that a text announces by 将于 (`dates`).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from pipeline.chinese.numerals import read_number
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_MONTH = r"(?P<month>(?<!\d)\d{1,2}|十[一二]?|[一二三四五六七八九])月"
_PARTS = {"初": 10, "上旬": 10, "中旬": 20, "下旬": 31, "底": 31, "末": 31, "份": 31}
_PLANNED = lazy(
    r"(?:将于|将在|定于|拟于|(?:计划|预计|预定|力争|争取|有望)[于在到]?)"
    rf"(?:(?P<year>\d{{4}})年|(?P<this>今年))?{_MONTH}(?P<part>[底末初]|[上中下]旬|份)"
)
_CLOSED = lazy(
    r"截止(?:日期|时间)(?:[为是到至]|截至)?(?:(?P<year>\d{4})年)?"
    r"(?P<month>(?<!\d)\d{1,2})月(?P<day>\d{1,2})[日号]"
)
_CALLS = lazy(
    r"报名请|请(?:联系|扫码|拨打|致电|于|在|到|将|把)|即日起|欢迎|接受报名|有意者|可(?:扫码|拨打|到社区)"
)
_WAS = lazy(r"已[经于]?(?:截止|结束)|共?收到|去年|上届|曾")
_FAR, _NEAR = 180, 90  # days back to which a plan is one of this year, said so or not
_AROUND = 30  # characters that may say that it is over anyhow


def find_overdue(words: str, published: date, appears: date) -> Iterator[tuple[date, int, int]]:
    """Yield the last day, start and end of what was to come and is over on the day of appearance."""
    for match in _PLANNED.finditer(words):
        last = _last_day(match, published.year)
        within = _FAR if match["year"] or match["this"] else _NEAR
        if last and 0 < (appears - last).days <= within and not _is_told(words, match):
            yield last, *match.span()
    if "截止" in words and _CALLS.search(words):
        for match in _CLOSED.finditer(words):
            last = _last_day(match, published.year)
            is_past = last and last < published and (published - last).days <= _NEAR
            if last and is_past and not _is_told(words, match):
                yield last, *match.span()


def _is_told(words: str, match: re.Match[str]) -> bool:
    if words[max(0, match.start() - 1) : match.start()] in {"原", "曾", "本"}:
        return True
    around = max(0, match.start() - _AROUND), match.end() + _AROUND
    return _WAS.search(words, *around) is not None


def _last_day(match: re.Match[str], year: int) -> date | None:
    year = int(match["year"] or year)
    try:
        month = read_number(match["month"])
        longest = monthrange(year, month)[1]
        if "part" in match.groupdict():
            return date(year, month, min(longest, _PARTS[match["part"]]))
        return date(year, month, int(match["day"]))
    except ValueError:
        return None
