"""One visit to every source: list, fetch what is new, hand over the articles.

What this module never does: let one source's failure reach another.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.collect import entries as lists
from pipeline.collect.charsets import decode
from pipeline.collect.dates import read_date
from pipeline.collect.http import Client
from pipeline.collect.pages import canonical_url, clean, read_images, read_page, to_text
from pipeline.collect.reader import Reader
from pipeline.collect.state import REMEMBERED, SourceState
from pipeline.collect.texts import read_text
from pipeline.errors import CollectError, FetchError, SelectorError, TooLargeError
from pipeline.model import Article, Image, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.entries import Entry
    from pipeline.collect.http import Network
    from pipeline.config import CollectSettings

_SHORT = 200  # characters below which a feed's own text is only a summary
_SUFFIXES = {".txt", ".html", ".htm"}
_FEEDS = {".xml", ".rss", ".atom", ".json"}


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What one visit to one source gave."""

    source_id: str
    status: str  # ok, unchanged, failed
    fetched: int  # entries the source listed
    articles: tuple[Article, ...]
    error: str | None  # one line; None when it went well
    warnings: tuple[str, ...]
    state: SourceState
    seconds: float


@dataclass(slots=True)
class _Visit:
    source: Source
    reader: Reader
    state: SourceState
    now: datetime
    root: Path
    articles: list[Article] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    fetched: int = 0


async def collect(
    sources: Sequence[Source],
    *,
    root: Path,
    settings: CollectSettings,
    allow_nets: Sequence[Network],
    states: Mapping[str, SourceState],
    now: Callable[[], datetime],
    on_result: Callable[[SourceResult], Awaitable[None]],
) -> None:
    """Visit every source once; ``on_result`` gets each result as soon as it is there."""
    async with Client(settings, allow_nets) as client:
        reader = Reader(client, root, settings.max_bytes)
        visits = [
            _Visit(source, reader, states.get(source.id, SourceState()), now(), root)
            for source in sources
        ]
        tasks = [asyncio.create_task(_visit(visit)) for visit in visits]
        try:
            for done in asyncio.as_completed(tasks):
                await on_result(await done)
        finally:  # when on_result fails, no visit goes on behind its back
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _visit(visit: _Visit) -> SourceResult:
    began = time.perf_counter()
    error: str | None = None
    status = "ok"
    try:
        unchanged = await _READERS[visit.source.kind](visit)
        status = "unchanged" if unchanged else "ok"
    except CollectError as failure:
        status, error = "failed", " ".join(str(failure).split())
    except Exception as failure:  # noqa: BLE001 - parsers raise anything; no source stops another
        status = "failed"
        said = " ".join(str(failure).split())
        error = f"{visit.source.url}: not understood: {type(failure).__name__}: {said}"
    if error:
        where = "" if visit.source.url in error else f"{visit.source.url}: "
        error = f"{visit.source.id}: {where}{error}"
    state = visit.state
    if error:
        state = replace(state, failures=state.failures + 1, last_error=error)
    else:
        state = replace(
            state,
            failures=0,
            last_error=None,
            last_success=visit.now.isoformat(),
        )
    return SourceResult(
        source_id=visit.source.id,
        status=status,
        fetched=visit.fetched,
        articles=tuple(visit.articles),
        error=error,
        warnings=tuple(visit.warnings),
        state=state,
        seconds=time.perf_counter() - began,
    )


async def _read_feed(visit: _Visit) -> bool:
    source, state = visit.source, visit.state
    url = visit.reader.locate(source.url)
    document = await visit.reader.read(
        url, encoding=source.encoding, etag=state.etag, last_modified=state.last_modified
    )
    if document.unchanged:
        return True
    found, warnings = lists.read_feed(document.text, document.url, visit.now)
    visit.warnings += warnings
    # A feed with a page that could not be had is asked for in full again: no 304 hides the page.
    if await _take(visit, found):
        etag, last_modified = document.etag, document.last_modified
    else:
        etag = last_modified = None
    visit.state = replace(visit.state, etag=etag, last_modified=last_modified)
    return False


async def _read_list(visit: _Visit) -> bool:
    source = visit.source
    url: str | None = visit.reader.locate(source.url)
    seen: set[str] = set()
    found: list[Entry] = []
    for _ in range(source.pages):
        if url is None or url in seen:
            break
        seen.add(url)
        try:
            document = await visit.reader.read(url, encoding=source.encoding)
            page, url = lists.read_list(document.text, document.url, source, visit.now)
        except CollectError as error:
            if not found:
                raise
            visit.warnings.append(f"{error}; the list pages before it were taken")
            break
        found += page
    await _take(visit, found)
    return False


async def _read_paper(visit: _Visit) -> bool:
    source = visit.source
    url = visit.reader.locate(source.url)
    document = await visit.reader.read(url, encoding=source.encoding)
    newest = lists.read_refresh(document.text, document.url)
    if newest:
        document = await visit.reader.read(newest, encoding=source.encoding)
    found: list[Entry] = []
    for address, number in lists.read_paper_pages(document.text, document.url, source):
        try:
            page = await visit.reader.read(address, encoding=source.encoding)
        except CollectError as error:
            visit.warnings.append(f"{error}; this page of the paper was left out")
            continue
        found += lists.read_paper_articles(page.text, page.url, source, number)
    if not found:
        raise SelectorError(f"{document.url}: link: no page of the paper lists an article")
    await _take(visit, found)
    return False


