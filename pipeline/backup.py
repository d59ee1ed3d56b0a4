"""The whole state in one file, and back: database, secret, archive, pictures, drafts, lessons.

A backup is a gzipped tar with a manifest of hashes last: they are those of what was packed, since
drafts and pictures may change meanwhile. Restoring checks every hash before it touches anything,
and puts what was there aside. What this module never does: back up while nobody else may read;
both databases give a consistent copy while they are used.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
import time
import zlib
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.errors import PipelineError, UsageError
from pipeline.files import unfinished
from pipeline.files.unfinished import Note
from pipeline.files.wholefile import find_target, replacing
from pipeline.store import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from _typeshed import ReadableBuffer as Buffer

    from pipeline.config import Settings

_FORM = 1  # of the manifest
_SQLITE, _POSTGRES = "database.sqlite3", "database.pgdump"
_KEPT = (
    "secret_key",
    "site",
    "issues",
    "learnt.json",
)  # in the data directory, besides the database
_DATABASE = "pipeline.sqlite3"
_PRIVATE = {_SQLITE, _POSTGRES, "data/secret_key"}  # unpacked for their owner only
_WORKSHOP = ".newsroom-backup-"  # and what makes it unique: the folder of one that is being made
_LOCK = ".lock"  # ends the name of the file beside it that is locked meanwhile


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    made_at: datetime
    files: int
    bytes: int
    kept: str = ""  # where a restore keeps the database that it replaced; empty when there was none
    half: str = ""  # likewise what a restore before it had put there that was killed


def back_up(settings: Settings, path: Path) -> Backup:
    """Write the state into ``path``, whole or not at all; a new file is for its owner only.

    Raises:
        UsageError: the folder does not exist.
        PipelineError: the database gives no copy (for PostgreSQL ``pg_dump`` is needed).
        OSError: the file cannot be written.
    """
    target = find_target(path)
    now = datetime.now(UTC)
    with _workshop(target.parent if target else settings.data_dir, settings.data_dir) as folder:
        database = copy_database(settings, folder)
        with replacing(path, within=folder) as raw:
            counted = _Counted(raw)
            with tarfile.open(fileobj=counted, mode="w:gz", compresslevel=6) as archive:
                with database.open("rb") as file:
                    files = {database.name: _add(archive, database.name, file)}
                files |= _add_kept(archive, settings.data_dir)
                manifest = {
                    "form": _FORM,
                    "version": __version__,
                    "made_at": now.isoformat(),
                    "files": files,
                }
                _add(archive, "manifest.json", io.BytesIO(json.dumps(manifest).encode()))
    return Backup(path.absolute(), now, len(files), counted.bytes)


@contextmanager
def _workshop(place: Path, data_dir: Path) -> Iterator[Path]:
    """Make a folder in ``place`` that goes again, and clear away those of who was killed."""
    for left in {*place.glob(f"{_WORKSHOP}*"), *data_dir.glob(f"{_WORKSHOP}*")}:
        _clear_away(left)
    with _claim(place) as folder:
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


@contextmanager
def _claim(place: Path) -> Iterator[Path]:
    """Yield a name in ``place`` that is ours as long as the lock beside it is held.

    The lock is made before the folder and goes after it, so a folder without one is nobody's; the
    system lets go of it when the process dies.
    """
    while True:
        folder = place / f"{_WORKSHOP}{secrets.token_hex(4)}"
        with _get_lock(folder).open("xb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.fstat(lock.fileno()).st_nlink:
                continue  # another took it for one left behind, before it was held
            try:
                yield folder
            finally:
                _get_lock(folder).unlink(missing_ok=True)
            return


def _get_lock(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")


def _clear_away(left: Path) -> None:
    """Remove a workshop of ours in which nobody works any more."""
    folder = left.with_name(left.name.removesuffix(_LOCK))
    with suppress(OSError), ExitStack() as held:  # another user's, or gone already: never mind
        if left.is_symlink() or left.stat().st_uid != os.geteuid():
            return
        # Earlier versions kept it within, where it went with the rest in any order.
        for one in (_get_lock(folder), folder / "lock"):
            if one.exists():
                lock = held.enter_context(one.open("rb+"))
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.exists():
            shutil.rmtree(folder)
        _get_lock(folder).unlink(missing_ok=True)


def _add_kept(archive: tarfile.TarFile, data_dir: Path) -> dict[str, str]:
    """Pack what is kept besides the database; return the hash of each as it was packed."""
    files = {}
    for kept in _KEPT:
        root = data_dir / kept
        for one in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if one.name.startswith(".") or not one.is_file():
                continue
            # Whole before it is packed: meanwhile others replace it, or write on.
            with suppress(FileNotFoundError):  # retention deletes, too
                content = io.BytesIO(one.read_bytes())
                name = f"data/{one.relative_to(data_dir).as_posix()}"
                files[name] = _add(archive, name, content)
    return files


class _Counted(io.BufferedIOBase):
    """What is written, passed on and counted: a pipe does not know how much went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.bytes = 0
        self._file = file

    def write(self, data: Buffer, /) -> int:
        written = self._file.write(data)
        self.bytes += written
        return written


