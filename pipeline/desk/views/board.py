"""The week as a board: the sections with their items, the candidates beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.assemble import edit
from pipeline.assemble.sections import TITLES
from pipeline.desk import candidates, passages
from pipeline.desk.candidates import Wanted
from pipeline.desk.faults import count_faults, list_faults
from pipeline.desk.gate import get_name
from pipeline.desk.numbers import read_number
from pipeline.desk.pages import get_settings, show
from pipeline.desk.saving import bring_back, leave_issue, refuse_unknown, save, story_item
from pipeline.desk.services import get_services
from pipeline.desk.weeks import get_period, get_source_names
from pipeline.errors import UsageError
from pipeline.model import DISTRICTS, SectionKind
from pipeline.store import asides, issues, restoring, typed, waivers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Issue

_SHOWN = 40  # candidates on one page
_LAST = 999  # place of an item: after all others


@require_GET
def show_weeks(request: HttpRequest) -> HttpResponse:
    """Every issue, latest first."""
    listed, held = issues.list_issues(), restoring.list_open()
    return show(request, "desk/weeks.html", issues=listed, held=held)


@require_GET
def show_board(request: HttpRequest, week: str) -> HttpResponse:
    """The board of one week; with htmx only its list of candidates."""
    revision = issues.get_revision(week)
    wanted = Wanted(
        **{name: request.GET.get(name, "")[:100] for name in Wanted.__dataclass_fields__}
    )
    period = get_period(week)
    found = candidates.list_candidates(revision.issue, period, get_settings().feeds.issue, wanted)
    most = _SHOWN * 5 if request.GET.get("all") else _SHOWN
    values: dict[str, Any] = {
        "week": week,
        "revision": revision,
        "issue": revision.issue,
        "found": found,
        "shown": found.listed[:most],
        "wanted": wanted,
        "districts": (*DISTRICTS, "none"),
        "sections": [(kind, TITLES[kind]) for kind in edit.EDITABLE],
        "names": get_source_names(),
    }
    if request.headers.get("HX-Target") == "candidates":
        return show(request, "desk/_partials/candidates.html", **values)
    report = get_services().judge(revision)[1]
    faults = count_faults(list_faults(report.findings, waivers.list_waivers(week)))
    return show(
        request,
        "desk/board.html",
        **values,
        board=[
            (
                kind,
                title,
                next((one.items for one in revision.issue.sections if one.kind is kind), ()),
            )
            for kind, title in values["sections"]
        ],
        figures=next(
            (one for one in revision.issue.sections if one.kind is SectionKind.FIGURES), None
        ),
        faults=faults,
        errors=sum(pair[0] for pair in faults.values()),
        warnings=sum(pair[1] for pair in faults.values()),
        others={
            one.item: one.user for one in typed.list_typed(week) if one.user != get_name(request)
        },
        passages=[(one, one.read(revision.issue)) for one in passages.PASSAGES.values()],
        longest=passages.LONGEST,
        editable=revision.issue.status in {"draft", "review"},
    )


@require_POST
def act(request: HttpRequest, week: str) -> HttpResponse:
    """Carry one order out: move, add, remove, hold, drop or take back a story."""
    op, key = request.POST.get("op", ""), request.POST.get("key", "")
    user, now = get_name(request), datetime.now(UTC)
    if op == "take-back":
        if key not in asides.list_asides():
            refuse_unknown(week, key)
        asides.take_back(key, week=week, user=user, at=now)
        messages.success(request, _("已取回候选。"))
        return redirect(f"{reverse('desk:board', args=[week])}#candidates")
    if passage := passages.PASSAGES.get(op):
        words, before = request.POST.get(passage.field, ""), request.POST.get("before", "")
        passages.write(week, passage, words, before, user)
        said = _("%(passage)s已保存。") % {"passage": passage.name}
        messages.success(request, said)
        return redirect(f"{reverse('desk:board', args=[week])}#{passage.field}")
    reason = request.POST.get("reason", "").strip()[:500]
    anchor = "candidates"
    if op in {"hold", "drop"}:
        refuse_unknown(week, key)
        leave_issue(week, key, user, _("搁置") if op == "hold" else _("不用"))
        asides.set_aside(
            key, "held" if op == "hold" else "dropped",
            week=week, user=user, at=now, reason=reason,
        )  # fmt: skip
        messages.success(
            request, _("已搁置，下周再作候选。") if op == "hold" else _("已标记不用。")
        )
    elif op in {"move", "add", "remove", "up", "down"}:
        note = _carry_out(request, week, op, key, user)
        messages.success(request, note)
        anchor = f"item-{key}" if op != "remove" else anchor
    else:
        raise UsageError(_("没有“%(op)s”这个操作。") % {"op": op})
    return redirect(f"{reverse('desk:board', args=[week])}#{anchor}")


def _carry_out(request: HttpRequest, week: str, op: str, key: str, user: str) -> str:
    """Move, add or remove; return the note of the revision."""
    kind = _section(request) if op in {"move", "add"} else SectionKind.DISTRICTS
    asked = read_number(request.POST.get("index", ""))
    index = _LAST if asked is None else asked
    place = {"kind": TITLES[kind]}
    names = {
        "move": _("移到“%(kind)s”") % place,
        "add": _("加入“%(kind)s”") % place,
        "remove": _("移出本期"),
        "up": _("上移"),
        "down": _("下移"),
    }

    added = bring_back(week, story_item(week, key)) if op == "add" else None

    def change(issue: Issue) -> Issue:
        if added:
            return edit.place(issue, added[0], kind, index)
        if op == "remove":
            edit.get_item(issue, key)
            return edit.remove(issue, key)
        if op == "move":
            return edit.place(issue, edit.get_item(issue, key), kind, index)
        return edit.move(issue, key, -1 if op == "up" else 1)

    issue = save(week, change, user=user, note=lambda one: f"{names[op]}：{one}", key=key)
    if op == "add":
        asides.take_back(key, week=week, user=user, at=datetime.now(UTC))
    title = next((item.title for item in issue.items if item.key == key), "")
    said = f"{names[op]}：{title}" if title else names[op]
    if op == "remove":
        return said + _("。改过的内容留着，再加入时带回来。")
    return said + _("。先前改过的内容已带回。") if added and added[1] else said


def _section(request: HttpRequest) -> SectionKind:
    try:
        return SectionKind(request.POST.get("section", ""))
    except ValueError:
        raise UsageError(_("没有这个栏目。")) from None
