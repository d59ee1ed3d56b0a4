"""Which posts towns and streets have, and that a party post is named before the other one.

A town (镇, 乡) has a 党委, a 镇长 and a 人大主席; a street (街道) has a 党工委, a head of its 办事处 and a 人大工委.
What this module never does: know who holds a post.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_TOWN = "(?:(?<![街城集村各])镇|(?<![城街])(?<!家)(?<!老)乡)"


@dataclass(frozen=True, slots=True)
class _Post:
    """A body or a post that one kind of place does not have."""

    needs: str  # what has to be there
    pattern: re.Pattern[str]  # what is wrong is its group ``wrong``
    right: str  # with {vice}: 副 where the wrong one has it
    says: str


_POSTS = (
    _Post(
        "党工委",
        lazy(rf"{_TOWN}(?P<wrong>党工委)(?!和街道|、街道|与街道)"),
        "党委",
        "镇、乡设党委，街道才设党工委",
    ),
    _Post(
        "街道人大",
        lazy(r"街道(?P<wrong>人大(?:常委会|主席团)?(?P<vice>副?)(?:主席|主任))(?!团)"),
        "人大工委{vice}主任",
        "街道设人大工委，负责人称主任；主席是镇、乡的",
    ),
    _Post(
        "人大",
        lazy(rf"{_TOWN}(?P<wrong>人大(?:工委|常委会)?(?P<vice>副?)主任)"),
        "人大{vice}主席",
        "镇、乡人大设主席；街道才设人大工委主任",
    ),
    _Post(
        "街道",
        lazy(r"街道(?P<wrong>(?:人民)?政府)(?!驻|大院|路|和|、)"),
        "办事处",
        "街道是区政府的派出机关，设办事处，不设政府",
    ),
    _Post(
        "街道",
        lazy(r"街道(?P<wrong>(?:人民政府|政府|办事处)?(?P<vice>副?)(?:镇长|乡长|街道长))"),
        "办事处{vice}主任",
        "街道设办事处主任，不设镇长",
    ),
    _Post(
        "政府",
        lazy(rf"{_TOWN}(?:人民)?政府(?P<wrong>(?P<vice>副?)主任)"),
        "{vice}镇长",
        "镇政府设镇长，乡政府设乡长",
    ),
    _Post(
        "政协",
        lazy(r"(?:街道|镇|乡)(?P<wrong>政协(?P<vice>副?)主席)"),
        "",
        "镇、乡、街道不设政协，只有政协工委（联络委），请核实职务",
    ),
)
_CHIEF = (
    "镇长|乡长|区长|县长|市长|街道办事处主任|街道办主任|办事处主任|局长|校长|院长|董事长|总经理"
)
# One person's posts: nothing but the mark stands between them, and a name follows.
_ORDER = lazy(
    rf"(?P<chief>(?:{_CHIEF}))、(?P<home>[一-龥]{{0,4}}?)(?P<party>(?:党工委|党委|党组|党总支|党支部|区委|县委|市委)副?书记)"
    r"(?=[一-龥])(?![和与及、等]|都|均|参加|出席)"
)
_OF_MANY = lazy(r"(?:各|历任|全体|全区|全市|有关|相关|以及|邀请|副|原|前)[一-龥]{0,4}$")
_LEAD = 6  # characters before a post that may say that it is many people's
# 人大代表 before 政协委员, both of one level.
_GROUPS = lazy(
    r"(?P<level>[省市区县]?)政协委员[、和与](?:部分)?(?P<level2>[省市区县]?)人大代表(?!大会)"
)


def find_wrong_town_posts(text: Text) -> Iterator[Finding]:
    """Find 镇党工委, 街道人大主席, and 镇长、党委副书记 of one person."""
    if text.characters.isdisjoint("党政大"):
        return
    yield from _foreign(text)
    words = text.text
    if "、" in text.characters and "记" in text.characters:
        yield from _orders(text)
    if "政协委员" in words and "人大代表" in words:
        for match in _GROUPS.finditer(words):
            if match["level"] == match["level2"] or not match["level2"]:
                message = "人大代表在前、政协委员在后，请核对排序。"
                yield text.finding("title-form", Level.WARNING, message, *match.span())


def _foreign(text: Text) -> Iterator[Finding]:
    """Yield bodies and posts that the place before them does not have."""
    words = text.text
    for post in _POSTS:
        if post.needs not in words:
            continue
        for match in post.pattern.finditer(words):
            start, end = match.span("wrong")
            if text.is_name(start):
                continue
            vice = match["vice"] if "vice" in post.pattern.groupindex else ""
            right = post.right.format(vice=vice)
            if words[start - 1] == "乡":
                right = right.replace("镇长", "乡长")
            advice = f"，请改为“{right}”或核实" if right else ""
            message = f"“{match.group()}”：{post.says}{advice}。"
            yield text.finding("title-form", Level.WARNING, message, start, end, right or None)


def _orders(text: Text) -> Iterator[Finding]:
    for match in _ORDER.finditer(text.text):
        start, end = match.span()
        before = max(0, start - _LEAD)
        if text.is_name(start) or _OF_MANY.search(text.text, before, start):
            continue
        if match["chief"] == "办事处主任" and not match["home"] and "副" not in match["party"]:
            continue  # 办事处主任、党工委书记 is told by `ranks`
        message = f"一人兼任时党内职务在前：写“{match['party']}、{match['chief']}”，请核对。"
        yield text.finding("title-form", Level.WARNING, message, start, end)
