"""The outbox: everybody's copy of an issue, in one explained state.

``pending → sending → delivered``; *sending* is committed before the final dot, so after a crash
such a row is *uncertain* and nothing else is. What this module never does: open a socket, or decide
by itself what becomes of an uncertain row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import F, Q

from pipeline.model import DeliveryStatus, IssueStatus, Preferences
from pipeline.store import issuing
from pipeline.store.models import DeliveryRow, IssueRow, SubscriberRow, SuppressionRow
from pipeline.store.subscribers import (
    get_today,
    hash_key,
    list_queueable,
    list_recipients,
    list_suppressed,
    to_preferences,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

_PAGE = 1000  # rows that stand in memory at once
_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.DEFERRED)
_CLOCK_AHEAD = timedelta(days=1)  # no run takes so long: what is dated later no clock of today did
_STOPPED = "left, paused or suppressed while waiting"
_AT_ONCE = 500  # parameters of one query


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery that is due."""

    id: int
    subscriber: int
    epoch: int
    email: str
    edition_key: str
    attempts: int
    message_id: str
    queued_at: datetime
    address_hash: str  # under which the address would be suppressed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    id: int
    status: DeliveryStatus
    reply: str
    rule: str = ""
    next_at: datetime | None = None
    counts: bool = True  # an attempt that reached a receiver


def queue(week: str, now: datetime, secret: bytes, make_id: Callable[[int], str]) -> int:
    """Put every reader of the issue into the outbox, page by page; return how many were added.

    Who is there already stays; once everybody is in, later calls add nobody.
    """
    issue = IssueRow.objects.get(week=week)
    if issue.queued_at:
        return 0
    last = DeliveryRow.objects.filter(issue=issue).order_by("-subscriber_id").first()
    after, added = (last.subscriber_id if last else 0), 0
    while page := list_queueable(now, after=after, limit=_PAGE):
        added += _add_page(issue, page, now, secret, make_id)
        after = page[-1][0]
    IssueRow.objects.filter(pk=issue.pk).update(queued_at=now)
    return added


