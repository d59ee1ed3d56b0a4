"""Stories in and out of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from pipeline.errors import NotFoundError
from pipeline.model import Story, StoryMember, Tagging
from pipeline.store.articles import to_article
from pipeline.store.labels import correct, get_corrections
from pipeline.store.models import ArticleRow, StoryArticleRow, StoryRow
from pipeline.store.regroup import obey
from pipeline.store.taggings import get_taggings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

_Row = TypeVar("_Row", StoryRow, StoryArticleRow)
_CHUNK = 200  # rows held at once


def save_groups(groups: Iterable[tuple[int, Mapping[int, float]]]) -> int:
    """Store groups of articles as stories; return how many stories they make.

    A group is ``(lead's key, {article's key: score})`` with the lead among the scores. What an
    editor merged or split stays so. An article leaves the story it was in; a story without
    articles goes. All or none.
    """
    told = [(str(min(scores)), lead, scores) for lead, scores in obey(groups)]
    with transaction.atomic():
        leads, places = _get_known(told)
        _put(
            [StoryRow(key=key, lead_id=lead) for key, lead, _ in told if leads.get(key) != lead],
            "key", ["lead"],
        )  # fmt: skip
        _put(
            [
                StoryArticleRow(article_id=article_id, story_id=key, score=score)
                for key, _, scores in told
                for article_id, score in scores.items()
                if places.get(article_id) != (key, score)
            ],
            "article", ["story", "score"],
        )  # fmt: skip
        StoryRow.objects.filter(members=None).delete()
    return len(told)


def _get_known(
    told: Sequence[tuple[str, int, Mapping[int, float]]],
) -> tuple[dict[str, int], dict[int, tuple[str, float]]]:
    """Return the leads of stories and the places of articles as the store has them now."""
    leads: dict[str, int] = {}
    places: dict[int, tuple[str, float]] = {}
    for at in range(0, len(told), _CHUNK):
        some = told[at : at + _CHUNK]
        keys = [key for key, _, _ in some]
        leads.update(StoryRow.objects.filter(key__in=keys).values_list("key", "lead_id"))
    articles = [article_id for _, _, scores in told for article_id in scores]
    for at in range(0, len(articles), _CHUNK):
        rows = StoryArticleRow.objects.filter(article_id__in=articles[at : at + _CHUNK])
        for article_id, key, score in rows.values_list("article_id", "story_id", "score"):
            places[article_id] = key, score
    return leads, places


def _put(rows: list[_Row], unique: str, changed: list[str]) -> None:
    """Add the rows, or change those that stand there already."""
    if rows:
        type(rows[0])._default_manager.bulk_create(  # noqa: SLF001 - Django's public name for it
            rows, batch_size=_CHUNK, update_conflicts=True, unique_fields=[unique],
            update_fields=changed,
        )  # fmt: skip


def have_places(since: datetime, until: datetime) -> bool:
    """Say whether every article dated ``since <= date < until`` stands in a story."""
    dated = ArticleRow.objects.filter(dated_at__gte=since, dated_at__lt=until)
    return not dated.filter(story_place=None).exists()


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
