"""One item: what is shown beside what the source wrote, with the findings on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.assemble import edit
from pipeline.assemble.links import is_printed, is_web
from pipeline.assemble.sections import CARD_ORDER
from pipeline.desk.differences import compare_texts
from pipeline.desk.fields import EVENTS, FIELDS, SOURCE, from_fields, plain, to_fields
from pipeline.desk.gate import get_name
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.unsaved import follow, get_base, get_unsaved, replace_nearest
from pipeline.desk.uploads import PICTURES
from pipeline.desk.views.board import save
from pipeline.errors import NotFoundError, RefusedError, StaleEditError
from pipeline.model import Image, Item, Level, SectionKind
from pipeline.store import issues, stories, typed, waivers

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

    from pipeline.desk.differences import Piece
    from pipeline.desk.unsaved import Unsaved
    from pipeline.model import Finding, Issue
    from pipeline.store.issues import Revision


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two editors changed."""

    field: str
    label: StrOrPromise
    theirs: str
    yours: str
    pieces: tuple[Piece, ...]  # from theirs to yours


@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Show the item's form, or save it; a stale save shows both versions and loses nothing."""
    revision = issues.get_revision(week)
    if request.method == "POST":
        return _save(request, revision, key)
    item = edit.get_item(revision.issue, key)
    restored = get_unsaved(revision, item, get_name(request))
    fields = restored.fields if restored else to_fields(item)
    opened_on = restored.revision if restored else revision.n
    return _show_form(request, revision, item, fields, opened_on=opened_on, restored=restored)


