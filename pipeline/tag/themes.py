"""Themes from weighted terms that editors can change.

What this module never does: give a theme without the terms that gave it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from pipeline import datafile
from pipeline.model import Evidence
from pipeline.tag.gazetteer import DATA
from pipeline.tag.terms import TermIndex

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_ENOUGH = 2.0  # points of the first theme
_ENOUGH_MORE = 3.0  # points of a second one: a passing word is no theme
_ENOUGH_THIRD = 5.0
_SHARE = 0.4  # of the best theme's points, which count up to _BEST for this
_BEST = 6.0  # else a long enumeration of one theme's words would hide every other theme
_MOST = 3
_SHORT = 500  # characters; a longer text needs more points, by the root of its length
_TELLING = 1.3  # weight of a word that may stand for its theme
_AGAIN = 0.35  # what every further occurrence of a term adds, of its weight


class _Theme(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    terms: dict[str, float]
    against: tuple[str, ...] = ()
    companions: dict[str, tuple[str, ...]] = {}  # a term that needs one of these in the text


class _Themes(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    themes: tuple[_Theme, ...]


class ThemeFinder:
    """Finds themes with one themes file."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the themes.

        Raises:
            ConfigError: the file is wrong; file, line and key are named.
        """
        loaded = datafile.load(path or DATA / "themes.yaml", _Themes)
        self.names = tuple(theme.name for theme in loaded.themes)
        self._weights: dict[str, dict[str, float]] = {}
        for theme in loaded.themes:
            for term, weight in theme.terms.items():
                self._weights.setdefault(term, {})[theme.name] = weight
            for phrase in theme.against:
                self._weights.setdefault(phrase, {})
        self._companions = {
            (theme.name, term): words
            for theme in loaded.themes
            for term, words in theme.companions.items()
        }
        self._terms = TermIndex(self._weights)

    def words(self) -> list[str]:
        """Return every term, for the tokenizer."""
        return list(self._weights)

    def find(
        self, title: str, text: str, names: Collection[tuple[str, int, int]] = ()
    ) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """Return the themes by weight and the terms that gave them.

        ``names`` are (field, start, end) of places: the 山村 of 球山村 is no word of its own.
        """
        within = {(field, at) for field, start, end in names for at in range(start, end)}
        strongest: dict[str, float] = {}
        scores: dict[str, float] = {}
        evidence: list[Evidence] = []
        seen: dict[str, int] = {}
        for field, content in (("title", title), ("text", text)):
            for term, start in self._terms.find(content):
                if (field, start) in within or (field, start + len(term) - 1) in within:
                    continue
                count = seen.get(term, 0)
                seen[term] = count + 1
                for theme, weight in self._weights[term].items():
                    needed = self._companions.get((theme, term))
                    if needed and not any(one in title or one in text for one in needed):
                        continue
                    points = weight * (2 if field == "title" else 1)
                    if count:
                        points = weight * _AGAIN if count < 4 else 0  # noqa: PLR2004 - enough said
                    strongest[theme] = max(strongest.get(theme, 0), weight)
                    if points:
                        scores[theme] = scores.get(theme, 0) + points
                        evidence.append(
                            Evidence(
                                f"theme:{theme}",
                                "term",
                                "",
                                field,
                                start,
                                start + len(term),
                                round(points, 2),
                            )
                        )
        # 阿婆, 村里, 孩子 alone are in every story: a theme needs one word of its own.
        scores = {one: n for one, n in scores.items() if strongest[one] >= _TELLING}
        chosen = _choose(scores, len(title) + len(text))
        kept = tuple(one for one in evidence if one.target[6:] in chosen)
        return chosen, kept


def _choose(scores: dict[str, float], length: int) -> tuple[str, ...]:
    """Return the themes by points: the best, and others that are not far behind it."""
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    if not ranked:
        return ()
    scale = max(1.0, length / _SHORT) ** 0.5
    share = min(scores[ranked[0]], _BEST * scale) * _SHARE
    limits = (_ENOUGH, *(max(one * scale, share) for one in (_ENOUGH_MORE, _ENOUGH_THIRD)))
    return tuple(
        name for name, limit in zip(ranked[:_MOST], limits, strict=False) if scores[name] >= limit
    )
