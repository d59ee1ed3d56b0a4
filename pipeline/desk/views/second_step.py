"""The second step: the page that asks for a code, and the page that switches it on and off.

A wrong code counts as a wrong password does, and is locked out with it (django-axes).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import segno
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, authenticate, login
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import DEVICE_ID_SESSION_KEY

from pipeline.desk.gate import get_name, has_passed
from pipeline.desk.pages import show
from pipeline.desk.views.account import show_locked
from pipeline.desk.waiting import Waiting, forget, get_waiting
from pipeline.errors import UsageError
from pipeline.store import second_step

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

_FEW = 3  # recovery codes left when it is time to make new ones


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code after the password, and let in who has it."""
    waiting = _get_waiting(request)
    if waiting is None:
        return redirect("desk:home" if request.user.is_authenticated else "desk:login")
    name = waiting.user.get_username()
    if request.method == "GET":
        return show(request, "desk/code.html", name=name, wrong=False)
    credentials = {"username": name}
    passed = None
    if AxesProxyHandler.is_allowed(request, credentials):
        code = request.POST.get("code", "")[:40]
        passed = second_step.verify(waiting.user, code, datetime.now(UTC))
        if passed is None:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    if passed:
        return _let_in(request, waiting, passed)
    if AxesProxyHandler.is_allowed(request, credentials):
        return show(request, "desk/code.html", status=422, name=name, wrong=True)
    forget(request)
    return show_locked(request)


def _let_in(request: HttpRequest, waiting: Waiting, passed: second_step.Passed) -> HttpResponse:
    """Sign in, and say when recovery codes come to an end."""
    forget(request)
    login(request, waiting.user, waiting.backend or None)
    request.session[DEVICE_ID_SESSION_KEY] = passed.device
    if passed.codes_left is not None:
        said = _("恢复码用一次少一个，还剩%(n)s个。") % {"n": passed.codes_left}
        if passed.codes_left <= _FEW:
            said += _("请尽快在“两步验证”页重新生成。")
        messages.warning(request, said)
    return redirect(waiting.next)


@require_GET
def show_second_step(request: HttpRequest) -> HttpResponse:
    """Show whether it is on, and while it is being switched on the secret as QR code and text."""
    user = cast("User", request.user)
    on = second_step.is_on(user.pk)
    offer = None if on else second_step.get_offer(user)
    return _show(request, on=on, offer=offer)


@sensitive_post_parameters("password", "code")
@require_POST
def change_second_step(request: HttpRequest) -> HttpResponse:
    """Offer a secret, confirm it by a first code, make new recovery codes, or switch it off."""
    user, op, now = cast("User", request.user), request.POST.get("op", ""), datetime.now(UTC)
    if op == "confirm":
        made = second_step.confirm(user, request.POST.get("code", "")[:40], now)
        if made is None:
            return _show(request, on=False, offer=second_step.get_offer(user), wrong="code")
        request.session[DEVICE_ID_SESSION_KEY] = made[0].device
        return _show(request, on=True, codes=made[1])
    if op not in {"start", "codes", "off"}:
        raise UsageError(_("没有“%(op)s”这个操作。") % {"op": op})
    # Whoever sits down at an open desk must not be able to change how its owner gets in.
    name, password = get_name(request), request.POST.get("password", "")
    if authenticate(request, username=name, password=password) is None:
        if not AxesProxyHandler.is_allowed(request, {"username": name}):
            return show_locked(request)
        return _show(request, on=second_step.is_on(user.pk), wrong="password")
    if op == "start":
        second_step.offer(user)
    elif op == "codes":
        return _show(request, on=True, codes=second_step.renew_codes(user, now))
    elif second_step.turn_off(name, now, by=name):
        messages.success(request, _("两步验证已关闭。"))
    return redirect("desk:second-step")


def _get_waiting(request: HttpRequest) -> Waiting | None:
    """Return who owes a code: fresh from the password, or signed in before it was switched on."""
    if not request.user.is_authenticated:
        return get_waiting(request)
    if has_passed(request):
        return None
    asked = request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    following = asked if safe else resolve_url("desk:home")
    backend = request.session.get("_auth_user_backend", "")
    return Waiting(request.user, backend, following)


def _show(
    request: HttpRequest,
    *,
    on: bool,
    offer: second_step.Offer | None = None,
    codes: tuple[str, ...] = (),
    wrong: str = "",
) -> HttpResponse:
    user = cast("User", request.user)
    return show(
        request,
        "desk/second-step.html",
        status=422 if wrong else 200,
        on=on,
        offer=offer,
        picture=_draw(offer.address) if offer else "",
        codes=codes,
        left=second_step.count_codes(user) if on else 0,
        few=_FEW,
        wrong=wrong,
    )


def _draw(address: str) -> SafeString:
    """Return an address as a QR code: a path in an SVG, no style and no script."""
    made = segno.make(address, error="m", micro=False)
    drawn = made.svg_inline(border=3, svgclass="qr", lineclass="dark", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - made of squares by segno, none of it is anybody's text
