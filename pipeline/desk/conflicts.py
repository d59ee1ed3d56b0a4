"""One item's form that several hands have changed: what each of them did, woven together.

What only others changed is taken over; what both changed, each in another way, is a conflict.

What this module never does: read a request, or store anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.assemble import edit
from pipeline.desk.differences import compare_texts
from pipeline.desk.fields import FIELDS, to_fields
from pipeline.errors import NotFoundError
from pipeline.store import issues

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pipeline.desk.differences import Piece


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two editors changed."""

    field: str
    label: StrOrPromise
    theirs: str
    yours: str
    pieces: tuple[Piece, ...]  # from theirs to yours


def get_base(week: str, key: str, n: int) -> dict[str, str]:
    """Return the item's fields as they were when its form was opened; empty ones if it was not."""
    try:
        return to_fields(edit.get_item(issues.get_revision(week, n).issue, key))
    except NotFoundError:
        return dict.fromkeys(FIELDS, "")


def weave(
    base: dict[str, str], mine: dict[str, str], now: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return what ``mine`` changed on top of ``now``, and the fields that others changed, too."""
    woven, both = dict(now), []
    for name, theirs in now.items():
        own = mine.get(name, theirs)
        if own in {base[name], theirs}:
            continue
        woven[name] = own
        if theirs != base[name]:
            both.append(name)
    return woven, both


def show_conflicts(both: list[str], mine: dict[str, str], now: dict[str, str]) -> list[Conflict]:
    """Return the fields that both changed, each with the way from the others' text to one's own."""
    return [
        Conflict(name, FIELDS[name][0], now[name], mine[name], compare_texts(now[name], mine[name]))
        for name in both
    ]
