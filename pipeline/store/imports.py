"""Bringing a list of readers in: judged line by line first, then stored all or not at all.

The judgement is kept in a temporary database that SQLite spills to disk, so a list of any length
takes the same memory and the real store is locked only while rows are written. Suppression wins:
who left, bounced, complained or was forgotten is never brought back by a list. What this module
never does: read files, or subscribe anybody without a consent on record.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, transaction

from pipeline.model import Preferences
from pipeline.store.models import SubscriberRow, SuppressionRow
from pipeline.store.subscribers import hash_address, normalise, to_preferences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

RESULTS = ("new", "changed", "same", "suppressed", "duplicate", "invalid")
"""What can become of a line."""

NOTES = (
    "same-address", "same-person", "suppressed-hard", "suppressed-soft", "suppressed-complaint",
    "suppressed-left", "suppressed-erased", "suppressed-editor", "confirmed-by-list", "name",
    "preferences", "units",
)  # fmt: skip
"""What can be said of a line besides its own fault; `pipeline.reader.words` has the words."""

EVERYTHING = Preferences()
_BATCH = 500  # rows a statement: SQLite takes 999 parameters at the least


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to say of a line: which, and the values that its sentence names."""

    key: str  # one of NOTES; of a fault the sentence itself, as an error has it
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list, as read; ``fault`` says why it cannot be taken."""

    number: int  # line of the file
    email: str = ""
    name: str | None = None  # None: the list has no such column, what is stored stays
    # None: likewise. Lists name no sections: those come with a unit, and what is stored stays.
    preferences: Preferences | None = None
    # What a new reader gets; of it, only the sections go to one who gains a unit by this line.
    defaults: Preferences = EVERYTHING
    units: tuple[str, ...] = ()  # added to those the reader already stands for
    consent_at: datetime | None = None  # None: unknown, the import's own moment counts
    consent: str = ""  # the consent on record that the list or the operator states
    fault: Note | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of one line."""

    number: int
    result: str  # one of RESULTS
    notes: tuple[Note, ...]  # empty when there is nothing to add


