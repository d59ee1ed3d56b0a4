"""The week as a board: the sections with their items, the candidates beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from pipeline.assemble import edit
from pipeline.assemble.choose import make_item
from pipeline.assemble.sections import TITLES
from pipeline.desk import candidates
from pipeline.desk.candidates import Wanted
from pipeline.desk.fields import plain
from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.errors import NotFoundError, RefusedError, StaleEditError, UsageError
from pipeline.model import DISTRICTS, Level, SectionKind
from pipeline.store import asides, issues, stories, typed, waivers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise

    from pipeline.calendar import Period
    from pipeline.model import Issue, Item
    from pipeline.proof import Report

_SHOWN = 40  # candidates on one page
_LONGEST_PASSAGE = 1000  # characters
_TRIES = 3  # times an order is carried out anew when somebody saved at the same moment


@require_GET
def show_weeks(request: HttpRequest) -> HttpResponse:
    """Every issue, latest first."""
    return show(request, "desk/weeks.html", issues=issues.list_issues())


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
    waived = waivers.list_waivers(week)
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
        faults=count_faults(report, waived),
        report=report,
        others={
            one.item: one.user for one in typed.list_typed(week) if one.user != get_name(request)
        },
        passages=[(one, one.read(revision.issue)) for one in _PASSAGES.values()],
        longest=_LONGEST_PASSAGE,
        editable=revision.issue.status in {"draft", "review"},
    )


@require_POST
def act(request: HttpRequest, week: str) -> HttpResponse:
    """Carry one order out: move, add, remove, hold, drop or take back a story."""
    op, key = request.POST.get("op", ""), request.POST.get("key", "")
    user, now = get_name(request), datetime.now(UTC)
    if op == "take-back":
        asides.take_back(key, week=week, user=user, at=now)
        messages.success(request, _("已取回候选。"))
        return redirect(f"{reverse('desk:board', args=[week])}#candidates")
    if passage := _PASSAGES.get(op):
        _write(request, week, user, passage)
        said = _("%(passage)s已保存。") % {"passage": passage.name}
        messages.success(request, said)
        return redirect(f"{reverse('desk:board', args=[week])}#{passage.field}")
    reason = request.POST.get("reason", "").strip()[:500]
    anchor = "candidates"
    if op in {"hold", "drop"}:
        _leave_issue(week, key, user, _("搁置") if op == "hold" else _("不用"))
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


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the editors' own that belong to no item."""

    field: str
    name: StrOrPromise
    help: StrOrPromise
    read: Callable[[Issue], str]
    write: Callable[[Issue, str], Issue]


_PASSAGES = {
    one.field: one
    for one in (
        Passage(
            "intro", _lazy("卷首语"), _lazy("排在全部稿件之前，各版读者都看得到；留空就不排。"),
            lambda issue: issue.intro,
            lambda issue, words: replace(issue, intro=words),
        ),
        Passage(
            "corrections", _lazy("勘误"),
            _lazy("更正已刊出的差错：写明第几期、哪一条、错在哪里、应为什么。排在最后，各版读者都看得到；留空就不排。"),
            edit.get_corrections,
            edit.write_corrections,
        ),
    )
}  # fmt: skip


def _write(request: HttpRequest, week: str, user: str, passage: Passage) -> None:
    """Put the words into the issue, unless somebody else has changed them in between.

    Raises:
        RefusedError: somebody has; what was typed is said, so that it is not lost.
    """
    words = plain(request.POST.get(passage.field, ""))[:_LONGEST_PASSAGE]
    before, name = plain(request.POST.get("before", "")), str(passage.name)

    def change(issue: Issue) -> Issue:
        if passage.read(issue) != before:
            said = _("%(passage)s刚被别人改过，请刷新后对照着改。您写的是：%(words)s")
            raise RefusedError(said % {"passage": name, "words": words})
        return passage.write(issue, words)

    note = (_("改%(passage)s") if words else _("删去%(passage)s")) % {"passage": name}
    save(week, change, user=user, note=lambda _title: note)


