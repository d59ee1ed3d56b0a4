"""The tagger: one article in, one `Tagging` out, every tag with its evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from pipeline.model import Tagging
from pipeline.tag.events import find_events
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.places import PlaceFinder
from pipeline.tag.simplify import simplify
from pipeline.tag.themes import ThemeFinder
from pipeline.tag.tokenizer import make_tokenizer
from pipeline.tag.wording import get_keywords, get_summary

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.model import Evidence
    from pipeline.tag.tokenizer import Engine, Tokenizer

_SEGMENTED = 20_000  # characters of a text that keywords are drawn from


class Tagger:
    """Tags articles with one gazetteer, one themes file and one tokenizer."""

    def __init__(self, gazetteer: Gazetteer, themes: ThemeFinder, tokenizer: Tokenizer) -> None:
        """Put the parts together; see `load`."""
        self.gazetteer = gazetteer
        self._places = PlaceFinder(gazetteer)
        self._themes = themes
        self.theme_names = themes.names
        self._tokenizer = tokenizer
        self._place_words = frozenset(gazetteer.words())

    @classmethod
    def load(
        cls,
        *,
        members: Path | None = None,
        themes: Path | None = None,
        places: Path | None = None,
        cache_dir: Path | None = None,
        engine: Engine = "jieba",
    ) -> Self:
        """Read the data files (the shipped ones where None) and build the tokenizer.

        Raises:
            ConfigError: a data file is wrong (file, line and key are named), or the engine is
                not installed.
        """
        gazetteer = Gazetteer.load(members, places)
        finder = ThemeFinder(themes)
        words = [*gazetteer.words(), *finder.words()]
        return cls(gazetteer, finder, make_tokenizer(words, cache_dir, engine))

    def tag(
        self,
        title: str,
        text: str,
        *,
        published: datetime | None = None,
        home: str | None = None,
    ) -> Tagging:
        """Return the tags of one article; any text gives a valid answer.

        ``home`` is the district its source serves, where it serves one. Offsets count
        characters of the original title and text.
        """
        plain_title, plain_text = simplify(title), simplify(text)
        found = self._places.find(plain_title, plain_text, home)
        themes, theme_evidence = self._themes.find(plain_title, plain_text)
        events, event_evidence = find_events(plain_title, plain_text, published)
        tokens = self._tokenizer.cut(f"{plain_title}\n{plain_text[:_SEGMENTED]}")
        original = {"title": title, "text": text}

        def shown(one: Evidence) -> Evidence:
            return replace(one, surface=original[one.field][one.start : one.end])

        return Tagging(
            districts=found.districts,
            communities=found.communities,
            themes=themes,
            keywords=get_keywords(tokens, self._place_words),
            summary=get_summary(text),
            events=events,
            evidence=tuple(
                shown(one) for one in (*found.evidence, *theme_evidence, *event_evidence)
            ),
        )

    def cut(self, text: str) -> list[str]:
        """Return the words of a text as search knows them: long words also in their parts.

        Traditional characters are simplified, so that one query finds both.
        """
        return list(self._tokenizer.cut_for_search(simplify(text)))
