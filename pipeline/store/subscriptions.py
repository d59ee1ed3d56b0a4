"""The life of a subscription: changed, paused, left, taken back. How it begins: `optin`.

Every step is one transaction that locks the reader first, writes what it changes and nothing else,
and also the history and, where somebody agreed to something, the proof: of two steps at once
neither undoes the other. What this module never does: send a mail, read a token, or lift a
suppression for anybody but the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from pipeline.errors import SubscriberNotFoundError
from pipeline.store.models import (
    ConsentRow,
    SubscriberChangeRow,
    SubscriberRow,
    SuppressionRow,
)
from pipeline.store.subscribers import (
    REVOCABLE,
    get_today,
    hash_address,
    suppress,
    to_preferences,
)

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Preferences

EVENTS = (
    "asked", "imported", "confirmed", "changed", "paused", "resumed", "revoked", "left", "reason",
    "returned", "suppressed", "restored",
)  # fmt: skip
"""Everything that the history knows; `pipeline.reader.words` has the words for it."""

TAKE_BACK = timedelta(hours=1)  # leaving by mistake can be taken back so long


@dataclass(frozen=True, slots=True)
class Membership:
    """A reader as their own pages show them."""

    id: int
    email: str
    status: str  # pending active left
    preferences: Preferences
    units: tuple[str, ...]  # member units they are the contact of
    paused_until: date | None  # the first day with mail again; None: not paused
    epoch: int
    created_at: datetime
    confirmed_at: datetime | None  # None: never
    left_at: datetime | None  # None: has not left


@dataclass(frozen=True, slots=True)
class Leaving:
    """What became of a request to leave."""

    now: bool  # False: had left before
    at: datetime


def get_membership(subscriber: int, now: datetime) -> Membership:
    """Return a reader by id, as they are at ``now``.

    Raises:
        SubscriberNotFoundError: there is none (any more).
    """
    return to_membership(_get(subscriber), now)


def change(subscriber: int, preferences: Preferences, *, now: datetime, by: str = "") -> Membership:
    """Take over new preferences; the same ones leave no trace in the history."""
    with transaction.atomic():
        reader = _lock(subscriber)
        before = to_preferences(reader)
        if before != preferences:
            reader.districts = sorted(preferences.districts)
            reader.themes = sorted(preferences.themes)
            reader.sections = sorted(preferences.sections)
            reader.edition_key = preferences.key
            reader.save(update_fields=["districts", "themes", "sections", "edition_key"])
            note(reader, "changed", now, by=by, before=before.key, after=preferences.key)
        return to_membership(reader, now)


def pause(subscriber: int, until: date | None, *, now: datetime) -> Membership:
    """Send nothing before ``until``; None goes on at once."""
    with transaction.atomic():
        reader = _lock(subscriber)
        if reader.paused_until != until:
            reader.paused_until = until
            reader.save(update_fields=["paused_until"])
            if until:
                note(reader, "paused", now, until=until.isoformat())
            else:
                note(reader, "resumed", now)
        return to_membership(reader, now)


def leave(secret: bytes, subscriber: int, *, now: datetime, how: str) -> Leaving:
    """End a subscription and suppress the address against every later list. Safe to repeat."""
    with transaction.atomic():
        reader = _lock(subscriber)
        if reader.status == "left" and reader.left_at:
            return Leaving(now=False, at=reader.left_at)
        paused = {"paused": reader.paused_until.isoformat()} if reader.paused_until else {}
        reader.status, reader.left_at, reader.paused_until = "left", now, None
        reader.save(update_fields=["status", "left_at", "paused_until"])
        suppress(hash_address(secret, reader.key), reason="left", note="", at=now)
        note(reader, "left", now, how=how, **paused)
        return Leaving(now=True, at=now)


def add_reason(subscriber: int, reason: str, words: str, *, now: datetime) -> None:
    """Keep why somebody left, once."""
    with transaction.atomic():
        reader = _lock(subscriber)
        if (
            reader.status == "left"
            and not reader.changes.filter(what="reason", at__gte=reader.left_at).exists()
        ):
            note(reader, "reason", now, reason=reason, words=words)


def take_back(secret: bytes, subscriber: int, *, network: str, now: datetime) -> Membership | None:
    """Undo a leaving of the last hour, with the pause it ended.

    Returns None when it is too late or there is nothing to undo.
    """
    with transaction.atomic():
        reader = _lock(subscriber)
        if reader.status != "left" or not reader.left_at or reader.left_at < now - TAKE_BACK:
            return None
        # Who never agreed cannot come back by this door.
        if reader.confirmed_at is None:
            return None
        left = reader.changes.filter(what="left").order_by("-at", "-id").first()
        paused = left.detail.get("paused") if left else None
        reader.status, reader.left_at = "active", None
        reader.paused_until = date.fromisoformat(paused) if paused else None
        reader.save(update_fields=["status", "left_at", "paused_until"])
        lift(secret, reader)
        latest = reader.consents.exclude(wording=None).order_by("-at").first()
        ConsentRow.objects.create(
            subscriber=reader,
            at=now,
            how="returned",
            network=network,
            wording_id=latest.wording_id if latest else None,
        )
        note(reader, "returned", now)
        return to_membership(reader, now)


def revoke_links(subscriber: int, *, now: datetime) -> Membership:
    """Make every link of every mail sent so far void, those that confirm included."""
    with transaction.atomic():
        reader = _lock(subscriber)
        reader.epoch += 1
        reader.save(update_fields=["epoch"])
        reader.confirmations.filter(expires_at__gt=now).update(expires_at=now)
        note(reader, "revoked", now)
        return to_membership(reader, now)


def set_suppressed(
    secret: bytes, subscriber: int, *, suppressed: bool, reason: str, by: str, now: datetime
) -> None:
    """An editor stops or resumes the mails to somebody, with a reason.

    Resuming lifts whatever stopped the address except the reader's own leaving: nobody but the
    reader undoes that.
    """
    with transaction.atomic():
        reader = _lock(subscriber)
        hashed = hash_address(secret, reader.key)
        if suppressed:
            suppress(hashed, reason="editor", note=reason, at=now)
            # Stronger than a leaving: no form of the reader's lifts it (decision 041).
            SuppressionRow.objects.filter(address_hash=hashed, reason__in=REVOCABLE).update(
                reason="editor", note=reason, at=now
            )
        else:
            SuppressionRow.objects.filter(address_hash=hashed).exclude(
                reason__in=REVOCABLE
            ).delete()
            if reader.status == "left":  # meanwhile: the first reason had hidden it
                suppress(hashed, reason="left", note="", at=reader.left_at or now)
        what = "suppressed" if suppressed else "restored"
        note(reader, what, now, by=by, reason=reason)


def get_suppression(secret: bytes, subscriber: int) -> SuppressionRow | None:
    """Return why nothing is sent to a reader; None when nothing stands against it."""
    hashed = hash_address(secret, _get(subscriber).key)
    return SuppressionRow.objects.filter(address_hash=hashed).first()


def to_membership(row: SubscriberRow, now: datetime) -> Membership:
    """Return a row as a value; a pause that is over by ``now`` is none."""
    until = row.paused_until
    return Membership(
        id=row.pk,
        email=row.email,
        status=row.status,
        preferences=to_preferences(row),
        units=tuple(row.units),
        paused_until=until if until and until > get_today(now) else None,
        epoch=row.epoch,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        left_at=row.left_at,
    )


def _get(subscriber: int) -> SubscriberRow:
    try:
        return SubscriberRow.objects.get(pk=subscriber)
    except (SubscriberRow.DoesNotExist, OverflowError):
        raise SubscriberNotFoundError(f"there is no subscriber {subscriber}") from None


def _lock(subscriber: int) -> SubscriberRow:
    """Return a reader's row, held until the transaction ends.

    Raises:
        SubscriberNotFoundError: there is none (any more).
    """
    try:
        return SubscriberRow.objects.select_for_update().get(pk=subscriber)
    except (SubscriberRow.DoesNotExist, OverflowError):
        raise SubscriberNotFoundError(f"there is no subscriber {subscriber}") from None


def lift(secret: bytes, reader: SubscriberRow) -> None:
    """Take away a suppression that the reader's own word lifts. For the store's own modules."""
    SuppressionRow.objects.filter(
        address_hash=hash_address(secret, reader.key), reason__in=REVOCABLE
    ).delete()


def note(reader: SubscriberRow, what: str, at: datetime, by: str = "", **detail: Any) -> None:
    """Write a step into the reader's history. For the store's own modules."""
    SubscriberChangeRow.objects.create(subscriber=reader, at=at, what=what, by=by, detail=detail)
