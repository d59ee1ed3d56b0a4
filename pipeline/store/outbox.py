"""The outbox: everybody's copy of an issue, in one explained state.

``pending → sending → delivered``; *sending* is committed before the final dot, so after a crash
such a row is *uncertain* and nothing else is. What this module never does: open a socket, or decide
by itself what becomes of an uncertain row.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, F, Q

from pipeline.errors import LockedError, RefusedError
from pipeline.model import Delivery, DeliveryStatus, IssueStatus, Preferences
from pipeline.store import approvals
from pipeline.store.models import DeliveryRow, IssueRow, SubscriberRow, SuppressionRow
from pipeline.store.subscribers import hash_address, list_recipients, to_preferences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from pipeline.model import Issue, Subscriber

_PAGE = 1000  # rows that stand in memory at once
_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.DEFERRED)
_LEFT = "left or suppressed while waiting"
_LOCK_SPACE = 7_261_991  # first key of PostgreSQL's advisory locks: any number, always the same


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    id: int
    status: DeliveryStatus
    reply: str
    rule: str = ""
    next_at: datetime | None = None
    counts: bool = True  # an attempt that reached a receiver


@contextmanager
def hold(week: str) -> Iterator[None]:
    """Keep other senders of the week out, on whatever machine, where the database can.

    Raises:
        LockedError: another sender holds it.
    """
    if connection.vendor != "postgresql":
        yield  # the caller's file lock is enough: SQLite lives on one machine
        return
    number = int(week.replace("-W", ""))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, number])
        if not cursor.fetchone()[0]:
            raise LockedError(f"{week} is being sent by another process; wait until it ends")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, number])


def begin(week: str, now: datetime, deadline_hours: float) -> Issue:
    """Return the issue to send, marked as being sent; goes on where an earlier sender stopped.

    Raises:
        IssueNotFoundError: there is none of that week.
        RefusedError: not approved, sent already, too early, or past its deadline.
    """
    with transaction.atomic():
        revision = approvals.get_approved(week)
        row = IssueRow.objects.select_for_update().get(week=week)
        refuse_sent(week)
        age = (now - row.publishes_at).total_seconds() / 3600
        if age > deadline_hours and row.status != IssueStatus.SENDING:
            raise RefusedError(
                f"the issue of {week} is {age:.0f} hours late and the deadline is "
                f"{deadline_hours:g}; stale news is not sent (delivery.deadline_hours)"
            )
        if row.status != IssueStatus.SENDING:
            row.status = IssueStatus.SENDING
            row.save(update_fields=["status"])
        return revision.issue


def is_late(week: str, now: datetime, deadline_hours: float) -> bool:
    """Say whether the issue's deadline has passed."""
    row = IssueRow.objects.get(week=week)
    return (now - row.publishes_at).total_seconds() > deadline_hours * 3600


def refuse_sent(week: str) -> None:
    """Refuse an issue that everybody has.

    Raises:
        RefusedError: it was sent.
    """
    if IssueRow.objects.filter(week=week, status=IssueStatus.SENT).exists():
        raise RefusedError(f"the issue of {week} was sent already; see deliveries --week {week}")


def queue(week: str, now: datetime, secret: bytes, make_id: Callable[[int], str]) -> int:
    """Put every reader of the issue into the outbox, page by page; return how many were added.

    Who is there already stays; once everybody is in, later calls add nobody.
    """
    issue = IssueRow.objects.get(week=week)
    if issue.queued_at:
        return 0
    last = DeliveryRow.objects.filter(issue=issue).order_by("-subscriber_id").first()
    after, added = (last.subscriber_id if last else 0), 0
    while page := list_recipients(now.date(), after=after, limit=_PAGE):
        added += _add_page(issue, page, now, secret, make_id)
        after = page[-1].id
    IssueRow.objects.filter(pk=issue.pk).update(queued_at=now)
    return added


