"""Readers: who they are, who gets the next issue, and forgetting somebody for good.

What this module never does: change a subscription (see `pipeline.store.subscriptions`), or keep
an address that is suppressed: only its keyed hash stays.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from contextlib import suppress as suppress_errors
from typing import TYPE_CHECKING

import idna
from django.db import connection, transaction
from django.db.models import Q

from pipeline.calendar import SHANGHAI
from pipeline.model import Preferences
from pipeline.store.models import ReaderRequestRow, SubscriberRow, SuppressionRow

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

REVOCABLE = frozenset({"left", "erased"})
"""Suppressions that a reader's own double opt-in lifts. No list ever lifts any."""


def normalise(email: str) -> str:
    """Return the address as compared: NFC, folded, the domain as IDNA where it has one."""
    local, _, domain = unicodedata.normalize("NFC", email.strip()).rpartition("@")
    if not domain.isascii():  # what is no domain is compared as it stands
        with suppress_errors(UnicodeError):  # idna.IDNAError is one
            domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{local.casefold()}@{domain.lower()}"


def hash_address(secret: bytes, email: str) -> str:
    """Return the keyed hash (HMAC-SHA256, hex) under which an address is suppressed."""
    return hash_key(secret, normalise(email))


def hash_key(secret: bytes, key: str) -> str:
    """Return the same of an address that is normalised already, as readers' keys are."""
    return hmac.digest(secret, key.encode(), hashlib.sha256).hex()


def list_queueable(
    now: datetime, *, after: int = 0, limit: int = 1000
) -> list[tuple[int, str, str]]:
    """Return the next readers who get an issue of ``now``: (id, key, key of the edition).

    By id, after id ``after``. A pause ends with a day of Shanghai, as its reader chose it.
    """
    rows = _get_recipients(get_today(now)).filter(id__gt=after).order_by("id")
    return list(rows.values_list("id", "key", "edition_key")[:limit])


def list_recipients(readers: list[int], now: datetime) -> set[int]:
    """Return those of the readers, by id, who are subscribed and do not pause."""
    rows = _get_recipients(get_today(now)).filter(id__in=readers)
    return set(rows.values_list("id", flat=True))


def get_today(now: datetime) -> date:
    """Return the day in Shanghai, by which pauses end."""
    return now.astimezone(SHANGHAI).date()


def _get_recipients(today: date) -> QuerySet[SubscriberRow]:
    return SubscriberRow.objects.filter(
        Q(paused_until=None) | Q(paused_until__lte=today), status="active"
    )


def list_suppressed(hashes: list[str]) -> set[str]:
    """Return those of the keyed hashes that are suppressed."""
    rows = SuppressionRow.objects.filter(address_hash__in=hashes)
    return set(rows.values_list("address_hash", flat=True))


def get_reasons(hashes: list[str]) -> dict[str, str]:
    """Return why nothing is sent to those of the keyed hashes that are suppressed."""
    rows = SuppressionRow.objects.filter(address_hash__in=hashes)
    return dict(rows.values_list("address_hash", "reason"))


def suppress(address_hash: str, *, reason: str, note: str, at: datetime) -> None:
    """Suppress an address; an older reason stays."""
    SuppressionRow.objects.get_or_create(
        address_hash=address_hash, defaults={"reason": reason, "note": note, "at": at}
    )


ERASED = "erased"
"""The note of an address that stays stopped for its older reason when its person is forgotten."""

_STAYING = ("complaint", "editor")  # reasons that no double opt-in lifts (decision 041)


def forget(secret: bytes, email: str, at: datetime) -> bool:
    """Remove a person from every table and leave only a keyed hash; say whether they were known.

    Every table that refers to a subscriber does so with CASCADE, so deliveries and history go in
    the same transaction. On SQLite the freed pages are overwritten and the log is emptied.
    """
    key, address_hash = normalise(email), hash_address(secret, email)
    with overwriting(), transaction.atomic():
        ReaderRequestRow.objects.filter(key=key).delete()
        # Locked, so that nobody adds a row that refers to it before it goes.
        SubscriberRow.objects.select_for_update().filter(key=key).first()
        deleted, _ = SubscriberRow.objects.filter(key=key).delete()
        suppress(address_hash, reason="erased", note="", at=at)
        # The note of a bounce may quote the address. Forgetting counts from now, so that a backup
        # from before it, put back, brings nobody back. Nobody is left to lift what stopped a dead
        # address; who complained, or was stopped by an editor, is written to no more all the same.
        rows = SuppressionRow.objects.filter(address_hash=address_hash)
        rows.exclude(reason__in=_STAYING).update(reason=ERASED, note="", at=at)
        rows.filter(reason__in=_STAYING).update(note=ERASED, at=at)
    return bool(deleted)


class overwriting:  # noqa: N801 - read as `with overwriting():`
    """Deletions within leave nothing readable in SQLite's file; PostgreSQL's VACUUM does that."""

    def __enter__(self) -> None:
        """Ask SQLite to overwrite what is deleted with zeros."""
        self._pragma("secure_delete=ON")

    def __exit__(self, *_: object) -> None:
        """Copy the write-ahead log into the file and empty it; a busy reader only delays that."""
        if not connection.in_atomic_block:
            self._pragma("wal_checkpoint(TRUNCATE)")

    @staticmethod
    def _pragma(words: str) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA {words}")


def to_preferences(row: SubscriberRow) -> Preferences:
    """Return what a row's reader wants in full."""
    return Preferences(frozenset(row.districts), frozenset(row.themes), frozenset(row.sections))
