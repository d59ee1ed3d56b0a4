"""Events a text announces: a day from its publication on, with hours and place if stated.

What this module never does: guess a day whose stated weekday does not fit.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model import Event, Evidence
from pipeline.tag.agenda import settle
from pipeline.tag.announcements import is_announced
from pipeline.tag.hours import find_opening, find_stated
from pipeline.tag.moments import Moment, find_moments

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SENTENCE = re.compile(r"[^。！？!?\n]{2,400}")
_FROM_NOW = re.compile("(?:本[月周]|今[天日]?)起")  # habits that follow are new
_PLACE = re.compile(
    r"(?:地点|地址)[：:]\s*([^，。；,;\s]{2,30})|"
    r"[在到于]((?:(?![在到于]|\d{1,4}[年月日号点时:：])[一-龥A-Za-z0-9]){2,20}?)"
    r"(?:里|内|上)?(?:举[办行]|开[幕讲课演班放摊市]|上演|点亮|集合|进行|摆[开出]|放映|开展|免费|等)"
)
_QUOTED = re.compile(r"[“「《]([^”」》]{2,30})[”」》]")
_NAMED = re.compile(
    r"(?:举[办行]|开展|上演|推出|组织|迎来)(?:一[场次堂期]|首[场次届]|新一期)?([一-龥]{2,16})(?=[，。；]|$)"
)
_KIND = re.compile(
    r"(?:一[场次堂期个]|首[场次届期]|新一期|[办开上摆有的])(?:小小)?"
    r"([一-龥A-Za-z0-9]{1,10}?(?:集市|市集|讲座|义诊|义卖|比赛|大赛|演出|汇演|音乐会|灯会|庙会|邻居节|"
    r"运动会|招聘会|读书会|分享会|茶话会|故事会|体验课|公开课|课程|展览|画展|书画展|摄影展|花展|"
    r"夜市|沙龙|游园会|亲子活动|电影|培训班?|训练营|夏令营|冬令营|开放日|百家宴|长桌宴))"
)
_YEARS = range(1900, 2200)  # of publication; beyond them calendars end
_OPENING = 80  # characters of the next sentences that may name opening hours
_READ = 20_000  # characters of a text that are looked at; announcements stand early


def find_events(
    title: str, text: str, published: datetime | None, original: str | None = None
) -> tuple[tuple[Event, ...], tuple[Evidence, ...]]:
    """Return announced events in reading order; none when the article has no date.

    Recurring ones (每周二) carry their first occurrence. Times are Asia/Shanghai. ``original``
    is the text as it came, of the same length, whose stretches the evidence shows.
    """
    if published is None or published.year not in _YEARS:
        return (), ()
    today = published.astimezone(_SHANGHAI).date()
    shown = text if original is None else original
    events: list[Event] = []
    evidence: list[Evidence] = []
    since: date | None = None
    named: date | None = None
    for sentence in _SENTENCE.finditer(text[:_READ]):
        words = sentence.group()
        since = today if _FROM_NOW.search(words) else since
        moments = list(find_moments(words, today, since, named))
        for number, moment in settle(moments, words):
            since = _get_beginning(moments[: number + 1], today, since)
            if not is_announced(words, moment, moments[:number], today, since):
                continue
            start = _at(moment.first, moment.begins)
            is_over = moment.begins is not None and start <= published
            if is_over or any(event.start == start for event in events):
                continue
            events.append(_event(title, words, text[sentence.end() :][:_OPENING], moment))
            begin, end = sentence.start() + moment.start, sentence.start() + moment.end
            evidence.append(
                Evidence(
                    f"event:{moment.first}", "announced-day", shown[begin:end], "text", begin, end,
                    1.0,
                )
            )  # fmt: skip
        since = _get_beginning(moments, today, since)
        named = moments[-1].first if moments else named
    kept = [number for number, one in enumerate(events) if not _holds_others(one, events)]
    return tuple(events[one] for one in kept), tuple(evidence[one] for one in kept)


def _get_beginning(moments: Sequence[Moment], today: date, since: date | None) -> date | None:
    """Return the day from which habits count: the last beginning that is named."""
    beginnings = [max(one.first, today) for one in moments if one.is_beginning]
    return beginnings[-1] if beginnings else since


def _holds_others(event: Event, events: Sequence[Event]) -> bool:
    """Say whether what has no hour is told with hours besides: a day's own, or a week's days."""
    if not event.all_day:
        return False
    last = event.end or event.start
    within = [
        one for one in events
        if not one.all_day and event.start <= one.start < last + timedelta(days=1)
    ]  # fmt: skip
    return len(within) > (1 if event.end else 0)


def _event(title: str, sentence: str, after: str, moment: Moment) -> Event:
    name = _QUOTED.search(sentence) or _KIND.search(sentence) or _NAMED.search(sentence)
    place = _PLACE.search(sentence)
    begins, ends = moment.begins, moment.ends
    if begins is None:
        begins, ends = find_opening(after, at_once=moment.last is None)
    if begins is None:
        is_last = not sentence[moment.end :].strip("”」）)")  # 就在本周六！上午9点半，广场见
        begins, ends = find_stated(after, bare=is_last)
    end = None
    if moment.last and (moment.last > moment.first):
        end = _at(moment.last, ends)
    elif ends and begins and ends > begins:
        end = _at(moment.first, ends)
    return Event(
        title=name[1] if name else title,
        start=_at(moment.first, begins),
        end=end,
        place=next((one for one in place.groups() if one), "") if place else "",
        all_day=begins is None,
    )


def _at(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time(), _SHANGHAI)
