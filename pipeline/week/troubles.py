"""How the sources of feeds.yaml stand by their last visits: what fails, what is gone, what moved.

What this module never does: visit a source, or say that one is silent for once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.store import sources

if TYPE_CHECKING:
    from pipeline.config import Settings


@dataclass(frozen=True, slots=True)
class Troubles:
    """What somebody has to look after, by source id."""

    failing: dict[str, str]  # why: those that are not asked any more among them
    gone: dict[str, str]  # of these, those that are not asked any more, and what to do
    moved: dict[str, str]  # the address at which it is asked now


def find_troubles(settings: Settings) -> Troubles:
    """Return how the sources that are switched on stand; what feeds.yaml has mended is left out."""
    failing: dict[str, str] = {}
    gone: dict[str, str] = {}
    moved: dict[str, str] = {}
    last, states = sources.list_last_fetches(), sources.get_states()
    for source in settings.sources:
        fetch = last.get(source.id)
        state = states.get(source.id, {})  # as collect's SourceState writes itself
        if state.get("for_url") not in {None, source.url}:
            continue
        if muted := state.get("muted"):
            held = f"{muted}; change its url in feeds.yaml, or collect it by name"
            failing[source.id] = gone[source.id] = held
        elif fetch and fetch.status == "failed":
            failing[source.id] = fetch.error
        elif fetch and fetch.status == "skipped" and state.get("failures"):
            failing[source.id] = state.get("last_error") or ""
        if state.get("url"):
            moved[source.id] = state["url"]
    return Troubles(failing, gone, moved)
