"""Events a text announces: a day after its publication, with the hour and place if stated.

What this module never does: guess a day whose stated weekday does not fit.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.model import Event, Evidence

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_CLOCK = (
    r"(?:\s*(?P<part>上午|下午|晚上?|早上|中午|凌晨)?\s*(?P<hour>\d{1,2})[点时:：]"
    r"(?P<minute>\d{1,2}|半)?分?)?"
)
_WEEKDAY_AFTER = r"(?:[（(]?(?:星期|周)(?P<stated>[一二三四五六日天])[）)]?)?"
_WHEN = re.compile(
    r"(?:(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]" + _WEEKDAY_AFTER + r"|"
    r"农历(?P<lunar>正月十五|五月初五|八月十五|九月初九|七月初七|腊月初八)|"
    r"(?P<which>本|这|下)?周(?P<weekday>[一二三四五六日天]))"
    r"(?:\s*[至到—-]\s*(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号]?)?" + _CLOCK
)
_LUNAR = {
    "正月十五": (1, 15), "五月初五": (5, 5), "八月十五": (8, 15), "九月初九": (9, 9),
    "七月初七": (7, 7), "腊月初八": (12, 8),
}  # fmt: skip
_ANNOUNCES = re.compile(r"将|举[办行]|报名|欢迎|邀请|请|开[幕讲课放]|敬请|届时")
_PLACE = re.compile(r"在([一-龥A-Za-z0-9]{2,20}?)(?:举[办行]|开[幕讲课]|上演|里?点亮|集合|进行)")
_TITLE = re.compile(r"[“《]([^”》]{2,30})[”》]")
_AHEAD = timedelta(days=120)


def find_events(
    title: str, text: str, published: datetime | None
) -> tuple[tuple[Event, ...], tuple[Evidence, ...]]:
    """Return announced events in reading order; none when the article has no date."""
    if published is None:
        return (), ()
    today = published.astimezone(_SHANGHAI).date()
    events: list[Event] = []
    evidence: list[Evidence] = []
    for match in _WHEN.finditer(text[:20_000]):
        low = text.rfind("。", 0, match.start()) + 1
        high = text.find("。", match.end())
        sentence = text[low : high if high >= 0 else len(text)][:300]
        if not _ANNOUNCES.search(sentence):
            continue
        day = _day(match, today)
        if day is None or not today <= day <= today + _AHEAD:
            continue
        at = _clock(match)
        start = datetime.combine(day, at or time(), _SHANGHAI)
        if at is not None and start <= published:
            continue
        place = _PLACE.search(sentence)
        name = _TITLE.search(sentence)
        if any(event.start == start for event in events):
            continue
        events.append(
            Event(
                title=name[1] if name else title,
                start=start,
                end=_end(match, day),
                place=place[1] if place else "",
                all_day=at is None,
            )
        )
        evidence.append(
            Evidence(f"event:{start.date()}", "announced-day", "", "text", *match.span(), 1.0)
        )
    return tuple(events), tuple(evidence)


def _day(match: re.Match[str], today: date) -> date | None:
    if match["lunar"]:
        return _lunar_day(match["lunar"], today)
    if match["weekday"]:
        days = _WEEKDAYS[match["weekday"]] - today.weekday()
        if match["which"] == "下":
            days += 7
        elif days < 0:
            return None
        return today + timedelta(days=days)
    for year in [int(match["year"])] if match["year"] else [today.year, today.year + 1]:
        try:
            day = date(year, int(match["month"]), int(match["day"]))
        except ValueError:
            return None
        if day >= today:
            stated = match["stated"]
            return day if not stated or day.weekday() == _WEEKDAYS[stated] else None
    return None


def _lunar_day(name: str, today: date) -> date | None:
    from lunardate import LunarDate  # noqa: PLC0415 - rarely needed

    month, number = _LUNAR[name]
    for year in (today.year - 1, today.year, today.year + 1):
        day: date = LunarDate(year, month, number).toSolarDate()
        if day >= today:
            return day
    return None


def _clock(match: re.Match[str]) -> time | None:
    if not match["hour"]:
        return None
    hour = int(match["hour"])
    if match["part"] and match["part"][0] in "下晚" and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _end(match: re.Match[str], day: date) -> datetime | None:
    if not match["day2"]:
        return None
    try:
        last = date(day.year, int(match["month2"] or day.month), int(match["day2"]))
    except ValueError:
        return None
    return datetime.combine(last, time(), _SHANGHAI) if last > day else None
