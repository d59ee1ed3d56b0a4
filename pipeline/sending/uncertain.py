"""What a crash left open: judged by the relay's log, else as the operator or the settings say.

What this module never does: send anything again by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.deliver.relaylog import read_log
from pipeline.store import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def settle_uncertain(
    week: str,
    log: Iterable[str] | None,
    choice: str,
    *,
    timeout: float,
    say: Callable[[str], None],
) -> None:
    """Judge what a crash left open; ``choice``: ``hold``, ``resend`` or ``delivered``.

    A message is absent only when the log was written on past the moment until which the relay may
    still have answered: ``timeout`` seconds after the intent, as long as we would have waited.
    """
    grace = timedelta(seconds=timeout)
    open_ = outbox.list_uncertain(week)
    if not open_:
        return
    now = datetime.now(UTC)
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
    if choice == "delivered":
        outbox.settle(week, open_, delivered=True, why="delivered, says an editor", now=now)
    elif open_ and choice == "resend" and log is None:
        outbox.settle(week, open_, delivered=False, why="uncertain: sent again", now=now)
    elif open_:
        say(
            f"{len(open_)} deliveries are uncertain and held; name the relay's log with "
            "--relay-log, or decide with --uncertain resend or --uncertain delivered"
        )
