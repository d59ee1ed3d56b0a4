"""What is deleted by itself, and when. docs/subscribers.md lists the same rules.

The weekly run calls `apply_retention`; so does the process that sends confirmations. What this
module never does: delete a suppression, a proof of consent of somebody who still reads, or what
searching, coverage, missed weeks or the archive are made from.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Q

from pipeline.model import DeliveryStatus, IssueStatus
from pipeline.store.models import (
    BounceRow,
    ConfirmationRow,
    DeliveryRow,
    DraftFieldsRow,
    FetchRow,
    IssueRow,
    LimitRow,
    OutgoingMailRow,
    ReaderRequestRow,
    RunRow,
    SubscriberChangeRow,
    SubscriberRow,
    SuppressionRow,
)
from pipeline.store.subscribers import hash_key, overwriting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from pipeline.config import ReaderSettings

_AT_ONCE = 500  # parameters of one query
_LIMITS = timedelta(days=2)
_REQUESTS = timedelta(days=2)
_ATTEMPTS = timedelta(days=2)  # an account waits minutes; the rows name addresses of the network
_TYPED = timedelta(days=30)  # of an issue that everybody has: nobody can save it any more
_FETCHES = timedelta(days=120)  # the desk shows twelve attempts: of a weekly run those of 84 days
_RUNS = timedelta(days=400)  # the desk shows the findings of twelve weeks


def apply_retention(rules: ReaderSettings, now: datetime, secret: bytes) -> Mapping[str, int]:
    """Delete what is past its time; return how much of what, named as in docs/subscribers.md.

    ``secret`` is that of the keyed hashes, under which suppressions stand.
    """
    with overwriting(), transaction.atomic():
        stopped = _list_stopped(now - timedelta(days=rules.keep_left_days), secret)
        old = _list_of_readers(rules, now) | _list_of_editors(now)
        old["stopped"] = SubscriberRow.objects.filter(pk__in=stopped)
        counts = {name: rows.count() for name, rows in old.items()}
        for name, rows in old.items():
            if counts[name] and rows.model is SubscriberRow:
                _forget(rows)
            elif counts[name]:
                rows.delete()
    return counts


def _list_of_readers(rules: ReaderSettings, now: datetime) -> dict[str, QuerySet[Any]]:
    """Return what is past its time of what readers left."""
    confirm, left, history, mail = (
        now - timedelta(days=days)
        for days in (
            rules.confirm_days, rules.keep_left_days, rules.keep_history_days, rules.keep_mail_days,
        )
    )  # fmt: skip
    pending = SubscriberRow.objects.filter(status="pending", created_at__lt=confirm)
    return {
        # An asked-for confirmation that still waits keeps its reader.
        "never confirmed": pending.exclude(
            confirmations__expires_at__gt=now, confirmations__used_at=None
        ),
        "left": SubscriberRow.objects.filter(status="left", left_at__lt=left),
        "requests": ReaderRequestRow.objects.filter(at__lt=now - _REQUESTS),
        "confirmations": ConfirmationRow.objects.filter(expires_at__lt=mail),
        "mails": OutgoingMailRow.objects.filter(created_at__lt=mail),
        "history": SubscriberChangeRow.objects.filter(
            at__lt=history, what__in=("changed", "paused", "resumed", "revoked")
        ),
        "limits": LimitRow.objects.filter(hour__lt=now - _LIMITS),
    }


def _list_of_editors(now: datetime) -> dict[str, QuerySet[Any]]:
    """Return what is past its time of what editors and the machine left.

    Of each source the last attempt stays, and the last run: status and desk tell of them.
    """
    last = FetchRow.objects.values("source_id").annotate(last=Max("pk")).values("last")
    newest = RunRow.objects.order_by("-pk").values("pk")[:1]
    return {
        "fetches": FetchRow.objects.filter(at__lt=now - _FETCHES).exclude(pk__in=last),
        "runs": RunRow.objects.filter(started_at__lt=now - _RUNS).exclude(pk__in=newest),
        "typed": DraftFieldsRow.objects.filter(at__lt=now - _TYPED, issue__status=IssueStatus.SENT),
        "sessions": Session.objects.filter(expire_date__lt=now),
        "attempts to sign in": AccessAttempt.objects.filter(attempt_time__lt=now - _ATTEMPTS),
    }


def _list_stopped(before: datetime, secret: bytes) -> list[int]:
    """Return the readers whose address has been dead, or complained, since ``before`` or longer.

    Nobody is left to lift the suppression of a dead address when its reader has gone, so from then
    on it counts as forgotten: who confirms by it again proves that it lives (decision 041).
    """
    # Who was passed over by the last issue; an address that answered 550 has no bounce.
    last = IssueRow.objects.filter(status=IssueStatus.SENT).order_by("-week").first()
    passed = DeliveryRow.objects.filter(issue=last, status=DeliveryStatus.SUPPRESSED)
    bounced = BounceRow.objects.filter(at__lt=before)
    rows = SubscriberRow.objects.filter(
        Q(pk__in=bounced.values("subscriber")) | Q(pk__in=passed.values("subscriber")),
        status="active",
    )
    marks = {hash_key(secret, key): pk for pk, key in rows.values_list("pk", "key")}
    found = []
    names = iter(marks)
    while some := list(islice(names, _AT_ONCE)):
        stopped = SuppressionRow.objects.filter(address_hash__in=some, at__lt=before)
        dead = stopped.filter(reason__in=("hard", "soft", "complaint"))
        found += [marks[one] for one in dead.values_list("address_hash", flat=True)]
        stopped.filter(reason__in=("hard", "soft")).update(reason="erased", note="")
    return found


def _forget(rows: QuerySet[SubscriberRow]) -> None:
    """Delete readers with all that refers to them; who comes back at this moment stays."""
    locked = rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    names = iter(list(locked))
    while some := list(islice(names, _AT_ONCE)):
        SubscriberRow.objects.filter(pk__in=some).delete()
