"""Editors' orders put into the issue as it stands at the moment, and stories brought into it.

What this module never does: read a request, or decide which order it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pipeline.assemble import edit
from pipeline.assemble.choose import make_item
from pipeline.desk import candidates
from pipeline.desk.pages import get_settings
from pipeline.desk.weeks import get_period, get_source_names
from pipeline.errors import NotFoundError, RefusedError, StaleEditError
from pipeline.store import asides, drafts, issues, stories

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Issue, Item, Story

_TRIES = 3  # times an order is carried out anew when somebody saved at the same moment


def save(
    week: str,
    change: Callable[[Issue], Issue],
    *,
    user: str,
    note: Callable[[str], str],
    key: str = "",
) -> Issue:
    """Apply a change to the issue as it now stands, and store it.

    The change names stories, not places in an old list, so it is simply made again when
    somebody else saved in between.

    Raises:
        RefusedError: the issue has left the desk, or too many others save.
    """
    for attempt in range(_TRIES):
        revision = issues.get_revision(week)
        after = edit.finish(revision.issue, change(revision.issue), get_settings().newsletter)
        both = (*after.items, *revision.issue.items)
        title = next((item.title for item in both if item.key == key), "")
        try:
            made = drafts.add_revision(
                after, author=user, expected=revision.n, at=datetime.now(UTC), note=note(title)
            )
        except StaleEditError:
            if attempt == _TRIES - 1:
                raise
        else:
            return made.issue
    raise StaleEditError


def bring_back(week: str, item: Item) -> tuple[Item, bool]:
    """Return an item with what editors made of it before it was taken out, and whether they did.

    It stood in this week's issue, in a draft that this took in, or in that of the week in which it
    was held.
    """
    found = issues.find_versions(week, item.key)
    weeks = issues.list_merged(week) if found is None else []
    if found is None and (aside := asides.list_asides().get(item.key)):
        weeks.append(aside.week)
    for other in weeks:
        found = found or issues.find_versions(other, item.key)
    if found is None:
        return item, False
    back = edit.set_type(edit.bring_back(item, *found))
    return back, back != item


def refuse_unknown(week: str, key: str) -> None:
    """Refuse a key that is none.

    Raises:
        NotFoundError: neither an item of the week's issue nor a story has it.
    """
    items = issues.get_revision(week).issue.items
    if all(item.key != key for item in items):
        get_story(key)


def get_story(key: str) -> Story:
    """Return a stored story.

    Raises:
        NotFoundError: there is no such story.
    """
    found = stories.get_stories([key])
    if not found:
        raise NotFoundError(_("这条稿件不存在，可能已与别的稿件合并，请刷新后再看。"))
    return found[0]


def story_item(week: str, key: str) -> Item:
    """Return a stored story as an item.

    Raises:
        NotFoundError: there is no such story.
        RefusedError: it stands in another issue.
    """
    found = get_story(key)
    if found.keys & issues.list_used_keys(week, datetime.now(UTC)):
        raise RefusedError(_("这条稿件已在别的一期里，不能重复刊用。"))
    feeds, period = get_settings().feeds, get_period(week)
    item = make_item(
        candidates.score(found, period, feeds.issue),
        get_source_names(),
        feeds.own_sources,
        period.publishes_at,
    )
    return edit.set_type(replace(item))


def leave_issue(week: str, key: str, user: str, why: str) -> None:
    """Take a story out of the issue when it stands there."""
    if any(item.key == key for item in issues.get_revision(week).issue.items):
        save(
            week,
            lambda issue: edit.remove(issue, key),
            user=user,
            note=lambda title: f"{why}：{title}",
            key=key,
        )
