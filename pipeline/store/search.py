"""Search over everything ever collected or published, behind one function on both databases.

Words are cut by a function handed in (the tagger's private tokenizer), for documents and
queries alike. The tokens stand in a table of their own with FTS5 (SQLite) or a tsvector
(PostgreSQL) on it. What this module never does: load a tokenizer, or rank by anything but words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from pipeline import issue_json
from pipeline.store.labels import correct, get_corrections
from pipeline.store.models import ArticleRow, IssueItemRow, IssueRevisionRow, IssueRow, SearchRow
from pipeline.store.taggings import get_taggings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    Cut = Callable[[str], Iterable[str]]
    """Cuts a text into words; whatever is no word may come too."""

_BATCH = 200
_MANY = 1000  # documents indexed at once after which PostgreSQL should count anew
_LONGEST = 30_000  # characters of a text that are indexed
_MOST_WORDS = 12  # of a query
_BEFORE, _AFTER = 30, 90  # characters of an excerpt around the first word found


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be. Empty means anything."""

    district: str = ""
    theme: str = ""
    member: str = ""
    source: str = ""
    kind: str = ""  # article, item
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found, with its words marked."""

    article_id: int | None  # None: an item of an issue
    week: str  # "" for an article
    key: str
    source_id: str
    dated_at: datetime
    districts: tuple[str, ...]
    themes: tuple[str, ...]
    title: tuple[tuple[str, bool], ...]  # (stretch, whether it is a word of the query)
    excerpt: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, best first."""

    hits: tuple[Hit, ...]
    total: int
    words: tuple[str, ...]


def search(
    query: str, filters: Filters | None = None, *, cut: Cut, limit: int = 20, offset: int = 0
) -> Found:
    """Return the documents that hold every word of the query; without a word, the newest.

    A word also finds longer words that begin with it: 走马塘 finds 走马塘村.
    """
    words = _longest(get_words(query, cut))[:_MOST_WORDS]
    clauses, values = _conditions(filters or Filters())
    table, order = "search_document d", "d.dated_at DESC, d.id DESC"
    if words:
        if connection.vendor == "sqlite":
            table = "search_index JOIN search_document d ON d.id = search_index.rowid"
            clauses.insert(0, "search_index MATCH %s")
            values.insert(0, " ".join(f'"{word}"*' for word in words))
            order = "search_index.rank, d.dated_at DESC"
        else:
            clauses.insert(0, "d.vector @@ to_tsquery('simple', %s)")
            values.insert(0, " & ".join(f"'{word}':*" for word in words))
            order = "ts_rank(d.vector, to_tsquery('simple', %s)) DESC, d.dated_at DESC"
    where = f"FROM {table} WHERE {' AND '.join(clauses or ['1 = 1'])}"
    again = [values[0]] if words and connection.vendor != "sqlite" else []
    with connection.cursor() as cursor:
        # Every value is a parameter; only our own column names stand in the text.
        cursor.execute(
            f"SELECT d.id, count(*) OVER () {where} ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, *again, limit, offset],
        )
        page = cursor.fetchall()
        if not page and offset:  # beyond the last page nothing says how many there are
            cursor.execute(f"SELECT 0, count(*) {where}", values)
        total = int((page or cursor.fetchall() or [(0, 0)])[0][1])
    keys = [int(row[0]) for row in page]
    rows = SearchRow.objects.select_related("article").defer("tokens").in_bulk(keys)
    return Found(tuple(_hit(rows[key], words) for key in keys), total, tuple(words))


def get_words(text: str, cut: Cut) -> list[str]:
    """Return the words of a text in order, each once, in lower case; no punctuation."""
    words = (re.sub(r"[\W_]+", "", word).lower() for word in cut(text))
    return list(dict.fromkeys(word for word in words if word))


def _longest(words: list[str]) -> list[str]:
    """Return the words without those that are only part of another one."""
    return [word for word in words if not any(word != other and word in other for other in words)]


