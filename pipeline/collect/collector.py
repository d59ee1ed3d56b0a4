"""One visit to every source: list, fetch what is new, hand over the articles.

What this module never does: let one source's failure reach another.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.collect import entries as lists
from pipeline.collect.addresses import canonical_url
from pipeline.collect.apart import apart
from pipeline.collect.arrival import arrive, find_day, read_editions
from pipeline.collect.files import read_files
from pipeline.collect.freshness import get_feed_seconds
from pipeline.collect.http import Client
from pipeline.collect.images import read_images
from pipeline.collect.multipage import read_article
from pipeline.collect.pages import SHORT, clean, to_text
from pipeline.collect.reader import Reader
from pipeline.collect.records import find_query, read_records, records_of_page
from pipeline.collect.sitemaps import follow, is_index, read_index
from pipeline.collect.state import REMEMBERED, SourceState, is_alarming
from pipeline.collect.storable import storable
from pipeline.collect.visit import Visit, hashed
from pipeline.errors import (
    CollectError,
    ParseError,
    SelectorError,
)
from pipeline.model import Article, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.dialling import Network
    from pipeline.collect.entry import Entry
    from pipeline.collect.reader import Read
    from pipeline.collect.robots import Robots
    from pipeline.collect.visit import KeepPicture
    from pipeline.config import CollectSettings

MOST_TOGETHER = 50
"""Results that are handed over at once: few enough that others who write wait for moments only."""

_LONGEST = 200_000  # characters of an article's text; a newspaper's longest has a tenth
_MOST_HELD = 6_000_000  # characters that one visit holds; more than a paper's whole day
_CUT_OFF = ("…", "...", "[…]", "[...]", "阅读全文", "查看全文")  # a summary says so itself


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

    ``insist``: also the sources that are muted or that asked not to be visited so soon.
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
    held = None if insist else visit.state.why_not(visit.now)
    if held:
        return _result(visit, held[0], None, began, (held[1],))
    if visit.state.url:
        visit.warnings.append(f"has moved to {visit.state.url}; write that into feeds.yaml")
        visit.source = replace(visit.source, url=visit.state.url)
    error: str | None = None
    status = "ok"
    try:
        unchanged = await _READERS[visit.source.kind](visit)
        status = "unchanged" if unchanged else "ok"
        alarm = None if unchanged else is_alarming(visit.state, visit.fetched)
        if alarm:
            raise ParseError(alarm)  # noqa: TRY301 - one way out for every failure
        visit.state = visit.state.after_success(visit.fetched, visit.fresh, visit.now)
    except Exception as failure:  # noqa: BLE001 - parsers raise anything; no source stops another
        status = "failed"
        said = " ".join(str(failure).split())
        known = isinstance(failure, CollectError)
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
    return _result(visit, status, error, began)


def _result(
    visit: Visit, status: str, error: str | None, began: float, more: tuple[str, ...] = ()
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
    )


async def _read_feed(visit: Visit) -> bool:
    source, state = visit.source, visit.state
    url = visit.reader.locate(source.url)
    document = await visit.reader.read(
        url, encoding=source.encoding, etag=state.etag, last_modified=state.last_modified
    )
    visit.state = visit.state.after_move(document.moved_to)
    if document.unchanged:
        visit.fresh = document.fresh
        return True
    text, keeps_validators = document.text, True
    document = replace(document, text="")  # nothing of a large document is held for longer
    if is_index(text):
        listed = await apart(text, partial(read_index, text, document.url, visit.now))
        del text
        spoken = 0.0
        got = await follow(
            visit.reader, listed, document.url, source.encoding, visit.now, source.max_items
        )
        found, warnings, keeps_validators = got.entries, got.warnings, got.is_dated
    else:
        found, warnings = await apart(
            text, partial(lists.read_feed, text, document.url, visit.now, source.max_items)
        )
        spoken = get_feed_seconds(text)
        del text
    visit.warnings += warnings
    # A feed with a page that could not be had is asked for in full again: no 304 hides the page.
    # Nor does one of an index hide a new page in a file that it gives no date for.
    if await _take(visit, found) and keeps_validators:
        etag, last_modified = document.etag, document.last_modified
        visit.fresh = max(document.fresh, spoken)
    else:
        etag = last_modified = None
    visit.state = replace(visit.state, etag=etag, last_modified=last_modified)
    return False


async def _read_list(visit: Visit) -> bool:
    source, state = visit.source, visit.state
    url: str | None = visit.reader.locate(source.url)
    seen: set[str] = set()
    found: list[Entry] = []
    validators: tuple[str | None, str | None] = (None, None)
    for _ in range(source.pages):
        if url is None or url in seen:
            break
        first = not seen
        seen.add(url)
        try:
            document = await visit.reader.read(
                url,
                encoding=source.encoding,
                etag=state.etag if first else None,
                last_modified=state.last_modified if first else None,
            )
            if first:
                visit.state = visit.state.after_move(document.moved_to)
                visit.fresh = document.fresh
                validators = (document.etag, document.last_modified)
                if document.unchanged:
                    return True
            document = await arrive(visit.reader, document, source.encoding)
            page, url = await _read_list_page(visit, document.text, document.url)
            document = replace(document, text="")
        except CollectError as error:
            if not found:
                raise
            visit.warnings.append(f"{error}; the list pages before it were taken")
            break
        found += page
    # As with feeds: no 304 hides an article page that could not be had.
    if not await _take(visit, found):
        validators, visit.fresh = (None, None), 0.0
    visit.state = replace(visit.state, etag=validators[0], last_modified=validators[1])
    return False


async def _read_list_page(visit: Visit, text: str, url: str) -> tuple[list[Entry], str | None]:
    """Return a list page's entries, also those that a script would have fetched or unpacked."""
    source = visit.source
    if source.list is None:
        records = await apart(text, partial(records_of_page, text, url, visit.now))
        if records:
            return records, None
        asked = find_query(text, url)
        if asked:
            reply = await visit.reader.post(asked.address, asked.form, encoding=source.encoding)
            said = reply.text
            return await apart(said, partial(read_records, said, url, visit.now)), None
    return await apart(text, partial(lists.read_list, text, url, source, visit.now))


