"""The moments of a sentence in each other's light: what ends, goes on or tells another's hour.

冬令营1月25日开营，2月5日结束 is one stretch; 7月6日…，7月20日…，都是早上8点 are two mornings.
What this module never does: say whether a moment is announced.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.tag.hours import find_last

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.tag.moments import Moment

_CLOSES = re.compile(
    r"[^，。；]{2,16}?(?:结束|闭幕|落幕|收官|收尾|收摊|收市|散场|闭营|结营|[撤收闭]展)(?:仪式)?(?=[，。；、]|$)"
)
_RUNS_TO = re.compile("(?:一直|展期|持续|延续|开放|[展办开演摆])[到至]$")
_JOINS = re.compile("起?(?:[至到]|[—–~～-]{1,2})")
_UP_TO = re.compile("(?:^|[，；])一?直?[到至]$")
_SAME_TIME = re.compile(r"[^，。；]{0,4}同(?:一?(?:时间|时段|时刻)|时同地)")
_FIRST_TIME = re.compile(r"(?:首[场期次课趟节讲]|(?:头|第)一[场期次课趟节讲])[^，。；]{0,5}$")
_ALIKE = re.compile(r"都是|都在|均为|均在|均于")
_THEREAFTER = re.compile("(?:以后|之后|此后|随后|往后)[^，。；]{0,3}$")
_DAILY = re.compile("[，（]每[天日晚早]")
_ASIDE = re.compile("[（(][^（）()]{1,12}[）)]，每[天日晚早]")  # 31日（周一闭馆），每天9点至17点
_NEXT = 3  # characters behind a day that say of which days the hours are
_REACH = 40  # characters behind a moment that may tell the hours of all


def settle(moments: Sequence[Moment], sentence: str) -> Iterator[tuple[int, Moment]]:
    """Yield each moment that stands for itself, with its number, its last day and its hours."""
    for number, found in enumerate(moments):
        before, later = moments[:number], moments[number + 1 :]
        if (
            _is_told_better(found, later)
            or _only_goes_on(found, before, sentence)
            or _is_told_by_a_day(found, later, sentence)
            or _is_close(found, before, sentence)
        ):
            continue
        yield number, _take_hours(_take_close(found, later, sentence), before, later, sentence)


def _is_told_better(moment: Moment, later: Sequence[Moment]) -> bool:
    """Say whether a later moment of the sentence is what takes place: 7月3日起，每周三下午2点."""
    return moment.is_beginning and moment.begins is None and any(one.is_habit for one in later)


def _only_goes_on(habit: Moment, before: Sequence[Moment], sentence: str) -> bool:
    """Say whether a habit only goes on with what an earlier moment began."""
    return habit.is_habit and any(
        _is_same_hour(habit, one)
        or (one.begins and not one.is_habit and _THEREAFTER.search(sentence[: habit.start]))
        for one in before
    )


def _is_told_by_a_day(moment: Moment, later: Sequence[Moment], sentence: str) -> bool:
    """Say whether a habit or weekday only tells the hour of a day that is named later.

    每周四下午两点开课，3月26日是第三节; 打下月起周五下午两点也摇铃，头一趟是2月6日.
    """
    return bool(moment.begins) and any(
        not one.is_habit
        and not one.last
        and one.begins is None
        and one.first > moment.first
        and one.first.weekday() == moment.first.weekday()
        and (moment.is_habit or (moment.is_bare and _FIRST_TIME.search(sentence[: one.start])))
        for one in later
    )


def _is_close(moment: Moment, before: Sequence[Moment], sentence: str) -> bool:
    """Say whether the day is when something ends that an earlier day began: 2月5日结束."""
    begun = any(one.last in {None, moment.first} and not one.is_habit for one in before)
    return begun and (_joins(before[-1], moment, sentence) or _ends_then(moment, sentence))


def _ends_then(moment: Moment, sentence: str) -> bool:
    """Say whether something ends on the day: 2月5日结束, 一直展到10月12日, 至5日，每天9点至17点."""
    daily = _is_daily(moment, sentence)
    runs = _RUNS_TO.search(sentence, 0, moment.start)
    up_to = daily and _UP_TO.search(sentence, 0, moment.start)
    return bool(runs or up_to or _CLOSES.match(sentence, moment.start))


def _joins(moment: Moment, close: Moment, sentence: str) -> bool:
    """Say whether nothing but 至 stands between two: 25日9时至30日18时, 初五（2月10日）至初九."""
    return _JOINS.fullmatch(sentence, moment.end, close.start) is not None


def _is_daily(moment: Moment, sentence: str) -> bool:
    """Say whether the hours behind a day are those of every day up to it."""
    near = moment.end + _NEXT
    said = _DAILY.search(sentence, moment.start, near) or _ASIDE.match(sentence, moment.end)
    return bool(moment.begins and said)


def _take_close(moment: Moment, later: Sequence[Moment], sentence: str) -> Moment:
    """Return the moment up to the day on which the sentence says that it ends."""
    if moment.last or moment.is_habit or not later or later[0].first <= moment.first:
        return moment
    close = later[0]
    joined = _joins(moment, close, sentence)
    if close.last or close.is_habit or not (joined or _ends_then(close, sentence)):
        return moment
    daily = _is_daily(close, sentence) or (joined and not moment.begins)
    if close.begins and not close.ends and not daily:
        return replace(moment, last=close.first, ends=close.begins)  # 2月5日下午4点结束
    begins, ends = moment.begins or close.begins, close.ends or moment.ends
    return replace(moment, last=close.first, begins=begins, ends=ends)


def _take_hours(
    moment: Moment, before: Sequence[Moment], later: Sequence[Moment], sentence: str
) -> Moment:
    """Return the moment with the hours that stand elsewhere in its sentence, if it has none.

    逢周六晚7点…，头一场就在4月11日; 8月8日同一时间; 7月6日…，7月20日…，都是早上8点.
    """
    if moment.begins or moment.is_habit:
        return moment
    for one in before:
        same_day = (one.is_habit or one.is_bare) and one.first.weekday() == moment.first.weekday()
        if one.begins and (same_day or _SAME_TIME.match(sentence, moment.end)):
            return replace(moment, begins=one.begins, ends=one.ends)
    if _FIRST_TIME.search(sentence[: moment.start]):
        begins, ends = find_last(sentence[: moment.start])
        for one in before:  # 9月第一个周六起…五点开门，九点收摊，头一场在9月5日
            if one.first == moment.first and one.begins:
                begins, ends = one.begins, one.ends
        if begins:
            return replace(moment, begins=begins, ends=ends)
    for one in later:
        if one.begins and _ALIKE.search(sentence, one.start, one.start + _REACH):
            return replace(moment, begins=one.begins, ends=one.ends)
    return moment


def is_at_the_same_time(moment: Moment, sentence: str) -> bool:
    """Say whether a moment without hours takes place at those told before: 8月1日同时同地."""
    return moment.begins is None and _SAME_TIME.match(sentence, moment.end) is not None


def _is_same_hour(habit: Moment, other: Moment) -> bool:
    """Say whether a habit only goes on with what began: 11月11日（周六）上午9点…每周六上一次."""
    return (
        not other.is_habit
        and other.last is None
        and other.begins is not None
        and habit.begins in {None, other.begins}
        and habit.first.weekday() == other.first.weekday()
    )
