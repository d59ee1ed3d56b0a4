"""What the newsroom teaches the tagger: corrections that it learns from, units it does not know.

What this module never does: change a table or a register; a person does that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.week.tagger import load_tagger

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.tag.unknown import Unknown


def list_unknown_units(settings: Settings, weeks: int) -> list[Unknown]:
    """Return the units that the articles of the last ``weeks`` name and no table knows."""
    from pipeline.store import articles
    from pipeline.tag.gazetteer import Gazetteer
    from pipeline.tag.unknown import find_unknown

    feeds, root = settings.feeds, settings.root
    gazetteer = Gazetteer.load(
        root / feeds.members if feeds.members else None,
        root / feeds.places if feeds.places else None,
    )
    since = datetime.now(UTC) - timedelta(weeks=weeks)
    found = articles.list_articles(since, datetime.now(UTC) + timedelta(days=1))
    return find_unknown((f"{one.title}\n{one.text}" for one in found), gazetteer)


def learn_from_desk(settings: Settings) -> dict[str, Any]:
    """Learn from the editors' corrections, keep what helps, and return how it fares."""
    from pipeline.store import labels
    from pipeline.tag import learn

    tagger = load_tagger(settings)
    lessons = []
    for line in labels.list_labels():
        said = tagger.tag_by_rules(line["title"], line["text"])
        words = tagger.list_words(line["title"], line["text"])
        lessons.append(learn.Lesson(words, frozenset(said), frozenset(line["themes"])))
    verdicts = learn.learn(lessons, tagger.theme_names)
    learn.save(settings.data_dir / "learnt.json", verdicts)
    return {
        "labels": len(lessons),
        "themes": [
            {
                "theme": one.theme,
                "labels": one.labels,
                "rules_f1": one.rules_f1,
                "model_f1": one.model_f1,
                "used": one.learnt is not None,
                "words": one.top_words,
            }
            for one in verdicts
        ],
    }
