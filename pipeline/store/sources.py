"""What is remembered of sources: their state and the history of fetches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from pipeline.store.articles import Added, add_articles
from pipeline.store.models import FetchRow, SourceStateRow

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def add_fetch(fetch: Fetch, articles: Iterable[Article], state: dict[str, Any]) -> Added:
    """Store what one source gave: its articles, its new state and the attempt, all or none."""
    with transaction.atomic():
        added = add_articles(articles)
        SourceStateRow.objects.update_or_create(
            source_id=fetch.source_id, defaults={"payload": state, "updated_at": fetch.at}
        )
        FetchRow.objects.create(
            source_id=fetch.source_id,
            at=fetch.at,
            status=fetch.status,
            seconds=round(fetch.seconds, 3),
            fetched=fetch.fetched,
            new=added.new,
            revised=added.revised,
            error=fetch.error,
        )
    return added


def get_states() -> dict[str, dict[str, Any]]:
    """Return the stored state of every source ever read, by source id."""
    return dict(SourceStateRow.objects.values_list("source_id", "payload"))


def list_last_fetches() -> dict[str, Fetch]:
    """Return the latest attempt at each source, by source id."""
    last = FetchRow.objects.values("source_id").annotate(last=Max("pk")).values("last")
    return {row.source_id: _fetch(row) for row in FetchRow.objects.filter(pk__in=last)}


def list_fetches(source_id: str, limit: int = 20) -> list[Fetch]:
    """Return the latest attempts at one source, newest first."""
    rows = FetchRow.objects.filter(source_id=source_id).order_by("-at", "-pk")[:limit]
    return [_fetch(row) for row in rows]


def _fetch(row: FetchRow) -> Fetch:
    return Fetch(row.source_id, row.at, row.status, row.seconds, row.fetched, row.error)
