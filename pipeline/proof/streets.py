"""Streets and districts against the gazetteer: in a wrong district, mistaken, or by a former name.

What this module never does: judge the units in them; that is `units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, Level
from pipeline.proof.lazy import lazy
from pipeline.proof.lookalikes import is_alike
from pipeline.proof.rule import one_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reference
    from pipeline.proof.spans import Text

ELSEWHERE = lazy(
    r"(?<!宁波)(?<!余姚)(?<!慈溪)市(?!民|里|级)|省|杭州|绍兴|上海|温州|台州|嘉兴|湖州|金华|舟山|丽水|衢州|北京|南京|苏州|无锡|义乌|广州|深圳|成都|武汉"
)
"""What says that the place behind it is not one of Ningbo."""

_PLACED = lazy(rf"(?P<district>{'|'.join(DISTRICTS)})区?(?P<street>[一-龥]{{2,4}}?(?:街道|镇|乡))")
_STREET = lazy("街道|镇(?!海)")
_STEMS = (2, 3)  # characters of a street's name
_FORMER_DISTRICT = lazy(r"奉化市(?!民)|江东区|鄞县(?!大道|路|[人籍](?!民|口|大|社|力))")
_NOW = {"奉化市": "奉化区", "江东区": "鄞州区", "鄞县": "鄞州区"}
_ONCE = lazy(
    r"原|时任|撤|并[入了]|前身|从前|过去|以前|昔|早年|早先|当时|那时|古|旧|历史|民国|19\d\d年|200\d年|201[0-6]年|年代|年间|县志|曾|叫|称|籍|刊"
    r"|老(?![人师年少伯党百同居兵家伴乡娘板小大奶爷两顾])|[清明宋唐][代朝末初]|[日晚时周旧]报|报[纸载社]"
)
_CHANGED = 2016  # the year in which 江东 and 奉化市 ceased to be
_BEFORE = 10  # characters before a street that may name another city
_AROUND = 20  # characters on each side that may tell of another time


def find_misplaced_streets(text: Text, reference: Reference) -> Iterator[Finding]:
    """Find 海曙区东柳街道: a street of the table behind a district that it does not belong to."""
    for match in _PLACED.finditer(text.text):
        districts = reference.streets.get(match["street"], frozenset())
        if districts and match["district"] not in districts:
            right = next(iter(sorted(districts)))
            message = f"{match['street']}属于{right}，不属于{match['district']}，请核对。"
            yield text.finding("member-name", Level.ERROR, message, *match.span())


def find_near_streets(text: Text, reference: Reference) -> Iterator[Finding]:
    """Find 大契街道 for 大碶街道: no street of the table, but for one character alike."""
    if "街" not in text.characters and "镇" not in text.characters:
        return
    for match in _STREET.finditer(text.text):
        end = match.end()
        said = [text.text[max(0, match.start() - length) : end] for length in _STEMS]
        if any(one in reference.streets for one in said):
            continue
        before = text.text[max(0, match.start() - _BEFORE) : match.start() - 1]
        if ELSEWHERE.search(before):
            continue
        if text.text[end : end + 2] in reference.streets:
            continue
        known = reference.street_forms
        for one in said:
            right = next(
                (street for key in one_open(one) for street in known.get(key, ())
                 if is_alike(one, street, reference)), None)  # fmt: skip
            if right:
                message = f"“{one}”疑为“{right}”之误，请核对地名。"
                yield text.finding("member-name", Level.ERROR, message, end - len(one), end, right)
                break


def find_former_districts(text: Text) -> Iterator[Finding]:
    """Find districts by the names they had until 2016, unless the words around are of that time."""
    if "市" not in text.characters and "区" not in text.characters and "县" not in text.characters:
        return
    for match in _FORMER_DISTRICT.finditer(text.text):
        start, end = match.span()
        if text.is_name(start) or text.is_quoted(start) or _is_older(text):
            continue
        if not _ONCE.search(text.text, max(0, start - _AROUND), min(len(text.text), end + _AROUND)):
            right = _NOW[match.group()]
            message = f"“{match.group()}”是旧称，现为“{right}”，请核对。"
            yield text.finding("member-name", Level.ERROR, message, start, end, right)


def _is_older(text: Text) -> bool:
    """Say whether the story is from when the district had that name."""
    published = text.item.published if text.item else None
    return published is not None and published.year <= _CHANGED
