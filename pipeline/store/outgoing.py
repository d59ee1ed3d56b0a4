"""Single mails that wait to be sent: confirmations and links.

A mail is a row until the server has taken it; it is rendered only when it goes out, so no token
ever stands in the store. A process killed between the server's answer and the row's update
sends the same mail, with the same Message-ID, once more. What this module never does: render,
or open a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from pipeline.store.models import OutgoingMailRow
from pipeline.store.subscribers import REVOCABLE, get_reasons, hash_key

if TYPE_CHECKING:
    from datetime import datetime

_TRIES = 8
_FIRST_WAIT = timedelta(minutes=2)  # doubled after every failure: eight tries span four hours
_LONGEST_WAIT = timedelta(days=1)
_LEASE = timedelta(minutes=5)  # a process that took a mail and died gives it back after that


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail that is due."""

    id: int
    kind: str  # confirm or link
    email: str
    subscriber: int
    epoch: int
    confirmation: int | None  # None: kind link
    asked_at: datetime  # of the confirmation, or when the mail was ordered
    attempts: int


def take_due(now: datetime, secret: bytes) -> OutgoingMail | None:
    """Take the next mail that is due, for five minutes; None when there is none.

    What was ordered by somebody who has complained since, or whose address is dead, is stopped;
    so are the links of who has left, while a confirmation is what brings them back.
    """
    while True:
        # No pause is longer than a day: a later one was reckoned by a clock that was ahead.
        due = Q(due_at__lte=now) | Q(due_at__gt=now + _LONGEST_WAIT)
        waiting = OutgoingMailRow.objects.filter(due, status="waiting")
        row = waiting.select_related("subscriber", "confirmation").order_by("due_at", "id").first()
        if row is None:
            return None
        if reason := _get_obstacle(row, secret):
            waiting.filter(pk=row.pk).update(status="failed", reply=f"suppressed: {reason}")
            continue
        # Of two processes that saw the row, one changes it.
        taken = OutgoingMailRow.objects.filter(pk=row.pk, due_at=row.due_at, status="waiting")
        if taken.update(due_at=now + _LEASE, attempts=row.attempts + 1):
            return OutgoingMail(
                id=row.pk,
                kind=row.kind,
                email=row.subscriber.email,
                subscriber=row.subscriber_id,
                epoch=row.subscriber.epoch,
                confirmation=row.confirmation_id,
                asked_at=row.confirmation.asked_at if row.confirmation else row.created_at,
                attempts=row.attempts + 1,
            )


def _get_obstacle(row: OutgoingMailRow, secret: bytes) -> str:
    """Return why a mail may not go any more; "" when it may."""
    if row.kind == "link" and row.subscriber.status != "active":
        return row.subscriber.status
    stopped = get_reasons([hash_key(secret, row.subscriber.key)])
    return next((one for one in stopped.values() if one not in REVOCABLE), "")


def mark_sent(mail: OutgoingMail, reply: str, now: datetime) -> None:
    """Note that the server has taken it."""
    OutgoingMailRow.objects.filter(pk=mail.id).update(status="sent", reply=reply, sent_at=now)


def mark_failed(mail: OutgoingMail, reply: str, now: datetime, *, permanent: bool) -> None:
    """Note what the server said; try again later unless it is for good or the eighth time."""
    if permanent or mail.attempts >= _TRIES:
        OutgoingMailRow.objects.filter(pk=mail.id).update(status="failed", reply=reply)
    else:
        due = now + _FIRST_WAIT * 2 ** (mail.attempts - 1)
        OutgoingMailRow.objects.filter(pk=mail.id).update(due_at=due, reply=reply)


def put_back(mail: OutgoingMail, reply: str, now: datetime) -> None:
    """Give a mail back that nobody could be handed; such a try does not count."""
    OutgoingMailRow.objects.filter(pk=mail.id, status="waiting").update(
        due_at=now + _FIRST_WAIT, attempts=mail.attempts - 1, reply=reply
    )


def count_unsent() -> tuple[int, int]:
    """Return (waiting, failed)."""
    waiting = OutgoingMailRow.objects.filter(status="waiting").count()
    return waiting, OutgoingMailRow.objects.filter(status="failed").count()
