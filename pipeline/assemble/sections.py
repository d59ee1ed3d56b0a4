"""Which section a story fits, and what its card says. Pure tests on one story.

What this module never does: rank stories, or invent a word: cards hold whole sentences of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI
from pipeline.model import DISTRICTS, LAST_MINUTE, OUTER_DISTRICTS, SectionKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.model import Event, Item, Section, Story

TITLES: dict[SectionKind, str] = {
    SectionKind.LEAD: "头条",
    SectionKind.DISTRICTS: "各区动态",
    SectionKind.CASES: "取经",
    SectionKind.EXCHANGE: "资源对接",
    SectionKind.EVENTS: "活动预告",
    SectionKind.ECHO: "回音",
    SectionKind.HONOURS: "荣誉榜",
    SectionKind.FIGURES: "数字看联盟",
    SectionKind.CORRECTIONS: "勘误",
}
CITY = "全市"
"""The group of stories that concern the whole city and none of its districts alone."""

_METHOD = ("经验", "做法", "模式", "机制", "工作法", "取经", "三网融合", "探索", "试点", "公约")
_METHOD_THEMES = {"社区治理", "党建引领", "数字赋能", "文明创建", "城市更新"}
_OFFER = ("共享", "征集", "招募", "结对", "求助", "免费提供", "场地", "捐赠", "认领", "供需")
_SOLVED = ("居民反映", "投诉", "烦心事", "难题解决", "有了回音", "整改", "终于", "盼了", "不再")
_ENOUGH = 2  # different words of a kind that make a story one of that kind
_CITY_WORDS = ("宁波", "全市", "甬城", "甬上", "市民政局", "市委社会工作部")
_OPENING = 120  # characters in which a story says what it is about

_SENTENCE = re.compile(r"[^。！？\n]{4,160}[。！？][”’」』）]*")
# In the order of their claim: what a sentence matches first is where it stands.
_CARD: dict[str, re.Pattern[str]] = {
    "联系人": re.compile(r"联系人[：:]|联系电话[：:]|咨询电话[：:]"),
    "成效": re.compile(
        r"累计|下降|降[到至了]|减少|少了|多了|提升|提高|满意|见效|成效|解决了|办结|化解|不再|如今"
    ),
    "可复制条件": re.compile(r"成本|经费|只需|只要|不花|投入|人手|适合|可复制|推广|写成|带走"),
    "启示": re.compile(r"启示|经验在于|关键[是在]|秘诀|体会"),
    "做法": re.compile(
        r"推出|建立|成立|组建|探索|创新|推行|设立|试行|约定|协商|商量|议出|议事|公约|机制|办法"
        r"|模式|每周|每月|共用|登记|请到"
    ),
}
_FIGURES = re.compile(r"\d.{0,6}(?:户|件|人次|%)")  # 成效, of a sentence that tells no 做法
_TO_COME = re.compile("将(?![军领])|计划|下一步|打算|预计|准备在")  # not done yet, so neither
CARD_ORDER = ("背景", "做法", "成效", "启示", "可复制条件", "联系人")


def get_home(story: Story) -> str | None:
    """Return the district a story stands under: its first of the six, `CITY`, or None.

    None: it is about none of the six and not about the whole city either.
    """
    districts = story.tagging.districts
    home = next((name for name in districts if name in DISTRICTS), None)
    if home or set(districts) & set(OUTER_DISTRICTS):
        return home
    opening = story.lead.title + story.lead.text[:_OPENING]
    return CITY if any(word in opening for word in _CITY_WORDS) else None


def is_local(story: Story) -> bool:
    """Say whether a story can lead: of one of the six districts, with something to read."""
    return get_home(story) in DISTRICTS and bool(story.tagging.summary)


def get_tests(since: datetime) -> tuple[tuple[SectionKind, Callable[[Story], bool]], ...]:
    """Return the themed sections, each with the test of its stories, in the order of choice.

    ``since`` is when the issue appears: an event that is over by then is no announcement.
    """
    return (
        (SectionKind.EVENTS, lambda story: _is_ours(story) and bool(list_coming(story, since))),
        (SectionKind.HONOURS, lambda story: "荣誉表彰" in story.tagging.themes[:2]),
        (SectionKind.CASES, _is_case),
        (SectionKind.EXCHANGE, lambda story: _is_ours(story) and _counts(story, _OFFER)),
        (SectionKind.ECHO, lambda story: _is_ours(story) and _counts(story, _SOLVED)),
    )


def list_coming(story: Story, since: datetime) -> tuple[Event, ...]:
    """Return the story's events that are not over at ``since``, the next first."""
    events = (event for event in story.tagging.events if not is_over(event, since))
    return tuple(sorted(events, key=lambda event: event.start))


def is_over(event: Event, at: datetime) -> bool:
    """Say whether an event is over at ``at``; one without an hour or an end lasts its whole day."""
    last = event.end or event.start
    if event.all_day or event.end is None:
        return last.date() < at.astimezone(last.tzinfo).date()
    return last < at


def count_days(event: Event) -> int:
    """Return on how many days the same hours hold, as of a market from 7:30 to 9:30; 1: none such.

    Hours at both ends of several days are read so, where the second is the later one; 22 to 5
    o'clock is a night.
    """
    if event.all_day or event.end is None:
        return 1
    start, end = (moment.astimezone(SHANGHAI) for moment in (event.start, event.end))
    hours = end.time() > start.time() and end.time() != LAST_MINUTE
    return (end.date() - start.date()).days + 1 if hours else 1


def get_card(text: str) -> dict[str, str]:
    """Return what a case card can say, heading by heading, in whole sentences of the text.

    The opening sentence is the background: it says who and where. A sentence stands under one
    heading only, the first that fits is taken; a card without 做法 is none.
    """
    found: dict[str, str] = {}
    for match in _SENTENCE.finditer(text[:6000]):
        sentence = match.group().strip()
        if not found:
            found["背景"] = sentence
            continue
        heading = _find_heading(sentence)
        if heading and heading not in found:
            found[heading] = sentence
    return {name: found[name] for name in CARD_ORDER if name in found} if "做法" in found else {}


def _find_heading(sentence: str) -> str | None:
    is_to_come = bool(_TO_COME.search(sentence))
    for name, words in _CARD.items():
        if words.search(sentence) and not (is_to_come and name in {"成效", "做法"}):
            return name
    return "成效" if _FIGURES.search(sentence) and not is_to_come else None


def _is_ours(story: Story) -> bool:
    return get_home(story) is not None


def _is_case(story: Story) -> bool:
    return (
        get_home(story) in DISTRICTS
        and bool(_METHOD_THEMES & set(story.tagging.themes))
        and _counts(story, _METHOD)
    )


def _counts(story: Story, words: tuple[str, ...]) -> bool:
    text = story.lead.title + story.lead.text
    return sum(word in text for word in words) >= _ENOUGH


def list_groups(section: Section) -> list[tuple[str, list[Item]]]:
    """Return (district or 全市, its items) for the groups of 各区动态 that have any."""
    groups: dict[str, list[Item]] = {name: [] for name in (*DISTRICTS, CITY)}
    for item in section.items:
        home = next((name for name in item.districts if name in DISTRICTS), CITY)
        groups[home].append(item)
    return [(name, items) for name, items in groups.items() if items]
