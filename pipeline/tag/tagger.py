"""The tagger: one article in, one `Tagging` out, every tag with its evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from pipeline.chinese.simplify import simplify
from pipeline.model import Evidence, Tagging
from pipeline.tag.events import find_events
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.learn import load as load_learnt
from pipeline.tag.places import PlaceFinder
from pipeline.tag.summary import get_summary
from pipeline.tag.themes import ThemeFinder
from pipeline.tag.tokenizer import make_tokenizer
from pipeline.tag.wording import get_keywords

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.model import Community, Event
    from pipeline.tag.learn import Learnt
    from pipeline.tag.tokenizer import Engine, Tokenizer

_SEGMENTED = 20_000  # characters of a text that keywords are drawn from


def _at_the_only_unit(
    events: tuple[Event, ...], communities: tuple[Community, ...]
) -> tuple[Event, ...]:
    """Return the events, those without a place at the community that alone the story names."""
    if len(communities) != 1:
        return events
    name = communities[0].name
    return tuple(one if one.place else replace(one, place=name) for one in events)


def _learnt_evidence(
    theme: str, word: str, weight: float, plain: tuple[str, str], original: tuple[str, str]
) -> Evidence | None:
    """Return where a word stands that moved a theme's score; None when it stands nowhere."""
    for name, content, shown in zip(("title", "text"), plain, original, strict=True):
        start = content.find(word)
        if start >= 0:
            end = start + len(word)
            return Evidence(f"theme:{theme}", "learnt", shown[start:end], name, start, end, weight)
    return None


class Tagger:
    """Tags articles with one gazetteer, one themes file and one tokenizer."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        themes: ThemeFinder,
        tokenizer: Tokenizer,
        learnt: Mapping[str, Learnt] | None = None,
    ) -> None:
        """Put the parts together; see `load`."""
        self._learnt = learnt or {}
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
        engine: Engine = "jieba",
        learnt: Path | None = None,
        whole: bool = True,
    ) -> Self:
        """Read the data files (the shipped ones where None) and build the tokenizer.

        ``whole``: read all words and terms now; else as they are asked for, which is cheaper for
        a few texts.

        Raises:
            ConfigError: a data file is wrong (file, line and key are named), or the engine is
                not installed.
        """
        gazetteer = Gazetteer.load(members, places)
        finder = ThemeFinder(themes)
        words = [*gazetteer.words(), *finder.words()]
        tagger = cls(gazetteer, finder, make_tokenizer(words, engine), load_learnt(learnt))
        if whole:
            tagger.read_all()
        return tagger

    def read_all(self) -> None:
        """Read all words and terms now: worth it before some hundred texts.

        Raises:
            ConfigError: a file of the themes is wrong; file and line are named.
        """
        self._tokenizer.read_all()
        self._themes.read_all()

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
        original = (title, text)
        found = self._places.find(plain_title, plain_text, home, original)
        names = [(one.field, one.start, one.end) for one in found.communities]
        tokens = list(self._tokenizer.cut(f"{plain_title}\n{plain_text[:_SEGMENTED]}"))
        themes, theme_evidence = self._themes.find(plain_title, plain_text, names, original, tokens)
        events, event_evidence = find_events(
            plain_title, plain_text, None if found.is_elsewhere else published, original
        )  # nobody travels to another city's market
        events = _at_the_only_unit(events, found.communities)
        if self._learnt:
            themes, theme_evidence = self._relearn(
                themes, theme_evidence, frozenset(tokens), (plain_title, plain_text), original
            )
        return Tagging(
            districts=found.districts,
            communities=found.communities,
            themes=themes,
            keywords=get_keywords(tokens, self._place_words),
            summary=get_summary(text),
            events=events,
            evidence=(*found.evidence, *theme_evidence, *event_evidence),
        )

    def tag_by_rules(self, title: str, text: str) -> tuple[str, ...]:
        """Return the themes that the rules alone give."""
        plain = simplify(title), simplify(text)
        return self._themes.find(*plain, words=self._tokenizer.cut("\n".join(plain)))[0]

    def list_words(self, title: str, text: str) -> frozenset[str]:
        """Return the words a model may learn from: no places, nothing of one character."""
        tokens = self._tokenizer.cut(simplify(f"{title}\n{text[:_SEGMENTED]}"))
        return frozenset(one for one in tokens if len(one) > 1) - self._place_words

    def _relearn(
        self,
        themes: tuple[str, ...],
        evidence: tuple[Evidence, ...],
        words: frozenset[str],
        plain: tuple[str, str],
        original: tuple[str, str],
    ) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
        """Return the themes as the editors' corrections have taught, with the words that did it."""
        kept, shown = list(themes), list(evidence)
        for theme, model in self._learnt.items():
            holds = model.score(words, said=theme in themes) > 0
            if theme in kept and not holds:
                kept.remove(theme)
                shown = [one for one in shown if one.target != f"theme:{theme}"]
            elif holds and theme not in kept:
                found = [
                    _learnt_evidence(theme, word, model.words[word], plain, original)
                    for word in sorted(words & model.words.keys())
                    if model.words[word] > 0
                ]
                if any(found):
                    kept.append(theme)
                    shown += [one for one in found if one]
        return tuple(kept), tuple(shown)

    def split(self, text: str, *, guess: bool = True) -> list[str]:
        """Return the words of a text in order; joined they are the text.

        ``guess``: unknown words (names) are put together; else only the dictionary's are words.
        """
        cut = self._tokenizer.cut if guess else self._tokenizer.cut_by_dictionary
        return list(cut(text))

    def cut(self, text: str) -> list[str]:
        """Return the words of a text as search knows them: long words also in their parts.

        Traditional characters are simplified, so that one query finds both.
        """
        return list(self._tokenizer.cut_for_search(simplify(text)))
