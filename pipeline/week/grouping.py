"""Articles of a week into stories, with what they may reprint from before.

What this module never does: say what a reprint is (`pipeline.tag.reprints` does), or obey less than
editors have merged and split.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.files.wholefile import write_whole
from pipeline.store import articles, stories
from pipeline.tag import reprints
from pipeline.tag.reprints import Document, Index

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.calendar import Period
    from pipeline.config import Settings
    from pipeline.model import Article

_LOOK_BACK = timedelta(days=28)  # a reprint may follow its original by so much


def group(settings: Settings, period: Period) -> None:
    """Group the articles of the period and of the weeks before it into stories.

    Older ones join only where something of the period may be a reprint of them. Where no article
    has come or changed since the last time, the stories stand as they are.
    """
    since = period.starts - _LOOK_BACK
    versions = articles.list_versions(period.ends)
    done = settings.data_dir / "cache" / "grouped"
    state = f"{reprints.RULES} {period.week} {sorted(versions.items())}"
    stamp = hashlib.sha256(state.encode()).hexdigest()
    if _read(done) == stamp.encode() and stories.have_places(period.starts, period.ends):
        return
    found = articles.list_articles(since, period.ends)
    samples = {
        str(one.id): reprints.get_sample(_document(one))
        for one in found
        if (one.published or one.fetched_at) >= period.starts
    }
    path = settings.data_dir / "cache" / "reprints.index"
    index = reprints.Index.from_bytes(_read(path))
    recent = {one.id for one in found}
    older = {key: version for key, version in versions.items() if key not in recent}
    _refresh(index, older, path)
    named = index.find(list(samples.values()))
    old = {int(key.partition(":")[0]) for keys in named for key in keys}
    old |= stories.list_mates(old)
    documents = {one.id: one for one in map(_document, articles.get_articles(sorted(old)))}
    documents |= {one.id: one for one in map(_document, found)}
    stories.save_groups(
        (int(one.lead), {int(key): score for key, score in one.scores.items()})
        for one in reprints.group(list(documents.values()), samples)
    )
    write_whole(done, stamp.encode())


def _refresh(index: Index, versions: Mapping[int, str], path: Path) -> None:
    """Bring the index of old articles up to date; the file is a cache and may be deleted."""
    wanted = {f"{key}:{version[:16]}": key for key, version in versions.items()}
    known = set(index.ids)
    missing = [key for name, key in wanted.items() if name not in known]
    if not missing and known == wanted.keys():
        return
    index.keep(wanted)
    for one in articles.get_articles(missing):
        index.add(f"{one.id}:{one.content_hash[:16]}", reprints.get_sample(_document(one)))
    write_whole(path, index.to_bytes())


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _document(article: Article) -> Document:
    return Document(str(article.id), article.title, article.text)
