"""Messages as files: ``--to-dir``.

What this module never does: leave half a file.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.sending.clerk import Clerk


async def write_all(clerk: Clerk, folder: Path) -> None:
    """Write one .eml a recipient; a repetition writes the same file."""
    while jobs := await clerk.take(500, set()):
        for job in jobs:
            data = job.build()
            name = f"{job.id:08d}-{_safe(job.to.text)}.eml"
            path = await asyncio.to_thread(write_message, folder, name, data)
            await clerk.deliver(job, f"written to {path.name}")


def write_message(folder: Path, name: str, data: bytes) -> Path:
    """Write a message whole or not at all; a repetition writes the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    path, temporary = folder / name, folder / f".{name}.{os.getpid()}"
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def _safe(address: str) -> str:
    return "".join(one if one.isalnum() or one in "@.-_+" else "_" for one in address)[:100]
