"""What is deleted by itself, and when. docs/subscribers.md lists the same rules for readers.

The weekly run calls `apply_retention`; so does the process that sends confirmations. What this
module never does: delete a suppression, or a proof of consent of somebody who still reads.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.store.models import (
    ConfirmationRow,
    LimitRow,
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberChangeRow,
    SubscriberRow,
)
from pipeline.store.subscribers import overwriting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.config import ReaderSettings

_LIMITS = timedelta(days=2)
_REQUESTS = timedelta(days=2)


def apply_retention(rules: ReaderSettings, now: datetime) -> Mapping[str, int]:
    """Delete what is past its time; return how much of what, named as in docs/subscribers.md."""
    confirm, left, history, mail = (
        now - timedelta(days=days)
        for days in (
            rules.confirm_days, rules.keep_left_days, rules.keep_history_days, rules.keep_mail_days,
        )
    )  # fmt: skip
    pending = SubscriberRow.objects.filter(status="pending", created_at__lt=confirm)
    old = {
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
    with overwriting(), transaction.atomic():
        counts = {name: rows.count() for name, rows in old.items()}
        for name, rows in old.items():
            if counts[name]:
                rows.delete()
    return counts
