"""The pages behind a reader's own links: preferences, pause, why, export, erase, leave.

GET only ever shows. What this module never does: trust anything but the token of the address.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_noop as _noop

from pipeline.calendar import SHANGHAI
from pipeline.reader import guard
from pipeline.reader.addresses import mask
from pipeline.reader.choices import SECTIONS, load_choices
from pipeline.reader.erasure import erase as erase_reader
from pipeline.reader.links import Visit, make_link, open_link
from pipeline.reader.pages import get_settings, reader_view, show, show_invalid
from pipeline.reader.tables import neutralise
from pipeline.reader.words import HOW
from pipeline.store import audience, subscriptions
from pipeline.tokens import Claim, Purpose, to_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    View = Callable[..., HttpResponse]
    Page = Callable[..., HttpResponseBase]

REASONS: dict[str, str] = {
    "often": _noop("来得太多了"),
    "relevant": _noop("内容和我没什么关系"),
    "elsewhere": _noop("在微信或别处看"),
    "unasked": _noop("我没有订阅过"),
    "broken": _noop("邮件显示有问题"),
    "other": _noop("其他"),
}
"""Why people leave, to choose from; the desk translates what was chosen when it shows it."""

PAUSES: dict[str, tuple[str, int]] = {
    "2w": ("两个星期", 14),
    "1m": ("一个月", 30),
    "3m": ("三个月", 91),
}
"""How long a pause lasts: what it is called, and its days."""

_LONGEST_PAUSE = timedelta(days=366)
_WORDS = 300  # characters of a reason in somebody's own words


def with_reader(purpose: Purpose, *methods: str, also_left: bool = False) -> Callable[[View], Page]:
    """Open the token of the address before the view, which gets the visit instead of it.

    ``also_left``: the page is for people who have left, too; leaving takes nobody's rights away.
    """

    def decorate(view: View) -> Page:
        @wraps(view)
        def call(request: HttpRequest, token: str) -> HttpResponse:
            settings, now = get_settings(), datetime.now(UTC)
            visit = open_link(settings, purpose, token, now)
            if visit is None:
                return show_invalid(request)
            if not visit.fresh:
                return show(request, "stale", status=404)
            if purpose is Purpose.PREFERENCES:
                if visit.reader.status != "active" and not also_left:
                    return _show(request, "gone", visit, status=404)
                if request.method == "POST" and (
                    guard.judge_own(settings, request, visit.reader.id, now) is guard.Verdict.BUSY
                ):
                    return show(request, "busy", status=429)
            return view(request, visit)

        return reader_view(*methods)(call)

    return decorate


@with_reader(Purpose.PREFERENCES, "GET", "POST")
def preferences(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show and change what comes in full."""
    choices = load_choices(get_settings())
    if request.method == "POST":
        chosen = choices.pick(request.POST.getlist("district"), request.POST.getlist("theme"))
        if visit.reader.units and (chosen.districts or chosen.themes):
            wanted = frozenset(request.POST.getlist("section")) & SECTIONS.keys()
            chosen = type(chosen)(chosen.districts, chosen.themes, wanted)
        subscriptions.change(visit.reader.id, chosen, now=datetime.now(UTC))
        return _back(visit.token, "saved")
    return _show(request, "preferences", visit, choices=choices, sections=SECTIONS)


