"""Names of communities, streets and districts against the register and the gazetteer."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, Level
from pipeline.proof.houses import find_wrong_houses, is_within
from pipeline.proof.lazy import lazy
from pipeline.proof.phrases import load_sounds
from pipeline.proof.rule import Rule, one_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading, Reference, Unit
    from pipeline.proof.spans import Text

_SUFFIX = lazy(r"社区|村(?!民|委|里|口|庄|落|史|民|干|级|道|集体|经济|镇|部|头|晚|歌|BA|规)")
_ELSEWHERE = lazy(
    r"(?<!宁波)(?<!余姚)(?<!慈溪)市(?!民|里|级)|省|杭州|绍兴|上海|温州|台州|嘉兴|湖州|金华|舟山|丽水|衢州|北京|南京|苏州|无锡|义乌|广州|深圳|成都|武汉"
)
_LONGEST = 10  # characters of a unit's name
_FARTHEST = 20  # characters of a unit's name with its district and street
_DISTRICT = "|".join(DISTRICTS)
_BEFORE = lazy(
    rf"(?:(?P<district>{_DISTRICT})(?P<qu>区)?)?(?P<street>[一-龥]{{2,4}}?(?:街道|镇|乡))?$"
)
_STREET_END = lazy(r"[一-龥]{2,5}(?:街道|镇|乡)(?=[一-龥]{2,8}$)")
_PLACED_STREET = lazy(rf"(?P<district>{_DISTRICT})区?(?P<street>[一-龥]{{2,4}}?(?:街道|镇|乡))")
_WRITTEN_ALIKE = (
    "碶砌契锲楔",
    "澥懈解",
    "川州",
    "厦夏",
    "莼纯蒪",
    "堰偃揠",
    "峙歭",
    "耷夺奓",
    "岙岳奥",
    "瞻詹赡",
    "甬勇涌",
    "浦蒲铺",
)
_PARTY = lazy(r"(?P<party>党委|党总支|党支部)(?:副)?书记")
_NO_BRANCH = (
    "社区",
    "村",
    "的",
    "任",
    "由",
    "和",
    "与",
    "是",
    "兼",
    "后",
    "时",
    "本",
    "居",
    "说",
    "对",
    "找",
    "请",
)
_CUT_SHORT = lazy(r"[的里，。；、]|[老青]年|居民|党|志愿|书记|小广场|广场|门口")
_LONG_STEM = 3  # characters from which a name without 社区 is no common word
_STREET = lazy("街道|镇(?!海)")
_STEMS = (2, 3)  # characters of a street's name
_FORMER_DISTRICT = lazy(r"奉化市(?!民)|江东区|鄞县(?!大道|路)")
_NOW = {"奉化市": "奉化区", "江东区": "鄞州区", "鄞县": "鄞州区"}
_ONCE = lazy(
    r"原|时任|撤|当时|那时|古|旧|老|历史|民国|清|明|宋|唐|19\d\d年|200\d年|201[0-6]年|年代|县志|曾|叫|称|籍|刊|报"
)
_FAR = 110  # characters between a unit's name and its party organisation
_ANOTHER = lazy(
    r"(?:[一-龥]{2}(?<!本)(?<!该)(?<!各)(?<!在)(?<!个))(?:社区|村)(?![的里民书党副居工]|$)|邻村|邻近|隔壁村|公司|学校|医院|机关|街道党"
)
_FORMER = lazy(r"(?:19|20)\d\d年|升格|升级为|原任|曾任|历任|前任|老书记|改选|改为|成立时|当时|那时")


def find_wrong_units(reading: Reading) -> Iterator[Finding]:
    """Find units one edit from the register, in a wrong street or district, or cut short."""
    reference = reading.reference
    if not reference.units:
        return
    index = _index(reference.members)
    silent: set[str] = set()  # words before a suffix of which nothing is to be said
    for text in reading.texts:
        for match in _SUFFIX.finditer(text.text):
            end = match.end()
            window = text.text[max(0, end - _FARTHEST - 2) : end]
            if window in silent:
                continue
            first = _run_before(text.text, match.start())
            findings = list(_judge(text, first, end, reference, index))
            if not findings:
                silent.add(window)
            yield from findings
        for match in _PLACED_STREET.finditer(text.text):
            districts = _districts_of(match["street"], reference)
            if districts and match["district"] not in districts:
                right = next(iter(sorted(districts)))
                message = f"{match['street']}属于{right}，不属于{match['district']}，请核对。"
                yield text.finding("member-name", Level.ERROR, message, *match.span())
        yield from _without_suffix(text, reference)
        yield from find_wrong_houses(text, reference.members)
        yield from _near_streets(text, reference)
        yield from _former_districts(text)


def _without_suffix(text: Text, reference: Reference) -> Iterator[Finding]:
    """Find 东柳街道幸福苑 for 东柳街道幸福苑社区: a member's name cut short behind its street."""
    for member in reference.members:
        stem = member.name.removesuffix("社区").removesuffix("村")
        if stem == member.name or not member.street or len(stem) < _LONG_STEM:
            continue
        said = member.street + stem
        at = text.text.find(said)
        if at >= 0 and _CUT_SHORT.match(text.text, at + len(said)):
            start, end = at + len(member.street), at + len(said)
            message = f"“{stem}”疑为“{member.name}”的简称，请用登记的全称。"
            yield text.finding("member-name", Level.WARNING, message, start, end, member.name)


