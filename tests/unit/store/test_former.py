"""What the database that a restore replaced tells of who said no since the backup."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import Preferences
from pipeline.store import former
from pipeline.store.models import SubscriberRow, SuppressionRow
from pipeline.store.subscribers import forget, hash_address, suppress
from tests.readers import add_subscriber

KEY = b"secret"
MADE_AT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def write_former(path, *rows):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE suppression (address_hash, reason, note, at)")
        for email, reason, hours in rows:
            at = (MADE_AT + timedelta(hours=hours)).replace(tzinfo=None).isoformat(" ")
            values = (hash_address(KEY, email), reason, "", at)
            database.execute("INSERT INTO suppression VALUES (?, ?, ?, ?)", values)
    database.close()
    return str(path)


def test_who_left_has_left_and_who_was_forgotten_is_forgotten(tmp_path):
    for name in ("left", "erased", "hard", "reads", "before"):
        add_subscriber(f"{name}@a.example", preferences=Preferences(), at=MADE_AT, confirmed=True)
    kept = write_former(
        tmp_path / "former",
        ("left@a.example", "left", 1), ("ERASED@a.example", "erased", 2),
        ("hard@a.example", "hard", 3), ("stranger@a.example", "left", 4),
        ("before@a.example", "left", -1),
    )  # fmt: skip
    assert former.take_over(kept, MADE_AT, KEY) == {"left": 2, "erased": 1, "hard": 1}
    states = dict(SubscriberRow.objects.values_list("email", "status"))
    assert states == {
        "left@a.example": "left", "hard@a.example": "active", "reads@a.example": "active",
        "before@a.example": "active",
    }  # fmt: skip
    assert SubscriberRow.objects.get(status="left").left_at == MADE_AT + timedelta(hours=1)
    assert sorted(SuppressionRow.objects.values_list("reason", flat=True)) == [
        "erased", "hard", "left", "left"
    ]  # fmt: skip


@pytest.mark.parametrize("before", ["hard", "complaint", "left", "editor", None])
def test_who_was_forgotten_stays_so_whatever_had_stopped_them_before_the_backup(tmp_path, before):
    email = "gone@a.example"
    add_subscriber(email, preferences=Preferences(), at=MADE_AT, confirmed=True)
    if before:
        long_ago = MADE_AT - timedelta(days=90)
        suppress(hash_address(KEY, email), reason=before, note=f"550 {email}", at=long_ago)
    forget(KEY, email, MADE_AT + timedelta(hours=1))
    ((reason, note, at),) = SuppressionRow.objects.values_list("reason", "note", "at")
    stays = before if before in {"complaint", "editor"} else "erased"  # no form lifts these two
    assert (reason, at) == (stays, MADE_AT + timedelta(hours=1))
    assert email not in note
    with sqlite3.connect(tmp_path / "former") as database:
        database.execute("CREATE TABLE suppression (address_hash, reason, note, at)")
        values = (hash_address(KEY, email), reason, note, at.replace(tzinfo=None).isoformat(" "))
        database.execute("INSERT INTO suppression VALUES (?, ?, ?, ?)", values)
    database.close()
    SuppressionRow.objects.all().delete()
    add_subscriber(email, preferences=Preferences(), at=MADE_AT, confirmed=True)  # as in the backup
    former.take_over(str(tmp_path / "former"), MADE_AT, KEY)
    assert not SubscriberRow.objects.exists()
    assert SuppressionRow.objects.get().reason == stays


def test_a_former_database_that_cannot_be_read_tells_nothing(tmp_path):
    (tmp_path / "former").write_bytes(b"no database " * 999)
    assert former.take_over(str(tmp_path / "former"), MADE_AT, KEY) is None
    assert former.take_over(str(tmp_path / "none"), MADE_AT, KEY) is None
