"""Dates: weekdays that do not fit, days that do not exist, words that age, events that are over."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lunardate import LunarDate

from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
_DATED = re.compile(
    r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    r"(?:[（(]?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])(?![至到、])[）)]?)?"
)
_DASHED = re.compile(
    r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?![\d-])"
    r"(?:[（( ]?(?:星期|周)(?P<weekday>[一二三四五六日天])[）)]?)?"
)
_LUNAR_MONTHS = "正二三四五六七八九十冬腊"
_LUNAR = re.compile(
    r"农历(?P<leap>闰)?(?P<month>十一|十二|[正二三四五六七八九十冬腊])月"
    r"(?P<day>初[一二三四五六七八九十]|十[一二三四五六七八九]?|二十|廿[一二三四五六七八九]?|二十[一二三四五六七八九]|三十)"
    r"(?:[（(](?:公历)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日[^）)\n]{0,6}[）)])?"
)
_WORKED = re.compile(
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:[（(](?:星期|周)[一二三四五六日天][）)])?"
    r"(?:[^，。；\n]{0,6})(?P<what>调休上班|补班|照常上班|正常上班|放假|调休放假|休息一天)"
)
# Words that meant a certain day when they were written; the number says how far from it.
_DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0,
    "今早": 0, "明天": 1, "明日": 1, "明晚": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_PARTS = {"昨晚": "晚", "今晚": "晚", "明晚": "晚", "今早": "早上"}
_AGING = re.compile(
    "|".join(sorted(_DAYS, key=len, reverse=True))
    + r"|(?:上上|下下|上|本|这|下)(?:个)?(?:周|星期)(?P<weekday>[一二三四五六日天末])"
    r"|[上本下]周(?![年岁围边转刊报期末一二三四五六日天])"
    r"|(?<!以)(?:上上|上|下下|下)(?:个)?月(?!球|亮|饼|季|台|光|湖)|本月(?!度)|去年底|目前|眼下"
)
_NOT_AGING = re.compile(
    r"先天后天|后天(?:性|培养|努力|形成|养成|教育)|今日(?:头条|说法|关注|宁波|鄞州|镇海|北仑)"
    r"|明日(?:之星|黄花)|今天的(?:我们|生活|时代)|(?:昨天|今天)[、和与](?:今天|明天)|目前为止"
)
_PINNED = re.compile(r"[（(](?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日")
_BEFORE_PINNED = re.compile(r"\d{1,2}日[（(]$")
_HALF_A_YEAR = 183  # days


def find_wrong_weekdays(reading: Reading) -> Iterator[Finding]:
    """Find days that do not exist, weekdays that are not that day's, lunar days, days off."""
    for text in reading.texts:
        published = text.item.published if text.item else None
        moment = published or reading.issue.publishes_at
        reference = moment.astimezone(_SHANGHAI).date()
        for pattern in (_DATED, _DASHED):
            for match in pattern.finditer(text.text):
                message = _weekday_fault(match, reference)
                if message:
                    yield text.finding("weekday-wrong", Level.ERROR, message, *match.span())
        if "农历" in text.text:
            yield from _lunar_faults(text, reference)
        if reading.reference.calendar:
            yield from _day_off_faults(reading, text, reference)


def _weekday_fault(match: re.Match[str], reference: date) -> str | None:
    year = int(match["year"] or reference.year)
    month, day = int(match["month"]), int(match["day"])
    try:
        stated = date(year, month, day)
    except ValueError:
        if match["year"] is None and (month, day) == (2, 29):
            return None  # without a year it may be the nearest leap year's
        return f"{year}年没有{month}月{day}日，请核对日期。"
    wanted = match["weekday"]
    if not wanted or _fits(stated, wanted):
        return None
    if not match["year"] and any(
        _fits(near, wanted) for near in _same_day_nearby(stated, reference)
    ):
        return None
    real = _WEEKDAYS[stated.weekday()]
    return f"{year}年{month}月{day}日是星期{real}，不是星期{wanted}，请核对日期或星期。"


def _lunar_faults(text: Text, reference: date) -> Iterator[Finding]:
    for match in _LUNAR.finditer(text.text):
        month, day = _lunar_month(match["month"]), _lunar_day(match["day"])
        found = []
        for year in (reference.year - 1, reference.year, reference.year + 1):
            try:
                found.append(LunarDate(year, month, day, bool(match["leap"])).to_solar_date())
            except ValueError:
                continue
        if not found:
            message = f"“{match.group()}”在前后三年的农历里都没有，请核对。"
            yield text.finding("weekday-wrong", Level.ERROR, message, *match.span())
        elif match["m"]:
            stated = (int(match["m"]), int(match["d"]))
            near = [one for one in found if abs((one - reference).days) <= _HALF_A_YEAR] or found
            if stated not in {(one.month, one.day) for one in near}:
                right = min(near, key=lambda one: abs((one - reference).days))
                message = (
                    f"农历{match['month']}月{match['day']}是公历{right.month}月{right.day}日，"
                    f"不是{match['m']}月{match['d']}日，请核对。"
                )
                yield text.finding("weekday-wrong", Level.ERROR, message, *match.span())