def _carry_out(request: HttpRequest, week: str, op: str, key: str, user: str) -> str:
    """Move, add or remove; return the note of the revision."""
    kind = _section(request) if op in {"move", "add"} else SectionKind.DISTRICTS
    index = _number(request.POST.get("index", "999"))
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


def bring_back(week: str, item: Item) -> tuple[Item, bool]:
    """Return an item with what editors made of it before it was taken out, and whether they did.

    It stood in this week's issue, or in that of the week in which it was held.
    """
    found = issues.find_versions(week, item.key)
    if found is None and (aside := asides.list_asides().get(item.key)):
        found = issues.find_versions(aside.week, item.key)
    if found is None:
        return item, False
    back = edit.set_type(edit.bring_back(item, *found))
    return back, back != item


def save(
    week: str,
    change: Callable[[Issue], Issue],
    *,
    user: str,
    note: Callable[[str], str],
    key: str = "",
) -> Issue:
    """Apply a change to the issue as it now stands, and store it.

    The change names stories, not places in an old list, so it is simply made again when
    somebody else saved in between.

    Raises:
        RefusedError: the issue has left the desk, or too many others save.
    """
    for attempt in range(_TRIES):
        revision = issues.get_revision(week)
        after = edit.finish(revision.issue, change(revision.issue), get_settings().newsletter)
        both = (*after.items, *revision.issue.items)
        title = next((item.title for item in both if item.key == key), "")
        try:
            made = issues.add_revision(
                after, author=user, expected=revision.n, at=datetime.now(UTC), note=note(title)
            )
        except StaleEditError:
            if attempt == _TRIES - 1:
                raise
        else:
            return made.issue
    raise StaleEditError


def _leave_issue(week: str, key: str, user: str, why: str) -> None:
    """Take a story out of the issue when it stands there."""
    if any(item.key == key for item in issues.get_revision(week).issue.items):
        save(
            week,
            lambda issue: edit.remove(issue, key),
            user=user,
            note=lambda title: f"{why}：{title}",
            key=key,
        )


def story_item(week: str, key: str) -> Item:
    """Return a stored story as an item.

    Raises:
        NotFoundError: there is no such story.
        RefusedError: it stands in another issue.
    """
    found = stories.get_stories([key])
    if not found:
        raise NotFoundError(_("这条稿件不存在，可能已与别的稿件合并，请刷新后再看。"))
    if found[0].keys & issues.list_used_keys(week, datetime.now(UTC)):
        raise RefusedError(_("这条稿件已在别的一期里，不能重复刊用。"))
    feeds, period = get_settings().feeds, get_period(week)
    item = make_item(
        candidates.score(found[0], period, feeds.issue),
        get_source_names(),
        feeds.own_sources,
        period.publishes_at,
    )
    return edit.set_type(replace(item))


def get_period(week: str) -> Period:
    """Return the period of a week.

    Raises:
        Http404: it is no week.
    """
    services = get_services()
    try:
        return services.get_schedule(services.settings).period(week)
    except UsageError:
        raise Http404(week) from None


def get_source_names() -> dict[str, str]:
    """Return the outlets' names by source id."""
    return get_settings().feeds.outlets


def count_faults(report: Report, waived: dict[str, waivers.Waiver]) -> dict[str, tuple[int, int]]:
    """Return (errors, warnings not waived) by item; "" for the issue as a whole."""
    found: dict[str, tuple[int, int]] = {}
    for one in report.findings:
        errors, warnings = found.get(one.item or "", (0, 0))
        if one.level is Level.ERROR:
            errors += 1
        elif waivers.fingerprint(one) not in waived:
            warnings += 1
        found[one.item or ""] = (errors, warnings)
    return found


def _section(request: HttpRequest) -> SectionKind:
    try:
        return SectionKind(request.POST.get("section", ""))
    except ValueError:
        raise UsageError(_("没有这个栏目。")) from None


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 999  # noqa: PLR2004 - beyond any list
