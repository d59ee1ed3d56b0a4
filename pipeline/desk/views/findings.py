"""Faults of an item or of the review: let stand with a reason, or mended as advised."""

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
from pipeline.desk.faults import find_fault
from pipeline.desk.fields import to_fields
from pipeline.desk.gate import get_name
from pipeline.desk.saving import save
from pipeline.desk.services import get_services
from pipeline.desk.unsaved import follow, get_unsaved, replace_nearest
from pipeline.errors import RefusedError
from pipeline.model import Item
from pipeline.store import issues, waivers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.desk.faults import Fault
    from pipeline.model import Finding, Issue
    from pipeline.store.issues import Revision


@require_POST
def waive(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Let a warning stand with a reason, wherever it stands, or take that back."""
    user, now = get_name(request), datetime.now(UTC)
    fault = _find(issues.get_revision(week), request.POST.get("finding", ""))
    if request.POST.get("op") == "undo":
        for one in fault.findings:
            waivers.remove_waiver(week, waivers.fingerprint(one), user=user, at=now)
        messages.success(request, _("已撤回放行。"))
    else:
        reason = request.POST.get("reason", "")[:500]
        for one in fault.findings:
            waivers.add_waiver(week, one, user=user, reason=reason, at=now)
        messages.success(request, _("已放行，理由已记录。"))
    return _back(week, key)


@require_POST
def apply_suggestion(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Put a fault's suggestion in place of what was found, wherever it stands."""
    revision, user, now = issues.get_revision(week), get_name(request), datetime.now(UTC)
    fault = _find(revision, request.POST.get("finding", ""))
    suggestion = fault.finding.suggestion
    if suggestion is None:
        raise RefusedError(_("这条提示没有可直接采用的改法，请手工修改。"))
    # From the end, so that the offsets of what stands before stay true.
    findings = sorted(fault.findings, key=lambda one: -one.start)

    def change(issue: Issue) -> Issue:
        for one in findings:
            issue = _replace(issue, one, suggestion)
        return issue

    note = _("采用校对建议：%(surface)s → %(suggestion)s") % {
        "surface": fault.finding.surface,
        "suggestion": suggestion,
    }
    old = edit.get_item(revision.issue, key) if fault.finding.item else None
    unsaved = get_unsaved(revision, old, user) if old else None
    save(week, change, user=user, note=lambda _: note)
    if old and unsaved:
        was, ordered = to_fields(old), dict[str, str]()
        for one in findings:
            name = _name_in_form(one.field)
            words = ordered.get(name, unsaved.fields[name])
            if one.surface == was[name]:
                ordered[name] = suggestion
            elif unsaved.fields[name] != was[name]:
                ordered[name] = replace_nearest(words, one.surface, suggestion, one.start)
        follow(unsaved, old, issues.get_revision(week), user, now, **ordered)
    messages.success(request, note)
    return _back(week, key)


def _replace(issue: Issue, finding: Finding, suggestion: str) -> Issue:
    """Return the issue with the suggestion in the finding's place.

    Raises:
        RefusedError: something else stands there now.
    """
    holder = edit.get_item(issue, finding.item) if finding.item else issue
    old = _read_field(holder, finding.field)
    if old[finding.start : finding.end] != finding.surface:
        raise RefusedError(_("原文已经改动，这条提示不再适用，请刷新后再看。"))
    new = old[: finding.start] + suggestion + old[finding.end :]
    if isinstance(holder, Item):
        return edit.change(issue, holder.key, **_changed(holder, finding.field, new))
    return replace(issue, **{finding.field: new})  # type: ignore[arg-type]


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


def _find(revision: Revision, mark: str) -> Fault:
    return find_fault(get_services().judge(revision)[1].findings, mark)


def _back(week: str, key: str) -> HttpResponse:
    if key == "issue":
        return redirect("desk:review", week)
    return redirect(f"{reverse('desk:item', args=[week, key])}#findings")
