"""What an editor typed into an item's form and did not save, brought up to what the issue says now.

Only the fields that were changed count: what others, or the editor's own orders, did to the rest
is taken over.

What this module never does: read a request, or change an issue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.assemble import edit
from pipeline.desk.conflicts import get_base, keep_rows, weave
from pipeline.desk.fields import to_fields
from pipeline.store import typed

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Item
    from pipeline.store.issues import Revision


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An item's form as its editor left it."""

    fields: dict[str, str]
    revision: int  # on which it counts as opened: an earlier one where others changed the same
    at: datetime


def get_unsaved(revision: Revision, item: Item, user: str) -> Unsaved | None:
    """Return what ``user`` typed and did not save; None where that is what stands there."""
    week = revision.issue.week
    kept = next((one for one in typed.list_typed(week, item.key) if one.user == user), None)
    if kept is None:
        return None
    now = to_fields(item)
    fields, both = weave(get_base(week, item.key, kept.revision), kept.fields, now)
    if fields == now:
        return None
    if both:
        return Unsaved(keep_rows(fields, kept.fields), kept.revision, kept.at)
    return Unsaved(fields, revision.n, kept.at)


def follow(
    before: Unsaved | None, old: Item, made: Revision, user: str, at: datetime, **ordered: str
) -> None:
    """Let the unsaved words follow an order of their own editor's: nobody disputes with himself.

    ``before`` is what was unsaved as ``old`` stood; ``ordered`` are fields that the order decides.
    """
    if before is None:
        return
    week, now, was = made.issue.week, to_fields(edit.get_item(made.issue, old.key)), to_fields(old)
    fields, n = before.fields, before.revision
    if n == made.n - 1:  # as far as its own editor knows, this is what stands there
        fields = {
            name: value if value != was[name] else now[name] for name, value in fields.items()
        }
        n = made.n
    typed.save_typed(week, old.key, user, fields | ordered, revision=n, at=at)


def replace_nearest(text: str, surface: str, new: str, at: int) -> str:
    """Return the text with the ``surface`` nearest to ``at`` replaced, where it has one."""
    places = [match.start() for match in re.finditer(re.escape(surface), text)] if surface else []
    if not places:
        return text
    start = min(places, key=lambda one: abs(one - at))
    return text[:start] + new + text[start + len(surface) :]
