"""Which place a community's or village's name means, of those that bear it.

The nearest street decides, then the districts of the story, then what else the text names near by.
What this module never does: find names, or guess among several that fit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tag.gazetteer import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tag.gazetteer import Gazetteer
    from pipeline.tag.passages import Clues, Passage

_KIND = re.compile("社区|村")
_PAIR = 2
_BEFORE = (
    1000  # characters before a name, or around it, in which a street or landmark speaks for it
)
_STREETS = 50  # as many before a name, and of the whole text, are asked
# What makes a place of a unit's bare name of two characters, which may be a word else.
_PLACE_BEHIND = re.compile(
    "老街|市场|菜场|小学|幼儿园|中学|路口|桥头|公园|广场|码头|车站|那头|那边|[旁边]"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an article says of where it plays."""

    content: str  # title and text
    streets: Sequence[str]  # in reading order
    districts: Sequence[str]  # by points so far, the best first
    home: str | None  # the district that its source serves


class Namesakes:
    """Tells places of one name apart with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer, clues: Clues) -> None:
        """Keep the gazetteer, and which landmark stands where."""
        self._gazetteer = gazetteer
        self._landmarks = clues.district_of_landmark

    def tell(self, name: str, start: int, passage: Passage, setting: Setting) -> Place | None:
        """Return the one place that the name at ``start`` means; None where it cannot be told.

        Where only its district can be told, ``street`` is "".
        """
        places = self._gazetteer.get_places(name)
        if len(places) == 1:
            return places[0]
        last = bisect_left(passage.streets, start, key=_place_of)
        before = [street for street, _ in passage.streets[max(0, last - _STREETS) : last]]
        if not places:
            return self._place_new(name, before)
        if _is_several(setting.content, name, places):
            return None
        return (
            _by_street(places, [*before[::-1], *setting.streets[:_STREETS]])
            or _by_district(places, setting.districts)
            or _by_last_stem(places, passage.content[max(0, start - _BEFORE) : start])
            or self._by_landmark(places, start, passage)
            or _only([place for place in places if place.district == setting.home])
            or _only([place for _, place in _list_said(places, setting.content)])
            or self._by_neighbour(places, setting.content)
        )

    def _place_new(self, name: str, streets: Sequence[str]) -> Place | None:
        """Return where one newer than the table lies: in the street that stands last before it."""
        street = streets[-1] if streets else ""
        district = self._gazetteer.streets.get(street)
        return Place(name, district, street) if district else None

    def _by_landmark(self, places: Sequence[Place], start: int, passage: Passage) -> Place | None:
        """Return the one place in the district of the landmark next to it."""
        low, high = (
            bisect_left(passage.landmarks, at, key=_place_of)
            for at in (start - _BEFORE, start + _BEFORE)
        )
        near = sorted(passage.landmarks[low:high], key=lambda one: abs(one[1] - start))
        found = (
            _only([place for place in places if place.district == self._landmarks[name]])
            for name, _ in near
        )
        return next((place for place in found if place), None)

    def _by_neighbour(self, places: Sequence[Place], content: str) -> Place | None:
        """Return the one place of whose street the text names another unit: 过了马路就是周宿渡."""
        stem, fitting = _KIND.sub("", places[0].name), []
        for place in places:
            others = {_KIND.sub("", one) for one in self._gazetteer.names_by_street[place.street]}
            if any(_is_named(content, one) for one in others - {stem}):
                fitting.append(place)
        return _only(fitting)


def _by_street(places: Sequence[Place], streets: Sequence[str]) -> Place | None:
    """Return the place that lies in the first street that has one."""
    found = (place for street in streets for place in places if place.street == street)
    return next(found, None)


def _by_district(places: Sequence[Place], districts: Sequence[str]) -> Place | None:
    """Return the place in the first district that has some; without its street if it has several.

    Of several the member of the alliance is meant.
    """
    for district in districts:
        fitting = [place for place in places if place.district == district]
        if fitting:
            unknown = Place(fitting[0].name, district, street="")
            member = next((place for place in fitting if place.member), unknown)
            return fitting[0] if len(fitting) == 1 else member
    return None


def _place_of(named: tuple[str, int]) -> int:
    return named[1]


def _first(said: tuple[int, Place]) -> int:
    return said[0]


def _list_said(places: Sequence[Place], content: str) -> list[tuple[int, Place]]:
    """Return the places whose street's bare name is said, and where last: 岳林寺 for 岳林街道."""
    stems = [place.street.removesuffix("街道").rstrip("镇乡") for place in places]
    said = [
        (content.rfind(stem), place)
        for stem, place in zip(stems, places, strict=True)
        if len(stem) > 1
    ]
    return [(at, place) for at, place in said if at >= 0]


def _by_last_stem(places: Sequence[Place], content: str) -> Place | None:
    said = _list_said(places, content)
    return max(said, key=_first)[1] if said else None


def _only(places: Sequence[Place]) -> Place | None:
    return places[0] if len(places) == 1 else None


def _is_several(content: str, name: str, places: Sequence[Place]) -> bool:
    """Say whether the text names several that bear the name: 中河街道的凤凰…霞浦街道的凤凰."""
    streets = {place.street for place in places if place.street in content}
    if len(streets) < _PAIR:
        return False
    stem = re.escape(_KIND.sub("", name))
    return sum(bool(re.search(f"{one}[^，。；]{{0,4}}{stem}", content)) for one in streets) > 1


def _is_named(content: str, stem: str) -> bool:
    """Say whether a unit's bare name stands in the text as a place."""
    if len(stem) > _PAIR:
        return stem in content
    at = content.find(stem) if len(stem) == _PAIR else -1
    return at >= 0 and bool(_PLACE_BEHIND.match(content, at + _PAIR))
