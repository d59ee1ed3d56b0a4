"""The days that words of an announcement mean, as `daywords` finds them.

11月28日, 四月十一日（周六）, 4月25日与30日, 2.10(周一), 本周六, 每周二, 每月第一个周六, 每月15日,
农历正月十五, 除夕, 冬至日上午, 即日起至月底. What this module never does: return a day whose stated
weekday does not fit.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.chinese.festivals import EVE, days_of
from pipeline.chinese.numerals import NUMBER, read_number, read_year
from pipeline.tag.daywords import FEASTS, MONTH, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAYS = re.compile(NUMBER)
_TOGETHER = re.compile(
    r"[^。；！？\n]{0,2}(?:[，]?[仍都还]?是?[两二]天(?!内容|[^，。]{0,4}(?:一样|任选|相同))|每[天日])|[^。；！？\n]{0,6}连[着办开续]?[两二]天"
)  # 12月12日、13日（…）每天
_START = re.compile(
    rf"(?:(?P<now>本[月周]|今[天日]?)|(?P<next>下个?月)|(?P<week>下个?(?:周|星期|礼拜))|(?<!\d)(?P<month>{MONTH})月)"
    "(?:起|开始)"
)
_WEEK = 7  # days
_AGO = {"今": 0, "去": 1, "上": 1, "前": 2}  # years
_TAKES = re.compile(
    rf"(?:为期|历时|持续|连[开办摆演卖放展着续]|一连)[^，。；\d]{{0,3}}?(?P<days>{NUMBER}|两)[天日]"
)
_NEXT_YEARS = timedelta(days=200)  # ahead, a day was more likely meant of the year before
_LONGEST = timedelta(days=60)  # of a stretch by the lunar calendar
Days = list[tuple[date, date | None]]


def list_days(  # noqa: PLR0911 - a form each
    match: re.Match[str], today: date, named: date | None = None
) -> Days:
    """Return the (first, last) days a match names; empty when they cannot be.

    ``named``: the day named last before it, in whose month a day without one is.
    """
    if match["month"]:
        return _calendar_days(match, today)
    if match["lunar_day2"] or match["lunar_last"]:
        return _lunar_pair(match, today)
    if match["weekday"] or match["span"] or match["week"]:
        return _weekdays(match, today)
    if match["of_month"]:
        return _of_month(match, today)
    if match["lone2"]:
        return _lone_pair(match, today, named or today)
    if match.group().startswith("即日起"):
        return _until(match, today)
    found = _one_day(match, today, named or today)
    return [(found, None)] if found else []


def _one_day(match: re.Match[str], today: date, named: date) -> date | None:  # noqa: PLR0911 - a form each
    """Return the day of a form that names one only; None when it cannot be."""
    if match["dotmonth"] or match["slash_day"]:
        return _dated(match, today)
    if match["lunar_day"] or match["new_year"] or match["from_eve"] or match["feast"]:
        return _next_feast(match, today)
    if match["month_end"]:
        return _month_end(today, later=match["month_end"].startswith("下"))
    if match["nth_day"]:
        return _nth_weekday(match, today)
    if match["monthly"]:
        return _monthly(read_number(match["monthly"]), today)
    if match["lone"]:
        return _in_month_of(match, today, named)
    if match["near"] or match["tonight"]:
        return today + timedelta(days={"明": 1, "后": 2}.get(match["near"] or "", 0))
    return None  # 当天, where no day was named before


def _calendar_days(match: re.Match[str], today: date) -> Days:
    month, year = _read_month(match["month"]), match["year"]
    that_year = match["that_year"]
    named = read_year(year) if year else today.year - _AGO[that_year[0]] if that_year else None
    first = _next(today, month, read_number(match["day"]), match["stated"], named)
    if first is None:
        return []
    day2 = match["day2"] or match["day3"]
    if not day2:
        return [(first, None)]
    month2 = _read_month(match["month2"]) if match["month2"] else month
    year2 = read_year(match["year2"]) if match["year2"] else first.year + (month2 < month)
    second = _date(year2, month2, read_number(day2))
    if second is None or second <= first:
        return [(first, None)]
    if not _weekdays_fit(match, first, second):
        return []
    both = match["both"] or match["both3"] or ""
    others = (_date(year2, month2, read_number(one)) for one in _DAYS.findall(match["rest"] or ""))
    return _join(first, second, (match["join"] or match["join3"], both), match, others)


def _join(
    first: date,
    second: date,
    said: tuple[str, str],
    match: re.Match[str],
    others: Iterable[date | None] = (),
) -> Days:
    """Return two days as one stretch, or each for itself (4月25日与30日).

    ``said``: what joins them, and 两天 or 两晚 behind them. 19、20日两天 are a stretch, two
    evenings are two.
    """
    joint, both = said
    if not both and _TOGETHER.match(match.string, match.end()):
        both = "两天"
    in_a_row = both and not both.endswith("晚") and second == first + timedelta(days=1)
    if joint not in "与和、及" or in_a_row:
        return [(first, second)]
    return [(day, None) for day in (first, second, *others) if day]


def _weekdays_fit(match: re.Match[str], first: date, second: date) -> bool:
    """Say whether stated weekdays are those of the days: 至13日（周日）, 周六至周日, 都是周六."""
    said, last_said = match["weekday1"], match["weekday2"]
    if (last_said or match["alike"]) and first.weekday() != WEEKDAYS[said]:
        return False
    return not said or second.weekday() == WEEKDAYS[last_said or said]


def _dated(match: re.Match[str], today: date) -> date | None:
    """Return the day of 2.10(周一), 2026/4/11 or 2026-04-11."""
    if match["dotmonth"]:
        return _next(today, int(match["dotmonth"]), int(match["dotday"]), match["stated1"])
    year, month, day = (int(match[f"slash_{part}"]) for part in ("year", "month", "day"))
    return _next(today, month, day, match["stated3"], year)


def _of_month(match: re.Match[str], today: date) -> Days:
    """Return the days of 本月28日, 下月5日至8日."""
    later = today.month + (match["of_month"][0] == "下")
    year, month = today.year + later // 13, (later - 1) % 12 + 1
    first, stated = _date(year, month, read_number(match["of_day"])), match["stated2"]
    if first is None or (stated and first.weekday() != WEEKDAYS[stated]):
        return []
    second = _date(year, month, read_number(match["of_day2"] or ""))
    if second is None or second <= first:
        return [(first, None)]
    return _join(first, second, (match["of_join"], ""), match)


def _in_month_of(match: re.Match[str], today: date, named: date) -> date | None:
    """Return the day of 29日上午: of the month named last, and not yet over.

    A day without a year that is just over was read as next year's; its month is this one's.
    """
    year = named.year - 1 if named > today + _NEXT_YEARS else named.year
    found = _date(year, named.month, read_number(match["lone"]))
    stated = match["stated4"]
    fits = found is not None and (not stated or found.weekday() == WEEKDAYS[stated])
    return found if fits and found and found >= today else None


def _lone_pair(match: re.Match[str], today: date, named: date) -> Days:
    """Return the days of 28日、29日两天上午: of the month named last, and not yet over."""
    first = _in_month_of(match, today, named)
    second = _date(first.year, first.month, read_number(match["lone2"])) if first else None
    stated = match["stated5"]
    if not first or not second or (stated and second.weekday() != WEEKDAYS[stated]):
        return []
    if second <= first:
        return [(first, None)]
    return _join(first, second, (match["lone_join"], match["lone_both"] or ""), match)


def _until(match: re.Match[str], today: date) -> Days:
    """Return 即日起至…: from the day of publication on."""
    month = _read_month(match["tomonth"]) if match["tomonth"] else today.month
    year = read_year(match["toyear"]) if match["toyear"] else today.year + (month < today.month)
    if not (1 <= month <= 12 and 1 <= year <= 9998):  # noqa: PLR2004 - months, years of datetime
        return []
    last = read_number(match["today"]) if match["today"] else calendar.monthrange(year, month)[1]
    day = _date(year, month, last)
    return [(today, day)] if day and day >= today else []


def _next(
    today: date, month: int, day: int, stated: str | None, year: int | None = None
) -> date | None:
    """Return the next such day, this year or the next; None when its stated weekday is another."""
    for candidate in [year] if year else [today.year, today.year + 1]:
        found = _date(candidate, month, day)
        if found and (found >= today or year):
            return found if not stated or found.weekday() == WEEKDAYS[stated] else None
    return None


def _weekdays(match: re.Match[str], today: date) -> Days:
    """Return the days of 本周六, 每周一、三、五, 本周末: of a habit the next one only."""
    if match["week"]:
        first, last = (
            _weekday(match["week"], match[day], today) for day in ("week_from", "week_to")
        )
        return [(first, last)] if first and last and first < last else []
    which = match["which"] or ("每" if match["span"] else "")
    if which.startswith("上"):
        return []
    if match["in_month"]:
        month = _read_month(match["in_month"])
        year = today.year + (month < today.month)
        today = max(today, _date(year, month, 1) or today)
    more = match["more"] or ""
    names = [match["weekday"] or match["span"], *(one for one in more if one in WEEKDAYS)]
    days = [day for name in names if (day := _weekday(which, name, today))]
    if not days:
        return []
    if which.startswith(("每", "逢")):
        return [(min(days), None)]
    if match["weekday"] == "末":
        return [(days[0], days[0] + timedelta(days=1))]
    return [(day, None) for day in days]


def _weekday(which: str, name: str, today: date) -> date | None:
    days = WEEKDAYS[name] - today.weekday()
    if which.startswith("下"):
        return today + timedelta(days=days + 7 * (2 if which == "下下" else 1))
    if which.endswith("个") and not which.startswith(("每", "这", "下")):
        return None  # 挑个星期天: any one
    if days < 0:
        return today + timedelta(days=days + 7) if which.startswith(("每", "逢")) else None
    return today + timedelta(days=days)


def _nth_weekday(match: re.Match[str], today: date) -> date | None:
    """Return the day of 每月第一个周六, 本月最后一个周五, 12月第二个周日."""
    of, weekday = match["nth_of"], WEEKDAYS[match["nth_day"]]
    number = -1 if match["nth"] == "最后一" else "一二三四".find(match["nth"][1])
    number = int(match["nth"][1]) - 1 if match["nth"][1].isdigit() else number
    month = _read_month(match["nth_month"]) if match["nth_month"] else today.month
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return None
    year = today.year + (month < today.month)
    if of.startswith("下"):
        month, year = month % 12 + 1, year + month // 12
    for _ in range(2):
        last = calendar.monthrange(year, month)[1]
        days = [
            date(year, month, day)
            for day in range(1, last + 1)
            if date(year, month, day).weekday() == weekday
        ]
        if days[number] >= today or not of.startswith("每"):
            return days[number]
        month, year = month % 12 + 1, year + month // 12
    return None


def _monthly(day: int, today: date) -> date | None:
    """Return the next such day of a month."""
    months = ((today.month, today.year), (today.month % 12 + 1, today.year + today.month // 12))
    found = (_date(year, month, day) for month, year in months)
    return next((one for one in found if one and one >= today), None)


def _next_feast(match: re.Match[str], today: date) -> date | None:
    """Return the next such day, lunar or solar; None when no year has it."""
    day = match["lunar_day"] or match["new_year"]
    name = FEASTS[match["feast"]] if match["feast"] else f"{_lunar_month(match)}月{day}"
    name = match["from_eve"] or name
    years = range(today.year, min(today.year + 2, date.max.year))
    # 国庆假期第二天, 中秋前一晚
    later = timedelta(days=read_number(match["feast_day"] or "一") - 1 - bool(match["eve"]))
    found = chain.from_iterable(days_of(name, year) for year in years)
    return next((one + later for one in found if one + later >= today), None)


def find_last_day(first: date, sentence: str, start: int, until: int) -> date | None:
    """Return the last day of what begins on a day and takes several: …开锣，连开三天, 为期五天."""
    found = _TAKES.search(sentence, start, until)
    days = read_number(found["days"]) if found else 0
    return first + timedelta(days=days - 1) if days > 1 else None


def find_start(sentence: str, today: date) -> date | None:
    """Return the day from which habits that follow are new: 本月起, 从8月起, 打下月起, 下周起."""
    found = _START.search(sentence) if "起" in sentence or "开始" in sentence else None
    if found is None:
        return None
    if found["now"]:
        return today
    if found["week"]:
        return today + timedelta(days=_WEEK - today.weekday())
    month = today.month % 12 + 1 if found["next"] else _read_month(found["month"])
    first = _date(today.year + (month < today.month), month, 1)
    return max(first, today) if first else None


def _read_month(words: str) -> int:
    return 1 if words == "元" else read_number(words)


def _lunar_pair(match: re.Match[str], today: date) -> Days:
    """Return the days of 正月初八、初九两晚, 正月十三至十七, 腊月廿八到正月初三, 除夕至初六.

    Two evenings are two; else they are a stretch.
    """
    first = _next_feast(match, today)
    if first is None:
        return []
    last, month = match["lunar_last"], match["lunar_month2"]
    if last is None:
        second = _next_lunar(f"{_lunar_month(match)}月{match['lunar_day2']}", first)
    elif last == EVE:
        second = _next_lunar(EVE, first)
    else:
        second = _next_lunar(f"{month or _lunar_month(match)}月{last}", first)
    if second is None or not first < second <= first + _LONGEST:
        return [(first, None)]
    if last:
        return [(first, second)]
    return _join(first, second, ("、", match["lunar_both"] or ""), match)


def _lunar_month(match: re.Match[str]) -> str:
    return match["lunar_month"] or match["only_month"] or "正"


def _next_lunar(name: str, since: date) -> date | None:
    """Return the first such day from that day on."""
    years = range(since.year, min(since.year + 2, date.max.year))
    found = chain.from_iterable(days_of(name, year) for year in years)
    return next((one for one in found if one >= since), None)


def _month_end(today: date, *, later: bool) -> date:
    """Return the last day of this month, or of the next."""
    year, month = today.year + (later and today.month == 12), today.month % 12 + 1  # noqa: PLR2004 - months
    if not later:
        month = today.month
    return date(year, month, calendar.monthrange(year, month)[1])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
