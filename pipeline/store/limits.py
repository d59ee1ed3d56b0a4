"""Counting what may happen only so often within an hour, without keeping who did it.

Networks and addresses are stored as keyed hashes with the hour and a figure, nothing else. What
this module never does: decide what happens to who came too often.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from pipeline.store.models import LimitRow

if TYPE_CHECKING:
    from datetime import datetime


def count(secret: bytes, scope: str, value: str, now: datetime) -> int:
    """Count one more of ``value`` (a network, an address, a form) and return how many this hour."""
    what = hmac.digest(secret, f"limit\0{scope}\0{value}".encode(), hashlib.sha256).hex()
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        row, _ = LimitRow.objects.get_or_create(what=what, hour=hour)
        LimitRow.objects.filter(pk=row.pk).update(count=F("count") + 1)
        row.refresh_from_db(fields=["count"])
    return row.count
