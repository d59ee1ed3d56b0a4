"""Word to the editors: a draft is ready, what failed, who has to sign by when. Pure.

What this module never does: send; the command line hands the message to the readers' post room.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.config import Settings


def write_notice(
    settings: Settings, report: dict[str, Any], publishes_at: datetime, to: Sequence[str]
) -> EmailMessage:
    """Return the mail that follows a run; ``report`` is what ``run --json`` prints."""
    newsletter = settings.newsletter
    issue, found = report["issue"], report["findings"]
    failed = [line for line in report["sources"] if line["status"] == "failed"]
    when = publishes_at.astimezone(SHANGHAI)
    state = "初稿已编好，请一审" if issue["items"] else "本周没有可用的新稿，请处理"
    lines = [
        f"{newsletter.name} {report['week']}：{state}。",
        f"出刊时间：{when.month}月{when.day}日 {when:%H:%M}（北京时间）。",
        "",
        f"收稿 {report['articles']} 篇，并为 {report['stories']} 条，选入 {issue['items']} 条。",
        "各区：" + ("，".join(f"{k}{v}条" for k, v in issue["by_district"].items()) or "没有"),
        f"校对：差错 {found['error']} 处，提示 {found['warning']} 处。"
        + ("差错改完才能签发。" if found["error"] else ""),
    ]
    if issue["edited"]:
        lines.append("编辑改过的稿件没有动，新稿在候选栏里。")
    if failed:
        lines += ["", f"{len(failed)} 个来源没有采到："]
        lines += [f"　{line['id']}：{line['error']}" for line in failed[:20]]
    lines += ["", f"编辑台：{settings.site_url}/desk/weeks/{report['week']}/"]
    message = EmailMessage()
    name = newsletter.sender_name or newsletter.name
    message["From"] = formataddr((name, newsletter.sender_email))
    message["To"] = ", ".join(to)
    message["Subject"] = f"【待审】{newsletter.name} {report['week']} {state}"
    message["Message-ID"] = make_msgid(domain=newsletter.sender_email.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    message.set_content("\n".join(lines) + "\n", cte="base64")
    return message
