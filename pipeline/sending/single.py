"""One message at once: test copies, confirmations, notices and the report to the editors.

What this module never does: touch the outbox, or try a second time.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.config.addresses import is_loopback
from pipeline.deliver.addresses import to_wire
from pipeline.deliver.message import Masthead, build_notice
from pipeline.deliver.smtp import Connection, Envelope, parse_server
from pipeline.errors import (
    ConfigError,
    DeliveryError,
    PermanentDeliveryError,
    PipelineError,
    RelayError,
    TransientDeliveryError,
)
from pipeline.model import Preferences
from pipeline.sending.files import write_message
from pipeline.sending.mailing import Mailing, load_signer
from pipeline.sending.service import Fate, Service
from pipeline.store import deliveries, issues

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.deliver.smtp import Server

LONGEST_TEST = 30  # seconds for a test copy as a whole

_NAMES = {
    "pending": "待发", "sending": "发送中", "uncertain": "去向不明", "delivered": "已送达",
    "deferred": "推迟", "failed": "失败", "suppressed": "不发送",
}  # fmt: skip


def send_test(settings: Settings, week: str, email: str, to_dir: Path | None = None) -> str:
    """Send one copy of the draft, approved or not, marked as a test; return the server's words.

    Raises:
        IssueNotFoundError: there is no draft.
        ConfigError: ``SMTP_URL`` is missing or wrong.
        DeliveryError: the mail was not taken, within `LONGEST_TEST` as a whole.
    """
    issue = issues.get_printed(week)
    data = Mailing(settings, issue, [Preferences()]).build_test(email, datetime.now(UTC))
    if to_dir is not None:
        return f"written to {write_message(to_dir, f'test-{week}.eml', data)}"
    return hand_over(settings, email, data)


def send_report(settings: Settings, week: str, say: Callable[[str], None]) -> None:
    """Tell the editors how it went, when ``delivery.report_to`` names any."""
    counted = deliveries.count_states(week)
    lines = [f"{week} 发送完毕。", ""]
    lines += [f"{_NAMES[name]}：{count}" for name, count in counted.items() if count]
    for domain, states in list(deliveries.count_domains(week).items())[:20]:
        lines.append(f"　{domain}　" + "　".join(f"{_NAMES[k]} {v}" for k, v in states.items()))
    notify(settings, f"report.{week.lower()}", f"{week} 发送报告", lines, say)


def notify(
    settings: Settings, mark: str, subject: str, lines: Sequence[str], say: Callable[[str], None]
) -> None:
    """Send the editors whom ``delivery.report_to`` names a mail; nothing where it names none.

    ``mark`` begins the Message-ID: the same mail has the same.
    """
    addresses = settings.feeds.delivery.report_to
    if not addresses or not has_way(settings):
        return
    newsletter = settings.newsletter
    masthead = Masthead(newsletter.sender_email, newsletter.sender_name or newsletter.name)
    domain = to_wire(newsletter.sender_email).domain
    try:
        for address in addresses:
            digest = hashlib.sha256(address.encode()).hexdigest()[:16]
            data = build_notice(
                masthead, [address], f"{newsletter.name} {subject}", "\n".join(lines),
                f"<{mark}.{digest}@{domain}>", datetime.now(UTC),
            )  # fmt: skip
            hand_over(settings, address, data)
    except PipelineError as error:
        say(f"the report to the editors was not sent: {error}")


def has_way(settings: Settings) -> bool:
    """Say whether mail is handed over to anybody: a relay, or a provider."""
    return settings.smtp_url is not None or bool(settings.feeds.delivery.esp)


def find_way(settings: Settings) -> Server | Service:
    """Return where mail is handed over.

    Raises:
        ConfigError: nothing says where.
    """
    if settings.feeds.delivery.esp:
        return Service(settings)
    if settings.smtp_url is None:
        raise ConfigError("SMTP_URL is not set: nothing can be sent (or use --to-dir DIR)")
    return parse_server(settings.smtp_url.get_secret_value())


def refuse_dead_links(settings: Settings, way: Server | Service) -> None:
    """Refuse mail to the world whose links, unsubscribing among them, lead to this machine.

    A relay on this machine may be a trial's; there only `doctor` says it.

    Raises:
        ConfigError: ``SITE_URL`` is missing.
    """
    if isinstance(way, Service):
        near = bool(settings.esp_url) and is_loopback(urlsplit(settings.esp_url).hostname or "")
    else:
        near = is_loopback(way.host)
    if not near and is_loopback(urlsplit(settings.site_url).hostname or ""):
        raise ConfigError(
            f"SITE_URL leads to {settings.site_url}: readers could open no link of the mail and "
            "not unsubscribe; set it to the site's address"
        )


def try_relay(settings: Settings, seconds: float) -> str:
    """Greet the relay, sign in and leave; return what was seen. A provider's API is not asked.

    Raises:
        ConfigError: nothing says where.
        DeliveryError: the relay cannot be reached or does not let us in, within ``seconds``.
    """
    way = find_way(settings)
    if isinstance(way, Service):
        return f"by {settings.feeds.delivery.esp}, not tried"

    async def knock() -> None:
        try:
            async with asyncio.timeout(seconds):
                connection = await Connection.open(way, seconds)
                await connection.quit()
        except TimeoutError:
            raise TransientDeliveryError(f"{way}: no greeting within {seconds:g} s") from None

    asyncio.run(knock())
    return f"{way} lets us in"


def hand_over(settings: Settings, email: str, data: bytes) -> str:
    """Send one message to one address at once; return the words it was taken with.

    Raises:
        ConfigError: nothing says where, or not rightly.
        RelayError: the relay cannot be reached, or takes nothing from us; the message is not why.
        TransientDeliveryError: it may go through later.
        PermanentDeliveryError: this message, or its address, is refused for good.
    """
    way = find_way(settings)
    refuse_dead_links(settings, way)
    if not isinstance(way, Service):
        signed = _sign(settings, data)
        return asyncio.run(_send_in_time(settings, way, email, signed))
    answer = way.post(data)
    if answer.kind is Fate.TAKEN:
        return answer.words
    errors = {
        Fate.REFUSED: PermanentDeliveryError, Fate.SHUT: RelayError, Fate.UNREACHED: RelayError,
    }  # fmt: skip
    raise errors.get(answer.kind, TransientDeliveryError)(answer.words)


def _sign(settings: Settings, data: bytes) -> bytes:
    """Return the message signed with every key that the settings name; a provider signs itself."""
    signer = load_signer(settings)
    return signer.sign_whole(data, int(time.time())) if signer else data


async def _send_in_time(settings: Settings, server: Server, email: str, data: bytes) -> str:
    """Hand one message over; somebody is waiting, so a relay that dawdles is given up."""
    connection: Connection | None = None
    try:
        try:
            async with asyncio.timeout(LONGEST_TEST):
                connection = await Connection.open(server, settings.feeds.delivery.timeout)
                return await _send_one(settings, server, connection, email, data)
        finally:  # what was taken stays so, however long the relay takes to say good-bye
            if connection is not None:
                await connection.quit()
    except TimeoutError:
        said = f"{server}: no answer to the whole message within {LONGEST_TEST} s"
        raise (TransientDeliveryError if connection else RelayError)(said) from None
    except DeliveryError as error:
        if connection is None:  # it does not let us in, or nobody is there
            raise RelayError(str(error)) from None
        raise


async def _send_one(
    settings: Settings, server: Server, connection: Connection, email: str, data: bytes
) -> str:
    to, sender = to_wire(email), to_wire(settings.newsletter.sender_email)
    envelope = Envelope(sender.text, to.text, needs_utf8=to.needs_utf8)
    if not connection.can_write_to(envelope):
        raise PermanentDeliveryError(f"{server}: offers no SMTPUTF8, which the address needs")
    connection.start(envelope)
    refusal = await connection.accept()
    if refusal is not None and refusal.step == "MAIL":
        raise RelayError(f"{server}: does not let us write: {refusal.reply}")
    if refusal is not None:
        raise _refused(refusal.reply.code, str(refusal.reply))
    await connection.write(data)
    reply = await connection.finish()
    if reply.code // 100 != 2:  # noqa: PLR2004 - 2yz
        raise _refused(reply.code, str(reply))
    return str(reply)


def _refused(code: int, words: str) -> DeliveryError:
    return (TransientDeliveryError if code < 500 else PermanentDeliveryError)(words)  # noqa: PLR2004 - 5yz
