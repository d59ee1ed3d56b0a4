"""Days that stand between the entries of a list: above a group of them, or below each. Pure.

What this module never does: look within an entry.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import NavigableString, Tag
from bs4.element import PreformattedString

from pipeline.collect.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

_OF_DAYS = re.compile(
    r"[\d\s\-/.:：年月日号时分\[\]()（）【】|,，·■●◆]|[今昨前]天|(?:分钟|小时|天)前|(?:星期|周)[一二三四五六日天]"
    r"|发布|时间|日期"
)
_LEFT = 2  # other characters that a line of a day may have
_FOR_PROGRAMS = re.compile(r"20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}(?:$|[日T\s])")
_LONGEST = 40  # characters of such a line
_FEW = 12  # parts of such an element
_FEWEST = 2  # different days that a list is told by: one alone may be today's


def state_day(tag: Tag) -> str:
    """Return what an element says of a day: its words, or the full date that it has for programs.

    ``<span title="2026-11-20">周五</span>``, ``<time datetime="2026-11-20T08:30">昨天</time>``.
    """
    return next(iter(_dates_for_programs(tag)), "") or tag.get_text(" ", strip=True)


def find_dated(tag: Tag) -> list[Tag]:
    """Return the elements within that have a full date for programs."""
    return [one for one in tag.find_all(recursive=True) if _date_of(one)]


def _dates_for_programs(tag: Tag) -> Iterator[str]:
    yield from (day for one in [tag, *tag.find_all(recursive=True)] if (day := _date_of(one)))


def _date_of(tag: Tag) -> str:
    """Return the full date in an element's attributes; "" without one."""
    for name in ("datetime", "title", "data-time"):
        stated = str(tag.get(name) or "")
        if _FOR_PROGRAMS.match(stated):
            return stated
    return ""


def read_days(entries: Sequence[Tag], now: datetime) -> list[str]:
    """Return for each entry the day that stands above or below it; "" where none does.

    Above, a day counts for all entries down to the next one; below, each has its own. A list that
    shows a single day for everything says nothing: it may be today's.
    """
    none = [""] * len(entries)
    top = _common_parent(entries)
    if top is None:
        return none
    line = list(_walk(top, {id(one) for one in entries}, now))
    order = {id(one): n for n, one in enumerate(entries)}
    if len({one for one in line if isinstance(one, str)}) < _FEWEST:
        return none
    days = list(none)
    if isinstance(line[0], str):
        current = ""
        for one in line:
            if isinstance(one, str):
                current = one
            else:
                days[order[one]] = current
        return days
    last: int | None = None
    for one in line:
        if isinstance(one, int):
            last = order[one]
        elif last is not None:
            days[last], last = one, None
    return days if all(days) else none


def _common_parent(entries: Sequence[Tag]) -> Tag | None:
    if not entries:
        return None
    ways = [{id(one) for one in entry.parents} for entry in entries[1:]]
    return next((one for one in entries[0].parents if all(id(one) in way for way in ways)), None)


def _walk(top: Tag, entries: set[int], now: datetime) -> Iterator[str | int]:
    """Yield days (as stated) and entries (their ids) in the page's order."""
    work: list[object] = list(reversed(top.contents))
    while work:
        one = work.pop()
        if isinstance(one, Tag):
            if id(one) in entries:
                yield id(one)
            elif whole := _day_of(one, entries, now):
                yield whole
            else:
                work.extend(reversed(one.contents))
        elif (
            isinstance(one, NavigableString)
            and not isinstance(one, PreformattedString)
            and (day := _day(one.strip(), now))
        ):
            yield day


def _day_of(tag: Tag, entries: set[int], now: datetime) -> str:
    """Return the day of an element that holds nothing else; "" for every other."""
    inner = list(islice(tag.descendants, _FEW))
    if len(inner) == _FEW or any(id(one) in entries for one in inner):
        return ""
    return _day(state_day(tag), now)


def _day(said: str, now: datetime) -> str:
    """Return a text that is nothing but a day; "" for every other."""
    if not said or len(said) > _LONGEST or len(_OF_DAYS.sub("", said)) > _LEFT:
        return ""
    return said if read_date(said, now) else ""
