"""The finished mail: its size and the way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Issue

CLIPPED = 100 * 1024
"""Bytes of decoded HTML at which Gmail cuts a mail off."""
CLOSE = 90 * 1024
"""Bytes from which on it is close."""


def find_mail_faults(issue: Issue, html: str, text: str) -> Iterator[Finding]:
    """Size (E over 100 KB, W over 90 KB) and unsubscribe (E): both parts offer the way out."""
    del issue
    size = len(html.encode("utf-8", "replace"))
    if size > CLOSE:
        level = Level.ERROR if size > CLIPPED else Level.WARNING
        message = f"邮件正文{size / 1024:.0f}KB，超过{CLOSE // 1024}KB可能被截断，请减少条目。"
        yield Finding("size", level, message, None, "", 0, 0)
    for part, name in ((html, "网页版"), (text, "纯文本版")):
        if "__UNSUBSCRIBE__" not in part:
            message = f"邮件{name}没有退订链接，不能发送。"
            yield Finding("unsubscribe", Level.ERROR, message, None, "", 0, 0)
