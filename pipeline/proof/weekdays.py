"""Days that do not exist, weekdays and lunar days that are not that day's, days off.

A day and its weekday are compared where the text says one of the other: in brackets, by a comma, by
是 or 逢, in either order, for two days at once. 每周四 says nothing of a day. What this module never
does: guess which of the two is right.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lunardate import LunarDate

from pipeline.chinese.festivals import LUNAR_DAY, LUNAR_MONTH, parse_lunar
from pipeline.chinese.numerals import MONTH, NUMBER, YEAR, read_number, read_year
from pipeline.model import Level
from pipeline.proof.festivals import find_wrong_festivals
from pipeline.proof.lazy import lazy, tried
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
_HAN = "〇○零一二三四五六七八九十廿"
_DATE = rf"(?:(?P<year>{YEAR})年)?(?<![\d{_HAN}])(?P<month>{MONTH})月(?P<day>{NUMBER})[日号]"
_DASHED = r"(?<![\d/.-])(?P<year>\d{4})(?P<dash>[-/.])(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})(?![\d/.-])"
_DOTTED = r"(?<![\d.])(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?=\s?[（(])"
_HOUR = r"(?:凌晨|清晨|早上|上午|中午|午后|下午|傍晚|晚上|晚间|夜里|当晚|晚|早|起|开始)?"
_O_CLOCK = r"\s?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:[点时](?:\d{1,2}分?|半|整|[一三]刻)?|[:：]\d\d)"
_CLOCK = rf"(?:{_O_CLOCK}(?:\s?[至到~～—－-]{{1,2}}\s?{_HOUR}{_O_CLOCK})?(?:起|开始)?)"
_REGULAR = (
    "闭馆|闭店|休馆|休息|休市|不开|除外|公休|歇业|停开|停诊|轮休"  # then the weekday is another
)
_WEEKDAY = (
    r"(?:[本这下上]?个?(?:星期|周|礼拜))(?P<weekday>[一二三四五六日天])"
    rf"(?![至到、和~—-]|[一-龥]?周|{_REGULAR})"
)
_IS = (
    r"(?:\s?[（(]|[，,]\s?|\s|[，,]?(?:那|这|当)?[天日]?(?:正|恰|刚|适)?好?(?:逢|值|是|为|系)"
    r"(?:一个|个)?)?"
)
# Behind an hour: 2时（星期六）, or 2时，星期六，在…; 2时，星期六上午 goes on with another day.
_IS_THEN = r"(?:\s?[（(]|[，,]\s?(?=(?:星期|周|礼拜)[一二三四五六日天](?:[，,。；在于]|$)))"
# A day with its month, then its weekday.
_AFTER = [
    lazy(rf"{one}{_HOUR}(?:{_IS}|{_CLOCK}{_IS_THEN}){_WEEKDAY}[）)]?")
    for one in (_DATE, _DASHED, _DOTTED)
]
_BEFORE = lazy(
    r"(?=[星周礼])(?<![每逢单双个])(?<![一二三四五六日天][、和至到])(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])" + _HOUR
    + rf"(?:{_CLOCK}?[（(]|的|即|[，,]?也就是|[，,](?=[^，。；\n]{{0,12}}[）)，,。上下晚早中凌]))?{_DATE}[）)]?"
)  # fmt: skip
_BARE = lazy(
    r"(?=[\d星周礼])(?:(?<![月\d.])(?P<day>\d{1,2})[日号]" + _HOUR + _CLOCK + r"?[（(]" + _WEEKDAY
    + r"[）)]?|(?<![每逢单双])(?:星期|周|礼拜)(?P<weekday2>[一二三四五六日天])[（(](?P<day2>\d{1,2})[日号])"
)  # fmt: skip
_TO = r"\s?(?:[至到、和~～—－-]+|以及)\s?"
_PAIR = lazy(
    r"(?=\d)" + _DATE + _TO + r"(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号]" + _HOUR + r"\s?[（(，,]?"
    r"(?:星期|周|礼拜)(?P<first>[一二三四五六日天])" + _TO
    + r"(?:星期|周|礼拜)?(?P<second>[一二三四五六日天])"
)  # fmt: skip
_PAIR_BEFORE = lazy(
    r"(?:星期|周|礼拜)(?P<first>[一二三四五六日天])" + _TO
    + r"(?:星期|周|礼拜)?(?P<second>[一二三四五六日天])\s?[（(，]" + _DATE + _TO
    + r"(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号]"
)  # fmt: skip
_LUNAR = (
    rf"(?:农历|阴历|旧历)(?:[^月，。；\n]{{0,3}}年)?(?P<leap>闰)?"
    rf"(?P<lunar_month>{LUNAR_MONTH})月(?P<lunar_day>{LUNAR_DAY})"
)
_LUNAR_ALONE = lazy(_LUNAR)
_LUNAR_PAIRS = [
    lazy(_LUNAR + r"(?:[（(，,]|[，,]?(?:即|也就是))(?:公历|阳历)?\s?" + _DATE + "[）)]?"),
    lazy(
        r"(?=\d)"
        + _DATE
        + r"(?:\s?[（(]?(?:星期|周)[一二三四五六日天][）)]?)?[^，。；（(农\n]{0,4}"
        r"(?:[（(，,、]|[，,]?(?:即|也就是|正是|恰逢|适逢|正逢|是))?" + _LUNAR + "[）)]?"
    ),
]
_WORKED = lazy(
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:[（(](?:星期|周)[一二三四五六日天](?:[）)]|(?=[，、])))?"
    r"[，、]?(?:[^，。；\n]{0,6})(?P<what>调休上班|补班|照常上班|正常上班|放假|调休放假|休息一天)"
)
_PLAIN = (lazy(rf"(?=[\d{_HAN}]){_DATE}"), lazy(r"(?=\d)" + _DASHED))
_LUNAR_BEFORE = lazy(r"(?:农历|阴历|旧历|古历)[^，。；\n]{0,8}$")
_STATED_YEAR = lazy(r"(?<!\d)(20\d\d)年")
_A_NUMBER = lazy(rf"\d+|[{_HAN}](?<![{_HAN}].)[{_HAN}]{{0,3}}(?=[年月日号])")
_A_WEEKDAY = lazy("星期|周|礼拜")
_MOST = 5000  # dates of one text: hostile text has more
_HALF_A_YEAR = 183  # days
_LONGEST_LUNAR = 30  # days of a month
_LUNAR_LEAD = 12  # characters before a day in which 农历 may stand
_REACH = 120  # characters before a bare day in which its month may stand


def find_wrong_weekdays(reading: Reading) -> Iterator[Finding]:
    """Find days that do not exist, weekdays that are not that day's, lunar days, days off."""
    for text in reading.texts:
        published = text.item.published if text.item else None
        moment = published or reading.issue.publishes_at
        reference = moment.astimezone(_SHANGHAI).date()
        said: set[int] = set()  # where a finding ends: two patterns may see the same words
        if text.characters.isdisjoint("0123456789历月"):
            continue
        for start, end, message in _faults(text.text, reference):
            if end not in said:
                said.add(end)
                yield text.finding("weekday-wrong", Level.ERROR, message, start, end)
        if reading.reference.calendar:
            yield from _day_off_faults(reading, text, reference)


