"""One visit to one source while it goes on, and the hash of what an article says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.collect.dates import is_believable
from pipeline.collect.storable import make_storable

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.canonical import Claim
    from pipeline.collect.reader import Reader
    from pipeline.collect.state import SourceState
    from pipeline.model import Article, FetchCause, Source

KeepPicture = Callable[[bytes, str], str]
"""Stores a picture's bytes under a name with that ending and returns its address."""


@dataclass(slots=True)
class Visit:
    """What is known of a source at its visit, and what the visit has given so far."""

    source: Source
    reader: Reader
    state: SourceState
    now: datetime
    root: Path
    keep_picture: KeepPicture | None = None  # None: pictures that are sent in are left out
    articles: list[Article] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lost: list[tuple[FetchCause, str]] = field(default_factory=list)  # why articles were left out
    fetched: int = 0
    held: int = 0  # characters of the articles
    claimed: dict[str, Claim] = field(default_factory=dict)  # by files, now or before: by address
    fresh: float = 0.0  # seconds for which the source need not be asked again


def hashed(article: Article) -> Article:
    """Return the article as it can be stored, with the hash of what it says.

    A day that its address or file names and that nobody can believe is none.
    """
    article = make_storable(article)
    if article.published and not is_believable(article.published, article.fetched_at):
        article = replace(article, published=None)
    digest = hashlib.sha256(f"{article.title}\n{article.text}".encode("utf-8", "replace"))
    return replace(article, content_hash=digest.hexdigest())