def _near_streets(text: Text, reference: Reference) -> Iterator[Finding]:
    """Find 大契街道 for 大碶街道: no street of the table, but for one character alike."""
    if "街" not in text.characters and "镇" not in text.characters:
        return
    for match in _STREET.finditer(text.text):
        end = match.end()
        said = [text.text[max(0, match.start() - length) : end] for length in _STEMS]
        if any(one in reference.streets for one in said):
            continue
        before = text.text[max(0, match.start() - _LONGEST) : match.start() - 1]
        if _ELSEWHERE.search(before):
            continue
        if text.text[end : end + 2] in reference.streets:
            continue
        known = reference.street_forms
        for one in said:
            right = next(
                (street for key in one_open(one) for street in known.get(key, ())
                 if _is_alike(one, street, reference)), None)  # fmt: skip
            if right:
                message = f"“{one}”疑为“{right}”之误，请核对地名。"
                yield text.finding("member-name", Level.ERROR, message, end - len(one), end, right)
                break


def _former_districts(text: Text) -> Iterator[Finding]:
    """Find districts by the names they had until 2016, unless the words around are of that time."""
    if "市" not in text.characters and "区" not in text.characters and "县" not in text.characters:
        return
    for match in _FORMER_DISTRICT.finditer(text.text):
        start, end = match.span()
        if text.is_name(start) or text.is_quoted(start):
            continue
        if not _ONCE.search(
            text.text, max(0, start - _FARTHEST), min(len(text.text), end + _FARTHEST)
        ):
            right = _NOW[match.group()]
            message = f"“{match.group()}”是旧称，现为“{right}”，请核对。"
            yield text.finding("member-name", Level.ERROR, message, start, end, right)


def _is_alike(said: str, right: str, reference: Reference) -> bool:
    """Say whether the one character that differs sounds or looks like the right one."""
    apart = [two for two in zip(said, right, strict=True) if two[0] != two[1]]
    if len(apart) != 1:
        return False
    wrong, meant = apart[0]
    looks = frozenset((wrong, meant)) in reference.lists.lookalikes
    return looks or _share_a_part(wrong, meant) or load_sounds().agree_but_tone(wrong, meant)


def _share_a_part(one: str, other: str) -> bool:
    """Say whether both are written with 石 or water, as the names of the coast are: 砌, 碶."""
    return any(one in group and other in group for group in _WRITTEN_ALIKE)


def _run_before(words: str, end: int) -> int:
    """Return where the run of Han characters before ``end`` begins, so far as a name may reach."""
    first = end
    while first > 0 and end - first < _FARTHEST and "一" <= words[first - 1] <= "龥":
        first -= 1
    return first


