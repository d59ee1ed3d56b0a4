"""An item's events in a form that several hands have changed: each told by what it is.

Whoever takes an event out moves those below it up, so its place in the form says nothing. What this
module never does: let a change land on another event without being asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = dict[str, str]
"""One event as the form has it: title, day, time … by the name of its part; all "" for none."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which row now is one of the common ancestor's."""

    place: int
    is_certain: bool  # its title and its beginning are the same, and no other row's


def match_rows(base: Sequence[Row], now: Sequence[Row]) -> dict[int, Match]:
    """Return for the rows of ``base`` which row of ``now`` each has become, as far as it is there.

    By all that it says, by title and beginning, then by one of both, which is no more than likely.
    """
    found: dict[int, Match] = {}
    before = [n for n, row in enumerate(base) if any(row.values())]
    after = [n for n, row in enumerate(now) if any(row.values())]
    for read, is_sure in _KEYS:
        for n in tuple(before):
            key = read(base[n])
            olds = [one for one in before if read(base[one]) == key]
            news = [one for one in after if read(now[one]) == key]
            if not any(key) or not news:
                continue
            is_alone = len(olds) == len(news) == 1
            found[n] = Match(news[0], is_sure and (is_alone or base[n] == now[news[0]]))
            before.remove(n)
            after.remove(news[0])
    return found


def _read_whole(row: Row) -> tuple[str, ...]:
    return tuple(row.values())


def _read_identity(row: Row) -> tuple[str, ...]:
    return row["title"], row["day"], row["time"]


def _read_title(row: Row) -> tuple[str, ...]:
    return (row["title"],)


def _read_start(row: Row) -> tuple[str, ...]:
    return row["day"], row["time"]


_KEYS: tuple[tuple[Callable[[Row], tuple[str, ...]], bool], ...] = (
    (_read_whole, True), (_read_identity, True), (_read_title, False), (_read_start, False),
)  # fmt: skip


def weave_rows(
    base: Sequence[Row], mine: Sequence[Row], now: Sequence[Row]
) -> tuple[list[Row], list[tuple[int, str]]]:
    """Return what ``mine`` did to ``base``, on top of ``now``, and the parts to be asked about.

    The rows of ``mine`` stand where those of ``base`` do: it is the same form, filled in. Asked is
    what both changed in one event, what was changed in one that the others took out (it stands in a
    row of its own), and whatever was changed in one that is no more than likely the same.
    """
    loom = _Loom(now)
    matches = match_rows(base, now)
    added = set(range(len(now))) - {one.place for one in matches.values()}
    homeless = []  # after the others, which have theirs
    for n, (was, own) in enumerate(zip(base, mine, strict=True)):
        match = matches.get(n)
        if own == was:
            continue
        if match is not None:
            is_gone = not any(own.values()) and now[match.place] != was
            loom.change(match.place, was, own, is_certain=match.is_certain and not is_gone)
        elif not any(was.values()) and (same := _find_same(own, now, added)) is not None:
            added.remove(same)
            loom.change(same, was, own, is_certain=False)
        elif any(own.values()):
            homeless.append(n)
    for n in homeless:
        loom.add(n, mine[n], is_asked=any(base[n].values()))
    return loom.woven, sorted(loom.asked)


def _find_same(own: Row, now: Sequence[Row], added: set[int]) -> int | None:
    """Return which of the rows that the others added is the one that was added here, too."""
    key = _read_identity(own)
    return next((n for n in sorted(added) if _read_identity(now[n]) == key), None)


@dataclass(slots=True)
class _Loom:
    """The rows as they stand now, and what is put on top of them."""

    now: Sequence[Row]
    woven: list[Row] = field(init=False)
    asked: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.woven = [dict(row) for row in self.now]

    def change(self, place: int, was: Row, own: Row, *, is_certain: bool) -> None:
        """Put the parts that were changed into a row; ask where the others changed them too."""
        theirs = self.now[place]
        for part, value in own.items():
            if value in {was[part], theirs[part]}:
                continue
            self.woven[place][part] = value
            if not is_certain or theirs[part] != was[part]:
                self.asked.add((place, part))

    def add(self, place: int, own: Row, *, is_asked: bool) -> None:
        """Put a row where none stands, at ``place`` if possible; where all are full, ask."""
        untouched = [n for n, row in enumerate(self.woven) if row == self.now[n]]
        empty = [n for n in untouched if not any(self.now[n].values())]
        free = place if place in empty else next(iter(empty), untouched[-1])
        self.woven[free] = dict(own)
        if is_asked or not empty:
            theirs = self.now[free]
            self.asked |= {(free, part) for part, value in own.items() if value != theirs[part]}
