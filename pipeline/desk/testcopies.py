"""Test copies on their way: each in a thread of its own, so that a slow relay holds no page up.

What became of the latest ones is kept in memory for the preview page; who asked for them stands in
the audit log. What this module never does: build or send a mail itself.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING

from django.db import connections
from django.utils.translation import gettext as _

from pipeline.chinese.filling import fill
from pipeline.errors import (
    PermanentDeliveryError,
    PipelineError,
    RefusedError,
    TransientDeliveryError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_SOON = 1.5  # seconds that the page waits: most relays have answered by then
_KEPT = 40
_AT_ONCE = 4  # on their way at the same time, whoever asked


@dataclass(slots=True)
class Copy:
    """One test copy."""

    week: str
    address: str
    user: str
    started_at: datetime
    state: str = "sending"  # sending sent refused late failed
    said: str = ""  # the server's words, or what went wrong
    thread: Thread | None = field(default=None, repr=False)


_copies: deque[Copy] = deque(maxlen=_KEPT)
_lock = Lock()


def start(week: str, address: str, user: str, send: Callable[[], object]) -> Copy:
    """Start sending; return what became of it, still ``sending`` when the relay takes its time.

    Raises:
        RefusedError: a copy to this address, or as many as may be, are under way.
    """
    with _lock:
        under_way = [one for one in _copies if one.state == "sending"]
        if any(one.address.casefold() == address.casefold() for one in under_way):
            raise RefusedError(
                "给%(address)s的测试邮件正在发送，请等它有了结果再发。", address=address
            )
        if len(under_way) >= _AT_ONCE:
            raise RefusedError("已有%(n)s份测试邮件正在发送，请稍候再发。", n=len(under_way))
        copy = Copy(week, address, user, datetime.now(UTC))
        _copies.appendleft(copy)
    copy.thread = Thread(target=_send, args=(copy, send), name="test-copy", daemon=True)
    copy.thread.start()
    copy.thread.join(_SOON)
    return copy


def list_copies(week: str, most: int = 5) -> list[Copy]:
    """Return the latest test copies of a week, newest first."""
    with _lock:
        return [one for one in _copies if one.week == week][:most]


def say(copy: Copy) -> str:
    """Return what became of a copy, in the desk's language."""
    values = {"address": copy.address, "said": copy.said}
    sentences = {
        "sending": _("正在发往%(address)s，结果会显示在本页下方。"),
        "sent": _("测试邮件已发往%(address)s。"),
        "refused": _("没有发给%(address)s：对方服务器不收。（%(said)s）"),
        "late": _("没有发给%(address)s：发信服务器暂时不收或没有应答，请稍后再试。（%(said)s）"),
        "failed": _("没有发给%(address)s，请告诉管理员。（%(said)s）"),
    }
    return fill(sentences[copy.state], values)


def _send(copy: Copy, send: Callable[[], object]) -> None:
    try:
        copy.said = str(send() or "")
        copy.state = "sent"
    except PermanentDeliveryError as error:
        copy.said, copy.state = str(error), "refused"
    except TransientDeliveryError as error:
        copy.said, copy.state = str(error), "late"
    except PipelineError as error:
        copy.said, copy.state = str(error), "failed"
    except Exception as error:  # noqa: BLE001 - the page must hear of it, whatever it is
        _log.exception("a test copy could not be sent")
        copy.said, copy.state = type(error).__name__, "failed"
    finally:
        connections.close_all()
