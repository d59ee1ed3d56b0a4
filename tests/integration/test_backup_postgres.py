"""On PostgreSQL a backup puts back the whole state, whatever came after it, and loses nothing."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import psycopg
import pytest

from pipeline.backup import back_up
from pipeline.backup import restore as put_back
from pipeline.config import load_settings
from pipeline.files.unfinished import Note, write_note
from tests.mailroom import Mailroom

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.places import PostgresServer

pytestmark = pytest.mark.postgres

_OLDER = "0032"  # a migration after which others made tables that refer to older ones


@pytest.fixture
def room(server: PostgresServer, tmp_path: Path) -> Mailroom:
    """Return a newsroom on a database of its own, whose user is no superuser."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS news WITH (FORCE)")
        admin.execute("DROP ROLE IF EXISTS keeper, monitor")
        admin.execute("CREATE ROLE keeper LOGIN")
        admin.execute("CREATE DATABASE news OWNER keeper")
    url = f"postgresql://keeper@127.0.0.1:{server.port}/news"
    room = Mailroom(
        tmp_path / "room", {"DATABASE_URL": url, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    )
    room.configure()
    return room


def ask(room: Mailroom, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(room.environ["DATABASE_URL"], autocommit=True) as connection:
        done = connection.execute(query)
        return done.fetchall() if done.description else []


def back_up_as_it_is(room: Mailroom, path: Path) -> None:
    """Back up without bringing the tables up to date, as an older version did."""
    back_up(load_settings(room.config, room.data, room.environ), path)


def schemas(room: Mailroom) -> list[str]:
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%'"
    return [str(one) for (one,) in ask(room, query)]


def test_a_backup_made_before_an_upgrade_comes_back_whole(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.must("manage", "migrate", "store", _OLDER)
    back_up_as_it_is(room, file)
    room.must("users", "add", "late", "--role", "first", text="yong-shang-2026\n")  # upgrades
    done = room.call("restore", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(room.must("status", "--json"))["articles"] == 0
    names = {one["name"] for one in json.loads(room.must("users", "list", "--json"))["users"]}
    assert names == {"anna", "bo", "chen"}
    known = {name for (name,) in ask(room, "SELECT name FROM django_migrations")}
    assert "0036_causes" in known
    assert ask(room, "SELECT count(*) FROM receiver") == [(0,)]
    with pytest.raises(psycopg.Error, match="only ever added to"):
        ask(room, "DELETE FROM audit")


def test_what_was_there_is_kept_in_a_schema_beside_and_can_come_back(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.subscribe([("yi@a.example", ""), ("er@b.example", "")])
    room.must("backup", str(file))
    room.must("users", "add", "late", "--role", "first", text="yong-shang-2026\n")
    room.must("subscribers", "forget", "yi@a.example", "--yes")
    said = room.must("restore", str(file))
    assert "stopped since the backup, and again now: erased 1\n" in said
    assert ask(room, "SELECT email FROM subscriber") == [("er@b.example",)]
    (schema,) = schemas(room)
    assert f"the database before it is kept: schema {schema}\n" in said
    late = "FROM {}.auth_user WHERE username = 'late'"
    assert ask(room, f"SELECT count(*) {late.format('public')}") == [(0,)]
    assert ask(room, f"SELECT count(*) {late.format(schema)}") == [(1,)]

    # A backup holds what is in use, not what was set aside.
    room.must("backup", str(tmp_path / "later.tar.gz"))
    shutil.unpack_archive(tmp_path / "later.tar.gz", tmp_path / "later")
    assert b"before_restore" not in (tmp_path / "later" / "database.pgdump").read_bytes()

    # The way back that docs/deploy.md describes.
    ask(room, "ALTER SCHEMA public RENAME TO not_wanted")
    ask(room, f"ALTER SCHEMA {schema} RENAME TO public")
    ask(room, "DROP SCHEMA not_wanted CASCADE")
    assert "late" in room.must("users", "list")
    with pytest.raises(psycopg.Error, match="only ever added to"):
        ask(room, "DELETE FROM audit")


@pytest.mark.parametrize("at", ["tables in place", "readers stopped"])
def test_a_killed_restore_done_again_stops_who_left_before_the_first(room, tmp_path, at):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.subscribe([("yi@a.example", ""), ("er@b.example", "")])
    room.must("backup", str(file))
    room.must("subscribers", "forget", "yi@a.example", "--yes")

    class Killed(Exception):  # noqa: N818 - what a signal is
        pass

    def die(_put):
        if at == "readers stopped":
            room.must("subscribers", "forget", "yi@a.example", "--yes")
        raise Killed

    with pytest.raises(Killed):
        put_back(load_settings(room.config, room.data, room.environ), file, settle=die)
    (first,) = schemas(room)
    assert f"restore {file}\n" in room.must("status")
    told = json.loads(room.must("restore", str(file), "--json"))
    assert (told["kept"], told["stopped"]) == (f"schema {first}", 1)
    assert told["half"].removeprefix("schema ") in schemas(room)
    assert told["half"] != told["kept"]
    assert ask(room, "SELECT email FROM subscriber") == [("er@b.example",)]
    assert ask(room, "SELECT reason FROM suppression") == [("erased",)]
    assert json.loads(room.must("restore", str(file), "--json"))["half"] is None


def test_a_restore_killed_before_it_moved_anything_is_one_that_did_not_begin(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.subscribe([("yi@a.example", ""), ("er@b.example", "")])
    room.must("backup", str(file))
    room.must("subscribers", "forget", "yi@a.example", "--yes")
    write_note(room.data, Note(str(file), "before_restore_20260101_000000"))
    told = json.loads(room.must("restore", str(file), "--json"))
    assert (told["kept"], told["half"]) == (f"schema {schemas(room)[0]}", None)
    assert told["stopped"] == 1


def test_a_restore_killed_where_nothing_stood_knows_nothing_of_leavings(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.must("backup", str(file))
    write_note(room.data, Note(str(file)))
    done = room.call("restore", str(file))
    assert done.returncode == 0
    assert "who left or was forgotten since the backup of " in done.stderr


def test_a_restore_that_fails_half_way_changes_nothing(room, server, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    with psycopg.connect(server.url.replace("/postgres", "/news"), autocommit=True) as admin:
        admin.execute("CREATE ROLE monitor")
        admin.execute("GRANT SELECT ON article TO monitor")
        room.must("backup", str(file))
        admin.execute("REVOKE SELECT ON article FROM monitor")
        admin.execute("DROP ROLE monitor")
    room.must("users", "add", "late", "--role", "first", text="yong-shang-2026\n")
    before = ask(room, "SELECT count(*) FROM pg_class")
    done = room.call("restore", str(file))
    assert (done.returncode, done.stderr) == (1, 'error: psql: role "monitor" does not exist\n')
    assert ask(room, "SELECT count(*) FROM pg_class") == before
    assert schemas(room) == []
    assert "late" in room.must("users", "list")


def test_an_empty_database_has_nothing_to_keep_and_others_tables_stay(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.must("backup", str(file))
    ask(room, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE theirs (n int)")
    assert json.loads(room.must("restore", str(file), "--json"))["kept"] is None
    assert schemas(room) == []
    assert ask(room, "SELECT count(*) FROM theirs") == [(0,)]
    assert "anna" in room.must("users", "list")


def test_the_parameters_of_an_address_hold_for_every_command(room, tmp_path):
    url = room.environ["DATABASE_URL"]
    ask(room, "CREATE SCHEMA beside")
    room.environ["DATABASE_URL"] = f"{url}?connect_timeout=20&options=-c%20search_path%3Dbeside"
    room.employ()
    room.must("backup", str(tmp_path / "backup.tar.gz"))
    room.must("restore", str(tmp_path / "backup.tar.gz"))
    room.environ["DATABASE_URL"] = url
    assert ask(room, "SELECT count(*) FROM beside.auth_user") == [(3,)]
    assert ask(room, "SELECT to_regclass('public.auth_user')") == [(None,)]
    room.environ["DATABASE_URL"] = f"{url}?sslmode=require"
    done = room.call("status")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "SSL" in done.stderr


def test_a_backup_from_another_schema_is_refused(room, tmp_path):
    file = tmp_path / "backup.tar.gz"
    room.employ()
    room.must("backup", str(file))
    ask(room, "CREATE SCHEMA keeper")  # which is now where its user's tables are looked for
    done = room.call("restore", str(file))
    assert done.returncode == 1
    assert "holds no tables for the schema keeper" in done.stderr
