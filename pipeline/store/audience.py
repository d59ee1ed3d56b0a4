"""The editors' view of the readers: lists, counts, growth, and the life of one of them.

Counts read one index; they never walk over the readers themselves. What this module never does:
change anything, or put anything into words: whoever shows it does (`pipeline.reader.words`).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

from pipeline.store.models import ConsentRow, SubscriberRow
from pipeline.store.subscribers import get_reasons, hash_key
from pipeline.store.subscriptions import Membership, to_membership

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model, QuerySet

_PAGE = 500  # rows that are judged together
_MAPPED = 256 << 20  # bytes
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many readers there are, by status and by what the active ones follow."""

    by_status: dict[str, int]
    paused: int
    everything: int  # active, without a choice of districts or themes
    by_district: dict[str, int]
    by_theme: dict[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A reader as lists have them: with what stands against the address."""

    reader: Membership
    name: str
    stopped: str  # reason of the suppression; "" when nothing stands against the address

    @property
    def status(self) -> str:
        """Say pending, active, left, or suppressed: still subscribed, and gets nothing."""
        return "suppressed" if self.stopped and self.reader.status != "left" else self.reader.status


@dataclass(frozen=True, slots=True)
class Moment:
    """One line in the life of a reader."""

    at: datetime
    kind: str  # change consent mail delivery bounce
    what: str  # change: of subscriptions.EVENTS; consent: how; mail: confirm link; else its state
    by: str = ""  # an editor's name or "import"; "": the reader, or the pipeline
    # Of a change its detail, of a consent network, version and note, of a mail status and reply, of
    # a delivery week and reply, of a bounce what it said.
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeekOfGrowth:
    """One week's comings and goings."""

    monday: date
    joined: int
    left: int


def count_readers(today: date) -> Counts:
    """Count the readers by status and preference, from one index."""
    by_status: Counter[str] = Counter()
    by_district: Counter[str] = Counter()
    by_theme: Counter[str] = Counter()
    everything = 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # A million entries of one index: mapped, not copied page by page, in half the time.
            cursor.execute(f"PRAGMA mmap_size={_MAPPED}")
    grouped = SubscriberRow.objects.values_list("status", "edition_key").annotate(n=Count("*"))
    for status, key, n in grouped.order_by():
        by_status[status] += n
        if status != "active":
            continue
        if key == "all":
            everything += n
            continue
        districts, themes, *_ = key.split("|")
        by_district.update(dict.fromkeys(filter(None, districts.split("+")), n))
        by_theme.update(dict.fromkeys(filter(None, themes.split("+")), n))
    return Counts(
        by_status=dict(by_status),
        paused=SubscriberRow.objects.filter(paused_until__gt=today).count(),
        everything=everything,
        by_district=dict(by_district),
        by_theme=dict(by_theme),
    )


def count_growth(this_monday: date, weeks: int, midnight: Any) -> list[WeekOfGrowth]:
    """Return the last ``weeks`` weeks, oldest first; ``midnight(day)`` gives its aware start."""
    found = []
    for back in range(weeks - 1, -1, -1):
        monday = this_monday - timedelta(days=7 * back)
        span = (midnight(monday), midnight(monday + timedelta(days=7)))
        joined = SubscriberRow.objects.filter(confirmed_at__gte=span[0], confirmed_at__lt=span[1])
        left = SubscriberRow.objects.filter(left_at__gte=span[0], left_at__lt=span[1])
        found.append(WeekOfGrowth(monday, joined.count(), left.count()))
    return found


def list_readers(
    now: datetime,
    *,
    search: str = "",
    status: str = "",
    district: str = "",
    theme: str = "",
    after: int = 0,
    limit: int = 50,
) -> list[Membership]:
    """Return a page of readers, newest first, with ids below ``after`` (0: from the newest)."""
    rows = filter_readers(search=search, status=status, district=district, theme=theme)
    if after:
        rows = rows.filter(id__lt=after)
    return [to_membership(row, now) for row in rows.order_by("-id")[:limit]]


def filter_readers(
    *, search: str = "", status: str = "", district: str = "", theme: str = ""
) -> QuerySet[SubscriberRow]:
    """Return the rows that a search and filters leave.

    A reader without a choice follows everything, so every district's and theme's filter finds
    them too.
    """
    rows = SubscriberRow.objects.all()
    if search:
        rows = rows.annotate(units_text=Cast("units", TextField()))
        rows = rows.filter(_match(search.strip().casefold()))
    if status:
        rows = rows.filter(status=status)
    for name in (district, theme):
        if name:
            rows = rows.filter(Q(edition_key="all") | Q(edition_key__contains=name))
    return rows


def list_standings(
    secret: bytes,
    now: datetime,
    *,
    search: str = "",
    status: str = "",
    district: str = "",
    theme: str = "",
    limit: int = 50,
) -> list[Standing]:
    """Return readers, newest first; ``status`` is one of `Standing`, and so active get mail."""
    rows = _of_status(status, search=search, district=district, theme=theme).order_by("-id")
    found: list[Standing] = []
    page = list(rows[: max(limit, _PAGE)])
    while page and len(found) < limit:
        judged = _judge(secret, page, now)
        found += [one for one in judged if status in {"", one.status}]
        page = list(rows.filter(id__lt=page[-1].pk)[: max(limit, _PAGE)])
    return found[:limit]


def list_export(
    secret: bytes, now: datetime, *, status: str = "", district: str = "", theme: str = ""
) -> Iterator[tuple[Standing, datetime | None, str, str]]:
    """Yield (reader, when, how and by which note they agreed) by id, in constant memory.

    ``status`` is one of `Standing`: among the active is no address that gets nothing.
    """
    latest = ConsentRow.objects.filter(subscriber=OuterRef("pk")).order_by("-at", "-id")
    rows = _of_status(status, district=district, theme=theme).annotate(
        agreed_at=Subquery(latest.values("at")[:1]),
        agreed_how=Subquery(latest.values("how")[:1]),
        agreed_note=Subquery(latest.values("note")[:1]),
    )
    every = rows.order_by("id").iterator(chunk_size=_PAGE)
    while page := list(islice(every, _PAGE)):
        for row, one in zip(page, _judge(secret, page, now), strict=True):
            if status in {"", one.status}:
                yield one, row.agreed_at, row.agreed_how or "", row.agreed_note or ""


def _of_status(status: str, **asked: str) -> QuerySet[SubscriberRow]:
    """Return the rows among which those of a standing are."""
    if status == "suppressed":
        return filter_readers(**asked).exclude(status="left")
    return filter_readers(status=status, **asked)


def _judge(secret: bytes, rows: Sequence[SubscriberRow], now: datetime) -> list[Standing]:
    """Look up what stands against the addresses of some rows, with one question."""
    hashes = [hash_key(secret, row.key) for row in rows]
    reasons = get_reasons(hashes)
    return [
        Standing(to_membership(row, now), row.name, reasons.get(hashed, ""))
        for row, hashed in zip(rows, hashes, strict=True)
    ]


def list_contacts() -> dict[str, list[tuple[str, str]]]:
    """Return (name, address) of the contacts of each member unit, who have not left."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in SubscriberRow.objects.exclude(units=[]).exclude(status="left").order_by("id"):
        for unit in row.units:
            found.setdefault(unit, []).append((row.name, row.email))
    return found


def _match(search: str) -> Q:
    """Match an address from its start, or its domain; the start is found by the index."""
    if "@" in search and not search.startswith("@"):
        if connection.vendor == "sqlite":  # LIKE with an ESCAPE uses no index there
            return Q(key__gte=search, key__lt=search + _AFTER_ALL)
        return Q(key__startswith=search)
    # Lists write names as they are, the ORM escapes them, and SQLite compares what it has stored.
    escaped = json.dumps(search)[1:-1]
    named = Q(units_text__icontains=search) | Q(units_text__icontains=escaped)
    return Q(key__contains=search) | Q(name__icontains=search) | named


def list_life(subscriber: int) -> list[Moment]:
    """Return everything that is known of a reader's life, newest first: changes, mails, bounces."""
    row = SubscriberRow.objects.get(pk=subscriber)
    moments = [Moment(one.at, "change", one.what, one.by, one.detail) for one in row.changes.all()]
    for proof in row.consents.select_related("wording"):
        version = proof.wording.version if proof.wording else ""
        values = {"network": proof.network, "version": version, "note": proof.note}
        moments.append(Moment(proof.at, "consent", proof.how, values=values))
    for mail in row.mails.all():
        values = {"status": mail.status, "reply": mail.reply}
        moments.append(Moment(mail.created_at, "mail", mail.kind, values=values))
    tried = row.deliveries.exclude(at=None, status__in=("pending", "deferred"))
    for sent in tried.select_related("issue"):
        values = {"week": sent.issue.week, "reply": sent.reply}
        # A restore leaves open when, or whether, it went: then the moment of the queue stands.
        moments.append(Moment(sent.at or sent.queued_at, "delivery", sent.status, values=values))
    moments += [
        Moment(back.at, "bounce", back.kind, values={"said": back.said})
        for back in row.bounces.all()
    ]
    return sorted(moments, key=lambda one: one.at, reverse=True)


def list_consents(subscriber: int) -> list[tuple[datetime, str, str, str, str]]:
    """Return (when, how, network, wording, note) of every consent, oldest first."""
    rows = SubscriberRow.objects.get(pk=subscriber).consents.select_related("wording")
    return [
        (
            one.at,
            one.how,
            one.network,
            one.wording.text if one.wording else "",
            one.note,
        )
        for one in rows.order_by("at", "id")
    ]


def dump_reader(subscriber: int) -> dict[str, Any]:
    """Return every row of every table that refers to a reader, for their own export."""
    row = SubscriberRow.objects.get(pk=subscriber)
    found: dict[str, Any] = {"subscriber": _fields(row)}
    for table, related in _related(row):
        found[table] = [_fields(one) for one in related]
    wordings = {one.wording for one in row.consents.select_related("wording") if one.wording}
    found["wording"] = [{"version": one.version, "text": one.text} for one in wordings]
    return found


def _related(row: SubscriberRow) -> Iterator[tuple[str, Sequence[Model]]]:
    for relation in row._meta.related_objects:  # noqa: SLF001 - Django's documented Meta API
        model: Any = relation.related_model
        rows = model.objects.filter(**{relation.field.name: row})
        table = model._meta.db_table  # noqa: SLF001 - likewise
        yield table, list(rows.order_by("pk"))


_SECRET = frozenset({"token_hash", "key", "edition_key"})  # ours, not the reader's


def _fields(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields  # noqa: SLF001 - likewise
        if field.attname not in _SECRET
    }
