"""One file holds the state; a damaged one changes nothing."""

import io
import json
import shutil
import sqlite3
import tarfile


def test_the_state_comes_back_as_it_was(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    file = tmp_path / "backup.tar.gz"
    done = newsroom("backup", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] > 5
    assert file.stat().st_mode & 0o077 == 0
    before = json.loads(newsroom("status", "--json").stdout)["articles"]
    secret = (tmp_path / "var" / "secret_key").read_bytes()
    shutil.rmtree(tmp_path / "var")
    assert newsroom("restore", str(file)).returncode == 0
    assert (tmp_path / "var" / "secret_key").read_bytes() == secret
    status = json.loads(newsroom("status", "--json").stdout)
    assert status["articles"] == before > 0
    assert newsroom("proof", "--week", "2026-W47").returncode == 0


def test_a_restore_keeps_what_was_there(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    file = tmp_path / "backup.tar.gz"
    assert newsroom("backup", str(file)).returncode == 0
    assert newsroom("restore", str(file)).returncode == 0
    aside = tmp_path / "var" / "pipeline.sqlite3.before-restore"
    with sqlite3.connect(aside) as old:
        assert old.execute("SELECT count(*) FROM article").fetchone()[0] > 50


def test_a_damaged_backup_changes_nothing(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    file, broken = tmp_path / "backup.tar.gz", tmp_path / "broken.tar.gz"
    assert newsroom("backup", str(file)).returncode == 0
    before = (tmp_path / "var" / "pipeline.sqlite3").read_bytes()
    broken.write_bytes(file.read_bytes()[:-5000])
    with tarfile.open(file) as good, tarfile.open(tmp_path / "changed.tar.gz", "w:gz") as bad:
        for member in good:
            opened = good.extractfile(member)
            assert opened is not None
            data = opened.read()
            if member.name == "data/secret_key":
                data = data[::-1]
            member.size = len(data)
            bad.addfile(member, io.BytesIO(data))
    (tmp_path / "text.txt").write_text("no backup", encoding="utf-8")
    for name in ("broken.tar.gz", "changed.tar.gz", "text.txt", "none.tar.gz"):
        done = newsroom("restore", str(tmp_path / name))
        assert done.returncode == 2, name
        assert len(done.stderr.strip().splitlines()) == 1
    assert (tmp_path / "var" / "pipeline.sqlite3").read_bytes() == before


def test_a_worker_needs_postgresql(empty_newsroom):
    done = empty_newsroom("worker", "--once")
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr
