"""The doctor names what is broken, and goes on to look at the rest."""

import json
import stat

import pytest


def examine(newsroom):
    done = newsroom("doctor", "--json")
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["sound"] else 1)
    return {one["check"]: (one["ok"], one["said"]) for one in report["checks"]}


def test_a_damaged_database_is_one_line_among_the_others(newsroom, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "pipeline.sqlite3").write_bytes(b"no database " * 100)
    said = examine(newsroom)
    assert said["database"] == (False, "file is not a database")
    assert said["register, themes, gazetteer"][0]


def test_a_database_that_does_not_answer_is_said_without_its_password(newsroom, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:1/none")
    said = examine(newsroom)
    assert not said["database"][0]
    assert "geheim" not in str(said)


@pytest.mark.parametrize(
    ("environ", "check"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DKIM_KEY_FILE": "/nonexistent/key.pem", "DKIM_SELECTOR": "a"}, "DKIM"),
        ({"DKIM_KEY_FILE": __file__, "DKIM_SELECTOR": "a"}, "DKIM"),
    ],
)
def test_what_sending_would_stumble_over_is_found_before(
    empty_newsroom, monkeypatch, environ, check
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    said = examine(empty_newsroom)
    assert [name for name, (ok, _) in said.items() if not ok] == [check]


def test_only_its_owner_reads_the_database_with_the_readers_addresses(empty_room):
    for path in (empty_room / "var").glob("pipeline.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
