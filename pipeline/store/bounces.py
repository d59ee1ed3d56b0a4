"""Bounces in the store: whose they are, the evidence, and what follows for the address.

A hard bounce and a complaint suppress at once, soft ones after three issues in a row without a mail
that went through; a block says nothing of the address, a warning that a mail is late is kept and
does not count. Anybody can write a report that calls an address dead, and one may be read wrongly:
without the Message-ID of a mail of ours, which nobody else knows, a hard bounce counts as a soft
one of the last issue. Editors lift a suppression at the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.deliver.replies import DELAYED
from pipeline.model import DeliveryStatus
from pipeline.store.models import BounceRow, DeliveryRow, SubscriberRow
from pipeline.store.subscribers import hash_address, normalise, suppress

if TYPE_CHECKING:
    from datetime import datetime

_SOFT_IN_A_ROW = 3  # issues
_AT_ONCE = {"hard": "hard", "complaint": "complaint"}


def add_bounce(
    *,
    secret: bytes,
    kind: str,
    recipient: str,
    message_id: str,
    rule: str,
    words: str,
    digest: str,
    at: datetime,
    trusted: bool = False,
) -> str:
    """Keep what came back and act on it; return ``new``, ``known``, ``unproven`` or ``stranger``.

    ``stranger``: neither the address nor the Message-ID is one of ours. ``unproven``: it calls an
    address dead and names no mail of ours, or another address than the reader's. ``trusted``:
    whoever reports has shown a secret of ours.
    """
    with transaction.atomic():
        if BounceRow.objects.filter(digest=digest).exists():
            return "known"
        delivery = (
            DeliveryRow.objects.select_related("subscriber").filter(message_id=message_id).first()
            if message_id
            else None
        )
        reader = delivery.subscriber if delivery else None
        if reader is None and recipient:
            reader = SubscriberRow.objects.filter(key=normalise(recipient)).first()
        if reader is None:
            return "stranger"
        # A reader's mail may be passed on: that the other address is dead says little of theirs.
        of_another = bool(recipient) and normalise(recipient) != reader.key
        is_unproven = kind == "hard" and not trusted and (delivery is None or of_another)
        if is_unproven:
            kind, delivery = "soft", delivery or _get_last(reader)
        BounceRow.objects.create(
            subscriber=reader, delivery=delivery, digest=digest, kind=kind, rule=rule,
            said=words, at=at,
        )  # fmt: skip
        if delivery and kind == "hard":
            rows = DeliveryRow.objects.filter(pk=delivery.pk, status=DeliveryStatus.DELIVERED)
            rows.update(status=DeliveryStatus.FAILED, reply=words[:1000], at=at)
        reason = _AT_ONCE.get(kind)
        if kind == "soft" and rule != DELAYED and _is_chronic(reader):
            reason = "soft"
        if reason:
            suppress(
                hash_address(secret, reader.email),
                reason=reason,
                note=f"{rule}: {words[:300]}",
                at=at,
            )
        return "unproven" if is_unproven else "new"


def _get_last(reader: SubscriberRow) -> DeliveryRow | None:
    """Return the last mail that a reader got; None when they never got any."""
    rows = DeliveryRow.objects.filter(subscriber=reader, status=DeliveryStatus.DELIVERED)
    return rows.order_by("-issue__week").first()


def _is_chronic(reader: SubscriberRow) -> bool:
    """Say whether the last mails to a reader all came back."""
    last = DeliveryRow.objects.filter(subscriber=reader).order_by("-issue__week")[:_SOFT_IN_A_ROW]
    ids = [row.pk for row in last]
    if len(ids) < _SOFT_IN_A_ROW:
        return False
    soft = BounceRow.objects.filter(delivery_id__in=ids, kind="soft").exclude(rule=DELAYED)
    return soft.values("delivery_id").distinct().count() == len(ids)
