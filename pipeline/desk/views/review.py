"""三审: who signed, what changed since, what blocks; signing and sending back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.assemble import edit
from pipeline.assemble.links import is_printed
from pipeline.calendar import SHANGHAI
from pipeline.chinese.filling import fill
from pipeline.desk.differences import compare
from pipeline.desk.faults import count_faults, list_faults
from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_roles, get_settings, show
from pipeline.desk.services import get_services, tell_soon, write_signed
from pipeline.desk.words import BOXES, STEPS
from pipeline.errors import RefusedError, UsageError
from pipeline.model import ReviewStep
from pipeline.proof import LIMIT
from pipeline.store import approvals, issues, restoring, stories, waivers
from pipeline.telling import notices

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Issue
    from pipeline.proof import Report
    from pipeline.store.issues import Revision

_ENOUGH = 3000  # characters from which errors per 10,000 say something


@require_GET
def show_review(request: HttpRequest, week: str) -> HttpResponse:
    """The review page."""
    revision = issues.get_revision(week)
    report = get_services().judge(revision)[1]
    signed = {one.step: one for one in approvals.list_signatures(week)}
    step = next((one for one in ReviewStep if one not in signed), None)
    last = approvals.get_last_signed_revision(week)
    changes = None
    if last is not None and last != revision.n:
        changes = compare(issues.get_revision(week, last).issue, revision.issue)
    name = get_name(request)
    already = next((one.step for one in signed.values() if one.user == name), None)
    open_ = revision.issue.status in {"draft", "review"}
    out = week in restoring.list_open(week)  # readers may have it since before a restore
    faults = list_faults(report.findings, waivers.list_waivers(week))
    return show(
        request,
        "desk/review.html",
        week=week,
        revision=revision,
        issue=revision.issue,
        is_printed=is_printed,
        sources={
            story.key: story.lead.text
            for story in stories.get_stories([item.key for item in revision.issue.items])
        },
        corrections=edit.get_corrections(revision.issue),
        signed=signed,
        step=step,
        may_sign=step is not None
        and str(step) in get_roles(request)
        and not already
        and open_
        and not out,
        already=already,
        may_send_back=bool(get_roles(request) & {"first", "second", "final"})
        and revision.issue.status in {"review", "approved"},
        changes=changes,
        last=last,
        report=report,
        limit=LIMIT,
        enough=_ENOUGH,
        faults=faults,
        errors=sum(pair[0] for pair in count_faults(faults).values()),
        unwaived=sum(pair[1] for pair in count_faults(faults).values()),
        void=[(one, at, say_void(why)) for one, at, why in approvals.list_void(week)[:6]],
        send_backs=approvals.list_send_backs(week)[:6],
        boxes=BOXES,
        send_at=approvals.get_send_at(week),
        send_at_value=to_field(approvals.get_send_at(week)),
        titles={item.key: item.title for item in revision.issue.items},
    )


@require_POST
def sign(request: HttpRequest, week: str) -> HttpResponse:
    """Sign what the reviewer read; the last signature may also say when the issue goes out."""
    try:
        step = ReviewStep(request.POST.get("step", ""))
    except ValueError:
        raise UsageError(_("没有这一审。")) from None
    if set(request.POST.getlist("box")) != set(approvals.BOXES):
        raise RefusedError(_("签发前请逐项核对并勾选“重大选题备案”和“领导排序”。"))
    now = datetime.now(UTC)
    send_at = _send_at(request) if step is ReviewStep.FINAL else None
    note = request.POST.get("note", "").strip()[:500]
    revision = issues.get_revision(week)

    def proofread(issue: Issue) -> Report:
        del issue  # the current revision's; sign() checks under the lock that it still is
        return get_services().judge(revision)[1]

    approvals.sign(
        week, step, get_name(request), now,
        proofread=proofread,
        expected=request.POST.get("content_hash", ""),
        note=note,
        send_at=send_at,
    )  # fmt: skip
    if step is ReviewStep.FINAL:
        write_signed(revision)
        _warn_of_past_events(request, revision)
    goes_out = approvals.get_send_at(week)
    tell_soon(
        notices.write_signed(
            get_settings(),
            week,
            step,
            get_name(request),
            note=note,
            send_at=goes_out,
            signed=[one.user for one in approvals.list_signatures(week)],
        )
    )
    messages.success(request, _("%(step)s已签发。") % {"step": STEPS[step]})
    return redirect("desk:review", week)


@require_POST
def send_back(request: HttpRequest, week: str) -> HttpResponse:
    """Hand the issue back with a reason."""
    reason = request.POST.get("reason", "")[:1000]
    approvals.send_back(week, get_name(request), reason, datetime.now(UTC))
    tell_soon(notices.write_sent_back(get_settings(), week, get_name(request), reason.strip()))
    messages.success(request, _("已退回编辑，原有签发全部作废。"))
    return redirect("desk:review", week)


@require_POST
def schedule(request: HttpRequest, week: str) -> HttpResponse:
    """Change when the approved issue goes out."""
    send_at = _send_at(request)
    if send_at is None:
        raise UsageError(_("请填写发送时间。"))
    approvals.schedule(week, get_name(request), send_at, datetime.now(UTC))
    revision = issues.get_revision(week)
    write_signed(revision)  # the files bear the day of sending
    messages.success(request, _("发送时间已定。"))
    _warn_of_past_events(request, revision)
    return redirect("desk:review", week)


def _warn_of_past_events(request: HttpRequest, revision: Revision) -> None:
    """Name what is over by a later day of sending."""
    if over := get_services().list_past_events(get_settings(), revision):
        messages.warning(
            request,
            _("到发送那天，有%(n)s处预告已经过期，要改请先退回：%(first)s")
            % {"n": len(over), "first": over[0]},
        )


def say_void(why: str) -> str:
    """Return why a signature is void, in the desk's language."""
    kind, _mark, rest = why.partition(":")
    if kind == "changed":
        return _("第%(n)s稿改动了内容") % {"n": rest}
    if kind == "sent-back":
        user, _mark, reason = rest.partition(":")
        return fill(_("%(user)s退回：%(reason)s"), {"user": user, "reason": reason})
    return why


def to_field(moment: datetime) -> str:
    """Return a time as its field holds it; "" when it is over, since no such time is taken."""
    over = moment < datetime.now(UTC)
    return "" if over else moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def _send_at(request: HttpRequest) -> datetime | None:
    value = request.POST.get("send_at", "").strip()
    if not value:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise UsageError(_("发送时间的格式不对，例如 2026-11-23T08:00。")) from None
