"""Word to the editors: a draft is ready or failed, who has to sign by when, what was sent back.

Worded from the desk's catalogue. What this module never does: send;
`pipeline.telling.editors` hands mails and robots their texts.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from pipeline.calendar import SHANGHAI
from pipeline.chinese.filling import fill
from pipeline.deliver.addresses import to_wire
from pipeline.deliver.message import Masthead, build_notice
from pipeline.model import ReviewStep
from pipeline.week.causes import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.config import Settings

_STEPS = {
    ReviewStep.FIRST: _lazy("一审"),
    ReviewStep.SECOND: _lazy("二审"),
    ReviewStep.FINAL: _lazy("三审"),
}
_ROLES = {
    ReviewStep.FIRST: _lazy("责任编辑"),
    ReviewStep.SECOND: _lazy("部门主任"),
    ReviewStep.FINAL: _lazy("总编"),
}
_MOST_LINES = 20  # failed sources that are named


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to the editors."""

    subject: str  # 【待审】示例 2026-W47 …
    lines: tuple[str, ...]
    address: str  # of the page where something is to be done
    roles: frozenset[str]  # whom it concerns besides `delivery.report_to`
    signed: frozenset[str] = frozenset()  # accounts that have signed and may not sign again


def write_ready(
    settings: Settings,
    report: dict[str, Any],
    publishes_at: datetime,
    collects_until: datetime | None = None,
) -> Notice:
    """Say that a run made a draft; ``report`` is what ``run --json`` prints.

    ``collects_until``: the end of the issue's last day, where it is still to come, as in the first
    of two weeks that a long holiday makes one issue of.
    """
    issue, found = report["issue"], report["findings"]
    failed = [line for line in report["sources"] if line["status"] == "failed"]
    state = _("初稿已编好，请一审") if issue["items"] else _("本周没有可用的新稿，请处理")
    homes = [_("%(name)s%(n)s条") % {"name": k, "n": v} for k, v in issue["by_district"].items()]
    lines = [
        _head(settings, report["week"], state),
        _("出刊时间：%(at)s（北京时间）。") % {"at": _say(publishes_at)},
        *([_say_collecting(collects_until)] if collects_until else []),
        "",
        _("收稿 %(articles)s 篇，并为 %(stories)s 条，选入 %(items)s 条。")
        % {**report, "items": issue["items"]},
        _("各区：%(homes)s") % {"homes": _("，").join(homes) or _("没有")},
        _("校对：差错 %(error)s 处，提示 %(warning)s 处。") % found
        + (_("差错改完才能签发。") if found["error"] else ""),
    ]
    if issue["edited"]:
        lines.append(_("编辑改过的稿件没有动，新稿在候选栏里。"))
    if failed:
        lines += ["", _("%(n)s 个来源没有采到：") % {"n": len(failed)}]
        names = {one.id: one.name for one in settings.feeds.sources}
        for line in failed[:_MOST_LINES]:
            why = CAUSES.get(line["cause"], "")
            lines += [f"　{names.get(line['id'], line['id'])}：{why}", f"　　{line['error']}"]
    return _notice(settings, _("待审"), report["week"], state, lines, {"first"})


def write_failed(settings: Settings, week: str, error: str) -> Notice:
    """Say that a run made no draft."""
    state = _("初稿没有编成")
    lines = [
        _head(settings, week, state),
        _("原因：%(error)s") % {"error": error},
        _("已存下的稿件都在。排除原因后，在编辑台点“现在采集”，或再运行一次 run。"),
    ]
    return _notice(settings, _("失败"), week, state, lines, {"first", "admin"}, page="/desk/work/")


