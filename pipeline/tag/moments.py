"""Days and hours as announcements write them, relative to the day of publication.

11月28日下午2点, 4月25日与30日, 2.10(周一), 本周六上午9点, 下周三晚, 每周二, 每月第一个周六,
每月15日, 农历正月十五, 除夕, 即日起至月底. What this module never does: return a day whose stated
weekday does not fit.
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
_LUNAR_FEASTS = {
    "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7), "中秋": (8, 15), "重阳": (9, 9),
    "腊八": (12, 8),
}  # fmt: skip
_SOLAR_FEASTS = {
    "元旦": (1, 1), "妇女节": (3, 8), "植树节": (3, 12), "劳动节": (5, 1), "青年节": (5, 4),
    "儿童节": (6, 1), "建军节": (8, 1), "教师节": (9, 10), "国庆": (10, 1), "圣诞": (12, 25),
}  # fmt: skip
_FEAST = "|".join((*_LUNAR_FEASTS, *_SOLAR_FEASTS, "除夕"))
_STATED = r"(?:[（(]?[本这下]?个?(?:星期|周|礼拜)(?P<stated{0}>[一二三四五六日天])[）)]?)?"
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})"
    r"(?:[日号]" + _STATED.format("") + r"(?:\s*(?P<join>起?至|起?到|—+|–|-|~|～|与|和|、|及)"
    r"(?:(?P<year2>\d{4})年)?(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号]"
    r"(?:[（(]?(?:星期|周)(?P<weekday1>[一二三四五六日天])"
    r"(?:[、和与及至到—–~～-]+(?:星期|周)?(?P<weekday2>[一二三四五六日天]))?[）)]?)?)?|"
    r"(?P<join3>至|到|—+|–|-|~|～|与|和|、|及)(?P<day3>\d{1,2})[日号])|"
    r"(?<![\d.])(?P<dotmonth>\d{1,2})\.(?P<dotday>\d{1,2})\s*[（(](?:星期|周)(?P<stated1>[一二三四五六日天])[）)]|"
    rf"(?:农历(?P<lunar_month>{LUNAR_MONTH})|(?P<only_month>正|腊|冬))月(?P<lunar_day>{LUNAR_DAY})|"
    rf"(?P<feast>{_FEAST})节?(?=当[天日晚]|[上下]午|[晚早]|夜[里晚]|\d)|"
    r"(?P<nth_of>每个?月的?|本月|这个月|下个?月|(?P<nth_month>\d{1,2})月份?)"
    r"(?P<nth>第[一二三四1234]|最后一)个(?:周|星期|礼拜)(?P<nth_day>[一二三四五六日天])|"
    r"每个?(?:周|星期|礼拜)(?P<span>[一二三四五六日天])[至到](?:周|星期|礼拜)?[一二三四五六日天]|"
    r"(?P<which>本|这个?|下下|下个?|上上|上个?|每[个逢]?|逢|[挑找选]个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?!年|到周|至周|"
    r"(?<=每周[一二三四五六])[节次堂场回趟])"
    r"(?P<more>(?:[、和与及](?:周|星期)?[一二三四五六日天](?![一-龥]?[点时个]))*)|"
    r"(?P<near>明|后)[天日晚]|(?P<tonight>今晚)|(?P<same>当[天日])(?=[^，。；]{0,4}?[\d一二两三四五六七八九十]+[点时:：])|"
    r"每月(?P<monthly>\d{1,2})[日号]|"
    r"(?P<of_month>本月|这个月|下个?月)(?P<of_day>\d{1,2})[日号]" + _STATED.format("2") + "|"
    r"即日起[，,]?(?:持续|延续)?(?:[至到](?:(?P<toyear>\d{4})年)?(?:(?P<tomonth>\d{1,2})月)?"
    r"(?:(?P<today>\d{1,2})[日号]|(?P<monthend>月?底)))"
)
# One of these stands in every stretch that `_DAY` finds; most sentences have none.
_HINTS = (
    "月", ".", *(f"周{one}" for one in _WEEKDAYS), "星期", "礼拜", "明天", "明日", "明晚", "后天",
    "后日", "后晚", "今晚", "当天", "当日", "即日起", *_LUNAR_FEASTS, *_SOLAR_FEASTS, "除夕",
)  # fmt: skip
_HOUR = (
    r"(?P<part{0}>上午|下午|中午|晚上|傍晚|早上|清晨|凌晨|夜里|晚|早)?\s*"
    r"(?P<hour{0}>\d{{1,2}}|十[一二]?|[一两二三四五六七八九])(?:[点时](?!多|左右就|起来)|[:：](?=\d\d))"
    r"(?P<minute{0}>\d{{1,2}}|半|一刻|三刻)?分?"
)
_CLOCK = re.compile(_HOUR.format("") + r"(?:\s*(?:至|到|—+|–|-|~|～)\s*" + _HOUR.format("2") + ")?")
_OPENS = re.compile(_HOUR.format("") + r"[^，。；]{0,2}(?:开[门放馆园场展摊]|营业|迎客)")
_CLOSES = re.compile(_HOUR.format("") + r"[^，。；]{0,3}(?:收|结束|止|闭|散|打烊|关)")
_NIGHT = re.compile(r"[（）()，,\s]{0,2}(?:当)?晚")
_SINCE_BEFORE = re.compile(r"(?:从|自|打)$")
_SINCE_AFTER = re.compile(r"[（(]?[^，。；）)]{0,6}[）)]?(?:起|开始|开课|开班|开讲|开学|开营)")
_IS_END = re.compile("[开办演摆卖][到至]$")
_UP_TO = re.compile("[到至]")  # 周六开到下午四点
_FIRST = 12  # characters of the next sentence in which it says when a thing opens
_HALF_DAY = 12  # hours


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or several, with hours, as one stretch of a sentence names them."""

    first: date
    last: date | None  # None: a single day
    begins: time | None  # None: no hour is named
    ends: time | None
    is_loose: bool  # a weekday alone, a habit, tonight: often said of what is no announcement
    is_habit: bool  # every week or month; ``first`` is the first time
    is_beginning: bool  # 从…起: what follows takes place from then on
    start: int
    end: int


