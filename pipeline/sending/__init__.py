"""Sending an approved issue: everybody exactly once, through crashes and stops.

Brings the stages and the store together: editions, outbox, postman, publishing. What this package
never does: parse arguments, or know how a message is encoded.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline import publishing, runner
from pipeline.calendar import SHANGHAI
from pipeline.deliver.addresses import to_wire
from pipeline.deliver.gate import Gate, warm_up_quota
from pipeline.deliver.message import Masthead, build_notice
from pipeline.deliver.postman import Postman, Progress
from pipeline.deliver.relaylog import read_log
from pipeline.deliver.smtp import Connection, Envelope, parse_server
from pipeline.errors import (
    ConfigError,
    DeliveryError,
    PermanentDeliveryError,
    PipelineError,
    TransientDeliveryError,
)
from pipeline.model import Preferences
from pipeline.sending.clerk import Clerk
from pipeline.sending.mailing import Mailing, load_signer, make_ids
from pipeline.sending.service import Courier, Service
from pipeline.store import approvals, issues, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.deliver.smtp import Server

__all__ = ["LONGEST_TEST", "Options", "dry_run", "list_due", "send_issue", "send_test"]

LONGEST_TEST = 30  # seconds for a test copy as a whole

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
) -> dict[str, Any]:
    """Send what is due of an approved issue, and return what ``send --json`` prints.

    May be called again and again: everybody who was served stays so. Stops gracefully on SIGINT
    and SIGTERM.

    Raises:
        RefusedError: not approved, sent already, or past its deadline.
        LockedError: another sender is at work.
        ConfigError: ``SMTP_URL`` is missing or wrong.
        DeliveryError: the relay cannot be reached or refuses us; nothing is lost.
    """
    began = time.monotonic()
    say = _once(say)
    approvals.get_approved(week)
    delivery = settings.feeds.delivery
    secret = settings.secret_key.get_secret_value().encode()
    way = None if options.to_dir is not None else _find_way(settings)
    load_signer(settings)  # a key that cannot be used is refused before anything is written
    with runner.lock(settings.data_dir, "send.lock"), outbox.hold(week):
        issue = outbox.begin(week, _now(), delivery.deadline_hours)
        outbox.queue(week, _now(), secret, make_ids(settings, week))
        outbox.recover(week)
        settle_uncertain(settings, week, options, say)
        mailing = Mailing(settings, issue, [Preferences(), *outbox.list_editions(week)])
        if outbox.is_late(week, _now(), delivery.deadline_hours):
            outbox.expire(week, _now())
        total = sum(outbox.count_states(week).values())
        clerk = Clerk(
            week, secret, mailing.build,
            limit=_limit(settings, options.limit, say),
            on_first=partial(publish, settings, say),
        )  # fmt: skip
        try:
            with closing(clerk):
                if way is None and options.to_dir is not None:
                    asyncio.run(_write_all(clerk, options.to_dir))
                elif way is not None:
                    asyncio.run(
                        _post_all(settings, clerk, way, lambda done: on_progress(done, total))
                    )
        except DeliveryError:  # the relay's fault; whoever has the mail may see the archive
            _tell_the_world(settings, week, say)
            raise
        _tell_the_world(settings, week, say)
        if outbox.is_complete(week) and not outbox.is_to_announce(week):
            _report(settings, week, say)
            outbox.finish(week)
    counted = outbox.count_states(week)
    return {
        "week": week,
        "recipients": sum(counted.values()),
        "delivered": counted["delivered"],
        "deferred": counted["deferred"] + counted["pending"],
        "failed": counted["failed"],
        "suppressed": counted["suppressed"],
        "uncertain": counted["uncertain"] + counted["sending"],
        "editions": outbox.count_editions(week),
        "seconds": round(time.monotonic() - began, 3),
    }


def dry_run(settings: Settings, week: str) -> dict[str, Any]:
    """Return what sending would do; nothing is written and nothing sent.

    Raises:
        RefusedError: the issue could not be sent.
    """
    began = time.monotonic()
    secret = settings.secret_key.get_secret_value().encode()
    approvals.get_approved(week)
    outbox.refuse_sent(week)
    found = outbox.preview(_now(), secret)
    rest = dict.fromkeys(("delivered", "deferred", "failed", "uncertain"), 0)
    seconds = round(time.monotonic() - began, 3)
    return {"week": week, **found, **rest, "seconds": seconds}


def send_test(settings: Settings, week: str, email: str, to_dir: Path | None = None) -> str:
    """Send one copy of the draft, approved or not, marked as a test; return the server's words.

    Raises:
        IssueNotFoundError: there is no draft.
        ConfigError: ``SMTP_URL`` is missing or wrong.
        DeliveryError: the mail was not taken, within `LONGEST_TEST` as a whole.
    """
    issue = issues.get_revision(week).issue
    data = Mailing(settings, issue, [Preferences()]).build_test(email, _now())
    if to_dir is not None:
        return f"written to {_write(to_dir, f'test-{week}.eml', data)}"
    return _hand_over(settings, email, data)


def settle_uncertain(
    settings: Settings, week: str, options: Options, say: Callable[[str], None]
) -> None:
    """Judge what a crash left open: by the relay's log, else as the operator or the settings say.

    A message is absent only when the log was written on past the moment until which the relay may
    still have answered: `delivery.timeout` after the intent, as long as we would have waited.
    """
    log, grace = options.relay_log, timedelta(seconds=settings.feeds.delivery.timeout)
    open_ = outbox.list_uncertain(week)
    if not open_:
        return
    now = _now()
    if log is not None:
        told = read_log(log, frozenset(open_), now.astimezone())
        outbox.settle(
            week, told.accepted, delivered=True, why="accepted, says the relay's log", now=now
        )
        reaches = told.reaches
        absent = [
            name
            for name, since in open_.items()
            if name not in told.accepted
            and reaches is not None
            and since is not None
            and reaches > since + grace
        ]
        outbox.settle(
            week, absent, delivered=False, why="not in the relay's log: sent again", now=now
        )
        open_ = outbox.list_uncertain(week)
        if open_ and reaches is None:
            say("the relay's log names no mail of Postfix: uncertain deliveries stay as they are")
    choice = options.uncertain or settings.feeds.delivery.uncertain
    if choice == "delivered":
        outbox.settle(week, open_, delivered=True, why="delivered, says an editor", now=now)
    elif open_ and choice == "resend" and log is None:
        outbox.settle(week, open_, delivered=False, why="uncertain: sent again", now=now)
    elif open_:
        say(
            f"{len(open_)} deliveries are uncertain and held; name the relay's log with "
            "--relay-log, or decide with --uncertain resend or --uncertain delivered"
        )


def list_due(at: datetime) -> list[str]:
    """Return the weeks of issues that are approved and due, or on their way, oldest first."""
    return outbox.list_due_weeks(at)


def publish(settings: Settings, say: Callable[[str], None]) -> bool:
    """Open the archive page and the feeds; no failure of it stops the mail. Say whether it did."""
    try:
        publishing.publish(settings, issues.list_published())
    except (PipelineError, OSError) as error:
        say(f"the archive was not written: {error}")
        return False
    return True


def _tell_the_world(settings: Settings, week: str, say: Callable[[str], None]) -> None:
    """Open the archive, print the issue for the notice boards and tell the group robots.

    Only when somebody has the issue, and once; also what a sender that was killed left undone. An
    archive that could not be written leaves all of it to the next sender.
    """
    if not outbox.is_to_announce(week) or not publish(settings, say):
        return
    try:
        publishing.print_issue(settings, week)
        for line in publishing.announce(settings, issues.get_revision(week).issue):
            say(line)
    except (PipelineError, OSError) as error:
        say(f"the issue was not printed or announced: {error}")
    outbox.mark_announced(week, _now())


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Return what says every line once."""
    said: set[str] = set()

    def say_once(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return say_once


def _find_way(settings: Settings) -> Server | Service:
    """Return where mail is handed over.

    Raises:
        ConfigError: nothing says where.
    """
    if settings.feeds.delivery.esp:
        return Service(settings)
    if settings.smtp_url is None:
        raise ConfigError("SMTP_URL is not set: nothing can be sent (or use --to-dir DIR)")
    return parse_server(settings.smtp_url.get_secret_value())


async def _post_all(
    settings: Settings,
    clerk: Clerk,
    way: Server | Service,
    on_progress: Callable[[Progress], None],
) -> None:
    delivery = settings.feeds.delivery
    postman: Postman | Courier
    if isinstance(way, Service):
        postman = Courier(clerk, way, delivery.connections, on_progress)
    else:
        gate = Gate(delivery.per_domain_rate, _PER_DOMAIN, delivery.per_connection)
        postman = Postman(
            clerk, way, gate,
            sender=to_wire(settings.newsletter.sender_email).text,
            connections=delivery.connections, timeout=delivery.timeout, on_progress=on_progress,
        )  # fmt: skip
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, ValueError):
            loop.add_signal_handler(number, postman.stop)
    await postman.run()


