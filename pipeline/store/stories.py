"""Stories in and out of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.errors import NotFoundError
from pipeline.model import Story, StoryMember, Tagging
from pipeline.store.articles import to_article
from pipeline.store.labels import correct, get_corrections
from pipeline.store.models import StoryArticleRow, StoryRow
from pipeline.store.regroup import obey
from pipeline.store.taggings import get_taggings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

_CHUNK = 200  # rows held at once


def save_groups(groups: Iterable[tuple[int, Mapping[int, float]]]) -> int:
    """Store groups of articles as stories; return how many stories they make.

    A group is ``(lead's key, {article's key: score})`` with the lead among the scores. What an
    editor merged or split stays so. An article leaves the story it was in; a story without
    articles goes. All or none.
    """
    count = 0
    with transaction.atomic():
        for lead, scores in obey(groups):
            key = str(min(scores))
            StoryRow.objects.update_or_create(key=key, defaults={"lead_id": lead})
            for article_id, score in scores.items():
                StoryArticleRow.objects.update_or_create(
                    article_id=article_id, defaults={"story_id": key, "score": score}
                )
            count += 1
        StoryRow.objects.filter(members=None).delete()
    return count


def list_mates(keys: Iterable[int]) -> set[int]:
    """Return the keys of all articles that stand in one story with one of these."""
    told = StoryArticleRow.objects.filter(article_id__in=list(keys)).values("story_id")
    rows = StoryArticleRow.objects.filter(story_id__in=told)
    return set(rows.values_list("article_id", flat=True))


def list_stories(since: datetime, until: datetime) -> list[Story]:
    """Return the stories with an article dated ``since <= date < until``, by key, leads tagged."""
    rows = (
        StoryRow.objects.filter(
            members__article__dated_at__gte=since, members__article__dated_at__lt=until
        )
        .distinct()
        .select_related("lead")
        .prefetch_related("members__article")
        .order_by("key")
    )
    return _stories(rows)


def get_stories(keys: Sequence[str]) -> list[Story]:
    """Return the stories of those keys that exist."""
    rows = StoryRow.objects.filter(key__in=keys).select_related("lead")
    return _stories(rows.prefetch_related("members__article").order_by("key"))


def find_story(article_id: int) -> tuple[str, datetime]:
    """Return the key of the story an article stands in, and the article's date.

    Raises:
        NotFoundError: there is no such article, or it was not grouped yet.
    """
    place = StoryArticleRow.objects.select_related("article").filter(article_id=article_id).first()
    if place is None:
        raise NotFoundError("这篇稿件还没有编入任何一条新闻，下一次运行之后再看。")
    return place.story_id, place.article.dated_at


def _stories(found: QuerySet[StoryRow]) -> list[Story]:
    # In chunks: SQLite refuses to look up the members of a thousand stories at once.
    rows = list(found.iterator(_CHUNK))
    leads = [row.lead_id for row in rows]
    taggings, corrections = get_taggings(leads), get_corrections(leads)
    stories = []
    for row in rows:
        members = sorted(row.members.all(), key=lambda one: (-one.score, one.article_id))
        stories.append(
            Story(
                key=row.key,
                lead=to_article(row.lead),
                tagging=correct(taggings.get(row.lead_id, Tagging()), corrections.get(row.lead_id)),
                members=tuple(StoryMember(to_article(one.article), one.score) for one in members),
            )
        )
    return sorted(stories, key=lambda story: int(story.key))
