"""What an editor is to know of an issue that a restored backup left open.

What this module never does: decide whether readers have it; a person says so by `send`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from pipeline.chinese.filling import fill
from pipeline.desk.pages import get_settings
from pipeline.store import issuing, restoring
from pipeline.store.restoring import Open


def describe_restored(week: str) -> str:
    """Return why the issue waits since a restore, and what is to be done; "" where it does not."""
    how = restoring.list_open(week).get(week)
    if how is None:
        return ""
    if how is Open.UNSIGNED:
        said = _(
            "归档里已有本期，读者可能已经收到；恢复的备份里却没有签完，为免重发，暂不能签发。"
            "请核实后由管理员运行 send --week %(week)s --uncertain delivered（读者已收到）"
            "或 --uncertain resend（没有发出，照常审签）。"
        )
        return fill(said, {"week": week})
    if how is Open.OUT:
        return _("读者已收到本期（恢复备份后已确认）。这里是备份里的旧稿，不再签发、发送。")
    deadline = get_settings().feeds.delivery.deadline_hours
    late = issuing.is_late(week, datetime.now(UTC), deadline)
    said = _(
        "恢复备份以后，不知道本期发出没有：有%(n)s位读者待确认，发送已暂停。"
        "请查邮件服务器的日志和归档，再由管理员运行 send --week %(week)s --uncertain delivered"
        "（读者已收到）或 --uncertain resend（%(resend)s）。"
    )
    resend = _("没有发出；已过发送时限，不再补发") if late else _("没有发出，现在补发")
    return fill(said, {"n": str(restoring.count_held(week)), "week": week, "resend": resend})
