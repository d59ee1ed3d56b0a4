"""What every message of an issue is made of: masthead, keys, links, editions.

What this module never does: keep a state, or open a connection.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.assemble import render_editions
from pipeline.deliver.addresses import to_wire
from pipeline.deliver.dkim import Signer, load_key
from pipeline.deliver.message import Links, Masthead, Template
from pipeline.errors import ConfigError
from pipeline.tokens import Claim, Purpose, make_token, to_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.config import Settings
    from pipeline.deliver.addresses import WireAddress
    from pipeline.model import Issue, Preferences
    from pipeline.store.outbox import Parcel

_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class Mailing:
    """One issue, ready to be addressed to anybody."""

    def __init__(
        self, settings: Settings, issue: Issue, preferences: Iterable[Preferences]
    ) -> None:
        """Render every edition once.

        Raises:
            RenderError: a template failed.
            ConfigError: a DKIM key cannot be used.
        """
        self._settings = settings
        self._week = issue.week
        self._secret = settings.secret
        newsletter = settings.newsletter
        self._masthead = Masthead(
            newsletter.sender_email,
            newsletter.sender_name or newsletter.name,
            newsletter.reply_to,
            newsletter.name,
        )
        self._signer = load_signer(settings)
        self._domain = to_wire(newsletter.sender_email).domain
        editions = render_editions(
            issue,
            newsletter=newsletter,
            site_url=settings.site_url,
            preferences=preferences,
            count=settings.feeds.delivery.count,
        )
        self._any = next(iter(editions.values()))
        links = self._links(0, 0, _ANY_DAY)  # for their lengths alone
        # Every edition is encoded once; its text goes as its bytes come, so none stands twice.
        self._templates: dict[str, Template] = {}
        while editions:
            key, edition = editions.popitem()
            self._templates[key] = Template(edition, self._masthead, links)

    def build(self, parcel: Parcel, to: WireAddress) -> bytes:
        """Return a reader's message; the same parcel gives the same bytes."""
        links = self._links(parcel.subscriber, parcel.epoch, parcel.queued_at)
        template = self._templates[parcel.edition_key]
        return template.build(to, parcel.message_id, parcel.queued_at, links, self._signer)

    def build_test(self, email: str, at: datetime) -> bytes:
        """Return a test copy: marked in the subject, its links open nobody's subscription."""
        links = self._links(0, 0, at)
        template = Template(self._any, self._masthead, links, test=True)
        digest = hashlib.sha256(f"{email}\0{at.isoformat()}".encode()).hexdigest()[:24]
        message_id = f"<test.{digest}@{self._domain}>"
        return template.build(to_wire(email), message_id, at, links, self._signer)

    def _links(self, subscriber: int, epoch: int, at: datetime) -> Links:
        claim, site = Claim(subscriber, epoch, to_day(at)), self._settings.site_url

        def link(path: str, purpose: Purpose) -> str:
            return f"{site}/{path}/{make_token(self._secret, purpose, claim)}"

        return Links(
            view=f"{site}/issues/{self._week}/",
            preferences=link("p", Purpose.PREFERENCES),
            unsubscribe=link("u", Purpose.UNSUBSCRIBE),
        )


def make_ids(settings: Settings, week: str) -> Callable[[int], str]:
    """Return what makes a reader's Message-ID: stable, and it tells nobody who that is."""
    secret = settings.secret
    domain = to_wire(settings.newsletter.sender_email).domain

    def make_id(subscriber: int) -> str:
        seed = f"{week}\0{subscriber}".encode()
        digest = hmac.digest(secret, b"message-id\0" + seed, hashlib.sha256).hex()[:32]
        return f"<{week.lower()}.{digest}@{domain}>"

    return make_id


def load_signer(settings: Settings) -> Signer | None:
    """Return the signer of the settings; None when no key is named.

    Raises:
        ConfigError: a key cannot be read or used.
    """
    keys = []
    for path, selector in zip(settings.dkim_key_files, settings.dkim_selectors, strict=True):
        try:
            pem = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"DKIM_KEY_FILE: {path}: {error.strerror}") from None
        keys.append(load_key(pem, selector, settings.dkim_domain, name=f"DKIM_KEY_FILE {path}"))
    return Signer(tuple(keys)) if keys else None
