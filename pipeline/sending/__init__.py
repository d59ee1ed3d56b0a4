"""Sending an approved issue: everybody exactly once, through crashes and stops.

Brings the stages and the store together: editions, outbox, postman, publishing. What this package
never does: parse arguments, or know how a message is encoded.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI
from pipeline.deliver.addresses import to_wire
from pipeline.deliver.gate import Gate, warm_up_days, warm_up_quota
from pipeline.deliver.postman import Postman
from pipeline.errors import DeliveryError
from pipeline.model import Preferences
from pipeline.sending.clerk import Clerk
from pipeline.sending.files import write_all
from pipeline.sending.mailing import Mailing, load_signer, make_ids
from pipeline.sending.opening import Opening
from pipeline.sending.restored import hold_due, refuse_unfinished, take_word
from pipeline.sending.service import Courier, Service
from pipeline.sending.single import (
    LONGEST_TEST,
    find_way,
    refuse_dead_links,
    send_report,
    send_test,
)
from pipeline.sending.uncertain import Doubts, settle_uncertain
from pipeline.store import approvals, deliveries, issuing, locks, outbox, receivers
from pipeline.week.lock import lock
from pipeline.week.schedule import move_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.deliver.book import Progress
    from pipeline.deliver.smtp import Server

__all__ = [
    "LONGEST_TEST", "Options", "dry_run", "hold_due", "list_due", "send_issue", "send_test",
]  # fmt: skip

_PER_DOMAIN = 4  # connections at once to one recipient domain at the start
_FIRST_DAY = 200  # messages of a new sender on its first day


@dataclass(frozen=True, slots=True)
class Options:
    """How one call of ``send`` behaves."""

    to_dir: Path | None = None
    limit: int | None = None
    relay_log: Iterable[str] | None = None
    uncertain: str | None = None  # "hold", "resend" or "delivered"; None: as the settings say


def send_issue(
    settings: Settings,
    week: str,
    options: Options,
    *,
    on_progress: Callable[[Progress, int], None] = lambda *_: None,
    say: Callable[[str], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> dict[str, Any]:
    """Send what is due of an approved issue, and return what ``send --json`` prints.

    ``say`` gets what somebody has to look after, ``note`` what is as it should be.

    May be called again and again: everybody who was served stays so. Stops gracefully on SIGINT
    and SIGTERM, which set ``stop``; where it is set already nothing more is handed over. A word on
    an issue that a restored backup has unsigned is noted, and nothing sent.

    Raises:
        RefusedError: not approved, sent already, or past its deadline.
        LockedError: another sender is at work.
        ConfigError: ``SMTP_URL`` or ``SITE_URL`` is missing or wrong.
        DeliveryError: the relay cannot be reached or refuses us; nothing is lost.
    """
    began = time.monotonic()
    say = _once(say)
    if take_word(settings, week, options.uncertain, _now()):
        has = options.uncertain == "delivered"
        note(f"{week}: {'it is not signed or sent again' if has else 'it can be signed and sent'}")
        return _report(week, began)
    approvals.get_approved(week)
    issuing.refuse_sent(week)
    delivery = settings.feeds.delivery
    secret = settings.secret
    way = None if options.to_dir is not None else find_way(settings)
    if way is not None:
        refuse_dead_links(settings, way)
    load_signer(settings)  # a key that cannot be used is refused before anything is written
    with lock(settings.data_dir, "send.lock"), locks.hold_sending(week):
        refuse_unfinished(settings)
        issue = issuing.begin(week, _now(), delivery.deadline_hours)
        outbox.queue(week, _now(), secret, make_ids(settings, week))
        outbox.recover(week)
        is_late = issuing.is_late(week, _now(), _get_deadline(settings, week))
        doubts = Doubts(
            options.relay_log, options.uncertain, delivery.uncertain, delivery.timeout, is_late
        )
        settle_uncertain(week, doubts, say=say, note=note)
        mailing = Mailing(settings, issue, [Preferences(), *outbox.list_editions(week)])
        if is_late:
            outbox.expire(week, _now())
        counted = deliveries.count_states(week)
        total, delivered = sum(counted.values()), counted["delivered"]
        opening = Opening(settings, week, say)
        gate = Gate(delivery.per_domain_rate, _PER_DOMAIN, delivery.per_connection)
        gate.teach(receivers.recall(_now()), time.monotonic())
        clerk = Clerk(
            week, secret, mailing.build,
            limit=_limit(settings, options.limit, note),
            on_first=opening.publish,
        )  # fmt: skip
        failed: DeliveryError | None = None
        try:
            with closing(clerk):
                if way is None and options.to_dir is not None:
                    asyncio.run(write_all(clerk, options.to_dir))
                elif way is not None:
                    asyncio.run(
                        _post_all(
                            settings, clerk, way, gate, lambda done: on_progress(done, total),
                            stop or threading.Event(), is_proven=delivered > 0,
                        )
                    )  # fmt: skip
        except DeliveryError as error:  # the relay's fault; who has the mail may see the archive
            failed = error
        receivers.remember(gate.list_lessons(time.monotonic()), _now())
        opening.tell_the_world()
        if failed:
            raise failed
        if issuing.is_complete(week) and not issuing.is_to_announce(week):
            send_report(settings, week, say)
            issuing.finish(week)
    return _report(week, began)


def _report(week: str, began: float) -> dict[str, Any]:
    counted = deliveries.count_states(week)
    return {
        "week": week,
        "recipients": sum(counted.values()),
        "delivered": counted["delivered"],
        "deferred": counted["deferred"] + counted["pending"],
        "failed": counted["failed"],
        "suppressed": counted["suppressed"],
        "uncertain": counted["uncertain"] + counted["sending"],
        "editions": deliveries.count_editions(week),
        "seconds": round(time.monotonic() - began, 3),
    }


def dry_run(settings: Settings, week: str) -> dict[str, Any]:
    """Return what sending would do; nothing is written and nothing sent.

    Raises:
        RefusedError: the issue could not be sent.
    """
    began = time.monotonic()
    secret = settings.secret
    approvals.get_approved(week)
    issuing.refuse_sent(week)
    issuing.refuse_stale(week, _now(), settings.feeds.delivery.deadline_hours)
    found = deliveries.preview(week, _now(), secret)
    rest = dict.fromkeys(("delivered", "deferred", "failed", "uncertain"), 0)
    seconds = round(time.monotonic() - began, 3)
    return {"week": week, **found, **rest, "seconds": seconds}


def list_due(settings: Settings, at: datetime) -> list[str]:
    """Return the weeks of issues that are approved and due, or on their way, oldest first.

    Those that holidays have moved meanwhile go out when people work again.
    """
    move_signed(settings)
    return deliveries.list_due_weeks(at, settings.feeds.delivery.deadline_hours)


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Return what says every line once."""
    said: set[str] = set()

    def say_once(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return say_once


async def _post_all(
    settings: Settings,
    clerk: Clerk,
    way: Server | Service,
    gate: Gate,
    on_progress: Callable[[Progress], None],
    stop: threading.Event,
    *,
    is_proven: bool,
) -> None:
    delivery = settings.feeds.delivery
    postman: Postman | Courier
    if isinstance(way, Service):
        postman = Courier(clerk, way, delivery.connections, on_progress, is_proven=is_proven)
    else:
        postman = Postman(
            clerk, way, gate,
            sender=to_wire(settings.newsletter.sender_email).text,
            connections=delivery.connections, timeout=delivery.timeout, on_progress=on_progress,
        )  # fmt: skip
    loop = asyncio.get_running_loop()

    def finish() -> None:
        stop.set()
        loop.call_soon_threadsafe(postman.stop)

    with _heeding_signals(finish):
        if stop.is_set():
            postman.stop()
        gc.freeze()  # what stands by now stays: no use in looking through it again and again
        try:
            await postman.run()
        finally:
            gc.unfreeze()


@contextmanager
def _heeding_signals(finish: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM ask to finish; afterwards they mean what they meant before."""
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # only the main thread hears signals
            before[number] = signal.signal(number, lambda *_: finish())
    try:
        yield
    finally:
        for number, meant in before.items():
            signal.signal(number, meant)


def _get_deadline(settings: Settings, week: str) -> float:
    """Return the hours after which an issue is stale news: a new sender's days are added.

    Who waits for tomorrow because of `warm_up` waits by our will, not for a relay.
    """
    delivery = settings.feeds.delivery
    if not delivery.warm_up:
        return delivery.deadline_hours
    began = approvals.get_send_at(week).astimezone(SHANGHAI)
    days, _ = deliveries.get_sender_age(began)
    recipients = sum(deliveries.count_states(week).values())
    needed = warm_up_days(_FIRST_DAY, max(0, days), recipients)
    return delivery.deadline_hours + 24 * (needed - 1)


def _limit(settings: Settings, asked: int | None, note: Callable[[str], None]) -> int | None:
    """Return how many may go in this run: what was asked, and a new sender's daily measure."""
    if not settings.feeds.delivery.warm_up:
        return asked
    days, today = deliveries.get_sender_age(_now().astimezone(SHANGHAI))
    whole = warm_up_quota(_FIRST_DAY, days)
    quota = max(0, whole - today)
    if not quota:
        note(f"warm-up: {today} of today's {whole} are out; the rest waits for tomorrow")
    return quota if asked is None else min(asked, quota)


def _now() -> datetime:
    return datetime.now(UTC)