def _judge(
    text: Text, first: int, end: int, reference: Reference, index: _Index
) -> Iterator[Finding]:
    words = text.text
    for start in range(max(first, end - _LONGEST), end - 2):
        units = reference.units.get(words[start:end])
        if units:
            yield from _known(text, start, end, units, first, reference)
            if not any(unit.member for unit in units):
                tail = end - (2 if words.startswith("社区", end - 2) else 1)
                found = list(_misplaced(text, first, start, tail, end, index))
                yield from found
                if found:
                    return
                tail = end - (2 if words.startswith("社区", end - 2) else 1)
                yield from _shortened(text, first, tail, end, reference)
            return
    suffix = "社区" if words.startswith("社区", end - 2) else "村"
    tail = end - len(suffix)
    low = max(first, tail - _LONGEST)
    for back, member in _near_names(words[low:tail], suffix, index):
        start = tail - back
        short = back < 3 and len(member.name) - len(suffix) > back  # noqa: PLR2004 - 幸福 for 幸福苑
        if short and not _is_placed(words[first:start], member):
            continue
        if _is_this_one(words[first:start], member):
            message = f"“{words[start:end]}”与登记的“{member.name}”只差一字，请核对单位名称。"
            yield text.finding("member-name", Level.ERROR, message, start, end, member.name)
            return
    shortened = list(_shortened(text, first, tail, end, reference))
    yield from shortened or _near_a_neighbour(text, first, tail, end, reference)


def _near_a_neighbour(
    text: Text, first: int, tail: int, end: int, reference: Reference
) -> Iterator[Finding]:
    """Find a name that no unit of the street before it has, but for one character alike."""
    street = _STREET_END.search(text.text, first, tail)
    if not street or tail - street.end() < 2:  # noqa: PLR2004 - one character says nothing
        return
    said = text.text[street.end() : end]
    at_home = reference.by_street
    home = next((name for start in range(street.start(), street.end() - 2)
                 if (name := text.text[start : street.end()]) in at_home), None)  # fmt: skip
    if home is None:
        return
    near = [
        one for one in at_home[home] if len(one) == len(said) and _is_alike(said, one, reference)
    ]
    if len(near) == 1:
        message = f"{home}有“{near[0]}”，这里写作“{said}”，请核对单位名称。"
        yield text.finding("member-name", Level.ERROR, message, street.end(), end, near[0])


def _shortened(
    text: Text, first: int, tail: int, end: int, reference: Reference
) -> Iterator[Finding]:
    """Find a name behind its street that leaves characters of a member's name there out."""
    street = _STREET_END.search(text.text, first, tail)
    if not street or tail - street.end() < 2:  # noqa: PLR2004 - one character says nothing
        return
    said = text.text[street.end() : tail]
    suffix = text.text[tail:end]
    for member in reference.members:
        stem = member.name.removesuffix(suffix)
        if (
            len(said) < len(stem)
            and street.group().endswith(member.street)
            and is_within(said, stem)
        ):
            message = f"“{said}{suffix}”疑为“{member.name}”的简称，请用登记的全称。"
            yield text.finding(
                "member-name", Level.WARNING, message, street.end(), end, member.name
            )
            return


def _known(
    text: Text, start: int, end: int, units: tuple[Unit, ...], first: int, reference: Reference
) -> Iterator[Finding]:
    """Judge a known unit by the street and district that stand directly before it."""
    place = _BEFORE.search(text.text, first, start)
    if not place or not (place["district"] or place["street"]):
        return
    street, district = place["street"], place["district"]
    begin = place.start()
    if street:
        # The street may be longer than the words of a street: 在东柳街道 → 东柳街道
        known = next((u for u in units if street.endswith(u.street)), None)
        if known is None:
            member = next((u for u in units if u.member), None)
            if member is None:
                if street in reference.streets:
                    yield from _elsewhere(text, begin, end, units, street)
                return
            message = f"{member.name}登记在{member.district}区{member.street}，请核对街道。"
            yield text.finding("member-name", Level.ERROR, message, begin, end)
            return
        if district == known.district and not place["qu"] and text.field != "title":
            right = f"{district}区{known.street}{known.name}"
            message = f"首次出现请写全称“{right}”。"
            yield text.finding("member-name", Level.WARNING, message, begin, end, right)
    elif district and all(district != unit.district for unit in units):
        homes = "、".join(sorted({unit.district for unit in units}))
        level = Level.ERROR if any(unit.member for unit in units) else Level.WARNING
        message = f"{units[0].name}在{homes}，不在{district}，请核对。"
        yield text.finding("member-name", level, message, begin, end)


