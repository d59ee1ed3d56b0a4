"""Reprints: the same news told by several sources, found by what they share.

A sample of a text's 4-grams is indexed, always the same ones (their hashes divisible by four), so
that a cut text's sample stands in the sample of the whole. Texts that share enough of it are
compared (`pipeline.tag.likeness`). The work grows with the texts and with what they share, not with
their pairs. What this module never does: read a store.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Self

from pipeline.tag.likeness import Likeness, Told, compare, plain

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

RULES = 1  # raised when texts are grouped otherwise than before: then all are grouped again
_SAMPLE = 4  # one 4-gram in so many is indexed
_SHARED = 3  # sampled 4-grams two texts must share to be compared …
_LEAST = 0.25  # … and the share of the smaller sample
_COMMON = 50  # texts that are looked at for one 4-gram; in more of them it says little
_WEAK = 0.35  # share of the longer text below which a reprint may be one piece of a roundup


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


@dataclass(slots=True)
class Index:
    """The samples of many texts, 4 bytes a 4-gram: what was seen, for what is new."""

    ids: list[str] = field(default_factory=list)
    _ends: array[int] = field(default_factory=lambda: array("Q"))
    _grams: array[int] = field(default_factory=lambda: array("I"))

    def add(self, id_: str, sample: array[int]) -> None:
        """Remember a text's sample."""
        self.ids.append(id_)
        self._grams.extend(sample)
        self._ends.append(len(self._grams))

    def keep(self, ids: Container[str]) -> None:
        """Forget every text but these."""
        kept = Index()
        start = 0
        for id_, end in zip(self.ids, self._ends, strict=True):
            if id_ in ids:
                kept.add(id_, self._grams[start:end])
            start = end
        self.ids, self._ends, self._grams = kept.ids, kept._ends, kept._grams

    def to_bytes(self) -> bytes:
        """Return the index as `from_bytes` reads it."""
        head = json.dumps([sys.byteorder, self.ids, list(self._ends)]).encode("ascii")
        return head + b"\n" + self._grams.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the index; an empty one for what `to_bytes` did not write here."""
        head, _, grams = data.partition(b"\n")
        try:
            order, ids, ends = json.loads(head)
            made = cls(list(ids), array("Q", ends), array("I", grams))
        except (ValueError, TypeError):
            return cls()
        sound = order == sys.byteorder and len(ids) == len(ends)
        return made if sound and (ends or [0])[-1] == len(made._grams) else cls()

    def _samples(self) -> Iterator[array[int]]:
        start = 0
        for end in self._ends:
            yield self._grams[start:end]
            start = end

    def find(self, samples: Sequence[array[int]]) -> list[list[str]]:
        """Return for every sample the ids of the texts that may be the same news."""
        holders: dict[int, list[int]] = defaultdict(list)
        for number, sample in enumerate(samples):
            for gram in sample:
                holders[gram].append(number)
        found: list[list[str]] = [[] for _ in samples]
        often: Counter[int] = Counter()
        for own in self._samples():
            often.update(holders.keys() & own)
        telling = {gram for gram, count in often.items() if count <= _COMMON}
        for id_, own in zip(self.ids, self._samples(), strict=True):
            hits = telling.intersection(own)
            shared = Counter(number for gram in hits for number in holders[gram][:_COMMON])
            for number, count in shared.items():
                if _enough(count, len(own), len(samples[number])):
                    found[number].append(id_)
        return found


def get_sample(document: Document) -> array[int]:
    """Return the indexed 4-grams of a text, as numbers that stay the same."""
    text = plain(document.text) or plain(document.title)
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) <= 8:  # noqa: PLR2004 - one 4-gram
        return array("I", [zlib.crc32(data)] if data else [])
    found = {zlib.crc32(data[at : at + 8]) for at in range(0, len(data) - 6, 2)}
    return array("I", sorted(one for one in found if one % _SAMPLE == 0) or [min(found)])


def group(
    documents: Sequence[Document], samples: Mapping[str, array[int]] | None = None
) -> list[Group]:
    """Return the documents as groups, in the order of their first document.

    ``samples`` are those that are known already, by the documents' ids.
    """
    told = [Told(one.text or one.title) for one in documents]
    links: list[tuple[Likeness, int, int]] = []
    known = samples or {}
    for left, right in _pairs([known.get(one.id) or get_sample(one) for one in documents]):
        likeness = compare(told[left], told[right])
        if likeness.same or likeness.differ:
            links.append((likeness, left, right))
    members = _unite(len(documents), links, [one.length for one in told])
    return [_group(documents, told, positions) for positions in members]


def _pairs(samples: Iterable[array[int]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts that share enough to be compared."""
    index: dict[int, list[int]] = {}
    sizes: list[int] = []
    for position, sample in enumerate(samples):
        shared: Counter[int] = Counter()
        for one in sample:
            others = index.setdefault(one, [])
            shared.update(others)
            if len(others) < _COMMON:
                others.append(position)
        for other, count in shared.items():
            if _enough(count, len(sample), sizes[other]):
                yield other, position
        sizes.append(len(sample))


def _enough(shared: int, one: int, other: int) -> bool:
    smaller = min(one, other)
    return shared >= min(_SHARED, smaller) and shared >= _LEAST * smaller


def _unite(
    count: int, links: list[tuple[Likeness, int, int]], lengths: list[int]
) -> list[list[int]]:
    """Return the clusters: never two texts that contradict each other in one, nor by a roundup."""
    apart: dict[int, set[int]] = defaultdict(set)
    for likeness, left, right in links:
        if likeness.differ:
            apart[left].add(right)
            apart[right].add(left)
    place = {number: [number] for number in range(count)}

    def join(left: int, right: int) -> None:
        one, other = place[left], place[right]
        if one is other or any(b in apart[a] for a, b in product(one, other) if a in apart):
            return
        one += other
        for number in other:
            place[number] = one

    strong = [one for one in links if one[0].same and one[0].part >= _WEAK]
    for _, left, right in sorted(strong, key=lambda link: -link[0].share):
        join(left, right)
    for long, some in _pieces(links, lengths).items():
        if len({id(place[one]) for one in some if place[one] is not place[long]}) == 1:
            join(long, some[0])
    return sorted({id(one): sorted(one) for one in place.values()}.values())


def _pieces(links: list[tuple[Likeness, int, int]], lengths: list[int]) -> dict[int, list[int]]:
    """Return the short texts that are a small part of a long one, for every long one."""
    found: dict[int, list[int]] = defaultdict(list)
    for likeness, left, right in links:
        if likeness.same and likeness.part < _WEAK:
            long, short = (left, right) if lengths[left] >= lengths[right] else (right, left)
            found[long].append(short)
    return found


def _group(documents: Sequence[Document], told: list[Told], positions: list[int]) -> Group:
    lead = max(positions, key=lambda one: (told[one].length, -one))
    scores = {
        documents[one].id: 1.0
        if one == lead
        else round(min(1.0, compare(told[one], told[lead]).share), 3)
        for one in positions
    }
    return Group(documents[lead].id, scores)
