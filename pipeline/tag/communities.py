"""Which communities and villages a text names.

A bare short name never counts: it needs 社区 or 村, or a 、-list that ends in one. What this
module never does: tell namesakes apart (see `namesakes`), or say what the text is about.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Community
from pipeline.tag.dictionary import is_verbal
from pipeline.tag.namesakes import Namesakes, Setting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.tag.gazetteer import Gazetteer
    from pipeline.tag.passages import Clues, Passage

_READ = 20_000  # characters of a text that tell namesakes apart
_NEAR = 40  # characters before a name in which its street or an outside city speaks for it
_LONGEST = 12  # characters of the longest name
_LIST = 30  # members of a 、-list at the most
_SUFFIX = re.compile("社区|村")
_ANNOUNCED = re.compile(r"[个家]社区[^。：:，]{0,6}[：:](?=[^。！？\n]{0,200}、)")
_COUNTED = re.compile(
    r"(?:等(?:[两三四五六七八九十]|\d{1,2})?|[两三四五六七八九十]|\d{1,2})[个家]?(社区|村)"
)
_NUMBERED = re.compile(r"[三四五六七八九十\d][个家]$")
_PART = re.compile(r"[^、，；和与及\s]+")
_STOP = re.compile(r"[。！？\n]")
_SURE = 3  # known names that make a list without 社区 a list of communities
_UNLISTED = re.compile(
    r"(?:街道|镇(?!海)|、|社区[和与及])(?![一-龥]{0,3}[两三四五六七八九十][个家]社区)([一-龥]{1,3}[^\W两三四五六七八九十]社区|[一-龥]{2,6}工业社区)$"
)
_UNLISTED_VILLAGE = re.compile(r"([一-龥]{2,5}?(?:街道|镇|乡))的?([一-龥]{1,4}村)$")
_ORDINARY_VERB = "关于|征集|发布|公布|召开|开展|推进|组织|申报|评选|建设|打造"
_BEFORE = 6  # characters before the stretch of a name that may hold its street
_ORDINARY = re.compile(
    r"[的请各个在进和与及或是到把让为等某本该这那几多全老新上下入走从向对届]|街道|镇|[科办]或?社区|一社区|"
    rf"{_ORDINARY_VERB}|未来|现代|智慧|文明|"
    r"示范|试点|城市|农村|和谐|品牌|美丽|完整|周边|所有|我们|所属|辖区|多个|部分|相关|典型|"
    r"(?:^[乡渔古山农水小老旧邻外全]|[渔古山小]|行政|自然|空心|网红|特色|样板)村$"
)
_OUTSIDE_AREA = re.compile(r"[一-龥]{2}(?:区|县|市)$")
_KIND_OF_AREA = re.compile(  # what is called 区 and is no district: 度假区, 老城区, 石化园区
    "(?:[景小片库业园港校灾厂街]|度假|开发|保税|自贸|示范|试验|实验|合作|管理|保护|核心|功能|安置|"
    "[老旧新主心]城|明山|湾新)区$"
)
_DONE_WITH = re.compile(r"治理|共建|资源|建设|微更新|营造|工作者")  # 深化社区共建: 社区 is no name
_SHORT = 2  # characters of 周村, 林村
_COUNT_BEHIND = re.compile("[二三四五六七八九十]村$")
_EDGE = re.compile(r"[^一-龥]|[在到的和与及从是乡镇市县]|(?<!社)区")  # what stands before a name
_FOREIGN_STREET = re.compile(r"([一-龥]{2}市)[一-龥]{2,4}(?:街道|镇|乡)$")  # 海宁市海昌街道
_NAMESAKE = re.compile(f"^[一-龥]{{2,3}}?市?(?:{'|'.join(DISTRICTS)})区")
_LEARNT = re.compile(r"[^，。；、]{0,10}?(?:参观|学习|考察|取经|旅游|游玩|做客)")
_GONE = 8  # characters before a place that say whether one goes there
_FROM = re.compile("(?:来自|从|自)$")
_COME = re.compile("[一-龥]{2,4}?来的")  # 库车来的信封
_GOING = re.compile(r"(?:到|去|赴|往|学|像)了?[一-龥]{0,4}$")


@dataclass(frozen=True, slots=True)
class _Mention:
    name: str
    start: int
    end: int


class CommunityFinder:
    """Finds communities and villages with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, clues: Clues) -> None:
        """Keep the gazetteer, and what the clues say of names."""
        self._gazetteer = gazetteer
        self._ours = (*DISTRICTS, *OUTER_DISTRICTS, *clues.old_names)
        self._ordinary = frozenset(clues.ordinary)
        self._bare_streets = frozenset(map(bare_street, gazetteer.streets))
        self._namesakes = Namesakes(gazetteer, clues)

    def find(
        self,
        passages: Sequence[Passage],
        scores: Mapping[str, float],
        home: str | None,
        *,
        visits: bool,
    ) -> tuple[Community, ...]:
        """Return the communities in reading order, each once.

        ``scores`` are the districts' points so far, ``visits``: leave out what people only
        visited.
        """
        found: dict[str, Community] = {}
        setting = Setting(
            content="\n".join(passage.content[:_READ] for passage in passages),
            streets=[street for passage in passages for street, _ in passage.streets],
            districts=sorted(scores, key=lambda one: -scores[one]),
            home=home,
        )
        mentions = [(one, self._mentions(one.content)) for one in passages]
        elsewhere = self._list_outside(mentions)
        for passage, here in mentions:
            for mention in here:
                if mention.name in found or mention.name in elsewhere:
                    continue
                if visits and is_visited(passage.content, mention.start, mention.end):
                    continue
                place = self._namesakes.tell(mention.name, mention.start, passage, setting)
                name = place.name if place else mention.name  # a member's alias is the member
                if name in found:
                    continue
                found[name] = Community(
                    name=name,
                    district=place.district if place else None,
                    street=(place.street or None) if place else None,
                    member=place.member if place else False,
                    field=passage.field,
                    start=mention.start,
                    end=mention.end,
                )
        return tuple(found.values())

    def _list_outside(self, mentions: Sequence[tuple[Passage, list[_Mention]]]) -> set[str]:
        """Return the names of which a passage's first mention stands behind a city outside.

        A title that only says 凤凰社区 means the one that the text places, unless the name follows
        its own street somewhere.
        """
        outside: set[str] = set()
        for passage, here in mentions:
            named = {at for one in here for at in range(one.start, one.end)}
            first = {one.name: one for one in reversed(here)}
            outside |= {
                name for name, one in first.items() if self._is_outside(one, passage, named)
            }
        return outside - {
            one.name
            for passage, here in mentions
            for one in here
            if one.name in outside
            and self._follows_its_street(one.name, passage.content, one.start)
        }

    def _mentions(self, content: str) -> list[_Mention]:
        """Return every known name that stands with 社区 or 村, and the list before it."""
        mentions = [*self._announced_lists(content), *self._counted_lists(content)]
        done = 0
        for match in _SUFFIX.finditer(content):
            window = content[max(done, match.end() - _LONGEST) : match.end()]
            name = self._gazetteer.longest_before(window, len(window))
            if name is None or len(name) <= len(match.group()):
                name = self._unlisted(
                    content[max(0, done - _BEFORE, match.end() - 18) : match.end()]
                )
                if name is None or match.end() - len(name) < done:
                    continue
                if match.group() == "社区" and _DONE_WITH.match(content, match.end()):
                    continue
                start = match.end() - len(name)
                listed = self._list_before(content, start, match.group(), done)
                if content[start - 1] == "、" and not listed:
                    continue
            else:
                start = match.end() - len(name)
                numbered = _NUMBERED.search(content, max(0, start - 2), start)  # 九个沿海村
                if numbered or self._begins_a_street(content, start, match.end()):
                    continue
                if self._cuts_a_street(content, start, match.end()):
                    continue
                unsure = name in self._ordinary or _is_within_words(name, content, start)
                if unsure and not self._follows_its_street(name, content, start):
                    continue
                listed = self._list_before(content, start, match.group(), done)
            mentions += [*listed, _Mention(name, start, match.end())]
            done = match.end()
        return mentions

    def _unlisted(self, window: str) -> str | None:
        """Return a unit the table does not know, where its form leaves no doubt.

        A community follows a street, a town or a 、; a village follows a town of ours. No
        ordinary word that goes before 社区 or 村 counts, nor one of doing: 街道慰问社区老人.
        """
        if window.endswith("社区"):
            match = _UNLISTED.search(window)
            if match is None or _ORDINARY.search(match[1]):
                return None
            bare = match[1].removesuffix("社区")
            return None if any(map(is_verbal, {bare[:2], bare[-2:]})) else match[1]
        match = _UNLISTED_VILLAGE.search(window)
        if match and not _ORDINARY.search(match[2]):
            names = (match[1][at:] for at in range(len(match[1]) - 2))
            if any(name in self._gazetteer.streets for name in names):
                return match[2]
        return None

    def _begins_a_street(self, content: str, start: int, end: int) -> bool:
        """Say whether the name is only the beginning of a street's or town's: 裘村 of 裘村镇."""
        return any(
            content.startswith(kind, end) and content[start:end] + kind in self._gazetteer.streets
            for kind in ("镇", "乡", "街道")
        )

    def _cuts_a_street(self, content: str, start: int, end: int) -> bool:
        """Say whether the name begins within a street's bare one: 大堰|山村 holds no 堰山村."""
        return any(
            content[start - before : start - before + length] in self._bare_streets
            and _ORDINARY.search(content[start - before + length : end])
            for length in (2, 3)
            for before in range(1, length)
            if start >= before
        )

    def _follows_its_street(self, name: str, content: str, start: int) -> bool:
        """Say whether the street of a place of that name stands just before it."""
        before = content[max(0, start - _LONGEST) : start]
        return any(before.endswith(one.street) for one in self._gazetteer.get_places(name))

    def _announced_lists(self, content: str) -> list[_Mention]:
        """Return the members of "三个社区：甲、乙和丙", which end in no 社区 of their own."""
        mentions: list[_Mention] = []
        for match in _ANNOUNCED.finditer(content):
            stop = _STOP.search(content, match.end())
            end = min(stop.start() if stop else len(content), match.end() + _LIST * 8)
            listed = [
                _Mention(part[0] + "社区", part.start(), part.end())
                for part in _PART.finditer(content, match.end(), end)
                if self._gazetteer.get_places(part[0] + "社区")
            ]
            if len(listed) >= _SURE:
                mentions += listed
        return mentions

    def _counted_lists(self, content: str) -> list[_Mention]:
        """Return the members of "甲、乙、丙三个社区"; two known names at the least make a list."""
        mentions: list[_Mention] = []
        for match in _COUNTED.finditer(content):
            suffix, end = match[1], match.start()
            begin = max(content.rfind(mark, max(0, end - _LONGEST), end) for mark in "、和及与") + 1
            window = content[max(0, end - _LONGEST) : end]
            known = self._gazetteer.longest_before(window, len(window), suffix)
            if content[begin:end].endswith(suffix) and end - begin > len(suffix):
                known, suffix = None, ""  # 前胡、后胡、周村三个村: the last says 村 itself
            start = end - (len(known) - len(suffix)) if known and known != suffix else begin
            if _STOP.search(content, start, end):
                continue
            listed = self._list_before(content, start, match[1], 0) if start else []
            # The last may be newer than the table, after two that are known.
            sure = 1 if known else 2
            if len(listed) >= sure and (known or not _ORDINARY.search(content[start:end])):
                mentions += [*listed, _Mention(content[start:end] + suffix, start, end)]
        return mentions

    def _list_before(self, content: str, start: int, suffix: str, floor: int) -> list[_Mention]:
        """Return the members of 甲、乙、丙社区 that stand before 丙."""
        listed: list[_Mention] = []
        for _ in range(_LIST):
            if start <= floor or content[start - 1] not in "、和及与":
                break
            end = start - 1
            window = content[max(floor, end - _LONGEST) : end]
            added = "" if window.endswith(suffix) else suffix  # 云洲、林村、爱岭三个村
            name = self._gazetteer.longest_before(window, len(window), added)
            if name is None or name == suffix:
                break
            start = end - (len(name) - len(added))
            listed.append(_Mention(name, start, end))
        return listed[::-1]

    def _is_outside(self, mention: _Mention, passage: Passage, named: Collection[int]) -> bool:
        """Say whether a city outside Ningbo stands nearer before the name than a street of ours.

        What stands at a place where a unit is ``named`` is no city: 金华社区.
        """
        content, low = passage.content, mention.start - _NEAR
        before = content[max(0, mention.start - 3) : mention.start]
        area = None if _KIND_OF_AREA.search(before) else _OUTSIDE_AREA.search(before)
        ours = area is None or area.group() in self._gazetteer.streets  # 保税区
        if area and not ours and not any(one in area.group() for one in self._ours):
            return area.group()[-1] == "区"
        foreign = _FOREIGN_STREET.search(content[max(0, low) : mention.start])
        if foreign and not any(one in foreign[1] for one in (*self._ours, "宁波")):
            return True
        cities = [city for city in passage.cities_between(low, mention.start) if city not in named]
        if not cities or not _claims(content, cities[-1], mention.start):
            return False
        near = passage.streets
        first, last = (bisect_left(near, at, key=_position) for at in (low, mention.start))
        return first == last or near[last - 1][1] < cities[-1]


