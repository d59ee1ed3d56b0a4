"""Themes from weighted terms that editors can change, and from what labelled texts have taught.

What this module never does: give a theme without what gave it: terms, or stretches of characters.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from pipeline.errors import ConfigError
from pipeline.files import datafile
from pipeline.model import Evidence
from pipeline.tag.gazetteer import DATA
from pipeline.tag.grams import READ, GramModel, Reading, Stretch, blank
from pipeline.tag.odds import choose_likely, get_odds
from pipeline.tag.terms import TermIndex
from pipeline.tag.vocabulary import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

SHIPPED = DATA / "themes.yaml"

_ENOUGH = 1.5  # points of the first theme
_ENOUGH_MORE = 3.0  # points of a second one: a passing word is no theme
_ENOUGH_THIRD = 5.0
_SHARE = 0.4  # of the best theme's points, which count up to _BEST for this
_BEST = 12.0  # else a long enumeration of one theme's words would hide every other theme
_MOST = 3
_READABLE = 40  # characters from which on the model is asked: less is out of its experience
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

    vocabulary: str = ""  # a table beside this file, see `vocabulary`; "" for none
    model: str = ""  # what labelled texts have taught, beside this file, see `grams`; "" for none
    themes: tuple[Theme, ...]


class ThemeFinder:
    """Finds themes with one themes file."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the themes; their vocabulary and model are read with the first text.

        Raises:
            ConfigError: a file is wrong, here or with the first text; file, line and key are named.
        """
        path = path or SHIPPED
        loaded = datafile.load(path, ThemesFile)
        self.names = tuple(theme.name for theme in loaded.themes)
        self.vocabulary, self.model_name = loaded.vocabulary, loaded.model
        self.own_terms = {
            (theme.name, term): weight
            for theme in loaded.themes
            for term, weight in theme.terms.items()
        }
        self._themes, self._beside = loaded.themes, path.with_name

    @cached_property
    def _votes(self) -> dict[str, list[tuple[str, float, tuple[str, ...]]]]:
        """What each term says for which theme; its companions. Read with the first text."""
        weights: dict[str, dict[str, float]] = {}
        for row in read_rows(self._beside(self.vocabulary)) if self.vocabulary else ():
            if row.theme not in self.names:
                raise ConfigError(f"{self.vocabulary}: no theme is called {row.theme!r}")
            weights.setdefault(row.term, {})[row.theme] = row.points
        for (name, term), weight in self.own_terms.items():
            weights.setdefault(term, {})[name] = weight
        for one in self._themes:
            for phrase in one.against:
                weights.setdefault(phrase, {})
        companions = {
            (theme.name, term): words
            for theme in self._themes
            for term, words in theme.companions.items()
        }
        return {
            term: [
                (theme, weight, companions.get((theme, term), ())) for theme, weight in by.items()
            ]
            for term, by in weights.items()
        }

    @cached_property
    def _terms(self) -> TermIndex:
        return TermIndex(self._votes)

    @cached_property
    def _model(self) -> GramModel | None:
        """What labelled texts have taught, read when the first text is looked at."""
        return GramModel.load(self._beside(self.model_name)) if self.model_name else None

    def read_all(self) -> None:
        """Read now what is else read with the first text.

        Raises:
            ConfigError: a file is wrong; file and line are named.
        """
        self._terms  # noqa: B018 - reads the votes as well
        if self._model:
            self._model.read_all()

    def words(self) -> list[str]:
        """Return the themes' own terms, for the tokenizer; the vocabulary has phrases, too."""
        return sorted({term for _, term in self.own_terms})

    def find(
        self,
        title: str,
        text: str,
        names: Collection[tuple[str, int, int]] = (),
        original: tuple[str, str] | None = None,
        words: Iterable[str] = (),
    ) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """Return the themes by weight and the terms that gave them.

        ``names`` are (field, start, end) of places: the 山村 of 球山村 is no word of its own.
        ``original`` are title and text as they came, whose stretches the evidence shows. ``words``
        are those of title, line break and text; shown are those that moved a score.
        """
        fired = [one for one in self._fire(title, text, names) if one.weight > 0]
        by_terms = _choose_by_terms(fired, len(title) + len(text))
        chosen, tipped = by_terms, dict[str, list[Stretch]]()
        if self._model and len(title) + len(text) >= _READABLE:
            read = join(title, text, names)
            reading = self._model.read(read)
            odds = self._get_odds(self._model, fired, reading, len(title) + len(text))
            likely = choose_likely(odds)
            # The terms are shown anyway; the characters where they have tipped it.
            unsaid = [one for one in likely if one not in by_terms]
            tipped = self._model.explain(read, words, reading, unsaid)
            shown_by = {one.theme for one in fired}.union(one for one in tipped if tipped[one])
            chosen = tuple(one for one in likely if one in shown_by)  # 村 alone shows nothing
            chosen += tuple(one for one in by_terms if one not in odds)
        shown = dict(zip(("title", "text"), original or (title, text), strict=True))
        evidence = [
            Evidence(
                f"theme:{one.theme}", "term", shown[one.field][one.start : one.end], one.field,
                one.start, one.end, round(one.points, 2),
            )
            for one in fired
            if one.theme in chosen
        ]  # fmt: skip
        for theme, stretches in tipped.items():
            for one in stretches:
                field, shift = ("title", 0) if one.end <= len(title) else ("text", len(title) + 1)
                start, end = one.start - shift, one.end - shift
                evidence.append(
                    Evidence(
                        f"theme:{theme}", "characters", shown[field][start:end], field, start, end,
                        round(one.points, 2),
                    )
                )  # fmt: skip
        return chosen, tuple(evidence)

    def get_points(
        self, title: str, text: str, names: Collection[tuple[str, int, int]] = ()
    ) -> dict[str, float]:
        """Return the points that the terms give each theme; what gives none is left out."""
        return _add_up(one for one in self._fire(title, text, names) if one.weight > 0)

    def _get_odds(
        self, model: GramModel, fired: list[Fired], reading: Reading, length: int
    ) -> dict[str, float]:
        """Return the odds of the file's themes that the model knows."""
        points, scale = _add_up(fired), get_scale(length)
        odds = get_odds(
            [points.get(one, 0.0) / scale for one in model.themes],
            reading.scores,
            model.odds,
        )
        by_theme = zip(model.themes, odds, strict=True)
        return {theme: likely for theme, likely in by_theme if theme in self.names}

    def _fire(
        self, title: str, text: str, names: Collection[tuple[str, int, int]]
    ) -> Iterator[Fired]:
        """Yield every term that adds points, in order."""
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
                    yield Fired(theme, field, start, end, weight, weight * share)


