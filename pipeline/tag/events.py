"""Events a text announces: a day from its publication on, with hours and place if stated.

What this module never does: guess a day whose stated weekday does not fit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pipeline.model import LAST_MINUTE, Event, Evidence
from pipeline.tag.agenda import is_at_the_same_time, settle
from pipeline.tag.announcements import is_announced, is_due, only_says_when, tells_occasion
from pipeline.tag.clauses import get_own, get_shared
from pipeline.tag.days import find_start
from pipeline.tag.daywords import DAY
from pipeline.tag.hours import find_following, find_opening, find_stated
from pipeline.tag.moments import Moment, find_moments
from pipeline.tag.occasions import find_name
from pipeline.tag.programme import list_items
from pipeline.tag.services import is_gathering, is_service_notice
from pipeline.tag.venues import find_labelled, find_venue

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SENTENCE = re.compile(r"[^。！？!?\n]{2,400}")
_YEARS = range(1900, 2200)  # of publication; beyond them calendars end
_OPENING = 80  # characters of the next sentences that may name opening hours
_CLAUSE = re.compile(r"[^，。；！？!?\n]{1,60}")
_LABEL = re.compile("地[点址]|会场|集合点")
_STOP = re.compile("[。！？!?\n]")
_JOINED = re.compile("[至到—–~～-]")
_WEEKEND = timedelta(days=1)  # from its first day to its last
_READ = 20_000  # characters of a text that are looked at; announcements stand early


def find_events(
    title: str,
    text: str,
    published: datetime | None,
    original: tuple[str, str] | None = None,
) -> tuple[tuple[Event, ...], tuple[Evidence, ...]]:
    """Return announced events in reading order; none when the article has no date.

    Recurring ones (每周二) carry their first occurrence. Times are Asia/Shanghai. Where the text
    names no day, the title's counts. ``original`` are title and text as they came, of the same
    lengths, whose stretches the evidence shows.
    """
    if published is None or published.year not in _YEARS:
        return (), ()
    shown = original or (title, text)
    found = _read(_Part("text", text[:_READ], shown[1]), title, published)
    if not found:
        behind = "。" + _get_opening(text, 0)
        found = _read(_Part("title", title, shown[0], behind), title, published)
    events = [event for event, _ in found]
    kept = [one for one in found if not _holds_others(one[0], events)]
    return tuple(event for event, _ in kept), tuple(chain.from_iterable(why for _, why in kept))


class _Part(NamedTuple):
    """A title or a text, as announcements are looked for in it."""

    field: Literal["title", "text"]
    content: str
    shown: str  # the content as it came
    behind: str = ""  # what follows it


def _read(part: _Part, title: str, published: datetime) -> list[tuple[Event, list[Evidence]]]:
    """Return what a part announces, each with the stretches that say when and where."""
    content = part.content
    today = published.astimezone(_SHANGHAI).date()
    found: list[tuple[Event, list[Evidence]]] = []
    tried: set[tuple[date, time | None]] = set()
    is_service = is_service_notice(title)
    labelled: str | None = None
    since: date | None = None
    named: date | None = None
    for sentence in _SENTENCE.finditer(content):
        words = sentence.group()
        since = find_start(words, today) or since
        moments = list(find_moments(words, today, since, named))
        for number, moment in settle(moments, words):
            since = _get_beginning(moments[: number + 1], today, since)
            if not is_announced(words, moment, moments[:number], today, since):
                continue
            if is_service and not is_gathering(words):
                continue
            if (moment.first, moment.begins) in tried:
                continue
            tried.add((moment.first, moment.begins))
            after = _get_opening(content, sentence.end()) or part.behind
            earlier = found[-1][0] if found else None
            event = _event(_Told(title, words, after, moments), moment, earlier)
            if not event.place:  # what the text calls its place may stand anywhere
                labelled = find_labelled(content + part.behind) if labelled is None else labelled
                event = replace(event, place=labelled)
            is_over = not (moment.last or event.all_day) and event.start <= published
            if event.all_day and not tells_occasion(words, moment):
                continue  # a day without hour, and nothing that says what to go to
            if is_over or _is_told(event, found, any_hour=only_says_when(words, moment)):
                continue
            begin = sentence.start() + moment.start
            end = sentence.start() + moment.end
            found.append(
                (event, _show(part, event, ("announced-day", begin, end), sentence.start()))
            )
            if moment.last is None and not moment.is_habit and not event.all_day:
                found += [
                    (one, why)
                    for one, why in _list_items(part, title, event, end)
                    if all(one.start != other.start for other, _ in found)
                ]
        since = _get_beginning(moments, today, since)
        days = [one.first for one in moments if not is_due(words, one)]
        named = days[-1] if days else named
    return found


def _is_told(
    event: Event, found: Sequence[tuple[Event, list[Evidence]]], *, any_hour: bool
) -> bool:
    """Say whether something is announced for that time already; ``any_hour``: for that day."""
    return any(
        event.start == other.start or (any_hour and event.start.date() == other.start.date())
        for other, _ in found
    )


def _get_opening(text: str, start: int) -> str:
    """Return what a text says from there on; a clause that tells its place is not cut."""
    end = start + _OPENING
    for clause in _CLAUSE.finditer(text, start, end + _OPENING):
        if clause.end() > end:
            is_told = clause.start() < end and _LABEL.search(clause.group())
            return text[start : clause.end() if is_told else end]
    return text[start:end]


def _list_items(
    part: _Part, title: str, first: Event, at: int
) -> list[tuple[Event, list[Evidence]]]:
    """Return the further items of the day of ``first``, whose words end at that character."""
    found = []
    for one in list_items(part.content, at, first.start.time()):
        stop = _STOP.search(part.content, one.end)
        words = part.content[one.start : stop.start() if stop else one.end + _OPENING]
        behind = words[one.end - one.start :]
        event = Event(
            title=one.name or find_name(words) or title,
            start=_at(first.start.date(), one.begins),
            end=_at(first.start.date(), one.ends) if one.ends else None,
            place=find_venue("", behind, "") or first.place,
        )
        found.append((event, _show(part, event, ("programme", one.start, one.end), at)))
    return found


def _show(part: _Part, event: Event, when: tuple[str, int, int], since: int) -> list[Evidence]:
    """Return the stretches that say when an event takes place, and where, best behind ``since``."""
    stretches, content = [when], part.content
    place = max(content.find(event.place, since), content.find(event.place))
    if event.place and place >= 0:
        stretches.append(("venue", place, place + len(event.place)))
    return [
        Evidence(
            f"event:{event.start.date()}", rule, part.shown[start:end], part.field, start, end, 1.0
        )
        for rule, start, end in stretches
    ]


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
    return len(within) > (1 if last - event.start > _WEEKEND else 0)


class _Told(NamedTuple):
    """A sentence that names moments, and what stands around it."""

    title: str
    sentence: str
    after: str
    moments: Sequence[Moment]


def _event(told: _Told, moment: Moment, earlier: Event | None) -> Event:
    sentence, after = told.sentence, told.after
    begins, ends = moment.begins, moment.ends
    if earlier and not earlier.all_day and is_at_the_same_time(moment, sentence):
        begins, ends = _get_hours(earlier)
    if begins is None:
        begins, ends = find_opening(after, at_once=moment.last is None)
    if begins is None:
        is_last = not sentence[moment.end :].strip("”」）)")  # 就在本周六！上午9点半，广场见
        begins, ends = find_stated(after, bare=is_last or moment.last is not None)
    if begins is None and moment.last is None:
        rest = sentence[moment.end :] + after
        others = (one.start() for one in DAY.finditer(rest) if one["which"] or not one["weekday"])
        begins, ends = find_following(rest[: next(others, None)])
    end = None
    if moment.last and (moment.last > moment.first):
        end = _at(moment.last, ends)
        joined = _JOINED.match(sentence, moment.end)  # 6日22点至7日5点, not 每天18点至24点
        if begins and (ends is None or (ends <= begins and not joined)):
            end = _at(moment.last, LAST_MINUTE)
    elif ends and begins and ends > begins:
        end = _at(moment.first, ends)
    name, place = _find_what_and_where(told, moment)
    return Event(name, _at(moment.first, begins), end, place, all_day=begins is None)


def _find_what_and_where(told: _Told, moment: Moment) -> tuple[str, str]:
    """Return the name and the place of a moment: of its own clauses, else of its sentence."""
    own = get_own(told.sentence, moment, told.moments)
    shared = get_shared(told.sentence, moment, told.moments)
    name = (own and find_name("，".join(own))) or find_name("，".join(shared)) or told.title
    place = (own and find_venue(*own, "")) or find_venue(*shared, told.after)
    return name, place


def _get_hours(event: Event) -> tuple[time, time | None]:
    """Return when an event begins and ends; no end on another day."""
    one_day = event.end is not None and event.end.date() == event.start.date()
    return event.start.time(), event.end.time() if event.end and one_day else None


def _at(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time(), _SHANGHAI)
