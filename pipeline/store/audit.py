"""The audit log: added to and read, never changed; every entry holds the digest before it.

What this module never does: decide whether something may be done.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from pipeline.store import locks
from pipeline.store.models import AuditRow

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST = "0" * 64
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    n: int
    at: datetime
    user: str  # "": the pipeline
    action: str  # sign send-back save undo waive …
    week: str
    payload: dict[str, Any]
    previous: str
    digest: str

    def to_json(self) -> dict[str, Any]:
        """Return the entry as one line of the export."""
        return {
            "n": self.n,
            "at": _utc(self.at),
            "user": self.user,
            "action": self.action,
            "week": self.week,
            "payload": self.payload,
            "previous": self.previous,
            "digest": self.digest,
        }


def add_entry(
    action: str, *, user: str, at: datetime, week: str = "", payload: dict[str, Any] | None = None
) -> Entry:
    """Add one entry, within the caller's transaction where there is one."""
    with transaction.atomic():
        locks.hold_audit()  # one writer at a time keeps the chain a chain
        last = AuditRow.objects.order_by("-n").only("n", "digest").first()
        n, previous = (last.n + 1, last.digest) if last else (1, _FIRST)
        values = (n, at.astimezone(UTC), user, action, week, payload or {}, previous)
        entry = Entry(*values, digest=_digest(*values))
        AuditRow.objects.create(
            n=n, at=entry.at, user=user, action=action, week=week,
            payload=entry.payload, previous=previous, digest=entry.digest,
        )  # fmt: skip
        return entry


def add_once(action: str, *, user: str, at: datetime, week: str, payload: dict[str, Any]) -> bool:
    """Add an entry unless one with the same action, week and payload stands; say whether it was."""
    with transaction.atomic():
        locks.hold_audit()  # one writer at a time keeps the chain a chain
        if has_entry(action, week=week, payload=payload):
            return False
        add_entry(action, user=user, at=at, week=week, payload=payload)
        return True


def has_entry(action: str, *, week: str, payload: dict[str, Any]) -> bool:
    """Say whether an entry with that action, week and payload stands."""
    rows = AuditRow.objects.filter(action=action, week=week)
    return any(row.payload == payload for row in rows)


def iter_entries(week: str | None = None) -> Iterator[Entry]:
    """Yield the log, oldest first; only one issue's entries when ``week`` is given."""
    rows = AuditRow.objects.order_by("n")
    for row in (rows.filter(week=week) if week else rows).iterator(_CHUNK):
        yield _entry(row)


def list_latest(limit: int, week: str | None = None) -> list[Entry]:
    """Return the latest entries, newest first."""
    rows = AuditRow.objects.order_by("-n")
    return [_entry(row) for row in (rows.filter(week=week) if week else rows)[:limit]]


def verify() -> tuple[int, str]:
    """Return how many entries hold, and what is wrong with the first that does not ("" if none)."""
    expected, previous = 1, _FIRST
    for entry in iter_entries():
        if entry.n != expected:
            return expected - 1, f"entry {expected} is missing"
        if entry.previous != previous:
            return expected - 1, f"entry {entry.n} does not follow the one before it"
        if entry.digest != _digest(
            entry.n, entry.at, entry.user, entry.action, entry.week, entry.payload, entry.previous
        ):
            return expected - 1, f"entry {entry.n} was changed"
        expected, previous = expected + 1, entry.digest
    return expected - 1, ""


def _digest(
    n: int, at: datetime, user: str, action: str, week: str, payload: dict[str, Any], previous: str
) -> str:
    text = json.dumps(
        [n, _utc(at), user, action, week, payload, previous],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _entry(row: AuditRow) -> Entry:
    return Entry(
        row.n, row.at, row.user, row.action, row.week, row.payload, row.previous, row.digest
    )
