"""What visits to sources gave, stored: articles, the sources' memory, pictures that were sent in.

What this module never does: visit a source.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.files.wholefile import write_whole
from pipeline.model import FetchCause
from pipeline.store import sources
from pipeline.week.report import SourceLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.collect import SourceResult
    from pipeline.config import Settings


def keep(results: Sequence[SourceResult], now: datetime) -> list[SourceLine]:
    """Store what each visit gave, whole or not at all; return what became of each source."""
    harvests = [
        sources.Harvest(
            fetch=sources.Fetch(
                source_id=one.source_id,
                at=now,
                status=one.status,
                seconds=one.seconds,
                fetched=one.fetched,
                error=one.error or "",
                cause=one.cause,
            ),
            articles=one.articles,
            state=one.state.to_json(),
        )
        for one in results
    ]
    return [
        SourceLine(
            id=one.source_id,
            status="failed" if added.refused else one.status,
            fetched=one.fetched,
            new=added.new,
            error=added.refused or one.error,
            warnings=one.warnings,
            cause=FetchCause.DATABASE if added.refused else one.cause,
        )
        for one, added in zip(results, sources.add_harvests(harvests), strict=True)
    ]


def keep_picture(settings: Settings, data: bytes, ending: str) -> str:
    """Store a picture that was sent in under its own hash and return its address."""
    name = f"{hashlib.sha256(data).hexdigest()[:32]}{ending}"
    folder = settings.data_dir / "site" / "media"
    if not (folder / name).exists():
        write_whole(folder / name, data)
    return f"{settings.site_url}/media/{name}"
