"""Messages as files: ``--to-dir``.

What this module never does: leave half a file.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pipeline.files.wholefile import PRIVATE, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.sending.clerk import Clerk


async def write_all(clerk: Clerk, folder: Path) -> None:
    """Write one .eml a recipient who may still be written to (decision 060).

    Raises:
        OSError: a file cannot be written; its recipient waits.
    """
    while jobs := await clerk.take(500):
        for job in jobs:
            data = job.build()
            if not await clerk.intend(job):
                continue
            name = f"{job.id:08d}-{_safe(job.to.text)}.eml"
            try:
                path = await asyncio.to_thread(write_message, folder, name, data)
            except OSError as error:
                await clerk.put_off(job, f"not written: {error.strerror}", 0.0)
                raise
            await clerk.deliver(job, f"written to {path.name}")


def write_message(folder: Path, name: str, data: bytes) -> Path:
    """Write a message whole or not at all, for its owner only: it holds an address and its links.

    A repetition writes the same file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / name, data, PRIVATE)
    return folder / name


def _safe(address: str) -> str:
    return "".join(one if one.isalnum() or one in "@.-_+" else "_" for one in address)[:100]
