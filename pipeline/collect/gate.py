"""One gate for each host: so many requests at once, and so much time between them.

What this module never does: send a request.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONGEST_DELAY = 30.0
"""Seconds of ``Crawl-delay`` that are obeyed; a site that asks for more is visited at this pace."""


@dataclass(slots=True)
class _Gate:
    places: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # time.monotonic() from which on the next request may begin
    delay: float = 0.0


class Gates:
    """The gates of one run."""

    def __init__(self, per_host: int, delay: float) -> None:
        """``per_host`` requests at once to a host, ``delay`` seconds between their beginnings."""
        self._per_host = per_host
        self._delay = delay
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def passing(self, host: str) -> AsyncIterator[None]:
        """Wait for a place and for the time that has to pass since the last request."""
        gate = self._gate(host)
        async with gate.places:
            async with gate.turn:
                wait = gate.free_at - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                began = time.monotonic()
                gate.free_at = began + gate.delay
            try:
                yield
            finally:
                # A slow site is not pressed: it rests as long as its answer took.
                ended = time.monotonic()
                gate.free_at = max(gate.free_at, ended + min(gate.delay, ended - began))

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least ``delay`` seconds between requests to the host, as its robots.txt asks."""
        gate = self._gate(host)
        gate.delay = max(gate.delay, min(delay, LONGEST_DELAY))

    def _gate(self, host: str) -> _Gate:
        if host not in self._gates:
            places = asyncio.Semaphore(self._per_host)
            self._gates[host] = _Gate(places, delay=self._delay)
        return self._gates[host]
