"""What the desk needs from the rest of the house, handed in by `pipeline.urls`.

The desk and the runner stand on one floor and do not import each other.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from django.urls import get_resolver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.calendar import Calendar
    from pipeline.config import Settings
    from pipeline.model import Edition
    from pipeline.proof import Report
    from pipeline.store.issues import Revision
    from pipeline.tag import Tagger

_KEPT = 32  # judgements of recent revisions


@dataclass(slots=True)
class Services:
    """The settings, three functions of the runner's, and one of the mail room's."""

    settings: Settings
    render_revision: Callable[[Settings, Revision], tuple[Edition, Report, Path]]
    load_tagger: Callable[[Settings], Tagger]
    get_calendar: Callable[[Settings], Calendar]
    send_test: Callable[[Settings, str, str], object]
    _tagger: Tagger | None = None
    _judged: OrderedDict[str, tuple[Edition, Report]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def tagger(self) -> Tagger:
        """Return the tagger, loaded once a process (a second or two)."""
        with self._lock:
            if self._tagger is None:
                self._tagger = self.load_tagger(self.settings)
            return self._tagger

    def judge(self, revision: Revision) -> tuple[Edition, Report]:
        """Return the mail and the findings of a revision; the same content is judged once."""
        key = revision.content_hash
        found = self._judged.get(key)
        if found is None:
            edition, report, _ = self.render_revision(self.settings, revision)
            found = self._judged[key] = (edition, report)
            while len(self._judged) > _KEPT:
                self._judged.popitem(last=False)
        return found


_provided: list[Services] = []


def provide(services: Services) -> None:
    """Hand the services in; a second call replaces the first."""
    _provided[:] = [services]


def get_services() -> Services:
    """Return what was handed in; the root of all addresses does that as it is read."""
    if not _provided:
        get_resolver().check()
    return _provided[0]
