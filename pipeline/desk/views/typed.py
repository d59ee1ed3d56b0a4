"""What is being typed into an item's form, kept by the page itself, or thrown away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.desk.fields import read_fields
from pipeline.desk.gate import get_name
from pipeline.desk.numbers import read_number
from pipeline.store import typed

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_POST
def keep_typed(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Keep what is being typed; the page calls this by itself."""
    fields = read_fields(request.POST)
    now = datetime.now(UTC)
    revision = read_number(request.POST.get("revision", "")) or 0
    typed.save_typed(week, key, get_name(request), fields, revision=revision, at=now)
    return HttpResponse(_("已自动保存草稿"), content_type="text/plain; charset=utf-8")


@require_POST
def discard_typed(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Throw the unsaved words away."""
    typed.clear_typed(week, key, get_name(request))
    messages.success(request, _("未保存的修改已放弃。"))
    return redirect("desk:item", week, key)
