"""A small model on top of the theme rules, learnt from the editors' corrections.

One logistic regression a theme, on the words of a text and on what the rules said. It is used for
a theme only where cross-validation says that it beats the rules; what moved a score are words,
which are the evidence. What this module never does: read the store, or touch places.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.files.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_FOLDS = 5
_EPOCHS = 30
_RATE = 0.3  # the first step of the descent
_DECAY = 0.002  # L2: a word that says little weighs nothing
_LEAST_TEXTS = 3  # texts a word has to stand in
_LEAST_LABELS = 6  # texts that have the theme, and that have it not
_GAIN = 0.03  # F1 by which the model has to be better
_KEPT = 60  # words of a theme that are kept, the weightiest
_LIGHT = 0.05  # a weight below it is none


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled text: its words, what the rules said, what the editor said."""

    words: frozenset[str]
    said: frozenset[str]
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of one theme."""

    bias: float
    rule: float  # what the rules' own yes adds
    words: Mapping[str, float] = field(default_factory=dict)

    def score(self, words: frozenset[str], *, said: bool) -> float:
        """Return the log-odds that the theme holds."""
        return (
            self.bias
            + (self.rule if said else 0.0)
            + sum(self.words[one] for one in words if one in self.words)
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one theme fares with and without the model, by cross-validation."""

    theme: str
    labels: int  # texts that have it
    rules_f1: float
    model_f1: float
    learnt: Learnt | None  # None: the rules stay alone

    @property
    def top_words(self) -> list[tuple[str, float]]:
        """The words that move the score most."""
        words = self.learnt.words if self.learnt else {}
        return sorted(words.items(), key=lambda pair: -abs(pair[1]))[:8]


def learn(lessons: Sequence[Lesson], themes: Sequence[str]) -> list[Verdict]:
    """Return for every theme that has enough labels whether a model helps, and the model.

    Deterministic: folds are by position.
    """
    counted: dict[str, int] = {}
    for one in lessons:
        for word in one.words:
            counted[word] = counted.get(word, 0) + 1
    vocabulary = frozenset(word for word, count in counted.items() if count >= _LEAST_TEXTS)
    plain = [Lesson(one.words & vocabulary, one.said, one.wanted) for one in lessons]
    return [
        _judge(theme, plain)
        for theme in themes
        if _LEAST_LABELS <= sum(theme in one.wanted for one in plain) <= len(plain) - _LEAST_LABELS
    ]


def save(path: Path, verdicts: Sequence[Verdict]) -> None:
    """Write the models that help, whole or not at all."""
    document = {
        one.theme: {"bias": one.learnt.bias, "rule": one.learnt.rule, "words": one.learnt.words}
        for one in verdicts
        if one.learnt
    }
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=1).encode())


def load(path: Path | None) -> dict[str, Learnt]:
    """Return the models by theme; none where the file is not there.

    Raises:
        ConfigError: the file is not what `save` wrote.
    """
    if path is None or not path.exists():
        return {}
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {
            theme: Learnt(float(one["bias"]), float(one["rule"]),
                          {str(word): float(weight) for word, weight in one["words"].items()})
            for theme, one in document.items()
        }  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(
            f"{path}: not a model of ours; remove it, or learn anew: evaluate --from-desk"
        ) from None


def _judge(theme: str, lessons: Sequence[Lesson]) -> Verdict:
    guessed: list[bool] = []
    for fold in range(_FOLDS):
        train = [one for n, one in enumerate(lessons) if n % _FOLDS != fold]
        model = _fit(theme, train)
        guessed += [
            model.score(one.words, said=theme in one.said) > 0
            for n, one in enumerate(lessons)
            if n % _FOLDS == fold
        ]
    ordered = [one for fold in range(_FOLDS) for n, one in enumerate(lessons) if n % _FOLDS == fold]
    wanted = [theme in one.wanted for one in ordered]
    said = [theme in one.said for one in ordered]
    rules, better = _f1(said, wanted), _f1(guessed, wanted)
    # F1 alone would praise a guess where the rules keep silent: it has to err less, too.
    helps = better >= rules + _GAIN and _errors(guessed, wanted) < _errors(said, wanted)
    learnt = _fit(theme, lessons) if helps else None
    return Verdict(theme, sum(wanted), round(rules, 4), round(better, 4), learnt)


def _fit(theme: str, lessons: Sequence[Lesson]) -> Learnt:
    """Return the model of least loss, by gradient descent; the start trusts the rules."""
    bias, rule = -1.5, 3.0
    weights: dict[str, float] = {}
    for epoch in range(_EPOCHS):
        rate = _RATE / (1 + epoch / 5)
        for one in lessons:
            said = theme in one.said
            score = bias + (rule if said else 0.0) + sum(weights.get(w, 0.0) for w in one.words)
            error = (theme in one.wanted) - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            step = rate * error / math.sqrt(1 + len(one.words))
            bias += rate * error * 0.1
            if said:
                rule += rate * error * 0.1
            for word in one.words:
                weights[word] = weights.get(word, 0.0) * (1 - _DECAY) + step
    ranked = sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:_KEPT]
    words = {word: round(weight, 3) for word, weight in ranked if abs(weight) >= _LIGHT}
    return Learnt(round(bias, 3), round(rule, 3), words)


def _errors(guessed: Sequence[bool], wanted: Sequence[bool]) -> int:
    return sum(a != b for a, b in zip(guessed, wanted, strict=True))


def _f1(guessed: Sequence[bool], wanted: Sequence[bool]) -> float:
    hit = sum(a and b for a, b in zip(guessed, wanted, strict=True))
    total = sum(guessed) + sum(wanted)
    return 2 * hit / total if total else 1.0
