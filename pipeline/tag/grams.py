"""What single characters and pairs of them say about themes, learnt from labelled texts.

A linear model: every sequence has a weight for every theme, so that what moved a score can be
shown in the text. ``python -m pipeline.tag.train`` makes the table. What this module never does:
decide; `odds` weighs its scores together with the points of the terms.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import ConfigError
from pipeline.files.wholefile import write_whole
from pipeline.tag.terms import Occurrences
from pipeline.tag.wording import is_telling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

READ = 1000  # characters of a text that are looked at: a story says early what it is about
LITTLE = 800.0  # squared length of a text's tf-idf up to which it is too short to be sure of
_PAIR = 2
_LEAST = 0.04  # log-odds that a word adds to be shown
_SHOWN = 4  # words shown of a theme
_LANE = 32  # bits of a number that one theme's score takes: an integer as `struct` reads it
_HALF = 1 << (_LANE - 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A word of the text that speaks for a theme."""

    start: int
    end: int
    points: float  # log-odds that it adds


@dataclass(frozen=True, slots=True)
class Gram:
    """One sequence of characters."""

    idf: float  # the rarer, the more it counts
    weights: Sequence[tuple[int, float]]  # (number of a theme, weight), those that matter


class Reading(NamedTuple):
    """What a text holds of a model's sequences."""

    counts: Mapping[str, int]
    length: float  # of its tf-idf
    scores: list[float]  # log-odds by theme


class GramModel:
    """The table, ready to score texts."""

    def __init__(
        self,
        themes: Sequence[str],
        biases: Sequence[float],
        grams: Mapping[str, Gram],
        odds: Sequence[float],
    ) -> None:
        """Take the themes, their biases, the sequences and what `odds` weighs a score with."""
        self.themes = tuple(themes)
        self.odds = tuple(odds)
        self._biases = list(biases)
        self.grams = grams
        self._occurrences = Occurrences(list(grams))
        # The weights of all themes in one whole number each, and last the square: a text's are
        # added up at once. As fine as no text can overflow, even one that holds every sequence.
        most = _get_most(grams.values(), len(self.themes))
        squares = sum(one.idf**2 + 1 for one in grams.values())
        self._fractions = [(_HALF - 1) // (1 + math.ceil(most))] * len(self.themes)
        self._fractions.append((_HALF - 1) // (1 + math.ceil(squares)))
        self._rows = {gram: _pack(one, self._fractions) for gram, one in grams.items()}
        # Half a lane for each: with it no sum is negative, and none borrows.
        self._lift = sum(_HALF << (lane * _LANE) for lane in range(len(self._fractions)))
        self._lanes = struct.Struct(f"<{len(self._fractions)}I")

    @classmethod
    def load(cls, path: Path) -> GramModel:
        """Read the table that `save` wrote.

        Raises:
            ConfigError: it cannot be read, or a line is none of its own; it is named.
        """
        themes: list[str] = []
        biases: list[float] = []
        odds: list[float] = []
        grams: dict[str, Gram] = {}
        read_weight = cache(_read_weight)  # many are alike: one object each lies closer together
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: cannot be read: {error}") from None
        for number, line in enumerate(lines, 1):
            kind, *rest = line.split("\t")
            try:
                if kind == "odds":
                    odds = [float(one) for one in rest]
                elif kind == "theme":
                    themes.append(rest[0])
                    biases.append(float(rest[1]))
                elif kind and kind[0] != "#":
                    grams[kind] = Gram(float(rest[0]), tuple(map(read_weight, rest[1].split())))
            except (ValueError, IndexError):
                raise ConfigError(f"{path.name}:{number}: not a line of a model") from None
        return cls(themes, biases, grams, odds)

    def save(self, path: Path, remark: str) -> None:
        """Write the table, whole or not at all; ``remark`` is its first line."""
        lines = [f"# {remark}", "\t".join(["odds", *(f"{one:.4f}" for one in self.odds)])]
        lines += [
            f"theme\t{theme}\t{bias:.4f}"
            for theme, bias in zip(self.themes, self._biases, strict=True)
        ]
        for text, gram in sorted(self.grams.items()):
            pairs = " ".join(f"{number}:{weight:.2f}" for number, weight in gram.weights)
            lines.append(f"{text}\t{gram.idf:.3f}\t{pairs}")
        write_whole(path, ("\n".join(lines) + "\n").encode())

    def read_all(self) -> None:
        """Make now what is else made with the first explanation."""
        self._by_theme  # noqa: B018

    def read(self, text: str) -> Reading:
        """Return what a text holds and the log-odds of every theme, in the order of ``themes``.

        A sequence counts by its tf-idf, (1 + log of how often it stands) times its rarity, the
        text by the root of their squares.
        """
        counts = Counter(self._occurrences.find(text))
        sums = self._add_up(counts)
        again: dict[int, list[str]] = {}  # by how often they stand
        for gram, times in counts.items():
            if times > 1:
                again.setdefault(times, []).append(gram)
        for times, grams in again.items():
            more = math.log(times)
            extra = self._add_up(grams)
            square = sums[-1] + extra[-1] * ((1 + more) ** 2 - 1)
            sums = [one + more * further for one, further in zip(sums, extra, strict=True)]
            sums[-1] = square
        length = math.sqrt(sums[-1] + LITTLE)
        scores = [bias + one / length for bias, one in zip(self._biases, sums[:-1], strict=True)]
        return Reading(counts, length, scores)

    def _add_up(self, grams: Iterable[str]) -> list[float]:
        """Return what they weigh for every theme, and last the sum of their squares."""
        total = sum(map(self._rows.__getitem__, grams)) + self._lift
        lanes = self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))
        return [(one - _HALF) / fine for one, fine in zip(lanes, self._fractions, strict=True)]

    @cached_property
    def _by_theme(self) -> dict[str, dict[str, float]]:
        """What every sequence that stands once weighs for a theme; read with the first question."""
        found: dict[str, dict[str, float]] = {theme: {} for theme in self.themes}
        for gram, one in self.grams.items():
            for number, weight in one.weights:
                found[self.themes[number]][gram] = one.idf * weight
        return found

    def explain(
        self, text: str, words: Iterable[str], reading: Reading, themes: Collection[str]
    ) -> dict[str, list[Stretch]]:
        """Return for each theme the words of the text that speak most for it, in order.

        ``words`` joined are the text before names were blanked. A word counts what the sequences
        in it count, once, at its first place; what stands in every story (下午, 可以) is shown
        only where nothing else is.
        """
        if not themes:
            return {}
        firsts: dict[str, int] = {}
        at = 0
        for word in words:
            if len(word) >= _PAIR and text.startswith(word, at):
                firsts.setdefault(word, at)
            at += len(word)
        found: dict[str, list[Stretch]] = {}
        for theme in themes:
            weights = self._by_theme[theme]
            gains = {
                gram: weights[gram] * (1 + math.log(reading.counts[gram])) / reading.length
                for gram in reading.counts.keys() & weights.keys()
            }
            found[theme] = _choose_stretches(gains, firsts)
        return found


