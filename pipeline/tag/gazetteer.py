"""Districts, streets, communities and villages of Ningbo, and the register of members on top.

The table is derived data (see `pipeline.tag.build_gazetteer`); a file of the user's own may add
places or correct them. What this module never does: look at texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.files import datafile
from pipeline.model import DISTRICTS, OUTER_DISTRICTS

DATA = Path(__file__).resolve().parent.parent / "data"
TABLE = DATA / "gazetteer.tsv"
MEMBERS = DATA / "members.yaml"

DISTRICT_OF_STREET = {
    "新明街道": "高新区",
    "聚贤街道": "高新区",
    "梅墟街道": "高新区",
    "东钱湖镇": "东钱湖",
}
"""Streets that belong to 鄞州 by code but have an administration of their own."""

_OFFICE = re.compile(r"(社区)?(居民委员会|居委会|村民委员会|村委会|委员会|生活区)$")
_LONGEST = 12  # characters of the longest name


@dataclass(frozen=True, slots=True)
class Place:
    """One community or village."""

    name: str  # full short name: 东兴社区, 走马塘村
    district: str
    street: str
    member: bool = False


class _Honour(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    body: str = ""
    year: int | None = None
    link: str = ""


class Member(BaseModel):
    """A registered member unit of the alliance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    street: str
    district: str
    kind: str = "社区"
    aliases: tuple[str, ...] = ()
    contact: str = ""
    party: str = Field(default="", pattern="^(党委|党总支|党支部)?$")
    honours: tuple[_Honour, ...] = ()


class _Register(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    members: tuple[Member, ...] = ()


class _OwnPlace(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    street: str
    district: str


class _Overrides(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    add: tuple[_OwnPlace, ...] = Field(default=())
    remove: tuple[str, ...] = Field(default=(), description="names that are no longer in use")


class Gazetteer:
    """Look places up by name."""

    def __init__(self, places: list[Place], members: tuple[Member, ...]) -> None:
        """Index the places; members replace what the table says of them."""
        self.members = members
        self._places: dict[str, list[Place]] = {}
        for place in places:
            self._places.setdefault(place.name, []).append(place)
        for member in members:
            place = Place(member.name, member.district, member.street, member=True)
            for name in (member.name, *member.aliases):
                others = [one for one in self._places.get(name, []) if one.street != member.street]
                self._places[name] = [place, *others]
        self.streets = {
            place.street: place.district for found in self._places.values() for place in found
        }

    @cached_property
    def names_by_street(self) -> dict[str, tuple[str, ...]]:
        """The names of every street's communities and villages."""
        found: dict[str, list[str]] = {}
        for name, places in self._places.items():
            for place in places:
                found.setdefault(place.street, []).append(name)
        return {street: tuple(names) for street, names in found.items()}

    @property
    def names(self) -> list[str]:
        """Every name and alias of a community or village."""
        return list(self._places)

    @property
    def districts_of_streets(self) -> dict[str, frozenset[str]]:
        """Every street with its districts: by code, and by the zone that runs it."""
        found: dict[str, set[str]] = {}
        for places in self._places.values():
            for place in places:
                found.setdefault(place.street, set()).add(place.district)
        for street in DISTRICT_OF_STREET:
            found.setdefault(street, set()).add("鄞州")
        return {street: frozenset(districts) for street, districts in found.items()}

    @classmethod
    def load(cls, members: Path | None = None, overrides: Path | None = None) -> Gazetteer:
        """Read the table, the register and the user's own corrections.

        Raises:
            ConfigError: one of the files is wrong; file, line and key are named.
        """
        register = datafile.load(members or MEMBERS, _Register)
        own = datafile.load(overrides, _Overrides) if overrides else _Overrides()
        gone = set(own.remove)
        places = [Place(one.name, one.district, one.street) for one in own.add]
        for line in TABLE.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                district, street, name = line.split("\t")
                if name not in gone:
                    places.append(Place(name, district, street))
        return cls(places, register.members)

    def get_places(self, name: str) -> list[Place]:
        """Return every place of that name; empty when there is none."""
        return self._places.get(name, [])

    def longest_before(self, text: str, end: int, suffix: str = "") -> str | None:
        """Return the longest known name that ``text[:end] + suffix`` ends with."""
        for length in range(min(_LONGEST, end), 0, -1):
            name = text[end - length : end] + suffix
            if name in self._places:
                return name
        return None

    def words(self) -> list[str]:
        """Return every name, for the tokenizer."""
        return [*self._places, *self.streets, *DISTRICTS, *OUTER_DISTRICTS]


def short_name(official: str) -> str:
    """Return the full short name of an official one: 东兴社区居委会 → 东兴社区."""
    bare = _OFFICE.sub("", official)
    if not bare or len(bare) > _LONGEST - 2:
        return ""
    if bare.endswith(("社区", "村")):
        return bare
    return bare + ("村" if "村民" in official or "村委" in official else "社区")
