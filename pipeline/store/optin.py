"""How a subscription begins: a form is put aside, a mail asks, the reader confirms.

The same statements run whoever is named, so that nobody learns who reads. What this module never
does: send the mail, or read a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.store.models import (
    ConfirmationRow,
    ConsentRow,
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberRow,
    SuppressionRow,
    WordingRow,
)
from pipeline.store.subscribers import REVOCABLE, hash_address, normalise, to_preferences
from pipeline.store.subscriptions import lift, note, to_membership

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.model import Preferences
    from pipeline.store.subscriptions import Membership

ONE_MAIL = timedelta(days=1)  # no second confirmation mail to one address within that


@dataclass(frozen=True, slots=True)
class Request:
    """A form somebody sent; whether the address is known is nobody's business yet."""

    kind: str  # join or link
    email: str
    preferences: Preferences
    network: str
    wording: tuple[str, str, str] | None  # digest, version, text as shown; None: kind link


def add_request(request: Request, at: datetime) -> None:
    """Put a form aside. The same statements run whatever address it names."""
    digest = None
    if request.wording:
        digest, version, text = request.wording
        WordingRow.objects.get_or_create(digest=digest, defaults={"version": version, "text": text})
    ReaderRequestRow.objects.create(
        kind=request.kind,
        email=request.email,
        key=normalise(request.email),
        districts=sorted(request.preferences.districts),
        themes=sorted(request.preferences.themes),
        network=request.network,
        wording_id=digest,
        at=at,
    )


def work_off_requests(
    secret: bytes,
    now: datetime,
    *,
    confirm_days: int,
    hash_of: Callable[[int, int, datetime], str],
) -> int:
    """Turn the forms put aside into mails that wait; return how many forms there were.

    ``hash_of(confirmation id, epoch, asked at)`` gives the hash of the token the mail will carry.
    One form is one transaction, so a killed process leaves the rest for the next one.
    """
    done = 0
    while True:
        with transaction.atomic():
            row = ReaderRequestRow.objects.order_by("id").first()
            # Whoever deletes the row has the request: two processes never take the same one.
            if row is None:
                return done
            pk = row.pk
            if ReaderRequestRow.objects.filter(pk=pk).delete()[0]:
                row.pk = pk
                _work_off(secret, row, now, confirm_days, hash_of)
                done += 1


def _work_off(
    secret: bytes,
    request: ReaderRequestRow,
    now: datetime,
    confirm_days: int,
    hash_of: Callable[[int, int, datetime], str],
) -> None:
    found = SuppressionRow.objects.filter(address_hash=hash_address(secret, request.key)).first()
    if found is not None and found.reason not in REVOCABLE:
        return
    reader = SubscriberRow.objects.select_for_update().filter(key=request.key).first()
    # One dated later than in a day was written by a clock that was ahead.
    lately = (now - ONE_MAIL, now + ONE_MAIL)
    if reader is not None and reader.mails.filter(created_at__range=lately).exists():
        return
    if reader is not None and reader.status == "active":
        OutgoingMailRow.objects.create(kind="link", subscriber=reader, created_at=now, due_at=now)
        return
    if request.kind != "join" or request.wording_id is None:
        return
    if reader is None:
        reader = SubscriberRow.objects.create(
            email=request.email, key=request.key, created_at=request.at
        )
    confirmation = ConfirmationRow.objects.create(
        subscriber=reader,
        districts=request.districts,
        themes=request.themes,
        network=request.network,
        wording_id=request.wording_id,
        asked_at=request.at,
        expires_at=request.at + timedelta(days=confirm_days),
    )
    confirmation.token_hash = hash_of(confirmation.pk, reader.epoch, request.at)
    confirmation.save(update_fields=["token_hash"])
    note(reader, "asked", request.at)
    OutgoingMailRow.objects.create(
        kind="confirm", subscriber=reader, confirmation=confirmation, created_at=now, due_at=now
    )


def get_confirmation(token_hash: str, now: datetime) -> Membership | None:
    """Return who would be confirmed by that token; None when it opens nothing (any more)."""
    row = _open_confirmation(token_hash, now)
    return to_membership(row.subscriber, now) if row else None


def confirm(secret: bytes, token_hash: str, *, network: str, now: datetime) -> Membership | None:
    """Confirm a double opt-in and keep the proof; a second time changes nothing.

    Returns None when the token opens nothing (any more).
    """
    with transaction.atomic():
        row = _open_confirmation(token_hash, now)
        if row is None:
            return None
        locked = SubscriberRow.objects.select_for_update()
        reader = locked.filter(pk=row.subscriber_id).first()
        if reader is None:  # forgotten meanwhile
            return None
        taken = ConfirmationRow.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
        if not taken:
            return to_membership(reader, now)
        for how, at, where in (("asked", row.asked_at, row.network), ("confirmed", now, network)):
            ConsentRow.objects.create(
                subscriber=reader, at=at, how=how, network=where, wording_id=row.wording_id
            )
        reader.districts, reader.themes = row.districts, row.themes
        reader.edition_key = to_preferences(reader).key
        reader.status, reader.confirmed_at = "active", now
        reader.left_at = reader.paused_until = None
        reader.save(
            update_fields=["districts", "themes", "edition_key", "status", "confirmed_at",
                           "left_at", "paused_until"]
        )  # fmt: skip
        lift(secret, reader)
        note(reader, "confirmed", now)
        return to_membership(reader, now)


def is_spent(token_hash: str) -> bool:
    """Say whether that token has confirmed its subscription already."""
    return ConfirmationRow.objects.filter(token_hash=token_hash).exclude(used_at=None).exists()


def _open_confirmation(token_hash: str, now: datetime) -> ConfirmationRow | None:
    rows = ConfirmationRow.objects.select_related("subscriber")
    return rows.filter(token_hash=token_hash, expires_at__gt=now).first() if token_hash else None
