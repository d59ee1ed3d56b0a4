"""Readers: who they are, and who gets the next issue."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from contextlib import suppress as suppress_errors
from typing import TYPE_CHECKING

from django.db.models import Q

from pipeline.errors import SubscriberNotFoundError
from pipeline.model import Preferences, Subscriber
from pipeline.store.models import SubscriberRow, SuppressionRow

if TYPE_CHECKING:
    from datetime import date, datetime


def normalise(email: str) -> str:
    """Return the address as compared: NFC, folded, the domain as IDNA where it has one."""
    local, _, domain = unicodedata.normalize("NFC", email.strip()).rpartition("@")
    with suppress_errors(UnicodeError):  # what is no domain is compared as it stands
        domain = domain.encode("idna").decode("ascii")
    return f"{local.casefold()}@{domain.lower()}"


def hash_address(secret: bytes, email: str) -> str:
    """Return the keyed hash (HMAC-SHA256, hex) under which an address is suppressed."""
    return hmac.new(secret, normalise(email).encode(), hashlib.sha256).hexdigest()


def add_subscriber(
    email: str, *, preferences: Preferences, at: datetime, name: str = "", confirmed: bool = False
) -> Subscriber:
    """Store a reader; who is there already is returned as they are."""
    row, _ = SubscriberRow.objects.get_or_create(
        key=normalise(email),
        defaults={
            "email": email.strip(),
            "name": name,
            "status": "active" if confirmed else "pending",
            "districts": sorted(preferences.districts),
            "themes": sorted(preferences.themes),
            "edition_key": preferences.key,
            "created_at": at,
            "confirmed_at": at if confirmed else None,
        },
    )
    return to_subscriber(row)


def get_subscriber(email: str) -> Subscriber:
    """Return the reader of an address.

    Raises:
        SubscriberNotFoundError: nobody has that address.
    """
    try:
        return to_subscriber(SubscriberRow.objects.get(key=normalise(email)))
    except SubscriberRow.DoesNotExist:
        raise SubscriberNotFoundError(f"nobody subscribed with {email}") from None


def list_recipients(today: date, *, after: int = 0, limit: int = 1000) -> list[Subscriber]:
    """Return the next page of readers who get an issue of ``today``, by id, after id ``after``."""
    rows = SubscriberRow.objects.filter(
        Q(paused_until=None) | Q(paused_until__lte=today), status="active", id__gt=after
    ).order_by("id")[:limit]
    return [to_subscriber(row) for row in rows]


def list_suppressed(hashes: list[str]) -> set[str]:
    """Return those of the keyed hashes that are suppressed."""
    rows = SuppressionRow.objects.filter(address_hash__in=hashes)
    return set(rows.values_list("address_hash", flat=True))


def suppress(address_hash: str, *, reason: str, note: str, at: datetime) -> None:
    """Suppress an address; an older reason stays."""
    SuppressionRow.objects.get_or_create(
        address_hash=address_hash, defaults={"reason": reason, "note": note, "at": at}
    )


def to_subscriber(row: SubscriberRow) -> Subscriber:
    """Return a row as a value."""
    return Subscriber(
        id=row.pk,
        email=row.email,
        name=row.name,
        preferences=Preferences(frozenset(row.districts), frozenset(row.themes)),
        epoch=row.epoch,
    )
