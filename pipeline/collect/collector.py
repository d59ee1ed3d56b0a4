"""One visit to every source, each beside the others, and what it gave handed over.

What this module never does: let one source's failure reach another, or know how a source is read
(`kinds`, `files`).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.collect.failures import LostError, name_cause
from pipeline.collect.files import read_files
from pipeline.collect.http import Client
from pipeline.collect.kinds import read_feed, read_list, read_paper
from pipeline.collect.reader import Reader
from pipeline.collect.state import SourceState, is_alarming
from pipeline.collect.storable import storable
from pipeline.collect.visit import Visit
from pipeline.errors import CollectError, LayoutError, SelectorError
from pipeline.model import Article, FetchCause, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.dialling import Network
    from pipeline.collect.robots import Robots
    from pipeline.collect.visit import KeepPicture
    from pipeline.config import CollectSettings

_MANY_LOST = 3  # articles that could not be read, and none that could: no accident

MOST_TOGETHER = 50
"""Results that are handed over at once: few enough that others who write wait for moments only."""


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What one visit to one source gave."""

    source_id: str
    status: str  # ok, unchanged, failed, skipped (too early), muted (gone)
    fetched: int  # entries the source listed
    articles: tuple[Article, ...]
    error: str | None  # one line; None when it went well
    warnings: tuple[str, ...]
    state: SourceState
    seconds: float
    cause: FetchCause | None = None  # why it failed, or is not asked any more


async def collect(
    sources: Sequence[Source],
    *,
    root: Path,
    settings: CollectSettings,
    allow_nets: Sequence[Network],
    states: Mapping[str, SourceState],
    now: Callable[[], datetime],
    on_results: Callable[[Sequence[SourceResult]], Awaitable[None]],
    insist: bool = False,
    keep_picture: KeepPicture | None = None,
) -> None:
    """Visit every source once; ``on_results`` gets each result as soon as it is there.

    Those that came while it was busy come together, ``MOST_TOGETHER`` at the most.

    ``insist``: also the sources that are muted or that asked not to be visited so soon, and of all
    of them what stands there now, changed or not.
    ``keep_picture``: stores a picture that was sent in and returns its address; without it such
    pictures are left out, with a warning.
    """
    known = [state.robots for state in states.values() if state.robots]
    async with Client(settings, allow_nets, now, known) as client:
        reader = Reader(client, root, settings.max_bytes)
        visits = [
            Visit(source, reader, states.get(source.id, SourceState()), now(), root, keep_picture)
            for source in sources
        ]
        done: asyncio.Queue[asyncio.Task[SourceResult]] = asyncio.Queue()
        alive = {
            asyncio.create_task(_visit(visit, client.robots, insist=insist)) for visit in visits
        }
        del visits  # what was handed over is not held here
        for task in alive:
            task.add_done_callback(done.put_nowait)
        try:
            while alive:
                some = [await done.get()]
                while len(some) < MOST_TOGETHER and not done.empty():
                    some.append(done.get_nowait())
                alive.difference_update(some)
                await on_results([task.result() for task in some])
        finally:  # when on_results fails, no visit goes on behind its back
            for task in alive:
                task.cancel()
            await asyncio.gather(*alive, return_exceptions=True)


async def _visit(visit: Visit, robots: Robots, *, insist: bool) -> SourceResult:
    began = time.perf_counter()
    visit.state = visit.state.begin(visit.source)
    if insist:
        visit.state = visit.state.ask_for_all()
    elif held := visit.state.why_not(visit.now):
        muted = FetchCause.GONE if visit.state.muted else None
        return _result(visit, held[0], None, began, cause=muted, more=(held[1],))
    if visit.state.url:
        visit.warnings.append(f"has moved to {visit.state.url}; write that into feeds.yaml")
        visit.source = replace(visit.source, url=visit.state.url)
    error: str | None = None
    cause: FetchCause | None = None
    status = "ok"
    try:
        unchanged = await _READERS[visit.source.kind](visit)
        status = "unchanged" if unchanged else "ok"
        alarm = None if unchanged else is_alarming(visit.state, visit.fetched)
        if alarm:
            raise LayoutError(alarm)  # noqa: TRY301 - one way out for every failure
        _refuse_loss_of_all(visit)
        visit.state = visit.state.after_success(visit.fetched, visit.fresh, visit.now)
    except Exception as failure:  # noqa: BLE001 - parsers raise anything; no source stops another
        status = "failed"
        said = " ".join(str(failure).split())
        known = isinstance(failure, CollectError)
        cause = name_cause(failure)
        error = said if known else f"not understood: {type(failure).__name__}: {said}"
        where = "" if visit.source.url in error else f"{visit.source.url}: "
        error = storable(f"{visit.source.id}: {where}{error}")
        usual = visit.state.usual()
        if isinstance(failure, SelectorError) and usual:
            error += f" (found 0 items where {usual} are usual)"
        visit.state = visit.state.after_failure(failure, error, visit.now)
        failure.__traceback__ = failure.__context__ = None  # its frames may hold a large document
        if visit.state.muted:
            error += "; it will not be asked again"
    visit.reader.leave_room()
    visit.state = replace(visit.state, robots=robots.get_known(visit.source.url))
    return _result(visit, status, error, began, cause=cause)


def _refuse_loss_of_all(visit: Visit) -> None:
    """Let a visit fail where a list is as ever, but no article behind it can be read.

    Without it the source would fall silent. Its cause is the one that most of them have.

    Raises:
        LostError: naming the first article of that cause.
    """
    if visit.articles or len(visit.lost) < _MANY_LOST:
        return
    ((cause, _),) = Counter(cause for cause, _ in visit.lost).most_common(1)
    first = next(said for one, said in visit.lost if one is cause)
    what = f"none of {len(visit.lost)} new articles could be read"
    raise LostError(f"{what}; the first: {first}", cause)


def _result(
    visit: Visit,
    status: str,
    error: str | None,
    began: float,
    *,
    cause: FetchCause | None,
    more: tuple[str, ...] = (),
) -> SourceResult:
    return SourceResult(
        source_id=visit.source.id,
        status=status,
        fetched=visit.fetched,
        articles=tuple(visit.articles),
        error=error,
        warnings=tuple(map(storable, (*visit.warnings, *more))),
        state=visit.state,
        seconds=time.perf_counter() - began,
        cause=cause,
    )


_READERS: dict[SourceKind, Callable[[Visit], Awaitable[bool]]] = {
    SourceKind.FEED: read_feed,
    SourceKind.PAGE: read_list,
    SourceKind.PAPER: read_paper,
    SourceKind.FILE: read_files,
}
