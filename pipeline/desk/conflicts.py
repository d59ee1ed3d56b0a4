"""One item's form that several hands have changed: what each of them did, woven together.

What only others changed is taken over; what both changed, each in another way, is a conflict.
Events are told by what they are (`pipeline.desk.rows`), all other fields by their names.

What this module never does: read a request, or store anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy

from pipeline.assemble import edit
from pipeline.desk.differences import compare_texts
from pipeline.desk.fields import EVENTS, FIELDS, PARTS, to_fields
from pipeline.desk.rows import weave_rows
from pipeline.errors import NotFoundError
from pipeline.store import issues

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pipeline.desk.differences import Piece

_OF_EVENTS = {f"event{n}_{part}" for n in EVENTS for part in PARTS}


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
    """Return what ``mine`` changed on top of ``now``, and the fields that others changed, too.

    What a form does not have it has not changed.
    """
    woven, both = dict(now), []
    for name, theirs in now.items():
        own = mine.get(name, theirs)
        if name in _OF_EVENTS or own in {base[name], theirs}:
            continue
        woven[name] = own
        if theirs != base[name]:
            both.append(name)
    if now.keys() >= _OF_EVENTS:
        rows, asked = weave_rows(_to_rows(base), _to_rows(base | mine), _to_rows(now))
        both += [f"event{n + 1}_{part}" for n, part in asked]
        for n, row in enumerate(rows, start=1):
            woven |= {f"event{n}_{part}": value for part, value in row.items()}
    return woven, both


def keep_rows(woven: dict[str, str], mine: dict[str, str]) -> dict[str, str]:
    """Return woven fields with the events of the form: where it opened is what places its rows."""
    return woven | {name: value for name, value in mine.items() if name in _OF_EVENTS}


def _to_rows(fields: dict[str, str]) -> list[dict[str, str]]:
    return [{part: fields[f"event{n}_{part}"] for part in PARTS} for n in EVENTS]


def show_conflicts(both: list[str], mine: dict[str, str], now: dict[str, str]) -> list[Conflict]:
    """Return the fields that both changed, each with the way from the others' text to one's own."""
    return [
        Conflict(
            name, _name(name, mine), now[name], mine[name], compare_texts(now[name], mine[name])
        )
        for name in both
    ]


def _name(name: str, fields: dict[str, str]) -> StrOrPromise:
    """Return a field's name for people; of an event's with its title, as there may be several."""
    label = FIELDS[name][0]
    row, _mark, part = name.partition("_")
    title = fields.get(f"{row}_title", "") if name in _OF_EVENTS and part != "title" else ""
    return format_lazy("{}（{}）", label, title) if title else label
