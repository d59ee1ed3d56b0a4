"""Forgetting a person everywhere: in the store and among the mails written to files."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import parseaddr
from typing import TYPE_CHECKING

from pipeline.store.subscribers import forget, normalise

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.config import Settings


def erase(settings: Settings, email: str, now: datetime) -> bool:
    """Remove a person from every table and from the data directory; say whether they were known.

    What stays is a keyed hash. Backups are not touched: docs/subscribers.md says how long to keep
    them; `restore` repeats the erasures since.
    """
    known = forget(settings.secret, email, now)
    for path in (settings.data_dir / "outbox").glob("*.eml"):
        if normalise(_recipient(path)) == normalise(email):
            path.unlink(missing_ok=True)
    return known


def _recipient(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.SMTPUTF8)
    return parseaddr(str(message["To"] or ""))[1]
