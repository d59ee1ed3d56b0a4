"""Taggings in and out of the store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from pipeline.model import Community, Event, Evidence, Tagging
from pipeline.store.models import TaggingRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.model import Article


def add_taggings(pairs: Iterable[tuple[Article, Tagging]], at: datetime) -> int:
    """Store taggings of stored articles, all or none, in place of earlier ones; return how many."""
    rows = [
        TaggingRow(
            article_id=article.id or 0,
            content_hash=article.content_hash,
            payload=to_payload(tagging),
            tagged_at=at,
        )
        for article, tagging in pairs
    ]
    with transaction.atomic():
        TaggingRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["content_hash", "payload", "tagged_at"],
        )
    return len(rows)


def get_taggings(article_ids: Iterable[int]) -> dict[int, Tagging]:
    """Return the taggings of those articles that have one, by article key: the tagger's word."""
    rows = TaggingRow.objects.in_bulk(list(article_ids))
    return {key: from_payload(row.payload) for key, row in rows.items()}


def to_payload(tagging: Tagging) -> dict[str, Any]:
    """Return the tagging as JSON values; datetimes in ISO 8601."""
    payload = asdict(tagging)
    for event in payload["events"]:
        event["start"] = event["start"].isoformat()
        event["end"] = event["end"].isoformat() if event["end"] else None
    return payload


def from_payload(payload: dict[str, Any]) -> Tagging:
    """Return the tagging that `to_payload` wrote."""
    return Tagging(
        districts=tuple(payload["districts"]),
        communities=tuple(Community(**one) for one in payload["communities"]),
        themes=tuple(payload["themes"]),
        keywords=tuple(payload["keywords"]),
        summary=payload["summary"],
        events=tuple(_event(one) for one in payload["events"]),
        evidence=tuple(Evidence(**one) for one in payload["evidence"]),
    )


def _event(payload: dict[str, Any]) -> Event:
    end = payload["end"]
    return Event(
        **payload
        | {
            "start": datetime.fromisoformat(payload["start"]),
            "end": datetime.fromisoformat(end) if end else None,
        }
    )
