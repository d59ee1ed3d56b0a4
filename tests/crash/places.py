"""What the crash test breaks below the product: a database server, and a disk that is full.

Servers are killed with all their processes at once, as when a machine loses its power; a disk is a
small tmpfs that is filled to the last byte. What this module never does: know what is sent.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOBODY = ["runuser", "-u", "nobody", "--"]


class Disk:
    """A small file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / ".ballast"

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    def clear(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk | None]:
    """Mount a disk; yield None where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="crash-disk-", dir="/tmp"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", str(folder)]
    mounted = os.getuid() == 0 and subprocess.run(words, check=False).returncode == 0
    try:
        yield Disk(folder) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


class PostgresServer:
    """A PostgreSQL server of our own that can be killed."""

    def __init__(self, folder: Path) -> None:
        """Make its files in ``folder``, and start it.

        Raises:
            FileNotFoundError: there is no server to start.
        """
        programs = {name: shutil.which(name) for name in ("initdb", "pg_ctl")}
        if not all(programs.values()):
            raise FileNotFoundError("no initdb and pg_ctl; enable with: apt-get install postgresql")
        self._control = str(programs["pg_ctl"])
        self._user = _NOBODY if os.getuid() == 0 else []
        if self._user:
            shutil.chown(folder, "nobody")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://crash@127.0.0.1:{self.port}/postgres"
        self._folder, self._data = folder, folder / "data"
        # Small files of log, so that a small disk is not full of nothing.
        self._run(str(programs["initdb"]), "-D", str(self._data), "-U", "crash", "-A", "trust",
                  "-E", "UTF8", "--wal-segsize=1")  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it, and wait until it has read its log again and answers."""
        options = (
            f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c max_wal_size=8MB -c min_wal_size=2MB"
        )
        for tries_left in (2, 1, 0):
            try:
                self._run(self._control, "-D", str(self._data), "-w", "-t", "60", "-l",
                          str(self._folder / "log"), "-o", options, "start")  # fmt: skip
            except subprocess.CalledProcessError:
                if not tries_left:
                    log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
                    raise AssertionError(f"PostgreSQL does not start: {log[-2000:]}") from None
                time.sleep(1)
            else:
                return

    def kill(self) -> None:
        """Kill the server and every process of it, at once and without a farewell."""
        first = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        _kill(first, signal.SIGSTOP)  # it must not fork while its children are counted
        family = [*_list_children(first), first]
        for process in family:
            _kill(process)
        until = time.monotonic() + 20
        while any(Path(f"/proc/{one}").exists() and not _is_zombie(one) for one in family):
            if time.monotonic() > until:
                raise AssertionError("PostgreSQL does not die")
            time.sleep(0.01)

    def is_running(self) -> bool:
        """Say whether it still runs; a full disk may have ended it."""
        words = [*self._user, self._control, "-D", str(self._data), "status"]
        return subprocess.run(words, check=False, capture_output=True, cwd="/").returncode == 0

    def stop(self) -> None:
        """End it for good."""
        self._run(self._control, "-D", str(self._data), "-m", "immediate", "stop", check=False)

    def _run(self, *words: str, check: bool = True) -> None:
        silence = subprocess.DEVNULL  # its own log says what went wrong
        words = (*self._user, *words)
        subprocess.run(words, check=check, stdout=silence, stderr=silence, cwd="/")


@contextmanager
def postgres(folder: Path | None = None) -> Iterator[PostgresServer]:
    """Start a server, in a temporary directory where no folder is named.

    Raises:
        FileNotFoundError: there is no server to start.
    """
    own = Path(tempfile.mkdtemp(prefix="crash-pg-", dir="/tmp")) if folder is None else folder
    server = None
    try:
        server = PostgresServer(own)
        yield server
    finally:
        if server is not None:
            server.stop()
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)


def _list_children(parent: int) -> list[int]:
    running = (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit())
    return [one for one in running if _stat(one)[1:2] == [str(parent)]]


def _is_zombie(process: int) -> bool:
    return _stat(process)[:1] == ["Z"]


def _stat(process: int) -> list[str]:
    """Return a process's state and what follows it in /proc; [] when it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _kill(process: int, number: int = signal.SIGKILL) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
