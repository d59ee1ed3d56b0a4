"""The post room: forms become mails, mails go out, what is past its time is deleted.

All of it happens after the visitor has their answer, in a thread of the running desk or by
`subscribers mail`, so nobody learns from an answer's time whether an address is known. The mails
carry not one word that a stranger typed. What this module never does: answer a request.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, close_old_connections
from email_validator import validate_email

from pipeline.assemble.templates import TEMPLATES, fill
from pipeline.calendar import SHANGHAI
from pipeline.errors import (
    ConfigError,
    PermanentDeliveryError,
    PipelineError,
    RelayError,
    TransientDeliveryError,
)
from pipeline.reader.links import make_confirmation, make_link
from pipeline.reader.transport import open_transport
from pipeline.store import optin, outgoing, retention
from pipeline.tokens import Claim, Purpose, hash_token, to_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings
    from pipeline.reader.transport import Send
    from pipeline.store.outgoing import OutgoingMail

__all__ = ["Postman", "Report", "build_mail", "clear_post", "open_transport"]

log = logging.getLogger(__name__)

_LOOK_AGAIN = 60.0  # seconds: mails that were put off are tried again
_TIDY_EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Report:
    """What one round did."""

    requests: int
    sent: int
    failed: int
    waiting: int  # for another try


def clear_post(settings: Settings, send: Send, clock: Callable[[], datetime]) -> Report:
    """Work off the forms and send what is due.

    Where nobody takes our mail the round ends, and no mail has lost a try.

    Raises:
        ConfigError: the way out is set wrongly; what is due waits.
    """
    secret = settings.secret
    requests = optin.work_off_requests(
        secret,
        clock(),
        confirm_days=settings.feeds.readers.confirm_days,
        hash_of=lambda pk, epoch, at: hash_token(make_confirmation(secret, pk, epoch, at)),
    )
    sent = failed = 0
    while mail := outgoing.take_due(clock(), secret):
        try:
            reply = send(build_mail(settings, mail))
        except ConfigError as error:
            outgoing.put_back(mail, str(error), clock())
            raise
        except RelayError as error:
            outgoing.put_back(mail, str(error), clock())
            failed += 1
            log.warning("the post waits: %s", error)
            break
        except (TransientDeliveryError, PermanentDeliveryError) as error:
            permanent = isinstance(error, PermanentDeliveryError)
            outgoing.mark_failed(mail, str(error), clock(), permanent=permanent)
            failed += 1
            log.warning("mail %d was not taken: %s", mail.id, error)
        else:
            outgoing.mark_sent(mail, reply, clock())
            sent += 1
    return Report(requests, sent, failed, outgoing.count_unsent()[0])


def build_mail(settings: Settings, mail: OutgoingMail) -> EmailMessage:
    """Return the message; the same mail gives the same bytes, token and Message-ID."""
    newsletter = settings.newsletter
    folder = {"confirm": "confirm", "link": "links"}[mail.kind]
    values: dict[str, Any] = {
        "newsletter": newsletter,
        "site_url": settings.site_url,
        "asked": mail.asked_at.astimezone(SHANGHAI),
        "days": settings.feeds.readers.confirm_days,
    }
    if mail.kind == "confirm" and mail.confirmation is not None:
        values["confirm"] = make_link(
            settings, Purpose.CONFIRM, Claim(mail.confirmation, mail.epoch, to_day(mail.asked_at))
        )
    else:
        claim = Claim(mail.subscriber, mail.epoch, to_day(mail.asked_at))
        values["preferences"] = make_link(settings, Purpose.PREFERENCES, claim)
        values["unsubscribe"] = make_link(settings, Purpose.UNSUBSCRIBE, claim)
    name = f"email/{folder}"
    address = validate_email(mail.email, check_deliverability=False)
    message = EmailMessage(policy=SMTP if address.ascii_email else SMTPUTF8)
    message["From"] = formataddr(
        (newsletter.sender_name or newsletter.name, newsletter.sender_email)
    )
    message["To"] = address.ascii_email or address.normalized
    message["Reply-To"] = newsletter.reply_to or newsletter.sender_email
    message["Subject"] = " ".join(fill(TEMPLATES, f"{name}/subject.txt", values).split())
    message["Date"] = format_datetime(mail.asked_at.astimezone(SHANGHAI))
    message["Message-ID"] = _message_id(settings, mail)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    message["X-Auto-Response-Suppress"] = "All"  # the same to Exchange
    message.set_content(fill(TEMPLATES, f"{name}/body.txt", values).strip() + "\n", cte="base64")
    message.add_alternative(
        fill(TEMPLATES, f"{name}/body.html", values).strip() + "\n", subtype="html", cte="base64"
    )
    digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
    message.set_boundary(f"=_{digest}")
    return message


class Postman:
    """One thread that clears the post whenever a form comes in, and looks again every minute."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._tidied = datetime.min.replace(tzinfo=UTC)

    def wake(self) -> None:
        """Start the thread if need be, and have it look at once."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="post", daemon=True)
                self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        while True:
            self._wake.clear()
            self.look()
            self._wake.wait(_LOOK_AGAIN)

    def look(self) -> None:
        """Clear the post once; whatever goes wrong is logged, and tried again the next time."""
        close_old_connections()
        now = datetime.now(UTC)
        try:
            clear_post(self._settings, open_transport(self._settings), lambda: datetime.now(UTC))
            if now - self._tidied > _TIDY_EVERY:
                retention.apply_retention(self._settings.feeds.readers, now, self._settings.secret)
                self._tidied = now
        except (PipelineError, DatabaseError, OSError) as error:
            log.error("the post waits: %s", str(error).partition("\n")[0])  # noqa: TRY400 - no traceback for what heals
        finally:
            close_old_connections()


def _message_id(settings: Settings, mail: OutgoingMail) -> str:
    """Return an id that is the same for every try and tells a stranger nothing."""
    seed = f"{mail.kind}\0{mail.id}\0{mail.asked_at.isoformat()}".encode()
    digest = hashlib.blake2b(seed, key=settings.secret[:64], digest_size=16).hexdigest()
    domain = settings.newsletter.sender_email.rpartition("@")[2]
    return f"<{mail.kind}.{digest}@{domain}>"
