"""What the store finds on PostgreSQL is what it finds on SQLite, where the same tests run."""

from __future__ import annotations

import pytest

from tests.unit.store.test_imports import check_that_contacts_are_found

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("url")]


def test_contacts_are_found_by_their_community_however_it_was_stored() -> None:
    check_that_contacts_are_found()
