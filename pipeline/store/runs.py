"""The record of runs: what was done, when, and how far a killed one came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.store.models import RunRow

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the week's pipeline."""

    week: str
    started_at: datetime
    finished_at: datetime | None  # None: still running, or it was killed
    stage: str
    report: dict[str, Any]


def start_run(week: str, at: datetime) -> int:
    """Record that a run began; return its key."""
    return RunRow.objects.create(week=week, started_at=at).pk


def set_stage(run_id: int, stage: str) -> None:
    """Record that a stage began."""
    RunRow.objects.filter(pk=run_id).update(stage=stage)


def finish_run(run_id: int, report: dict[str, Any], at: datetime) -> None:
    """Record that a run ended, with what it reported."""
    RunRow.objects.filter(pk=run_id).update(finished_at=at, report=report, stage="done")


def list_runs(limit: int = 5) -> list[Run]:
    """Return the latest runs, newest first."""
    rows = RunRow.objects.order_by("-pk")[:limit]
    return [Run(row.week, row.started_at, row.finished_at, row.stage, row.report) for row in rows]


def was_run(week: str, since: datetime) -> bool:
    """Say whether a run of that week began at ``since`` or later, and came to its end."""
    rows = RunRow.objects.filter(week=week, started_at__gte=since)
    return rows.exclude(finished_at=None).exists()
