"""Every route is closed unless it is listed here as public; errors become Chinese pages.

What this module never does: decide what a role may do; the views and the store do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline.chinese.filling import fill
from pipeline.desk.again import get_fields, give_back
from pipeline.desk.pages import show
from pipeline.errors import (
    IssueNotFoundError,
    NotFoundError,
    PipelineError,
    RefusedError,
    UsageError,
)
from pipeline.store import second_step
from pipeline.store.issues import get_merged_into

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

PUBLIC_VIEWS = frozenset({"desk:login", "desk:code"})
"""Names of the desk's routes that a stranger may reach."""
_ON_THE_WAY = PUBLIC_VIEWS | {"desk:logout"}
"""What an account may reach whose password was right and whose second step is due."""
_DESK = "/desk/"
PUBLIC_MODULES = ("pipeline.reader.", "anymail.webhooks.")
"""Rooms whose views are made for strangers, except what they have below the desk.

anymail's views ask for a secret of their own and are there only when a provider is named."""


class Gate:
    """Turns strangers away, and the pipeline's errors into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; nothing that a person signed in for is kept by a cache."""
        response = self._get_response(request)
        if request.path_info.startswith(_DESK):
            response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kw: object
    ) -> HttpResponse | None:
        """Send a stranger to the sign-in page, and back to where they wanted to go."""
        match = request.resolver_match
        if match and match.view_name in PUBLIC_VIEWS:
            return None
        below_desk = request.path_info.startswith(_DESK)
        if view.__module__.startswith(PUBLIC_MODULES) and not below_desk:
            return None
        if not request.user.is_authenticated:
            kept = _(
                "登录已过期，这次没有存上。填写的内容都在：请在新窗口登录，"
                "再回到这个窗口点“重新提交”。"
            )
            return _stop(request, "desk:login", _("请先登录"), kept)
        if has_passed(request) or (match and match.view_name in _ON_THE_WAY):
            return None
        kept = _(
            "这个账号开启了两步验证，这次没有存上。填写的内容都在：请在新窗口输入验证码，"
            "再回到这个窗口点“重新提交”。"
        )
        return _stop(request, "desk:code", _("请先验证"), kept)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say in Chinese what a view could not do; other errors are faults of ours."""
        if not isinstance(error, PipelineError):
            return None
        if isinstance(error, IssueNotFoundError) and (other := _find_merged(request)):
            return other
        said = say(error)
        if isinstance(error, NotFoundError):
            status, title = 404, _("没有找到")
            said = said if _is_chinese(str(error)) else _("没有这一页，可能已被移走。")
        elif isinstance(error, RefusedError):
            status, title = 409, _("没有执行")
        else:
            status, title = 400 if isinstance(error, UsageError) else 500, _("没有完成")
        return show(
            request, "desk/said.html", status=status, title=title, said=said,
            back=_get_page_before(request),
        )  # fmt: skip


def _find_merged(request: HttpRequest) -> HttpResponse | None:
    """Lead to the issue that took in the draft of the address's week; None where none did."""
    match = request.resolver_match
    week = match.kwargs.get("week", "") if match else ""
    into = get_merged_into(week) if week else ""
    if not into:
        return None
    values = {"week": week, "into": into}
    messages.warning(request, _("%(week)s因节假日并入%(into)s，现在是同一期。") % values)
    if request.method in {"GET", "HEAD"}:
        return redirect(request.get_full_path().replace(f"/{week}/", f"/{into}/", 1))
    return redirect("desk:board", into)


def _stop(request: HttpRequest, door: str, title: str, kept: str) -> HttpResponse:
    """Lead who reads to the door and back again; give back what was written."""
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path(), door)
    said = _("登录已过期，这次没有执行。请登录后再填。") if get_fields(request) is None else kept
    return give_back(request, title=title, said=said, door=reverse(door))


def _get_page_before(request: HttpRequest) -> str:
    """Return the path of the desk's page whose form was sent; "" when it cannot be told."""
    if request.method != "POST":
        return ""
    before = urlsplit(request.headers.get("Referer", ""))
    ours = before.netloc == request.get_host() and before.path.startswith(_DESK)
    return before.path if ours else ""


def has_passed(request: HttpRequest) -> bool:
    """Say whether who is signed in has taken the second step, where the account has one."""
    user = cast("User", request.user)
    verified: bool = user.is_verified()  # type: ignore[attr-defined]
    return verified or not second_step.is_on(user.pk)


def say(error: PipelineError) -> str:
    """Return an error's sentence in the desk's language."""
    values = {
        name: _(value) if value and isinstance(value, str) else value
        for name, value in error.values.items()
    }
    said = _(error.template)
    return fill(said, values) if values else said


def get_name(request: HttpRequest) -> str:
    """Return the name of the account that is signed in."""
    return cast("User", request.user).get_username()


def _is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)