def _add_page(
    issue: IssueRow, page: list[Subscriber], now: datetime, secret: bytes,
    make_id: Callable[[int], str],
) -> int:  # fmt: skip
    hashes = {reader.id: hash_address(secret, reader.email) for reader in page}
    suppressed = dict(
        SuppressionRow.objects.filter(address_hash__in=hashes.values()).values_list(
            "address_hash", "reason"
        )
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    rows = []
    for reader in page:
        reason = suppressed.get(hashes[reader.id])
        rows.append((
            issue.pk, reader.id, reader.preferences.key, "suppressed" if reason else "pending",
            make_id(reader.id), f"suppressed: {reason}" if reason else "", moment,
            moment if reason else None,
        ))  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:  # a fifth of bulk_create()'s time
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


def list_uncertain(week: str) -> dict[str, datetime | None]:
    """Return the Message-IDs of uncertain rows, and when their dot was on its way at the latest."""
    rows = DeliveryRow.objects.filter(issue__week=week, status=DeliveryStatus.UNCERTAIN)
    return dict(rows.values_list("message_id", "at"))


def settle(
    week: str, message_ids: Iterable[str], *, delivered: bool, why: str, now: datetime
) -> int:
    """End the uncertainty of rows: they were delivered, or they are sent again."""
    rows = DeliveryRow.objects.filter(
        issue__week=week, status=DeliveryStatus.UNCERTAIN, message_id__in=list(message_ids)
    )
    status = DeliveryStatus.DELIVERED if delivered else DeliveryStatus.PENDING
    count = rows.update(status=status, reply=why, at=now, next_at=None)
    if delivered and count:
        _mark_published(week, now)
    return count


def list_due(
    week: str, status: DeliveryStatus, due: datetime, after: int, limit: int
) -> list[Parcel]:
    """Return the next deliveries in ``status`` that were due at ``due``, by number from ``after``.

    The caller walks upwards, so that the millionth page costs what the first one did.
    """
    rows = (
        DeliveryRow.objects.filter(Q(next_at=None) | Q(next_at__lte=due), issue__week=week,
                                   status=status, pk__gt=after)
        .select_related("subscriber")
        .order_by("pk")[:limit]
    )  # fmt: skip
    return [
        Parcel(
            id=row.pk,
            subscriber=row.subscriber_id,
            epoch=row.subscriber.epoch,
            email=row.subscriber.email,
            edition_key=row.edition_key,
            attempts=row.attempts,
            message_id=row.message_id,
            queued_at=row.queued_at,
        )
        for row in rows
    ]


def drop_stopped(parcels: list[Parcel], now: datetime, secret: bytes) -> list[Parcel]:
    """Return those who may still be written to; mark who left or was suppressed while waiting."""
    ids = [one.id for one in parcels]
    rows = list(DeliveryRow.objects.filter(pk__in=ids).select_related("subscriber"))
    hashes = {row.pk: hash_address(secret, row.subscriber.email) for row in rows}
    banned = set(
        SuppressionRow.objects.filter(address_hash__in=hashes.values()).values_list(
            "address_hash", flat=True
        )
    )
    stopped = [row for row in rows if row.subscriber.status != "active" or hashes[row.pk] in banned]
    if stopped:
        DeliveryRow.objects.filter(pk__in=[row.pk for row in stopped]).update(
            status=DeliveryStatus.SUPPRESSED, at=now, reply=_LEFT
        )
    gone = {row.pk for row in stopped}
    return [one for one in parcels if one.id not in gone]


def intend(wanted: dict[int, str], now: datetime) -> frozenset[int]:
    """Commit that these messages are about to be answered for: called before the final dot.

    ``wanted``: the keyed hash of its address for each delivery. Return those that stand. The
    others must not be sent any more: their reader left or was suppressed since the row was read,
    or another sender has taken the row.
    """
    at = connection.ops.adapt_datetimefield_value(now)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
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
                "AND subscriber.status = 'active') RETURNING id",
                [at, *ids],
            )
            standing = frozenset(row[0] for row in cursor.fetchall())
        if len(standing) < len(wanted):
            stopped = [one for one in wanted if one not in standing]
            DeliveryRow.objects.filter(pk__in=stopped, status__in=_WAITING).update(
                status=DeliveryStatus.SUPPRESSED, at=now, reply=_LEFT
            )
    return standing


def record(outcomes: list[Outcome], week: str, now: datetime, *, first: bool = True) -> None:
    """Commit what became of attempts, all or none.

    ``first``: this may be the first delivery of the issue, which then counts as published.
    """
    with transaction.atomic(savepoint=False):
        plain = [one for one in outcomes if one.status is DeliveryStatus.DELIVERED]
        if plain:
            at = connection.ops.adapt_datetimefield_value(now)
            with connection.cursor() as cursor:  # bulk_update() takes ten times as long
                cursor.executemany(
                    "UPDATE delivery SET status = 'delivered', reply = %s, at = %s, "
                    "next_at = NULL, attempts = attempts + 1 WHERE id = %s",
                    [(one.reply[:1000], at, one.id) for one in plain],
                )
            if first:
                _mark_published(week, now)
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


def is_complete(week: str) -> bool:
    """Say whether everybody's fate is known.

    Uncertain deliveries keep an issue open, else nothing could settle them any more.
    """
    open_ = (*_WAITING, DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN)
    rows = DeliveryRow.objects.filter(issue__week=week, status__in=open_)
    return IssueRow.objects.get(week=week).queued_at is not None and not rows.exists()


