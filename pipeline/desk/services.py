"""What the desk needs from the rest of the house, handed in by `pipeline.urls`.

The desk and the runner stand on one floor and do not import each other.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TYPE_CHECKING

from django.db import connections
from django.urls import get_resolver

from pipeline.desk import background
from pipeline.store import approvals, links, search

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime
    from pathlib import Path

    from pipeline.config import Settings
    from pipeline.model import Edition
    from pipeline.proof import Report
    from pipeline.store.issues import Revision
    from pipeline.tag import Tagger
    from pipeline.telling.notices import Notice
    from pipeline.week.schedule import Schedule

_log = logging.getLogger(__name__)
_KEPT = 32  # judgements of recent revisions


@dataclass(slots=True)
class Services:
    """The settings, what the runner and the mail room lend, and the starter."""

    settings: Settings
    render_revision: Callable[[Settings, Revision], tuple[Edition, Report, Path]]
    write_signed: Callable[[Settings, Revision], object]
    list_past_events: Callable[[Settings, Revision], list[str]]
    load_tagger: Callable[[Settings], Tagger]
    get_schedule: Callable[[Settings], Schedule]
    send_test: Callable[[Settings, str, str], object]
    tell: Callable[[Settings, Notice], list[str]]
    remind: Callable[[Settings, datetime], tuple[list[str], list[str]]]
    wake_post: Callable[[], None]  # the readers' post room
    start: Callable[[Settings, str, str, str], object] = background.start
    longest_test: float = 30  # seconds after which a test copy that no relay took is given up
    _tagger: Tagger | None = None
    _judged: OrderedDict[Hashable, tuple[Edition, Report]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _indexing: Lock = field(default_factory=Lock)

    def tagger(self) -> Tagger:
        """Return the tagger, loaded once a process (a second or two)."""
        with self._lock:
            if self._tagger is None:
                self._tagger = self.load_tagger(self.settings)
            return self._tagger

    def index_soon(self) -> Thread | None:
        """Let a thread index what the issues show; None when one is at it already."""
        if not self._indexing.acquire(blocking=False):
            return None
        thread = Thread(target=self._index, name="index", daemon=True)
        thread.start()
        return thread

    def _index(self) -> None:
        try:
            while search.index_issues(self.tagger().cut, 1):  # short transactions: others write too
                pass
        except Exception:  # noqa: BLE001 - whatever it is, the next search tries again
            _log.exception("the issues could not be indexed")
        finally:
            self._indexing.release()
            connections.close_all()

    def judge(self, revision: Revision) -> tuple[Edition, Report]:
        """Return the mail and the findings of a revision; the same is judged once.

        What proofreading looks at besides the content belongs to it: links and signatures.
        """
        issue = revision.issue
        checks = links.get_checks(item.url for item in issue.items)
        key = (
            revision.content_hash,
            frozenset((one.url, one.state, one.reason) for one in checks.values()),
            frozenset(approvals.list_signatures(issue.week)),
        )
        found = self._judged.get(key)
        if found is None:
            edition, report, _ = self.render_revision(self.settings, revision)
            found = self._judged[key] = (edition, report)
            while len(self._judged) > _KEPT:
                self._judged.popitem(last=False)
        return found


def write_signed(revision: Revision) -> None:
    """Write the files of what was signed.

    That they cannot be written stops nothing: the mail is made of the issue itself.
    """
    services = get_services()
    try:
        services.write_signed(services.settings, revision)
    except OSError:
        _log.exception("the files of the signed issue were not written")


def tell_soon(notice: Notice) -> Thread:
    """Tell the editors from a thread: a mail server that is slow holds no page up."""
    thread = Thread(target=_tell, args=(get_services(), notice), name="tell", daemon=True)
    thread.start()
    return thread


def _tell(services: Services, notice: Notice) -> None:
    try:
        for line in services.tell(services.settings, notice):
            _log.warning("%s", line)
    except Exception:  # noqa: BLE001 - the signature stands, whoever heard of it
        _log.exception("the editors could not be told")
    finally:
        connections.close_all()


_provided: list[Services] = []


def provide(services: Services) -> None:
    """Hand the services in; a second call replaces the first."""
    _provided[:] = [services]


def get_services() -> Services:
    """Return what was handed in; the root of all addresses does that as it is read."""
    if not _provided:
        get_resolver().check()
    return _provided[0]
