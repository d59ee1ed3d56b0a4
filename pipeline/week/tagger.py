"""The tagger of the settings, loaded once a process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.tag import Tagger
    from pipeline.tag.tokenizer import Engine


def load_tagger(settings: Settings) -> Tagger:
    """Return the tagger with the settings' register, themes and gazetteer overrides.

    One a process, as long as its files stay as they are. Its words are read as they are asked for.
    """
    feeds = settings.feeds
    named = (feeds.members, feeds.themes, feeds.places)
    paths = [settings.root / one if one else None for one in named]
    paths.append(settings.data_dir / "learnt.json")
    stamps = tuple(one.stat().st_mtime_ns if one and one.exists() else 0 for one in paths)
    return _load_tagger(*paths, feeds.tag.engine, stamps)


@lru_cache(maxsize=1)
def _load_tagger(
    members: Path | None,
    themes: Path | None,
    places: Path | None,
    learnt: Path | None,
    engine: Engine,
    _stamps: tuple[int, ...],
) -> Tagger:
    from pipeline.tag import Tagger

    return Tagger.load(
        members=members, themes=themes, places=places, engine=engine, learnt=learnt, whole=False,
    )  # fmt: skip