def restore(
    settings: Settings, path: Path, *, settle: Callable[[Backup], object] = lambda _: None
) -> Backup:
    """Put the state of a backup in place of the present one, which is kept aside.

    The present database becomes ``pipeline.sqlite3.before-restore``, on PostgreSQL a schema of its
    own beside; files of the data directory that the backup has replace those of the same name.
    ``settle`` is called when all is in place: until it has returned, a note in the data directory
    tells that nothing may be sent (`pipeline.files.unfinished`). Where one was killed before it
    came to its end, the database that it replaced is the one that counts, not what it left.

    Raises:
        UsageError: it is no backup, it is damaged, or it belongs to another kind of database.
        PipelineError: PostgreSQL's clients are missing or failed; nothing was changed.
    """
    place = settings.data_dir
    with _workshop(place, place) as folder:
        manifest = _unpack(path, folder)
        before = unfinished.read_note(place)
        try:
            kept, half = _put_database(settings, folder, path, before)
        except PipelineError:  # nothing was changed
            if before is None and unfinished.read_note(place):
                unfinished.clear_note(place)
            raise
        for file in sorted(manifest["files"]):
            if file.startswith("data/"):
                target = place / file.removeprefix("data/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / file, target)
        secret = place / "secret_key"
        if secret.exists():
            secret.chmod(0o600)
        made_at = datetime.fromisoformat(manifest["made_at"])
        size = path.stat().st_size
        put = Backup(path, made_at, len(manifest["files"]), size, kept, half)
        settle(put)
        unfinished.clear_note(place)
        return put


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack into ``folder`` and return the manifest; every hash is checked."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            _extract(archive, folder.resolve())
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        files: dict[str, str] = manifest["files"]
        form = manifest["form"]
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file, or no backup") from None
    except (tarfile.TarError, zlib.error, OSError, ValueError, KeyError, EOFError) as error:
        raise UsageError(f"{path}: no backup of ours, or damaged: {error}") from None
    if form != _FORM:
        raise UsageError(f"{path}: a backup of form {form}; this version reads form {_FORM}")
    for name, digest in files.items():
        part = folder / name
        if not part.is_file() or _hash(part) != digest:
            raise UsageError(f"{path}: {name} is damaged; nothing was changed")
    return manifest


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's files into ``folder``, and nothing beside it.

    The standard library's own filter is not in every Python 3.11.

    Raises:
        ValueError: it holds a link or a device, or a file that would lie elsewhere.
    """
    for member in archive:
        target = (folder / member.name).resolve()
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or not target.is_relative_to(folder):
            raise ValueError(f"{member.name!r} is no file of a backup")
        target.parent.mkdir(parents=True, exist_ok=True)
        if member.name in _PRIVATE:
            _make_private(target)
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)


def copy_database(settings: Settings, folder: Path) -> Path:
    """Write a copy of the database into ``folder``, and return its file.

    Raises:
        PipelineError: there is none yet, it is damaged, the disk is full, or ``pg_dump`` is
            missing or failed.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if url.startswith("postgres"):
        target = folder / _POSTGRES
        _make_private(target)
        dumps.dump(url, target)
        return target
    source, target = settings.data_dir / _DATABASE, folder / _SQLITE
    if not source.exists():
        raise PipelineError(f"{source}: there is no database yet; run the pipeline first")
    _make_private(target)
    # SQLite's own copy: consistent although others write meanwhile.
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise PipelineError(f"no copy of {source} in {folder.parent}: {error}") from None
    return target


def _put_database(
    settings: Settings, folder: Path, path: Path, before: Note | None
) -> tuple[str, str]:
    """Put the unpacked database in place.

    ``before`` is the note of a restore that was killed before this one. Return where the database
    is kept that stood there before both, and where what the killed one had put there ("": nowhere).
    """
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if url.startswith("postgres"):
        dump = folder / _POSTGRES
        if not dump.exists():
            raise UsageError("the backup holds an SQLite database, DATABASE_URL names PostgreSQL")
        return _put_schema(settings.data_dir, url, dump, path, before)
    copy = folder / _SQLITE
    if not copy.exists():
        raise UsageError("the backup holds a PostgreSQL database; set DATABASE_URL")
    with closing(sqlite3.connect(copy)) as database:
        said = database.execute("PRAGMA quick_check").fetchone()[0]
    if said != "ok":
        raise UsageError(f"the backup's database is damaged: {said}; nothing was changed")
    return _put_file(settings.data_dir, copy, path, before), ""


def _put_schema(
    data_dir: Path, url: str, dump: Path, path: Path, before: Note | None
) -> tuple[str, str]:
    """Put a dump in the place of the tables; return where these stand, and where half a restore."""
    taken = dumps.list_aside(url)
    aside = dumps.name_aside(taken)
    was = before.former if before else ""
    if before and before.backup and (was in taken or not was):
        # It had moved them, or had none to move: what stands there is half a restore or nothing.
        unfinished.write_note(data_dir, Note(str(path.absolute()), was, moved=True))
        half = dumps.put_back(url, dump, aside)
        return (f"schema {was}" if was else ""), (f"schema {half}" if half else "")
    was = aside if dumps.has_tables(url) else ""
    unfinished.write_note(data_dir, Note(str(path.absolute()), was))
    dumps.put_back(url, dump, aside)
    if before and not before.backup:  # an earlier version's: nobody knows what it found or left
        return "", f"schema {was}" if was else ""
    return (f"schema {was}" if was else ""), ""


def _put_file(data_dir: Path, copy: Path, path: Path, before: Note | None) -> str:
    """Put a file of SQLite in place, and return where the one that stood there is kept."""
    target = data_dir / _DATABASE
    kept = target.with_name(f"{_DATABASE}.before-restore")
    if before is None or (before.backup and not before.moved):
        # What stands there is no restore's: its note says otherwise before one takes the place.
        note = Note(str(path.absolute()), str(kept) if target.exists() else "")
        unfinished.write_note(data_dir, note)
    elif before.backup:
        note = replace(before, backup=str(path.absolute()))
    else:  # an earlier version's, which wrote nothing down
        is_there = kept.exists() or target.exists()
        note = Note(str(path.absolute()), str(kept) if is_there else "", moved=kept.exists())
    if note.former and not note.moved:
        _set_aside(target, kept)
    unfinished.write_note(data_dir, replace(note, moved=True))
    for ending in ("-wal", "-shm"):  # of half a restore; they would be read with the new one
        target.with_name(_DATABASE + ending).unlink(missing_ok=True)
    copy.chmod(0o600)
    shutil.move(copy, target)
    return note.former


def _set_aside(target: Path, kept: Path) -> None:
    """Keep a database of SQLite by another name, too, with its log: its place is never empty."""
    # A damaged one is what a backup is put back for: its log then stays beside it.
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("", "-wal", "-shm"):
        one, name = (path.with_name(path.name + ending) for path in (target, kept))
        part = name.with_name(f"{name.name}.part")
        for left in (part, *([] if one.exists() else [name])):
            left.unlink(missing_ok=True)
        if one.exists():
            try:
                part.hardlink_to(one)
            except OSError:  # a file system without hard links
                shutil.copy2(one, part)
            part.replace(name)
            part.unlink(missing_ok=True)  # it stays where both are one file already


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner reads, whoever writes into it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def _add(archive: tarfile.TarFile, name: str, content: io.BufferedReader | io.BytesIO) -> str:
    """Pack a content and return its hash."""
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = content.seek(0, io.SEEK_END), int(time.time()), 0o600
    content.seek(0)
    archive.addfile(entry, content)
    return digest


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
