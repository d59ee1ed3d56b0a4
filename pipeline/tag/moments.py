"""Days and hours as announcements write them, relative to the day of publication.

11月28日下午2点, 4月25日与30日, 2.10(周一), 本周六上午9点, 下周三晚, 每周二, 每月15日, 农历正月十五,
即日起至月底. What this module never does: return a day whose stated weekday does not fit.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from lunardate import LunarDate

from pipeline.calendar import LUNAR_DAY, LUNAR_MONTH, parse_lunar

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_NUMERALS = {one: number for number, one in enumerate("零一二三四五六七八九十")} | {
    "十一": 11, "十二": 12, "两": 2,
}  # fmt: skip
_FEASTS = {
    "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7), "中秋": (8, 15), "重阳": (9, 9),
    "腊八": (12, 8),
}  # fmt: skip
_STATED = r"(?:[（(]?(?:星期|周|礼拜)(?P<stated{0}>[一二三四五六日天])[）)]?)?"
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    + _STATED.format("")
    + r"(?:\s*(?P<join>至|到|—+|–|-|~|～|与|和|、|及)"
    r"(?:(?P<year2>\d{4})年)?(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号])?|"
    r"(?<![\d.])(?P<dotmonth>\d{1,2})\.(?P<dotday>\d{1,2})\s*[（(](?:星期|周)(?P<stated1>[一二三四五六日天])[）)]|"
    rf"农历(?P<lunar>(?P<lunar_month>{LUNAR_MONTH})月(?P<lunar_day>{LUNAR_DAY}))|"
    r"(?P<feast>元宵|端午|七夕|中秋|重阳|腊八)节?(?=当[天日晚]|[上下]午|[晚早]|夜[里晚]|\d)|"
    r"(?P<which>本|这个?|下下|下个?|每[个逢]?|逢|[挑找选]个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?!年|到周|至周)|"
    r"(?P<near>明|后)[天日晚]|(?P<tonight>今晚)|"
    r"每月(?P<monthly>\d{1,2})[日号]|"
    r"(?P<of_month>本月|这个月|下个?月)(?P<of_day>\d{1,2})[日号]" + _STATED.format("2") + "|"
    r"即日起[，,]?(?:持续|延续)?(?:[至到](?:(?P<tomonth>\d{1,2})月)?(?:(?P<today>\d{1,2})[日号]|(?P<monthend>月?底)))"
)
_HOUR = (
    r"(?P<part{0}>上午|下午|中午|晚上|傍晚|早上|清晨|凌晨|夜里|晚|早)?\s*"
    r"(?P<hour{0}>\d{{1,2}}|十[一二]?|[一两二三四五六七八九])(?:[点时](?!多|左右就|起来)|[:：](?=\d\d))"
    r"(?P<minute{0}>\d{{1,2}}|半|一刻|三刻)?分?"
)
_CLOCK = re.compile(_HOUR.format("") + r"(?:\s*(?:至|到|—+|–|-|~|～)\s*" + _HOUR.format("2") + ")?")
_CLOSES = re.compile(_HOUR.format("") + r"[^，。；]{0,3}(?:收|结束|止|闭|散|打烊|关)")
_NIGHT = re.compile(r"[（）()，,\s]{0,2}(?:当)?晚")
_HALF_DAY = 12  # hours


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or several, with hours, as one stretch of a sentence names them."""

    first: date
    last: date | None  # None: a single day
    begins: time | None  # None: no hour is named
    ends: time | None
    is_loose: bool  # a weekday alone, a habit, tonight: often said of what is no announcement
    start: int
    end: int


def find_moments(sentence: str, today: date) -> Iterator[Moment]:
    """Yield the moments of a sentence in order; those that cannot be are left out."""
    matches = list(_DAY.finditer(sentence))
    for number, match in enumerate(matches):
        until = matches[number + 1].start() if number + 1 < len(matches) else len(sentence)
        begins, ends, end = _hours(sentence, match, until)
        days = _days(match, today)
        which = match["which"] or ""
        habit = match["weekday"] and not which.startswith(("本", "这", "下"))
        loose = bool(match["tonight"] or match["near"] or habit)
        for first, last in days:
            yield Moment(first, last, begins, ends, loose, match.start(), end)


def _hours(sentence: str, match: re.Match[str], until: int) -> tuple[time | None, time | None, int]:
    """Return when it begins and ends, and where the moment's own stretch ends."""
    clock = _CLOCK.search(sentence, match.end(), until)
    if clock is None:
        return None, None, match.end()
    evening = bool(_NIGHT.match(sentence, match.end())) or match.group().endswith("晚")
    begins = _time(clock, "", "晚" if evening else None)
    ends = _time(clock, "2", clock["part"]) if clock["hour2"] else None
    if ends is None:
        closing = _CLOSES.search(sentence, clock.end(), until)
        ends = _time(closing, "", clock["part"]) if closing else None
    close_by = clock.start() - match.end() <= 4  # noqa: PLR2004 - 的, a comma, 当天, a bracket
    return begins, ends, clock.end() if close_by else match.end()


