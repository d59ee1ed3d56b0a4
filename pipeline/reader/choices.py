"""What a reader may choose from: the districts and the themes of this newsletter."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from pipeline.errors import UsageError
from pipeline.files import datafile
from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Preferences, SectionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.config import Settings

SECTIONS: dict[str, str] = {
    str(SectionKind.CASES): "取经",
    str(SectionKind.EXCHANGE): "资源对接",
}
"""Sections that the contacts of member units get in full besides their districts and themes."""

_SHIPPED = Path(__file__).resolve().parent.parent / "data" / "themes.yaml"


class _Theme(BaseModel):
    name: str
    description: str = ""


class _Themes(BaseModel):
    themes: tuple[_Theme, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Names to choose from, in the order they are shown."""

    themes: tuple[tuple[str, str], ...]  # name, what it is about
    districts: tuple[str, ...] = DISTRICTS
    outer: tuple[str, ...] = OUTER_DISTRICTS

    def pick(self, districts: Iterable[str], themes: Iterable[str]) -> Preferences:
        """Return the preferences; names that are no choice are left out.

        An item is in full when its district *or* one of its themes was chosen, so all six
        districts, or all themes, mean everything: the same as no choice at all.
        """
        known = {name for name, _ in self.themes}
        chosen = frozenset(districts) & frozenset(self.districts + self.outer)
        about = frozenset(themes) & known
        if chosen >= frozenset(self.districts) or about == known:
            return Preferences()
        return Preferences(chosen, about)

    def find_district(self, word: str) -> str:
        """Return the short name of a district as people write it (鄞州区, 余姚市).

        Raises:
            UsageError: there is none; the nearest one is named.
        """
        for name in self.districts + self.outer:
            if word in {name, f"{name}区", f"{name}市", f"{name}县", f"宁波{name}", f"{name}新区"}:
                return name
        names = self.districts + self.outer
        near = _nearest(word, names)
        if near:
            raise UsageError(
                "没有「%(word)s」这个区，是不是「%(near)s」？", word=word[:40], near=near
            )
        raise UsageError(
            "没有「%(word)s」这个区；可写：%(names)s", word=word[:40], names="、".join(names)
        )

    def find_theme(self, word: str) -> str:
        """Return a theme's name.

        Raises:
            UsageError: there is none; the nearest one is named.
        """
        names = [name for name, _ in self.themes]
        if word in names:
            return word
        near = _nearest(word, names)
        if near:
            raise UsageError(
                "没有「%(word)s」这个主题，是不是「%(near)s」？", word=word[:40], near=near
            )
        raise UsageError(
            "没有「%(word)s」这个主题；可写：%(names)s", word=word[:40], names="、".join(names)
        )


def load_choices(settings: Settings) -> Choices:
    """Return the choices of this newsletter's themes file.

    Raises:
        ConfigError: the themes file is wrong.
    """
    own = settings.feeds.themes
    return _load(settings.root / own if own else _SHIPPED)


@lru_cache(maxsize=4)
def _load(path: Path) -> Choices:
    themes = datafile.load(path, _Themes).themes
    return Choices(tuple((one.name, one.description) for one in themes))


def _nearest(word: str, names: Iterable[str]) -> str:
    """Return the name that was perhaps meant; "" when none is near."""
    return next(iter(difflib.get_close_matches(word, list(names), n=1, cutoff=0.4)), "")
