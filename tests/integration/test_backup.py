"""One file holds the state; a damaged one changes nothing."""

import fcntl
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import contextmanager

import pytest

from pipeline.backup import copy_database
from pipeline.config import load_settings
from tests import ready
from tests.conftest import ROOT


def test_the_state_comes_back_as_it_was(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    file = tmp_path / "backup.tar.gz"
    (tmp_path / "var" / "learnt.json").write_text("{}")
    done = newsroom("backup", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] > 5
    assert file.stat().st_mode & 0o077 == 0
    before = json.loads(newsroom("status", "--json").stdout)["articles"]
    secret = (tmp_path / "var" / "secret_key").read_bytes()
    shutil.rmtree(tmp_path / "var")
    assert newsroom("restore", str(file)).returncode == 0
    assert (tmp_path / "var" / "secret_key").read_bytes() == secret
    assert (tmp_path / "var" / "learnt.json").read_text() == "{}"
    status = json.loads(newsroom("status", "--json").stdout)
    assert status["articles"] == before > 0
    for path in (tmp_path / "var").glob("pipeline.sqlite3*"):
        assert path.stat().st_mode & 0o077 == 0
    assert newsroom("proof", "--week", "2026-W47").returncode == 0


def test_nothing_is_restored_under_a_sender_at_work(drafted_newsroom, tmp_path):
    file = tmp_path / "backup.tar.gz"
    assert drafted_newsroom("backup", str(file)).returncode == 0
    with (tmp_path / "var" / "send.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = drafted_newsroom("restore", str(file))
    assert (done.returncode, done.stderr.count("\n")) == (75, 1), done.stderr


def test_a_backup_goes_through_a_pipe_and_a_link_stays_one(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    pipe, link, file = tmp_path / "pipe", tmp_path / "link.tar.gz", tmp_path / "real.tar.gz"
    os.mkfifo(pipe)
    with (
        (tmp_path / "piped").open("wb") as piped,
        subprocess.Popen(["cat", str(pipe)], stdout=piped) as cat,
    ):
        done = newsroom("backup", str(pipe), "--json")
        cat.wait(60)
    data = (tmp_path / "piped").read_bytes()
    assert json.loads(done.stdout)["bytes"] == len(data) > 0
    file.write_bytes(b"older")
    file.chmod(0o640)
    link.symlink_to(file.name)
    assert newsroom("backup", str(link)).returncode == 0
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.stat().st_size > 5
    file.write_bytes(data)
    assert newsroom("restore", str(link)).returncode == 0


@pytest.mark.usefixtures("empty_newsroom")
def test_nothing_stands_behind_an_archive_that_is_written_to_the_output(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    place = ["--config", str(ROOT / "feeds.yaml"), "--data-dir", str(tmp_path / "var")]
    with (
        (tmp_path / "piped").open("wb") as piped,
        subprocess.Popen(["cat", str(pipe)], stdout=piped) as cat,
        pipe.open("wb") as out,
    ):
        done = subprocess.run(
            [sys.executable, ready.SCRIPT, *place, "backup", str(pipe)],
            stdout=out, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
        out.close()
        cat.wait(60)
    data = (tmp_path / "piped").read_bytes()
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)
    assert b"backed up" not in data
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert archive.getnames()[-1] == "manifest.json"


@contextmanager
def backing_up(room):
    """Yield a backup that waits in the midst of packing, and the pipe through which it goes on."""
    pipe, big = room / "pipe", room / "var" / "site" / "0.jpg"
    big.parent.mkdir(exist_ok=True)
    big.write_bytes(os.urandom(1 << 20))  # more than a pipe takes
    os.mkfifo(pipe)
    place = ["--config", str(ROOT / "feeds.yaml"), "--data-dir", str(room / "var")]
    with (
        subprocess.Popen(
            [sys.executable, ready.SCRIPT, *place, "backup", str(pipe)], stderr=subprocess.PIPE
        ) as process,
        pipe.open("rb", buffering=0) as out,
    ):
        yield process, out


def test_what_is_changed_or_deleted_while_it_is_packed_keeps_no_backup_from_its_restoring(
    drafted_newsroom, tmp_path
):
    draft, page = tmp_path / "var" / "issues" / "2026-W47" / "issue.html", tmp_path / "new.html"
    with backing_up(tmp_path) as (process, out):
        data = out.read(1)
        page.write_text("改过的稿", encoding="utf-8")
        page.replace(draft)
        draft.with_name("issue.txt").unlink()
        (tmp_path / "var" / "learnt.json").write_text("{}")
        data += out.read()
        assert process.wait(60) == 0
    file = tmp_path / "backup.tar.gz"
    file.write_bytes(data)
    draft.unlink()
    done = drafted_newsroom("restore", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert draft.read_text(encoding="utf-8") == "改过的稿"


def test_a_backup_of_an_earlier_version_whose_manifest_comes_first_is_put_back(
    drafted_newsroom, tmp_path
):
    file, older = tmp_path / "backup.tar.gz", tmp_path / "older.tar.gz"
    assert drafted_newsroom("backup", str(file)).returncode == 0
    with tarfile.open(file) as new, tarfile.open(older, "w:gz") as old:
        for member in reversed(new.getmembers()):
            old.addfile(member, new.extractfile(member))
    assert drafted_newsroom("restore", str(older)).returncode == 0


def list_copies(room):
    return sorted((room / "var").rglob("database.sqlite3"))


@pytest.mark.usefixtures("empty_newsroom")
def test_a_backup_that_is_told_to_stop_leaves_no_copy_of_the_database(tmp_path):
    with backing_up(tmp_path) as (process, out):
        out.read(1)
        (copy,) = list_copies(tmp_path)
        assert copy.stat().st_mode & 0o077 == 0
        process.send_signal(signal.SIGTERM)
        out.read()
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + signal.SIGTERM, b"stopped\n")
    assert list_copies(tmp_path) == []


def test_what_a_killed_backup_left_goes_with_the_next_one_and_what_is_at_work_stays(
    empty_newsroom, tmp_path
):
    stranger = tmp_path / "var" / "tmpabc" / "database.sqlite3"
    stranger.parent.mkdir()
    stranger.touch()
    with backing_up(tmp_path) as (process, out):
        out.read(1)
        assert empty_newsroom("backup", str(tmp_path / "var" / "a.tar.gz")).returncode == 0
        assert len(list_copies(tmp_path)) == 2
        process.kill()
    assert len(list_copies(tmp_path)) == 2
    assert empty_newsroom("backup", str(tmp_path / "var" / "a.tar.gz")).returncode == 0
    assert list_copies(tmp_path) == [stranger]
    assert not list((tmp_path / "var").glob(".newsroom-backup-*"))


@pytest.mark.parametrize("left", ["without its lock", "with the lock within", "a lock alone"])
@pytest.mark.parametrize("where", ["beside the backup", "in the data directory"])
def test_what_was_killed_while_it_cleared_away_is_removed_wherever_it_stands(
    empty_newsroom, tmp_path, left, where
):
    place = tmp_path / ("backups" if where == "beside the backup" else "var")
    (tmp_path / "backups").mkdir()
    folder = place / ".newsroom-backup-1a2b3c4d"
    if left == "a lock alone":
        folder.with_name(f"{folder.name}.lock").touch()
    else:
        folder.mkdir()
        (folder / "database.sqlite3").write_bytes(b"addresses")
    if left == "with the lock within":
        (folder / "lock").touch()
    assert empty_newsroom("backup", str(tmp_path / "backups" / "a.tar.gz")).returncode == 0
    assert [one.name for one in (tmp_path / "backups").iterdir()] == ["a.tar.gz"]
    assert not list((tmp_path / "var").glob(".newsroom-backup-*"))


def test_a_workshop_of_an_earlier_version_that_is_at_work_stays(empty_newsroom, tmp_path):
    folder = tmp_path / "var" / ".newsroom-backup-abc"
    folder.mkdir()
    with (folder / "lock").open("xb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert empty_newsroom("backup", str(tmp_path / "var" / "a.tar.gz")).returncode == 0
        assert folder.exists()


def test_a_restore_keeps_what_was_there(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    file = tmp_path / "backup.tar.gz"
    assert newsroom("backup", str(file)).returncode == 0
    said = newsroom("restore", str(file)).stdout
    aside = tmp_path / "var" / "pipeline.sqlite3.before-restore"
    assert f"the database before it is kept: {aside}\n" in said
    with sqlite3.connect(aside) as old:
        assert old.execute("SELECT count(*) FROM article").fetchone()[0] > 50


@pytest.mark.parametrize("damage", ["garbage", "cut"])
def test_a_damaged_database_is_what_a_backup_is_put_back_for(drafted_newsroom, tmp_path, damage):
    newsroom = drafted_newsroom
    file, database = tmp_path / "backup.tar.gz", tmp_path / "var" / "pipeline.sqlite3"
    assert newsroom("backup", str(file)).returncode == 0
    whole = database.read_bytes()
    broken = {"garbage": b"no database " * 9000, "cut": whole[: len(whole) // 3]}
    database.write_bytes(broken[damage])
    again = newsroom("backup", str(tmp_path / "later.tar.gz"))
    assert "Traceback" not in again.stderr
    restored = newsroom("restore", str(file))
    assert restored.returncode == 0
    assert restored.stderr.startswith("warning: who left or was forgotten since the backup of ")
    assert restored.stderr.count("\n") == 1
    aside = database.with_name("pipeline.sqlite3.before-restore")
    assert aside.read_bytes()[:100] == broken[damage][:100]
    assert newsroom("proof", "--week", "2026-W47").returncode == 0


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


@pytest.mark.parametrize("kind", ["above", "absolute", "link"])
def test_an_archive_that_reaches_elsewhere_is_no_backup(tmp_path, empty_newsroom, kind):
    path = tmp_path / "hostile.tar.gz"
    outside = tmp_path / "outside.txt"
    name = {"above": "../../outside.txt", "absolute": str(outside), "link": "data/out"}[kind]
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        if kind == "link":
            member.type, member.linkname = tarfile.SYMTYPE, str(outside)
        member.size = 0 if kind == "link" else 4
        archive.addfile(member, io.BytesIO(b"evil"))
    done = empty_newsroom("restore", str(path))
    assert done.returncode == 2
    assert "is no file of a backup" in done.stderr
    assert not outside.exists()


def test_the_password_of_postgresql_is_in_no_list_of_processes(tmp_path, monkeypatch):
    client = tmp_path / "pg_dump"
    client.write_text(f'#!/bin/sh\necho "$PGPASSWORD" "$@" > {tmp_path}/said\n', encoding="utf-8")
    client.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    feeds = tmp_path / "feeds.yaml"
    feeds.write_text(
        "newsletter: {name: 示例, sender_email: a@b.example, first_week: 2026-W45}\n",
        encoding="utf-8",
    )
    url = "postgresql://user:ge%20heim@db.example:5433/news"
    settings = load_settings(feeds, tmp_path / "var", {"DATABASE_URL": url})
    copy_database(settings, tmp_path)
    said = (tmp_path / "said").read_text(encoding="utf-8").strip()
    assert said.startswith("ge heim --format=custom")
    assert said.endswith("--dbname=postgresql://user@db.example:5433/news")
    assert said.count("heim") == 1


def test_a_worker_needs_postgresql(empty_newsroom):
    done = empty_newsroom("worker", "--once")
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr
