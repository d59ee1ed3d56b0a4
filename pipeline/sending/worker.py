"""The worker: looks every so often for issues that are approved and due, and sends them.

The outbox is the queue: one row a reader, its states durable, one sender an issue by an advisory
lock. A database that goes away comes again: what it was asked is asked anew. What this module never
does: approve, or hurry an issue before its time.
"""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import Error, connections

from pipeline import sending
from pipeline.errors import LockedError, PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings

_LOOK_AGAIN = 60.0  # seconds
_FIRST_PAUSE = (
    1.0  # seconds until a database that went away is asked again; doubled up to the above
)


def work(
    settings: Settings,
    *,
    say: Callable[[str], None],
    note: Callable[[str], None],
    once: bool = False,
) -> None:
    """Send what is due, again and again, until SIGTERM or SIGINT; ``once``: a single round.

    ``say`` gets what somebody has to look after, ``note`` what is as it should be.

    Raises:
        django.db.Error: the database went away in the one round, or refused something.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # also while nothing is being sent
        signal.signal(number, lambda *_: stop.set())
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            _send_due(settings, say, note, stop)
        except Error as error:
            connections.close_all()
            if once:
                raise
            if pause == _FIRST_PAUSE:  # once, not with every try
                say(f"the database: {str(error).strip().splitlines()[0]}; it is asked again")
            stop.wait(pause)
            pause = min(_LOOK_AGAIN, 2 * pause)
            continue
        if once:
            return
        if pause != _FIRST_PAUSE:
            note("the database answers again")
            pause = _FIRST_PAUSE
        stop.wait(_LOOK_AGAIN)


def _send_due(
    settings: Settings,
    say: Callable[[str], None],
    note: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Send every issue that is due; one that is refused keeps no other back."""
    for week in sending.list_due(settings, datetime.now(UTC)):
        if stop.is_set():
            return
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
