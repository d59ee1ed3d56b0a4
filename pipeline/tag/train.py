"""Learn the model of the shipped themes: ``python -m pipeline.tag.train FILE…`` (labelled lines).

Needs the dependency group ``learn``. The sequences' weights come from one logistic regression a
theme; how its score and the points of the terms are weighed together comes from texts that the
regression had not seen (four folds). Deterministic. What this module never does: run in the
pipeline.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from pipeline.chinese.simplify import simplify
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.grams import LITTLE, Gram, GramModel, is_han
from pipeline.tag.odds import FEATURES, describe
from pipeline.tag.places import PlaceFinder
from pipeline.tag.themes import SHIPPED, ThemeFinder, get_scale, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FOLDS = 4
_STRENGTH = 5.0  # inverse of the regularisation
_LEAST_TEXTS = 2  # texts a sequence has to stand in
_KEPT = 8000  # sequences kept, those that move scores most
_WHOLE = 2.0  # weight of a story labelled in full: it is more like what comes than a scene
_SMALL = 0.4  # a weight below it is none
_REMARK = "由标注稿学得，勿手改：python -m pipeline.tag.train；每行：字或字对、idf、主题序号:权重"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A labelled text as the model reads it."""

    read: str
    points: tuple[float, ...]  # of the terms, by theme
    themes: frozenset[str]
    weight: float
    set_aside: bool  # its terms were chosen with an eye on it: says nothing on how good terms are


def read_lessons(
    paths: Iterable[Path], themes: Sequence[str], seen: frozenset[str] = frozenset()
) -> list[Lesson]:
    """Return the labelled texts of JSON-lines files; ``seen``: names of files set aside."""
    finder, places = ThemeFinder(), PlaceFinder(Gazetteer.load())
    lessons = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            title, text = simplify(one.get("title", "")), simplify(one["text"])
            found = places.find(title, text, None, (title, text)).communities
            names = [(place.field, place.start, place.end) for place in found]
            points = finder.get_points(title, text, names)
            scale = get_scale(len(title) + len(text))
            lessons.append(
                Lesson(
                    join(title, text, names),
                    tuple(points.get(theme, 0.0) / scale for theme in themes),
                    frozenset(one["themes"]),
                    _WHOLE if "districts" in one else 1.0,
                    path.name in seen,
                )
            )
    return lessons


def learn(lessons: Sequence[Lesson], themes: Sequence[str]) -> GramModel:
    """Return the model that the lessons teach."""
    known = _choose_grams(lessons, themes)
    features, answers = [], []
    for train, test in KFold(_FOLDS, shuffle=True, random_state=1).split(lessons):
        model = _fit([lessons[one] for one in train], themes, known)
        for lesson in (lessons[one] for one in test):
            if not lesson.set_aside:
                features += describe(lesson.points, model.read(lesson.read).scores)
                answers += [theme in lesson.themes for theme in themes]
    odds = LogisticRegression(C=10.0).fit(np.array(features), np.array(answers))
    whole = _fit(lessons, themes, known)
    whole.odds = (*map(float, odds.coef_[0]), float(odds.intercept_[0]))
    return whole


def _choose_grams(lessons: Sequence[Lesson], themes: Sequence[str]) -> list[str]:
    """Return the sequences that move scores most, learnt from all of the lessons."""
    stands: dict[str, int] = {}
    for counts in _count_han(lessons):
        for gram in counts:
            stands[gram] = stands.get(gram, 0) + 1
    every = sorted(gram for gram, texts in stands.items() if texts >= _LEAST_TEXTS)
    model = _fit(lessons, themes, every)
    strength = {
        gram: one.idf * max((abs(weight) for _, weight in one.weights), default=0.0)
        for gram, one in model.grams.items()
    }
    return sorted(sorted(strength, key=lambda gram: (-strength[gram], gram))[:_KEPT])


def _fit(lessons: Sequence[Lesson], themes: Sequence[str], known: Sequence[str]) -> GramModel:
    """Return one logistic regression a theme on those sequences, without its odds."""
    vectors: Any = TfidfVectorizer(
        analyzer=lambda counts: [gram for gram, times in counts.items() for _ in range(times)],
        vocabulary={gram: number for number, gram in enumerate(known)},
        sublinear_tf=True,
        norm=None,
    )
    counts = vectors.fit_transform(_count_han(lessons))
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel() + LITTLE)
    table = csr_matrix(counts.multiply(1 / lengths[:, None]))
    weights: list[list[tuple[int, float]]] = [[] for _ in known]
    biases = []
    for number, theme in enumerate(themes):
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced", solver="liblinear")
        answers = [theme in one.themes for one in lessons]
        model.fit(table, answers, sample_weight=[one.weight for one in lessons])
        biases.append(float(model.intercept_[0]))
        for gram, weight in enumerate(model.coef_[0]):
            if abs(weight) >= _SMALL:
                weights[gram].append((number, round(float(weight), 2)))
    grams = {
        gram: Gram(float(idf), tuple(some))
        for gram, idf, some in zip(known, vectors.idf_, weights, strict=True)
    }
    return GramModel(themes, biases, grams, [0.0] * (FEATURES + 1))


def _count_han(lessons: Sequence[Lesson]) -> list[dict[str, int]]:
    """Return for every lesson how often each sequence of Chinese characters stands in it."""
    return [
        {gram: times for gram, times in _count_grams(one.read).items() if is_han(gram)}
        for one in lessons
    ]


def _count_grams(text: str) -> Counter[str]:
    """Return how often every character and pair stands in the text."""
    found = Counter(text)
    found.update(map(add, text, text[1:]))
    return found


def main(arguments: Sequence[str]) -> None:
    """Write the shipped model anew, learnt from the files that are named."""
    finder = ThemeFinder()
    seen = frozenset({"tag-cases.jsonl", "tag-scenes.jsonl", "labelled-dev.jsonl"})
    lessons = read_lessons(map(Path, arguments), finder.names, seen)
    learn(lessons, finder.names).save(SHIPPED.with_name(finder.model_name), _REMARK)


if __name__ == "__main__":
    main(sys.argv[1:])
