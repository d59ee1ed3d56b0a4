"""Room for large documents: however many sources send one, few are in memory at once.

A task that holds one keeps its room until it says that it is done. What this module never does:
know how large a document is.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Any

_ROOM = 1  # large documents in memory at once


class Room:
    """The room of one run, taken and left by the tasks of its sources."""

    def __init__(self) -> None:
        """Begin with all of it free."""
        self._free = asyncio.Semaphore(_ROOM)
        self._inside: set[asyncio.Task[Any] | None] = set()

    async def take(self) -> None:
        """Wait for room for this task's large document; a task that has it does not wait."""
        task = asyncio.current_task()
        if task not in self._inside:
            await self._free.acquire()
            self._inside.add(task)

    def leave(self) -> None:
        """Say that this task's large document is no longer in use; its next request says so too."""
        task = asyncio.current_task()
        if task in self._inside:
            self._inside.discard(task)
            gc.collect()  # parsers and errors leave it in cycles
            self._free.release()