def _day_off_faults(reading: Reading, text: Text, reference: date) -> Iterator[Finding]:
    """Find a day called off or worked that the calendar of holidays has otherwise."""
    calendar = reading.reference.calendar
    for match in _WORKED.finditer(text.text):
        try:
            stated = date(reference.year, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        works = "班" in match["what"]
        if calendar and calendar.is_workday(stated) != works:
            known = "工作日" if not works else "休息日"
            message = f"{stated.year}年{stated.month}月{stated.day}日按放假安排是{known}，请核对。"
            yield text.finding("weekday-wrong", Level.WARNING, message, *match.span())


def find_relative_dates(reading: Reading) -> Iterator[Finding]:
    """Find 昨天, 本周六, 去年底, 目前 …: they age. Quoted words and days stated beside them may stay."""
    appears = _month(reading.issue.publishes_at)
    for text in reading.texts:
        published = text.item.published if text.item else reading.issue.publishes_at
        skipped = [match.span() for match in _NOT_AGING.finditer(text.text)]
        for match in _AGING.finditer(text.text):
            start, end = match.span()
            if text.is_quoted(start) or text.is_name(start):
                continue
            if any(first <= start < last for first, last in skipped):
                continue
            pinned = _PINNED.match(text.text, end) or _BEFORE_PINNED.search(
                text.text, max(0, start - 5), start
            )
            month_holds = "月" in match.group() and published and _month(published) == appears
            if not pinned and not month_holds:
                yield _relative(text, match, published)


def _relative(text: Text, match: re.Match[str], published: datetime | None) -> Finding:
    word = match.group()
    if published is None:
        message = f"“{word}”无从推算：稿件没有日期，请补上日期或改写。"
        return text.finding("relative-date", Level.ERROR, message, *match.span())
    absolute = _absolute(word, match["weekday"], published.astimezone(_SHANGHAI).date())
    if absolute is None:
        message = f"“{word}”会随时间失准，请写明日期或删去。"
        return text.finding("relative-date", Level.WARNING, message, *match.span())
    message = f"“{word}”到出刊时已不准确，建议改为“{absolute}”。"
    return text.finding("relative-date", Level.WARNING, message, *match.span(), absolute)


def _absolute(word: str, weekday: str | None, day: date) -> str | None:
    """Return the word as a date, counted from ``day``; None when it names no day or month."""
    if word in _DAYS:
        then = day + timedelta(days=_DAYS[word])
        return f"{then.month}月{then.day}日{_PARTS.get(word, '')}"
    if word == "去年底":
        return f"{day.year - 1}年底"
    shift = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
    step = next(
        (shift[key] for key in sorted(shift, key=len, reverse=True) if word.startswith(key)), 0
    )
    if weekday:
        if weekday == "末":
            return None
        index = _WEEKDAYS.index(weekday.replace("天", "日"))
        then = day - timedelta(days=day.weekday()) + timedelta(days=7 * step + index)
        return f"{then.month}月{then.day}日"
    if "月" in word:
        months = day.year * 12 + day.month - 1 + step
        return (
            f"{months % 12 + 1}月"
            if months // 12 == day.year
            else f"{months // 12}年{months % 12 + 1}月"
        )
    return None


def find_past_events(reading: Reading) -> Iterator[Finding]:
    """Find announced events that are over before the issue appears."""
    appears = reading.issue.publishes_at
    for section in reading.issue.sections:
        for item in section.items:
            for event in item.events:
                last = event.end or event.start
                whole_day = event.all_day or event.end is None
                over = (
                    last.astimezone(_SHANGHAI).date() < appears.astimezone(_SHANGHAI).date()
                    if whole_day
                    else last < appears
                )
                if over:
                    day = last.astimezone(_SHANGHAI)
                    message = f"活动“{event.title[:20]}”{day.month}月{day.day}日已经结束，出刊前请撤下或改为报道。"
                    yield reading.finding("event-over", Level.ERROR, message, item.key, "events")


def _month(moment: datetime) -> tuple[int, int]:
    here = moment.astimezone(_SHANGHAI)
    return here.year, here.month


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
        if abs((other - reference).days) <= _HALF_A_YEAR:
            near.append(other)
    return near


def _lunar_month(name: str) -> int:
    named = {"十一": 11, "十二": 12}
    return named.get(name) or _LUNAR_MONTHS.index(name) + 1


def _lunar_day(name: str) -> int:
    digits = "一二三四五六七八九十"
    if name.startswith("初"):
        return digits.index(name[1]) + 1
    if name in {"二十", "三十"}:
        return {"二十": 20, "三十": 30}[name]
    tens = 20 if name[0] in "廿二" else 10
    last = name[-1]
    return tens + (digits.index(last) + 1 if last in digits[:9] else 0)


RULES = (
    Rule(
        "weekday-wrong",
        "E W",
        "日期与星期",
        "写出的星期要与日期相符，日期要存在；农历与公历、调休与放假安排也要对得上。",
        "万年历；国务院办公厅节假日安排",
        "活动定于2026年11月23日（星期二）举行。",
        "活动定于2026年11月23日（星期一）举行。",
        find_wrong_weekdays,
    ),
    Rule(
        "relative-date",
        "E W",
        "会过时的时间词",
        "昨天、本周六、去年底、目前等词到出刊时已经变了意思，改为具体日期；引语里的可以不改。"
        "稿件没有日期、无从推算时必须处理。",
        "新闻写作通例",
        "昨天下午，居民在小广场排练。",
        "11月19日下午，居民在小广场排练。",
        find_relative_dates,
    ),
    Rule(
        "event-over",
        "E",
        "活动已结束",
        "预告的活动在出刊之前已经结束，撤下，或改写成报道。",
        "本刊编辑规范",
        "（出刊日之前结束的活动）",
        "（出刊日当天或以后的活动）",
        find_past_events,
    ),
)
