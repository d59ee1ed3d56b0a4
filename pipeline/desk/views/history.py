"""Every revision with its author and its difference, undo, and the audit log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.desk.differences import compare
from pipeline.desk.gate import get_name
from pipeline.desk.numbers import read_number
from pipeline.desk.pages import get_roles, show
from pipeline.errors import RefusedError, UsageError
from pipeline.store import audit, counts, drafts, issues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse, HttpResponseBase


@require_GET
def show_history(request: HttpRequest, week: str) -> HttpResponse:
    """The list of revisions, and the difference of one of them to the one before."""
    steps = issues.list_steps(week)
    revision = issues.get_revision(week)
    asked = read_number(request.GET.get("n", ""))
    n = revision.n if asked is None else asked
    shown = issues.get_revision(week, n)
    before = issues.get_revision(week, n - 1) if n > 1 else None
    changes = compare(before.issue, shown.issue) if before else None
    counted = counts.list_counts(week)
    opened = counted.pop("", 0)
    return show(
        request,
        "desk/history.html",
        week=week,
        steps=steps,
        revision=revision,
        shown=shown,
        changes=changes,
        rescored=before is not None and before.content_hash == shown.content_hash,
        entries=audit.list_latest(30, week),
        editable=revision.issue.status in {"draft", "review"},
        opened=opened,
        followed=[
            (title, counted[key])
            for key, title in ((item.key, item.title) for item in revision.issue.items)
            if key in counted
        ],
    )


@require_POST
def undo(request: HttpRequest, week: str) -> HttpResponse:
    """Make an earlier revision the current one again, as a new revision: nothing is deleted."""
    asked = read_number(request.POST.get("n", ""))
    if asked is None:
        raise UsageError(_("没有这一稿。"))
    current = issues.get_revision(week)
    earlier = issues.get_revision(week, asked)
    used = issues.list_used_keys(week, datetime.now(UTC))
    again = next((one.title for one in earlier.issue.items if one.key in used), None)
    if again is not None:
        raise RefusedError(
            _("第%(n)s稿里的“%(title)s”已在别的一期里，不能重复刊用。请先从那一期移出，再恢复。")
            % {"n": earlier.n, "title": again}
        )
    drafts.add_revision(
        replace(earlier.issue, status=current.issue.status),
        author=get_name(request),
        expected=current.n,
        at=datetime.now(UTC),
        note=_("恢复第%(n)s稿") % {"n": earlier.n},
    )
    messages.success(request, _("已恢复第%(n)s稿，记为新的一稿。") % {"n": earlier.n})
    return redirect("desk:history", week)


@require_GET
def export_audit(request: HttpRequest) -> HttpResponseBase:
    """The whole audit log as JSON lines, for the final reviewer and the administrator."""
    if not get_roles(request) & {"final", "admin"}:
        raise PermissionDenied

    def lines() -> Iterator[str]:
        for entry in audit.iter_entries():
            yield json.dumps(entry.to_json(), ensure_ascii=False) + "\n"

    return StreamingHttpResponse(
        lines(),
        content_type="application/x-ndjson; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.jsonl"'},
    )