async def _take(visit: _Visit, found: list[Entry]) -> bool:
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
        text = to_text(clean(entry.html))
        listed = source.kind in {SourceKind.PAGE, SourceKind.PAPER}
        needs_page = listed or (source.full_text and len(text) < _SHORT)
        if needs_page and address in done:
            continue
        try:
            article = await _from_page(visit, entry) if needs_page else _from_entry(visit, entry)
        except (CollectError, ValueError) as error:
            complete = False
            if text or entry.summary:
                article = _from_entry(visit, entry)
                visit.warnings.append(f"{error}; the feed's own text was taken")
            else:
                visit.warnings.append(f"{entry.title or entry.url}: {error}: left out")
                continue
        else:
            done[address] = None
        visit.articles.append(article)
    visit.state = replace(visit.state, urls_done=tuple(done)[-REMEMBERED:])
    return complete


def _from_entry(visit: _Visit, entry: Entry) -> Article:
    body = entry.html or entry.summary
    html = clean(body)
    return _hashed(
        Article(
            source_id=visit.source.id,
            url=entry.url,
            canonical_url=canonical_url(entry.url),
            title=entry.title,
            text=to_text(html),
            html=html,
            images=read_images(body, entry.url),
            published=entry.published,
            author=entry.author,
            summary=to_text(clean(entry.summary)),
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _from_page(visit: _Visit, entry: Entry) -> Article:
    document = await visit.reader.read(entry.url, encoding=visit.source.encoding)
    page = read_page(document.text, document.url, visit.source, visit.now)
    url = page.canonical or entry.url
    return _hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=canonical_url(url),
            title=entry.title or page.title,
            text=page.text,
            html=page.html,
            images=page.images,
            published=entry.published or page.published,
            author=entry.author or page.author,
            editor=page.editor,
            origin=page.origin,
            summary=to_text(clean(entry.summary)),
            page=entry.page,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _read_files(visit: _Visit) -> bool:
    """Read a file or every file of a folder; an operator may point anywhere."""
    place = (visit.root / visit.source.url.removeprefix("file:")).resolve()
    if not place.exists():
        raise FetchError(f"{visit.source.url}: no such file or folder")
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in files:
        if not path.is_file() or path.name.startswith("."):
            continue
        suffix = path.suffix.lower()
        try:
            if suffix in _SUFFIXES:
                visit.fetched += 1
                visit.articles.append(_from_file(visit, path, place))
            elif suffix in _FEEDS or place.is_file():
                base = visit.reader.locate(_address(visit, path, place))
                found, warnings = lists.read_feed(_decoded(visit, path), base, visit.now)
                visit.warnings += warnings
                await _take(visit, found)
        except (CollectError, OSError) as error:
            if place.is_file():
                raise
            visit.warnings.append(f"{path.name}: {error}")
    return False


def _address(visit: _Visit, path: Path, place: Path) -> str:
    """Return a file's path as feeds.yaml would write it, quoted for a URL."""
    given = visit.source.url.removeprefix("file:").rstrip("/")
    return quote(given if place.is_file() else f"{given}/{path.relative_to(place).as_posix()}")


def _from_file(visit: _Visit, path: Path, place: Path) -> Article:
    address = f"file:{_address(visit, path, place)}"
    content = _decoded(visit, path)
    if path.suffix.lower() != ".txt":
        page = read_page(content, address, visit.source, visit.now)
        return _hashed(
            Article(
                source_id=visit.source.id,
                url=page.canonical or address,
                canonical_url=canonical_url(page.canonical or address),
                title=page.title,
                text=page.text,
                html=page.html,
                images=page.images,
                published=page.published,
                author=page.author,
                editor=page.editor,
                origin=page.origin,
                fetched_at=visit.now,
                content_hash="",
            ),
        )
    plain = read_text(content)
    if not plain.title and not plain.text:
        raise FetchError("the file is empty: left out")
    head = plain.head
    url = head["url"] if head.get("url", "").startswith(("http://", "https://")) else address
    published = read_date(head["date"], visit.now) if "date" in head else None
    if "date" in head and published is None:
        visit.warnings.append(f"{path.name}: {head['date'][:40]!r} is no date: taken without one")
    images: tuple[Image, ...] = ()
    if "image" in head:
        images = (
            Image(head["image"], caption=head.get("caption", ""), credit=head.get("credit", "")),
        )
    return _hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=canonical_url(url),
            title=plain.title,
            text=plain.text,
            images=images,
            published=published,
            author=head.get("author"),
            editor=head.get("editor"),
            origin=head.get("origin"),
            column=head.get("column"),
            fetched_at=visit.now,
            content_hash="",
        ),
    )


def _decoded(visit: _Visit, path: Path) -> str:
    if path.stat().st_size > visit.reader.max_bytes:
        raise TooLargeError(f"{path.name}: larger than {visit.reader.max_bytes:,} bytes")
    return decode(path.read_bytes(), encoding=visit.source.encoding)


def _hashed(article: Article) -> Article:
    """Return the article with the hash of what it says."""
    digest = hashlib.sha256(f"{article.title}\n{article.text}".encode("utf-8", "replace"))
    return replace(article, content_hash=digest.hexdigest())


_READERS: dict[SourceKind, Callable[[_Visit], Awaitable[bool]]] = {
    SourceKind.FEED: _read_feed,
    SourceKind.PAGE: _read_list,
    SourceKind.PAPER: _read_paper,
    SourceKind.FILE: _read_files,
}
