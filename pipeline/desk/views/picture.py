"""A picture of the editors' own for an item whose source shows none, or no good one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.assemble import edit
from pipeline.desk.gate import get_name
from pipeline.desk.saving import save
from pipeline.desk.unsaved import follow, get_unsaved
from pipeline.desk.uploads import get_upload, take_picture, warn_of_shape
from pipeline.errors import RefusedError
from pipeline.store import issues

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Image


@require_POST
def add_picture(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Put an uploaded picture in place of the item's; its words are written in the item's form."""
    try:
        image = _read(request)
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect("desk:item", week, key)
    user, revision = get_name(request), issues.get_revision(week)
    old = edit.get_item(revision.issue, key)
    unsaved = get_unsaved(revision, old, user)
    save(
        week,
        lambda issue: edit.change(issue, key, image=image),
        user=user,
        note=lambda title: _("换图片：%(title)s") % {"title": title},
        key=key,
    )
    made = issues.get_revision(week)
    follow(unsaved, old, made, user, datetime.now(UTC), picture=image.url)
    messages.success(request, _("图片已换上，请写上替代文字、说明和出处。"))
    warn_of_shape(request, image)
    return redirect("desk:item", week, key)


def _read(request: HttpRequest) -> Image:
    upload = get_upload(request, "picture")
    if upload is None:
        raise RefusedError(_("请先选择图片。"))
    return take_picture(*upload)
