"""The addresses in mails and what they open: a genuine token, of the right epoch, not too old.

What this module never does: act. A link opens a page; only that page's button acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import SubscriberNotFoundError
from pipeline.store.optin import get_confirmation
from pipeline.store.subscriptions import Membership, get_membership
from pipeline.tokens import Claim, Purpose, hash_token, make_token, read_token, to_day

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.config import Settings


@dataclass(frozen=True, slots=True)
class Visit:
    """A reader who came by a link of theirs."""

    reader: Membership
    token: str
    claim: Claim
    fresh: bool

    def link(self, settings: Settings, purpose: Purpose) -> str:
        """Return the path of another of their pages: as old as the link they came by."""
        return f"/{PATHS[purpose]}/{make_token(settings.secret, purpose, self.claim)}"


PATHS = {
    Purpose.CONFIRM: "c",
    Purpose.PREFERENCES: "p",
    Purpose.UNSUBSCRIBE: "u",
}


def make_link(settings: Settings, purpose: Purpose, claim: Claim) -> str:
    """Return the address that a mail carries."""
    return f"{settings.site_url}/{PATHS[purpose]}/{make_token(settings.secret, purpose, claim)}"


def make_confirmation(secret: bytes, confirmation: int, epoch: int, asked_at: datetime) -> str:
    """Return the token of a double opt-in; the same request always gives the same token."""
    return make_token(secret, Purpose.CONFIRM, Claim(confirmation, epoch, to_day(asked_at)))


def open_link(settings: Settings, purpose: Purpose, token: str, now: datetime) -> Visit | None:
    """Return what a genuine token that was not revoked opens, else None.

    Leaving never expires: whoever wrote to somebody must let them go. A preferences link that is
    older than ``link_days`` opens only the offer of a new one.
    """
    claim = read_token(settings.secret, purpose, token)
    if claim is None:
        return None
    try:
        reader = get_membership(claim.subscriber, now)
    except SubscriberNotFoundError:
        return None
    if reader.epoch != claim.epoch:
        return None
    fresh = purpose is not Purpose.PREFERENCES or not claim.is_expired(
        now, settings.feeds.readers.link_days
    )
    return Visit(reader, token, claim, fresh=fresh)


def open_confirmation(settings: Settings, token: str, now: datetime) -> Membership | None:
    """Return who would be confirmed; None for anything but a token of ours that still waits."""
    if read_token(settings.secret, Purpose.CONFIRM, token) is None:
        return None
    return get_confirmation(hash_token(token), now)
