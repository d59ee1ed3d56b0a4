"""A gate for each recipient domain: how fast, how many at once, how long to wait.

The gate learns: what goes through opens it slowly, a throttle halves it at once and closes it for
the time the receiver named. Time is handed in as seconds of any steady clock. What was learnt can
be taken out and put in again. What this module never does: sleep, send, or store.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.deliver.replies import Scope, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEP = 50  # messages in a row without complaint until a gate opens further
_WIDEN = 1.25
_LEAST_RATE = 1 / 60  # a message a minute at least, or the issue is stale before it is out
_MOST_WIDER = 50.0  # times the rate at the start
_KEPT = 5_000  # domains remembered; those never throttled are forgotten first


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one domain has taught by asking us to slow down."""

    rate: float  # messages a second
    connections: int  # at once
    shut: float  # seconds until it may be asked again


@dataclass(slots=True)
class _Domain:
    rate: float
    connections: int
    next_at: float = 0.0
    closed_until: float = 0.0
    busy: int = 0
    streak: int = 0
    throttled: int = 0


@dataclass(slots=True)
class Gate:
    """What the receivers have taught us in this run."""

    rate: float  # messages a second to one domain at the start
    connections: int  # at once to one domain at the start
    per_connection: int  # messages on one connection
    _domains: OrderedDict[str, _Domain] = field(default_factory=OrderedDict)

    def opens_at(self, domain: str) -> float:
        """Return when the next message may go: inf while its connections are all busy."""
        state = self._domains.get(domain)
        if state is None:
            return 0.0
        if state.busy >= state.connections:
            return math.inf
        return max(state.next_at, state.closed_until)

    def enter(self, domain: str, now: float) -> None:
        """Count a message that is on its way."""
        state = self._domains.get(domain)
        if state is None:
            state = self._domains[domain] = _Domain(self.rate, self.connections)
            if len(self._domains) > _KEPT:
                self._forget()
        else:
            self._domains.move_to_end(domain)
        state.busy += 1
        # A late message does not move the beat: what was missed within a second is caught up.
        state.next_at = max(state.next_at, now - 1.0) + 1.0 / state.rate

    def release(self, domain: str) -> None:
        """Count a message as no more on its way, of which the receiver has said nothing."""
        state = self._domains.get(domain)
        if state is not None:
            state.busy = max(0, state.busy - 1)

    def leave(self, domain: str, verdict: Verdict | None, now: float, pause: float) -> None:
        """Learn from the answer: None means delivered; ``pause`` holds when it names no time."""
        self.release(domain)
        state = self._domains.get(domain)
        if state is None:
            return
        if verdict is None:
            state.streak += 1
            if state.streak % _STEP == 0:
                state.rate = min(state.rate * _WIDEN, self.rate * _MOST_WIDER)
                state.connections = min(state.connections + 1, self.connections)
            return
        state.streak = 0
        if not verdict.retry or verdict.kind != "throttle":
            return
        state.throttled += 1
        if verdict.scope is Scope.CONNECTIONS:
            state.connections = max(1, state.connections // 2)
        elif verdict.scope is Scope.PER_CONNECTION:
            self.per_connection = max(1, self.per_connection // 2)
        else:
            state.rate = max(_LEAST_RATE, state.rate / 2)
        wait = pause if verdict.pause is None else verdict.pause
        state.closed_until = max(state.closed_until, now + wait)

    def teach(self, lessons: Mapping[str, Lesson], now: float) -> None:
        """Begin with what an earlier run has learnt; never faster than one that knows nothing."""
        for domain, one in lessons.items():
            self._domains[domain] = _Domain(
                min(self.rate, max(_LEAST_RATE, one.rate)),
                max(1, min(self.connections, one.connections)),
                closed_until=now + one.shut,
                throttled=1,
            )

    def list_lessons(self, now: float) -> dict[str, Lesson | None]:
        """Return what throttled domains that were written to have taught, by domain.

        None: it has become as fast again as at the start, and has nothing left to teach.
        """
        return {
            name: self._get_lesson(one, now)
            for name, one in self._domains.items()
            if one.throttled and one.next_at
        }

    def _get_lesson(self, state: _Domain, now: float) -> Lesson | None:
        shut = max(0.0, state.closed_until - now)
        if state.rate >= self.rate and state.connections >= self.connections and not shut:
            return None
        return Lesson(state.rate, state.connections, shut)

    def _forget(self) -> None:
        for name, one in self._domains.items():
            if not one.busy and not one.throttled:
                del self._domains[name]
                return


def warm_up_days(first: int, days: int, messages: int) -> int:
    """Return how many days a sender on its day number ``days`` needs for so many messages."""
    needed = 1
    while messages > 0:
        messages -= warm_up_quota(first, days + needed - 1)
        needed += messages > 0
    return needed


def warm_up_quota(first: int, days: int) -> int:
    """Return how many messages a new sender may send on its day number ``days`` (0: the first)."""
    return first << max(0, min(days, 30))  # a clock that was turned back begins anew
