"""Two connections to a real PostgreSQL that meet in one row: the store's own database for a test.

What this module never does: replace anything of the product, or wait for a time.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import psycopg
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.crash.places import PostgresServer

_T = TypeVar("_T")
_TEMPLATE, _NAME = "pattern", "hands"
_LONGEST = 60.0  # seconds that one hand waits for the other at the most


@contextmanager
def store_on(server: PostgresServer) -> Iterator[str]:
    """Let the store's tables stand on ``server``, fresh; yield the database's address."""
    known = connections.settings[DEFAULT_DB_ALIAS]
    with psycopg.connect(server.url, autocommit=True) as admin:
        made = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
        if made is None:
            admin.execute(f"CREATE DATABASE {_TEMPLATE}")
            with _default(server, _TEMPLATE):
                call_command("migrate", verbosity=0, interactive=False)
        admin.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {_NAME} TEMPLATE {_TEMPLATE}")
    with _default(server, _NAME):
        yield server.url.replace("/postgres", f"/{_NAME}")
    assert connections.settings[DEFAULT_DB_ALIAS] is known


@contextmanager
def _default(server: PostgresServer, name: str) -> Iterator[None]:
    """Let Django's default connection lead to a database of the server, in every thread."""
    wanted = {
        "ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": "crash",
        "HOST": "127.0.0.1", "PORT": str(server.port),
    }  # fmt: skip
    kept = connections[DEFAULT_DB_ALIAS]
    before = connections.settings[DEFAULT_DB_ALIAS]
    made = connections.configure_settings({DEFAULT_DB_ALIAS: wanted})[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = made
    del connections[DEFAULT_DB_ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = before
        connections[DEFAULT_DB_ALIAS] = kept


def meet(url: str, first: Callable[[], object], second: Callable[[], _T]) -> _T:
    """Let ``first`` do its work and commit it only once ``second`` waits for it; return the latter's.

    ``second`` runs in this thread. One that waits for nothing ends before the other commits.
    """
    done, over = threading.Event(), threading.Event()
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                with psycopg.connect(url, autocommit=True) as looker:
                    while not over.is_set() and not _is_awaited(looker):
                        pass
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            wrong.append(error)
        finally:
            done.set()
            connections.close_all()

    other = threading.Thread(target=work)
    other.start()
    assert done.wait(_LONGEST)
    try:
        return second()
    finally:
        over.set()
        other.join(_LONGEST)
        assert not wrong, wrong


def _is_awaited(looker: psycopg.Connection[tuple[object, ...]]) -> bool:
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    return looker.execute(query).fetchone() is not None
