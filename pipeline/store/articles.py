"""Articles in and out of the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Min, Q

from pipeline.model import Article, Image
from pipeline.store.models import ArticleRow, TaggingRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

_CHUNK = 200  # rows held at once


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch of articles."""

    new: int = 0
    revised: int = 0
    refused: str = ""  # why the database takes none of them


def add_articles(articles: Iterable[Article]) -> Added:
    """Store articles, all or none: new ones are added, corrected ones replace their old text.

    An article is the same when source and canonical URL are; a batch of them costs one look-up.
    The day it was first seen and a date once known stay.
    """
    added = add_by_source(articles).values()
    return Added(sum(one.new for one in added), sum(one.revised for one in added))


def add_article(article: Article) -> Article:
    """Store one article as `add_articles` does, and return it with its key."""
    add_articles([article])
    row = ArticleRow.objects.get(source_id=article.source_id, canonical_url=article.canonical_url)
    return to_article(row)


def add_by_source(articles: Iterable[Article]) -> dict[str, Added]:
    """Store articles as `add_articles` does; return what became of each source's."""
    new: Counter[str] = Counter()
    revised: Counter[str] = Counter()
    given = list(articles)
    with transaction.atomic():
        for start in range(0, len(given), _CHUNK):
            chunk = given[start : start + _CHUNK]
            known = _known(chunk)
            made: dict[tuple[str, str], ArticleRow] = {}
            for article in chunk:
                key = (article.source_id, article.canonical_url)
                row = known.get(key) or made.get(key)
                if row is None:
                    made[key] = ArticleRow(**_columns(article), fetched_at=article.fetched_at)
                    new[article.source_id] += 1
                elif row.content_hash != article.content_hash:
                    published = article.published or row.published
                    for name, value in _columns(article).items():
                        setattr(row, name, value)
                    row.published, row.dated_at = published, published or row.fetched_at
                    if key in known:
                        row.save()
                    revised[article.source_id] += 1
            ArticleRow.objects.bulk_create(made.values())
    return {one: Added(new[one], revised[one]) for one in new | revised}


def _known(articles: Sequence[Article]) -> dict[tuple[str, str], ArticleRow]:
    """Return the stored rows of articles, by source and canonical URL, without their texts."""
    urls: dict[str, list[str]] = {}
    for one in articles:
        urls.setdefault(one.source_id, []).append(one.canonical_url)
    wanted = [Q(source_id=source, canonical_url__in=some) for source, some in urls.items()]
    rows = ArticleRow.objects.filter(reduce(or_, wanted))
    held = rows.only("source_id", "canonical_url", "content_hash", "fetched_at", "published")
    return {(row.source_id, row.canonical_url): row for row in held}


def list_articles(since: datetime, until: datetime) -> list[Article]:
    """Return the articles dated ``since <= date < until``, oldest first."""
    rows = ArticleRow.objects.filter(dated_at__gte=since, dated_at__lt=until)
    return [to_article(row) for row in rows.order_by("dated_at", "pk").iterator(_CHUNK)]


def count_dated(since: datetime, until: datetime) -> int:
    """Return how many articles are dated ``since <= date < until``."""
    return ArticleRow.objects.filter(dated_at__gte=since, dated_at__lt=until).count()


def list_versions(until: datetime) -> dict[int, str]:
    """Return the hash of what each article dated before ``until`` says, by its key."""
    rows = ArticleRow.objects.filter(dated_at__lt=until).order_by("pk")
    return dict(rows.values_list("pk", "content_hash").iterator(_CHUNK * 10))


def get_articles(keys: Sequence[int]) -> Iterator[Article]:
    """Yield the articles of those keys that exist, in chunks, by key."""
    for start in range(0, len(keys), _CHUNK):
        rows = ArticleRow.objects.filter(pk__in=keys[start : start + _CHUNK]).order_by("pk")
        yield from (to_article(row) for row in rows)


def list_untagged(*, everything: bool = False) -> Iterator[Article]:
    """Yield articles whose present version has no tagging, or all of them, oldest key first.

    Pages by key, so that taggings may be stored while it is read.
    """
    last = 0
    stale = Q(tagging=None) | ~Q(tagging__content_hash=F("content_hash"))
    while True:
        rows = ArticleRow.objects.filter(pk__gt=last).order_by("pk")
        page = list((rows if everything else rows.filter(stale))[:_CHUNK])
        if not page:
            return
        last = page[-1].pk
        yield from (to_article(row) for row in page)


def count_by_week(limit: int = 12) -> list[tuple[datetime, int]]:
    """Return (first article's date, count) of the latest ISO weeks with articles, newest first."""
    rows = (
        ArticleRow.objects.values("dated_at__iso_year", "dated_at__week")
        .annotate(n=Count("pk"), first=Min("dated_at"))
        .order_by("-dated_at__iso_year", "-dated_at__week")
    )
    return [(row["first"], row["n"]) for row in rows[:limit]]


def count_articles() -> tuple[int, int]:
    """Return how many articles are stored, and how many of them are tagged."""
    return ArticleRow.objects.count(), TaggingRow.objects.count()


def to_article(row: ArticleRow) -> Article:
    """Return the row as the value that travels."""
    return Article(
        id=row.pk,
        source_id=row.source_id,
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        text=row.text,
        html=row.html,
        images=tuple(Image(**image) for image in row.images),
        published=row.published,
        author=row.author,
        editor=row.editor,
        origin=row.origin,
        summary=row.summary,
        page=row.page,
        column=row.column,
        fetched_at=row.fetched_at,
        content_hash=row.content_hash,
    )


def _columns(article: Article) -> dict[str, object]:
    """Return what a (re)collected article writes; not ``fetched_at``, which is the first sight."""
    return {
        "source_id": article.source_id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "title": article.title,
        "text": article.text,
        "html": article.html,
        "images": [asdict(image) for image in article.images],
        "published": article.published,
        "dated_at": article.published or article.fetched_at,
        "author": article.author,
        "editor": article.editor,
        "origin": article.origin,
        "summary": article.summary,
        "page": article.page,
        "column": article.column,
        "content_hash": article.content_hash,
    }
