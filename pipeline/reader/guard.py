"""Forms under guard: stamps, a trap for robots, limits per address, network and hour.

What this module never does: look an address up, or store one.
"""

from __future__ import annotations

import ipaddress
import secrets
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.store import limits
from pipeline.store.subscribers import normalise
from pipeline.tokens import Claim, Purpose, make_token, read_token, to_day

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from pipeline.config import Settings

TRAP = "homepage"
"""A field that people do not see; robots fill it in."""

_STALE = 24 * 3600  # seconds: a form left open over night asks once more
_NETWORK = {4: 24, 6: 48}  # bits that name one household's or office's network


class Verdict(Enum):
    """What becomes of a form."""

    TAKE = "take"
    DROP = "drop"  # answered like any other, but nothing comes of it
    AGAIN = "again"  # too quick or too old: shown once more, with what was filled in
    BUSY = "busy"  # too many from this network, or altogether


def get_network(request: HttpRequest, proxies: int) -> str:
    """Return the network of the visitor (203.0.113.0/24); "" when it cannot be told.

    With ``proxies`` reverse proxies of one's own in front, X-Forwarded-For is read as many places
    from its end; what a visitor wrote there before counts for nothing.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if proxies:
        passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        address = passed[-proxies] if len(passed) >= proxies else passed[0] or address
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network(f"{found}/{_NETWORK[found.version]}", strict=False))


def make_stamp(settings: Settings, now: datetime) -> str:
    """Return what a form carries to say when it was made."""
    claim = Claim(int(now.timestamp()), secrets.randbits(32), to_day(now))
    return make_token(settings.secret, Purpose.FORM, claim)


def judge(
    settings: Settings, request: HttpRequest, *, form: str, email: str, now: datetime
) -> Verdict:
    """Say what becomes of a form; every form counts, whatever is said of it.

    Altogether only those that its network may still send: no network closes a form to the others.
    """
    rules, secret = settings.feeds.readers, settings.secret
    network = get_network(request, rules.proxies)
    # What is counted depends on the network alone: the same statements for every address.
    from_network = limits.count(secret, "network", network, now)
    for_address = limits.count(secret, "address", normalise(email), now)
    if from_network > rules.network_per_hour:
        return Verdict.BUSY
    if limits.count(secret, "form", form, now) > rules.forms_per_hour:
        return Verdict.BUSY
    if request.POST.get(TRAP) or for_address > rules.address_per_hour:
        return Verdict.DROP
    stamp = read_token(secret, Purpose.FORM, request.POST.get("stamp", ""))
    age = now.timestamp() - stamp.subscriber if stamp else -1.0
    # The stamp holds whole seconds; who is as quick as that by one second is let through.
    return Verdict.TAKE if rules.minimum_seconds <= age + 1 <= _STALE else Verdict.AGAIN


def judge_own(settings: Settings, request: HttpRequest, subscriber: int, now: datetime) -> Verdict:
    """Say whether a reader's own form may pass. Leaving is never asked: it always may."""
    rules, secret = settings.feeds.readers, settings.secret
    network = get_network(request, rules.proxies)
    from_network = limits.count(secret, "own-network", network, now)
    by_reader = limits.count(secret, "own", str(subscriber), now)
    many = max(from_network - rules.network_per_hour * 4, by_reader - rules.network_per_hour)
    return Verdict.BUSY if many > 0 else Verdict.TAKE
