"""Which districts a text is about, by the places it names.

What is only mentioned (a product, a road, an employer, a place that was visited) counts for
little; a namesake in another city counts for nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Community, Evidence
from pipeline.tag.communities import CommunityFinder, bare_street, is_origin, is_visited
from pipeline.tag.passages import Clues, PassageReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.tag.gazetteer import Gazetteer
    from pipeline.tag.passages import Passage

_LEAD = 120  # characters of the text that count as its lead
_KEEP = 0.35  # share of the best district's score that another one needs
_KEEP_GROUNDED = 0.2  # the same, for one of which more is said, see _GROUNDS
_KEEP_BARE = 1.2  # of the score of one with a street or community, for one beside it without
_LEAST = 0.9  # points below which nothing is said
_PASSING = re.compile(
    r"的?(?:水蜜桃|芋艿|布龙|年糕|草编|剪纸|竹编|木雕|石雕|根雕|刺绣|走书|平调|唢呐|米酒|麦饼|麻糍|十里红妆|杨梅|橘子|柑橘|红美人|葡萄|榨菜|海鲜|青蟹|泥螺)|"
    r"[一-龥]{0,2}(?:[鱼汤拌米麦粉]面|[一-龥](?:汤|饼|糕|酒)|粽子?|[汤麻]团)(?=[，。、！；和与”]|$)|"
    r"大道|江(?!口)|牌|[东南西北中]?路|银行|籍|那边|(?<=从[一-龥]{2})(?:请|来|骑车|开车|坐车|的[一-龥]{1,4}到|到|赶|搬|嫁|调|运)|(?<=从宁波[一-龥]{2})来|(?<=来自宁波[一-龥]{2})的(?!志愿|党员|文艺|演员|队伍|代表)|大学|学院|来的|游客|客商|考察团|取经团|嫁|"
    r"[区市县]?人(?!民|大|才|社局)|港|[一-龥]{0,3}(?:请来?|拉来|运来|买来)的|"
    r"(?:、[一-龥]{2}){0,3}的(?:师傅|石匠|木匠|工匠|大夫|医生|老师|专家|客人|老板|亲戚|朋友)|"
    r"[区市县]?(?:老?师傅|艺人|匠人|小伙子?|姑娘|媳妇|女婿|大叔|阿姨|大伯)|"
    r"[区市县]?(?:开过|做过|干过|待过|住过|当过|学过|打过|卖过|当(?:教练|老师|医生|保安|司机|会计|护士|学徒))|"
    r"[区市县]?(?:打工|上班|做工|做生意|工作过|读书|念书|当兵|开叉车|开店|开厂|开车|写程序|写代码|跑业务|送外卖|跑外卖|种[一-龥])|"
    r"(?:的?老?)?(?:经验|模式|做法)|"
    r"[区市县]?(?:喝喜酒|吃喜酒|走亲戚|探亲|出差|旅游|度假|开会|进货|送货|拉货)"
)
_LEVEL = 12  # characters before a name in which a level clause stands: 慈城有年糕，
_HAS = re.compile(r"[区市县]?有[一-龥]{1,5}(?=[，、])")
_HAS_TOO = re.compile(r"[，、][一-龥]{2,4}有")
_HAD = re.compile(r"[一-龥]{2}有[一-龥]{1,5}[，、]$")
_NAMED_AFTER = re.compile("[村镇](?![民委])")  # 漳州的镇海村
_QUOTE_BEFORE = re.compile("[“「《『][^”」》』，。]{0,3}$")  # “江北牌”, “小镇海”
_QUOTE_AFTER = re.compile("[^“”，。]{0,4}[”」》』]")
_VISITED = re.compile(
    r"((?<![嫁搬住迁])到|经|过|赴|去|(?:[来学产源出寄]自|学的是|照搬)(?:余姚|慈溪|宁海|象山|奉化|海曙|鄞州|江北|镇海|北仑)?|学习|考察|参观|像|比)了?"
    r"(?:(?<=[到去赴])(?:[一-龥]{2}[区市县]?、){1,3})?$"  # 去慈溪、余姚
)
# 从象山、奉化打电话来, 请来了余姚黄家埠的罗师傅
_BROUGHT = re.compile(r"(?:从|请来?了?|请到了?|邀来了?)(?:[一-龥]{2}[区市县]?、){0,2}$")
# What opens a sentence, or a stop on a way, is what it is about: 鄞州区则…, 第二站到镇海.
_OPENING = re.compile(r"(?:[。！？；\n，](?:而|在|而在)?|站(?:[到在是]|来到|设在))$")
# Where somebody worked before says nothing of where the story is: 她原来在海曙区白云街道工作了4年.
_BEFORE_NOW = re.compile("(?:此前|原来|原先|曾经?|以前|早年|退休前|年轻时)[^。！？；\n]{0,12}$")
_WORKED = re.compile(
    "[^，。！？；\n]{0,12}?(?:工作|当过|任过|任职|担任|做过|干过|上班|挂职|教过|当兵)"
)
_LIFE = 20  # characters before a place in which such words stand
_AROUND = 14  # characters before a name that say whether it was visited
_EMPLOYER = re.compile(
    r"区?(?:的?一[家所名位]|某|[一-龥]{0,4}?(?:公司|集团|厂|医院|酒店|律所|事务所))"
)
_CITY_BEFORE = 8  # characters between an outside city and a name that it claims: 重庆市江北区
_CITY_OF = 4  # characters of a city's name and 的
_OWN_ZONE = re.compile(r"(?:余姚|慈溪|宁海|象山|奉化)[市县区]?$")
_OWN_CLAUSE = re.compile(r"[，。；、！？：\n]|宁波|来|到|人|和|与|籍|的")
_ORDER = {name: number for number, name in enumerate(DISTRICTS + OUTER_DISTRICTS)}
_STREET_LENGTHS = range(3, 7)  # characters of 庄市街道, 集士港镇, 鹤浦镇
_STATIONS = ("派出所", "司法所", "卫生院", "社区卫生服务中心", "文化站")
_PINS = frozenset({"street", "community"})
_GROUNDS = _PINS | {"dateline", "subject"}


@dataclass(frozen=True, slots=True)
class Found:
    """The places of one article."""

    districts: tuple[str, ...]
    communities: tuple[Community, ...]
    evidence: tuple[Evidence, ...]
    is_elsewhere: bool = False  # a city outside is named, and no place of ours


class _Tally:
    """Points of districts, and why."""

    def __init__(self) -> None:
        self.scores: dict[str, float] = {}
        self.evidence: list[Evidence] = []

    def note(
        self, district: str, rule: str, passage: Passage, span: tuple[int, int], weight: float
    ) -> None:
        self.scores[district] = self.scores.get(district, 0.0) + weight
        self.evidence.append(
            passage.evidence(f"district:{district}", rule, *span, round(weight, 2))
        )

    def choose(self) -> list[str]:
        """Return the districts that the story is about, by weight."""
        grounded = {one.target[9:] for one in self.evidence if one.rule in _GROUNDS}
        best = max(self.scores.values(), default=0)
        pinned = {one.target[9:] for one in self.evidence if one.rule in _PINS}
        bare = max([best * _KEEP, *(self.scores[name] * _KEEP_BARE for name in pinned)])
        kept = [
            name
            for name, score in self.scores.items()
            if score >= max(best * _KEEP_GROUNDED if name in grounded else bare, _LEAST)
        ]
        return sorted(kept, key=lambda name: (-self.scores[name], _ORDER[name]))


class PlaceFinder:
    """Finds places with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, clues: Clues | None = None) -> None:
        """Index the names of districts, streets and outside cities."""
        clues = clues or Clues.load()
        self._streets = gazetteer.streets
        self._old_names = clues.old_names
        self._landmarks = _list_stations(gazetteer.streets) | clues.district_of_landmark
        self._reader = PassageReader(gazetteer.streets, clues, self._landmarks)
        self._communities = CommunityFinder(gazetteer, clues)

    def find(
        self,
        title: str,
        text: str,
        home: str | None = None,
        original: tuple[str, str] | None = None,
    ) -> Found:
        """Return districts by weight, communities in reading order, and why.

        ``title`` and ``text`` are simplified; ``original`` are the same two as they came, of the
        same length, whose stretches the evidence shows.
        """
        shown = original or (title, text)
        passages = (
            self._reader.read("title", title, shown[0]), self._reader.read("text", text, shown[1])
        )  # fmt: skip
        found = self._find(passages, home, visits=True)
        # Where nothing but a visited place is named, the visit itself is the story.
        return found if found.districts else self._find(passages, home, visits=False)

    def _find(self, passages: Sequence[Passage], home: str | None, *, visits: bool) -> Found:
        tally = _Tally()
        for passage in passages:
            passage.streets.clear()
            for name, start in passage.names:
                if _is_claimed(passage, start):
                    continue
                span = (start, start + len(name))
                district, rule, weight = self._weigh(name, passage, start)
                is_aside = is_visited(passage.content, *span) or _is_of_before(
                    passage.content, *span
                )
                weight *= 0.1 if visits and is_aside else 1
                if rule == "street":
                    passage.streets.append((name, start))
                tally.note(district, rule, passage, span, weight)
        communities = self._communities.find(passages, tally.scores, home, visits=visits)
        by_field = {passage.field: passage for passage in passages}
        for unit in communities:
            passage, span = by_field[unit.field], (unit.start, unit.end)
            if unit.district:
                weight = 2.0 if unit.field == "title" or unit.start < _LEAD else 1.0
                tally.note(unit.district, "community", passage, span, weight)
            tally.evidence.append(
                passage.evidence(f"community:{unit.name}", "gazetteer", *span, 1.0)
            )
        chosen = self._choose(tally, passages, home, visits=visits)
        elsewhere = not chosen and any(
            not is_origin(one.content, city) for one in passages for city in one.cities
        )
        evidence = _of_chosen(tally.evidence, chosen)
        if elsewhere:  # 昆明的春城社区: a name that several of our streets have is the other city's
            communities = tuple(unit for unit in communities if unit.district)
            kept = {f"community:{unit.name}" for unit in communities}
            evidence = tuple(one for one in evidence if one.target in kept)
        return Found(tuple(chosen), communities, evidence, elsewhere)

    def _choose(
        self, tally: _Tally, passages: Sequence[Passage], home: str | None, *, visits: bool
    ) -> list[str]:
        """Return the districts that the story is about, by weight; may add landmarks' points."""
        chosen = tally.choose()
        if not chosen:
            self._look_for_landmarks(passages, tally)
            chosen = tally.choose()
        if not chosen and home:
            return [home]
        if not chosen and not visits and len(tally.scores) == 1:
            # Only in passing, but nowhere else; beside other cities once is not enough.
            told = [one for one in tally.evidence if one.target.startswith("district:")]
            if len(told) > 1 or not any(one.cities for one in passages):
                return list(tally.scores)
        return chosen

    def _look_for_landmarks(self, passages: Sequence[Passage], tally: _Tally) -> None:
        """Let what stands in one district only speak for it, where no street or name does.

        Where districts are named, if only in passing, it speaks for none but them.
        """
        named = frozenset(tally.scores)
        for passage in passages:
            for name, start in passage.landmarks:
                end = start + len(name)
                if is_visited(passage.content, start, end) or _is_claimed(passage, start):
                    continue
                district = self._landmarks[name]
                if not _PASSING.match(passage.content, end) and district in (named or {district}):
                    tally.note(district, "landmark", passage, (start, end), 1.0)

    def _is_former(self, district: str, content: str, end: int) -> bool:
        """Say whether a street follows that another district or zone runs now: 鄞州区集士港镇."""
        start = end + content.startswith("区", end)
        streets = (content[start : start + length] for length in _STREET_LENGTHS)
        return any(self._streets.get(one, district) != district for one in streets)

    def _weigh(self, name: str, passage: Passage, start: int) -> tuple[str, str, float]:
        """Return (district, rule, weight) of one mention of a district or street."""
        field, content, end = passage.field, passage.content, start + len(name)
        before = content[max(0, start - _AROUND) : start]
        weight = 3.0 if field == "title" else 2.0 if start < _LEAD else 1.0
        if name in self._streets:
            weight *= 0.26 if _VISITED.search(before) else 1.3
            return self._streets[name], "street", weight
        old = self._old_names.get(name)
        district = old or ("东钱湖" if name.startswith("东钱湖") else name)
        after = content[end : end + 1]
        if field == "text" and after == "讯":
            return district, "dateline", 4.0
        listed = after == "、" or before[-1:] == "、"
        quoted = _QUOTE_BEFORE.search(before) and _QUOTE_AFTER.match(content, end)
        ordinary = name == "江北" and after != "区" and not listed  # north of any river
        if (
            _PASSING.match(content, end)
            or (field == "text" and _BROUGHT.search(before))
            or _is_contrast(content, start, end)
            or self._is_former(district, content, end)
            or _NAMED_AFTER.match(content, end)
            or quoted
            or (field == "text" and (ordinary or _EMPLOYER.match(content, end)))
        ):
            weight *= 0.15
        elif not listed and _OPENING.search(before) and (before[-1] != "，" or after != "的"):
            return district, "subject", weight
        if _VISITED.search(before):
            weight *= 0.2
        return district, "district", weight