async def _write_all(clerk: Clerk, folder: Path) -> None:
    """Write one .eml a recipient; a repetition writes the same file."""
    while jobs := await clerk.take(500, set()):
        for job in jobs:
            data = job.build()
            name = f"{job.id:08d}-{_safe(job.to.text)}.eml"
            path = await asyncio.to_thread(_write, folder, name, data)
            await clerk.deliver(job, f"written to {path.name}")


def _hand_over(settings: Settings, email: str, data: bytes) -> str:
    """Send one message at once; return the words it was taken with."""
    way = _find_way(settings)
    if not isinstance(way, Service):
        return asyncio.run(_send_in_time(settings, way, email, data))
    answer = way.post(data)
    if answer.kind != "taken":
        gone = answer.kind in {"refused", "shut"}
        raise (PermanentDeliveryError if gone else TransientDeliveryError)(answer.words)
    return answer.words


async def _send_in_time(settings: Settings, server: Server, email: str, data: bytes) -> str:
    """Hand one message over; somebody is waiting, so a relay that dawdles is given up."""
    try:
        async with asyncio.timeout(LONGEST_TEST):
            return await _send_one(settings, server, email, data)
    except TimeoutError:
        raise TransientDeliveryError(
            f"{server}: no answer to the whole message within {LONGEST_TEST} s"
        ) from None


