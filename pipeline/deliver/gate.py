"""A gate for each recipient domain: how fast, how many at once, how long to wait.

The gate learns: what goes through opens it slowly, a throttle halves it at once and closes it for
the time the receiver named. Time is handed in as seconds of any steady clock. What this module
never does: sleep, send, or keep anything beyond the run.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field

from pipeline.deliver.replies import Scope, Verdict

_STEP = 50  # messages in a row without complaint until a gate opens further
_WIDEN = 1.25
_LEAST_RATE = 1 / 60  # a message a minute at least, or the issue is stale before it is out
_MOST_WIDER = 50.0  # times the rate at the start
_KEPT = 5_000  # domains remembered; those never throttled are forgotten first


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

    def leave(self, domain: str, verdict: Verdict | None, now: float, pause: float) -> None:
        """Learn from the answer: None means delivered; ``pause`` holds when it names no time."""
        state = self._domains.get(domain)
        if state is None:
            return
        state.busy = max(0, state.busy - 1)
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

    def list_throttled(self) -> dict[str, tuple[int, float]]:
        """Return for throttled domains how often, and the rate that is left."""
        return {
            name: (one.throttled, one.rate)
            for name, one in self._domains.items() if one.throttled
        }  # fmt: skip

    def _forget(self) -> None:
        for name, one in self._domains.items():
            if not one.busy and not one.throttled:
                del self._domains[name]
                return


def warm_up_quota(first: int, days: int) -> int:
    """Return how many messages a new sender may send on its day number ``days`` (0: the first)."""
    return first << max(0, min(days, 30))  # a clock that was turned back begins anew