def _list_stations(streets: Mapping[str, str]) -> dict[str, str]:
    """Return the district of what every street has one of and calls by its own name: 甬江派出所."""
    return {
        bare_street(street) + kind: district
        for street, district in streets.items()
        for kind in _STATIONS
    }


def _is_of_before(content: str, start: int, end: int) -> bool:
    """Say whether somebody worked there in an earlier life, of which the text tells in passing."""
    return bool(
        _WORKED.match(content, end) and _BEFORE_NOW.search(content, max(0, start - _LIFE), start)
    )


def _is_contrast(content: str, start: int, end: int) -> bool:
    """Say whether the name only says what others have: 慈城有年糕，奉化有芋艿头，…."""
    if not (has := _HAS.match(content, end)):
        return False
    beside = max(0, start - _LEVEL)
    return bool(_HAD.search(content, beside, start) or _HAS_TOO.match(content, has.end()))


def _is_claimed(passage: Passage, start: int) -> bool:
    """Say whether the name belongs to another city that stands just before it: 重庆市江北区."""
    content, cities = passage.content, passage.cities
    if content.startswith("高新区", start) and _OWN_ZONE.search(content[max(0, start - 3) : start]):
        return True
    before = bisect_left(cities, start)
    if not before or start - cities[before - 1] > _CITY_BEFORE:
        return False
    between = content[cities[before - 1] : start]
    if between.endswith("的") and len(between) <= _CITY_OF:
        return True  # 哈尔滨的江北
    return not _OWN_CLAUSE.search(between)


def _of_chosen(evidence: list[Evidence], chosen: list[str]) -> tuple[Evidence, ...]:
    """Return the evidence without that of districts that were not given."""
    return tuple(
        one
        for one in evidence
        if not one.target.startswith("district:") or one.target[9:] in chosen
    )
