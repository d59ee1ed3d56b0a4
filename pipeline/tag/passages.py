"""The title and the text of an article, each looked through once for names of places.

What this module never does: decide what a name means.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from pipeline.files import datafile
from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Evidence
from pipeline.tag.gazetteer import DATA
from pipeline.tag.terms import TermGroups

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CLUES = DATA / "places.yaml"


class Clues(BaseModel):
    """What tells places apart beside the gazetteer; see `pipeline/data/places.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outside: tuple[str, ...]  # cities and provinces, several in a line
    landmarks: dict[str, tuple[str, ...]]
    old_names: dict[str, str]
    ordinary: tuple[str, ...] = ()  # names of villages that are words as well

    @property
    def district_of_landmark(self) -> dict[str, str]:
        """The district that each landmark speaks for."""
        return {name: district for district, names in self.landmarks.items() for name in names}

    @classmethod
    def load(cls, path: Path = CLUES) -> Clues:
        """Read the file.

        Raises:
            ConfigError: it is wrong; file, line and key are named.
        """
        return datafile.load(path, cls)


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """A title or a text, simplified, with the original of the same length beside it."""

    field: str  # "title" or "text"
    content: str
    original: str
    names: tuple[tuple[str, int], ...]  # districts and streets with their starts, in order
    cities: tuple[int, ...]  # starts of cities and provinces outside Ningbo, in order
    landmarks: tuple[tuple[str, int], ...]
    streets: list[tuple[str, int]] = dataclasses.field(
        default_factory=list
    )  # filled while reading names

    def evidence(self, target: str, rule: str, start: int, end: int, weight: float) -> Evidence:
        """Return evidence that stands on this stretch."""
        surface = self.original[start:end]
        return Evidence(target, rule, surface, self.field, start, end, weight)

    def cities_between(self, low: int, high: int) -> tuple[int, ...]:
        """Return the starts of outside cities in ``low <= start < high``."""
        return self.cities[bisect_left(self.cities, low) : bisect_left(self.cities, high)]


class PassageReader:
    """Looks a title or text through for districts, streets, outside cities and landmarks."""

    def __init__(self, streets: Mapping[str, str], clues: Clues, landmarks: Iterable[str]) -> None:
        """Index the names."""
        outside = frozenset(name for line in clues.outside for name in line.split())
        names = {*DISTRICTS, *OUTER_DISTRICTS, *clues.old_names, *streets, "东钱湖旅游度假区"}
        self._index = TermGroups(names, outside, landmarks)

    def read(self, name: str, content: str, original: str) -> Passage:
        """Return the passage with what was found in it."""
        names, cities, landmarks = self._index.find(content)
        return Passage(
            field=name,
            content=content,
            original=original,
            names=tuple(names),
            cities=tuple(start for _, start in cities),
            landmarks=tuple(landmarks),
        )
