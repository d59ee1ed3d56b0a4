"""Jobs that wait for their turn: one lane a recipient domain, so that none blocks another.

What this module never does: know what a gate has learnt, or send.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.deliver.addresses import WireAddress


class _Addressed(Protocol):
    @property
    def to(self) -> WireAddress: ...


_J = TypeVar("_J", bound=_Addressed)


class Lanes(Generic[_J]):
    """A queue that is taken from in turn, lane after lane."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[str, deque[_J]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        """Return how many jobs wait."""
        return self._count

    def extend(self, jobs: Iterable[_J]) -> None:
        """Add jobs, each at the end of its lane."""
        for job in jobs:
            self._lanes.setdefault(job.to.domain, deque()).append(job)
            self._count += 1

    def take(self, opens_at: Callable[[str], float], now: float) -> tuple[_J | None, float]:
        """Return a job whose gate is open; without one, the seconds until the first one opens.

        The seconds are infinite when every gate waits for something other than time.
        """
        soonest = math.inf
        found = None
        for domain in self._lanes:
            opens = opens_at(domain)
            if opens <= now:
                found = domain
                break
            soonest = min(soonest, opens)
        if found is None:
            return None, soonest - now
        lane = self._lanes[found]
        job = lane.popleft()
        self._count -= 1
        if lane:
            self._lanes.move_to_end(found)
        else:
            del self._lanes[found]
        return job, 0.0

    def peek(self, limit: int, opens_at: Callable[[str], float], now: float) -> Iterator[_J]:
        """Yield jobs that are likely to be taken next."""
        for domain, lane in self._lanes.items():
            if limit <= 0:
                return
            if opens_at(domain) <= now:
                yield lane[0]
                limit -= 1

    def close(self, opens_at: Callable[[str], float], until: float) -> list[tuple[_J, float]]:
        """Take out every job whose gate opens after ``until``; return it with that moment."""
        shut = [(name, opens_at(name)) for name in self._lanes]
        taken = []
        for name, opens in shut:
            if until < opens < math.inf:
                taken += [(job, opens) for job in self._lanes.pop(name)]
        self._count -= len(taken)
        return taken