def write_overdue(
    settings: Settings,
    week: str,
    step: ReviewStep,
    publishes_at: datetime,
    now: datetime,
    *,
    signed: Iterable[str] = (),
) -> Notice:
    """Say that the time of publishing is near or past, and whose signature is missing.

    ``signed`` are those who have signed the issue: it is not their turn again.
    """
    hours, minutes = divmod(int(abs((publishes_at - now).total_seconds()) // 60), 60)
    given = {"hours": hours, "minutes": minutes}
    span = (_("%(hours)s小时%(minutes)s分") if hours else _("%(minutes)s分钟")) % given
    late = publishes_at <= now
    when = (_("已过出刊时间%(span)s") if late else _("离出刊还有%(span)s")) % {"span": span}
    state = _("%(when)s，等%(role)s签%(step)s") % {
        "when": when, "role": _ROLES[step], "step": _STEPS[step]
    }  # fmt: skip
    lines = [
        _head(settings, week, state),
        _("出刊时间：%(at)s（北京时间）。") % {"at": _say(publishes_at)}
        + _("三签不齐，这一期发不出去。"),
    ]
    notice = _notice(settings, _("催签"), week, state, lines, {str(step)}, page="review/")
    return replace(notice, signed=frozenset(signed))


def write_unsent(
    settings: Settings, week: str, send_at: datetime, now: datetime, *, stale: bool
) -> Notice:
    """Say that an approved issue has not begun to go out; ``stale``: it will not any more."""
    hours = (now - send_at) // timedelta(hours=1)
    state = _("三签已齐，过了发送时间%(hours)s小时还没有发出") % {"hours": hours}
    lines = [
        _head(settings, week, state),
        _("发送时间：%(at)s（北京时间）。") % {"at": _say(send_at)},
        _("已经过期，不再自动发送。要发的话，请总编在审签页另定发送时间。")
        if stale
        else _("发信程序没有运行，或者出了错，请管理员运行 send --due 看提示。"),
    ]
    return _notice(settings, _("未发"), week, state, lines, {"final", "admin"}, page="review/")


def write_signed(
    settings: Settings,
    week: str,
    step: ReviewStep,
    user: str,
    *,
    note: str,
    send_at: datetime,
    signed: Iterable[str] = (),
) -> Notice:
    """Say that a step was signed, and whose turn it is; not that of those who have ``signed``."""
    following = dict(itertools.pairwise(ReviewStep)).get(step)
    done = fill(_("%(user)s已签%(step)s"), {"user": user, "step": _STEPS[step]})
    lines = [_head(settings, week, done)]
    if note:
        lines.append(_("附言：%(note)s") % {"note": note})
    at = {"at": _say(send_at)}
    if following is None:
        lines.append(_("三签齐备，定于%(at)s（北京时间）发送。") % at)
        state = _("三签齐备，待发送")
        return _notice(settings, _("签发"), week, state, lines, {"first"}, page="review/")
    turn = {"step": _STEPS[step], "role": _ROLES[following], "next": _STEPS[following]}
    state = _("%(step)s已签，请%(role)s%(next)s") % turn
    lines.append(_("请%(role)s签%(next)s。出刊时间：%(at)s。") % {**turn, **at})
    notice = _notice(settings, _("待审"), week, state, lines, {str(following)}, page="review/")
    return replace(notice, signed=frozenset(signed))


def write_late(
    settings: Settings, week: str, count: int, signed_at: datetime, ends: datetime, roles: set[str]
) -> Notice:
    """Say that stories came after an issue was signed whose last day was not over then."""
    state = _("签审之后又到稿%(count)s条，没有编入") % {"count": count}
    given = {"signed": _say(signed_at), "day": _say_last_day(ends)}
    lines = [
        _head(settings, week, state),
        _("本期收%(day)s24时以前的稿件，%(signed)s已开始签审。") % given,
        _("要编入的，请先退回，从候选栏选入后重新从一审签起。"),
        _("不编入的不会丢，下一期候选栏里标“迟到”。"),
    ]
    return _notice(settings, _("后到"), week, state, lines, roles, page="review/")


def write_sent_back(settings: Settings, week: str, user: str, reason: str) -> Notice:
    """Say that the issue was handed back to the desk, and why."""
    who = {"user": user}
    lines = [
        _head(settings, week, fill(_("%(user)s退回，原有签发全部作废"), who)),
        _("理由：%(reason)s") % {"reason": reason},
        _("请改好后从一审重新签起。"),
    ]
    return _notice(
        settings, _("退回"), week, fill(_("%(user)s退回，请修改"), who), lines, {"first"}
    )


def to_mail(settings: Settings, notice: Notice, to: Sequence[str]) -> bytes:
    """Return a notice as a mail."""
    newsletter = settings.newsletter
    masthead = Masthead(newsletter.sender_email, newsletter.sender_name or newsletter.name)
    message_id = make_msgid(domain=to_wire(newsletter.sender_email).domain)
    text = "\n".join([*notice.lines, "", _at_the_desk(notice)])
    return build_notice(masthead, to, notice.subject, text, message_id, datetime.now(UTC))


def to_text(notice: Notice, limit: int) -> str:
    """Return a notice for a group robot in at most ``limit`` bytes of UTF-8.

    The subject and the address are always there; lines that do not fit are left out from below,
    and that is said. A single line that is too long is cut.
    """
    lines = [line for line in notice.lines if line]
    last = _at_the_desk(notice)
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


def _head(settings: Settings, week: str, state: str) -> str:
    return _("%(name)s %(week)s：%(state)s。") % {
        "name": settings.newsletter.name, "week": week, "state": state
    }  # fmt: skip


def _at_the_desk(notice: Notice) -> str:
    return _("编辑台：%(address)s") % {"address": notice.address}


def _say(at: datetime) -> str:
    when = at.astimezone(SHANGHAI)
    given = {"month": when.month, "day": when.day, "time": f"{when:%H:%M}"}
    return _("%(month)s月%(day)s日 %(time)s") % given


def _say_collecting(ends: datetime) -> str:
    return _("本期收稿到%(day)s24时截止；在那以前签审，后到的稿件不会自动编入。") % {
        "day": _say_last_day(ends)
    }


def _say_last_day(ends: datetime) -> str:
    day = (ends - timedelta(microseconds=1)).astimezone(SHANGHAI)
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}
