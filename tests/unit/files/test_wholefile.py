"""A file that somebody names is written whole, and is afterwards still what it was."""

import os
import stat
import threading
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.files.wholefile import PUBLIC, find_target, replacing


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(path: Path, data: bytes, *rights: int) -> None:
    with replacing(path, *rights) as file:
        file.write(data)


def test_a_new_file_is_its_owners_only_unless_it_is_public(tmp_path):
    write(tmp_path / "a", b"new")
    write(tmp_path / "b", b"new", PUBLIC)
    umask = os.umask(0)
    os.umask(umask)
    assert (mode(tmp_path / "a"), mode(tmp_path / "b")) == (0o600, 0o666 & ~umask)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "b"]


def test_a_link_stays_and_the_file_behind_it_is_written_with_its_mode(tmp_path):
    (tmp_path / "real").mkdir()
    real, link, second = tmp_path / "real" / "list", tmp_path / "link", tmp_path / "second"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to("real/list")
    second.symlink_to(link)
    write(second, b"new")
    assert (second.is_symlink(), link.is_symlink()) == (True, True)
    assert (real.read_bytes(), mode(real)) == (b"new", 0o640)
    assert [one.name for one in real.parent.iterdir()] == ["list"]


def test_a_link_to_a_file_that_is_not_there_yet_makes_it(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("list")
    write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "list").read_bytes() == b"new"
    (tmp_path / "lost").symlink_to("nowhere/list")
    with pytest.raises(UsageError, match="nowhere: there is no such folder"):
        find_target(tmp_path / "lost")


def test_what_is_half_written_lies_in_the_folder_that_the_caller_clears_away(tmp_path):
    workshop = tmp_path / "workshop"
    workshop.mkdir()
    with replacing(tmp_path / "list", within=workshop) as file:
        file.write(b"new")
        assert [one.name for one in tmp_path.iterdir()] == ["workshop"]
    assert (tmp_path / "list").read_bytes() == b"new"
    assert list(workshop.iterdir()) == []


def test_what_fails_within_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half" * (1 // 0))
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["list"]


def test_a_pipe_stays_a_pipe_and_is_written_into(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    write(path, b"through")
    reader.join(20)
    assert read == [b"through"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc here")
def test_a_file_that_is_open_already_is_added_to_where_it_is(tmp_path):
    with (tmp_path / "out").open("wb") as out:
        out.write(b"before ")
        out.flush()
        write(Path(f"/proc/self/fd/{out.fileno()}"), b"behind")
    assert (tmp_path / "out").read_bytes() == b"before behind"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
