"""Festivals, solar terms and lunar days beside a date that is not theirs: 12月21日冬至.

Only what is said to be the same day is compared: 冬至（12月22日）, 2月20日正月十五. A party for 冬至
may be held on any day. What this module never does: guess which of the two is right.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lunardate import LunarDate

from pipeline.calendar import LUNAR_DAY, LUNAR_MONTH, parse_lunar
from pipeline.proof.lazy import lazy, tried

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

_SHANGHAI = ZoneInfo("Asia/Shanghai")
# From longitude 0 on, every 15 degrees.
_TERMS = (
    "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露",
    "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒", "立春", "雨水", "惊蛰",
)  # fmt: skip
_SOLAR = {
    "元旦": (1, 1), "妇女节": (3, 8), "学雷锋纪念日": (3, 5), "植树节": (3, 12), "世界水日": (3, 22),
    "世界读书日": (4, 23), "劳动节": (5, 1), "青年节": (5, 4), "护士节": (5, 12), "儿童节": (6, 1),
    "世界环境日": (6, 5), "国际禁毒日": (6, 26), "建党节": (7, 1), "建军节": (8, 1), "教师节": (9, 10),
    "国庆节": (10, 1), "记者节": (11, 8), "消防日": (11, 9), "世界艾滋病日": (12, 1), "国际残疾人日": (12, 3),
    "国家宪法日": (12, 4), "国际志愿者日": (12, 5), "国家公祭日": (12, 13),
}  # fmt: skip
_LUNAR = {
    "元宵节": (1, 15), "元宵": (1, 15), "端午节": (5, 5), "端午": (5, 5), "七夕": (7, 7), "中元节": (7, 15),
    "中秋节": (8, 15), "中秋": (8, 15), "重阳节": (9, 9), "重阳": (9, 9), "腊八节": (12, 8), "腊八": (12, 8),
    "春节": (1, 1), "大年初一": (1, 1), "正月初一": (1, 1),
}  # fmt: skip
_SUNDAYS = {"母亲节": (5, 2), "父亲节": (6, 3), "全国助残日": (5, 3)}  # month, which Sunday
_SUNDAY = 6
_EVE = "除夕"
_BARE = rf"(?:(?:正|腊|冬)月(?:{LUNAR_DAY})|(?:{LUNAR_MONTH})月(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]))"
_NAME = "|".join(sorted([*_TERMS, *_SOLAR, *_LUNAR, *_SUNDAYS, _EVE], key=len, reverse=True))
_WHAT = rf"(?P<what>{_BARE}|{_NAME})(?:节气)?"
_DATE = r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
_DATED = lazy(r"(?=\d)" + _DATE)
_BEHIND = lazy(
    r"(?:[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
    r"(?:[（(]|，?(?:正|恰|又|刚好|恰好|正好)?(?:是|逢|值|为)|适逢|[，、]?(?:也就是|即))?(?:农历|国际|第\S{1,3}个)?"
    + _WHAT + r"(?=[，。；、！）)\n]|当[天日晚]|这[一天]|那[一天]|一大早|清早|清晨|中午|$)[）)]?"
)  # fmt: skip
_AHEAD = lazy(
    _WHAT + r"(?:[（(]|[，]?(?:也就是|即)|(?:当天|那天|这天)?(?:就)?(?:是|在|落在)|当[天日]（)$"
)
_LEAD = 16  # characters that a name and what joins it may take
_STEP = 15  # degrees
_DOUBT = timedelta(minutes=20)  # by which the sun's place may be wrong


def find_wrong_festivals(
    words: str, reference: date, places: Iterable[int] | None = None
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and message.

    ``reference``: the day the text was published; ``places``: where a date may begin.
    """
    dated = _DATED.finditer(words) if places is None else tried(_DATED, words, places)
    for match in dated:
        found = _BEHIND.match(words, match.end()) or _AHEAD.search(
            words, max(0, match.start() - _LEAD), match.start()
        )
        if not found:
            continue
        stated = _stated(match, reference)
        right = [day for one in stated for day in _days_of(found["what"], one.year)]
        if right and not set(stated) & set(right):
            day = stated[0]
            near = min(right, key=lambda one: abs((one - day).days))
            message = (
                f"{near.year}年的{found['what']}是{near.month}月{near.day}日，"
                f"不是{day.month}月{day.day}日，请核对。"
            )
            yield min(match.start(), found.start()), max(match.end(), found.end()), message


def _stated(match: re.Match[str], reference: date) -> list[date]:
    """Return the days that may be meant: without a year this year's and the nearest one."""
    years = [int(match["year"])] if match["year"] else [reference.year + n for n in (0, 1, -1)]
    days = []
    for year in years:
        try:
            days.append(date(year, int(match["month"]), int(match["day"])))
        except ValueError:
            continue
    days.sort(key=lambda one: abs((one - reference).days))
    return [one for at, one in enumerate(days) if at == 0 or one.year == reference.year]


@lru_cache(maxsize=512)
def _days_of(name: str, year: int) -> tuple[date, ...]:
    """Return the days of a year of the common calendar that bear the name."""
    if name in _SOLAR:
        return (date(year, *_SOLAR[name]),)
    if name in _SUNDAYS:
        month, nth = _SUNDAYS[name]
        first = date(year, month, 1)
        return (first + timedelta(days=(_SUNDAY - first.weekday()) % 7 + 7 * (nth - 1)),)
    if name in _TERMS:
        return _days_of_term(_TERMS.index(name) * _STEP, year)
    if name == _EVE:
        return tuple(one - timedelta(days=1) for one in _days_of("春节", year))
    if name in _LUNAR:
        month, day = _LUNAR[name]
    else:
        month, day = parse_lunar(*name.split("月"))
    found = []
    for lunar_year in (year - 1, year):
        try:
            one = LunarDate(lunar_year, month, day).to_solar_date()
        except ValueError:
            continue
        if one.year == year:
            found.append(one)
    return tuple(found)


def _days_of_term(longitude: int, year: int) -> tuple[date, ...]:
    """Return the day on which the sun reaches the longitude; both where it is near midnight."""
    around = date(year, 3, 21) + timedelta(days=round(longitude / 360 * 365.25))
    if around.year > year:
        around -= timedelta(days=365)
    found = []
    for day in (around + timedelta(days=shift) for shift in range(-3, 4)):
        begins = datetime.combine(day, time(), tzinfo=_SHANGHAI)
        first = _sun(begins - _DOUBT)
        last = _sun(begins + timedelta(days=1) + _DOUBT)
        if (longitude - first) % 360 <= (last - first) % 360:
            found.append(day)
    return tuple(found)


def _sun(moment: datetime) -> float:
    """Return the sun's apparent longitude in degrees, to a hundredth (Meeus, chapter 25)."""
    days = (moment.astimezone(UTC) - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    t = days / 36525
    mean = 280.46646 + 36000.76983 * t
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360