def _faults(text: str, reference: date) -> Iterator[tuple[int, int, str]]:
    places = _Places(text)
    yield from _missing_days(text, places, reference)
    yield from find_wrong_festivals(text, reference, places.dates)
    if not any(word in text for word in ("周", "星期", "礼拜", "农历", "阴历", "旧历")):
        return
    weekdays = [one.start() for one in islice(_A_WEEKDAY.finditer(text), _MOST)]
    for pattern, starts in (*((one, places.numbers) for one in _AFTER), (_BEFORE, weekdays)):
        for match in tried(pattern, text, starts):
            if _is_lunar(match):
                continue
            days = _days(match["month"], match["day"], _year(match), reference)
            yield from _compare(match, days, match["weekday"])
    for match in (*tried(_PAIR, text, places.dates), *tried(_PAIR_BEFORE, text, weekdays)):
        year = _year(match)
        first = _days(match["month"], match["day"], year, reference)
        second = _days(match["month2"] or match["month"], match["day2"], year, reference)
        faults = [*_compare(match, first, match["first"]),
                  *_compare(match, second, match["second"])]  # fmt: skip
        yield from faults[:1]
    for match in tried(_BARE, text, sorted([*places.days, *weekdays])):
        yield from _bare_fault(text, match, reference)
    yield from _lunar_faults(text, reference)