def finish(week: str) -> bool:
    """Mark the issue as sent when everybody's fate is known; say whether it is."""
    with transaction.atomic():
        row = IssueRow.objects.select_for_update().get(week=week)
        if row.status == IssueStatus.SENDING and is_complete(week):
            row.status = IssueStatus.SENT
            row.save(update_fields=["status"])
        return row.status == IssueStatus.SENT


def is_to_announce(week: str) -> bool:
    """Say whether somebody has the issue and the world has not been told."""
    rows = IssueRow.objects.filter(week=week, announced_at=None)
    return rows.exclude(published_at=None).exists()


def mark_announced(week: str, now: datetime) -> None:
    """Note that archive, print and robots are done."""
    IssueRow.objects.filter(week=week).update(announced_at=now)


def count_states(week: str) -> dict[str, int]:
    """Return how many deliveries of the issue are in each state; every state is named."""
    rows = DeliveryRow.objects.filter(issue__week=week).values("status").annotate(n=Count("pk"))
    return {str(one): 0 for one in DeliveryStatus} | {row["status"]: row["n"] for row in rows}


def count_editions(week: str) -> int:
    """Return how many editions the issue has."""
    return DeliveryRow.objects.filter(issue__week=week).values("edition_key").distinct().count()


def count_domains(week: str) -> dict[str, dict[str, int]]:
    """Return for each recipient domain how many deliveries are in each state, the largest first."""
    counted: dict[str, dict[str, int]] = {}
    rows = DeliveryRow.objects.filter(issue__week=week).values_list("subscriber__key", "status")
    for key, status in rows.iterator(_PAGE):
        states = counted.setdefault(key.rpartition("@")[2], {})
        states[status] = states.get(status, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-sum(pair[1].values()), pair[0])))


def list_deliveries(week: str | None) -> Iterator[tuple[str, Delivery]]:
    """Yield (week, delivery) of one issue or of all, by week and reader."""
    rows = DeliveryRow.objects.select_related("subscriber", "issue").order_by("issue__week", "id")
    if week:
        rows = rows.filter(issue__week=week)
    for row in rows.iterator(_PAGE):
        yield (
            row.issue.week,
            Delivery(
                email=row.subscriber.email,
                status=DeliveryStatus(row.status),
                edition=row.edition_key,
                attempts=row.attempts,
                message_id=row.message_id,
                reply=row.reply,
                at=row.at,
            ),
        )


def preview(now: datetime, secret: bytes) -> dict[str, int]:
    """Return what sending would do, without doing it: recipients, suppressed, editions."""
    recipients = suppressed = after = 0
    keys: set[str] = set()
    while page := list_recipients(now.date(), after=after, limit=_PAGE):
        hashes = {reader.id: hash_address(secret, reader.email) for reader in page}
        rows = SuppressionRow.objects.filter(address_hash__in=hashes.values())
        banned = set(rows.values_list("address_hash", flat=True))
        for reader in page:
            recipients += 1
            if hashes[reader.id] in banned:
                suppressed += 1
            else:
                keys.add(reader.preferences.key)
        after = page[-1].id
    return {"recipients": recipients, "suppressed": suppressed, "editions": len(keys)}


def count_subscribers() -> int:
    """Return how many readers are active."""
    return SubscriberRow.objects.filter(status="active").count()


def _mark_published(week: str, now: datetime) -> None:
    IssueRow.objects.filter(week=week, published_at=None).update(published_at=now)


def _parse_key(key: str) -> Preferences:
    """Return the preferences that an edition's key was made of."""
    if key == "all":
        return Preferences()
    parts = [frozenset(filter(None, part.split("+"))) for part in key.split("|")]
    return Preferences(*parts)


def list_due_weeks(now: datetime) -> list[str]:
    """Return the weeks that are approved and whose time has come, or that are being sent."""
    rows = IssueRow.objects.filter(
        Q(status=IssueStatus.SENDING)
        | Q(status=IssueStatus.APPROVED, send_at__lte=now)
        | Q(status=IssueStatus.APPROVED, send_at=None, publishes_at__lte=now)
    )
    return list(rows.order_by("week").values_list("week", flat=True))


def get_sender_age(now: datetime) -> tuple[int, int]:
    """Return on which day of its life this sender is (0: the first), and how many went out today.

    Days are those of `now`'s zone, begun at midnight.
    """
    delivered = DeliveryRow.objects.filter(status=DeliveryStatus.DELIVERED, at__isnull=False)
    first = delivered.order_by("at").values_list("at", flat=True).first()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    age = (now.date() - first.astimezone(now.tzinfo).date()).days if first else 0
    return age, delivered.filter(at__gte=day).count()
