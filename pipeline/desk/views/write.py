"""写稿: a story of the desk's own, typed or brought in from a Word file, a text or a mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.assemble import edit
from pipeline.assemble.sections import TITLES
from pipeline.collect.submissions import ENDINGS
from pipeline.desk import writing
from pipeline.desk.fields import plain
from pipeline.desk.gate import get_name
from pipeline.desk.pages import show
from pipeline.desk.saving import save, story_item
from pipeline.desk.services import get_services
from pipeline.desk.uploads import PICTURES, get_upload, take_picture, warn_of_shape
from pipeline.desk.weeks import get_period
from pipeline.desk.writing import LONGEST, Written
from pipeline.errors import RefusedError, UsageError
from pipeline.model import SectionKind
from pipeline.store import issues, stories

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Issue


@require_http_methods(["GET", "POST"])
def write_story(request: HttpRequest, week: str) -> HttpResponse:
    """Show the form, fill it from a file, or store what it holds and put it where it shall stand.

    What cannot be stored comes back as it was typed, with the reason.
    """
    issue, now = issues.get_revision(week).issue, datetime.now(UTC)
    if request.method == "GET":
        return _show_form(request, issue, writing.start(get_period(week), now))
    written, kind = _read(request), _section(request)
    try:
        if picture := get_upload(request, "picture"):
            first = take_picture(*picture)
            warn_of_shape(request, first)
            written = replace(written, pictures=(first, *written.pictures))
        if request.POST.get("op") == "read":
            return _bring_in(request, issue, written, now)
        key, title = writing.store(
            written, week=week, user=get_name(request), now=now, tagger=get_services().tagger()
        )
    except RefusedError as error:
        messages.error(request, str(error))
        return _show_form(request, issue, written, kind, status=422)
    if kind is None:
        messages.success(request, _("已存为候选稿：%(title)s") % {"title": title})
        return redirect("desk:story", week, key)
    try:
        _place(week, key, kind, get_name(request))
    except RefusedError as error:
        messages.error(request, _("稿件已存为候选，没有排入本期：%(why)s") % {"why": error})
        return redirect("desk:story", week, key)
    messages.success(
        request, _("已存稿并排入“%(kind)s”，请核对摘要和标签。") % {"kind": TITLES[kind]}
    )
    return redirect("desk:item", week, key)


def _bring_in(request: HttpRequest, issue: Issue, written: Written, now: datetime) -> HttpResponse:
    file = get_upload(request, "file")
    if file is None:
        raise RefusedError(_("请先选择要带入的文件。"))
    written, said = writing.bring_in(written, *file, now)
    messages.success(request, _("已带入，请核对后存稿。"))
    for one in said:
        messages.warning(request, one)
    return _show_form(request, issue, written, _section(request))


def _place(week: str, key: str, kind: SectionKind, user: str) -> None:
    def change(issue: Issue) -> Issue:
        is_there = any(item.key == key for item in issue.items)
        if is_there and len(stories.get_stories([key])[0].members) > 1:
            return issue  # what it was merged into stays as editors have it
        return edit.place(issue, story_item(week, key), kind, len(issue.items))

    save(
        week, change, user=user, note=lambda title: _("写稿：%(title)s") % {"title": title}, key=key
    )


def _show_form(
    request: HttpRequest,
    issue: Issue,
    written: Written,
    kind: SectionKind | None = SectionKind.DISTRICTS,
    *,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        "desk/write.html",
        status=status,
        week=issue.week,
        issue=issue,
        fields=written.fields,
        longest=LONGEST,
        tickets=written.tickets,
        chosen=kind,
        sections=[(one, TITLES[one]) for one in edit.EDITABLE],
        endings=",".join(sorted(ENDINGS)),
        kinds=PICTURES,
        editable=issue.status in {"draft", "review"},
    )


def _read(request: HttpRequest) -> Written:
    fields = {name: plain(request.POST.get(name, ""))[:most] for name, most in LONGEST.items()}
    try:
        fields["number"] = str(UUID(fields["number"]))
    except ValueError:
        raise UsageError(_("表单不完整，请重新打开这一页。")) from None
    return Written(fields, writing.take_pictures(request.POST.getlist("kept")))


def _section(request: HttpRequest) -> SectionKind | None:
    """Return where the story shall stand; None: among the candidates."""
    value = request.POST.get("section", "")
    try:
        return SectionKind(value) if value else None
    except ValueError:
        raise UsageError(_("没有这个栏目。")) from None
