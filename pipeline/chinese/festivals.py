"""The days that bear a name: festivals, solar terms, days of the lunar calendar.

What this module never does: find names in a text.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lunardate import LunarDate

_SHANGHAI = ZoneInfo("Asia/Shanghai")
# From longitude 0 on, every 15 degrees.
TERMS = (
    "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露",
    "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒", "立春", "雨水", "惊蛰",
)  # fmt: skip
SOLAR = {
    "元旦": (1, 1), "妇女节": (3, 8), "学雷锋纪念日": (3, 5), "植树节": (3, 12),
    "世界水日": (3, 22), "世界读书日": (4, 23), "劳动节": (5, 1), "青年节": (5, 4),
    "护士节": (5, 12), "儿童节": (6, 1), "世界环境日": (6, 5), "国际禁毒日": (6, 26),
    "建党节": (7, 1), "建军节": (8, 1), "教师节": (9, 10), "国庆节": (10, 1), "记者节": (11, 8),
    "消防日": (11, 9), "世界艾滋病日": (12, 1), "国际残疾人日": (12, 3), "国家宪法日": (12, 4),
    "国际志愿者日": (12, 5), "国家公祭日": (12, 13), "圣诞节": (12, 25),
}  # fmt: skip
LUNAR = {
    "元宵节": (1, 15), "元宵": (1, 15), "端午节": (5, 5), "端午": (5, 5), "七夕": (7, 7),
    "中元节": (7, 15), "中秋节": (8, 15), "中秋": (8, 15), "重阳节": (9, 9), "重阳": (9, 9),
    "腊八节": (12, 8), "腊八": (12, 8), "春节": (1, 1), "大年初一": (1, 1), "正月初一": (1, 1),
}  # fmt: skip
SUNDAYS = {"母亲节": (5, 2), "父亲节": (6, 3), "全国助残日": (5, 3)}  # month, which Sunday
_SUNDAY = 6
EVE = "除夕"
_STEP = 15  # degrees
_DOUBT = timedelta(minutes=20)  # by which the sun's place may be wrong

LUNAR_MONTH = "十一|十二|[正一二三四五六七八九十冬腊]"
LUNAR_DAY = (
    "初[一二三四五六七八九十]|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|"
    "廿[一二三四五六七八九]?|三十"
)
"""Regular expressions for the names that `parse_lunar` reads."""


def parse_lunar(month: str, day: str) -> tuple[int, int]:
    """Return the numbers of a lunar month and day: 正月十五 is (1, 15), 腊月廿三 (12, 23)."""
    digits = "一二三四五六七八九十"
    number = {"十一": 11, "十二": 12, "一": 1}.get(month) or "正二三四五六七八九十冬腊".index(
        month
    ) + 1
    if day.startswith("初"):
        return number, digits.index(day[1]) + 1
    if day in {"二十", "三十"}:
        return number, {"二十": 20, "三十": 30}[day]
    units = digits.index(day[-1]) + 1 if day[-1] in digits[:9] else 0
    return number, (20 if day[0] in "廿二" else 10) + units


@lru_cache(maxsize=512)
def days_of(name: str, year: int) -> tuple[date, ...]:
    """Return the days of a year of the common calendar that bear the name.

    ``name`` is one of the tables above, or month and day of the lunar calendar: 腊月廿三.
    """
    if name in SOLAR:
        return (date(year, *SOLAR[name]),)
    if name in SUNDAYS:
        month, nth = SUNDAYS[name]
        first = date(year, month, 1)
        return (first + timedelta(days=(_SUNDAY - first.weekday()) % 7 + 7 * (nth - 1)),)
    if name in TERMS:
        return _days_of_term(TERMS.index(name) * _STEP, year)
    if name == EVE:
        return tuple(one - timedelta(days=1) for one in days_of("春节", year))
    if name in LUNAR:
        month, day = LUNAR[name]
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
