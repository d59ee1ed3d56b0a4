"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.places import postgres
from tests.twohands import store_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.places import PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    try:
        with postgres() as running:
            yield running
    except FileNotFoundError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def url(server, django_db_blocker) -> Iterator[str]:
    """Let the store's tables stand on PostgreSQL; return the database's address."""
    with django_db_blocker.unblock(), store_on(server) as address:
        yield address
