"""The last check of every link, as long as it is of use."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.model import LinkCheck, LinkState
from pipeline.store.models import LinkCheckRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_KEPT = timedelta(days=90)
_AT_ONCE = 500  # parameters of one query


def add_checks(checks: Iterable[LinkCheck], now: datetime) -> None:
    """Remember what asking for links came to; what is older than 90 days is forgotten."""
    rows = [
        LinkCheckRow(
            url_hash=_hash(one.url), url=one.url, at=one.at, state=one.state, reason=one.reason
        )
        for one in checks
    ]
    with transaction.atomic():
        LinkCheckRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["url_hash"],
            update_fields=["at", "state", "reason"],
        )
        LinkCheckRow.objects.filter(at__lt=now - _KEPT).delete()


def get_checks(urls: Iterable[str]) -> dict[str, LinkCheck]:
    """Return the last check of each of the links, by address; without those never asked for."""
    marks = [_hash(url) for url in dict.fromkeys(urls)]
    found: dict[str, LinkCheck] = {}
    for first in range(0, len(marks), _AT_ONCE):
        for row in LinkCheckRow.objects.filter(url_hash__in=marks[first : first + _AT_ONCE]):
            found[row.url] = LinkCheck(row.url, row.at, LinkState(row.state), row.reason)
    return found


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