async def _send_one(settings: Settings, server: Server, email: str, data: bytes) -> str:
    to = to_wire(email)
    connection = await Connection.open(server, settings.feeds.delivery.timeout)
    try:
        sender = to_wire(settings.newsletter.sender_email).text
        connection.start(Envelope(sender, to.text, needs_utf8=to.needs_utf8))
        refusal = await connection.accept()
        if refusal is not None:
            raise _refused(refusal.reply.code, str(refusal.reply))
        await connection.write(data)
        reply = await connection.finish()
    finally:
        await connection.quit()
    if reply.code // 100 != 2:  # noqa: PLR2004 - 2yz
        raise _refused(reply.code, str(reply))
    return str(reply)


def _refused(code: int, words: str) -> DeliveryError:
    return (TransientDeliveryError if code < 500 else PermanentDeliveryError)(words)  # noqa: PLR2004 - 5yz


def _limit(settings: Settings, asked: int | None, say: Callable[[str], None]) -> int | None:
    """Return how many may go in this run: what was asked, and a new sender's daily measure."""
    if not settings.feeds.delivery.warm_up:
        return asked
    days, today = outbox.get_sender_age(_now().astimezone(SHANGHAI))
    whole = warm_up_quota(_FIRST_DAY, days)
    quota = max(0, whole - today)
    if not quota:
        say(f"warm-up: {today} of today's {whole} are out; the rest waits for tomorrow")
    return quota if asked is None else min(asked, quota)


def _report(settings: Settings, week: str, say: Callable[[str], None]) -> None:
    """Tell the editors how it went, when ``delivery.report_to`` names any."""
    addresses = settings.feeds.delivery.report_to
    if not addresses or (settings.smtp_url is None and not settings.feeds.delivery.esp):
        return
    counted = outbox.count_states(week)
    lines = [f"{week} 发送完毕。", ""]
    lines += [f"{_NAMES[name]}：{count}" for name, count in counted.items() if count]
    for domain, states in list(outbox.count_domains(week).items())[:20]:
        lines.append(f"　{domain}　" + "　".join(f"{_NAMES[k]} {v}" for k, v in states.items()))
    newsletter = settings.newsletter
    masthead = Masthead(newsletter.sender_email, newsletter.sender_name or newsletter.name)
    domain = to_wire(newsletter.sender_email).domain
    try:
        for address in addresses:
            digest = hashlib.sha256(address.encode()).hexdigest()[:16]
            data = build_notice(
                masthead, [address], f"{newsletter.name} {week} 发送报告", "\n".join(lines),
                f"<report.{week.lower()}.{digest}@{domain}>", _now(),
            )  # fmt: skip
            _hand_over(settings, address, data)
    except PipelineError as error:
        say(f"the report to the editors was not sent: {error}")


_NAMES = {
    "pending": "待发", "sending": "发送中", "uncertain": "去向不明", "delivered": "已送达",
    "deferred": "推迟", "failed": "失败", "suppressed": "不发送",
}  # fmt: skip


def _write(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path, temporary = folder / name, folder / f".{name}.{os.getpid()}"
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def _safe(address: str) -> str:
    return "".join(one if one.isalnum() or one in "@.-_+" else "_" for one in address)[:100]


def _now() -> datetime:
    return datetime.now(UTC)