async def _read_paper(visit: Visit) -> bool:
    source = visit.source
    url = visit.reader.locate(source.url)
    found: list[Entry] = []
    editions = read_editions(visit.reader, url, source.encoding, visit.now, source.days)
    last: SelectorError | None = None
    async for document in editions:
        try:
            found += await _read_edition(visit, document)
        except SelectorError as error:
            last = error
    if not found:
        raise last or SelectorError(f"{url}: link: no page of the paper lists an article")
    await _take(visit, found)
    return False


async def _read_edition(visit: Visit, document: Read) -> list[Entry]:
    """Return the articles of one day's pages."""
    source = visit.source
    found: list[Entry] = []
    day = find_day(document.url)
    for page in lists.read_paper_pages(document.text, document.url, source):
        try:
            read = await visit.reader.read(page.url, encoding=source.encoding)
        except CollectError as error:
            visit.warnings.append(f"{error}; this page of the paper was left out")
            continue
        listed = lists.read_paper_articles(read.text, read.url, source, page)
        found += [replace(one, day=day) for one in listed]
    if not found:
        raise SelectorError(f"{document.url}: link: no page of the paper lists an article")
    return found


async def _take(visit: Visit, found: list[Entry]) -> bool:
    """Turn entries into articles; pages fetched before are not fetched again.

    Returns:
        Whether every page that was needed could be had.
    """
    source = visit.source
    complete = True
    met: set[str] = set()
    visit.fetched += len(found)
    done = dict.fromkeys(visit.state.urls_done)
    for entry in found[: source.max_items]:
        address = canonical_url(entry.url)
        if address in met:
            continue
        met.add(address)
        html = clean(entry.html or entry.summary)
        text = to_text(html)
        listed = source.kind in {SourceKind.PAGE, SourceKind.PAPER}
        is_cut = len(text) < SHORT or text.endswith(_CUT_OFF)
        needs_page = listed or (source.full_text and is_cut)
        if needs_page and address in done:
            continue
        if visit.held > _MOST_HELD:
            visit.warnings.append(
                f"more than {_MOST_HELD:,} characters in one visit: the rest is for the next one"
            )
            complete = False
            break
        try:
            if needs_page:
                article = await _from_page(visit, entry)
            else:
                article = _from_entry(visit, entry, html, text)
        except (CollectError, ValueError) as error:
            complete = False
            if text or entry.summary:
                article = _from_entry(visit, entry, html, text)
                visit.warnings.append(f"{error}; the feed's own text was taken")
            else:
                visit.warnings.append(f"{entry.title or entry.url}: {error}: left out")
                continue
        else:
            done[address] = None
        if len(article.text) > _LONGEST:
            visit.warnings.append(
                f"{article.url}: {len(article.text):,} characters are no article: left out"
            )
            continue
        visit.held += len(article.text) + len(article.html)
        visit.articles.append(article)
    visit.state = replace(visit.state, urls_done=tuple(done)[-REMEMBERED:])
    return complete


def _from_entry(visit: Visit, entry: Entry, html: str, text: str) -> Article:
    """Return the article that a feed carries itself; ``html`` is its body, cleaned."""
    body = entry.html or entry.summary
    return hashed(
        Article(
            source_id=visit.source.id,
            url=entry.url,
            canonical_url=canonical_url(entry.url),
            title=entry.title,
            text=text,
            html=html,
            images=read_images(body, entry.url),
            published=entry.published,
            author=entry.author,
            summary=to_text(clean(entry.summary)) if entry.html else text,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _from_page(visit: Visit, entry: Entry) -> Article:
    summary = to_text(clean(entry.summary))
    page = await read_article(visit.reader, entry.url, visit.source, visit.now, summary)
    url = page.canonical or entry.url
    return hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=canonical_url(url),
            title=entry.title or page.title,
            text=page.text,
            html=page.html,
            images=page.images,
            published=entry.published or page.published or entry.day,
            author=entry.author or page.author,
            editor=page.editor,
            origin=page.origin,
            summary=summary,
            page=entry.page,
            column=entry.column,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _read_files(visit: Visit) -> bool:
    return await read_files(visit, _take)


_READERS: dict[SourceKind, Callable[[Visit], Awaitable[bool]]] = {
    SourceKind.FEED: _read_feed,
    SourceKind.PAGE: _read_list,
    SourceKind.PAPER: _read_paper,
    SourceKind.FILE: _read_files,
}