def _elsewhere(
    text: Text, begin: int, end: int, units: tuple[Unit, ...], street: str
) -> Iterator[Finding]:
    """Doubt a unit of the gazetteer in another street that has none of that name.

    A warning: the gazetteer is of 2022, and streets have been divided since.
    """
    if len(units) == 1:
        message = f"{units[0].name}在地名表里属于{units[0].street}，这里写的是{street}，请核对。"
        yield text.finding("member-name", Level.WARNING, message, begin, end)


def _near_names(words: str, suffix: str, index: _Index) -> Iterator[tuple[int, Unit]]:
    """Yield (length, member) for every ending of ``words`` one edit from a member's name."""
    if index.characters.isdisjoint(words):
        return
    for length in range(2, len(words) + 1):
        stem = words[-length:]
        keys = [f"{suffix}{stem[:at]}*{stem[at + 1 :]}" for at in range(length)]
        keys += [f"{suffix}-{stem}", f"{suffix}~{''.join(sorted(stem))}"]
        keys += [f"{suffix}+{stem[:at]}{stem[at + 1 :]}" for at in range(1, length)]
        for key in keys:
            for member in index.forms.get(key, ()):
                yield length, member


@dataclass(frozen=True, slots=True)
class _Index:
    """The members by every form one edit away from their names."""

    forms: dict[str, list[Unit]]
    characters: frozenset[str]  # of all names: what has none of them is no edit away from any


@lru_cache(maxsize=4)
def _index(members: tuple[Unit, ...]) -> _Index:
    """Return the members by every form one edit away: * changed, - missing, + more, ~ swapped."""
    found: dict[str, list[Unit]] = {}
    for member in members:
        suffix = "社区" if member.name.endswith("社区") else "村"
        stem = member.name.removesuffix(suffix)
        if len(stem) < 2:  # noqa: PLR2004 - one character says nothing
            continue
        forms = [f"{suffix}{stem[:at]}*{stem[at + 1 :]}" for at in range(len(stem))]
        forms += [f"{suffix}-{stem[:at]}{stem[at + 1 :]}" for at in range(1, len(stem))]
        for form in {*forms, f"{suffix}+{stem}", f"{suffix}~{''.join(sorted(stem))}"}:
            found.setdefault(form, []).append(member)
    letters = (member.name.removesuffix("社区").removesuffix("村") for member in members)
    return _Index(found, frozenset().union(*letters))


def _misplaced(
    text: Text, first: int, start: int, tail: int, end: int, index: _Index
) -> Iterator[Finding]:
    """Find a name known elsewhere that is, behind a member's own street, that member's slip."""
    suffix = text.text[tail:end]
    before = text.text[first:start]
    for back, member in _near_names(text.text[start:tail], suffix, index):
        if back == tail - start and before.endswith(member.street):
            message = f"{member.street}登记的是“{member.name}”，这里写作“{text.text[start:end]}”，请核对单位名称。"
            yield text.finding("member-name", Level.ERROR, message, start, end, member.name)
            return


def _is_placed(before: str, member: Unit) -> bool:
    """Say whether the member's street or district stands directly before."""
    return before.endswith((member.street, member.district, f"{member.district}区"))


