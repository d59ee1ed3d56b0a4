"""Which communities a text names, and which districts it is about.

A bare short name never counts: it needs 社区 or 村, or a 、-list that ends in one. What is only
mentioned (a product, a road, a place that was visited) counts for little.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Community, Evidence
from pipeline.tag.gazetteer import Place
from pipeline.tag.terms import TermIndex

if TYPE_CHECKING:
    from pipeline.tag.gazetteer import Gazetteer

_LEAD = 120  # characters of the text that count as its lead
_NEAR = 40  # characters before a name in which its street or an outside city speaks for it
_KEEP = 0.35  # share of the best district's score that another one needs
_KEEP_GROUNDED = 0.2  # the same, for one whose street or community is named
_LONGEST = 12  # characters of the longest name
_LIST = 30  # members of a 、-list at the most
_SUFFIX = re.compile("社区|村")
_ANNOUNCED = re.compile(r"个社区[^。：:，]{0,6}[：:](?=[^。！？\n]{0,200}、)")
_COUNTED = re.compile(r"(?:[两三四五六七八九十]|\d{1,2})个(社区|村)")
_PART = re.compile(r"[^、，；和与及\s]+")
_STOP = re.compile(r"[。！？\n]")
_SURE = 3  # known names that make a list without 社区 a list of communities
_UNLISTED = re.compile(r"(?:街道|镇|、|社区[和与及])([一-龥]{2,4}社区|[一-龥]{2,6}工业社区)$")
_ORDINARY = re.compile(
    r"[的各个在进和与及是到把让为等某本该这那几多全老新上下入走从向对]|街道|镇|未来|现代|智慧|文明|"
    r"示范|试点|城市|农村|和谐|品牌|美丽|完整|周边|所有|我们|所属|辖区|多个|部分|相关|典型"
)
_OLD_NAMES = {"江东区": "鄞州"}  # merged into 鄞州 in 2016
_PASSING = re.compile(
    r"水蜜桃|芋艿|布龙|年糕|草编|十里红妆|大道|[东南西北中]?路|银行|籍|杨梅|大学|学院"
)
_VISITED = re.compile(r"(到|赴|去|来自|学习|考察|参观|像|比)了?$")
_OUTSIDE = [
    "上海",
    "北京",
    "天津",
    "重庆",
    "杭州",
    "温州",
    "嘉兴",
    "湖州",
    "绍兴",
    "金华",
    "衢州",
    "舟山",
    "台州",
    "丽水",
    "义乌",
    "深圳",
    "广州",
    "东莞",
    "佛山",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "南通",
    "扬州",
    "合肥",
    "福州",
    "厦门",
    "泉州",
    "南昌",
    "济南",
    "青岛",
    "郑州",
    "洛阳",
    "武汉",
    "长沙",
    "南宁",
    "海口",
    "成都",
    "贵阳",
    "昆明",
    "西安",
    "兰州",
    "西宁",
    "银川",
    "沈阳",
    "大连",
    "长春",
    "哈尔滨",
    "石家庄",
    "太原",
    "呼和浩特",
    "乌鲁木齐",
    "四川",
    "湖南",
    "湖北",
    "江苏",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "河北",
    "广东",
    "广西",
    "云南",
    "贵州",
    "陕西",
    "甘肃",
    "新疆",
    "辽宁",
    "吉林",
    "黑龙江",
    "山西",
]
_LEARNT = re.compile(r"[^，。；、]{0,10}?(?:参观|学习|考察|取经|旅游|游玩|做客)")
_GOING = re.compile(r"(?:到|去|赴|往|学|像)了?[一-龥]{0,4}$")
_EMPLOYER = re.compile(
    r"区?(?:的?一[家所名位]|某|[一-龥]{0,4}?(?:公司|集团|厂|医院|酒店|律所|事务所))"
)
_CITY_BEFORE = 8  # characters between an outside city and a name that it claims: 重庆市江北区
_OWN_ZONE = re.compile(r"(?:余姚|慈溪|宁海|象山|奉化)[市县区]?$")
_LANDMARKS = {
    "海曙": (
        "天一阁",
        "月湖公园",
        "天一广场",
        "南塘老街",
        "鼓楼步行街",
        "它山堰",
        "梁祝文化公园",
        "五龙潭",
    ),
    "鄞州": (
        "在鄞",
        "鄞城",
        "南部商务区",
        "东部新城",
        "阿育王寺",
        "天童寺",
        "天宫庄园",
        "和丰创意广场",
        "庆安会馆",
        "百丈",
        "邱隘",
        "钟公庙",
        "姜山",
        "咸祥",
        "瞻岐",
    ),
    "江北": ("老外滩", "保国寺", "慈城", "慈湖", "宁波大剧院", "孔浦", "洪塘", "庄桥"),
    "镇海": ("招宝山", "郑氏十七房", "九龙湖", "澥浦", "蛟川", "贵驷", "海天雄镇"),
    "北仑": ("梅山岛", "洋沙山", "九峰山", "大榭", "新碶", "大碶", "柴桥", "郭巨", "戚家山"),
    "奉化": ("滕头", "雪窦", "岳林寺", "溪口", "莼湖", "萧王庙", "裘村", "松岙", "西坞", "奉城"),
    "余姚": ("河姆渡", "梁弄", "泗门", "姚城", "王阳明故居"),
    "慈溪": ("鸣鹤古镇", "上林湖", "浒山", "观海卫", "庵东", "逍林"),
    "宁海": ("前童", "桑洲", "胡陈", "力洋", "强蛟", "许家山"),
    "象山": ("石浦", "檀头山", "爵溪", "鹤浦", "松兰山", "丹城"),
    "东钱湖": ("韩岭", "陶公岛", "小普陀"),
}
"""Names that stand in one district only; they speak where nothing else does."""
_OUTSIDE_AREA = re.compile(r"[一-龥]{2}(?:区|县|市)$")


@dataclass(frozen=True, slots=True)
class Found:
    """The places of one article."""

    districts: tuple[str, ...]
    communities: tuple[Community, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    name: str
    field: str
    start: int
    end: int
    surface_end: int


class PlaceFinder:
    """Finds places with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Index the names of districts, streets and outside cities."""
        self._gazetteer = gazetteer
        self._names = TermIndex(
            [*DISTRICTS, *OUTER_DISTRICTS, *_OLD_NAMES, *gazetteer.streets, "东钱湖旅游度假区"]
        )
        self._outside = TermIndex(_OUTSIDE)
        self._district_of_landmark = {
            name: district for district, names in _LANDMARKS.items() for name in names
        }
        self._landmarks = TermIndex(self._district_of_landmark)

    def find(self, title: str, text: str, home: str | None = None) -> Found:
        """Return districts by weight, communities in reading order, and why.

        ``title`` and ``text`` are simplified, of the same length as the original; evidence
        surfaces are filled in by the caller, who has the original.
        """
        found = self._find(title, text, home, visits=True)
        # Where nothing but a visited place is named, the visit itself is the story.
        return found if found.districts else self._find(title, text, home, visits=False)

    def _find(self, title: str, text: str, home: str | None, *, visits: bool) -> Found:
        scores: dict[str, float] = {}
        evidence: list[Evidence] = []
        streets: list[tuple[str, str, int]] = []  # street, field, position
        for field, content in (("title", title), ("text", text)):
            cities = [start for _, start in self._outside.find(content)]
            for name, start in self._names.find(content):
                if _is_claimed(content, start, cities):
                    continue
                district, rule, weight = self._weigh(name, field, content, start)
                weight *= 0.1 if visits and _is_visited(content, start, start + len(name)) else 1
                if rule == "street":
                    streets.append((name, field, start))
                _note(scores, evidence, district, rule, name, field, start, weight)
        communities = self._communities(title, text, streets, scores, home, visits=visits)
        for unit in communities:
            if unit.district:
                weight = 2.0 if unit.field == "title" or unit.start < _LEAD else 1.0
                _note(scores, evidence, unit.district, "community", unit.name, unit.field,
                      unit.start, weight, unit.end)  # fmt: skip
            evidence.append(
                Evidence(
                    f"community:{unit.name}", "gazetteer", "", unit.field, unit.start, unit.end, 1.0
                )
            )
        if not scores:
            self._look_for_landmarks(title, text, scores, evidence)
        chosen = _choose(scores, evidence)
        if not chosen and home:
            chosen = [home]
        return Found(tuple(chosen), communities, _of_chosen(evidence, chosen))

    def _look_for_landmarks(
        self, title: str, text: str, scores: dict[str, float], evidence: list[Evidence]
    ) -> None:
        """Let what stands in one district only speak for it, where no street or name does."""
        for field, content in (("title", title), ("text", text)):
            cities = [start for _, start in self._outside.find(content)]
            for name, start in self._landmarks.find(content):
                end = start + len(name)
                if _is_visited(content, start, end) or _is_claimed(content, start, cities):
                    continue
                if not _PASSING.match(content, end):
                    district = self._district_of_landmark[name]
                    _note(scores, evidence, district, "landmark", name, field, start, 1.0)

    def _weigh(self, name: str, field: str, content: str, start: int) -> tuple[str, str, float]:
        """Return (district, rule, weight) of one mention of a district or street."""
        end = start + len(name)
        weight = 3.0 if field == "title" else 2.0 if start < _LEAD else 1.0
        if name in self._gazetteer.streets:
            rule, district = "street", self._gazetteer.streets[name]
            weight *= 1.3
        else:
            rule = "district"
            district = _OLD_NAMES.get(name) or ("东钱湖" if name.startswith("东钱湖") else name)
            if field == "text" and content[end : end + 1] == "讯":
                return district, "dateline", 4.0
            listed = content[end : end + 1] == "、" or content[start - 1 : start] == "、"
            ordinary = (
                name == "江北" and content[end : end + 1] != "区" and not listed
            )  # of a river
            if _PASSING.match(content, end) or (
                field == "text" and (ordinary or _EMPLOYER.match(content, end))
            ):
                weight *= 0.15
        if _VISITED.search(content[max(0, start - 3) : start]):
            weight *= 0.2
        return district, rule, weight

    def _communities(
        self,
        title: str,
        text: str,
        streets: list[tuple[str, str, int]],
        scores: dict[str, float],
        home: str | None,
        *,
        visits: bool,
    ) -> tuple[Community, ...]:
        found: dict[str, Community] = {}
        for field, content in (("title", title), ("text", text)):
            outside = [start for _, start in self._outside.find(content)]
            near = [(street, position) for street, where, position in streets if where == field]
            for mention in self._mentions(field, content):
                if mention.name in found:
                    continue
                if self._is_outside(mention, content, outside, near):
                    continue
                if visits and _is_visited(content, mention.start, mention.surface_end):
                    continue
                place = self._resolve(mention, near, streets, scores, home)
                place = place or self._by_stem(mention, title + text)
                found[mention.name] = Community(
                    name=mention.name,
                    district=place.district if place else None,
                    street=place.street if place else None,
                    member=place.member if place else False,
                    field=field,
                    start=mention.start,
                    end=mention.surface_end,
                )
        return tuple(found.values())

    def _mentions(self, field: str, content: str) -> list[_Mention]:
        """Return every known name that stands with 社区 or 村, and the list before it."""
        mentions = [*self._announced_lists(field, content), *self._counted_lists(field, content)]
        done = 0
        for match in _SUFFIX.finditer(content):
            window = content[max(done, match.end() - _LONGEST) : match.end()]
            name = self._gazetteer.longest_before(window, len(window))
            if name is None or len(name) <= len(match.group()):
                name = _unlisted(window)
                if name is None:
                    continue
                start = match.end() - len(name)
                listed = self._list_before(field, content, start, match.group(), done)
                if content[start - 1] == "、" and not listed:
                    continue
                mentions += [*listed, _Mention(name, field, start, match.end(), match.end())]
                done = match.end()
                continue
            start = match.end() - len(name)
            if self._begins_a_street(content, start, match.end()):
                continue
            listed = self._list_before(field, content, start, match.group(), done)
            mentions += [*listed, _Mention(name, field, start, match.end(), match.end())]
            done = match.end()
        return mentions

    def _begins_a_street(self, content: str, start: int, end: int) -> bool:
        """Say whether the name is only the beginning of a street's or town's: 裘村 of 裘村镇."""
        return any(
            content.startswith(kind, end) and content[start:end] + kind in self._gazetteer.streets
            for kind in ("镇", "乡", "街道")
        )

    def _announced_lists(self, field: str, content: str) -> list[_Mention]:
        """Return the members of "三个社区：甲、乙和丙", which end in no 社区 of their own."""
        mentions: list[_Mention] = []
        for match in _ANNOUNCED.finditer(content):
            stop = _STOP.search(content, match.end())
            end = min(stop.start() if stop else len(content), match.end() + _LIST * 8)
            listed = [
                _Mention(part[0] + "社区", field, part.start(), part.end(), part.end())
                for part in _PART.finditer(content, match.end(), end)
                if self._gazetteer.get_places(part[0] + "社区")
            ]
            if len(listed) >= _SURE:
                mentions += listed
        return mentions

    def _counted_lists(self, field: str, content: str) -> list[_Mention]:
        """Return the members of "甲、乙、丙三个社区"; two known names at the least make a list."""
        mentions: list[_Mention] = []
        for match in _COUNTED.finditer(content):
            suffix, end = match[1], match.start()
            begin = max(content.rfind(mark, max(0, end - _LONGEST), end) for mark in "、和及与") + 1
            window = content[max(0, end - _LONGEST) : end]
            known = self._gazetteer.longest_before(window, len(window), suffix)
            start = end - (len(known) - len(suffix)) if known and known != suffix else begin
            listed = self._list_before(field, content, start, suffix, 0) if start else []
            # The last may be newer than the table, after two that are known.
            sure = 1 if known else 2
            if len(listed) >= sure and not _ORDINARY.search(content[start:end]):
                mentions += [*listed, _Mention(content[start:end] + suffix, field, start, end, end)]
        return mentions

    def _list_before(
        self, field: str, content: str, start: int, suffix: str, floor: int
    ) -> list[_Mention]:
        """Return the members of 甲、乙、丙社区 that stand before 丙."""
        listed: list[_Mention] = []
        for _ in range(_LIST):
            if start <= floor or content[start - 1] not in "、和及与":
                break
            end = start - 1
            name = self._gazetteer.longest_before(content[max(floor, end - 12) : end],
                                                  min(12, end - floor), suffix)  # fmt: skip
            if name is None or name == suffix:
                break
            start = end - (len(name) - len(suffix))
            listed.append(_Mention(name, field, start, end, end))
        return listed[::-1]

    def _is_outside(
        self,
        mention: _Mention,
        content: str,
        outside: list[int],
        near: list[tuple[str, int]],
    ) -> bool:
        """Say whether a city outside Ningbo stands nearer before the name than a street of ours."""
        low = mention.start - _NEAR
        cities = outside[bisect_left(outside, low) : bisect_left(outside, mention.start)]
        first, last = (bisect_left(near, at, key=_position) for at in (low, mention.start))
        ours = [position for _, position in near[first:last]]
        area = _OUTSIDE_AREA.search(content[max(0, mention.start - 3) : mention.start])
        if area and not any(
            one in area.group() for one in (*DISTRICTS, *OUTER_DISTRICTS, *_OLD_NAMES)
        ):
            return area.group()[-1] == "区"
        if not cities:
            return False
        text = content[cities[-1] : mention.start]
        if any(one in text for one in DISTRICTS) or "宁波" in text or "。" in text:
            return False
        return not ours or ours[-1] < cities[-1]

    def _by_stem(self, mention: _Mention, content: str) -> Place | None:
        """Return the one place whose street's bare name the text says: 岳林寺 for 岳林街道."""
        fitting = [
            place
            for place in self._gazetteer.get_places(mention.name)
            if len(stem := place.street.removesuffix("街道").rstrip("镇乡")) > 1 and stem in content
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _resolve(
        self,
        mention: _Mention,
        near: list[tuple[str, int]],
        streets: list[tuple[str, str, int]],
        scores: dict[str, float],
        home: str | None,
    ) -> Place | None:
        """Return the one place a name means here; None where that cannot be told."""
        places = self._gazetteer.get_places(mention.name)
        if len(places) == 1:
            return places[0]
        before = [street for street, position in near if position < mention.start]
        if not places:
            # Newer than the table: it lies in the street that stands last before it.
            street = before[-1] if before else None
            district = self._gazetteer.streets.get(street or "")
            return Place(mention.name, district, street) if district and street else None
        for street in [*before[::-1], *(street for street, _, _ in streets)]:
            for place in places:
                if place.street == street:
                    return place
        for district in sorted(scores, key=lambda one: -scores[one]):
            fitting = [place for place in places if place.district == district]
            if fitting:
                return fitting[0] if len(fitting) == 1 else _streetless(fitting)
        fitting = [place for place in places if place.district == home]
        return fitting[0] if len(fitting) == 1 else None


def _unlisted(window: str) -> str | None:
    """Return a community the table does not know, where its form leaves no doubt.

    It follows a street, a town or a 、; no ordinary word that goes before 社区 counts.
    """
    match = _UNLISTED.search(window)
    return match[1] if match and not _ORDINARY.search(match[1]) else None


def _position(street: tuple[str, int]) -> int:
    return street[1]


def _streetless(places: list[Place]) -> Place:
    """Return a place whose district is known and whose street is the member's, if one is."""
    return next((place for place in places if place.member), places[0])


def _note(
    scores: dict[str, float],
    evidence: list[Evidence],
    district: str,
    rule: str,
    name: str,
    field: str,
    start: int,
    weight: float,
    end: int | None = None,
) -> None:
    scores[district] = scores.get(district, 0.0) + weight
    stop = end if end is not None else start + len(name)
    evidence.append(
        Evidence(f"district:{district}", rule, "", field, start, stop, round(weight, 2))
    )


def _is_visited(content: str, start: int, end: int) -> bool:
    """Say whether people only go there from elsewhere: 到…参观, 赴…取经, 原在…上班."""
    return bool(_GOING.search(content, max(0, start - 8), start) and _LEARNT.match(content, end))


def _is_claimed(content: str, start: int, cities: list[int]) -> bool:
    """Say whether the name belongs to another city that stands just before it: 重庆市江北区."""
    if content.startswith("高新区", start) and _OWN_ZONE.search(content[max(0, start - 3) : start]):
        return True
    before = bisect_left(cities, start)
    if not before or start - cities[before - 1] > _CITY_BEFORE:
        return False
    between = content[cities[before - 1] : start]
    return not re.search(r"[，。；、！？：\n]|宁波|来|到|人|和|与|籍|的", between)


def _choose(scores: dict[str, float], evidence: list[Evidence]) -> list[str]:
    """Return the districts that the story is about, by weight."""
    grounded = {
        one.target[9:] for one in evidence if one.rule in {"street", "community", "dateline"}
    }
    best = max(scores.values(), default=0)
    return sorted(
        (
            name
            for name, score in scores.items()
            if score >= max(best * (_KEEP_GROUNDED if name in grounded else _KEEP), 0.9)
        ),
        key=lambda name: (-scores[name], (DISTRICTS + OUTER_DISTRICTS).index(name)),
    )


def _of_chosen(evidence: list[Evidence], chosen: list[str]) -> tuple[Evidence, ...]:
    """Return the evidence without that of districts that were not given."""
    return tuple(
        one
        for one in evidence
        if not one.target.startswith("district:") or one.target[9:] in chosen
    )
