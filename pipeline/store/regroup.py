"""Editors' word on what is the same news: merging and splitting stories, for good.

Grouping by the machine comes again with every run; what stands here is put on top of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.errors import NotFoundError, RefusedError
from pipeline.store import audit
from pipeline.store.models import SameStoryRow, StoryArticleRow, StoryRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

Group = tuple[int, dict[int, float]]
_MERGED = 0.0  # of an article that only an editor put into the story: nobody measured it


def merge_stories(keep: str, other: str, *, user: str, at: datetime) -> str:
    """Make two stories one, led by the lead of ``keep``; return its key.

    Raises:
        NotFoundError: one of them does not exist.
        RefusedError: they are the same story.
    """
    if keep == other:
        raise RefusedError("这两条已经是同一条新闻。")
    with transaction.atomic():
        rows = StoryRow.objects.in_bulk([keep, other])
        if len(rows) != len({keep, other}):
            raise NotFoundError("要合并的稿件不存在，可能已被重新归并，请刷新后再试。")
        lead = rows[keep].lead_id
        _remember(lead, rows[other].lead_id, same=True, user=user, at=at)
        members = StoryArticleRow.objects.filter(story_id__in=[keep, other])
        scores = {
            article: score if story == keep else min(score, _MERGED)
            for article, story, score in members.values_list("article_id", "story_id", "score")
        }
        key = str(min(scores))
        StoryRow.objects.update_or_create(key=key, defaults={"lead_id": lead})
        for article, score in scores.items():
            StoryArticleRow.objects.filter(article_id=article).update(story_id=key, score=score)
        StoryRow.objects.filter(members=None).delete()
        audit.add_entry("merge", user=user, at=at, payload={"stories": [keep, other], "key": key})
        return key


def split_article(article_id: int, *, user: str, at: datetime) -> str:
    """Make an article a story of its own; return that story's key.

    Raises:
        NotFoundError: the article stands in no story.
        RefusedError: it leads its story, or gives it its key.
    """
    with transaction.atomic():
        place = (
            StoryArticleRow.objects.select_related("story").filter(article_id=article_id).first()
        )
        if place is None:
            raise NotFoundError("这篇稿件不在任何一条新闻里，请刷新后再试。")
        story = place.story
        if article_id == story.lead_id or str(article_id) == story.key:
            raise RefusedError("主稿不能从自己的新闻里拆出，请拆出其他稿件。")
        _remember(story.lead_id, article_id, same=False, user=user, at=at)
        own, _ = StoryRow.objects.update_or_create(
            key=str(article_id), defaults={"lead_id": article_id}
        )
        StoryArticleRow.objects.filter(article_id=article_id).update(story=own, score=1.0)
        audit.add_entry(
            "split", user=user, at=at, payload={"story": story.key, "article": article_id}
        )
        return own.key


def obey(groups: Iterable[tuple[int, Mapping[int, float]]]) -> list[Group]:
    """Return the machine's groups as the editors' words change them."""
    made: list[Group] = [(lead, dict(scores)) for lead, scores in groups]
    words = list(
        SameStoryRow.objects.order_by("at", "pk").values_list("one_id", "other_id", "same")
    )
    for one, other, same in words if made else []:
        first = next((group for group in made if one in group[1]), None)
        second = next((group for group in made if other in group[1]), None)
        if first is None or second is None:
            continue
        if same and first is not second:
            made.remove(second)
            first[1].update({key: min(score, _MERGED) for key, score in second[1].items()})
        elif not same and first is second:
            made.remove(first)
            left, gone = _parted(first, other)
            made += [left, gone]
    return made


def _parted(group: Group, gone: int) -> tuple[Group, Group]:
    lead, scores = group
    rest = {key: score for key, score in scores.items() if key != gone}
    if lead == gone:  # the machine has changed the lead since: the earliest of the rest leads
        lead = min(rest)
        rest[lead] = 1.0
    return (lead, rest), (gone, {gone: 1.0})


def _remember(one: int, other: int, *, same: bool, user: str, at: datetime) -> None:
    SameStoryRow.objects.filter(one_id=other, other_id=one).delete()
    SameStoryRow.objects.update_or_create(
        one_id=one, other_id=other, defaults={"same": same, "user": user, "at": at}
    )
