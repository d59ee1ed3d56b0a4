"""Stories in and out of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.db.models import Max, Min, Q

from pipeline.errors import NotFoundError
from pipeline.model import Story, StoryMember, Tagging
from pipeline.store.articles import get_articles
from pipeline.store.issues import GIVEN_UP
from pipeline.store.labels import correct, get_corrections
from pipeline.store.models import ArticleRow, IssueRow, StoryArticleRow, StoryRow
from pipeline.store.regroup import obey
from pipeline.store.taggings import get_taggings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

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
    dated = StoryArticleRow.objects.filter(
        article__dated_at__gte=since, article__dated_at__lt=until
    )
    return get_stories(list(dict.fromkeys(dated.values_list("story_id", flat=True))))


def list_late_keys(week: str, since: datetime, until: datetime, now: datetime) -> list[str]:
    """Return the stories dated ``since <= date < until`` that no editor of their week could take.

    An article of theirs was first seen after the issue that covers its date was signed; or that
    issue was never made, or given up unsigned. Before the first issue of all nothing is late.
    """
    signed = Max("signatures__at", filter=Q(signatures__voided_at=None))
    rows = IssueRow.objects.filter(week__lt=week).annotate(signed=signed).order_by("week")
    issues = list(rows.values_list("starts", "ends", "publishes_at", "signed"))
    if not issues:
        return []
    late = Q(article__dated_at__gte=max(issues[0][0], since), article__dated_at__lt=until)
    for starts, ends, publishes_at, signed_at in issues:
        if ends <= since or starts >= until:
            continue
        own = Q(article__dated_at__gte=starts, article__dated_at__lt=ends)
        if signed_at:
            late &= ~own | Q(article__fetched_at__gt=signed_at)
        elif publishes_at >= now - GIVEN_UP:
            late &= ~own  # they can still be taken into their own
    found = StoryArticleRow.objects.filter(late).order_by("story_id")
    return list(dict.fromkeys(found.values_list("story_id", flat=True)))


def list_new_keys(since: datetime, until: datetime, seen_after: datetime) -> list[str]:
    """Return the stories dated ``since <= date < until`` of which nothing had been seen before."""
    rows = StoryArticleRow.objects.filter(
        story__in=StoryArticleRow.objects.filter(
            article__dated_at__gte=since, article__dated_at__lt=until
        ).values("story_id")
    )
    first = rows.values("story_id").annotate(first=Min("article__fetched_at"))
    return list(first.filter(first__gt=seen_after).values_list("story_id", flat=True))


def get_stories(keys: Sequence[str]) -> list[Story]:
    """Return the stories of those keys that exist, by key, leads tagged."""
    leads: dict[str, int] = {}
    places: dict[str, list[tuple[float, int]]] = {}
    # In chunks: SQLite refuses to look up the members of a thousand stories at once.
    for at in range(0, len(keys), _CHUNK):
        some = list(keys[at : at + _CHUNK])
        leads.update(StoryRow.objects.filter(key__in=some).values_list("key", "lead_id"))
        rows = StoryArticleRow.objects.filter(story_id__in=some)
        for key, article_id, score in rows.values_list("story_id", "article_id", "score"):
            places.setdefault(key, []).append((-score, article_id))
    wanted = {article_id for some in places.values() for _, article_id in some}
    wanted.update(leads.values())
    known = {article.id: article for article in get_articles(sorted(wanted))}
    taggings, corrections = get_taggings(leads.values()), get_corrections(leads.values())
    return [
        Story(
            key=key,
            lead=known[lead],
            tagging=correct(taggings.get(lead, Tagging()), corrections.get(lead)),
            members=tuple(StoryMember(known[one], -less) for less, one in sorted(places[key])),
        )
        for key, lead in sorted(leads.items(), key=lambda told: int(told[0]))
    ]


def find_story(article_id: int) -> tuple[str, datetime]:
    """Return the key of the story an article stands in, and the article's date.

    Raises:
        NotFoundError: there is no such article, or it was not grouped yet.
    """
    place = StoryArticleRow.objects.select_related("article").filter(article_id=article_id).first()
    if place is None:
        raise NotFoundError("这篇稿件还没有编入任何一条新闻，下一次运行之后再看。")
    return place.story_id, place.article.dated_at
