"""Signing in and out, the password, and the pages that say no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import get_default_password_validators
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.desk.again import get_fields, give_back
from pipeline.desk.pages import get_settings, show
from pipeline.desk.waiting import await_code
from pipeline.store.passwords import LongEnough
from pipeline.store.second_step import is_on

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse


class SignInForm(AuthenticationForm):
    """Django's form, saying in our words that name or password is wrong."""

    def get_invalid_login_error(self) -> ValidationError:
        """Return what is said; not which of the two is wrong."""
        said = _("账号或密码不对，请核对后再试（区分大小写）。")
        return ValidationError(said, code="invalid_login")


class SignIn(LoginView):
    """The sign-in page. Where it leads afterwards is checked by Django: no other host."""

    redirect_authenticated_user = True
    form_class = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in who gave the right password; an account with a second step goes there first."""
        user = form.get_user()
        if is_on(user.pk):
            await_code(self.request, user, self.get_success_url())
            return redirect("desk:code")
        return super().form_valid(form)

    def render_to_response(self, context: dict[str, Any], **_more: Any) -> HttpResponse:
        """Show the form."""
        return show(
            self.request, "desk/login.html", form=context["form"], next=self.get_redirect_url()
        )


class SignOut(LogoutView):
    """Signing out, by POST only."""

    next_page = "desk:login"


@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Let an editor change the password; other sessions of the account end."""
    user = cast("User", request.user)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已更改。"))
        return redirect("desk:home")
    return show(
        request, "desk/password.html", status=422 if form.errors else 200, form=form,
        advice="".join(
            one.get_help_text()
            for one in get_default_password_validators()
            if isinstance(one, LongEnough)
        ),
    )  # fmt: skip


def show_locked(
    request: HttpRequest, _response: object = None, _credentials: object = None
) -> HttpResponse:
    """Say that the account waits after too many wrong passwords or codes."""
    tries = get_settings().feeds.desk.lockout_after
    said = _(
        "密码或验证码连续输错%(n)s次，这个账号暂停登录15分钟。如不是您本人所为，请告诉管理员。"
    ) % {"n": tries}
    return show(request, "desk/said.html", status=429, title=_("账号暂停登录"), said=said)


def show_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form's token does not hold; what one of our own pages sent is given back.

    Signing in changes the token, in whatever window it is done.
    """
    del reason
    if get_fields(request) is None:
        said = _("这张表单不是从编辑台的页面上发出的，或已过期，没有执行。请从编辑台重新打开再填。")
        return give_back(request, title=_("没有执行"), said=said)
    if request.user.is_authenticated:
        said = _("打开这一页之后重新登录过，这次没有执行。填写的内容都在，请点“重新提交”。")
        return give_back(request, title=_("请再提交一次"), said=said)
    said = _(
        "登录已过期，这次没有存上。填写的内容都在：请在新窗口登录，再回到这个窗口点“重新提交”。"
    )
    return give_back(request, title=_("请先登录"), said=said, door=reverse("desk:login"))


def show_bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request cannot be understood."""
    del exception
    return show(
        request, "desk/said.html", status=400, title=_("请求有误"), said=_("这个请求无法识别。")
    )


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the role does not reach so far."""
    del exception
    said = _("您的账号没有这一页的权限，如有需要请联系管理员。")
    return show(request, "desk/said.html", status=403, title=_("没有权限"), said=said)


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    del exception
    said = _("没有这一页，可能地址有误或已被移走。")
    return show(request, "desk/said.html", status=404, title=_("没有找到"), said=said)


def show_broken(request: HttpRequest) -> HttpResponse:
    """Say that we made a mistake."""
    said = _("系统出错了，您的修改如未提示“已保存”请稍后重试；问题持续请告诉管理员。")
    return show(request, "desk/said.html", status=500, title=_("系统出错"), said=said)