class _Places:
    """Where a date may begin."""

    def __init__(self, text: str) -> None:
        runs = islice(_A_NUMBER.finditer(text), _MOST)
        found = [(one.start(), text[one.end() : one.end() + 1] or "。") for one in runs]
        self.numbers = [start for start, _ in found]
        self.dates = [start for start, behind in found if behind in "年月"]
        self.days = [start for start, behind in found if behind in "日号"]
        self.dashed = [start for start, behind in found if behind in "-/."]


def _missing_days(text: str, places: _Places, reference: date) -> Iterator[tuple[int, int, str]]:
    known: dict[str, str | None] = {}  # what was said of a day without its year's context
    for pattern, starts in zip(_PLAIN, (places.dates, places.dashed), strict=True):
        for match in tried(pattern, text, starts):
            words = match.group()
            if words not in known or "29" in words:
                known[words] = _missing(match, reference)
            message = known[words]
            if message:
                yield *match.span(), message


def _missing(match: re.Match[str], reference: date) -> str | None:
    """Return the message for a day that no calendar has."""
    month, day = read_number(match["month"]), read_number(match["day"])
    year = read_year(match["year"]) if match["year"] else reference.year
    if _days(match["month"], match["day"], match["year"], reference) or min(month, day) < 0:
        return None  # 二三日 is no number
    if _is_lunar(match) or (_is_in_han(match) and not match["year"] and day <= _LONGEST_LUNAR):
        return None
    if match["year"] is None and (month, day) == (2, 29):
        stated = _STATED_YEAR.findall(match.string, max(0, match.start() - _REACH), match.start())
        if not stated or _days("2", "29", stated[-1], reference):
            return None  # without a year it may be the nearest leap year's
        year = int(stated[-1])
    return f"{year}年没有{month}月{day}日，请核对日期。"


def _is_in_han(match: re.Match[str]) -> bool:
    return not match["month"].isdecimal()


def _is_lunar(match: re.Match[str]) -> bool:
    """Say whether 农历 stands before a day in Han numerals."""
    low = max(0, match.start() - _LUNAR_LEAD)
    return _is_in_han(match) and bool(_LUNAR_BEFORE.search(match.string, low, match.start()))


def _year(match: re.Match[str]) -> str | None:
    return match.groupdict().get("year")


def _days(month: str, day: str, year: str | None, reference: date) -> list[date]:
    """Return the days that may be meant: this year's, and without a year the nearest one's."""
    found = []
    for number in (
        [read_year(year)] if year else [reference.year, reference.year - 1, reference.year + 1]
    ):
        try:
            one = date(number, read_number(month), read_number(day))
        except ValueError:
            continue
        if year or number == reference.year or abs((one - reference).days) <= _HALF_A_YEAR:
            found.append(one)
    return found


def _compare(
    match: re.Match[str], days: list[date], weekday: str
) -> Iterator[tuple[int, int, str]]:
    wanted = weekday.replace("天", "日")
    if days and wanted not in {_WEEKDAYS[one.weekday()] for one in days}:
        one = days[0]
        real = _WEEKDAYS[one.weekday()]
        said = f"{one.year}年{one.month}月{one.day}日"
        yield *match.span(), f"{said}是星期{real}，不是星期{wanted}，请核对日期或星期。"