@require_POST
def keep_typed(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Keep what is being typed; the page calls this by itself."""
    fields = _read(request)
    now = datetime.now(UTC)
    revision = _revision_number(request)
    typed.save_typed(week, key, get_name(request), fields, revision=revision, at=now)
    return HttpResponse(_("已自动保存草稿"), content_type="text/plain; charset=utf-8")


@require_POST
def discard_typed(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Throw the unsaved words away."""
    typed.clear_typed(week, key, get_name(request))
    messages.success(request, _("未保存的修改已放弃。"))
    return redirect("desk:item", week, key)


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


def _name_in_form(field: str) -> str:
    """Return the form's name of what a finding's field names."""
    part, _, heading = field.partition(".")
    if part == "details":
        return f"card{CARD_ORDER.index(heading)}"
    return "caption" if field == "image.caption" else field


def list_pictures(item: Item) -> dict[str, Image]:
    """Return the pictures an item can have, by address: its own and those of its reprints."""
    found = {item.image.url: item.image} if item.image else {}
    for story in stories.get_stories([item.key]):
        for member in story.members:
            for image in member.article.images:
                if is_web(image.url):
                    found.setdefault(image.url, image)
    return found


def _save(request: HttpRequest, revision: Revision, key: str) -> HttpResponse:
    fields, opened_on = _read(request), _revision_number(request)
    week, user = revision.issue.week, get_name(request)
    try:
        item = edit.get_item(revision.issue, key)
    except NotFoundError:
        return _show_lost(request, week, fields)
    # A form that knows nothing of events or cards leaves them as they are.
    fields |= {name: value for name, value in to_fields(item).items() if name not in request.POST}
    if opened_on != revision.n:
        conflicts = _conflicts(week, key, opened_on, item, fields)
        if conflicts:
            typed.save_typed(week, key, user, fields, revision=opened_on, at=datetime.now(UTC))
            return _show_conflict(request, revision, item, fields, conflicts)
    try:
        changed = from_fields(item, fields, list_pictures(item))
    except RefusedError as error:
        messages.error(request, str(error))
        return _show_form(request, revision, item, fields, opened_on=opened_on, status=422)
    issue = edit.change(revision.issue, key, **{
        name: getattr(changed, name)
        for name in ("title", "summary", "why", "text", "image", "events", "details", *SOURCE)
    })  # fmt: skip
    after = edit.finish(revision.issue, issue, get_settings().newsletter)
    try:
        made = issues.add_revision(
            after, author=user, expected=revision.n, at=datetime.now(UTC),
            note=_("编辑：%(title)s") % {"title": changed.title},
        )  # fmt: skip
    except StaleEditError:
        # Somebody saved within these milliseconds: look again, now against that version.
        return _save(request, issues.get_revision(week), key)
    typed.clear_typed(week, key, user)
    said = _("已保存。") if made.n != revision.n else _("没有改动。")
    messages.success(request, said)
    if request.POST.get("then") == "board":
        return redirect(f"{reverse('desk:board', args=[week])}#item-{key}")
    return redirect("desk:item", week, key)


def _conflicts(
    week: str, key: str, opened_on: int, item: Item, fields: dict[str, str]
) -> list[Conflict]:
    """Return the fields that both this editor and another changed since the form was opened.

    What only the other changed is taken over into ``fields``.
    """
    base, found = get_base(week, key, opened_on), []
    for name, theirs in to_fields(item).items():
        if theirs == base[name] or theirs == fields[name]:
            continue
        if fields[name] == base[name]:
            fields[name] = theirs
            continue
        pieces = compare_texts(theirs, fields[name])
        found.append(Conflict(name, FIELDS[name][0], theirs, fields[name], pieces))
    return found


def _show_form(
    request: HttpRequest,
    revision: Revision,
    item: Item,
    fields: dict[str, str],
    *,
    opened_on: int,
    restored: Unsaved | None = None,
    status: int = 200,
) -> HttpResponse:
    week = revision.issue.week
    report = get_services().judge(revision)[1]
    waived = waivers.list_waivers(week)
    kind, place = edit.find_place(revision.issue, item.key)
    keys = [one.key for one in revision.issue.items]
    at = keys.index(item.key)
    return show(
        request,
        "desk/item.html",
        status=status,
        week=week,
        revision=revision,
        opened_on=opened_on,
        item=item,
        fields=fields,
        restored=restored,
        kinds=PICTURES,
        printed=is_printed(item),
        is_lead=kind == "lead",
        place=place,
        pictures=list(list_pictures(item).values()),
        findings=[
            (one, mark := waivers.fingerprint(one), waived.get(mark))
            for one in report.findings
            if one.item == item.key
        ],
        others=[one for one in typed.list_typed(week, item.key) if one.user != get_name(request)],
        previous=keys[at - 1] if at else None,
        following=keys[at + 1] if at + 1 < len(keys) else None,
        editable=revision.issue.status in {"draft", "review"},
        FIELDS=FIELDS,
        SOURCE=SOURCE,
        rows=[n for n in EVENTS if n <= len(item.events) + 1 or fields[f"event{n}_day"]],
        card=[(f"card{n}", name) for n, name in enumerate(CARD_ORDER)]
        if item.details or kind is SectionKind.CASES
        else [],
    )


def _show_conflict(
    request: HttpRequest,
    revision: Revision,
    item: Item,
    fields: dict[str, str],
    conflicts: list[Conflict],
) -> HttpResponse:
    asked = {one.field for one in conflicts}
    return show(
        request, "desk/conflict.html", status=409, week=revision.issue.week, revision=revision,
        item=item, conflicts=conflicts,
        kept={name: value for name, value in fields.items() if name not in asked},
    )  # fmt: skip


def _show_lost(request: HttpRequest, week: str, fields: dict[str, str]) -> HttpResponse:
    """Say that the item was taken out meanwhile, and give the typed words back."""
    typed_words = {FIELDS[name][0]: value for name, value in fields.items() if value and name in
             {"title", "summary", "why"}}  # fmt: skip
    return show(request, "desk/lost.html", status=409, week=week, words=typed_words)


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


def _read(request: HttpRequest) -> dict[str, str]:
    """Return the form's fields, trimmed, with the line ends of our texts."""
    return {
        name: plain(request.POST.get(name, ""))[:longest] for name, (_, longest) in FIELDS.items()
    }


def _revision_number(request: HttpRequest) -> int:
    value = request.POST.get("revision", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0  # noqa: PLR2004 - never so many
