"""Findings of an item or of the review: let stand with a reason, or taken as advised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.assemble import edit
from pipeline.assemble.sections import CARD_ORDER
from pipeline.desk.fields import to_fields
from pipeline.desk.gate import get_name
from pipeline.desk.saving import save
from pipeline.desk.services import get_services
from pipeline.desk.unsaved import follow, get_unsaved, replace_nearest
from pipeline.errors import NotFoundError, RefusedError
from pipeline.model import Item, Level
from pipeline.store import issues, waivers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Finding, Issue
    from pipeline.store.issues import Revision


@require_POST
def waive(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Let a warning stand with a reason, or take that back."""
    mark, now = request.POST.get("finding", ""), datetime.now(UTC)
    if request.POST.get("op") == "undo":
        waivers.remove_waiver(week, mark, user=get_name(request), at=now)
        messages.success(request, _("已撤回放行。"))
    else:
        revision = issues.get_revision(week)
        finding = _find(revision, mark)
        reason = request.POST.get("reason", "")[:500]
        waivers.add_waiver(week, finding, user=get_name(request), reason=reason, at=now)
        messages.success(request, _("已放行，理由已记录。"))
    return _back(week, key)


@require_POST
def apply_suggestion(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Put a finding's suggestion in place of what it found."""
    revision, user, now = issues.get_revision(week), get_name(request), datetime.now(UTC)
    finding = _find(revision, request.POST.get("finding", ""))
    if finding.suggestion is None:
        raise RefusedError(_("这条提示没有可直接采用的改法，请手工修改。"))
    suggestion = finding.suggestion

    def change(issue: Issue) -> Issue:
        holder = edit.get_item(issue, finding.item) if finding.item else issue
        old = _read_field(holder, finding.field)
        if old[finding.start : finding.end] != finding.surface:
            raise RefusedError(_("原文已经改动，这条提示不再适用，请刷新后再看。"))
        new = old[: finding.start] + suggestion + old[finding.end :]
        if finding.item:
            item = edit.get_item(issue, finding.item)
            return edit.change(issue, finding.item, **_changed(item, finding.field, new))
        return replace(issue, **{finding.field: new})  # type: ignore[arg-type]

    note = _("采用校对建议：%(surface)s → %(suggestion)s") % {
        "surface": finding.surface,
        "suggestion": suggestion,
    }
    old = edit.get_item(revision.issue, key) if finding.item else None
    unsaved = get_unsaved(revision, old, user) if old else None
    save(week, change, user=user, note=lambda _: note)
    if old and unsaved:
        name = _name_in_form(finding.field)
        was, words = to_fields(old)[name], unsaved.fields[name]
        if finding.surface == was:
            ordered = {name: suggestion}
        elif words != was:
            ordered = {name: replace_nearest(words, finding.surface, suggestion, finding.start)}
        else:
            ordered = {}
        follow(unsaved, old, issues.get_revision(week), user, now, **ordered)
    messages.success(request, note)
    return _back(week, key)


def _read_field(holder: Item | Issue, field: str) -> str:
    """Return the text that a finding's field names, a part of a case card or a caption included."""
    if isinstance(holder, Item):
        part, _, heading = field.partition(".")
        if part == "details":
            return holder.details.get(heading, "")
        if field == "image.caption":
            return holder.image.caption if holder.image else ""
    found = getattr(holder, field, "")
    return found if isinstance(found, str) else ""


def _changed(item: Item, field: str, new: str) -> dict[str, Any]:
    """Return the item's field to change so that the named text becomes ``new``."""
    part, _, heading = field.partition(".")
    if part == "details":
        return {"details": {**item.details, heading: new}}
    if field == "image.caption" and item.image:
        return {"image": replace(item.image, caption=new)}
    return {field: new}


def _name_in_form(field: str) -> str:
    """Return the form's name of what a finding's field names."""
    part, _, heading = field.partition(".")
    if part == "details":
        return f"card{CARD_ORDER.index(heading)}"
    return "caption" if field == "image.caption" else field


def _find(revision: Revision, mark: str) -> Finding:
    report = get_services().judge(revision)[1]
    for one in sorted(report.findings, key=lambda one: one.level is not Level.ERROR):
        if waivers.fingerprint(one) == mark:
            return one
    raise NotFoundError(_("这条提示已不存在，可能稿件已改，请刷新后再看。"))


def _back(week: str, key: str) -> HttpResponse:
    if key == "issue":
        return redirect("desk:review", week)
    return redirect(f"{reverse('desk:item', args=[week, key])}#findings")
