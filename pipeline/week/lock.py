"""One process at a time in a data directory, by the system's own lock on a file.

What this module never does: wait; who comes second is told who holds it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def lock(data_dir: Path, name: str = "lock") -> Iterator[None]:
    """Hold the data directory for one run; the system lets go of it when the process dies.

    ``name`` is the lock's file: collecting and sending do not wait for each other.

    Raises:
        LockedError: another process holds it.
    """
    descriptor = os.open(data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
            raise LockedError(
                f"{data_dir}: another run holds the lock (process {holder}); wait until it ends"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)