def _claims(content: str, city: int, start: int) -> bool:
    """Say whether an outside city is where the name after it lies: not 来自开封的, 到东阳看过，."""
    window, between = content[max(0, city - _GONE) : city], content[city:start]
    if is_origin(content, city) or ("，" in between and _GOING.search(window)):
        return False
    between = _NAMESAKE.sub("", between)  # 重庆江北区五里店街道
    return not any(one in between for one in (*DISTRICTS, "宁波", "。"))


def is_origin(content: str, city: int) -> bool:
    """Say whether somebody or something only comes from the city: 来自开封的, 库车来的信."""
    return bool(_FROM.search(content, max(0, city - _GONE), city) or _COME.match(content, city))


def is_visited(content: str, start: int, end: int) -> bool:
    """Say whether people only go there from elsewhere: 到…参观, 赴…取经, 原在…上班."""
    return bool(
        _LEARNT.match(content, end) and _GOING.search(content, max(0, start - _GONE), start)
    )


def bare_street(street: str) -> str:
    """Return a street's or town's name without its kind: 大堰 of 大堰镇."""
    return street.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _is_within_words(name: str, content: str, start: int) -> bool:
    """Say whether a name may belong to other words: 其中村干部, 水上三村, 烈士后人和村民."""
    villagers = name.endswith("和村") and content.startswith("民", start + len(name))
    unsure = len(name) == _SHORT or _COUNT_BEHIND.search(name) or villagers
    return bool(unsure and start > 0 and not _EDGE.match(content, start - 1))


def _position(street: tuple[str, int]) -> int:
    return street[1]
