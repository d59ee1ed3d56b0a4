"""The editors' view of the readers: list, counts, growth, one life, stop and resume.

Every view asks for a signed-in editor itself. What this module never does: bring back who left by
their own will, or change what somebody chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.calendar import SHANGHAI
from pipeline.reader.choices import SECTIONS, load_choices
from pipeline.reader.pages import get_settings
from pipeline.reader.words import STATUS, SUPPRESSED, say_moment
from pipeline.store import audience, outgoing, subscriptions
from pipeline.store.subscribers import REVOCABLE

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from pipeline.store.audience import WeekOfGrowth

_PAGE = 50
_WEEKS = 16
_STEP, _HEIGHT, _MIDDLE = 34, 190, 110  # of the chart, in its own units
_MOST_WORDS = 300
_DIGITS = 18  # fewer than 2^63 has


@dataclass(frozen=True, slots=True)
class Column:
    """One week of the chart: joined above the line, left below it."""

    x: int
    label: str  # "11-23" on every fourth column
    title: str
    joined: float  # heights
    left: float


@login_required
@require_http_methods(["GET", "HEAD"])
def show_readers(request: HttpRequest) -> HttpResponse:
    """List with search and filters, counts per preference, growth by week."""
    settings, now = get_settings(), datetime.now(SHANGHAI)
    choices = load_choices(settings)
    asked = {key: request.GET.get(key, "").strip()[:100]
             for key in ("search", "status", "district", "theme")}  # fmt: skip
    asked["status"] = asked["status"] if asked["status"] in STATUS else ""
    asked["district"] = asked["district"] if asked["district"] in choices.districts else ""
    asked["theme"] = asked["theme"] if asked["theme"] in dict(choices.themes) else ""
    after = request.GET.get("after", "")
    newest = int(after) if after.isdecimal() and len(after) <= _DIGITS else 0
    readers = audience.list_readers(now, **asked, after=newest, limit=_PAGE + 1)
    growth = audience.count_growth(now.date() - timedelta(days=now.weekday()), _WEEKS, _midnight)
    following = ""
    if len(readers) > _PAGE:
        kept = {key: one for key, one in asked.items() if one}
        following = urlencode({**kept, "after": readers[_PAGE - 1].id})
    return _show(
        request, "list", readers=readers[:_PAGE], asked=asked, following=following,
        counts=audience.count_readers(now.date()), choices=choices, STATUS=STATUS,
        growth=growth, columns=_draw(growth), width=_WEEKS * _STEP + 40, height=_HEIGHT,
        middle=_MIDDLE, unsent=outgoing.count_unsent(), first=not after,
        district_pairs=[(name, name) for name in choices.districts],
        theme_pairs=[(name, name) for name, _ in choices.themes],
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD"])
def show_reader(request: HttpRequest, number: int) -> HttpResponse:
    """Show one reader's life."""
    reader = subscriptions.get_membership(number, datetime.now(UTC))
    stopped = subscriptions.get_suppression(get_settings().secret, number)
    return _show(
        request, "life", reader=reader, STATUS=STATUS, sections=SECTIONS,
        life=[(_say(one.at), one.by, *say_moment(one)) for one in audience.list_life(number)],
        stopped=stopped, stopped_why=SUPPRESSED.get(stopped.reason, "") if stopped else "",
        stopped_at=_say(stopped.at) if stopped else "",
        own_will=bool(stopped and stopped.reason in REVOCABLE),
        fault=request.GET.get("fault") == "reason",
    )  # fmt: skip


@login_required
@require_http_methods(["POST"])
def stop_or_resume(request: HttpRequest, number: int) -> HttpResponse:
    """Stop or resume the mails to one reader; a reason is asked for and kept."""
    address = reverse("reader:staff-reader", args=[number])
    reason = request.POST.get("reason", "").strip()[:_MOST_WORDS]
    if not reason:
        return HttpResponseRedirect(f"{address}?fault=reason")
    subscriptions.set_suppressed(
        get_settings().secret,
        number,
        suppressed=request.POST.get("do") == "stop",
        reason=reason,
        by=cast("User", request.user).get_username(),
        now=datetime.now(UTC),
    )
    return HttpResponseRedirect(address)


def _show(request: HttpRequest, page: str, **values: Any) -> HttpResponse:
    """Render a page in the desk's frame."""
    user = cast("User", request.user)
    shared = {
        "newsletter": get_settings().newsletter,
        "user_name": user.get_username(),
        "roles": frozenset(user.groups.values_list("name", flat=True)),
        "notices": [],
    }
    response = HttpResponse(render_to_string(f"reader/staff/{page}.html", shared | values, request))
    response["Cache-Control"] = "private, no-store"
    return response


def _draw(growth: list[WeekOfGrowth]) -> list[Column]:
    most = max((max(one.joined, one.left) for one in growth), default=0) or 1
    up, down = _MIDDLE - 20, _HEIGHT - _MIDDLE - 24
    return [
        Column(
            x=32 + n * _STEP,
            label=f"{one.monday:%m-%d}" if n % 4 == len(growth) % 4 else "",
            title=_("%(day)s 起一周：新增 %(joined)s，退订 %(left)s")
            % {"day": one.monday.isoformat(), "joined": one.joined, "left": one.left},
            joined=round(up * one.joined / most, 1),
            left=round(down * one.left / most, 1),
        )
        for n, one in enumerate(growth)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _say(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


staff_urlpatterns = [
    path("", show_readers, name="staff"),
    path("<int:number>/", show_reader, name="staff-reader"),
    path("<int:number>/stop/", stop_or_resume, name="staff-stop"),
]
