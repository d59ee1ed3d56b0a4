"""Who said no after a backup was made: read from the database that it has just replaced.

A backup put back would write again to who left meanwhile, and bring back what was forgotten. What
this module never does: change the former database, or bring anybody back.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from django.db.utils import Error

from pipeline.store.models import SubscriberRow
from pipeline.store.subscribers import ERASED, forget, hash_key, suppress
from pipeline.store.subscriptions import leave

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = 1000
_QUERY = "SELECT address_hash, reason, note, at FROM {table} WHERE at >= {mark}"


def take_over(kept: str, since: datetime, secret: bytes) -> Mapping[str, int] | None:
    """Stop whoever was stopped in the former database at ``since`` or later, for the same reason.

    Who left has left, and who was forgotten is forgotten again. ``kept`` is where the former
    database stands: a file, or on PostgreSQL the name of a schema. Return how many for each reason;
    None when it cannot be read.
    """
    try:
        rows = _list_stopped(kept, since)
    except (sqlite3.Error, Error, ValueError):  # damaged, or of a version that had no such table
        return None
    reasons = {mark: reason for mark, reason, _, _ in rows}
    moments = {mark: at for mark, _, _, at in rows}
    forgotten = {mark for mark, reason, note, _ in rows if ERASED in (reason, note)}
    readers = SubscriberRow.objects.order_by("pk").values_list("pk", "key", "email")
    known = [
        (reader, email, mark)
        for reader, key, email in (readers.iterator(_PAGE) if rows else ())
        if (mark := hash_key(secret, key)) in reasons
    ]
    for mark, reason, note, at in rows:  # first: of two reasons the stronger one stays
        suppress(mark, reason=reason, note=note, at=at)
    for reader, email, mark in known:
        if mark in forgotten:
            forget(secret, email, moments[mark])
        elif reasons[mark] == "left":
            leave(secret, reader, now=moments[mark], how="before-restore")
    return Counter(reasons.values())


def _list_stopped(kept: str, since: datetime) -> list[tuple[str, str, str, datetime]]:
    """Return (keyed hash, reason, note, when) of every address stopped since."""
    if connection.vendor == "postgresql":
        table = f"{connection.ops.quote_name(kept)}.suppression"
        with connection.cursor() as cursor:
            cursor.execute(_QUERY.format(table=table, mark="%s"), [since])
            return list(cursor.fetchall())
    moment = connection.ops.adapt_datetimefield_value(since)
    place = f"{Path(kept).absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(place, uri=True)) as former:
        found = former.execute(_QUERY.format(table="suppression", mark="?"), [moment])
        return [
            (mark, reason, note, datetime.fromisoformat(at).replace(tzinfo=UTC))
            for mark, reason, note, at in found
        ]