def _add_page(
    issue: IssueRow, page: list[tuple[int, str, str]], now: datetime, secret: bytes,
    make_id: Callable[[int], str],
) -> int:  # fmt: skip
    hashes = {reader: hash_key(secret, key) for reader, key, _ in page}
    suppressed = dict(
        SuppressionRow.objects.filter(address_hash__in=hashes.values()).values_list(
            "address_hash", "reason"
        )
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    rows = []
    for reader, _, edition in page:
        reason = suppressed.get(hashes[reader])
        rows.append((
            issue.pk, reader, edition, "suppressed" if reason else "pending",
            make_id(reader), f"suppressed: {reason}" if reason else "", moment,
            moment if reason else None,
        ))  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:  # a fifth of bulk_create()'s time
        # Who has been forgotten since the page was read is gone; nobody else goes meanwhile.
        readers = SubscriberRow.objects.select_for_update().filter(pk__in=hashes).order_by("pk")
        there = set(readers.values_list("pk", flat=True))
        rows = [row for row in rows if row[1] in there]
        cursor.executemany(
            "INSERT INTO delivery (issue_id, subscriber_id, edition_key, status, message_id, "
            "reply, queued_at, at, attempts, rule) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, '') "
            "ON CONFLICT DO NOTHING",
            rows,
        )
    return len(rows)


def list_editions(week: str) -> list[Preferences]:
    """Return every distinct set of preferences among those who still wait for the issue."""
    waiting = DeliveryRow.objects.filter(issue__week=week, status__in=_WAITING)
    found = []
    for key in waiting.values_list("edition_key", flat=True).distinct().order_by("edition_key"):
        row = waiting.filter(edition_key=key).select_related("subscriber").first()
        if row:
            preferences = to_preferences(row.subscriber)
            found.append(preferences if preferences.key == key else _parse_key(key))
    return found


def recover(week: str) -> int:
    """Call every row uncertain whose sender died between intent and answer; return how many."""
    rows = DeliveryRow.objects.filter(issue__week=week, status=DeliveryStatus.SENDING)
    # `at` stays the moment of the intent: the relay's log is asked about that moment.
    return rows.update(
        status=DeliveryStatus.UNCERTAIN,
        reply="the sender stopped between the intent and the answer",
    )


def hold_restored(week: str, now: datetime, secret: bytes, make_id: Callable[[int], str]) -> int:
    """Call everybody's delivery uncertain who had none when the backup just put back was made.

    Return how many. Nobody knows when such a mail went, so their moment is null: that tells them
    from what a crash left open, of which the moment of the intent is known.
    """
    with transaction.atomic():
        IssueRow.objects.filter(week=week).update(status=IssueStatus.SENDING)
        queue(week, now, secret, make_id)
        open_ = (*_WAITING, DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN)
        rows = DeliveryRow.objects.filter(issue__week=week, status__in=open_)
        return rows.update(
            status=DeliveryStatus.UNCERTAIN, at=None, next_at=None,
            reply="a backup was put back: it may have been sent since that was made",
        )  # fmt: skip


def list_uncertain(week: str) -> dict[str, datetime | None]:
    """Return the Message-IDs of uncertain rows, and when their dot was on its way at the latest.

    None: nobody knows when, or whether at all (`hold_restored`).
    """
    rows = DeliveryRow.objects.filter(issue__week=week, status=DeliveryStatus.UNCERTAIN)
    return dict(rows.values_list("message_id", "at"))


def settle(
    week: str, message_ids: Iterable[str], status: DeliveryStatus, *, why: str, now: datetime
) -> int:
    """End the uncertainty of rows; return of how many.

    ``delivered``: they have it; ``pending``: it is sent again; ``failed``: nobody will know.
    """
    names, count = iter(message_ids), 0
    with transaction.atomic():
        rows = DeliveryRow.objects.filter(issue__week=week, status=DeliveryStatus.UNCERTAIN)
        while some := list(islice(names, _AT_ONCE)):
            count += rows.filter(message_id__in=some).update(
                status=status, reply=why, at=now, next_at=None
            )
        if status is DeliveryStatus.DELIVERED and count:
            issuing.mark_published(week, now)
    return count


def list_due(
    week: str, status: DeliveryStatus, due: datetime, after: int, limit: int, secret: bytes
) -> list[Parcel]:
    """Return the next deliveries in ``status`` that were due at ``due``, by number from ``after``.

    The caller walks upwards, so that the millionth page costs what the first one did.
    """
    is_due = Q(next_at=None) | Q(next_at__lte=due)
    is_due |= Q(at__gt=due + _CLOCK_AHEAD)  # put off by a clock that was ahead
    rows = (
        DeliveryRow.objects.filter(is_due, issue__week=week, status=status, pk__gt=after)
        .order_by("pk")
        .values_list("pk", "subscriber_id", "subscriber__epoch", "subscriber__email", "edition_key",
                     "attempts", "message_id", "queued_at", "subscriber__key")[:limit]
    )  # fmt: skip
    return [Parcel(*row[:-1], hash_key(secret, row[-1])) for row in rows]


def drop_stopped(parcels: list[Parcel], now: datetime) -> list[Parcel]:
    """Return those who may still be written to; mark who left, paused or was stopped meanwhile."""
    banned = list_suppressed([one.address_hash for one in parcels])
    may = list_recipients([one.subscriber for one in parcels], now)
    stopped = [one.id for one in parcels if one.subscriber not in may or one.address_hash in banned]
    if stopped:
        DeliveryRow.objects.filter(pk__in=stopped, status__in=_WAITING).update(
            status=DeliveryStatus.SUPPRESSED, at=now, reply=_STOPPED
        )
    gone = set(stopped)
    return [one for one in parcels if one.id not in gone]


def intend(wanted: dict[int, str], now: datetime) -> frozenset[int]:
    """Note that these messages are about to be answered for: committed before the final dot.

    ``wanted``: the keyed hash of its address for each delivery. Return those that stand. The
    others must not be sent any more: their reader left, paused or was suppressed since the row was
    read, or another sender has taken the row. The transaction is the caller's.
    """
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up at every word
    at = database.ops.adapt_datetimefield_value(now)
    today = database.ops.adapt_datefield_value(get_today(now))
    with database.cursor() as cursor:
        hashes = list(wanted.values())
        cursor.execute(
            "SELECT address_hash FROM suppression "  # noqa: S608 - marks only
            f"WHERE address_hash IN ({', '.join(['%s'] * len(hashes))})",
            hashes,
        )
        banned = {row[0] for row in cursor.fetchall()}
        ids = [one for one, hashed in wanted.items() if hashed not in banned]
        standing: frozenset[int] = frozenset()
        if ids:
            cursor.execute(
                "UPDATE delivery SET status = 'sending', at = %s "  # noqa: S608 - marks only
                f"WHERE id IN ({', '.join(['%s'] * len(ids))}) "
                "AND status IN ('pending', 'deferred') AND EXISTS "
                "(SELECT 1 FROM subscriber WHERE subscriber.id = delivery.subscriber_id "
                "AND subscriber.status = 'active' AND (subscriber.paused_until IS NULL "
                "OR subscriber.paused_until <= %s)) RETURNING id",
                [at, *ids, today],
            )
            standing = frozenset([row[0] for row in cursor.fetchall()])
    if len(standing) < len(wanted):
        stopped = [one for one in wanted if one not in standing]
        DeliveryRow.objects.filter(pk__in=stopped, status__in=_WAITING).update(
            status=DeliveryStatus.SUPPRESSED, at=now, reply=_STOPPED
        )
    return standing


def record(outcomes: list[Outcome], week: str, now: datetime, *, first: bool = True) -> None:
    """Note what became of attempts; the transaction is the caller's.

    ``first``: this may be the first delivery of the issue, which then counts as published.
    """
    plain = [one for one in outcomes if one.status is DeliveryStatus.DELIVERED]
    if plain:
        database = connections[DEFAULT_DB_ALIAS]
        at = database.ops.adapt_datetimefield_value(now)
        values = ", ".join(["(CAST(%s AS bigint), %s)"] * len(plain))
        words = [word for one in plain for word in (one.id, one.reply[:1000])]
        with database.cursor() as cursor:  # bulk_update() takes ten times as long
            cursor.execute(
                "UPDATE delivery SET status = 'delivered', reply = said.column2, at = %s, "  # noqa: S608 - marks only
                "next_at = NULL, attempts = attempts + 1 "
                f"FROM (VALUES {values}) AS said WHERE delivery.id = said.column1",
                [at, *words],
            )
        if first:
            issuing.mark_published(week, now)
    for one in outcomes:
        if one.status is not DeliveryStatus.DELIVERED:
            DeliveryRow.objects.filter(pk=one.id).update(
                status=one.status, reply=one.reply[:1000], rule=one.rule, at=now,
                next_at=one.next_at, attempts=F("attempts") + (1 if one.counts else 0),
            )  # fmt: skip


def expire(week: str, now: datetime) -> int:
    """Give up on who still waits when the deadline has passed; return how many."""
    rows = DeliveryRow.objects.filter(issue__week=week, status__in=_WAITING)
    return rows.update(
        status=DeliveryStatus.FAILED, at=now,
        reply="not delivered before the deadline: stale news is not sent",
    )  # fmt: skip


def _parse_key(key: str) -> Preferences:
    """Return the preferences that an edition's key was made of."""
    if key == "all":
        return Preferences()
    parts = [frozenset(filter(None, part.split("+"))) for part in key.split("|")]
    return Preferences(*parts)
