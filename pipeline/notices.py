"""Word to the editors: a draft is ready or failed, who has to sign by when, what was sent back.

Pure. What this module never does: send; `pipeline.telling` hands mails and robots their texts.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI
from pipeline.model import ReviewStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.config import Settings

_STEPS = {ReviewStep.FIRST: "一审", ReviewStep.SECOND: "二审", ReviewStep.FINAL: "三审"}
_ROLES = {ReviewStep.FIRST: "责任编辑", ReviewStep.SECOND: "部门主任", ReviewStep.FINAL: "总编"}
_MOST_LINES = 20  # failed sources that are named


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to the editors."""

    subject: str  # 【待审】示例 2026-W47 …
    lines: tuple[str, ...]
    address: str  # of the page where something is to be done
    roles: frozenset[str]  # whom it concerns besides `delivery.report_to`


def write_ready(settings: Settings, report: dict[str, Any], publishes_at: datetime) -> Notice:
    """Say that a run made a draft; ``report`` is what ``run --json`` prints."""
    issue, found = report["issue"], report["findings"]
    failed = [line for line in report["sources"] if line["status"] == "failed"]
    state = "初稿已编好，请一审" if issue["items"] else "本周没有可用的新稿，请处理"
    lines = [
        f"{settings.newsletter.name} {report['week']}：{state}。",
        f"出刊时间：{_say(publishes_at)}（北京时间）。",
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
        lines += [f"　{line['id']}：{line['error']}" for line in failed[:_MOST_LINES]]
    return _notice(settings, "待审", report["week"], state, lines, {"first"})


def write_failed(settings: Settings, week: str, error: str) -> Notice:
    """Say that a run made no draft."""
    lines = [
        f"{settings.newsletter.name} {week}：初稿没有编成。",
        f"原因：{error}",
        "已存下的稿件都在。排除原因后，在编辑台点“现在采集”，或再运行一次 run。",
    ]
    return _notice(
        settings, "失败", week, "初稿没有编成", lines, {"first", "admin"}, page="/desk/work/"
    )


def write_overdue(
    settings: Settings, week: str, step: ReviewStep, publishes_at: datetime, now: datetime
) -> Notice:
    """Say that the time of publishing is near or past, and whose signature is missing."""
    late = publishes_at <= now
    minutes = int(abs((publishes_at - now).total_seconds()) // 60)
    span = f"{minutes // 60}小时{minutes % 60}分" if minutes >= 60 else f"{minutes}分钟"  # noqa: PLR2004 - of an hour
    when = f"已过出刊时间{span}" if late else f"离出刊还有{span}"
    state = f"{when}，等{_ROLES[step]}签{_STEPS[step]}"
    lines = [
        f"{settings.newsletter.name} {week}：{state}。",
        f"出刊时间：{_say(publishes_at)}（北京时间）。三签不齐，这一期发不出去。",
    ]
    return _notice(settings, "催签", week, state, lines, {str(step)}, page="review/")


def write_signed(
    settings: Settings, week: str, step: ReviewStep, user: str, *, note: str, send_at: datetime
) -> Notice:
    """Say that a step was signed, and whose turn it is."""
    following = dict(itertools.pairwise(ReviewStep)).get(step)
    lines = [f"{settings.newsletter.name} {week}：{user}已签{_STEPS[step]}。"]
    if note:
        lines.append(f"附言：{note}")
    if following is None:
        state = "三签齐备，待发送"
        lines.append(f"三签齐备，定于{_say(send_at)}（北京时间）发送。")
        return _notice(settings, "签发", week, state, lines, {"first"}, page="review/")
    state = f"{_STEPS[step]}已签，请{_ROLES[following]}{_STEPS[following]}"
    lines.append(f"请{_ROLES[following]}签{_STEPS[following]}。出刊时间：{_say(send_at)}。")
    return _notice(settings, "待审", week, state, lines, {str(following)}, page="review/")


def write_sent_back(settings: Settings, week: str, user: str, reason: str) -> Notice:
    """Say that the issue was handed back to the desk, and why."""
    lines = [
        f"{settings.newsletter.name} {week}：{user}退回，原有签发全部作废。",
        f"理由：{reason}",
        "请改好后从一审重新签起。",
    ]
    return _notice(settings, "退回", week, f"{user}退回，请修改", lines, {"first"})


def to_mail(settings: Settings, notice: Notice, to: Sequence[str]) -> EmailMessage:
    """Return a notice as a mail."""
    newsletter = settings.newsletter
    message = EmailMessage()
    name = newsletter.sender_name or newsletter.name
    message["From"] = formataddr((name, newsletter.sender_email))
    message["To"] = ", ".join(to)
    message["Subject"] = notice.subject
    message["Message-ID"] = make_msgid(domain=newsletter.sender_email.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5
    text = "\n".join([*notice.lines, "", f"编辑台：{notice.address}"])
    message.set_content(text + "\n", cte="base64")
    return message


def to_text(notice: Notice, limit: int) -> str:
    """Return a notice for a group robot in at most ``limit`` bytes of UTF-8.

    The subject and the address are always there; lines that do not fit are left out from below,
    and that is said. A single line that is too long is cut.
    """
    lines = [line for line in notice.lines if line]
    last = f"编辑台：{notice.address}"
    for count in range(len(lines), -1, -1):
        more = ["……"] if count < len(lines) else []
        text = "\n".join([notice.subject, *lines[:count], *more, last])
        if len(text.encode("utf-8", "replace")) <= limit:
            return text
    room = max(0, limit - len(last.encode("utf-8", "replace")) - len("…\n".encode()))
    start = notice.subject.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return f"{start}…\n{last}" if start else notice.address


def _notice(
    settings: Settings,
    kind: str,
    week: str,
    state: str,
    lines: Sequence[str],
    roles: set[str],
    *,
    page: str = "",
) -> Notice:
    path = page if page.startswith("/") else f"/desk/weeks/{week}/{page}"
    return Notice(
        # A reason or a name may hold line ends: in a subject there are none.
        subject=" ".join(f"【{kind}】{settings.newsletter.name} {week} {state}".split()),
        lines=tuple(lines),
        address=f"{settings.site_url}{path}",
        roles=frozenset(roles),
    )


def _say(at: datetime) -> str:
    when = at.astimezone(SHANGHAI)
    return f"{when.month}月{when.day}日 {when:%H:%M}"
