"""Themes from weighted terms that editors can change.

What this module never does: give a theme without the terms that gave it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from pipeline import datafile
from pipeline.errors import ConfigError
from pipeline.model import Evidence
from pipeline.tag.gazetteer import DATA
from pipeline.tag.terms import TermIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

SHIPPED = DATA / "themes.yaml"

_ENOUGH = 1.5  # points of the first theme
_ENOUGH_MORE = 3.0  # points of a second one: a passing word is no theme
_ENOUGH_THIRD = 5.0
_SHARE = 0.4  # of the best theme's points, which count up to _BEST for this
_BEST = 12.0  # else a long enumeration of one theme's words would hide every other theme
_MOST = 3
_SHORT = 500  # characters; a longer text needs more points, by the root of its length
_TELLING = 1.0  # weight of a word that may stand for its theme
_AGAIN = 0.35  # what every further occurrence of a term adds, of its weight
_OFTEN = 4  # occurrences after which a term adds nothing


class Theme(BaseModel):
    """One theme as its file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    terms: dict[str, float]
    against: tuple[str, ...] = ()
    companions: dict[str, tuple[str, ...]] = {}  # a term that needs one of these in the text


class ThemesFile(BaseModel):
    """A themes file: the themes, and where their wider vocabulary stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vocabulary: str = ""  # a table beside this file, see `Row`; "" for none
    themes: tuple[Theme, ...]


class ThemeFinder:
    """Finds themes with one themes file."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the themes and their vocabulary.

        Raises:
            ConfigError: a file is wrong; file, line and key are named.
        """
        path = path or SHIPPED
        loaded = datafile.load(path, ThemesFile)
        self.names = tuple(theme.name for theme in loaded.themes)
        self.vocabulary = loaded.vocabulary
        self.own_terms = {
            (theme.name, term): weight
            for theme in loaded.themes
            for term, weight in theme.terms.items()
        }
        weights: dict[str, dict[str, float]] = {}
        for row in read_rows(path.with_name(loaded.vocabulary)) if loaded.vocabulary else ():
            if row.theme not in self.names:
                raise ConfigError(f"{loaded.vocabulary}: no theme is called {row.theme!r}")
            weights.setdefault(row.term, {})[row.theme] = row.weight
        for (name, term), weight in self.own_terms.items():
            weights.setdefault(term, {})[name] = weight
        for one in loaded.themes:
            for phrase in one.against:
                weights.setdefault(phrase, {})
        companions = {
            (theme.name, term): words
            for theme in loaded.themes
            for term, words in theme.companions.items()
        }
        self._votes = {
            term: [
                (theme, weight, companions.get((theme, term), ())) for theme, weight in by.items()
            ]
            for term, by in weights.items()
        }

    @cached_property
    def _terms(self) -> TermIndex:
        return TermIndex(self._votes)

    def words(self) -> list[str]:
        """Return the themes' own terms, for the tokenizer; the vocabulary has phrases, too."""
        return sorted({term for _, term in self.own_terms})

    def find(
        self,
        title: str,
        text: str,
        names: Collection[tuple[str, int, int]] = (),
        original: tuple[str, str] | None = None,
    ) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """Return the themes by weight and the terms that gave them.

        ``names`` are (field, start, end) of places: the 山村 of 球山村 is no word of its own.
        ``original`` are title and text as they came, whose stretches the evidence shows.
        """
        strongest: dict[str, float] = {}
        scores: dict[str, float] = {}
        fired: list[tuple[str, str, int, int, float]] = []
        for theme, weight, points, span in self._fire(title, text, names):
            if weight <= 0:
                continue  # a term that labelled texts have taken every weight from
            if weight > strongest.get(theme, 0):
                strongest[theme] = weight
            scores[theme] = scores.get(theme, 0) + points
            fired.append((theme, *span, points))
        # 阿婆, 村里, 孩子 alone are in every story: a theme needs one word of its own.
        scores = {one: n for one, n in scores.items() if strongest[one] >= _TELLING}
        chosen = choose(scores, len(title) + len(text))
        shown = dict(zip(("title", "text"), original or (title, text), strict=True))
        evidence = tuple(
            Evidence(
                f"theme:{theme}", "term", shown[field][start:end], field, start, end,
                round(points, 2),
            )
            for theme, field, start, end, points in fired
            if theme in chosen
        )  # fmt: skip
        return chosen, evidence

    def count(self, title: str, text: str) -> Iterator[tuple[str, str, float]]:
        """Yield (theme, term, times) of every term that fires; a title's counts twice."""
        for theme, weight, points, (field, start, end) in self._fire(title, text, ()):
            share = points / weight if weight else 1.0
            yield theme, (title if field == "title" else text)[start:end], share

    def _fire(
        self, title: str, text: str, names: Collection[tuple[str, int, int]]
    ) -> Iterator[tuple[str, float, float, tuple[str, int, int]]]:
        """Yield (theme, weight, points, span) for every term that adds points, in order."""
        within = {(field, at) for field, start, end in names for at in range(start, end)}
        seen: dict[str, int] = {}
        for field, content in (("title", title), ("text", text)):
            for term, start in self._terms.find(content):
                votes = self._votes[term]
                end = start + len(term)
                if not votes or (
                    within and ((field, start) in within or (field, end - 1) in within)
                ):
                    continue
                count = seen.get(term, 0)
                seen[term] = count + 1
                if count >= _OFTEN:
                    continue
                share = _AGAIN if count else 2.0 if field == "title" else 1.0
                for theme, weight, needed in votes:
                    if needed and not any(one in title or one in text for one in needed):
                        continue
                    yield theme, weight, weight * share, (field, start, end)


class Row(NamedTuple):
    """One line of a vocabulary."""

    theme: str
    term: str
    prior: float  # how telling people find it
    weight: float  # how telling labelled texts have shown it to be


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the lines of a vocabulary; those that begin with # are remarks.

    Raises:
        ConfigError: the file cannot be read, or a line is no row; it is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip():
            continue
        try:
            theme, term, prior, weight = line.split("\t")
            yield Row(theme, term, float(prior), float(weight))
        except ValueError:
            raise ConfigError(
                f"{path.name}:{number}: expected theme, term, prior and weight, apart by tabs"
            ) from None


def choose(scores: dict[str, float], length: int) -> tuple[str, ...]:
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
