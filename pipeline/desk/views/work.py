"""Long work: collect now, assemble again, and the page that shows how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.weeks import get_period, get_source_names
from pipeline.desk.words import STAGES, WORK_STAGES, WORKS
from pipeline.errors import UsageError
from pipeline.store import audit, issues
from pipeline.week import progress

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise

    from pipeline.week.progress import State

_STARTED = ("run", "draft")  # what is started from here
_WEEKS = 8  # to choose from


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the list."""

    name: StrOrPromise
    state: str  # done turn wait stopped
    done: int
    total: int


@require_GET
def show_work(request: HttpRequest) -> HttpResponse:
    """What is under way or was done last, and the two buttons; htmx asks for the first alone."""
    settings, services = get_settings(), get_services()
    state = progress.read(settings.data_dir)
    values: dict[str, Any] = {
        "state": state,
        "stages": list_stages(state) if state else [],
        "WORKS": WORKS,
        "names": get_source_names(),
        "seconds": _seconds(state) if state else 0,
    }
    if request.headers.get("HX-Target") == "progress":
        return show(request, "desk/_partials/progress.html", **values)
    period = services.get_schedule(settings).next_period(datetime.now(UTC))
    open_ = [week for week, _, status, _ in issues.list_issues() if status in {"draft", "review"}]
    weeks = list(dict.fromkeys([period.week, *open_]))[:_WEEKS]
    asked = request.GET.get("week", "")
    first = asked if asked in weeks else (open_[0] if open_ else period.week)
    return show(request, "desk/work.html", **values, weeks=weeks, chosen=first)


@require_POST
def start_work(request: HttpRequest) -> HttpResponse:
    """Start one of the two, unless something is under way."""
    work, week = request.POST.get("work", ""), request.POST.get("week", "")
    if work not in _STARTED:
        raise UsageError(_("没有“%(op)s”这个操作。") % {"op": work})
    get_period(week)
    get_services().start(get_settings(), work, week, get_name(request))
    audit.add_entry(work, user=get_name(request), at=datetime.now(UTC), week=week)
    messages.success(request, _("已开始，可以离开这一页，不影响进行。"))
    return redirect("desk:work")


def list_stages(state: State) -> list[Stage]:
    """Return the stages of a run with what became of each."""
    names = WORK_STAGES.get(state.work, ())
    at = names.index(state.stage) if state.stage in names else -1
    ended = state.finished_at is not None and not state.error
    found = []
    for n, name in enumerate(names):
        if ended or n < at:
            kind = "done"
        elif n == at:
            kind = "turn" if state.alive else "stopped"
        else:
            kind = "wait"
        here = n == at
        found.append(
            Stage(STAGES[name], kind, state.done if here else 0, state.total if here else 0)
        )
    return found


def _seconds(state: State) -> int:
    end = state.finished_at or datetime.now(UTC)
    return max(0, round((end - state.started_at).total_seconds()))
