"""An error of SQLite's says what to do; a healthy database is never replaced for it."""

import sqlite3
from contextlib import closing

import pytest

from pipeline.cli.sqlitefault import PUT_BACK, explain


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "pipeline.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE one(text)")
    return file


def meet(path, last, *, before="PRAGMA busy_timeout = 0"):
    """Return the error that the last statement ends in."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        database.execute(before)
        with pytest.raises(sqlite3.Error) as caught:
            database.execute(last)
        return caught.value


def test_a_file_that_is_no_database_is_what_a_backup_is_put_back_for(tmp_path):
    path = tmp_path / "pipeline.sqlite3"
    path.write_bytes(b"no database " * 100)
    error = meet(path, "SELECT * FROM one")
    assert explain(error, path) == f"file is not a database; {PUT_BACK}"


def test_a_file_that_cannot_be_opened_is_said_with_whose_it_is(tmp_path):
    path = tmp_path / "pipeline.sqlite3"
    path.mkdir(0o750)
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(path)
    said = explain(caught.value, path)
    assert said.startswith(f"unable to open database file: folder {path} is ")
    assert "mode 750; folder" in said
    assert PUT_BACK not in said


def test_a_file_that_is_only_read_is_said_with_whose_it_is(path):
    error = meet(path, "INSERT INTO one VALUES (1)", before="PRAGMA query_only = ON")
    said = explain(error, path)
    assert f"readonly database: {path} is " in said
    assert PUT_BACK not in said


def test_a_database_that_another_process_holds_is_to_be_waited_for(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = explain(meet(path, "SELECT * FROM one"), path)
    assert said == (
        f"database is locked: another process holds {path}; try again, or see who: fuser -v {path}"
    )


def test_a_full_disk_is_to_be_made_free(path):
    error = meet(
        path, "INSERT INTO one VALUES (zeroblob(100000))", before="PRAGMA max_page_count = 2"
    )
    said = explain(error, path)
    assert said.startswith(f"database or disk is full: {path}; free some of its disk")
    assert PUT_BACK not in said


def test_what_is_no_fault_of_the_file_is_said_alone(path):
    assert explain(meet(path, "SELECT * FROM two"), path) == "no such table: two"
