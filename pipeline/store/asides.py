"""Stories that an editor held for a later week or dropped for good.

What this module never does: touch an issue; the desk takes the item out itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import transaction

from pipeline.store import audit
from pipeline.store.models import AsideRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Kind = Literal["held", "dropped"]


@dataclass(frozen=True, slots=True)
class Aside:
    """One story set aside."""

    key: str
    kind: str
    week: str  # in which week's work it was decided
    reason: str
    user: str
    at: datetime


def set_aside(
    key: str, kind: Kind, *, week: str, user: str, at: datetime, reason: str = ""
) -> None:
    """Hold or drop a story; a later word replaces an earlier one."""
    with transaction.atomic():
        AsideRow.objects.update_or_create(
            key=key,
            defaults={"kind": kind, "week": week, "user": user, "at": at, "reason": reason},
        )
        audit.add_entry(
            "hold" if kind == "held" else "drop", user=user, at=at, week=week,
            payload={"story": key, "reason": reason},
        )  # fmt: skip


def take_back(key: str, *, week: str, user: str, at: datetime) -> None:
    """Make a story a candidate again; does nothing when it is one."""
    with transaction.atomic():
        if AsideRow.objects.filter(key=key).delete()[0]:
            audit.add_entry("take-back", user=user, at=at, week=week, payload={"story": key})


def list_asides() -> dict[str, Aside]:
    """Return every story set aside, by key."""
    rows = AsideRow.objects.order_by("-at")
    return {
        row.key: Aside(row.key, row.kind, row.week, row.reason, row.user, row.at) for row in rows
    }


def list_hidden_keys(week: str) -> frozenset[str]:
    """Return the stories that may not come into the week's draft by themselves."""
    rows = AsideRow.objects.values_list("key", "kind", "week")
    return frozenset(key for key, kind, since in rows if kind == "dropped" or since >= week)


def list_held_keys(week: str) -> list[str]:
    """Return the stories that were held in earlier weeks: candidates of ``week``."""
    return choose_held(list_asides(), week)


def choose_held(found: Mapping[str, Aside], week: str) -> list[str]:
    """Return, of stories set aside, those that are candidates of ``week`` again."""
    return sorted(key for key, one in found.items() if one.kind == "held" and one.week < week)
