"""Hours as announcements write them: 上午9点半, 晚七点三十分至九点, 9:00—16:00.

What this module never does: know of which day.
"""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, NamedTuple

from pipeline.chinese.numerals import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUR = (
    r"(?P<part{0}>上午|下午|中午|午后|晚上|傍晚|早上|清晨|凌晨|夜里|晚|早|夜)?场?\s*"
    # 自己再添一点 is no hour; 下午一点, 一点半 and ，一点 are.
    r"(?(part{0})|(?!(?<![，、：:；\s日号])一点(?![半钟整零一二三四五十到至～~—–-])))"
    r"(?P<hour{0}>\d{{1,2}}|二?十[一二三四五六七八九]?|[零一两二三四五六七八九])(?:[点时](?!多|左右就|起来|间|候|段|期|代|常|光|尚|髦|装)|[:：](?=\d\d))"
    r"(?P<minute{0}>\d{{1,2}}|半|一刻|三刻|"
    r"(?:[二三四五]?十[一二三四五六七八九]?|零?[一二三四五六七八九])(?=分|[^一-龥]|$|[至到开在起]))?分?"
)
_CLOCK = re.compile(_HOUR.format("") + r"(?:\s*(?:至|到|—+|–|-|~|～)\s*" + _HOUR.format("2") + ")?")
_OPENS = re.compile(_HOUR.format("") + r"[^，。；]{0,2}(?:开[门放馆园场展摊]|营业|迎客)")
_CLOSES = re.compile(_HOUR.format("") + r"[^，。；]{0,3}(?:收|结束|止|闭|散|打烊|关)")
_IS_END = re.compile("[^迟前改延调移定约从自起，。；：、\\d][到至]$")
_READY = "检录|热身|签到|入场|进场|检票"  # what comes before a thing begins
_USUAL = "平时|平日|以往|往年|从前|去年"
_DOORS = re.compile(rf"[^，。；]{{0,2}}(?:{_READY})[^，。；]{{0,3}}[，、；]")
_STATED = re.compile(
    r"[。！？\n]?[【［]?(?:时间|几点|什么时候)[】］]?[：:，]?[^，。；]{0,3}?(?=[上下中午早晚\d])"
)
_STOPS = re.compile(r"[。！？!?\n]\s?")
_UP_TO = re.compile("[到至]")  # 周六开到下午四点
_CLOCK_BEFORE = re.compile("(?:^|(?<=[，。；：]))" + _CLOCK.pattern + "[，,]$")
_LONGEST = 16  # characters of 晚上七点三十分至八点四十五分
_DUSK = re.compile("[每两二三四五六七]晚|天黑|擦黑|入夜|天一黑|夜幕|华灯")
_SAID_PART = re.compile(r"[，,]?(?:[两二]天|当[天日])?(?:都是|均为)?(上午|下午|傍晚|晚)")
_CLAUSE = re.compile(r"[^，。；：！？\n]*$")
_NOT_ITS_HOUR = re.compile(
    f"[每了过]|{_USUAL}|原来|工作日|昨|当年|那年|报名|截止|{_READY}|领(?!导)|报到|发布|预警|前$"
)
_USUALLY = re.compile(rf"[，；](?:[^，；]{{0,6}})(?:{_USUAL})[^，；]*$")
_GETTING_READY = re.compile(
    rf"[^，。；]{{0,4}}(?:{_READY}|候场|报到|领(?!导)|起床|下班|出门|截止|关闭|之?前|就[起醒忙])"
)
_NIGHT = re.compile(r"[（）()，,\s]{0,2}(?:(?:也就)?是今天|即今天|今天|[当那这])?晚")
_THAT_NIGHT = re.compile("晚(?:[（(][^（()）]*[）)])?$")  # 今晚（2月13日）
_PART = re.compile(r"(上午|早上|清晨|下午|晚上|晚|早)[，,]")
_MORNING = {"上午", "早上", "清晨", "凌晨", "早"}
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_FIRST = 12  # characters of the next sentence in which it says when a thing opens
_HALF_DAY = 12  # hours
_DAWN = 6  # 中午1点 is no hour of the night


def find_hours(
    sentence: str, start: int, end: int, until: int
) -> tuple[time | None, time | None, int]:
    """Return when it begins and ends on the day that stands there, and where the moment ends.

    ``until``: where the next day's own words begin.
    """
    clock = _CLOCK.search(sentence, end, until)
    while clock and _USUALLY.search(sentence, end, clock.start()):
        clock = _CLOCK.search(sentence, clock.end(), until)
    if clock is None:
        before = _CLOCK_BEFORE.search(sentence, max(0, start - _LONGEST), start)
        return (*_both(before), end) if before else (None, None, end)  # 上午九点，4月5日
    if clock["hour2"] is None and _is_end(sentence, clock):
        opening = _CLOCK.search(sentence, clock.end(), until)  # 开到晚上9点半，下午5点半亮灯
        begins = _time(opening, "", None) if opening else None
        ends = _time(clock, "", None)
        fits = begins and ends and begins < ends
        return (begins, ends, end) if fits else (None, None, end)
    if _DOORS.match(sentence, clock.end()):
        clock = _CLOCK.search(sentence, clock.end(), until) or clock  # 8时45分入场，9时开赛
    if _is_other_half(sentence[end:], clock):
        return None, None, end
    begins = _time(clock, "", _part_of(sentence, start, end, clock))
    ends = _time(clock, "2", clock["part"]) if clock["hour2"] else None
    if ends is None:
        closing = _CLOSES.search(sentence, clock.end(), until)
        ends = _time(closing, "", clock["part"]) if closing else None
    gap = sentence[end : clock.start()]
    if gap.startswith(("前", "之前", "以前")):
        return None, None, end  # 9月30日前，每天8:30—17:00
    close_by = len(gap) <= 4 and not _UP_TO.search(gap)  # noqa: PLR2004 - 的, a comma, 当天, a bracket
    return begins, ends, clock.end() if close_by else end


