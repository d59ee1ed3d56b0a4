"""Files written whole or not at all: the newsroom's own, and those that a person names.

Of the latter a link stays a link and the file behind it is written; a file keeps its mode and
owner; what is no regular file, as a pipe or a device is, is written into as it stands. What this
module never does: know what is written.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE = 0o600
PUBLIC = 0o666  # less what the umask takes


def write_whole(path: Path, data: bytes, mode: int = PUBLIC) -> None:
    """Put a file of the newsroom's own in place, with its folders, whole even after a power cut.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def find_target(path: Path) -> Path | None:
    """Return the regular file that writing ``path`` makes or replaces, behind every link.

    None where there is none to replace: a pipe, a device, or a descriptor that is open already.

    Raises:
        UsageError: there is no such folder.
        OSError: the links lead in a circle.
    """
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        regular = True  # it will be
    else:
        folder = path.parent.resolve()
        regular = regular and folder != Path("/dev") and not folder.is_relative_to("/proc")
    if not regular:
        return None
    target = path.resolve()
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent}: there is no such folder to write into")
    return target


@contextmanager
def replacing(
    path: Path, mode: int = PRIVATE, *, within: Path | None = None
) -> Iterator[IO[bytes]]:
    """Open what takes the place of ``path`` at the end; what fails within leaves it as it was.

    ``mode`` is that of a new file. It is written beside ``path``, or in a folder of the same disk,
    ``within``, that the caller clears away even where this process is killed. What `find_target`
    has no file for is written into at once.

    Raises:
        UsageError: there is no such folder.
        OSError: it cannot be written.
    """
    target = find_target(path)
    if target is None:
        # Behind what is there already: /dev/stdout may be a file that others write too.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as file:
            yield file
        return
    part = (within or target.parent) / f".{target.name}.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(part, flags, mode), "wb") as file:
            _keep_rights(file.fileno(), target)
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _keep_rights(descriptor: int, target: Path) -> None:
    try:
        old = target.stat()
    except FileNotFoundError:
        return
    with suppress(PermissionError):  # only root gives files away
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
