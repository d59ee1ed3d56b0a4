"""Further items of a day that was announced: 10点还有一堂防跌倒课, 晚上6点半开始放露天电影.

They name an hour and no day, since the day stands before them. What this module never does: find
days, or take an hour of getting ready, of closing or of every day for an item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.tag.daywords import DAY
from pipeline.tag.hours import list_hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import time

# A line of a list: 14:00　儿童剧《丢了影子的狗》, 上午9:40 学苑队 对 太白队.
_LINE = re.compile(r"(?:^|\n)[\s·•●◆▪*-]*$")
_LISTED = re.compile(r"[ \t\u3000：:|丨]+(?P<name>[一-龥“《A-Za-z][^\n\u3000，。；]{1,30})")
_LIST = 400  # characters behind the day in which its list stands
_REACH = 120  # characters behind the day in which its further items stand
_TAIL = 24  # characters behind an hour that say what begins
_WHAT = (
    r"(?:[一两二三四][场堂位出部个]|首[场堂]|(?:[^，。；]{1,8}?)?"
    r"(?:表演|演出|讲座|比赛|决赛|走秀|电影|课|戏|音乐会|朗诵|读诗|导览|颁奖礼|联欢|游戏|巡游|义诊))"
)
_ITEM = re.compile(
    rf"整?[，,]?[^，。；]{{0,10}}?(?:(?:还|另|又)[有要将]|加[演开]|有(?={_WHAT})|(?:开始|接着|再)?放(?=映|电影|露天|[一两]部|动画)|"
    r"开讲|走秀|[是为][一-龥]{2,6}场(?=[，。；])|(?:打|进行)[^，。；]{0,2}决赛)"
)
# The same once more: 上午场9:00—10:30，下午场14:30—16:00; 下午2:00到4:00停在联兴社区.
_AGAIN = re.compile("(?:下午|晚|夜)场")
_ELSEWHERE = re.compile(
    "(?:停|设|摆)?在[^，。；]{2,20}(?:社区|村|厅|堂|广场|公园|中心|门口?|草坪|操场)"
)
_NOT_ITS = re.compile(
    r"[每了过]|昨|前$|[到至]$|报名|截止|平时|往年|去年|签到|入场|检录|下班|休息|散场|结束|收摊|关门"
)
_CLAUSE = re.compile(r"[^，。；：！？\n]*$")
_NOON = 12


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """An item of a programme: its hours, and where it stands in the text."""

    begins: time
    ends: time | None
    start: int
    end: int
    name: str = ""  # as a line of a list tells it


def list_items(text: str, start: int, begins: time) -> Iterator[ProgrammeItem]:
    """Yield the further items that stand in the text behind a day's first one.

    ``start``: where the words of the first one end; ``begins``: its hour. Another day's words end
    the programme.
    """
    yield from _list_lines(text, start, begins)
    day = DAY.search(text, start, start + _REACH)
    end = day.start() if day else min(len(text), start + _REACH)
    for hour in list_hours(text, start, end):
        clause = _CLAUSE.search(text, start, hour.start)
        before = text[clause.start() if clause else start : hour.start]
        after = text[hour.end : hour.end + _TAIL]
        again = _AGAIN.match(text, hour.start) or (hour.part and _ELSEWHERE.match(after))
        if _NOT_ITS.search(before) or not (again or _ITEM.match(after)):
            continue
        at = hour.begins
        if at <= begins and not hour.part and at.hour < _NOON:
            at = at.replace(hour=at.hour + _NOON)  # an evening's 八点整
        if at > begins:
            ends = hour.ends if hour.ends and hour.ends > at else None
            yield ProgrammeItem(at, ends, hour.start, hour.end)


def _list_lines(text: str, start: int, begins: time) -> Iterator[ProgrammeItem]:
    """Yield the lines of a programme that stand an hour or more apart, but for its first one.

    Lines that are closer (9:00 致辞, 9:20 颁奖) are what one gathering does.
    """
    lines: list[ProgrammeItem] = []
    day = DAY.search(text, start, start + _LIST)
    for hour in list_hours(text, start, day.start() if day else min(len(text), start + _LIST)):
        told = _LISTED.match(text, hour.end)
        begin = hour.start + 1 if text[hour.start] == "\n" else hour.start
        if told and _LINE.search(text[start:begin]) and not _NOT_ITS.match(told["name"]):
            lines.append(
                ProgrammeItem(hour.begins, hour.ends, hour.start, hour.end, told["name"].strip())
            )
    hours = [one.begins.hour * 60 + one.begins.minute for one in lines]
    if lines and lines[0].begins == begins and all(a + 60 <= b for a, b in pairwise(hours)):
        yield from lines[1:]
