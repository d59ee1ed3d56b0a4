"""The whole state in one file, and back: database, secret, archive, pictures, drafts, lessons.

A backup is a gzipped tar with a manifest of hashes first; restoring checks every hash before it
touches anything, and puts what was there aside. What this module never does: back up while nobody
else may read; both databases give a consistent copy while they are used.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline import __version__, dumps
from pipeline.errors import PipelineError, UsageError
from pipeline.wholefile import find_target, replacing

if TYPE_CHECKING:
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
_CHUNK = 1 << 20  # bytes hashed at once


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    made_at: datetime
    files: int
    bytes: int
    kept: str = ""  # where a restore keeps the database that it replaced; empty when there was none


def back_up(settings: Settings, path: Path) -> Backup:
    """Write the state into ``path``, whole or not at all; a new file is for its owner only.

    Raises:
        UsageError: the folder does not exist.
        PipelineError: the database gives no copy (for PostgreSQL ``pg_dump`` is needed).
        OSError: the file cannot be written.
    """
    target = find_target(path)
    place = target.parent if target else settings.data_dir
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        database = copy_database(settings, Path(folder))
        sources = {database.name: database}
        for name in _KEPT:
            root = settings.data_dir / name
            found = sorted(root.rglob("*")) if root.is_dir() else [root]
            for one in found:
                if one.is_file() and not one.name.startswith("."):
                    sources[f"data/{one.relative_to(settings.data_dir).as_posix()}"] = one
        manifest = {
            "form": _FORM,
            "version": __version__,
            "made_at": now.isoformat(),
            "files": {name: _hash(one) for name, one in sources.items()},
        }
        with replacing(path) as raw:
            counted = _Counted(raw)
            with tarfile.open(fileobj=counted, mode="w:gz", compresslevel=6) as archive:
                _add_bytes(archive, "manifest.json", json.dumps(manifest).encode(), now)
                for name, one in sources.items():
                    archive.add(one, arcname=name, recursive=False)
    return Backup(path.absolute(), now, len(sources), counted.bytes)


class _Counted(io.BufferedIOBase):
    """What is written, passed on and counted: a pipe does not know how much went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.bytes = 0
        self._file = file

    def write(self, data: Buffer, /) -> int:
        written = self._file.write(data)
        self.bytes += written
        return written


def restore(settings: Settings, path: Path) -> Backup:
    """Put the state of a backup in place of the present one, which is kept aside.

    The present database becomes ``pipeline.sqlite3.before-restore``, on PostgreSQL a schema of its
    own beside; files of the data directory that the backup has replace those of the same name.

    Raises:
        UsageError: it is no backup, it is damaged, or it belongs to another kind of database.
        PipelineError: PostgreSQL's clients are missing or failed; nothing was changed.
    """
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as name:
        folder = Path(name)
        manifest = _unpack(path, folder)
        kept = _put_database(settings, folder)
        for file in sorted(manifest["files"]):
            if file.startswith("data/"):
                target = settings.data_dir / file.removeprefix("data/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / file, target)
        secret = settings.data_dir / "secret_key"
        if secret.exists():
            secret.chmod(0o600)
        made_at = datetime.fromisoformat(manifest["made_at"])
        return Backup(path, made_at, len(manifest["files"]), path.stat().st_size, kept)


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
        dumps.dump(url, target)
        return target
    source, target = settings.data_dir / _DATABASE, folder / _SQLITE
    if not source.exists():
        raise PipelineError(f"{source}: there is no database yet; run the pipeline first")
    # SQLite's own copy: consistent although others write meanwhile.
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise PipelineError(f"no copy of {source} in {folder.parent}: {error}") from None
    return target


def _put_database(settings: Settings, folder: Path) -> str:
    """Put the unpacked database in place, and return where the one that stood there is kept."""
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if url.startswith("postgres"):
        dump = folder / _POSTGRES
        if not dump.exists():
            raise UsageError("the backup holds an SQLite database, DATABASE_URL names PostgreSQL")
        schema = dumps.put_back(url, dump)
        return f"schema {schema}" if schema else ""
    copy = folder / _SQLITE
    if not copy.exists():
        raise UsageError("the backup holds a PostgreSQL database; set DATABASE_URL")
    with closing(sqlite3.connect(copy)) as database:
        said = database.execute("PRAGMA quick_check").fetchone()[0]
    if said != "ok":
        raise UsageError(f"the backup's database is damaged: {said}; nothing was changed")
    target = settings.data_dir / _DATABASE
    kept = ""
    if target.exists():
        kept = str(target.with_name(f"{_DATABASE}.before-restore"))
        # A damaged one is what a backup is put back for: its log then stays beside it.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                aside = f"{_DATABASE}.before-restore{ending}"
                target.with_name(_DATABASE + ending).replace(target.with_name(aside))
    copy.chmod(0o600)
    shutil.move(copy, target)
    return kept


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes, now: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(data), int(now.timestamp()), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
