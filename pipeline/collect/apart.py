"""Long work on a document in a thread, so that no other source's clock runs out meanwhile.

One thread: two large documents are never taken apart at once. What this module never does: know
what the work is.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_LONG = 300_000  # characters of a document from which on a thread is worth its while
_T = TypeVar("_T")


async def apart(text: str, work: Callable[[], _T]) -> _T:
    """Return what ``work`` gives for ``text``: at once, or by the thread when it is long."""
    if len(text) <= _LONG:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_thread(), work)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="apart")
