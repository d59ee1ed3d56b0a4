"""Days as announcements name them: the pattern, and the days that a match of it means.

11月28日, 四月十一日（周六）, 4月25日与30日, 2.10(周一), 本周六, 每周二, 每月第一个周六, 每月15日,
农历正月十五, 除夕, 冬至日上午, 即日起至月底. What this module never does: return a day whose stated
weekday does not fit.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from itertools import chain

from pipeline.festivals import EVE, LUNAR_DAY, LUNAR_MONTH, SOLAR, days_of
from pipeline.numerals import NUMBER, read_number, read_year

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
# Feasts that have things to go to, and the names by which their days are known.
_FEASTS = {
    "元宵": "元宵", "端午": "端午", "七夕": "七夕", "中秋": "中秋", "重阳": "重阳", "腊八": "腊八",
    "除夕": EVE, "国庆": "国庆节", "圣诞": "圣诞节", "立春": "立春", "清明": "清明", "谷雨": "谷雨",
    "三月三": "三月初三", "二月二": "二月初二", "六月六": "六月初六", "九月九": "九月初九",
    "立夏": "立夏", "夏至": "夏至", "立秋": "立秋", "秋分": "秋分", "立冬": "立冬", "冬至": "冬至",
    "春分": "春分", "惊蛰": "惊蛰", "芒种": "芒种", "小暑": "小暑", "大暑": "大暑", "处暑": "处暑",
    "白露": "白露", "寒露": "寒露", "霜降": "霜降", "大寒": "大寒",
} | {name: name for name in SOLAR if name.endswith(("节", "旦"))}  # fmt: skip
_FEAST = "|".join(_FEASTS)
_YEAR = r"\d{4}|二[〇零○][〇零○一二三四五六七八九]{2}"
_MONTH = r"\d{1,2}|十[一二]?|[一二三四五六七八九元]"
_STATED = r"(?:[（(\s]?[本这下]?个?(?:星期|周|礼拜)(?P<stated{0}>[一二三四五六日天])[）)]?)?"
DAY = re.compile(
    rf"(?:(?P<year>{_YEAR})年)?(?<![\d一二三四五六七八九十])(?P<month>{_MONTH})月(?P<day>{NUMBER})"
    r"(?:[日号]"
    + _STATED.format("")
    + r"(?:\s*(?P<join>(?:起|一?直?持续|延续)?[至到]|—+|–|-|~|～|与|和|、|及)"
    rf"(?:(?P<year2>{_YEAR})年)?(?:(?P<month2>{_MONTH})月)?(?P<day2>{NUMBER})[日号]"
    rf"(?P<rest>(?:[、和与及]{NUMBER}[日号])*)"
    r"(?P<both>[两二][天日晚])?(?:[（(]?(?P<alike>都是|均为|都在|[两二三四]个)?(?:星期|周)(?P<weekday1>[一二三四五六日天])"
    r"(?:[、和与及至到—–~～-]+(?:星期|周)?(?P<weekday2>[一二三四五六日天]))?[）)]?)?)?|"
    rf"(?P<join3>至|到|—+|–|-|~|～|与|和|、|及)(?P<day3>{NUMBER})[日号](?P<both3>[两二][天日晚])?)|"
    r"(?<![\d./])(?P<dotmonth>\d{1,2})[./](?P<dotday>\d{1,2})\s*[（(](?:星期|周)?(?P<stated1>[一二三四五六日天])[）)]|"
    rf"(?:农历(?P<lunar_month>{LUNAR_MONTH})|(?P<only_month>正|腊|冬))月(?P<lunar_day>{LUNAR_DAY})|"
    r"大年(?P<new_year>初[一二三四五六七八九十])|"
    r"(?<![\d/.-])(?P<slash_year>\d{4})(?P<slash>[/.-])(?P<slash_month>\d{1,2})(?P=slash)(?P<slash_day>\d{1,2})(?![\d/.-])"
    + _STATED.format("3")
    + "|"
    rf"(?P<feast>{_FEAST})[节日]?(?:(?:假期|长假)?第(?P<feast_day>[一二三四五六七])天)?(?P<eve>前一?[天日晚])?(?=[当这那][天日晚]|(?<=前.)|(?<=前一.)|[上下]午|[晚早]|夜[里晚]|\d)|"
    rf"(?P<nth_of>每个?月的?|本月|这个月|下个?月|(?P<nth_month>{_MONTH})月份?的?)"
    r"(?P<nth>第[一二三四1234]|最后一)个(?:周|星期|礼拜)(?P<nth_day>[一二三四五六日天])|"
    r"(?<![\d一二三四五六七八九十月年个第至到、与和及—~～–-])(?P<lone>\d{1,2})[日号]"
    + _STATED.format("4")
    + r"(?=\s?(?:[上下中]午|傍晚|[晚早]|\d{1,2}[点时:：]))|"
    r"每个?(?:周|星期|礼拜)(?P<span>[一二三四五六日天])[至到](?:周|星期|礼拜)?[一二三四五六日天]|"
    rf"(?<![至到])(?:(?P<in_month>{_MONTH})月份?里?的?(?=每))?(?P<which>本|这个?|下下|下个?|上上|上个?|每[个逢]?|逢|[挑找选]个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?!年|到周|至周|"
    r"(?<=每周[一二三四五六])[节次堂场回趟])"
    r"(?P<more>(?:[、和与及](?:周|星期)?[一二三四五六日天](?![一-龥]?[点时个]))*)|"
    r"(?P<near>明|后)[天日晚早]|(?P<tonight>今晚)|(?P<same>[当那][天日])(?=[^，。；]{0,4}?[\d一二两三四五六七八九十]+[点时:：])|"
    rf"每月(?P<monthly>{NUMBER})[日号]|"
    rf"(?P<of_month>本月|这个月|下个?月)[是为在]?(?P<of_day>{NUMBER})[日号]"
    + _STATED.format("2")
    + "|"
    rf"即日起[，,]?(?:持续|延续)?(?:[至到](?:(?P<toyear>{_YEAR})年)?(?:(?P<tomonth>{_MONTH})月)?"
    rf"(?:(?P<today>{NUMBER})[日号]|(?P<monthend>月?底)))"
)
_DAYS = re.compile(NUMBER)
_TAKES = re.compile(
    rf"(?:为期|历时|持续|连[开办摆演卖放展着续]|一连)[^，。；\d]{{0,3}}?(?P<days>{NUMBER}|两)[天日]"
)
# One of these stands in every stretch that `DAY` finds; most sentences have none.
HINTS = (
    "月", ".", "/", "-", "大年", *(f"周{one}" for one in _WEEKDAYS), "星期", "礼拜", "明天",
    "明日", "明晚", "明早", "后天", "后日", "后晚", "今晚", "当天", "当日", "那天", "那日",
    "即日起", *_FEASTS,
    *(f"{day}{part}" for day in "日号" for part in ("上午", "中午", "下午", "晚", "早")),
)  # fmt: skip


Days = list[tuple[date, date | None]]


def list_days(match: re.Match[str], today: date, named: date | None = None) -> Days:
    """Return the (first, last) days a match names; empty when they cannot be.

    ``named``: the day named last before it, in whose month a day without one is.
    """
    if match["month"]:
        return _calendar_days(match, today)
    if match["dotmonth"] or match["slash_day"]:
        found = _dated(match, today)
    elif match["lunar_day"] or match["new_year"] or match["feast"]:
        found = _next_feast(match, today)
    elif match["nth_day"]:
        found = _nth_weekday(match, today)
    elif match["weekday"] or match["span"]:
        return _weekdays(match, today)
    elif match["monthly"]:
        found = _monthly(read_number(match["monthly"]), today)
    elif match["of_month"]:
        found = _of_month(match, today)
    elif match["lone"]:
        found = _in_month_of(match, max(today, named or today))
    elif match["near"] or match["tonight"]:
        found = today + timedelta(days={"明": 1, "后": 2}.get(match["near"] or "", 0))
    else:
        return _until(match, today) if match.group().startswith("即日起") else []
    return [(found, None)] if found else []


def _calendar_days(match: re.Match[str], today: date) -> Days:
    month, year = _read_month(match["month"]), match["year"]
    first = _next(
        today, month, read_number(match["day"]), match["stated"], read_year(year) if year else None
    )
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
    both = match["both"] or match["both3"]  # 19、20日两天
    in_a_row = both and not both.endswith("晚") and second == first + timedelta(days=1)
    separate = (match["join"] or match["join3"]) in "与和、及" and not in_a_row
    if not separate:
        return [(first, second)]
    others = (_date(year2, month2, read_number(one)) for one in _DAYS.findall(match["rest"] or ""))
    return [(day, None) for day in (first, second, *others) if day]


def _weekdays_fit(match: re.Match[str], first: date, second: date) -> bool:
    """Say whether stated weekdays are those of the days: 至13日（周日）, 周六至周日, 都是周六."""
    said, last_said = match["weekday1"], match["weekday2"]
    if (last_said or match["alike"]) and first.weekday() != _WEEKDAYS[said]:
        return False
    return not said or second.weekday() == _WEEKDAYS[last_said or said]


def _dated(match: re.Match[str], today: date) -> date | None:
    """Return the day of 2.10(周一), 2026/4/11 or 2026-04-11."""
    if match["dotmonth"]:
        return _next(today, int(match["dotmonth"]), int(match["dotday"]), match["stated1"])
    year, month, day = (int(match[f"slash_{part}"]) for part in ("year", "month", "day"))
    return _next(today, month, day, match["stated3"], year)


def _of_month(match: re.Match[str], today: date) -> date | None:
    later = today.month + (match["of_month"][0] == "下")
    named = _date(today.year + later // 13, (later - 1) % 12 + 1, read_number(match["of_day"]))
    stated = match["stated2"]
    fits = named is not None and (not stated or named.weekday() == _WEEKDAYS[stated])
    return named if fits else None


def _in_month_of(match: re.Match[str], today: date) -> date | None:
    """Return the day of 29日上午: of this month, and not yet over."""
    found = _date(today.year, today.month, read_number(match["lone"]))
    stated = match["stated4"]
    fits = found is not None and (not stated or found.weekday() == _WEEKDAYS[stated])
    return found if fits and found and found >= today else None


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
            return found if not stated or found.weekday() == _WEEKDAYS[stated] else None
    return None


def _weekdays(match: re.Match[str], today: date) -> Days:
    """Return the days of 本周六, 每周一、三、五, 本周末: of a habit the next one only."""
    which = match["which"] or ("每" if match["span"] else "")
    if which.startswith("上"):
        return []
    if match["in_month"]:
        month = _read_month(match["in_month"])
        year = today.year + (month < today.month)
        today = max(today, _date(year, month, 1) or today)
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
    month = match["lunar_month"] or match["only_month"] or "正"
    day = match["lunar_day"] or match["new_year"]
    name = _FEASTS[match["feast"]] if match["feast"] else f"{month}月{day}"
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


def _read_month(words: str) -> int:
    return 1 if words == "元" else read_number(words)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
