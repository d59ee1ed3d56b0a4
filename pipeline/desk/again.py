"""A form that was sent in vain, given back whole: one button sends it again.

A session that ended, or a token that signing in elsewhere has changed, costs nobody a word.

What this module never does: carry a form out, take one that came from elsewhere, or repeat a
password or a code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from pipeline.desk.pages import show

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_OURS = "csrfmiddlewaretoken"
_SECRETS = ("password", "code")  # words in the names of fields that no page repeats


def is_ours(request: HttpRequest) -> bool:
    """Say whether a form was sent from one of our own pages.

    Browsers name the origin of every form that is sent by POST (Fetch standard, "append a request
    Origin header"); what names none, or another, may be anybody's.
    """
    host = request.get_host()
    origin = request.headers.get("Origin")
    if origin is None:
        return urlsplit(request.headers.get("Referer", "")).netloc == host
    return origin in {f"{request.scheme}://{host}", *settings.CSRF_TRUSTED_ORIGINS}


def get_fields(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Return what was written, field by field; None where it must not be repeated."""
    if not is_ours(request) or any(word in name for name in request.POST for word in _SECRETS):
        return None
    return [
        (name, value) for name, values in request.POST.lists() if name != _OURS for value in values
    ]


def give_back(request: HttpRequest, *, title: str, said: str, door: str = "") -> HttpResponse:
    """Show the form again with a new token, and the door to sign in at where one has to.

    Files cannot be given back: a browser has them chosen anew.
    """
    return show(
        request, "desk/again.html", status=403, title=title, said=said, door=door,
        action=request.get_full_path(), fields=get_fields(request),
        files=[(name, len(files) > 1) for name, files in request.FILES.lists()],
    )  # fmt: skip
