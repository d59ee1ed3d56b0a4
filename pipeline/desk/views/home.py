"""How things stand, at a glance: what is due, what failed, who must sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from pipeline.desk.charts import make_bars, make_grid
from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_roles, get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.words import FETCHES, STAGES, WORKS
from pipeline.model import DISTRICTS
from pipeline.store import approvals, articles, audit, coverage, issues, restoring, runs
from pipeline.store.sources import list_last_fetches
from pipeline.week import progress
from pipeline.week.causes import CAUSES

if TYPE_CHECKING:
    from collections.abc import Container

    from django.http import HttpRequest, HttpResponse

_WEEKS = 12  # shown in the charts
_DUE = 8  # issues that are shown as waiting
_JUDGED = 2  # of those, how many are proofread for the overview: nobody has more in work


@dataclass(frozen=True, slots=True)
class Due:
    """One issue that waits for somebody."""

    week: str
    number: int
    status: str
    publishes_at: datetime
    overdue: bool
    step: str  # whose turn it is; "" when nobody's
    mine: bool
    errors: int  # that block the signature, where it is mine, as far as it was proofread
    sent_back: tuple[str, str, datetime] | None  # (user, reason, when) with nobody's word since


@require_GET
def show_home(request: HttpRequest) -> HttpResponse:
    """The status page."""
    services, now = get_services(), datetime.now(UTC)
    schedule = services.get_schedule(services.settings)
    period = schedule.next_period(now)
    listed = issues.list_issues()
    goes_out = {week: (status, at) for week, _, status, at in listed}
    status, at = goes_out.get(period.week, ("", period.publishes_at))
    if status in {"sending", "sent"}:  # before its day
        period = schedule.next_period(period.publishes_at + timedelta(seconds=1))
        status, at = goes_out.get(period.week, ("", period.publishes_at))
    waiting = [row for row in listed if row[2] != "sent"][:_DUE]
    after_restore = restoring.list_open()
    weeks = coverage.list_coverage(_WEEKS)[::-1]
    names = {one.id: one.name for one in get_settings().feeds.sources if one.enabled}
    health = coverage.list_source_health()
    stored, tagged = articles.count_articles()
    findings = coverage.list_findings(_WEEKS)[::-1]
    members = sorted({name for week in weeks for name in week.members})
    return show(
        request,
        "desk/home.html",
        period=period,
        number=schedule.number(period),
        publishes_at=at,
        drafted=bool(status),
        due=_list_due(request, waiting, now, after_restore),
        held=after_restore,
        failing={
            names[key]: one
            for key, one in sorted(list_last_fetches().items())
            if key in names and one.status in {"failed", "muted"}
        },
        work=progress.read(get_settings().data_dir),
        WORKS=WORKS,
        STAGES=STAGES,
        FETCHES=FETCHES,
        last=next(iter(runs.list_runs(1)), None),
        stored=stored,
        untagged=stored - tagged,
        weeks=weeks,
        district_grid=make_grid(
            DISTRICTS,
            [one.week[5:] for one in weeks],
            [[one.districts.get(name, 0) for one in weeks] for name in DISTRICTS],
        ),
        member_grid=make_grid(
            members,
            [one.week[5:] for one in weeks],
            [[one.members.get(name, 0) for one in weeks] for name in members],
        ),
        members=members,
        DISTRICTS=DISTRICTS,
        bars=make_bars(findings),
        findings=findings,
        CAUSES=CAUSES,
        health=[(names[key], one) for key, one in sorted(health.items()) if key in names],
        entries=audit.list_latest(8),
        now=now,
    )


@require_GET
def go_to_week(request: HttpRequest) -> HttpResponse:
    """The week in work: the latest issue not yet sent, else the latest of all."""
    del request
    listed = issues.list_issues()
    waiting = [week for week, _, status, _ in listed if status not in {"sent", "sending"}]
    if not listed:
        return redirect("desk:home")
    return redirect("desk:board", waiting[0] if waiting else listed[0][0])


def _list_due(
    request: HttpRequest,
    rows: list[tuple[str, int, str, datetime]],
    now: datetime,
    after_restore: Container[str],
) -> list[Due]:
    turns, signers = approvals.list_turns(), approvals.list_signers()
    back = approvals.list_unanswered()
    found: list[Due] = []
    for week, number, status, publishes_at in rows:
        open_ = status in {"draft", "review"} and week not in after_restore
        step = turns.get(week, "") if open_ else ""
        mine = step in get_roles(request) and get_name(request) not in signers.get(week, ())
        judged = mine and sum(one.mine for one in found) < _JUDGED
        errors = get_services().judge(issues.get_revision(week))[1].errors if judged else 0
        found.append(
            Due(
                week,
                number,
                status,
                publishes_at,
                open_ and publishes_at < now,
                step,
                mine,
                errors,
                back.get(week) if open_ else None,
            )
        )
    return found
