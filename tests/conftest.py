"""Fixtures of the whole suite."""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests import ready
from tests.mailroom import Mailroom

ROOT = Path(__file__).resolve().parent.parent

# The tests start hundreds of processes. Where bytecode must not be written beside its sources, it is
# kept for one run of the suite, or each of them would compile the whole program anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    _BYTECODE = tempfile.TemporaryDirectory(prefix="newsroom-bytecode-", ignore_cleanup_errors=True)
    os.environ["PYTHONPYCACHEPREFIX"] = _BYTECODE.name

settings.register_profile("house", deadline=None)  # a busy machine is no finding
settings.load_profile("house")

Newsroom = Callable[..., subprocess.CompletedProcess[str]]
Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(autouse=True)
def _one_hash_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute a password's argon2 hash once a process, not for every account of every test."""
    monkeypatch.setattr("django.contrib.auth.base_user.make_password", _hash_once)


@functools.cache
def _hash_once(password: str | None) -> str:
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - settings come first

    return make_password(password)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return what makes a folder once for all test processes; tests copy it, never change it."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of all workers

    def make(name: str, build: Callable[[Path], None]) -> Path:
        folder = root / f"once-{name}"
        with (root / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                part = root / f"once-{name}.part"
                shutil.rmtree(part, ignore_errors=True)
                build(part)
                part.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def empty_room(made_once: Once) -> Path:
    """Return the folder of a `Mailroom` where the tables stand and nothing is in them."""

    def build(folder: Path) -> None:
        room = Mailroom(folder)
        room.configure()
        room.must("status")

    return made_once("empty", build)


@pytest.fixture(scope="session")
def manned_room(made_once: Once, empty_room: Path) -> Path:
    """Return the folder of a `Mailroom` with three editors' accounts and nothing else."""

    def build(folder: Path) -> None:
        shutil.copytree(empty_room, folder)
        Mailroom(folder).employ()

    return made_once("manned", build)


@pytest.fixture(scope="session")
def drafted_room(made_once: Once, manned_room: Path) -> Path:
    """Return the folder of a `Mailroom` with this week's draft and three editors' accounts."""

    def build(folder: Path) -> None:
        shutil.copytree(manned_room, folder)
        Mailroom(folder).run()

    return made_once("drafted", build)


@pytest.fixture(scope="session")
def signed_room(made_once: Once, drafted_room: Path) -> Path:
    """Return the folder of a `Mailroom` whose draft is signed three times."""

    def build(folder: Path) -> None:
        shutil.copytree(drafted_room, folder)
        Mailroom(folder).sign()

    return made_once("signed", build)


@pytest.fixture
def empty_newsroom(newsroom: Newsroom, empty_room: Path, tmp_path: Path) -> Newsroom:
    """Run the command line where the tables stand already and nothing is in them."""
    shutil.copytree(empty_room / "var", tmp_path / "var")
    return newsroom


@pytest.fixture
def drafted_newsroom(newsroom: Newsroom, drafted_room: Path, tmp_path: Path) -> Newsroom:
    """Run the command line where the week is drafted and the three accounts exist."""
    shutil.copytree(drafted_room / "var", tmp_path / "var")
    return newsroom


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Run the command line as its user does, on a data directory of the test's own."""

    def call(
        *arguments: str, config: Path = ROOT / "feeds.yaml", text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        place = ["--config", str(config), "--data-dir", str(tmp_path / "var")]
        command = [sys.executable, ready.SCRIPT, *place, *arguments]
        return ready.run(command, env=dict(os.environ), text=text, timeout=120)

    return call


@pytest.fixture
def own_feeds(tmp_path: Path) -> Callable[[str], Path]:
    """Write a feeds.yaml with the given sources beside a copy of the samples."""

    def write(sources: str, head: str = "") -> Path:
        shutil.copytree(ROOT / "samples", tmp_path / "samples", dirs_exist_ok=True)
        path = tmp_path / "feeds.yaml"
        newsletter = "newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45}\n"
        path.write_text((head or newsletter) + sources, encoding="utf-8")
        return path

    return write
