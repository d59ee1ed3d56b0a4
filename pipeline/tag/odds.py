"""How likely each theme is, by the points of its terms and by the score of the characters.

Both err in different places: terms miss what nobody wrote down, characters what the labelled texts
did not hold. One logistic rule, the same for every theme, weighs them. What this module never
does: know a theme.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEATURES = 9
_LIKELY = 0.4  # from which on a theme is given
_MOST = 3
_FAR = 7.0  # log-odds beyond which a score says no more
_FEW = 3.0  # points up to which every one counts alike


def describe(points: Sequence[float], scores: Sequence[float]) -> list[list[float]]:
    """Return what is known of each theme: `FEATURES` numbers in the order of the themes."""
    scores = [max(-_FAR, min(_FAR, one)) for one in scores]
    most, best = max(points, default=0.0), max(scores, default=0.0)
    pointed, then_pointed = _find_best(points)
    scored, then_scored = _find_best(scores)
    return [
        [
            score,
            math.log1p(point),
            point / most if most else 0.0,
            float(number == pointed and point > 0),
            float(number == then_pointed and point > 0),
            float(number == scored),
            float(number == then_scored),
            score - best,
            min(point, _FEW),
        ]
        for number, (point, score) in enumerate(zip(points, scores, strict=True))
    ]


def get_odds(
    points: Sequence[float], scores: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """Return the probability of each theme; ``weights``: one for each feature, then the bias."""
    *slopes, bias = weights
    return [
        1 / (1 + math.exp(-bias - sum(map(mul, slopes, features))))
        for features in describe(points, scores)
    ]


def choose_likely(odds: dict[str, float]) -> tuple[str, ...]:
    """Return the themes that are likely, the likeliest first, three at most."""
    ranked = sorted(odds, key=lambda theme: (-odds[theme], theme))
    return tuple(theme for theme in ranked[:_MOST] if odds[theme] >= _LIKELY)


def _find_best(values: Sequence[float]) -> tuple[int, int]:
    """Return where the highest value stands, and the one after it; -1 where there is none."""
    if not values:
        return -1, -1
    rest = list(values)
    first = rest.index(max(rest))
    rest[first] = -math.inf
    return first, rest.index(max(rest)) if len(rest) > 1 else -1
