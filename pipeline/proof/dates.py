"""Dates: weekdays that do not fit, days that do not exist, words that age overnight."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model import Level
from pipeline.proof.spans import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.model import Finding, Issue
    from pipeline.proof.spans import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
_DATED = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    r"(?:[(（]?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])[)）]?)?"
)
# Words that meant a certain day when they were written; the number says how far from it.
_RELATIVE = {"前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0}
_QUOTED = re.compile(r"“[^“”]*”")
_AGING = re.compile("|".join([*_RELATIVE, "去年底"]))


def find_wrong_weekdays(issue: Issue) -> Iterator[Finding]:
    """weekday-wrong (E): the day does not exist, or the stated weekday is not that day's."""
    for text in texts_of(issue):
        published = text.item.published if text.item else None
        reference = (published or issue.publishes_at).astimezone(_SHANGHAI).date()
        for match in _DATED.finditer(text.text):
            year = int(match["year"] or reference.year)
            month, day = int(match["month"]), int(match["day"])
            try:
                stated = date(year, month, day)
            except ValueError:
                yield text.finding(
                    "weekday-wrong",
                    Level.ERROR,
                    f"{year}年没有{month}月{day}日，请核对日期。",
                    *match.span(),
                )
                continue
            wanted = match["weekday"]
            if not wanted or _fits(stated, wanted):
                continue
            if not match["year"] and any(
                _fits(near, wanted) for near in _same_day_nearby(stated, reference)
            ):
                continue
            real = _WEEKDAYS[stated.weekday()]
            yield text.finding(
                "weekday-wrong",
                Level.ERROR,
                f"{year}年{month}月{day}日是星期{real}，不是星期{wanted}，请核对日期或星期。",
                *match.span(),
            )


def find_relative_dates(issue: Issue) -> Iterator[Finding]:
    """relative-date (W): 昨天, 今天 … age; E when the article has no date to count from."""
    for text in texts_of(issue):
        quoted = [match.span() for match in _QUOTED.finditer(text.text)]
        published = text.item.published if text.item else issue.publishes_at
        for match in _AGING.finditer(text.text):
            if any(start <= match.start() < end for start, end in quoted):
                continue
            yield _relative(text, match, published)


def _relative(text: Text, match: re.Match[str], published: datetime | None) -> Finding:
    word = match.group()
    if published is None:
        message = f"“{word}”无从推算：稿件没有日期，请补上日期或改写。"
        return text.finding("relative-date", Level.ERROR, message, *match.span())
    day = published.astimezone(_SHANGHAI).date() + timedelta(days=_RELATIVE.get(word, 0))
    absolute = f"{day.month}月{day.day}日" if word in _RELATIVE else f"{day.year - 1}年底"
    rest = {"昨晚": "晚", "今晚": "晚"}.get(word, "")
    message = f"“{word}”到出刊时已不准确，建议改为“{absolute}{rest}”。"
    return text.finding("relative-date", Level.WARNING, message, *match.span(), absolute + rest)


def _fits(day: date, weekday: str) -> bool:
    return _WEEKDAYS[day.weekday()] == weekday.replace("天", "日")


def _same_day_nearby(day: date, reference: date) -> list[date]:
    """Return the day in the year before or after, when that lies within half a year."""
    near = []
    for year in (day.year - 1, day.year + 1):
        try:
            other = day.replace(year=year)
        except ValueError:
            continue
        if abs((other - reference).days) <= 183:  # noqa: PLR2004 - half a year
            near.append(other)
    return near