def _read_weight(text: str) -> tuple[int, float]:
    """Return the number of a theme and its weight.

    Raises:
        ValueError: it is no such pair.
    """
    theme, weight = text.split(":")
    return int(theme), float(weight)


def _choose_stretches(gains: Mapping[str, float], firsts: Mapping[str, int]) -> list[Stretch]:
    """Return the words that say most, in the order of the text.

    ``gains`` are what sequences add, ``firsts`` where words stand first.
    """
    get = gains.get
    points = {
        word: get(word[0], 0.0) + get(word[1], 0.0) + get(word, 0.0)
        if len(word) == _PAIR  # most are
        else sum([get(gram, 0.0) for gram in (*word, *map(add, word, word[1:]))])
        for word in firsts
    }
    said = [word for word, gain in points.items() if gain > 0]
    best = sorted([*filter(is_telling, said)] or said, key=lambda word: -points[word])[:_SHOWN]
    kept = [word for word in best if points[word] >= _LEAST] or best[:1]
    kept.sort(key=firsts.__getitem__)
    return [Stretch(firsts[word], firsts[word] + len(word), points[word]) for word in kept]


def _get_most(grams: Iterable[Gram], themes: int) -> float:
    """Return more than any theme's sum can come to."""
    most = [0.0] * themes
    for gram in grams:
        idf = gram.idf
        for theme, weight in gram.weights:
            most[theme] += abs(idf * weight) + 1
    return max(most, default=0.0)


def _pack(gram: Gram, fractions: Sequence[int]) -> int:
    """Return the tf-idf weights of every theme and the square, rounded, in one number."""
    idf, fine = gram.idf, fractions[0]
    packed = round(idf * idf * fractions[-1]) << ((len(fractions) - 1) * _LANE)
    for theme, weight in gram.weights:
        packed += round(idf * weight * fine) << (theme * _LANE)
    return packed


def blank(text: str, spans: Collection[tuple[int, int]]) -> str:
    """Return the text, of the same length, with those spans blanked: a name is no word."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def is_han(gram: str) -> bool:
    """Say whether a sequence is of Chinese characters alone; only those are learnt."""
    return all("一" <= one <= "龥" for one in gram)
