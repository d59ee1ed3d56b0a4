"""What a sender and the keeper of its states agree on: jobs, the book they stand in, the progress.

What this module never does: keep a state, or send.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.deliver.addresses import WireAddress
    from pipeline.deliver.replies import Verdict


@dataclass(frozen=True, slots=True)
class Job:
    """One parcel, addressed. ``build`` makes its bytes when its turn comes."""

    id: int
    to: WireAddress
    attempts: int
    build: Callable[[], bytes]


class Book(Protocol):
    """Where states are kept. Every method returns when what it was told is durable."""

    async def take(self, limit: int) -> list[Job]:
        """Return jobs that are due, each once; [] when there are no more."""

    async def intend(self, job: Job) -> bool:
        """Note that the job's final dot is about to be sent; False: it must not be any more."""

    async def deliver(self, job: Job, reply: str) -> None:
        """Note that the receiver answers for the message."""

    async def defer(self, job: Job, reply: str, rule: str, wait: float) -> None:
        """Note that it may go through after ``wait`` seconds."""

    async def put_off(self, job: Job, why: str, wait: float) -> None:
        """Note that the job was not tried and is not to be before ``wait`` seconds."""

    async def fail(self, job: Job, reply: str, verdict: Verdict) -> None:
        """Note that it will not go through."""

    async def doubt(self, job: Job, reply: str) -> None:
        """Note that nobody knows whether the message was accepted."""

    async def give_back(self, job: Job) -> None:
        """Note that the job was not tried after all."""


@dataclass(slots=True)
class Progress:
    """What the run has done so far."""

    began: float = field(default_factory=time.monotonic)
    delivered: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0
    connections: int = 0
    throttled: tuple[str, ...] = ()  # domains that ask us to slow down, the latest first

    @property
    def rate(self) -> float:
        """Messages a second since the beginning."""
        return self.delivered / max(0.001, time.monotonic() - self.began)
