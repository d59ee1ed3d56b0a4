"""What nobody knows the fate of: judged by the relay's log, else as a person or the settings say.

It is what a crash left open, and what a backup that was put back cannot know. What this module
never does: send anything again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI
from pipeline.deliver.relaylog import read_log
from pipeline.model import DeliveryStatus
from pipeline.store import audit, outbox, restoring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ENDS = ("delivered", "resend")
_LOST = "nobody told in time whether it was delivered: it is not sent again after the deadline"


@dataclass(frozen=True, slots=True)
class Doubts:
    """How the doubts about one issue are settled."""

    log: Iterable[str] | None  # the relay's; None: there is none to ask
    asked: str | None  # a person's word for this run: hold, resend or delivered; None: none
    usual: str  # what the settings say: hold or resend
    timeout: float  # seconds that we would have waited for the relay's answer
    is_late: bool  # the deadline has passed


def settle_uncertain(
    week: str, doubts: Doubts, *, say: Callable[[str], None], note: Callable[[str], None]
) -> None:
    """Judge what is open of an issue; who is left is held, and past its deadline given up.

    What a restored backup leaves open waits for a word, whatever the deadline: it may have arrived.
    ``say`` gets each new line, and the same line once a day; ``note`` gets it every time in
    between. The settings' ``resend`` is for what a crash left: of a restored backup a person has
    to say that it did not go out.
    """
    now = datetime.now(UTC)
    lines = _ask_log(week, doubts, now) if doubts.log is not None else []
    open_ = outbox.list_uncertain(week)
    crashed = {name: since for name, since in open_.items() if since is not None}
    restored = [name for name, since in open_.items() if since is None]
    if doubts.is_late and not restored:
        lines = []  # what the log does not tell nobody needs any more
    lines += _judge_crashed(week, crashed, doubts, now, say)
    lines += _judge_restored(week, restored, doubts, now)
    _tell(week, lines, now, say, note)


def _judge_crashed(
    week: str,
    open_: dict[str, datetime],
    doubts: Doubts,
    now: datetime,
    say: Callable[[str], None],
) -> list[str]:
    """Settle what a crash left open; return what has to be said of those that are held."""
    if doubts.asked == "delivered":
        why = "delivered, says an editor"
        outbox.settle(week, open_, DeliveryStatus.DELIVERED, why=why, now=now)
    elif doubts.is_late:
        lost = [name for name in open_ if not _may_still_tell(open_[name], doubts, now)]
        if count := outbox.settle(week, lost, DeliveryStatus.FAILED, why=_LOST, now=now):
            say(
                f"{week}: the deadline has passed, and of {count} deliveries nobody told whether "
                f"they arrived: they count as failed; deliveries --week {week} names them"
            )
    elif (doubts.asked or doubts.usual) == "resend" and doubts.log is None:
        why = "uncertain: sent again"
        outbox.settle(week, open_, DeliveryStatus.PENDING, why=why, now=now)
    elif open_:
        line = (
            f"{len(open_)} deliveries are uncertain and held; name the relay's log with "
            "--relay-log, or decide with --uncertain resend or --uncertain delivered"
        )
        return [line]
    return []


def _judge_restored(week: str, names: list[str], doubts: Doubts, now: datetime) -> list[str]:
    """Settle what a backup left open by a person's word alone; the same otherwise."""
    if not names:
        return []
    if doubts.asked not in _ENDS:
        late = "; the deadline has passed, so they then count as failed" if doubts.is_late else ""
        line = (
            f"{week}: {len(names)} deliveries may have gone out before a backup was put back, and "
            f"are held; name the relay's log with --relay-log, or decide: send --week {week} "
            f"--uncertain resend (nobody has it{late}) or --uncertain delivered"
        )
        return [line]
    status, why = DeliveryStatus.DELIVERED, "delivered, says an editor"
    if doubts.asked == "resend":
        status = DeliveryStatus.FAILED if doubts.is_late else DeliveryStatus.PENDING
        what = "too late to be sent" if doubts.is_late else "sent again"
        why = f"not sent since the backup, says an editor: {what}"
    restoring.note_word(week, doubts.asked, now)
    outbox.settle(week, names, status, why=why, now=now)
    return []


def _ask_log(week: str, doubts: Doubts, now: datetime) -> list[str]:
    """Settle what the relay's log tells; return what has to be said of the log.

    A message is absent only when the log was written on past the moment until which the relay may
    still have answered: ``timeout`` seconds after the intent, as long as we would have waited. What
    a restored backup leaves open is never absent: the log of that day may have been put away.
    """
    open_ = outbox.list_uncertain(week)
    if not open_ or doubts.log is None:
        return []
    grace = timedelta(seconds=doubts.timeout)
    told = read_log(doubts.log, frozenset(open_), now.astimezone())
    why = "accepted, says the relay's log"
    outbox.settle(week, told.accepted, DeliveryStatus.DELIVERED, why=why, now=now)
    reaches = told.reaches
    absent = [
        name
        for name, since in open_.items()
        if name not in told.accepted
        and reaches is not None
        and since is not None
        and reaches > since + grace
    ]
    why = "not in the relay's log: sent again"
    outbox.settle(week, absent, DeliveryStatus.PENDING, why=why, now=now)
    if reaches is None and len(told.accepted) < len(open_):
        return ["the relay's log names no mail of Postfix: uncertain deliveries stay as they are"]
    return []


def _may_still_tell(since: datetime, doubts: Doubts, now: datetime) -> bool:
    """Say whether the relay's log can still tell of a message: it is too fresh as yet."""
    if doubts.log is None:
        return False
    return now < since + timedelta(seconds=doubts.timeout) + timedelta(days=1)


def _tell(
    week: str,
    lines: list[str],
    now: datetime,
    say: Callable[[str], None],
    note: Callable[[str], None],
) -> None:
    day = f"{now.astimezone(SHANGHAI):%Y-%m-%d}"
    for line in lines:
        mark = {"day": day, "said": line}
        is_new = audit.add_once("in-doubt", user="", at=now, week=week, payload=mark)
        (say if is_new else note)(line)
