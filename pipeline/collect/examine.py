"""Trying a source live, stage by stage, and proposing one where only an address is known.

Nothing is stored and no memory is changed: what is seen is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.collect import entries as lists
from pipeline.collect.arrival import arrive, find_day, is_dated, read_editions
from pipeline.collect.discover import (
    SITEMAPS,
    WELL_KNOWN,
    find_body,
    find_feeds,
    is_paper,
    learn_list,
)
from pipeline.collect.http import Client
from pipeline.collect.pages import SHORT, clean, read_page, to_text
from pipeline.collect.reader import Reader
from pipeline.collect.records import find_query, read_records, records_of_page
from pipeline.collect.sitemaps import follow, is_index, is_sitemap, read_index
from pipeline.errors import CollectError, ParseError, SelectorError
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.entry import Entry
    from pipeline.collect.http import Network
    from pipeline.collect.reader import Read
    from pipeline.collect.robots import Robots
    from pipeline.config import CollectSettings

_COMMON_LABELS = {"www", "com", "cn", "gov", "org", "net", "edu"}
_FRONT = {"", "/", "/index.html", "/index.htm", "/index.php", "/index.jsp"}  # a site's first page
_FEED_START = re.compile(r"\s*(?:<\?xml|<rss|<feed|<rdf|\{|<!--)", re.IGNORECASE)
_SHOWN = 5  # entries that are shown
_START = 40  # characters of a text that are shown


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of trying a source: what was done, whether it worked, what was seen."""

    name: str  # fetch, list, dates, page, body …
    ok: bool
    saw: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry as it would be collected."""

    title: str
    url: str
    published: datetime | None
    characters: int | None  # of the article page; None: it was not fetched


@dataclass(frozen=True, slots=True)
class Examination:
    """What trying a source gave."""

    source: Source
    stages: tuple[Stage, ...]
    samples: tuple[Sample, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every stage worked."""
        return bool(self.stages) and all(stage.ok for stage in self.stages)


@dataclass(slots=True)
class _Trial:
    reader: Reader
    robots: Robots
    now: datetime
    stages: list[Stage]
    step: str = "fetch"  # what is being done, for the stage that fails
    shown: Read | None = None  # the page it is done with

    def note(self, name: str, saw: str, *, ok: bool = True) -> None:
        self.stages.append(Stage(name, ok, saw))


async def check(
    source: Source,
    *,
    root: Path,
    settings: CollectSettings,
    allow_nets: Sequence[Network],
    now: Callable[[], datetime],
) -> Examination:
    """Try a source that is configured; the first failing stage is the last one."""
    async with Client(settings, allow_nets, now) as client:
        trial = _Trial(Reader(client, root, settings.max_bytes), client.robots, now(), [])
        try:
            found = await _list(trial, source)
            samples = await _sample(trial, source, found)
        except CollectError as error:
            trial.note(trial.step, str(error), ok=False)
            _suggest(trial, source)
            samples = ()
        return Examination(source, tuple(trial.stages), samples)


async def propose(
    url: str,
    *,
    root: Path,
    settings: CollectSettings,
    allow_nets: Sequence[Network],
    now: Callable[[], datetime],
    taken: frozenset[str],
) -> Examination:
    """Return a source for an address: its feed, its family, or a learnt list, tried at once.

    ``taken`` are ids that are in use.

    Raises:
        CollectError: the page cannot be had, or no list can be made out.
    """
    async with Client(settings, allow_nets, now) as client:
        trial = _Trial(Reader(client, root, settings.max_bytes), client.robots, now(), [])
        if is_dated(url):  # a paper's pattern: any edition tells what it is
            editions = read_editions(trial.reader, url, None, trial.now, 1)
            document = await anext(editions)
            await editions.aclose()
        else:
            document = await trial.reader.read(url)
        trial.note("fetch", f"{len(document.text):,} characters from {document.url}")
        base = Source(_make_id(document.url, taken), _make_name(document), SourceKind.PAGE, url)
        source = await _recognise(trial, document, base)
        found = await _list(trial, source)
        source, samples = await _with_body(trial, source, found)
        return Examination(source, tuple(trial.stages), samples)