def _bare_fault(text: str, match: re.Match[str], reference: date) -> Iterator[tuple[int, int, str]]:
    """Compare 27日（周五): its month is that of the day named before it, or the article's."""
    day, weekday = match["day"] or match["day2"], match["weekday"] or match["weekday2"]
    near = list(_PLAIN[0].finditer(text, max(0, match.start() - _REACH), match.start()))
    near = [one for one in near if not _is_lunar(one)]
    days = _days(near[-1]["month"], day, near[-1]["year"], reference) if near else []
    months = {reference.month, *(one.month for one in _around(reference))}
    nearby = [one for month in months for one in _days(str(month), day, None, reference)
              if abs((one - reference).days) <= _HALF_A_YEAR // 6]  # fmt: skip
    yield from _compare(match, days or nearby, weekday)


def _around(day: date) -> tuple[date, date]:
    return day - timedelta(days=15), day + timedelta(days=15)


def _lunar_faults(text: str, reference: date) -> Iterator[tuple[int, int, str]]:
    if "历" not in text:
        return
    for pattern in _LUNAR_PAIRS:
        for match in pattern.finditer(text):
            stated = _days(match["month"], match["day"], match["year"], reference)
            lunar = _solar_days(match, {one.year for one in stated} or {reference.year})
            if stated and lunar and not set(stated) & set(lunar):
                right = min(lunar, key=lambda one: abs((one - stated[0]).days))
                message = (
                    f"农历{match['lunar_month']}月{match['lunar_day']}是公历{right.month}月"
                    f"{right.day}日，不是{match['month']}月{match['day']}日，请核对。"
                )
                yield *match.span(), message
    for match in _LUNAR_ALONE.finditer(text):
        if not _solar_days(match, {reference.year}):
            message = f"“{match.group()}”在前后三年的农历里都没有，请核对。"
            yield *match.span(), message


def _solar_days(match: re.Match[str], years: set[int]) -> list[date]:
    """Return the days of the common calendar that a lunar day falls on, in and about the years."""
    month, day = parse_lunar(match["lunar_month"], match["lunar_day"])
    found = []
    for year in sorted({near for one in years for near in (one - 1, one, one + 1)}):
        try:
            found.append(LunarDate(year, month, day, bool(match["leap"])).to_solar_date())
        except ValueError:
            continue
    return found


_EARLY, _LATE = 2, 11  # months: what is told in the one of the other is of the next year


def _day_off_faults(reading: Reading, text: Text, reference: date) -> Iterator[Finding]:
    """Find a day called off or worked that the calendar of holidays has otherwise."""
    calendar = reading.reference.calendar
    if not any(map(text.text.__contains__, ("班", "放假", "休息一天"))):
        return
    for match in _WORKED.finditer(text.text):
        try:
            stated = date(reference.year, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if stated.month <= _EARLY and reference.month >= _LATE:
            continue  # of the year to come, whose holidays may not be known yet
        works = "班" in match["what"]
        if calendar and calendar.is_workday(stated) != works:
            known = "工作日" if not works else "休息日"
            message = f"{stated.year}年{stated.month}月{stated.day}日按放假安排是{known}，请核对。"
            yield text.finding("weekday-wrong", Level.WARNING, message, *match.span())


RULES = (
    Rule(
        "weekday-wrong",
        "E W",
        "日期与星期",
        "写出的星期要与日期相符，日期要存在；农历与公历、节日与节气、调休与放假安排也要对得上。",
        "万年历；国务院办公厅节假日安排",
        "活动定于2026年11月23日（星期二）举行。",
        "活动定于2026年11月23日（星期一）举行。",
        find_wrong_weekdays,
    ),
)
