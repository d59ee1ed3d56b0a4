"""Handing over one mail that a reader waits for: the way the issue goes, or to a file without one.

What this module never does: retry, or know of servers and providers (`pipeline.sending` does).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.sending.files import write_message
from pipeline.sending.single import hand_over, has_way

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from pipeline.config import Settings

    Send = Callable[[EmailMessage], str]


def open_transport(settings: Settings) -> Send:
    """Return a function that hands a message over and returns the words it was taken with.

    It raises what `pipeline.sending.single.hand_over` does when the message was not taken.
    """
    if has_way(settings):
        return lambda message: hand_over(settings, str(message["To"]), message.as_bytes())
    return lambda message: _write(settings, message)


def _write(settings: Settings, message: EmailMessage) -> str:
    """Write the message to the data directory's outbox, readable by its owner only."""
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    path = write_message(settings.data_dir / "outbox", f"{name}.eml", message.as_bytes())
    return f"written to outbox/{path.name}"
