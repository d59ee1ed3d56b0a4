"""After a backup was put back nobody gets an issue twice, and nobody is written to who said no."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.files.unfinished import Note, write_note
from tests.mailroom import WEEK, Mailroom

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Once

READERS = [("yi@a.example", "海曙"), ("er@b.example", "鄞州"), ("san@c.example", "")]


@pytest.fixture(scope="session")
def read(made_once: Once, signed_room: Path) -> Path:
    def build(folder: Path) -> None:
        shutil.copytree(signed_room, folder)
        Mailroom(folder).subscribe(READERS)

    return made_once("signed-read-restored", build)


@pytest.fixture
def room(read: Path, tmp_path: Path) -> Mailroom:
    shutil.copytree(read, tmp_path / "room")
    one = Mailroom(tmp_path / "room")
    one.publish_ago(0.1)
    return one


def send(room: Mailroom, *more: str) -> dict[str, Any]:
    words = ("send", "--week", WEEK, "--to-dir", str(room.folder / "out"), "--json", *more)
    report: dict[str, Any] = json.loads(room.must(*words))
    return report


def send_due(room: Mailroom) -> str:
    """Do what cron does; return what it would mail to the operator."""
    done = room.call("-q", "send", "--due", "--to-dir", str(room.folder / "again"))
    assert (done.returncode, done.stdout) == (0, "")
    assert not list((room.folder / "again").glob("*.eml"))
    return done.stderr


def restore(room: Mailroom, path: Path) -> str:
    done = room.call("-q", "restore", str(path))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return done.stderr


@pytest.fixture
def backup(room: Mailroom) -> Path:
    path = room.folder / "backup.tar.gz"
    room.must("backup", str(path))
    return path


def test_an_issue_that_went_out_after_the_backup_waits_for_a_word(
    room: Mailroom, backup: Path
) -> None:
    assert send(room)["delivered"] == 3
    said = restore(room, backup)
    assert said.startswith(f"warning: {WEEK} may have gone out since the backup of ")
    assert "it stands in the archive" in said
    assert f"send --week {WEEK} --uncertain delivered" in said
    assert "3 deliveries may have gone out before a backup was put back" in send_due(room)
    assert send_due(room) == "", "once a day"
    report = send(room, "--uncertain", "delivered")
    assert (report["delivered"], report["uncertain"]) == (3, 0)
    assert send_due(room) == ""
    (issue,) = json.loads(room.must("status", "--json"))["issues"]
    assert issue["status"] == "sent"


def test_an_issue_that_did_not_go_out_goes_by_a_persons_word_and_not_by_the_settings(
    room: Mailroom, backup: Path
) -> None:
    room.configure("uncertain: resend")
    assert "(nobody knows)" in restore(room, backup)
    assert "are held" in send_due(room)
    assert send(room, "--uncertain", "resend")["delivered"] == 3
    assert len(list((room.folder / "out").glob("*.eml"))) == 3


def test_of_an_issue_half_sent_who_had_none_at_the_backup_is_held_and_the_log_tells_who_has(
    room: Mailroom,
) -> None:
    path = room.folder / "backup.tar.gz"
    send(room, "--limit", "1")
    room.must("backup", str(path))
    send(room, "--limit", "1")
    restore(room, path)
    states = [
        json.loads(line) for line in room.must("deliveries", "--week", WEEK, "--json").splitlines()
    ]
    assert [one["status"] for one in states] == ["delivered", "uncertain", "uncertain"]
    log = room.folder / "mail.log"
    log.write_text(
        "2026-11-24T08:00:01+08:00 mx postfix/cleanup[7]: 4A1B: message-id="
        f"{states[1]['message_id']}\n"
        "2026-11-24T08:00:01+08:00 mx postfix/qmgr[8]: 4A1B: from=<a@b.example>, size=9, nrcpt=1\n"
        "2099-11-24T08:00:01+08:00 mx postfix/qmgr[8]: 4A1B: removed\n",
        encoding="utf-8",
    )
    known = send(room, "--relay-log", str(log))
    assert (known["delivered"], known["uncertain"]) == (2, 1), "it may be in an older log"
    done = send(room, "--relay-log", str(log), "--uncertain", "resend")
    assert (done["delivered"], done["uncertain"]) == (3, 0)
    assert len(list((room.folder / "out").glob("*.eml"))) == 3


def test_an_issue_whose_time_is_to_come_goes_out_at_its_time(room: Mailroom) -> None:
    room.publish_ago(-1)
    path = room.folder / "backup.tar.gz"
    room.must("backup", str(path))
    assert restore(room, path) == ""
    room.publish_ago(0.1)
    assert send(room)["delivered"] == 3


def test_an_issue_sent_before_its_time_is_found_in_the_archive(room: Mailroom) -> None:
    room.publish_ago(-1)
    path = room.folder / "backup.tar.gz"
    room.must("backup", str(path))
    send(room)
    assert "it stands in the archive" in restore(room, path)


@pytest.mark.parametrize("at_backup", ["review", "nothing"])
def test_what_readers_have_and_the_backup_has_unsigned_waits_for_a_word(
    room: Mailroom, at_backup: str
) -> None:
    path = room.folder / "backup.tar.gz"
    draft_again(room)
    if at_backup == "nothing":
        forget_issue(room)
    room.must("backup", str(path))
    if at_backup == "nothing":
        room.run()
        room.publish_ago(0.1)
    room.sign()
    send(room)
    said = restore(room, path)
    assert said.count("\n") == 1
    assert f"warning: {WEEK} stands in the archive" in said
    assert f"send --week {WEEK} --uncertain delivered" in said
    if at_backup == "nothing":
        room.run()
        room.publish_ago(0.1)
    status = json.loads(room.must("status", "--json"))
    assert status["waiting_for_word"] == [WEEK]
    assert f"held: {WEEK} may have gone out" in room.must("status")
    refused = room.call("approve", "--week", WEEK, "--step", "first", "--as", "anna")
    assert (refused.returncode, refused.stderr.count("\n")) == (4, 1)
    assert f"send --week {WEEK} --uncertain delivered" in refused.stderr

    assert send(room, "--uncertain", "delivered")["delivered"] == 0
    status = json.loads(room.must("status", "--json"))
    assert (status["waiting_for_word"], status["issues"][0]["overdue"]) == ([], False)
    assert room.call("approve", "--week", WEEK, "--step", "first", "--as", "anna").returncode == 4
    later = room.folder / "later.tar.gz"
    room.must("backup", str(later))
    assert restore(room, later) == "", "it was said"

    send(room, "--uncertain", "resend")
    room.sign()
    assert send(room)["delivered"] == 3


def draft_again(room: Mailroom) -> None:
    """Take every signature away."""
    room.sql("DELETE FROM signature")
    room.sql("UPDATE issue SET status = 'draft'")


def forget_issue(room: Mailroom) -> None:
    room.sql("DELETE FROM issue_item")
    room.sql("DELETE FROM issue_revision")
    room.sql("DELETE FROM issue")


def test_what_readers_may_have_is_not_asked_for(room: Mailroom, backup: Path) -> None:
    shut = {"SMTP_URL": "smtp://127.0.0.1:1"}  # where who is asked cannot be told
    room.configure("report_to: [chief@news.example]")
    draft_again(room)
    room.must("backup", str(backup))
    room.sign()
    send(room)
    restore(room, backup)
    assert room.call("status", "--remind", env=shut).stderr == ""
    send(room, "--uncertain", "resend")
    assert "could not be told" in room.call("status", "--remind", env=shut).stderr


def test_the_log_tells_of_the_restore_of_each_issue_held_and_of_the_word(
    room: Mailroom, backup: Path
) -> None:
    send(room)
    restore(room, backup)
    send(room, "--uncertain", "delivered")
    told = [json.loads(line) for line in room.must("audit").splitlines()]
    assert [
        (one["action"], one["week"], one["payload"]["note"].partition("，")[2])
        for one in told
        if one["action"].startswith("restore")
    ] == [
        ("restore", "", ""), ("restore-held", WEEK, "3位读者待确认"), ("restore-word", WEEK, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("word", "became"), [("delivered", "delivered"), ("resend", "failed")])
def test_after_the_deadline_a_restored_issue_still_waits_for_a_word(
    room: Mailroom, backup: Path, word: str, became: str
) -> None:
    send(room)
    assert "are held" in restore(room, backup)
    room.publish_ago(99)
    assert "the deadline has passed, so they then count as failed" in send_due(room)
    assert send_due(room) == "", "once a day"
    report = send(room, "--uncertain", word)
    assert (report[became], report["uncertain"]) == (3, 0)
    assert not list((room.folder / "again").glob("*.eml"))
    assert send_due(room) == ""


def test_who_was_forgotten_since_the_backup_is_forgotten_again(
    room: Mailroom, backup: Path
) -> None:
    room.must("subscribers", "forget", "yi@a.example", "--yes")
    told = room.must("restore", str(backup))
    assert "stopped since the backup, and again now: erased 1\n" in told
    assert room.sql("SELECT count(*) FROM subscriber") == [(2,)]
    assert send(room, "--uncertain", "resend")["delivered"] == 2


def test_where_the_former_database_is_gone_it_is_said_that_leavings_are_not_known(
    room: Mailroom, backup: Path
) -> None:
    (room.data / "pipeline.sqlite3").unlink()
    assert "who left or was forgotten since the backup of " in restore(room, backup)


@pytest.mark.parametrize("stage", ["noted", "aside", "put"])
def test_a_restore_that_was_killed_is_done_again_from_what_it_found(
    room: Mailroom, backup: Path, stage: str
) -> None:
    room.must("subscribers", "forget", "yi@a.example", "--yes")
    older = room.data / "pipeline.sqlite3.before-restore"
    older.write_bytes(b"of last month")
    kill_restore(room, backup, stage)
    done = room.call("send", "--due", "--to-dir", str(room.folder / "out"))
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert f"nothing is sent before it is done: restore {backup}" in done.stderr
    assert f"restore {backup}\n" in room.must("status")
    assert json.loads(room.must("status", "--json"))["unfinished_restore"] == f"restore {backup}"
    checked = room.call("doctor")
    assert checked.returncode == 1
    assert f"BAD  restore: was stopped half way, and nothing is sent until: restore {backup}\n" in (
        checked.stdout
    )
    assert "erased 1\n" in room.must("restore", str(backup)), "of the first one's former database"
    assert older.read_bytes().startswith(b"SQLite format 3")
    with closing(sqlite3.connect(older)) as former:
        assert former.execute("SELECT reason FROM suppression").fetchall() == [("erased",)]
    assert not list(room.data.glob("*.part"))
    assert json.loads(room.must("status", "--json"))["unfinished_restore"] is None
    (room.folder / "text.txt").write_text("no backup", encoding="utf-8")
    assert room.call("restore", str(room.folder / "text.txt")).returncode == 2
    assert not (room.data / "restore.unfinished").exists(), "nothing was changed"


def kill_restore(room: Mailroom, path: Path, stage: str) -> None:
    """Leave what a restore leaves that a power cut ended at ``stage``."""
    database = room.data / "pipeline.sqlite3"
    kept = room.data / "pipeline.sqlite3.before-restore"
    note = Note(str(path), str(kept), moved=stage == "put")
    write_note(room.data, note)
    if stage != "noted":
        with closing(sqlite3.connect(database)) as one:
            one.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept.unlink()
        kept.hardlink_to(database)
    if stage == "put":
        shutil.unpack_archive(path, room.folder / "unpacked")
        shutil.move(room.folder / "unpacked" / "database.sqlite3", database)