def find_moments(
    sentence: str, today: date, since: date | None = None, named: date | None = None
) -> Iterator[Moment]:
    """Yield the moments of a sentence in order; those that cannot be are left out.

    ``since``: habits count from that day on, where an earlier sentence has named one. ``named``:
    the day named last before this sentence, which 当天 means.
    """
    if not any(map(sentence.__contains__, _HINTS)):
        return
    matches: list[re.Match[str]] = []
    for match in _DAY.finditer(sentence):
        if not match["same"] or not matches or match.start() > matches[-1].end():
            matches.append(match)  # 元旦当天 is one stretch
    for number, match in enumerate(matches):
        until = matches[number + 1].start() if number + 1 < len(matches) else len(sentence)
        begins, ends, end = _hours(sentence, match, until)
        which = match["which"] or ""
        habit = bool(
            (match["weekday"] and which.startswith(("每", "逢")))
            or (match["nth_of"] or "").startswith("每")
            or match["monthly"]
            or match["span"]
        )
        bare = bool(match["weekday"]) and not which.startswith(("本", "这", "下"))
        from_day = max(today, since) if since and habit else today
        days: _Days = [(named, None)] if match["same"] and named else _days(match, from_day)
        for first, last in days:
            named = first
            beginning = not habit and (
                last is not None
                or bool(_SINCE_BEFORE.search(sentence, max(0, match.start() - 1), match.start()))
                or bool(_SINCE_AFTER.match(sentence, match.end()))
            )
            if beginning:
                since = first
            loose = bool(match["tonight"] or match["near"] or bare)
            yield Moment(
                first, last, begins, ends, loose, habit, beginning, match.start(), end
            )  # fmt: skip


def find_opening(text: str, *, at_once: bool = False) -> tuple[time | None, time | None]:
    """Return when a thing opens and closes, as a text says of it: 上午9点开门，下午5点关门.

    ``at_once``: only where the text begins with it.
    """
    opening = _OPENS.search(text)
    if opening is None or (at_once and opening.start() > _FIRST):
        return None, None
    closing = _CLOSES.search(text, opening.end())
    return _time(opening, "", None), _time(closing, "", opening["part"]) if closing else None


def _hours(sentence: str, match: re.Match[str], until: int) -> tuple[time | None, time | None, int]:
    """Return when it begins and ends, and where the moment's own stretch ends."""
    clock = _CLOCK.search(sentence, match.end(), until)
    if clock is None:
        return None, None, match.end()
    if clock["hour2"] is None and _IS_END.search(
        sentence, max(0, clock.start() - 2), clock.start()
    ):
        opening = _CLOCK.search(sentence, clock.end(), until)  # 开到晚上9点半，下午5点半亮灯
        if opening is not None:
            begins, ends = _time(opening, "", None), _time(clock, "", None)
            return (
                (begins, ends, match.end())
                if begins and ends and begins < ends
                else (None, None, match.end())
            )
    evening = bool(_NIGHT.match(sentence, match.end())) or match.group().endswith("晚")
    begins = _time(clock, "", "晚" if evening else None)
    ends = _time(clock, "2", clock["part"]) if clock["hour2"] else None
    if ends is None:
        closing = _CLOSES.search(sentence, clock.end(), until)
        ends = _time(closing, "", clock["part"]) if closing else None
    gap = sentence[match.end() : clock.start()]
    close_by = len(gap) <= 4 and not _UP_TO.search(gap)  # noqa: PLR2004 - 的, a comma, 当天, a bracket
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


_Days = list[tuple[date, date | None]]