@with_reader(Purpose.PREFERENCES, "GET", "POST")
def pause(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send nothing until a day, or go on."""
    now = datetime.now(UTC)
    today = now.astimezone(SHANGHAI).date()
    if request.method == "POST":
        if request.POST.get("do") == "resume":
            subscriptions.pause(visit.reader.id, None, now=now)
            return _back(visit.token, "resumed")
        until = _until(request.POST.get("for", ""), request.POST.get("until", ""), today)
        if until is None:
            fault = "请选一个明天以后、一年以内的日期。"
            return _show(request, "pause", visit, status=422, fault=fault,
                         pauses=PAUSES, today=today)  # fmt: skip
        subscriptions.pause(visit.reader.id, until, now=now)
        return _back(visit.token, "paused")
    return _show(request, "pause", visit, fault="", pauses=PAUSES, today=today)


@with_reader(Purpose.PREFERENCES, "GET", also_left=True)
def why(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say why this reader gets the mail: when, how and to which words they agreed."""
    return _show(
        request,
        "why",
        visit,
        consents=[
            (f"{here.year}年{here.month}月{here.day}日", HOW.get(how, how), *rest)
            for at, how, *rest in audience.list_consents(visit.reader.id)
            for here in (at.astimezone(SHANGHAI),)
        ],
    )


@with_reader(Purpose.PREFERENCES, "GET", "POST", also_left=True)
def data(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give a reader everything that is stored of them, or make older links void."""
    if request.method != "POST":
        return _show(request, "data", visit)
    if request.POST.get("do") == "revoke":
        renewed = subscriptions.revoke_links(visit.reader.id, now=datetime.now(UTC))
        claim = Claim(renewed.id, renewed.epoch, to_day(datetime.now(UTC)))
        address = make_link(get_settings(), Purpose.PREFERENCES, claim)
        return show(request, "revoked", preferences=address)
    found = audience.dump_reader(visit.reader.id)
    as_csv = request.POST.get("format") == "csv"
    response = HttpResponse(
        _to_csv(found) if as_csv else json.dumps(found, ensure_ascii=False, indent=1, default=str),
        content_type="text/csv; charset=utf-8" if as_csv else "application/json",
    )
    name = f"my-data.{'csv' if as_csv else 'json'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@with_reader(Purpose.PREFERENCES, "GET", "POST", also_left=True)
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Forget a reader for good, after a page that says what that means."""
    if request.method != "POST":
        return _show(request, "erase", visit)
    erase_reader(get_settings(), visit.reader.email, datetime.now(UTC))
    return show(request, "erased")


@with_reader(Purpose.UNSUBSCRIBE, "GET", "POST")
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the button, or leave at once: by the button or by a mail program (RFC 8058)."""
    if request.method != "POST":
        return _show(request, "leave", visit)
    secret, now = get_settings().secret, datetime.now(UTC)
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    subscriptions.leave(secret, visit.reader.id, now=now, how="one-click" if one_click else "page")
    return _show(request, "left", visit, reasons=REASONS, thanked=False)


@with_reader(Purpose.UNSUBSCRIBE, "POST")
def say_why(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep the reason of somebody who has left; nobody has to give one."""
    reason = request.POST.get("reason", "")
    words = request.POST.get("words", "").strip()[:_WORDS]
    if visit.reader.status == "left" and (reason in REASONS or words):
        subscriptions.add_reason(
            visit.reader.id, REASONS.get(reason, ""), words, now=datetime.now(UTC)
        )
    return _show(request, "left", visit, reasons=REASONS, thanked=True)


@with_reader(Purpose.UNSUBSCRIBE, "POST")
def come_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take back a leaving of the last hour."""
    settings, now = get_settings(), datetime.now(UTC)
    network = guard.get_network(request, settings.feeds.readers.proxies)
    returned = subscriptions.take_back(settings.secret, visit.reader.id, network=network, now=now)
    if returned is None:
        return show(request, "too-late", status=409)
    address = visit.link(settings, Purpose.PREFERENCES)
    return show(request, "confirmed", reader=returned, preferences=address)


def _show(
    request: HttpRequest,
    page: str,
    visit: Visit,
    *,
    status: int = 200,
    **values: Any,
) -> HttpResponse:
    settings, done = get_settings(), request.GET.get("done", "")
    return show(
        request, page, status=status, reader=visit.reader, token=visit.token,
        masked=mask(visit.reader.email), preferences=visit.link(settings, Purpose.PREFERENCES),
        leave=visit.link(settings, Purpose.UNSUBSCRIBE),
        done=done if done in {"saved", "paused", "resumed"} else "", **values,
    )  # fmt: skip


def _back(token: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"/p/{token}?done={done}", status=303)


def _until(span: str, day: str, today: date) -> date | None:
    """Return the first day with mail again; None when it is no day within a year."""
    if span in PAUSES:
        return today + timedelta(days=PAUSES[span][1])
    try:
        until = date.fromisoformat(day)
    except ValueError:
        return None
    return until if timedelta() < until - today <= _LONGEST_PAUSE else None


def _to_csv(found: dict[str, Any]) -> str:
    """Return everything as lines of table, number, column, value: one form for every table."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(("table", "row", "column", "value"))
    for table, rows in found.items():
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
            for column, value in row.items():
                if isinstance(value, list | dict):
                    value = json.dumps(value, ensure_ascii=False)  # noqa: PLW2901 - as text
                said = "" if value is None else str(value)
                writer.writerow((table, number, column, neutralise(said)))
    return text.getvalue()
