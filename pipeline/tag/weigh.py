"""Weigh the terms of the themes' vocabulary on labelled texts: ``python -m pipeline.tag.weigh``.

People name the terms and say how telling they are; labelled texts correct that, each term the more
the more of them it stands in. The terms of the themes file itself are its editors' word and stay as
they are. What this module never does: run in the pipeline, or add and drop terms.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.tag.simplify import simplify
from pipeline.tag.themes import SHIPPED, ThemeFinder, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SILENCE = -2.0  # log-odds of a theme where none of its terms stands
_TRUST = 1.0  # how strongly a weight is held to what people said of the term
_ROUNDS = 60
_STEP = 0.15
_HEAVIEST = 3.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A labelled text: how often each term of each theme fires in it, and what it is about."""

    counts: dict[tuple[str, str], float]  # (theme, term) -> times, a title's twice
    themes: frozenset[str]


def read_lessons(paths: Iterable[Path], finder: ThemeFinder) -> list[Lesson]:
    """Return the labelled texts of JSON-lines files: text, themes, a title if there is one."""
    lessons = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            one = json.loads(line)
            counts: dict[tuple[str, str], float] = {}
            title, text = simplify(one.get("title", "")), simplify(one["text"])
            for theme, term, times in finder.count(title, text):
                counts[theme, term] = counts.get((theme, term), 0.0) + times
            lessons.append(Lesson(counts, frozenset(one["themes"])))
    return lessons


def weigh(
    priors: dict[tuple[str, str], float],
    fixed: dict[tuple[str, str], float],
    lessons: Sequence[Lesson],
) -> dict[tuple[str, str], float]:
    """Return the weight of every term in ``priors``: the most probable one after the lessons.

    A logistic model of each theme on what fires; ``priors`` are what people said, ``fixed``
    weights take part and do not move. Deterministic.
    """
    weights = {**fixed, **priors}
    themes = sorted({theme for theme, _ in weights})
    for _ in range(_ROUNDS):
        slope = {pair: _TRUST * (weights[pair] - prior) for pair, prior in priors.items()}
        for lesson in lessons:
            scores = dict.fromkeys(themes, _SILENCE)
            for pair, times in lesson.counts.items():
                scores[pair[0]] += weights[pair] * times
            errors = {
                theme: 1 / (1 + math.exp(-max(-20.0, min(20.0, score)))) - (theme in lesson.themes)
                for theme, score in scores.items()
            }
            for pair, times in lesson.counts.items():
                if pair in slope:
                    slope[pair] += errors[pair[0]] * times
        for pair, one in slope.items():
            weights[pair] = min(_HEAVIEST, max(0.0, weights[pair] - _STEP * one))
    return {pair: weights[pair] for pair in priors}


def main(arguments: Sequence[str]) -> None:
    """Write the vocabulary of the shipped themes anew, weighed on the files that are named."""
    finder = ThemeFinder()
    table = SHIPPED.with_name(finder.vocabulary)
    rows = list(read_rows(table))
    own = finder.own_terms
    priors = {(row.theme, row.term): row.prior for row in rows if (row.theme, row.term) not in own}
    found = weigh(priors, own, read_lessons([Path(one) for one in arguments], finder))
    head = [line for line in table.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    body = [
        f"{row.theme}\t{row.term}\t{row.prior:g}\t{found[row.theme, row.term]:.2f}"
        for row in sorted(rows)
        if (row.theme, row.term) in found
    ]
    table.write_text("\n".join([*head, *body]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
