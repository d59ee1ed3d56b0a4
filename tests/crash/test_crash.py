"""A short crash test in the ordinary suite; `make crash` runs hundreds of kills."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.crash.harness import Round, crash_round, limit_files, make_readers
from tests.mailroom import Mailroom

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Once

READERS = make_readers(300)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def made(made_once: Once, signed_room: Path) -> Path:
    def build(folder: Path) -> None:
        shutil.copytree(signed_room, folder)
        Mailroom(folder).subscribe(READERS)

    return made_once("crash", build)


@pytest.mark.parametrize("mode", ["log", "resend"])
def test_kills_lose_nobody_and_repeat_no_more_than_the_mode_allows(made, tmp_path, mode):
    shutil.copytree(made, tmp_path / "room")
    room = Mailroom(tmp_path / "room")
    figures = crash_round(room, 7, mode, READERS, 2, room.sql, faults=False)
    assert figures.kills >= 1
    assert figures.lost == []
    assert figures.unexplained == []
    assert figures.repeated <= figures.allowed


def test_a_full_disk_stops_the_sender_in_one_line_and_loses_nothing(made, tmp_path):
    shutil.copytree(made, tmp_path / "room")
    room = Mailroom(tmp_path / "room")
    room.publish_ago(0)
    one = Round(room, 11, "hold", faults=False)
    try:
        base = (room.data / "pipeline.sqlite3").stat().st_size
        sender = one.start_sender(preexec_fn=limit_files(base + 100_000))
        _, said = sender.communicate(timeout=120)
        assert sender.returncode == 1, said
        assert said.count("\n") == 1, said
        one.send_to_end(lambda: None)
        figures = one.judge([email for email, _ in READERS])
        assert (figures.lost, figures.unexplained, figures.repeated) == ([], [], 0)
    finally:
        one.close()
    check = sqlite3.connect(room.data / "pipeline.sqlite3")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()
