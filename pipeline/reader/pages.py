"""A page for readers: what every one of them carries, and what none may do.

No cookies, no scripts, nothing kept by caches or search machines, no address told to other sites.
What this module never does: decide what a page says.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pipeline.reader.wording import get_wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from pipeline.config import Settings

    View = Callable[..., HttpResponseBase]

_HEADERS = {
    "Cache-Control": "no-store",
    # The address of a page holds the token: it must reach no other site, no search machine.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def get_settings() -> Settings:
    """Return the pipeline's settings."""
    found: Settings = django_settings.PIPELINE
    return found


def reader_view(*methods: str) -> Callable[[View], View]:
    """Make a view of the readers' pages: these methods only, no cookies, the headers above.

    Django's CSRF check is not needed and could not work: nothing here rests on a cookie. Who acts
    holds the token of the address (one-click unsubscribing, RFC 8058, carries nothing else), and
    the two forms without one are stamped.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def call(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            response = view(request, *args, **values)
            for name, value in _HEADERS.items():
                response[name] = value
            return response

        return csrf_exempt(require_http_methods(["HEAD", *methods])(call))

    return decorate


def show(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """Render a page of ``templates/reader``."""
    newsletter = get_settings().newsletter
    shared = {"newsletter": newsletter, "wording": get_wording(newsletter).text}
    return HttpResponse(
        render_to_string(f"reader/{template}.html", shared | values, request), status=status
    )


def show_invalid(request: HttpRequest) -> HttpResponse:
    """Say that a link opens nothing: the same page whatever is wrong with it."""
    return show(request, "invalid", status=404)


def show_missing(request: HttpRequest) -> HttpResponse:
    """Say that there is no such page; past issues are named once there are any."""
    return show(request, "missing", status=404, begun=has_begun())


def has_begun() -> bool:
    """Say whether an issue was published, so that there is an archive to lead to."""
    return (get_settings().data_dir / "site" / "issues" / "index.html").is_file()