def _is_end(sentence: str, clock: re.Match[str]) -> bool:
    """Say whether the hour is when something ends: 唱到四点."""
    return bool(_IS_END.search(sentence, max(0, clock.start() - 2), clock.start()))


def _part_of(sentence: str, start: int, end: int, clock: re.Match[str]) -> str | None:
    """Return the part of the day that the day's own words give an hour that names none.

    5日晚，7点…; 20日、21日两天下午…，两点起; 3月2日，天擦黑后的6点一刻.
    """
    if _NIGHT.match(sentence, end) or _THAT_NIGHT.search(sentence[start:end]):
        return "晚"
    if _DUSK.search(sentence, end, clock.start()):
        return "晚"
    said = _SAID_PART.match(sentence, end)
    return said[1] if said else None


def _is_other_half(after_day: str, clock: re.Match[str]) -> bool:
    """Say whether the hour is of another part of the day than the one named with the day.

    12月6日上午，运动会将在操场举行，下午两点颁奖.
    """
    said = _PART.match(after_day)
    part = clock["part"]
    return said is not None and bool(part) and (part in _MORNING) != (said[1] in _MORNING)


def find_opening(text: str, *, at_once: bool = False) -> tuple[time | None, time | None]:
    """Return when a thing opens and closes, as a text says of it: 上午9点开门，下午5点关门.

    ``at_once``: only where the text begins with it.
    """
    opening = _OPENS.search(text)
    if opening is None or (at_once and opening.start() > _FIRST):
        return None, None
    closing = _CLOSES.search(text, opening.end())
    return _time(opening, "", None), _time(closing, "", opening["part"]) if closing else None


def find_stated(text: str, *, bare: bool = False) -> tuple[time | None, time | None]:
    """Return the hours that a text begins with and calls so: 时间：上午10点—下午5点.

    ``bare``: they need not be called so, as behind 就在本周六！
    """
    stated = (_STOPS if bare else _STATED).match(text)
    if bare and not (stated and _CLOCK.match(text, stated.end())):
        stated = _STATED.match(text)
    clock = _CLOCK.match(text, stated.end()) if stated else None
    return _both(clock) if clock else (None, None)


def find_following(text: str) -> tuple[time | None, time | None]:
    """Return the first hours that follow a day and may be those of what takes place on it.

    Not those of getting ready (8点半检录), of deadlines, of habits (每天) or of what is over.
    """
    for clock in _CLOCK.finditer(text):
        clause = _CLAUSE.search(text, 0, clock.start())
        before = text[clause.start() if clause else 0 : clock.start()]
        if clock["part"] == "凌晨" or _NOT_ITS_HOUR.search(before) or _is_end(text, clock):
            continue
        if _GETTING_READY.match(text, clock.end()) or _is_other_half(text, clock):
            continue
        said = _SAID_PART.match(text)
        begins, ends = _both(clock, said[1] if said else None)
        if ends is None:
            closing = _CLOSES.search(text, clock.end())
            ends = _time(closing, "", clock["part"]) if closing else None
        return begins, ends
    return None, None


class Hour(NamedTuple):
    """An hour that a text names, and where."""

    begins: time
    ends: time | None
    part: str  # of the day, as it is called; "" when it is not
    start: int
    end: int


def list_hours(text: str, start: int, end: int) -> Iterator[Hour]:
    """Yield the hours that stand between two places of a text."""
    for clock in _CLOCK.finditer(text, start, end):
        begins, ends = _both(clock)
        if begins:
            yield Hour(begins, ends, clock["part"] or "", clock.start(), clock.end())


def find_last(text: str) -> tuple[time | None, time | None]:
    """Return the hours that a text names last."""
    clock = None
    for found in _CLOCK.finditer(text):
        clock = found
    return _both(clock) if clock else (None, None)


def _both(clock: re.Match[str], part: str | None = None) -> tuple[time | None, time | None]:
    begins = _time(clock, "", part)
    return begins, _time(clock, "2", clock["part"] or part) if clock["hour2"] else None


def _time(match: re.Match[str], group: str, part: str | None) -> time | None:
    """Return an hour as a time of day; ``part`` is the part of the day where none is named."""
    hour = read_number(match[f"hour{group}"])
    part = match[f"part{group}"] or part or ""
    late = (
        part[:1] in {"下", "晚", "傍"}
        or (part[:1] == "夜" and hour > _DAWN)
        or (part in {"中午", "午后"} and hour < _DAWN)
    )
    if late and hour < _HALF_DAY:
        hour += _HALF_DAY
    said = match[f"minute{group}"] or "零"
    minute = _QUARTERS.get(said)
    try:
        return time(hour % 24, read_number(said) if minute is None else minute)
    except ValueError:
        return None
