"""How far a run has come, kept in the data directory where the desk can read it.

Whoever runs (cron, a terminal, the desk) writes; the file is replaced whole. Whether the run still
lives is told by a lock on a file beside it, which the system lets go of when the process dies.
What this module never does: keep two runs apart; the run's own lock does.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_FILE, _LOCK = "progress.json", "progress.lock"
_SECONDS_TO_START = 60  # within which a run that the desk started must have begun


@dataclass(frozen=True, slots=True)
class State:
    """The run that is under way, or the last one."""

    work: str  # run, draft or collect
    week: str
    by: str  # who started it at the desk; "" for cron and the command line
    stage: str  # "start" until the process has the lock
    done: int
    total: int  # 0: not known
    started_at: datetime
    finished_at: datetime | None  # None: under way, or it was killed
    error: str  # "" when nothing failed as a whole
    result: dict[str, Any]
    alive: bool  # a process is at it


@dataclass(slots=True)
class Record:
    """What a run writes into while it goes on."""

    data_dir: Path
    values: dict[str, Any] = field(default_factory=dict)

    def advance(self, stage: str, done: int, total: int) -> None:
        """Say where the run stands."""
        self._write(stage=stage, done=done, total=total)

    def _write(self, **values: Any) -> None:
        self.values |= values
        path = self.data_dir / _FILE
        part = path.with_name(f".{_FILE}.{os.getpid()}")
        part.write_text(json.dumps(self.values, ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    def finish(self, *, error: str = "", result: Mapping[str, Any] | None = None) -> None:
        """Say that the run ended, and how."""
        self._write(finished_at=_now(), error=error, result=dict(result or {}))


@contextmanager
def record(data_dir: Path, work: str, week: str) -> Iterator[Record]:
    """Keep a record of a run; an error that ends it is written down and goes on."""
    descriptor = os.open(data_dir / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Waits for nobody but a reader that looks whether somebody is here.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        before = read(data_dir, alive=False)
        asked = before is not None and before.stage == "start" and before.work == work
        kept = _begin(
            data_dir, work, week, by=before.by if before and asked else "", pid=os.getpid()
        )
        try:
            yield kept
        except BaseException as error:
            lines = str(error).splitlines() if isinstance(error, PipelineError) else []
            kept.finish(error=lines[0] if lines else type(error).__name__)
            raise
        if kept.values["finished_at"] is None:
            kept.finish()
    finally:
        os.close(descriptor)


def get_result(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people want to know of a run's report when it is over."""
    return {
        "items": report["issue"]["items"],
        "edited": report["issue"]["edited"],
        "error": report["findings"]["error"],
        "warning": report["findings"]["warning"],
        "new": sum(line["new"] for line in report["sources"]),
        "sources": len(report["sources"]),
        "failed": [line["id"] for line in report["sources"] if line["status"] == "failed"],
    }


def announce(data_dir: Path, work: str, week: str, by: str, pid: int) -> None:
    """Note that a process was started which has not yet said anything itself."""
    _begin(data_dir, work, week, by=by, pid=pid)


def fail(data_dir: Path, pid: int, error: str) -> None:
    """Note why a started process ended before it had begun; no other run's record is touched."""
    values = _load(data_dir)
    if values and values["pid"] == pid and values["finished_at"] is None:
        Record(data_dir, values).finish(error=error)


def read(data_dir: Path, *, alive: bool | None = None) -> State | None:
    """Return the present or the last run; None when none was ever recorded.

    ``alive``: what is known already; None looks.
    """
    values = _load(data_dir)
    if values is None:
        return None
    started, finished = datetime.fromisoformat(values["started_at"]), values["finished_at"]
    if alive is None:
        alive = finished is None and (
            _is_held(data_dir)
            or (
                values["stage"] == "start"
                and (datetime.now(UTC) - started).total_seconds() < _SECONDS_TO_START
                and _lives(values["pid"])
            )
        )
    return State(
        work=values["work"], week=values["week"], by=values["by"], stage=values["stage"],
        done=values["done"], total=values["total"], started_at=started,
        finished_at=datetime.fromisoformat(finished) if finished else None,
        error=values["error"], result=values["result"], alive=alive,
    )  # fmt: skip


def _begin(data_dir: Path, work: str, week: str, *, by: str, pid: int) -> Record:
    kept = Record(data_dir)
    kept._write(  # noqa: SLF001 - its maker
        work=work, week=week, by=by, pid=pid, stage="start", done=0, total=0,
        started_at=_now(), finished_at=None, error="", result={},
    )  # fmt: skip
    return kept


def _load(data_dir: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((data_dir / _FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _is_held(data_dir: Path) -> bool:
    try:
        descriptor = os.open(data_dir / _LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat()