def _is_this_one(before: str, member: Unit) -> bool:
    """Say whether the words before speak for this very member.

    A name of three characters does by itself; one of two needs its street or district directly
    before it, since many real communities are one character apart.
    """
    stem = member.name.removesuffix("社区").removesuffix("村")
    if before.endswith(member.street):
        return True
    if _ELSEWHERE.search(before):
        return False
    other_place = before.endswith(("街道", "镇", "乡", "区", "市", "县"))
    if len(stem) >= 3:  # noqa: PLR2004 - as the docstring says
        return not other_place or before.endswith((member.district, f"{member.district}区"))
    return before.endswith((member.district, f"{member.district}区"))


def _districts_of(street: str, reference: Reference) -> frozenset[str]:
    """Return the districts of a street; empty when it is not one we know."""
    return reference.streets.get(street, frozenset())


def find_party_ranks(reading: Reading) -> Iterator[Finding]:
    """Find party organisations of member units that differ from the register, or it does not say."""
    members = {unit.name: unit for unit in reading.reference.members}
    if not members:
        return
    pattern = lazy("|".join(map(re.escape, sorted(members, key=len, reverse=True))))
    for text in reading.texts:
        named = [(one.end(), members[one.group()]) for one in pattern.finditer(text.text)]
        if text.item and not named and (title := pattern.search(text.item.title)):
            named = [(0, members[title.group()])]  # the story is the unit's
        ends = [end for end, _ in named]
        for stated in _PARTY.finditer(text.text):
            index = bisect_right(ends, stated.start()) - 1
            if index < 0 or stated["party"] == named[index][1].party:
                continue
            end, unit = named[index]
            between = text.text[end : stated.start()]
            if stated["party"] == "党支部" and _is_branch(text.text, stated.start(), end):
                continue
            if text.text.endswith(("楼", "楼道", "网格", "小区", "两新"), 0, stated.start()):
                continue  # a branch of its own below the unit's organisation
            alone = len({unit.name for _, unit in named}) == 1 and text.text[
                : stated.start()
            ].endswith(("社区", "村", "本社区", "该社区"))
            if (
                (len(between) > _FAR and not alone)
                or _ANOTHER.search(between)
                or _is_past(text.text, stated)
            ):
                continue
            if unit.party:
                message = (
                    f"登记册写的是{unit.name}{unit.party}，这里写的是{stated['party']}，请核实。"
                )
            else:
                message = f"登记册没有{unit.name}的党组织形式，请核实“{stated['party']}”并补登。"
            yield text.finding("party-rank", Level.WARNING, message, *stated.span())


def _is_branch(text: str, start: int, unit_end: int) -> bool:
    """Say whether the words before name a branch below the unit's organisation: 退役军人党支部."""
    before = text[max(unit_end, start - 2) : start]
    return bool(before) and "一" <= before[-1] <= "龥" and not before.endswith(_NO_BRANCH)


def _is_past(text: str, stated: re.Match[str]) -> bool:
    """Say whether the sentence tells of another time: a former post, a rank that has changed."""
    begin = max(text.rfind(mark, 0, stated.start()) for mark in "。！？\n") + 1
    end = min(
        (at for mark in "。！？\n" if (at := text.find(mark, stated.end())) > 0), default=len(text)
    )
    return _FORMER.search(text, begin, min(end, stated.end() + _FAR)) is not None


RULES = (
    Rule(
        "member-name",
        "E W",
        "联盟单位与地名",
        "单位名称以登记册为准，街道、区要与登记册和地名表相符；简称首次出现建议用全称。",
        "联盟单位登记册 members.yaml；民政部门区划与地名资料",
        "鄞州区东柳街道幸福院社区举办活动。",
        "鄞州区东柳街道幸福苑社区举办活动。",
        find_wrong_units,
    ),
    Rule(
        "party-rank",
        "W",
        "党组织层级",
        "党委、党总支、党支部是不同层级，与登记册不一致或登记册未载时请向单位核实，系统不代改。",
        "《中国共产党党员教育管理工作条例》、登记册 members.yaml",
        "幸福苑社区党总支书记介绍了做法。",
        "幸福苑社区书记介绍了做法。",
        find_party_ranks,
    ),
)
