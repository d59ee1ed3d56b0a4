"""What a restore left open of issues: which of them wait for a person's word, and what it was.

A restored backup cannot know what went out after it was made (decision 110). What it has signed is
held in the outbox; what it has unsigned, or not at all, though the archive shows it, stands in the
audit log until somebody says whether readers have it. What this module never does: send, or judge.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.calendar import SHANGHAI
from pipeline.errors import RefusedError
from pipeline.model import DeliveryStatus
from pipeline.store import audit
from pipeline.store.models import AuditRow, DeliveryRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

_HELD, _UNSIGNED, _WORD = "restore-held", "restore-unsigned", "restore-word"
_WORDS = {"delivered": "读者已收到", "resend": "没有发出"}


class Open(StrEnum):
    """How an issue stands that a restored backup left open."""

    HELD = "held"  # signed; nobody knows of some readers whether they have it
    UNSIGNED = "unsigned"  # readers may have it, and here it is unsigned, or not at all
    OUT = "out"  # the same, and a person said that they have it


def note_restore(
    made_at: datetime, now: datetime, *, held: Mapping[str, int], unsigned: Iterable[str]
) -> None:
    """Write down that a backup of ``made_at`` was put back, and each issue that waits for a word.

    ``held``: the signed ones, with the readers of whom nobody knows; ``unsigned``: the others.
    """
    of = f"备份时间{made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    mark = {"made_at": made_at.isoformat()}
    with transaction.atomic():
        audit.add_entry("restore", user="", at=now, payload=mark | {"note": of})
        for week, readers in held.items():
            more = {"readers": readers, "note": f"{of}，{readers}位读者待确认"}
            audit.add_entry(_HELD, user="", at=now, week=week, payload=mark | more)
        for week in unsigned:
            note = {"note": f"{of}，归档里已有这一期"}
            audit.add_entry(_UNSIGNED, user="", at=now, week=week, payload=mark | note)


def note_word(week: str, word: str, now: datetime) -> None:
    """Write down what a person says of an issue: ``delivered`` or ``resend``."""
    payload = {"word": word, "note": _WORDS[word]}
    audit.add_entry(_WORD, user="", at=now, week=week, payload=payload)


def list_open(week: str | None = None) -> dict[str, Open]:
    """Return by week how the issues stand that restores left open; ``week``: that one at most.

    Where none did this is one query.
    """
    found: dict[str, Open] = {}
    rows = AuditRow.objects.filter(action__in=(_HELD, _UNSIGNED, _WORD)).order_by("n")
    rows = rows.filter(week=week) if week else rows
    for action, name, payload in rows.values_list("action", "week", "payload"):
        if action != _WORD:
            found[name] = Open.HELD if action == _HELD else Open.UNSIGNED
        elif found.get(name) in {Open.UNSIGNED, Open.OUT} and payload["word"] == "delivered":
            found[name] = Open.OUT
        else:
            found.pop(name, None)
    if Open.HELD in found.values():
        held = set(_list_held().values_list("issue__week", flat=True).distinct())
        found = {name: how for name, how in found.items() if how != Open.HELD or name in held}
    return found


def list_unsigned() -> frozenset[str]:
    """Return the weeks that are unsigned here, or not at all, and that readers have or may have."""
    return frozenset(name for name, how in list_open().items() if how is not Open.HELD)


def count_held(week: str) -> int:
    """Return of how many readers nobody knows since a restore whether they have the issue."""
    return _list_held().filter(issue__week=week).count()


def refuse_out(week: str) -> None:
    """Refuse to sign or to send an issue that readers may have, though it stands here unsigned.

    Raises:
        RefusedError: nobody has said whether they do, or they do.
    """
    how = list_open(week).get(week)
    if how is Open.UNSIGNED:
        raise RefusedError(
            "归档里已有%(week)s，读者可能已经收到；恢复的备份里却没有签完，为免重发，暂不能签发。"
            "请核实后由管理员运行：send --week %(week)s --uncertain delivered（读者已收到）"
            "或 --uncertain resend（没有发出，照常审签）",
            week=week,
        )
    if how is Open.OUT:
        raise RefusedError("%(week)s读者已经收到（恢复备份后已确认），不再签发、发送。", week=week)


def _list_held() -> QuerySet[DeliveryRow]:
    # What a crash left open has the moment of its intent (`outbox.hold_restored`).
    return DeliveryRow.objects.filter(status=DeliveryStatus.UNCERTAIN, at=None)
