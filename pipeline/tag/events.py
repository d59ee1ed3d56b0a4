"""Events a text announces: a day from its publication on, with hours and place if stated.

What this module never does: guess a day whose stated weekday does not fit.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.model import Event, Evidence
from pipeline.tag.moments import Moment, find_moments

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SENTENCE = re.compile(r"[^。！？!?\n]{2,400}")
_ANNOUNCES = re.compile(
    r"将|拟|举[办行]|报名|欢迎|邀|请|开[幕讲课放班演]|届时|预告|预约|时间[：:]|集合|等你|约起来|见$"
)
_SURELY = re.compile(
    r"将|拟|报名|欢迎|邀请|敬请|请[^来了]|届时|预告|预约|时间[：:]|集合|等你|即日起|开[课班]|起每"
)
_NO_EVENT = re.compile(
    r"[^，；]{0,12}(?:以?前|之前|截止|截至|完工|竣工|交付|到期|满\d)|(?:以|之)?前(?!往|来|去)"
)
_IN_FORCE = re.compile(
    r"[^，。；]{0,4}(?:起|开始)?[，]?[^，。；]{0,8}(?:施行|实施|执行|生效|启用|停用|停运|停水|停电|停气|调整|算|"
    r"开通|投用|运营|供暖|收费|征收|动工|开工|搬迁|交房)"
)
_LEFT_NO_EVENT = re.compile(r"(?:截至|截止|截止到|从|自|往年|去年|上个?|生于|建于|成立于)$")
_PLACE = re.compile(
    r"(?:地点|地址)[：:]\s*([^，。；,;\s]{2,30})|"
    r"(?:将|起|天|日|点|半|午|晚|，|、|^)?[在到于]([一-龥A-Za-z0-9]{2,20}?)"
    r"(?:里|内|上)?(?:举[办行]|开[幕讲课演班放摊市]|上演|点亮|集合|进行|摆[开出]|放映|开展|免费|等)"
)
_QUOTED = re.compile(r"[“「《]([^”」》]{2,30})[”」》]")
_NAMED = re.compile(
    r"(?:举[办行]|开展|上演|推出|组织|迎来)(?:一[场次堂期]|首[场次届]|新一期)?([一-龥]{2,16})(?=[，。；]|$)"
)
_AHEAD = timedelta(days=120)
_READ = 20_000  # characters of a text that are looked at; announcements stand early


def find_events(
    title: str, text: str, published: datetime | None
) -> tuple[tuple[Event, ...], tuple[Evidence, ...]]:
    """Return announced events in reading order; none when the article has no date.

    Recurring ones (每周二) carry their first occurrence. Times are Asia/Shanghai.
    """
    if published is None:
        return (), ()
    today = published.astimezone(_SHANGHAI).date()
    events: list[Event] = []
    evidence: list[Evidence] = []
    for sentence in _SENTENCE.finditer(text[:_READ]):
        words = sentence.group()
        moments = list(find_moments(words, today))
        habits = any(one.is_loose for one in moments)
        for moment in moments:
            if habits and words.startswith("即日起", moment.start):
                continue  # 即日起至月底，每周六: the Saturdays are what takes place
            if not _is_announced(words, moment, today):
                continue
            start = _at(moment.first, moment.begins)
            if moment.begins and start <= published:
                continue
            if any(event.start == start for event in events):
                continue
            events.append(_event(title, words, moment, start))
            evidence.append(
                Evidence(
                    f"event:{moment.first}",
                    "announced-day",
                    "",
                    "text",
                    sentence.start() + moment.start,
                    sentence.start() + moment.end,
                    1.0,
                )
            )
    return tuple(events), tuple(evidence)


def _is_announced(sentence: str, moment: Moment, today: date) -> bool:
    """Say whether the sentence announces that moment, rather than reports or limits it."""
    if not today <= moment.first <= today + _AHEAD:
        return False
    since = _LEFT_NO_EVENT.search(sentence[: moment.start])
    if _NO_EVENT.match(sentence, moment.end) or (
        since and not moment.last and moment.begins is None
    ):
        return False
    # A weekday alone, a habit or the day of publication itself is mostly a report.
    if moment.is_loose or moment.first == today:
        return _SURELY.search(sentence) is not None
    # A day to come that is named is something to go to, but for rules that come into force.
    return _ANNOUNCES.search(sentence) is not None or not _IN_FORCE.match(sentence, moment.end)


def _event(title: str, sentence: str, moment: Moment, start: datetime) -> Event:
    name = _QUOTED.search(sentence) or _NAMED.search(sentence)
    place = _PLACE.search(sentence)
    end = None
    if moment.last and (moment.last > moment.first):
        end = _at(moment.last, moment.ends)
    elif moment.ends and moment.begins and moment.ends > moment.begins:
        end = _at(moment.first, moment.ends)
    return Event(
        title=name[1] if name else title,
        start=start,
        end=end,
        place=next((one for one in place.groups() if one), "") if place else "",
        all_day=moment.begins is None,
    )


def _at(day: date, clock: time | None) -> datetime:
    return datetime.combine(day, clock or time(), _SHANGHAI)
