"""The worker: looks every so often for issues that are approved and due, and sends them.

The outbox is the queue: one row a reader, its states durable, one sender an issue by an advisory
lock. What this module never does: approve, or hurry an issue before its time.
"""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline import sending
from pipeline.errors import LockedError, PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings

_LOOK_AGAIN = 60.0  # seconds


def work(
    settings: Settings,
    *,
    say: Callable[[str], None],
    note: Callable[[str], None],
    once: bool = False,
) -> None:
    """Send what is due, again and again, until SIGTERM or SIGINT; ``once``: a single round.

    ``say`` gets what somebody has to look after, ``note`` what is as it should be.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # also while nothing is being sent
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        for week in sending.list_due(settings, datetime.now(UTC)):
            if stop.is_set():
                break
            try:
                report = sending.send_issue(
                    settings, week, sending.Options(), say=say, note=note, stop=stop
                )
            except LockedError:
                continue  # another worker is at it
            except PipelineError as error:
                say(f"{week}: {error}")
            else:
                note(f"{week}: {report['delivered']} of {report['recipients']} delivered")
        if once:
            return
        stop.wait(_LOOK_AGAIN)
