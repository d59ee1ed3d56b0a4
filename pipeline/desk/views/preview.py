"""The true mail, as its readers will see it: in a sandbox, at phone and desktop width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from pipeline.assemble import render, render_wechat
from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.testcopies import list_copies, say, start
from pipeline.errors import RefusedError
from pipeline.model import DISTRICTS, Preferences
from pipeline.sending.single import has_way
from pipeline.store import audit, issues
from pipeline.store.accounts import list_accounts
from pipeline.store.subscribers import hash_key, normalise

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from pipeline.model import Edition

_TOKENS = re.compile(r"__(VIEW|PREFERENCES|UNSUBSCRIBE|[A-Z_]+?)__")
_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_ADDRESS = re.compile(r"[^@\s<>\",;]{1,64}@[^@\s<>\",;]{1,255}")
# The mail's own styles stand inline, as mail needs; nothing else may run or load.
_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_GET
def show_preview(request: HttpRequest, week: str) -> HttpResponse:
    """The preview page with its switches."""
    revision = issues.get_revision(week)
    copies: dict[str, Any] = {
        "copies": list_copies(week),
        "say_copy": say,
        "longest": get_services().longest_test,
    }
    if request.headers.get("HX-Target") == "copies":
        return show(request, "desk/_partials/copies.html", week=week, **copies)
    edition = _edition(request, week)
    part = request.GET.get("part", "phone")
    chosen = _chosen(request.GET)
    query = urlencode(
        ([("part", part)] if part == "wechat" else [])
        + [("district", one) for one in sorted(chosen.districts)]
        + [("theme", one) for one in sorted(chosen.themes)]
        + [("scheme", request.GET.get("scheme", "light"))]
    )
    return show(
        request,
        "desk/preview.html",
        week=week,
        revision=revision,
        edition=edition,
        text=_TOKENS.sub(_("（读者自己的链接）"), edition.text),
        part=part if part in {"phone", "desktop", "text", "wechat"} else "phone",
        scheme="dark" if request.GET.get("scheme") == "dark" else "light",
        chosen=chosen,
        query=query,
        districts=DISTRICTS,
        themes=sorted({name for item in revision.issue.items for name in item.themes}),
        kilobytes=len(edition.html.encode("utf-8", "replace")) / 1024,
        can_send=has_way(get_settings()),
        address=getattr(request.user, "email", ""),
        **copies,
    )


@require_GET
@xframe_options_sameorigin
def show_mail(request: HttpRequest, week: str) -> HttpResponse:
    """The mail itself, or the page for WeChat, for the frame: no script, no form, no way to us."""
    if request.GET.get("part") == "wechat":
        settings, issue = get_settings(), issues.get_printed(week)
        page = render_wechat(issue, newsletter=settings.newsletter, site_url=settings.site_url)
        return HttpResponse(page, headers={"Content-Security-Policy": _POLICY})
    html = _TOKENS.sub("#", _edition(request, week).html)
    # A frame cannot be told which scheme to prefer: the mail's own rule is switched instead.
    dark = request.GET.get("scheme") == "dark"
    html = _DARK.sub("@media all" if dark else "@media not all", html)
    return HttpResponse(html, headers={"Content-Security-Policy": _POLICY})


@require_POST
def send_test(request: HttpRequest, week: str) -> HttpResponse:
    """Send one test copy to an address; a relay that takes its time is not waited for."""
    services = get_services()
    address = request.POST.get("address", "").strip()
    if not has_way(get_settings()):
        raise RefusedError(_("还没有配置发信服务器（SMTP_URL），不能发送测试邮件。"))
    if not _ADDRESS.fullmatch(address):
        raise RefusedError(_("请填写一个邮箱地址。"))
    issues.get_revision(week)  # or there is no such week
    name = get_name(request)
    copy = start(week, address, name, lambda: services.send_test(services.settings, week, address))
    audit.add_entry("test-copy", user=name, at=copy.started_at, week=week, payload=_trace(address))
    level = {"sent": messages.SUCCESS, "sending": messages.INFO}.get(copy.state, messages.ERROR)
    messages.add_message(request, level, say(copy))
    return redirect(f"{reverse('desk:preview', args=[week])}#copies")


def _trace(address: str) -> dict[str, str]:
    """Return what the log keeps of an address: it is never changed, and people may be forgotten.

    The keyed hash under which it would be suppressed, and the editor whose address it is, if any.
    """
    secret = get_settings().secret
    key = normalise(address)
    whose = next((one.name for one in list_accounts() if normalise(one.email) == key), "")
    return {"address_hash": hash_key(secret, key)} | ({"name": whose} if whose else {})


def _edition(request: HttpRequest, week: str) -> Edition:
    revision, issue = issues.get_revision(week), issues.get_printed(week)
    chosen = _chosen(request.GET)
    if chosen == Preferences() and issue == revision.issue:
        return get_services().judge(revision)[0]
    settings = get_settings()
    return render(
        issue,
        newsletter=settings.newsletter,
        site_url=settings.site_url,
        preferences=chosen,
        count=settings.feeds.delivery.count,
    )


def _chosen(query: QueryDict) -> Preferences:
    return Preferences(
        frozenset(query.getlist("district")) & frozenset(DISTRICTS),
        frozenset(one[:40] for one in query.getlist("theme")[:20]),
    )
