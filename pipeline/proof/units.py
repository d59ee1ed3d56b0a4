"""Names of communities and villages against the register and the gazetteer.

The rule is told here; streets and districts, which it names too, are judged by `streets`, members
of another kind by `houses`. What this module never does: judge a unit's party organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, Level
from pipeline.proof.houses import find_wrong_houses, is_within
from pipeline.proof.lazy import lazy
from pipeline.proof.lookalikes import is_alike
from pipeline.proof.nearnames import index_names
from pipeline.proof.rule import Rule
from pipeline.proof.streets import (
    ELSEWHERE,
    find_former_districts,
    find_misplaced_streets,
    find_near_streets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.nearnames import NameIndex
    from pipeline.proof.rule import Reading, Reference, Unit
    from pipeline.proof.spans import Text

_SUFFIX = lazy(r"社区|村(?!民|委|里|口|庄|落|史|民|干|级|道|集体|经济|镇|部|头|晚|歌|BA|规)")
_LONGEST = 10  # characters of a unit's name
_FARTHEST = 20  # characters of a unit's name with its district and street
_DISTRICT = "|".join(DISTRICTS)
_BEFORE = lazy(
    rf"(?:(?P<district>{_DISTRICT})(?P<qu>区)?)?(?P<street>[一-龥]{{2,4}}?(?:街道|镇|乡))?$"
)
_STREET_END = lazy(r"[一-龥]{2,5}(?:街道|镇|乡)(?=[一-龥]{2,8}$)")
_CUT_SHORT = lazy(r"[的里，。；、]|[老青]年|居民|党|志愿|书记|小广场|广场|门口")
_LONG_STEM = 3  # characters from which a name without 社区 is no common word


def find_wrong_units(reading: Reading) -> Iterator[Finding]:
    """Find units one edit from the register, in a wrong street or district, or cut short."""
    reference = reading.reference
    if not reference.units:
        return
    index = index_names(reference.members)
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
        yield from find_misplaced_streets(text, reference)
        yield from _without_suffix(text, reference)
        yield from find_wrong_houses(text, reference.members)
        yield from find_near_streets(text, reference)
        yield from find_former_districts(text)


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


def _run_before(words: str, end: int) -> int:
    """Return where the run of Han characters before ``end`` begins, so far as a name may reach."""
    first = end
    while first > 0 and end - first < _FARTHEST and "一" <= words[first - 1] <= "龥":
        first -= 1
    return first


def _judge(
    text: Text, first: int, end: int, reference: Reference, index: NameIndex
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
    for back, member in index.find_near(words[low:tail], suffix):
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
        one for one in at_home[home] if len(one) == len(said) and is_alike(said, one, reference)
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
        if street.startswith("市"):
            return  # 奉化市 is told as what the district was called until 2016
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


def _misplaced(
    text: Text, first: int, start: int, tail: int, end: int, index: NameIndex
) -> Iterator[Finding]:
    """Find a name known elsewhere that is, behind a member's own street, that member's slip."""
    suffix = text.text[tail:end]
    before = text.text[first:start]
    for back, member in index.find_near(text.text[start:tail], suffix):
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
    if ELSEWHERE.search(before):
        return False
    other_place = before.endswith(("街道", "镇", "乡", "区", "市", "县"))
    if len(stem) >= 3:  # noqa: PLR2004 - as the docstring says
        return not other_place or before.endswith((member.district, f"{member.district}区"))
    return before.endswith((member.district, f"{member.district}区"))


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
)