def mark(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return the text in stretches, those that are one of the words marked."""
    if not words or not text:
        return ((text, False),)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(word) for word in longest_first), re.IGNORECASE)
    parts: list[tuple[str, bool]] = []
    last = 0
    for match in pattern.finditer(text):
        if match.start() > last:
            parts.append((text[last : match.start()], False))
        parts.append((match.group(), True))
        last = match.end()
    if last < len(text) or not parts:
        parts.append((text[last:], False))
    return tuple(parts)


def index(cut: Cut) -> int:
    """Bring the index up to date with articles, tags, corrections and issues; return how many."""
    return _index_articles(cut) + index_issues(cut)


def index_issues(cut: Cut, most: int | None = None) -> int:
    """Bring the index up to date with what the issues show; return how many items that were.

    Costs three queries when nothing changed. With ``most`` so many issues are indexed, the latest
    first; `count_stale_issues` says what is left.
    """
    count = 0
    for issue_id, _, n in _list_stale_issues()[:most]:
        with transaction.atomic():
            revision = IssueRevisionRow.objects.get(issue_id=issue_id, n=n)
            count += _index_issue(revision, IssueRow.every.get(pk=issue_id), cut)
    return count


def count_stale_issues() -> int:
    """Return how many issues show something that the index does not know yet."""
    return len(_list_stale_issues())


def _list_stale_issues() -> list[tuple[int, str, int]]:
    """Return (issue, week, revision) of what is not indexed, the latest week first."""
    last = {
        issue_id: (week, n, digest)
        for issue_id, week, n, digest in IssueRevisionRow.objects.order_by("n").values_list(
            "issue_id", "issue__week", "n", "content_hash"
        )
    }
    indexed = dict(SearchRow.objects.filter(article=None).values_list("week", "version"))
    filled = set(IssueItemRow.objects.values_list("issue_id", flat=True).distinct())
    stale = [
        (issue_id, week, n)
        for issue_id, (week, n, digest) in last.items()
        # An issue without items has no rows that could say it is indexed.
        if indexed.get(week) != digest and (week in indexed or issue_id in filled)
    ]
    return sorted(stale, key=lambda one: one[1], reverse=True)


def index_articles(article_ids: Sequence[int], cut: Cut) -> None:
    """Index these articles anew."""
    for start in range(0, len(article_ids), _BATCH):
        keys = article_ids[start : start + _BATCH]
        taggings, corrections = get_taggings(keys), get_corrections(keys)
        rows = ArticleRow.objects.filter(pk__in=keys).select_related("tagging")
        documents = []
        for row in rows:
            tagging = taggings.get(row.pk)
            if tagging:
                tagging = correct(tagging, corrections.get(row.pk))
            tagged = row.tagging.tagged_at if tagging else None
            documents.append(
                SearchRow(
                    article_id=row.pk,
                    version=_version(row.content_hash, tagged),
                    title=row.title,
                    source_id=row.source_id,
                    dated_at=row.dated_at,
                    districts=_listed(tagging.districts if tagging else ()),
                    themes=_listed(tagging.themes if tagging else ()),
                    members=_listed(
                        one.name for one in (tagging.communities if tagging else ()) if one.member
                    ),
                    tokens=" ".join(get_words(f"{row.title}\n{row.text[:_LONGEST]}", cut)),
                )
            )
        with transaction.atomic():
            SearchRow.objects.filter(article_id__in=keys).delete()
            SearchRow.objects.bulk_create(documents)


def refresh_statistics() -> None:
    """Let PostgreSQL see what the index holds now: without figures it reads every document."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_document")


def forget_article(article_id: int) -> None:
    """Mark one article's entry as out of date; the next `index` makes it anew."""
    SearchRow.objects.filter(article_id=article_id).update(version="")


def _index_articles(cut: Cut) -> int:
    stale = [
        pk
        for pk, digest, tagged, version in ArticleRow.objects.order_by("pk").values_list(
            "pk", "content_hash", "tagging__tagged_at", "search__version"
        )
        if version != _version(digest, tagged)
    ]
    index_articles(stale, cut)
    if len(stale) >= _MANY:
        refresh_statistics()
    return len(stale)


def _index_issue(revision: IssueRevisionRow, issue: IssueRow, cut: Cut) -> int:
    SearchRow.objects.filter(article=None, week=issue.week).delete()
    items = issue_json.from_json(revision.payload).items
    SearchRow.objects.bulk_create(
        SearchRow(
            week=issue.week,
            key=item.key,
            version=revision.content_hash,
            title=item.title,
            body=f"{item.summary} {item.why}".strip(),
            source_id=item.source_id,
            dated_at=issue.publishes_at,
            districts=_listed(item.districts),
            themes=_listed(item.themes),
            members=_listed(one.name for one in item.communities if one.member),
            tokens=" ".join(get_words(f"{item.title}\n{item.summary}\n{item.why}", cut)),
        )
        for item in items
    )
    return len(items)


def _version(digest: str, tagged: datetime | None) -> str:
    return f"{digest[:40]}:{tagged.isoformat() if tagged else ''}"


def _listed(names: Iterable[str]) -> str:
    joined = "|".join(dict.fromkeys(names))
    return f"|{joined}|" if joined else ""


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    clauses: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("districts", filters.district),
        ("themes", filters.theme),
        ("members", filters.member),
    ):
        if value:
            clauses.append(f"d.{column} LIKE %s")
            values.append(f"%|{value}|%")
    if filters.source:
        clauses.append("d.source_id = %s")
        values.append(filters.source)
    if filters.kind:
        clauses.append(f"d.article_id IS {'NOT ' if filters.kind == 'article' else ''}NULL")
    for operator, moment in ((">=", filters.since), ("<", filters.until)):
        if moment:
            clauses.append(f"d.dated_at {operator} %s")
            values.append(connection.ops.adapt_datetimefield_value(moment))
    return clauses, values


def _hit(row: SearchRow, words: Sequence[str]) -> Hit:
    body = row.article.text if row.article else row.body
    return Hit(
        article_id=row.article_id,
        week=row.week,
        key=row.key,
        source_id=row.source_id,
        dated_at=row.dated_at,
        districts=tuple(one for one in row.districts.split("|") if one),
        themes=tuple(one for one in row.themes.split("|") if one),
        title=mark(row.title, words),
        excerpt=mark(_excerpt(body, words), words),
    )


def _excerpt(text: str, words: Sequence[str]) -> str:
    flat = " ".join(text.split())
    places = [at for at in (flat.lower().find(word) for word in words) if at >= 0]
    start = max(0, min(places, default=0) - _BEFORE)
    end = min(len(flat), start + _BEFORE + _AFTER)
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