async def _recognise(trial: _Trial, document: Read, base: Source) -> Source:
    text, url = document.text, document.url
    if await _is_feed(trial, document):
        trial.note("recognise", f"the address is a {_kind_of(text)}")
        return replace(base, kind=SourceKind.FEED)
    wanted = [*find_feeds(text, url), *(urljoin(url, path) for path in WELL_KNOWN)]
    if feed := await _first_feed(trial, wanted):
        trial.note("recognise", f"its feed: {feed}")
        return replace(base, kind=SourceKind.FEED, url=feed)
    document = await arrive(trial.reader, document, None)
    if document.url != url:
        trial.note("recognise", f"the page leads on to {document.url}")
        text, url = document.text, document.url
    if is_paper(text, url) or is_dated(base.url):
        trial.note("recognise", "a newspaper's digital edition")
        return replace(base, kind=SourceKind.PAPER)
    if records_of_page(text, url, trial.now) or find_query(text, url):
        trial.note("recognise", "a list that the site's script builds (records)")
        return base
    guess = learn_list(text, url, trial.now)
    if guess is None or (not guess.dated and urlsplit(url).path in _FRONT):
        named = await trial.robots.list_sitemaps(url)
        wanted = [*named, *(urljoin(url, path) for path in SITEMAPS)]
        if sitemap := await _first_feed(trial, wanted):
            trial.note("recognise", f"its sitemap: {sitemap}")
            return replace(base, kind=SourceKind.FEED, url=sitemap)
    if guess is None:
        raise ParseError(
            f"{url}: no feed, and no repeated list of links was found; give the address of a page "
            "that lists articles, or write its selectors into feeds.yaml (docs/sources.md)"
        )
    trial.note("learn", f"{guess.links} links, {guess.dated} of them dated, by {guess.list!r}")
    return replace(base, list=guess.list, link=guess.link, date=guess.date, next=guess.next)


async def _list(trial: _Trial, source: Source) -> list[Entry]:
    reader = trial.reader
    if source.kind is SourceKind.FILE:
        raise ParseError("a source of kind file needs no trying: run collect")
    if source.kind is SourceKind.PAPER:
        found = await _paper(trial, source)
        trial.note("list", f"{len(found)} articles on its first page")
        return found
    document = await reader.read(reader.locate(source.url), encoding=source.encoding)
    trial.note("fetch", f"{len(document.text):,} characters from {document.url}")
    if source.kind is SourceKind.FEED:
        trial.step = "feed"
        found, warnings = await _read_feed(trial, document, source)
        for line in warnings[:_SHOWN]:
            trial.note("feed", line)
    else:
        document = await arrive(reader, document, source.encoding)
        trial.step, trial.shown = "list", document
        found = await _page(trial, source, document)
    dated = sum(entry.published is not None for entry in found)
    trial.note("list", f"{len(found)} entries, {dated} of them dated", ok=bool(found))
    return found


def _suggest(trial: _Trial, source: Source) -> None:
    """Say what would be found on the page without the selector that found nothing there."""
    page = trial.shown
    try:
        if page is None or source.kind is SourceKind.FEED:
            return
        if trial.step == "list" and source.kind is SourceKind.PAGE:
            guess = learn_list(page.text, page.url, trial.now)
            if guess:
                trial.note("seen", f"{guess.links} links, {guess.dated} dated, by {guess.list!r}")
        elif trial.step == "body" and source.body:
            bare = replace(source, body=None)
            found = read_page(page.text, page.url, bare, trial.now).text
            known = find_body(page.text, page.url, found)
            by = f" (by {known!r})" if known else ""
            trial.note("seen", f"{len(found):,} characters without a selector{by}: {_start(found)}")
    except CollectError:
        return


def _start(text: str) -> str:
    return " ".join(text[:_START].split())


async def _page(trial: _Trial, source: Source, document: Read) -> list[Entry]:
    if source.list is None:
        records = records_of_page(document.text, document.url, trial.now)
        if records:
            trial.note("records", "read from the page's own script data")
            return records
        query = find_query(document.text, document.url)
        if query:
            trial.note("records", f"asked for by the form of {query.address}")
            reply = await trial.reader.post(query.address, query.form, encoding=source.encoding)
            return read_records(reply.text, document.url, trial.now)
    found, following = lists.read_list(document.text, document.url, source, trial.now)
    if source.next:
        trial.note("next", following or f"nothing matches {source.next!r}")
    return found


async def _paper(trial: _Trial, source: Source) -> list[Entry]:
    url = trial.reader.locate(source.url)
    editions = read_editions(trial.reader, url, source.encoding, trial.now, 1)
    document = await anext(editions)
    await editions.aclose()
    trial.step = "pages of the paper"
    trial.note("newest day", f"{len(document.text):,} characters from {document.url}")
    pages = lists.read_paper_pages(document.text, document.url, source)
    named = "、".join(" ".join(filter(None, (one.number, one.name))) for one in pages[:_SHOWN])
    trial.note("pages of the paper", f"{len(pages)}: {named}")
    trial.step = "list"
    page = await trial.reader.read(pages[0].url, encoding=source.encoding)
    found = lists.read_paper_articles(page.text, page.url, source, pages[0])
    if not found:
        selector = source.link or "a[href*=content_]"
        raise SelectorError(f"{page.url}: link: nothing matches {selector!r}")
    return [replace(one, published=find_day(document.url)) for one in found]