def _time(match: re.Match[str], group: str, part: str | None) -> time | None:
    """Return an hour as a time of day; ``part`` is the part of the day where none is named."""
    said = match[f"hour{group}"]
    hour = int(said) if said.isdigit() else _NUMERALS[said]
    part = match[f"part{group}"] or part or ""
    if hour < _HALF_DAY and (part[:1] in {"下", "晚", "夜", "傍"} or (part == "中午" and hour < 6)):  # noqa: PLR2004 - 中午1点
        hour += _HALF_DAY
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(match[f"minute{group}"] or "")
    try:
        return time(hour % 24, int(match[f"minute{group}"] or 0) if minute is None else minute)
    except ValueError:
        return None


def _days(  # noqa: PLR0911 - one return a form
    match: re.Match[str], today: date
) -> list[tuple[date, date | None]]:
    """Return the (first, last) days a match names; empty when they cannot be."""
    if match["month"]:
        return _calendar_days(match, today)
    if match["dotmonth"]:
        day = _next(today, int(match["dotmonth"]), int(match["dotday"]), match["stated1"])
        return [(day, None)] if day else []
    if match["lunar"] or match["feast"]:
        day = _next_lunar(match, today)
        return [(day, None)] if day else []
    if match["weekday"]:
        day = _weekday(match["which"] or "", match["weekday"], today)
        last = day + timedelta(days=1) if day and match["weekday"] == "末" else None
        return [(day, last)] if day else []
    if match["monthly"]:
        months = ((today.month, today.year), (today.month % 12 + 1, today.year + today.month // 12))
        found = (_date(year, month, int(match["monthly"])) for month, year in months)
        day = next((one for one in found if one and one >= today), None)
        return [(day, None)] if day else []
    if match["of_month"]:
        later = today.month + (match["of_month"][0] == "下")
        named = _date(today.year + later // 13, (later - 1) % 12 + 1, int(match["of_day"]))
        stated = match["stated2"]
        if named is None or (stated and named.weekday() != _WEEKDAYS[stated]):
            return []
        return [(named, None)]
    if match["near"] or match["tonight"]:
        return [(today + timedelta(days={"明": 1, "后": 2}.get(match["near"] or "", 0)), None)]
    return _until(match, today)


def _calendar_days(match: re.Match[str], today: date) -> list[tuple[date, date | None]]:
    month, year = int(match["month"]), match["year"]
    first = _next(today, month, int(match["day"]), match["stated"], int(year) if year else None)
    if first is None:
        return []
    if not match["day2"]:
        return [(first, None)]
    month2 = int(match["month2"] or month)
    year2 = int(match["year2"] or first.year + (month2 < month))
    second = _date(year2, month2, int(match["day2"]))
    if second is None or second <= first:
        return [(first, None)]
    return [(first, None), (second, None)] if match["join"] in "与和、及" else [(first, second)]


def _until(match: re.Match[str], today: date) -> list[tuple[date, date | None]]:
    """Return 即日起至…: from the day of publication on."""
    month = int(match["tomonth"] or today.month)
    year = today.year + (month < today.month)
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return []
    last = int(match["today"]) if match["today"] else calendar.monthrange(year, month)[1]
    day = _date(year, month, last)
    return [(today, day)] if day and day >= today else []


def _next(
    today: date, month: int, day: int, stated: str | None, year: int | None = None
) -> date | None:
    """Return the next such day, this year or the next; None when its stated weekday is another."""
    for candidate in [year] if year else [today.year, today.year + 1]:
        found = _date(candidate, month, day)
        if found and (found >= today or year):
            return found if not stated or found.weekday() == _WEEKDAYS[stated] else None
    return None


def _weekday(which: str, name: str, today: date) -> date | None:
    days = _WEEKDAYS[name] - today.weekday()
    if which.startswith("下"):
        return today + timedelta(days=days + 7 * (2 if which == "下下" else 1))
    if which.endswith("个") and not which.startswith(("每", "这", "下")):
        return None  # 挑个星期天: any one
    if days < 0:
        return today + timedelta(days=days + 7) if which.startswith(("每", "逢")) else None
    return today + timedelta(days=days)


def _next_lunar(match: re.Match[str], today: date) -> date | None:
    """Return the next such day of the lunar calendar; None when no year has it."""
    if match["feast"]:
        month, number = _FEASTS[match["feast"]]
    else:
        month, number = parse_lunar(match["lunar_month"], match["lunar_day"])
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(LunarDate(year, month, number).to_solar_date())
        except ValueError:
            continue
    return next((one for one in found if one >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
