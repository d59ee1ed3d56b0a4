"""One item: what is shown beside what the source wrote, with the findings on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.assemble import edit
from pipeline.assemble.links import is_printed, is_web
from pipeline.assemble.sections import CARD_ORDER
from pipeline.desk.conflicts import get_base, keep_rows, show_conflicts, weave
from pipeline.desk.faults import list_faults
from pipeline.desk.fields import EVENTS, FIELDS, SOURCE, from_fields, read_fields, to_fields
from pipeline.desk.gate import get_name
from pipeline.desk.numbers import read_number
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.unsaved import get_unsaved
from pipeline.desk.uploads import PICTURES
from pipeline.errors import NotFoundError, RefusedError, StaleEditError
from pipeline.model import Image, Item, SectionKind
from pipeline.store import drafts, issues, stories, typed, waivers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.desk.conflicts import Conflict
    from pipeline.desk.unsaved import Unsaved
    from pipeline.store.issues import Revision


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
    fields = read_fields(request.POST)
    opened_on = read_number(request.POST.get("revision", "")) or 0
    week, user = revision.issue.week, get_name(request)
    try:
        item = edit.get_item(revision.issue, key)
    except NotFoundError:
        return _show_lost(request, week, fields)
    # A form that knows nothing of events or cards leaves them as they are.
    now = to_fields(item)
    given = {name: value for name, value in fields.items() if name in request.POST}
    fields = now | given
    if opened_on != revision.n:
        fields, both = weave(get_base(week, key, opened_on), given, now)
        if both:
            kept = keep_rows(fields, get_base(week, key, opened_on) | given)
            typed.save_typed(week, key, user, kept, revision=opened_on, at=datetime.now(UTC))
            conflicts = show_conflicts(both, fields, now)
            return _show_conflict(request, revision, item, fields, conflicts)
        opened_on = revision.n  # what the others did is in it now
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
        made = drafts.add_revision(
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
        faults=list_faults(
            (one for one in report.findings if one.item == item.key), waivers.list_waivers(week)
        ),
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
