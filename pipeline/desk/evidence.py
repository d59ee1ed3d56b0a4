"""A text in stretches, each with the tags it gave: what the page highlights."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.desk.words import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.model import Evidence


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a text, and why it counts; ``kind`` is "" where it gave nothing."""

    text: str
    kind: str
    why: str


def highlight(text: str, evidence: Iterable[Evidence], field: str) -> list[Stretch]:
    """Return the whole text in order, cut where a piece of evidence begins or ends."""
    spans = [
        one for one in evidence if one.field == field and 0 <= one.start < one.end <= len(text)
    ]
    cuts = sorted({0, len(text), *(at for one in spans for at in (one.start, one.end))})
    made = []
    for start, end in itertools.pairwise(cuts):
        over = [one for one in spans if one.start <= start and end <= one.end]
        made.append(Stretch(text[start:end], _kind(over), _why(over)))
    return made


def _kind(over: Sequence[Evidence]) -> str:
    found = {one.target.partition(":")[0] for one in over}
    return next((kind for kind in ("district", "community", "event", "theme") if kind in found), "")


def _why(over: Sequence[Evidence]) -> str:
    said = []
    for one in over:
        kind, _, name = one.target.partition(":")
        kind = "venue" if one.rule == "venue" else kind
        said.append(f"{EVIDENCE.get(kind, kind)}：{name}")
    return "；".join(dict.fromkeys(said))