class Import:
    """One list on its way in. Use it as a context manager: leaving it drops the temporary file."""

    def __init__(self, secret: bytes, reference: str) -> None:
        """Start; ``reference`` names the list in the history (a file's name)."""
        self._secret = secret
        self._reference = reference[:64]
        self._spool = sqlite3.connect("")  # a private temporary file, gone when closed
        self._spool.execute(
            "CREATE TABLE line (number INTEGER PRIMARY KEY, key TEXT, result TEXT, notes TEXT,"
            " entry TEXT)"
        )
        # Where a key was first seen; a person may stand on several lines for several units.
        self._spool.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER)")

    def __enter__(self) -> Self:
        """Use the temporary file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop it."""
        self._spool.close()

    def judge(self, entries: Iterable[Entry], *, merge_units: bool = False) -> Counter[str]:
        """Judge every line against the store, which is only read; return how many of which kind.

        With ``merge_units`` a further line of the same person adds its units instead of being
        a duplicate.
        """
        iterator = iter(entries)
        while batch := list(islice(iterator, _BATCH)):
            self._judge_batch(batch, merge_units=merge_units)
        rows = self._spool.execute("SELECT result, count(*) FROM line GROUP BY result")
        return Counter(dict(rows.fetchall()))

    def list_lines(self) -> Iterator[Judged]:
        """Yield what becomes of each line, in the file's order."""
        rows = self._spool.execute("SELECT number, result, notes FROM line ORDER BY number")
        for number, result, notes in rows:
            yield Judged(number, result, _load(notes))

    def apply(self, now: datetime, advance: Callable[[int], None] | None = None) -> int:
        """Store what is new or changed, in one transaction; return how many readers that were.

        ``advance`` hears after every batch how many there are by then.
        """
        done = 0
        with transaction.atomic():
            for result, store in (("new", self._add), ("changed", self._change)):
                rows = self._spool.execute(
                    "SELECT key, entry FROM line WHERE result = ? ORDER BY number", (result,)
                )
                while batch := rows.fetchmany(_BATCH):
                    # Who left while the list was judged stays out all the same; the readers are
                    # locked first, so that nobody leaves between the question and the change.
                    keys = [key for key, _ in batch]
                    locked = SubscriberRow.objects.select_for_update().filter(key__in=keys)
                    list(locked.order_by("pk").values_list("pk"))
                    out = self._get_suppressed(set(keys))
                    kept = [(key, json.loads(entry)) for key, entry in batch if key not in out]
                    done += store(kept, now)
                    if advance:
                        advance(done)
        return done

    def _judge_batch(self, batch: list[Entry], *, merge_units: bool) -> None:
        keys = {one.number: normalise(one.email) for one in batch if not one.fault}
        stored = {row.key: row for row in SubscriberRow.objects.filter(key__in=set(keys.values()))}
        reasons = self._get_suppressed(set(keys.values()))
        for entry in batch:
            if entry.fault:
                self._keep(entry, "", "invalid", entry.fault)
                continue
            key = keys[entry.number]
            first = self._first_seen(key, entry.number)
            if first is not None and merge_units and self._merge(first, entry):
                continue
            if first is not None:
                self._keep(entry, key, "duplicate", Note("same-address", {"first": first}))
            elif key in reasons:
                self._keep(entry, key, "suppressed", Note(f"suppressed-{reasons[key]}"))
            elif key in stored:
                notes = _difference(stored[key], entry)
                self._keep(entry, key, "changed" if notes else "same", *notes)
            else:
                self._keep(entry, key, "new")

    def _get_suppressed(self, keys: set[str]) -> dict[str, str]:
        """Return why nothing may be sent to which of the keys."""
        key_of = {hash_address(self._secret, key): key for key in keys}
        rows = SuppressionRow.objects.filter(address_hash__in=key_of)
        return {key_of[found]: why for found, why in rows.values_list("address_hash", "reason")}

    def _first_seen(self, key: str, number: int) -> int | None:
        taken = self._spool.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, number))
        if taken.rowcount:
            return None
        row = self._spool.execute("SELECT number FROM seen WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def _merge(self, first: int, entry: Entry) -> bool:
        """Add the units of a further line to the person's first line."""
        found = self._spool.execute(
            "SELECT result, notes, entry FROM line WHERE number = ?", (first,)
        ).fetchone()
        result, notes, value = found
        if result == "suppressed" or not entry.units:
            return False
        kept = json.loads(value)
        kept["units"] = list(dict.fromkeys([*kept["units"], *entry.units]))
        more = entry.defaults.districts
        kept["defaults"][0] = sorted({*kept["defaults"][0], *more}) if more else []
        if result == "same":
            result, notes = "changed", _dump([_units(entry.units)])
        self._spool.execute(
            "UPDATE line SET result = ?, notes = ?, entry = ? WHERE number = ?",
            (result, notes, json.dumps(kept, ensure_ascii=False), first),
        )
        self._keep(entry, "", "same", Note("same-person", {"first": first}))
        return True

    def _keep(self, entry: Entry, key: str, result: str, *notes: Note) -> None:
        value = {
            "email": entry.email,
            "name": entry.name,
            "preferences": _to_lists(entry.preferences) if entry.preferences else None,
            "defaults": _to_lists(entry.defaults),
            "units": list(entry.units),
            "consent_at": entry.consent_at.isoformat() if entry.consent_at else None,
            "consent": entry.consent,
        }
        self._spool.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?)",
            (entry.number, key, result, _dump(notes), json.dumps(value, ensure_ascii=False)),
        )

    def _add(self, batch: list[tuple[str, dict[str, Any]]], now: datetime) -> int:
        moment = connection.ops.adapt_datetimefield_value
        rows = []
        for key, entry in batch:
            chosen = entry["preferences"] or entry["defaults"]
            edition = Preferences(*map(frozenset, chosen)).key
            lists = [json.dumps(part, ensure_ascii=False) for part in (*chosen, entry["units"])]
            agreed = _moment(entry["consent_at"]) or now
            rows.append(
                (entry["email"], key, entry["name"] or "", *lists, edition, moment(now),
                 moment(agreed))
            )  # fmt: skip
        made = {key for (key,) in _insert(_INSERT, _READER, rows, _UNLESS_THERE)}
        new = [one for one in batch if one[0] in made]
        self._prove(new, now)
        # Whose form was worked off since the list was judged is a reader already.
        return len(new) + self._change([one for one in batch if one[0] not in made], now)

    def _change(self, batch: list[tuple[str, dict[str, Any]]], now: datetime) -> int:
        stored = SubscriberRow.objects.in_bulk([key for key, _ in batch], field_name="key")
        rows, proved = [], []
        for key, entry in batch:
            row = stored.get(key)
            if row is None:  # forgotten between the judgement and now
                continue
            row.name = entry["name"] if entry["name"] is not None else row.name
            if entry["preferences"]:
                row.districts, row.themes, _ = entry["preferences"]
            if set(entry["units"]) - set(row.units):
                row.units = list(dict.fromkeys([*row.units, *entry["units"]]))
                row.sections = sorted({*row.sections, *entry["defaults"][2]})
            if row.status == "pending":
                row.status, row.confirmed_at = "active", _moment(entry["consent_at"]) or now
            row.edition_key = to_preferences(row).key
            rows.append(row)
            proved.append((key, entry))
        if not rows:
            return 0
        SubscriberRow.objects.bulk_update(
            rows,
            ["name", "districts", "themes", "sections", "units", "status", "confirmed_at",
             "edition_key"],
            batch_size=50,
        )  # fmt: skip
        self._prove(proved, now)
        return len(rows)

    def _prove(self, batch: list[tuple[str, dict[str, Any]]], now: datetime) -> None:
        """Keep the stated consent as the proof, and the import in the history."""
        moment = connection.ops.adapt_datetimefield_value
        detail = json.dumps({"list": self._reference}, ensure_ascii=False)
        number = dict(
            SubscriberRow.objects.filter(key__in=[key for key, _ in batch]).values_list("key", "id")
        )
        agreed = [
            (number[key], moment(_moment(entry["consent_at"]) or now), entry["consent"])
            for key, entry in batch
        ]
        _insert(_INSERT_CONSENT, _CONSENT, agreed)
        _insert(_INSERT_CHANGE, _CHANGE, [(number[key], moment(now), detail) for key, _ in batch])