async def _sample(trial: _Trial, source: Source, found: list[Entry]) -> tuple[Sample, ...]:
    """Fetch the first article and show the first entries."""
    samples = [Sample(one.title, one.url, one.published, None) for one in found[:_SHOWN]]
    if not found or not (source.full_text or source.kind is not SourceKind.FEED):
        return tuple(samples)
    first = found[0]
    own = to_text(clean(first.html or first.summary))
    if source.kind is SourceKind.FEED and len(own) >= SHORT and not source.body:
        trial.note("body", f"{len(own):,} characters in the feed itself")
        return tuple(samples)
    trial.step = "article"
    document = await trial.reader.read(first.url, encoding=source.encoding)
    trial.step, trial.shown = "body", document
    page = read_page(document.text, document.url, source, trial.now)
    how = f"by {source.body!r}" if source.body else "by its lines"
    trial.note("body", f"{len(page.text):,} characters {how}: {_start(page.text)}")
    samples[0] = replace(
        samples[0],
        title=first.title or page.title,
        published=first.published or page.published,
        characters=len(page.text),
    )
    return tuple(samples)


async def _with_body(
    trial: _Trial, source: Source, found: list[Entry]
) -> tuple[Source, tuple[Sample, ...]]:
    """Add the body's selector where two article pages agree on one of a known family."""
    listed = tuple(Sample(one.title, one.url, one.published, None) for one in found[:_SHOWN])
    own = source.kind is SourceKind.FEED and any(one.html or one.summary for one in found)
    try:
        if not own:
            source = await _find_body(trial, source, found)
        return source, await _sample(trial, source, found)
    except CollectError as error:
        said = "; the feed's own text will be taken" if own else ""
        trial.note("body", f"{error}{said}", ok=False)
        return source, listed


async def _find_body(trial: _Trial, source: Source, found: list[Entry]) -> Source:
    agreed: set[str | None] = set()
    for entry in found[:2]:
        document = await trial.reader.read(entry.url, encoding=source.encoding)
        page = read_page(document.text, document.url, source, trial.now)
        agreed.add(find_body(document.text, document.url, page.text))
    return replace(source, body=agreed.pop() if len(agreed) == 1 else None)


async def _read_feed(
    trial: _Trial, document: Read, source: Source
) -> tuple[list[Entry], list[str]]:
    """Return the entries of a feed, a sitemap or an index of sitemaps."""
    text, url = document.text, document.url
    if not is_index(text):
        return lists.read_feed(text, url, trial.now, source.max_items)
    listed = read_index(text, url, trial.now)
    got = await follow(trial.reader, listed, url, source.encoding, trial.now, source.max_items)
    trial.note("sitemaps", f"{len(listed)} in the index, {got.files} of them read, newest first")
    return got.entries, got.warnings


async def _first_feed(trial: _Trial, addresses: Sequence[str]) -> str | None:
    """Return the first of the addresses where a feed or a sitemap stands."""
    for address in dict.fromkeys(addresses):
        try:
            if await _is_feed(trial, await trial.reader.read(address)):
                return address
        except CollectError:
            continue
    return None


async def _is_feed(trial: _Trial, document: Read) -> bool:
    text = document.text
    if is_index(text):
        return bool(read_index(text, document.url, trial.now))
    if not is_sitemap(text) and not _FEED_START.match(text[:200]):
        return False
    try:
        return bool(lists.read_feed(text, document.url, trial.now)[0])
    except CollectError:
        return False


def _kind_of(text: str) -> str:
    if is_index(text):
        return "index of sitemaps"
    return "sitemap" if is_sitemap(text) else "feed"


def _make_id(url: str, taken: frozenset[str]) -> str:
    """Return an id from the host's telling labels, numbered when it is in use."""
    host = urlsplit(url).hostname or "source"
    labels = [one for one in host.split(".") if one not in _COMMON_LABELS]
    stem = re.sub(r"[^a-z0-9-]+", "-", "-".join(labels[:2]).lower()).strip("-") or "source"
    if stem not in taken:
        return stem
    return next(f"{stem}-{n}" for n in range(2, len(taken) + 3) if f"{stem}-{n}" not in taken)


def _make_name(document: Read) -> str:
    """Return the page's title without what follows a dash, or the host."""
    match = re.search(r"<title[^>]*>([^<]{1,200})", document.text, re.IGNORECASE)
    title = re.split(r"\s*[-_|–—]\s*", to_text(match[1]))[0].strip() if match else ""
    return title[:40] or urlsplit(document.url).hostname or document.url
