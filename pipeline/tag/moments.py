"""When something takes place, as announcements write it: a day or several, with their hours.

11月28日下午2点, 本周六上午9点, 下周三晚, 每周二, 农历正月十五, 即日起至月底. What this module never
does: read a day or an hour itself; that is done by `days` and `hours`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.tag.days import find_last_day, list_days
from pipeline.tag.daywords import DAY, FEASTS, HINT, WEEKDAYS
from pipeline.tag.hours import find_hours

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, time

    from pipeline.tag.days import Days

# 明天就是端午
_IS_A_FEAST = re.compile(f"[就正]是(?:今年的?)?(?:{'|'.join(FEASTS)}|[一-龥]{{2}}节)")
_SHUT = re.compile("(?:闭馆|休馆|闭园|休园|休展|休息)")  # 周一闭馆
_SINCE_BEFORE = re.compile(r"(?:从|自|打)$")
_SAID_AGAIN = re.compile(r"，?(?:也就是|即|就是|(?:今年)?(?:正好|恰好|刚好)?是|这天是)")
_CLOSE = re.compile(r"[^，。；（()）]{0,7}[）)]")  # from a day's last character on
_OPENING = re.compile("开[展幕馆营集业学课]$")  # 开展当天: the first day, not the one named last
_SINCE_AFTER = re.compile(
    r"[（(]?[^，。；）)]{0,6}[）)]?(?:起|开始|开课|开班|开讲|开学|开营|开[展幕](?=[，。；]|$))"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or several, with hours, as one stretch of a sentence names them."""

    first: date
    last: date | None  # None: a single day
    begins: time | None  # None: no hour is named
    ends: time | None
    is_loose: bool  # a weekday alone, a habit, tonight: often said of what is no announcement
    is_bare: bool  # a weekday without 本, 下 or 每
    is_habit: bool  # every week or month; ``first`` is the first time
    is_beginning: bool  # 从…起: what follows takes place from then on
    start: int
    end: int


class _Stretch(NamedTuple):
    """A day as a sentence names it, and where its words end."""

    day: re.Match[str]
    end: int
    gloss: re.Match[str] | None  # the same day in brackets: 正月十五（3月3日）


def _list_stretches(sentence: str, today: date) -> list[_Stretch]:
    """Return the stretches of a sentence that name days, in order."""
    found: list[_Stretch] = []
    for match in DAY.finditer(sentence):
        if match["weekday"] and _SHUT.match(sentence, match.end()):
            continue
        start, last = match.start(), found[-1] if found else None
        if last and (start < last.end or (match["same"] and start == last.end)):
            continue  # 明天就是端午, 元旦当天 are one stretch
        close = _CLOSE.match(sentence, match.end() - 1)
        if last and close and start == last.end + 1 and sentence[last.end] in "（(":
            found[-1] = _Stretch(last.day, close.end(), match)
        elif last and _is_said_again(last, match, sentence):
            found[-1] = _Stretch(last.day, close.end() if close else match.end(), match)
        elif last and _is_its_weekday(last, match, sentence, today):
            found[-1] = last._replace(end=match.end())
        else:
            feast = _IS_A_FEAST.match(sentence, match.end())
            found.append(_Stretch(match, feast.end() if feast else match.end(), None))
    return found


def _is_said_again(last: _Stretch, match: re.Match[str], sentence: str) -> bool:
    """Say whether a match tells the day before it anew.

    下周三，也就是7月22日; 十月十八日，农历九月初九.
    """
    if last.gloss:
        return False
    between = sentence[last.end : match.start()]
    return bool(_SAID_AGAIN.fullmatch(between)) or (
        between == "，" and bool(match["lunar_day"]) and bool(last.day["month"])
    )


def _is_its_weekday(last: _Stretch, match: re.Match[str], sentence: str, today: date) -> bool:
    """Say whether a weekday only adds to the day before it: 11月23日，星期一."""
    if not match["weekday"] or match["which"] or match["more"] or match["weekday"] == "末":
        return False
    if sentence[last.end : match.start()] not in {"，", ",", " "}:
        return False
    if sentence[match.end() :].startswith(("至", "到")):
        return False  # 1月5日，周二至周日
    days = list_days(last.day, today)
    return len(days) == 1 and days[0][0].weekday() == WEEKDAYS[match["weekday"]]


def _list_days(
    match: re.Match[str], gloss: re.Match[str] | None, from_day: date, named: date | None
) -> Days:
    """Return the days of a stretch from that day on; none when its gloss tells others."""
    if match["same"] and named:  # 当天（周六）: of the day that was named
        days: Days = [(named, None)]
        from_day = named
    else:
        days = list_days(match, from_day, named)
    return days if gloss is None or list_days(gloss, from_day, named) in ([], days) else []


def find_moments(
    sentence: str, today: date, since: date | None = None, named: date | None = None
) -> Iterator[Moment]:
    """Yield the moments of a sentence in order; those that cannot be are left out.

    ``since``: habits count from that day on, where an earlier sentence has named one. ``named``:
    the day named last before this sentence, which 当天 means.
    """
    if not HINT.search(sentence):
        return
    stretches = _list_stretches(sentence, today)
    monthly = False
    for number, (match, day_end, gloss) in enumerate(stretches):
        monthly = monthly or bool(match["monthly"])
        if monthly and match["lone"]:
            continue  # 每月25日结算，26日早上八点开兑
        until = len(sentence)
        if number + 1 < len(stretches):
            until = stretches[number + 1].day.start()
        begins, ends, end = find_hours(sentence, match.start(), day_end, until)
        which = match["which"] or ""
        habit = bool(
            (match["weekday"] and which.startswith(("每", "逢")) and not match["in_month"])
            or (match["nth_of"] or "").startswith("每")
            or match["monthly"]
            or match["span"]
        )
        listed = [one for one in match["more"] or "" if one in WEEKDAYS]
        if not which and listed and not set(listed) <= {"日", "天"}:
            habit = True  # 星期一、三、五
        bare = bool(match["weekday"]) and not which.startswith(("本", "这", "下"))
        from_day = max(today, since) if since and habit else today
        is_opening = since and _OPENING.search(sentence, 0, match.start())
        days = _list_days(match, gloss, from_day, since if is_opening else named)
        if len(days) == 1 and days[0][1] is None and not habit:
            first = days[0][0]
            days = [(first, find_last_day(first, sentence, day_end, until))]
        for first, last in days:
            named = first
            beginning = not habit and (
                last is not None
                or bool(_SINCE_BEFORE.search(sentence, max(0, match.start() - 1), match.start()))
                or bool(_SINCE_AFTER.match(sentence, day_end))
            )
            if beginning:
                since = first
            loose = not gloss and bool(match["tonight"] or match["near"] or match["lone"] or bare)
            yield Moment(
                first, last, begins, ends, loose, bare, habit, beginning, match.start(), end
            )  # fmt: skip
