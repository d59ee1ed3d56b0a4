"""What is remembered of sources: their state and the history of fetches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Max

from pipeline.model import FetchCause
from pipeline.store import articles
from pipeline.store.articles import Added
from pipeline.store.models import FetchRow, SourceStateRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pipeline.model import Article


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to read a source."""

    source_id: str
    at: datetime
    status: str  # ok unchanged failed skipped muted
    seconds: float
    fetched: int
    error: str = ""
    cause: FetchCause | None = None  # why it failed, or is not asked any more


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one visit leaves to be stored."""

    fetch: Fetch
    articles: Sequence[Article]
    state: Mapping[str, Any]


def add_harvests(harvests: Sequence[Harvest]) -> list[Added]:
    """Store what some sources gave: their articles, new states and the attempts, all or none.

    A batch costs hardly more statements than one source; no source may be in it twice. Where the
    database or its driver refuses a value, the sources are stored one by one, and of the one that
    gave it the failed attempt alone.

    Returns:
        What became of each one's articles, in the order given.
    """
    try:
        return _add(harvests)
    except (DataError, IntegrityError, OverflowError, ValueError) as error:
        if len(harvests) > 1:
            return [added for one in harvests for added in add_harvests([one])]
        why = f"the database refuses what it gave: {str(error).splitlines()[0]}"
        (one,) = harvests
        known = SourceStateRow.objects.filter(source_id=one.fetch.source_id).first()
        failed = replace(one.fetch, status="failed", error=why, cause=FetchCause.DATABASE)
        _add([Harvest(failed, (), known.payload if known else {})])
        return [Added(refused=why)]


def _add(harvests: Sequence[Harvest]) -> list[Added]:
    with transaction.atomic():
        counts = articles.add_by_source(article for one in harvests for article in one.articles)
        SourceStateRow.objects.bulk_create(
            (
                SourceStateRow(
                    source_id=one.fetch.source_id, payload=one.state, updated_at=one.fetch.at
                )
                for one in harvests
            ),
            update_conflicts=True,
            unique_fields=["source_id"],
            update_fields=["payload", "updated_at"],
        )
        added = [counts.get(one.fetch.source_id, Added()) for one in harvests]
        FetchRow.objects.bulk_create(
            FetchRow(
                source_id=one.fetch.source_id,
                at=one.fetch.at,
                status=one.fetch.status,
                seconds=round(one.fetch.seconds, 3),
                fetched=one.fetch.fetched,
                new=count.new,
                revised=count.revised,
                error=one.fetch.error,
                cause=one.fetch.cause or "",
            )
            for one, count in zip(harvests, added, strict=True)
        )
    return added


def get_states() -> dict[str, dict[str, Any]]:
    """Return the stored state of every source ever read, by source id."""
    return dict(SourceStateRow.objects.values_list("source_id", "payload"))


def list_last_fetches() -> dict[str, Fetch]:
    """Return the latest attempt at each source, by source id."""
    last = FetchRow.objects.values("source_id").annotate(last=Max("pk")).values("last")
    return {row.source_id: _fetch(row) for row in FetchRow.objects.filter(pk__in=last)}


def _fetch(row: FetchRow) -> Fetch:
    cause = FetchCause(row.cause) if row.cause else None
    return Fetch(row.source_id, row.at, row.status, row.seconds, row.fetched, row.error, cause)
