"""What proofreading holds names and words against: the register, the gazetteer and the lists.

Brings the tagger's gazetteer and the proofreaders' lists together, since neither room knows the
other. What this module never does: judge a text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.week.schedule import get_calendar
from pipeline.week.tagger import load_tagger

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.calendar import Calendar
    from pipeline.config import Settings
    from pipeline.proof import Reference


def get_reference(settings: Settings) -> Reference:
    """Return the reference of the settings, the tagger's way to split words included.

    The tables are read once a process.

    Raises:
        ConfigError: a file is wrong; file, line and key are named.
    """
    feeds, root = settings.feeds, settings.root
    found = _load(
        root / feeds.members if feeds.members else None,
        root / feeds.places if feeds.places else None,
        root / feeds.proof if feeds.proof else None,
        get_calendar(settings),
    )
    return replace(
        found,
        split=lambda text: load_tagger(settings).split(text),
        split_known=lambda text: load_tagger(settings).split(text, guess=False),
    )


@lru_cache(maxsize=4)
def _load(
    members: Path | None, places: Path | None, lists: Path | None, calendar: Calendar | None
) -> Reference:
    from pipeline.proof import Reference, Unit, load_lists
    from pipeline.tag.gazetteer import Gazetteer

    gazetteer = Gazetteer.load(members, places)
    party = {(one.name, one.street): one.party for one in gazetteer.members}
    units = {
        name: tuple(
            Unit(
                place.name,
                place.street,
                place.district,
                place.member,
                party.get((place.name, place.street), ""),
            )
            for place in gazetteer.get_places(name)
        )
        for name in gazetteer.names
    }
    return Reference(
        units=units,
        streets=gazetteer.districts_of_streets,
        lists=load_lists(lists),
        calendar=calendar,
    )
