"""Contents made ahead in threads: signing leaves the interpreter free.

What this module never does: decide what goes next, or send.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_THREADS = 2
_BATCH = 4  # messages that a thread makes in one go


class Buildable(Protocol):
    """What has a number, and bytes when its turn comes."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def build(self) -> Callable[[], bytes]:
        """What makes its bytes."""


_Made = dict[int, bytes | Exception]  # by job: its content, or why there is none


class Workshop:
    """Makes the messages that go next."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="build")
        self._made: dict[int, asyncio.Future[_Made]] = {}
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        """Return how many are made, or being made, and not yet asked for."""
        return len(self._made)

    def begin(self, jobs: Iterable[Buildable]) -> None:
        """Start with what goes next, several in one call of a thread."""
        new = [one for one in jobs if one.id not in self._made]
        for at in range(0, len(new), _BATCH):
            batch = new[at : at + _BATCH]
            making: asyncio.Future[_Made] = self._loop.create_future()
            self._made |= {one.id: making for one in batch}
            self._threads.submit(self._make, batch, making)

    def _make(self, jobs: list[Buildable], making: asyncio.Future[_Made]) -> None:
        """Make them in a thread. A future of the loop's own is quicker than `run_in_executor`."""
        made = _build_all(jobs)
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            self._loop.call_soon_threadsafe(_hand_over, making, made)

    async def get(self, job: Buildable) -> bytes:
        """Return a message's bytes, or raise why there are none."""
        if job.id not in self._made:
            self.begin([job])
        found = (await self._made.pop(job.id))[job.id]
        if isinstance(found, Exception):
            raise found
        return found

    def forget(self, job: Buildable) -> None:
        """Let go of what nobody will ask for."""
        self._made.pop(job.id, None)

    def close(self) -> None:
        """End the threads; what was not begun is not made."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def _hand_over(making: asyncio.Future[_Made], made: _Made) -> None:
    if not making.done():  # cancelled
        making.set_result(made)


def _build_all(jobs: list[Buildable]) -> _Made:
    """Return each job's bytes, or why there are none: nobody fails for another."""
    made: _Made = {}
    for job in jobs:
        try:
            made[job.id] = job.build()
        except Exception as error:  # noqa: BLE001 - raised where the job's turn comes
            made[job.id] = error
    return made
