"""Handing over one mail: to the server that ``SMTP_URL`` names, or to a file without one.

For the few mails that a reader waits for; the weekly issue has machinery of its own. What this
module never does: retry, or name a password in a message.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from typing import TYPE_CHECKING

from pipeline.deliver.smtp import Server, parse_server
from pipeline.errors import PermanentDeliveryError, TransientDeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from pipeline.config import Settings

    Send = Callable[[EmailMessage], str]

_TIMEOUT = 30.0  # seconds for one step
_FOR_GOOD = 500


def open_transport(settings: Settings) -> Send:
    """Return a function that hands a message over and returns the server's words.

    It raises TransientDeliveryError or PermanentDeliveryError when the message was not taken.
    """
    url = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    if url:
        return lambda message: send_by_smtp(url, message)
    return lambda message: _write(settings, message)


def send_by_smtp(url: str, message: EmailMessage) -> str:
    """Send one message over a connection of its own.

    Raises:
        TransientDeliveryError: it may go through later; the server could not be reached, or 4yz.
        PermanentDeliveryError: the server refuses it for good (5yz).
        ConfigError: the URL names no mail server.
    """
    server = parse_server(url)
    host = server.host
    try:
        with _connect(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
            return "250"
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _failed(code, words) from None
    except smtplib.SMTPResponseException as error:
        raise _failed(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise PermanentDeliveryError(str(error)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TransientDeliveryError(f"{host}: {error}") from None


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.ca_file or None)
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if server.tls == "implicit":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
    if server.tls == "starttls":
        connection.starttls(context=context)
    return connection


def _failed(code: int, words: bytes | str) -> TransientDeliveryError | PermanentDeliveryError:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    kind = PermanentDeliveryError if code >= _FOR_GOOD else TransientDeliveryError
    return kind(f"{code} {said}"[:500])


def _write(settings: Settings, message: EmailMessage) -> str:
    """Write the message to the data directory's outbox, readable by its owner only."""
    folder = settings.data_dir / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    part, path = folder / f".{name}.part", folder / f"{name}.eml"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(message.as_bytes())
    part.replace(path)
    return f"written to outbox/{path.name}"