class Fired(NamedTuple):
    """A term that stands in a text and speaks for a theme."""

    theme: str
    field: str
    start: int
    end: int
    weight: float
    points: float  # its weight, twice in a title, less where it stands again


def _add_up(fired: Iterable[Fired]) -> dict[str, float]:
    points: dict[str, float] = {}
    for one in fired:
        points[one.theme] = points.get(one.theme, 0) + one.points
    return points


def _choose_by_terms(fired: list[Fired], length: int) -> tuple[str, ...]:
    """Return the themes that the terms alone give.

    阿婆, 村里, 孩子 alone are in every story: a theme needs one word of its own.
    """
    told = {one.theme for one in fired if one.weight >= _TELLING}
    return choose({theme: n for theme, n in _add_up(fired).items() if theme in told}, length)


def join(title: str, text: str, names: Collection[tuple[str, int, int]] = ()) -> str:
    """Return what the model reads: title, line break, text, the names of places blanked."""
    within = {
        field: [(start, end) for place, start, end in names if place == field]
        for field in ("title", "text")
    }
    return f"{blank(title, within['title'])}\n{blank(text, within['text'])}"[:READ]


def get_scale(length: int) -> float:
    """Return by what the points of a text of that many characters count less."""
    return math.sqrt(max(1.0, length / _SHORT))


def choose(scores: dict[str, float], length: int) -> tuple[str, ...]:
    """Return the themes by points: the best, and others that are not far behind it."""
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    if not ranked:
        return ()
    scale = get_scale(length)
    share = min(scores[ranked[0]], _BEST * scale) * _SHARE
    limits = (_ENOUGH, *(max(one * scale, share) for one in (_ENOUGH_MORE, _ENOUGH_THIRD)))
    return tuple(
        name for name, limit in zip(ranked[:_MOST], limits, strict=False) if scores[name] >= limit
    )
