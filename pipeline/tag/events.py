"""Events a text announces: a day from its publication on, with hours and place if stated.

What this module never does: guess a day whose stated weekday does not fit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model import Event, Evidence
from pipeline.tag.hours import find_last, find_opening, find_stated
from pipeline.tag.moments import Moment, find_moments

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SENTENCE = re.compile(r"[^。！？!?\n]{2,400}")
_ANNOUNCES = re.compile(
    r"将|拟|举[办行]|报名|欢迎|邀|请|开[幕讲课放班演]|届时|预告|预约|时间[：:]|集合|等你|约起来|见$"
)
_WILL = re.compile(r"将|拟|举[办行]|开[幕讲课演]")
_SURELY = re.compile(
    r"将|拟|报名|欢迎|邀请|敬请|(?<!申)请[^来了]|届时|预告|预约|时间[：:]|集合|等你|即日起|开[课班]"
)
_NO_EVENT = re.compile(
    r"[^，；“《]{0,12}(?:领[号票取券]|取票|以?前|之前|截止|截至|为止|完工|竣工|交付|到期|满\d)|(?:以|之)?前(?!往|来|去)|止"
)
_IN_FORCE = re.compile(
    r"[^，。；]{0,4}(?:起|开始)?[，]?[^，。；]{0,8}(?:施行|实施|执行|生效|启用|停用|停运|停水|停电|停气|调整|算|"
    r"开通|投用|运营|供暖|收费|征收|动工|开工|搬迁|交房|恢复)"
)
_LEFT_NO_EVENT = re.compile(
    r"(?:截至|截止|截止到|从|自|往年[^，。；]{0,6}|去年|上个?|生于|建于|成立于|"
    r"(?:开放|持续|延续|一直[办开到做上]?)(?:到|至))$"
)
_LAST_DAY = re.compile(
    r"(?:延期|延长|展出|展期|公示期?|有效期|试行期?|期限|工期)(?:为|将)?(?:到|至)$"
)
_SAME_TIME = re.compile(r"[^，。；]{0,4}同一?(?:时间|时段|时刻)")
_FIRST_TIME = re.compile(r"(?:首场|头一场|第一场|首期|首次|首课)[^，。；]{0,5}$")
_ALIKE = re.compile(r"都是|都在|均为|均在|均于")
_THEREAFTER = re.compile("(?:以后|之后|此后|随后|往后)[^，。；]{0,3}$")
_FROM_NOW = re.compile("(?:本[月周]|今[天日]?)起")  # habits that follow are new
_CLOSING = re.compile(r"(?:报名|预约|登记|征集|投稿|申请|投票)[^，。；]{0,6}$")
_OPEN_FOR = re.compile(r"(?:报名|投票|征集|公示|申请|登记)[^，。；]{0,4}$")
_CLOSED = re.compile(r"[^，。；]{0,10}(?:关闭|结束|截止|停止|满额|额满)")
_IS_A_DAY = re.compile(
    r"[是为](?!期)[^，。；]{0,14}(?:日|节|农历|七夕|重阳|端午|元宵|腊八|冬至|三月三)"
    r"(?!.*(?:将|拟|举[办行]))"
)
_DEADLINE = re.compile(
    r"(?:报名|登记|征集|投稿|申请|预约|投票|名额)[^，。；]{0,6}(?:到|至|截至|截止)$"
)
_PAST = re.compile(r"[了过]|以[后前]|之[后前]|上周|昨|刚刚?|已经?|去年")
_WITH_HOUR = re.compile(r"[点时:：]")
_AFTER = 40  # characters after a weekday that tell whether it is a report
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
_AHEAD = timedelta(days=120)
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
        for number, found in enumerate(moments):
            named = found.first
            if found.is_beginning:
                since = max(found.first, today)
            before, later = moments[:number], moments[number + 1 :]
            if _is_told_better(found, later) or _only_goes_on(found, before, words):
                continue
            moment = _take_hours(found, before, later, words)
            if not _is_announced(words, moment, today, since):
                continue
            # 6月9日开课，每周二上课, published on the 10th: what goes on is no announcement.
            if moment.is_habit and any(one.first > today + _AHEAD for one in before):
                continue
            start = _at(moment.first, moment.begins)
            if moment.begins and start <= published:
                continue
            if any(event.start == start for event in events):
                continue
            events.append(_event(title, words, text[sentence.end() :][:_OPENING], moment))
            begin, end = sentence.start() + moment.start, sentence.start() + moment.end
            evidence.append(
                Evidence(
                    f"event:{moment.first}", "announced-day", shown[begin:end], "text", begin, end,
                    1.0,
                )
            )  # fmt: skip
    kept = [number for number, one in enumerate(events) if not _holds_others(one, events)]
    return tuple(events[one] for one in kept), tuple(evidence[one] for one in kept)


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


def _take_hours(
    moment: Moment, before: Sequence[Moment], later: Sequence[Moment], sentence: str
) -> Moment:
    """Return the moment with the hours that stand elsewhere in its sentence, if it has none.

    逢周六晚7点…，头一场就在4月11日; 8月8日同一时间; 7月6日…，7月20日…，都是早上8点.
    """
    if moment.begins or moment.is_habit:
        return moment
    for one in before:
        same_day = one.is_habit and one.first.weekday() == moment.first.weekday()
        if one.begins and (same_day or _SAME_TIME.match(sentence, moment.end)):
            return replace(moment, begins=one.begins, ends=one.ends)
    if _FIRST_TIME.search(sentence[: moment.start]):
        begins, ends = find_last(sentence[: moment.start])
        return replace(moment, begins=begins, ends=ends)
    for one in later:
        if one.begins and _ALIKE.search(sentence, one.start, one.start + _AFTER):
            return replace(moment, begins=one.begins, ends=one.ends)
    return moment


def _is_same_hour(habit: Moment, other: Moment) -> bool:
    """Say whether a habit only goes on with what began: 11月11日（周六）上午9点…每周六上一次."""
    return (
        not other.is_habit
        and other.last is None
        and other.begins is not None
        and habit.begins in {None, other.begins}
        and habit.first.weekday() == other.first.weekday()
    )


def _is_announced(sentence: str, moment: Moment, today: date, since: date | None) -> bool:
    """Say whether the sentence announces that moment, rather than reports or limits it."""
    if not today <= moment.first <= today + _AHEAD:
        return False
    before = sentence[: moment.start]
    if (
        _NO_EVENT.match(sentence, moment.end)
        or _DEADLINE.search(before)
        or _LAST_DAY.search(before)
        or (moment.last and _OPEN_FOR.search(before))
        or (_CLOSING.search(before) and _CLOSED.match(sentence, moment.end))
        or (moment.begins is None and _IS_A_DAY.match(sentence, moment.end))
        or (_LEFT_NO_EVENT.search(before) and not moment.last and moment.begins is None)
    ):
        return False
    if moment.is_habit and since and since >= today:
        return True
    # A weekday alone, a habit or the day of publication itself is mostly a report.
    if moment.is_loose or moment.is_habit or moment.first == today:
        told = sentence[moment.start : moment.end]
        if moment.is_bare and moment.begins is None and not _WILL.search(sentence):
            return False  # 周二周四有人
        later_on = moment.first > today or told.startswith("今晚")
        with_hour = bool(_WITH_HOUR.search(told)) or (told == "今晚" and moment.begins is not None)
        to_come = later_on and not moment.is_habit and with_hour
        later = sentence[moment.end : moment.end + _AFTER]
        return bool(_SURELY.search(sentence)) or (to_come and not _PAST.search(later))
    # A day to come that is named is something to go to, but for rules that come into force.
    return _ANNOUNCES.search(sentence) is not None or not _IN_FORCE.match(sentence, moment.end)


def _event(title: str, sentence: str, after: str, moment: Moment) -> Event:
    name = _QUOTED.search(sentence) or _KIND.search(sentence) or _NAMED.search(sentence)
    place = _PLACE.search(sentence)
    begins, ends = moment.begins, moment.ends
    if begins is None:
        begins, ends = find_opening(after, at_once=moment.last is None)
    if begins is None:
        begins, ends = find_stated(after)
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
