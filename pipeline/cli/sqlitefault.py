"""What to do about an error of SQLite's: only a damaged file is a case for the backup.

What this module never does: open a database, or mend one.
"""

from __future__ import annotations

import os
import pwd
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PUT_BACK = "put the last backup in its place: restore PATH"

# https://www.sqlite.org/rescode.html; the lowest byte is the primary code.
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SHUT = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def explain(error: BaseException, path: Path) -> str:
    """Return an error of SQLite's, or of Django's around it, in one line with what to do."""
    said = str(error).strip().splitlines()[0]
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return f"{said}; {PUT_BACK}"
    if code in _SHUT:
        whose = "; ".join(_describe(one) for one in (path, path.parent))
        return (
            f"{said}: {whose}; this process is {_name(os.geteuid())}'s: give both to whoever runs "
            "the pipeline (chown), readable and writable"
        )
    if code in _HELD:
        return f"{said}: another process holds {path}; try again, or see who: fuser -v {path}"
    if code in _DISK:
        return f"{said}: {path}; free some of its disk (df, quota), and see the system's log"
    return said


def _describe(path: Path) -> str:
    try:
        seen = path.stat()
    except OSError as error:
        return f"{path}: {error.strerror}"
    kind = "folder " if path.is_dir() else ""
    return f"{kind}{path} is {_name(seen.st_uid)}'s, mode {seen.st_mode & 0o7777:o}"


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
