"""The pages for anybody: subscribe, confirm, ask for one's links.

What this module never does: say, by words or by time, whether an address is known.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpResponseRedirect

from pipeline.errors import UsageError
from pipeline.model import Preferences
from pipeline.reader.addresses import read_address, suggest
from pipeline.reader.choices import load_choices
from pipeline.reader.guard import TRAP, Verdict, get_network, judge, make_stamp
from pipeline.reader.links import make_link, open_confirmation
from pipeline.reader.pages import get_settings, reader_view, show
from pipeline.reader.post import Postman
from pipeline.reader.wording import get_wording
from pipeline.store import optin
from pipeline.tokens import Claim, Purpose, hash_token, to_day

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@lru_cache(maxsize=1)
def get_postman() -> Postman:
    """Return this process's post room."""
    return Postman(get_settings())


def wake_post() -> None:
    """Let this process's post room look for mails that wait, at once and from then on."""
    if getattr(django_settings, "READER_POSTMAN", True):
        get_postman().wake()


@reader_view("GET")
def front(request: HttpRequest) -> HttpResponse:
    """Lead who came to the site's first page to where one can subscribe."""
    del request
    return HttpResponseRedirect("/subscribe")


@reader_view("GET", "POST")
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for the newsletter. The answer is the same for every address."""
    if request.method != "POST":
        return _show_form(request, "subscribe", chosen=Preferences())
    settings = get_settings()
    chosen = load_choices(settings).pick(
        request.POST.getlist("district"), request.POST.getlist("theme")
    )
    return _take(request, "join", "subscribe", chosen)


@reader_view("GET", "POST")
def ask_links(request: HttpRequest) -> HttpResponse:
    """Ask for one's own links by mail. The answer is the same for every address."""
    if request.method != "POST":
        return _show_form(request, "ask-links")
    return _take(request, "link", "ask-links", Preferences())


@reader_view("GET", "POST")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button; the button confirms, and leads to the reader's own pages, once."""
    settings, now = get_settings(), datetime.now(UTC)
    reader = open_confirmation(settings, token, now)
    if reader is None:
        return show(request, "expired", status=404)
    if request.method != "POST":
        return show(request, "confirm", reader=reader)
    is_first = not optin.is_spent(hash_token(token))
    confirmed = optin.confirm(
        settings.secret,
        hash_token(token),
        network=get_network(request, settings.feeds.readers.proxies),
        now=now,
    )
    if confirmed is None or confirmed.status != "active":
        return show(request, "expired", status=404)
    claim = Claim(confirmed.id, confirmed.epoch, to_day(now))
    # Whoever finds the mail later learns no more than that it was confirmed.
    preferences = make_link(settings, Purpose.PREFERENCES, claim) if is_first else ""
    return show(request, "confirmed", reader=confirmed, preferences=preferences)


def _take(request: HttpRequest, kind: str, page: str, chosen: Preferences) -> HttpResponse:
    settings, now = get_settings(), datetime.now(UTC)
    typed = request.POST.get("email", "")[:400]
    try:
        email = read_address(typed)
    except UsageError as error:
        return _show_form(request, page, status=422, typed=typed, fault=str(error), chosen=chosen)
    meant = suggest(email)
    if meant and request.POST.get("meant") != email:
        return _show_form(request, page, typed=email, meant=meant, chosen=chosen, same=email)
    with transaction.atomic():
        verdict = judge(settings, request, form=kind, email=email, now=now)
        if verdict is Verdict.TAKE:
            _put_aside(request, kind, email, chosen, now)
    if verdict is Verdict.BUSY:
        return show(request, "busy", status=429)
    if verdict is Verdict.AGAIN:
        return _show_form(
            request, page, typed=email, chosen=chosen,
            fault="为了防止机器冒用，请再按一次按钮。",
        )  # fmt: skip
    if verdict is Verdict.TAKE:
        wake_post()
    days = settings.feeds.readers.confirm_days
    return show(request, "sent", email=email, kind=kind, days=days)


def _put_aside(
    request: HttpRequest, kind: str, email: str, chosen: Preferences, now: datetime
) -> None:
    settings = get_settings()
    wording = get_wording(settings.newsletter)
    optin.add_request(
        optin.Request(
            kind=kind,
            email=email,
            preferences=chosen,
            network=get_network(request, settings.feeds.readers.proxies),
            wording=(wording.digest, wording.version, wording.text) if kind == "join" else None,
        ),
        now,
    )


def _show_form(
    request: HttpRequest,
    page: str,
    *,
    status: int = 200,
    typed: str = "",
    fault: str = "",
    meant: str = "",
    same: str = "",
    chosen: Preferences | None = None,
) -> HttpResponse:
    settings = get_settings()
    return show(
        request, page, status=status, typed=typed, fault=fault, meant=meant, same=same,
        chosen=chosen, choices=load_choices(settings), trap=TRAP,
        stamp=make_stamp(settings, datetime.now(UTC)),
    )  # fmt: skip
