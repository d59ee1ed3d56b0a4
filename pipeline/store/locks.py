"""Locks that hold on whatever machine, where the database has them: PostgreSQL's advisory locks.

SQLite lives on one machine and has one writer: a caller's file lock is enough there. What this
module never does: wait for a lock that belongs to a session.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection

from pipeline.errors import LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Any numbers, always the same. A week's sender has two keys: this and the week.
_SENDING = 7_261_991
_AUDIT = 7_010_010
_REMINDING = 7_010_011
_RUN = 7_010_012


@contextmanager
def hold_sending(week: str) -> Iterator[None]:
    """Keep other senders of the week out.

    Raises:
        LockedError: another sender holds it.
    """
    said = f"{week} is being sent by another process; wait until it ends"
    with _hold(_SENDING, int(week.replace("-W", "")), said=said):
        yield


@contextmanager
def hold_run() -> Iterator[None]:
    """Keep out whoever would collect, tag or draft for the same newsroom on another machine.

    Raises:
        LockedError: another run holds it.
    """
    with _hold(_RUN, said="another run holds the lock, on another machine; wait until it ends"):
        yield


@contextmanager
def hold_reminding() -> Iterator[None]:
    """Keep others from reminding meanwhile.

    Raises:
        LockedError: another process is at it.
    """
    with _hold(_REMINDING, said="another process is reminding"):
        yield


def hold_audit() -> None:
    """Be the only writer of the audit log until the transaction ends; waits for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_AUDIT])


@contextmanager
def _hold(*keys: int, said: str) -> Iterator[None]:
    """Hold one lock of the session.

    Raises:
        LockedError: another session holds it.
    """
    if connection.vendor != "postgresql":
        yield
        return
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({marks})", keys)
        if not cursor.fetchone()[0]:
            raise LockedError(said)
        try:
            yield
        finally:
            # A lost connection has let go of it already, and what lost it is told by itself.
            with suppress(InterfaceError, OperationalError):
                cursor.execute(f"SELECT pg_advisory_unlock({marks})", keys)
