"""Handing over one mail that a reader waits for: the way the issue goes, or to a file without one.

What this module never does: retry, or know of servers and providers (`pipeline.sending` does).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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
    folder = settings.data_dir / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    part, path = folder / f".{name}.part", folder / f"{name}.eml"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(message.as_bytes())
    part.replace(path)
    return f"written to outbox/{path.name}"
