"""Reprints: the same news told by several sources, found by what they share.

Two texts are one story when enough of the shorter one's character 4-grams stand in the longer
one. An inverted index of sampled 4-grams keeps the work near-linear in the number of texts.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tag.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

THRESHOLD = 0.58
"""Containment of 4-grams from which two texts are one story (measured on labelled reprints)."""

_SAMPLE = 8  # one 4-gram in so many is indexed
_SHARED = 3  # sampled 4-grams two texts must share to be compared
_COMMON = 200  # a 4-gram in more texts than this says nothing
_NOISE = re.compile(r"[^0-9A-Za-z一-龥]+")


@dataclass(frozen=True, slots=True)
class Document:
    """One text to be grouped."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that tell the same news."""

    lead: str  # the most complete one
    scores: dict[str, float]  # every document with its share in the lead; the lead's is 1


def group(documents: Sequence[Document]) -> list[Group]:
    """Return the documents as groups, in the order of their first document."""
    grams = [_grams(document.text or document.title) for document in documents]
    index: dict[int, list[int]] = {}
    parent = list(range(len(documents)))
    for position, own in enumerate(grams):
        sampled = sorted(one for one in own if one % _SAMPLE == 0)
        shared: Counter[int] = Counter()
        for one in sampled:
            others = index.setdefault(one, [])
            if len(others) <= _COMMON:
                shared.update(others)
                others.append(position)
        for other, count in shared.items():
            if count >= min(_SHARED, len(sampled)) and _containment(own, grams[other]) >= THRESHOLD:
                parent[_root(parent, position)] = _root(parent, other)
    members: dict[int, list[int]] = {}
    for position in range(len(documents)):
        members.setdefault(_root(parent, position), []).append(position)
    return [_group(documents, grams, positions) for positions in members.values()]


def _group(documents: Sequence[Document], grams: list[set[int]], positions: list[int]) -> Group:
    lead = max(positions, key=lambda one: (len(grams[one]), -one))
    scores = {
        documents[one].id: 1.0 if one == lead else round(_containment(grams[one], grams[lead]), 3)
        for one in positions
    }
    return Group(documents[lead].id, scores)


def _grams(text: str) -> set[int]:
    """Return the hashes of the text's 4-grams, without spaces and punctuation."""
    plain = _NOISE.sub("", simplify(text))
    if len(plain) < 4:  # noqa: PLR2004 - a 4-gram
        return {zlib.crc32(plain.encode("utf-8", "surrogatepass"))} if plain else set()
    return {
        zlib.crc32(plain[at : at + 4].encode("utf-8", "surrogatepass"))
        for at in range(len(plain) - 3)
    }


def _containment(one: set[int], other: set[int]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node
