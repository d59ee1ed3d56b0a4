"""When a document may be asked for again: Cache-Control, Expires, Retry-After (RFC 9110, 9111)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_FRESH = 6 * 3600.0
"""Seconds for which a server's word is taken at the most: a weekly run must see the week's news."""

_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(
    r"<\w+:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.IGNORECASE
)
_FREQUENCY = re.compile(r"<\w+:updateFrequency>\s*(\d{1,4})\s*<", re.IGNORECASE)
_SECONDS = {
    "hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000
}  # fmt: skip
_HEAD = 20_000  # characters in which a feed speaks of itself
_NO_STORE = re.compile(r"(?:^|[\s,])no-(?:store|cache)\b", re.IGNORECASE)


def get_fresh_seconds(headers: Mapping[str, str], now: datetime) -> float:
    """Return for how many seconds a reply need not be asked for again; 0 when it does not say."""
    control = headers.get("Cache-Control", "")
    if _NO_STORE.search(control):
        return 0.0
    stated = _MAX_AGE.search(control)
    seconds = float(stated[1]) if stated else _until(headers.get("Expires", ""), now)
    return max(0.0, min(seconds, LONGEST_FRESH))


def get_feed_seconds(text: str) -> float:
    """Return for how many seconds a feed says it stays the same: RSS ``ttl`` or ``syn:update…``."""
    head = text[:_HEAD]
    stated = _TTL.search(head)
    if stated:
        return min(float(stated[1]) * 60, LONGEST_FRESH)
    period = _PERIOD.search(head)
    if not period:
        return 0.0
    often = _FREQUENCY.search(head)
    seconds = _SECONDS[period[1].lower()] / max(1, int(often[1]) if often else 1)
    return min(seconds, LONGEST_FRESH)


def get_retry_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that Retry-After asks for; None when it does not say."""
    stated = headers.get("Retry-After", "").strip()
    if not stated:
        return None
    if re.fullmatch(r"\d{1,9}", stated):
        return float(stated)
    seconds = _until(stated, now)
    return seconds if seconds > 0 else None


def _until(stated: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()
