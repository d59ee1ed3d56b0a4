"""One story: the full text with its evidence, its reprints, its tags to correct."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pipeline.assemble import edit
from pipeline.assemble.sections import TITLES
from pipeline.desk import candidates
from pipeline.desk.evidence import highlight
from pipeline.desk.gate import get_name
from pipeline.desk.numbers import read_number
from pipeline.desk.pages import get_settings, show
from pipeline.desk.saving import get_story, save
from pipeline.desk.services import get_services
from pipeline.desk.weeks import get_period, get_source_names
from pipeline.errors import NotFoundError, UsageError
from pipeline.model import DISTRICTS, OUTER_DISTRICTS
from pipeline.store import asides, issues, labels, regroup, search, stories
from pipeline.store.taggings import get_taggings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pipeline.model import Issue, Item, Story
    from pipeline.store.labels import Kind


@require_GET
def show_story(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Show a story, whether it stands in the issue or not."""
    story = get_story(key)
    lead_id = story.lead.id or 0
    issue = issues.get_revision(week).issue
    candidate = candidates.score(story, get_period(week), get_settings().feeds.issue)
    evidence = get_taggings([lead_id]).get(lead_id, story.tagging).evidence
    return show(
        request,
        "desk/story.html",
        week=week,
        story=story,
        title=highlight(story.lead.title, evidence, "title"),
        text=highlight(story.lead.text, evidence, "text"),
        reasons=candidate.reasons,
        score=candidate.score,
        placed=any(item.key == key for item in issue.items),
        items=[(item.key, item.title) for item in issue.items if item.key != key],
        aside=asides.list_asides().get(key),
        sections=[(kind, TITLES[kind]) for kind in edit.EDITABLE],
        districts=DISTRICTS + OUTER_DISTRICTS,
        themes=get_services().tagger().theme_names,
        corrected=labels.get_corrections([lead_id]).get(lead_id, {}),
        names=get_source_names(),
        editable=issue.status in {"draft", "review"},
    )


@require_GET
def go_to_article(request: HttpRequest, article_id: str) -> HttpResponse:
    """Lead from an article to its story, in the week it belongs to or else in the latest."""
    del request
    key, dated_at = stories.find_story(int(article_id))
    listed = issues.list_spans()
    if not listed:
        raise NotFoundError(_("还没有任何一期，请先编出一期再看稿件。"))
    week = next((week for week, starts, ends in listed if starts <= dated_at < ends), listed[0][0])
    return redirect("desk:story", week, key)


@require_POST
def retag(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Correct districts and themes: kept as a label, and changed in the issue."""
    story, user, now = get_story(key), get_name(request), datetime.now(UTC)
    lead_id = story.lead.id or 0
    known = {
        "districts": DISTRICTS + OUTER_DISTRICTS,
        "themes": get_services().tagger().theme_names,
    }
    kinds: tuple[Kind, ...] = ("districts", "themes")
    after: dict[str, tuple[str, ...]] = {}
    for kind in kinds:
        before: tuple[str, ...] = getattr(story.tagging, kind)
        chosen = set(request.POST.getlist(kind)) & set(known[kind])
        # The tagger's order is by weight: what stays keeps it, what is new comes after.
        after[kind] = tuple(one for one in before if one in chosen) + tuple(
            one for one in known[kind] if one in chosen and one not in before
        )
        labels.add_correction(lead_id, kind, before=before, after=after[kind], user=user, at=now)
    search.forget_article(lead_id)
    search.index_articles([lead_id], get_services().tagger().cut)
    if any(item.key == key for item in issues.get_revision(week).issue.items):
        save(
            week,
            lambda issue: edit.change(issue, key, **after),
            user=user,
            note=lambda title: _("改标签：%(title)s") % {"title": title},
            key=key,
        )
    messages.success(request, _("标签已更正，并记为标注样本。"))
    return redirect("desk:story", week, key)


@require_POST
def regroup_story(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Merge this story into another one, or split one of its articles off."""
    user, now, op = get_name(request), datetime.now(UTC), request.POST.get("op", "")
    if op == "split":
        article = read_number(request.POST.get("article", ""))
        if article is None:
            raise UsageError(_("没有这篇稿件。"))
        own = regroup.split_article(article, user=user, at=now)
        if any(item.key == key for item in issues.get_revision(week).issue.items):
            left = get_story(key)
            save(
                week,
                lambda issue: edit.change(
                    issue, key, also_in=_list_outlets(left, edit.get_item(issue, key))
                ),
                user=user, note=lambda title: _("拆分：%(title)s") % {"title": title}, key=key,
            )  # fmt: skip
        messages.success(request, _("已拆成单独的一条，可在候选中找到。"))
        return redirect("desk:story", week, own)
    if op != "merge":
        raise UsageError(_("没有“%(op)s”这个操作。") % {"op": op})
    into = request.POST.get("into", "")
    if not into:
        raise UsageError(_("请先选择要并入哪一条。"))
    merged = regroup.merge_stories(into, key, user=user, at=now)

    story = get_story(merged)

    def change(issue: Issue) -> Issue:
        made = edit.merge(issue, into, key, key=merged)
        item = edit.get_item(made, merged)
        also = dict.fromkeys((*item.also_in, *_list_outlets(story, item)))
        return edit.change(made, merged, also_in=tuple(also))

    named = False
    if any(item.key == into for item in issues.get_revision(week).issue.items):
        issue = save(
            week,
            change,
            user=user,
            note=lambda title: _("并入：%(title)s") % {"title": title},
            key=into,
        )
        named = bool(edit.get_item(issue, merged).also_in)
    messages.success(
        request, _("已合并为一条，其他来源列在“另见”。") if named else _("已合并为一条。")
    )
    return redirect("desk:story", week, merged)


def _list_outlets(story: Story, item: Item) -> tuple[str, ...]:
    """Return the outlets that carry the story beside the one that the item names."""
    names = get_source_names()
    sources = [one.article.source_id for one in story.members]
    carry = dict.fromkeys(names.get(one, one) for one in sources)
    lead = names.get(story.lead.source_id, story.lead.source_id)
    return tuple(name for name in carry if name not in {lead, item.source_name})