def _days(match: re.Match[str], today: date) -> _Days:
    """Return the (first, last) days a match names; empty when they cannot be."""
    if match["month"]:
        return _calendar_days(match, today)
    if match["dotmonth"]:
        found = _next(today, int(match["dotmonth"]), int(match["dotday"]), match["stated1"])
    elif match["lunar_day"] or match["feast"]:
        found = _next_feast(match, today)
    elif match["nth_day"]:
        found = _nth_weekday(match, today)
    elif match["weekday"] or match["span"]:
        return _weekdays(match, today)
    elif match["monthly"]:
        found = _monthly(int(match["monthly"]), today)
    elif match["of_month"]:
        found = _of_month(match, today)
    elif match["same"]:
        found = None
    elif match["near"] or match["tonight"]:
        found = today + timedelta(days={"明": 1, "后": 2}.get(match["near"] or "", 0))
    else:
        return _until(match, today)
    return [(found, None)] if found else []


def _calendar_days(match: re.Match[str], today: date) -> _Days:
    month, year = int(match["month"]), match["year"]
    first = _next(today, month, int(match["day"]), match["stated"], int(year) if year else None)
    if first is None:
        return []
    day2 = match["day2"] or match["day3"]
    if not day2:
        return [(first, None)]
    month2 = int(match["month2"] or month)
    year2 = int(match["year2"] or first.year + (month2 < month))
    second = _date(year2, month2, int(day2))
    if second is None or second <= first:
        return [(first, None)]
    said, last_said = match["weekday1"], match["weekday2"]  # 至13日（周日）; 周六至周日 of both
    if last_said and first.weekday() != _WEEKDAYS[said]:
        return []
    if (last_said or said) and second.weekday() != _WEEKDAYS[last_said or said]:
        return []
    separate = (match["join"] or match["join3"]) in "与和、及"
    return [(first, None), (second, None)] if separate else [(first, second)]


def _of_month(match: re.Match[str], today: date) -> date | None:
    later = today.month + (match["of_month"][0] == "下")
    named = _date(today.year + later // 13, (later - 1) % 12 + 1, int(match["of_day"]))
    stated = match["stated2"]
    fits = named is not None and (not stated or named.weekday() == _WEEKDAYS[stated])
    return named if fits else None


def _until(match: re.Match[str], today: date) -> _Days:
    """Return 即日起至…: from the day of publication on."""
    month = int(match["tomonth"] or today.month)
    year = int(match["toyear"] or today.year + (month < today.month))
    if not (1 <= month <= 12 and 1 <= year <= 9998):  # noqa: PLR2004 - months, years of datetime
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


def _weekdays(match: re.Match[str], today: date) -> _Days:
    """Return the days of 本周六, 每周一、三、五, 本周末: of a habit the next one only."""
    which = match["which"] or ("每" if match["span"] else "")
    if which.startswith("上"):
        return []
    more = match["more"] or ""
    names = [match["weekday"] or match["span"], *(one for one in more if one in _WEEKDAYS)]
    days = [day for name in names if (day := _weekday(which, name, today))]
    if not days:
        return []
    if which.startswith(("每", "逢")):
        return [(min(days), None)]
    if match["weekday"] == "末":
        return [(days[0], days[0] + timedelta(days=1))]
    return [(day, None) for day in days]


def _weekday(which: str, name: str, today: date) -> date | None:
    days = _WEEKDAYS[name] - today.weekday()
    if which.startswith("下"):
        return today + timedelta(days=days + 7 * (2 if which == "下下" else 1))
    if which.endswith("个") and not which.startswith(("每", "这", "下")):
        return None  # 挑个星期天: any one
    if days < 0:
        return today + timedelta(days=days + 7) if which.startswith(("每", "逢")) else None
    return today + timedelta(days=days)


def _nth_weekday(match: re.Match[str], today: date) -> date | None:
    """Return the day of 每月第一个周六, 本月最后一个周五, 12月第二个周日."""
    of, weekday = match["nth_of"], _WEEKDAYS[match["nth_day"]]
    number = -1 if match["nth"] == "最后一" else "一二三四".find(match["nth"][1])
    number = int(match["nth"][1]) - 1 if match["nth"][1].isdigit() else number
    month = int(match["nth_month"]) if match["nth_month"] else today.month
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
    feast = match["feast"]
    if feast in _SOLAR_FEASTS:
        return _next(today, *_SOLAR_FEASTS[feast], None)
    month, number = 1, 1
    if feast in _LUNAR_FEASTS:
        month, number = _LUNAR_FEASTS[feast]
    elif feast is None:
        month, number = parse_lunar(match["lunar_month"] or match["only_month"], match["lunar_day"])
    before = timedelta(days=feast == "除夕")  # the day before the first of the year
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(LunarDate(year, month, number).to_solar_date() - before)
        except ValueError:
            continue
    return next((one for one in found if one >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
