"""Editors' corrections of tags: kept as lessons for the tagger, and obeyed at once.

What this module never does: change a tagging; the tagger's own word stays beside the editor's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from pipeline.store import audit
from pipeline.store.models import ArticleRow, LabelRow, TaggingRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pipeline.model import Tagging

Kind = Literal["districts", "themes"]
_CHUNK = 200


def add_correction(
    article_id: int,
    kind: Kind,
    *,
    before: tuple[str, ...],
    after: tuple[str, ...],
    user: str,
    at: datetime,
) -> None:
    """Keep an editor's correction of one article's districts or themes; equal tags add nothing."""
    if before == after:
        return
    with transaction.atomic():
        LabelRow.objects.create(
            article_id=article_id, kind=kind, before=list(before), after=list(after),
            user=user, at=at,
        )  # fmt: skip
        audit.add_entry(
            "retag", user=user, at=at,
            payload={"article": article_id, "kind": kind,
                     "before": list(before), "after": list(after)},
        )  # fmt: skip


def get_corrections(article_ids: Iterable[int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return the latest correction of each kind, by article key."""
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    rows = LabelRow.objects.filter(article_id__in=list(article_ids)).order_by("pk")
    for article_id, kind, after in rows.values_list("article_id", "kind", "after"):
        found.setdefault(article_id, {})[kind] = tuple(after)
    return found


def correct(tagging: Tagging, corrections: dict[str, tuple[str, ...]] | None) -> Tagging:
    """Return the tagging with an editor's corrections in place of the tagger's words."""
    if not corrections:
        return tagging
    return replace(
        tagging,
        districts=corrections.get("districts", tagging.districts),
        themes=corrections.get("themes", tagging.themes),
    )


def list_labels() -> Iterator[dict[str, Any]]:
    """Yield every corrected article as a labelled line that ``evaluate`` reads, oldest key first.

    What no editor corrected stands as the tagger said it: the editor saw it and let it stand.
    """
    corrected = LabelRow.objects.order_by("article_id").values_list("article_id", flat=True)
    ids = list(dict.fromkeys(corrected))
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        corrections = get_corrections(some)
        taggings = TaggingRow.objects.in_bulk(some)
        for row in ArticleRow.objects.filter(pk__in=some).order_by("pk"):
            payload = taggings[row.pk].payload if row.pk in taggings else {}
            yield {
                "id": str(row.pk),
                "title": row.title,
                "text": row.text,
                "published": row.published.isoformat() if row.published else None,
                "districts": list(payload.get("districts", [])),
                "themes": list(payload.get("themes", [])),
                "communities": list(
                    dict.fromkeys(one["name"] for one in payload.get("communities", []))
                ),
            } | {kind: list(after) for kind, after in corrections[row.pk].items()}
