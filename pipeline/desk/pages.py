"""A page with what every page shows: the masthead, who is signed in, what was just done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template.loader import render_to_string

from pipeline.desk.services import get_services

if TYPE_CHECKING:
    from django.http import HttpRequest

    from pipeline.config import Settings


def get_settings() -> Settings:
    """Return the pipeline's settings."""
    return get_services().settings


def get_roles(request: HttpRequest) -> frozenset[str]:
    """Return the roles of who is signed in; one query a request at the most."""
    found: frozenset[str] | None = getattr(request, "desk_roles", None)
    if found is None:
        user = getattr(request, "user", AnonymousUser())
        found = (
            frozenset(user.groups.values_list("name", flat=True))
            if user.is_authenticated
            else frozenset()
        )
        request.desk_roles = found  # type: ignore[attr-defined]
    return found


def show(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """Render a page."""
    user = getattr(request, "user", AnonymousUser())
    shared = {
        "newsletter": get_settings().newsletter,
        "user_name": user.get_username() if user.is_authenticated else "",
        "roles": get_roles(request),
        "notices": [
            (str(one), one.level_tag)
            for one in (messages.get_messages(request) if hasattr(request, "_messages") else ())
        ],
    }
    return HttpResponse(render_to_string(template, shared | values, request), status=status)