# By hand, not by the ORM, whose models and compiler take most of the time; one statement for a
# batch, since a statement a row would be a journey to PostgreSQL each.
_INSERT = (
    "INSERT INTO subscriber (email, key, name, status, districts, themes, sections, units,"
    " edition_key, paused_until, epoch, created_at, confirmed_at, left_at) VALUES "
)
_UNLESS_THERE = " ON CONFLICT (key) DO NOTHING RETURNING key"
_READER = "(%s, %s, %s, 'active', %s, %s, %s, %s, %s, NULL, 0, %s, %s, NULL)"
_INSERT_CONSENT = "INSERT INTO consent (subscriber_id, at, how, network, wording_id, note) VALUES "
_CONSENT = "(%s, %s, 'imported', '', NULL, %s)"
_INSERT_CHANGE = 'INSERT INTO subscriber_change (subscriber_id, at, what, "by", detail) VALUES '
_CHANGE = "(%s, %s, 'imported', 'import', %s)"


def _insert(
    head: str, row: str, rows: list[tuple[Any, ...]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """Insert a batch of rows with one statement; return what its ``tail`` asks for.

    The words are constants of this module.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        values = [one for each in rows for one in each]
        cursor.execute(head + ", ".join([row] * len(rows)) + tail, values)
        return cursor.fetchall() if tail else []


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _to_lists(preferences: Preferences) -> list[list[str]]:
    parts = (preferences.districts, preferences.themes, preferences.sections)
    return [sorted(part) for part in parts]


def _dump(notes: Iterable[Note]) -> str:
    """Return notes as the temporary file keeps them; "" for none, as most lines have."""
    found = [(one.key, dict(one.values)) for one in notes]
    return json.dumps(found, ensure_ascii=False) if found else ""


def _load(text: str) -> tuple[Note, ...]:
    return tuple(Note(key, values) for key, values in json.loads(text)) if text else ()


def _units(names: Iterable[str]) -> Note:
    return Note("units", {"units": "、".join(names)})


def _difference(row: SubscriberRow, entry: Entry) -> list[Note]:
    """Return what a line would change of a stored reader; nothing when it changes nothing."""
    notes = []
    if row.status == "pending":
        notes.append(Note("confirmed-by-list"))
    if entry.name is not None and entry.name != row.name:
        notes.append(Note("name", {"before": row.name, "after": entry.name}))
    before = replace(to_preferences(row), sections=frozenset())  # as a list has them
    if entry.preferences is not None and entry.preferences != before:
        values = {"before": before.key, "after": entry.preferences.key}
        notes.append(Note("preferences", values))
    added = [unit for unit in entry.units if unit not in row.units]
    if added:
        notes.append(_units(added))
    return notes
