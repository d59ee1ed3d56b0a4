"""Trying a source live, stage by stage, and proposing one where only an address is known.

Nothing is stored and no memory is changed: what is seen is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.collect import entries as lists
from pipeline.collect.arrival import arrive, read_editions
from pipeline.collect.dates import find_day
from pipeline.collect.discover import find_body
from pipeline.collect.http import Client
from pipeline.collect.learn import learn_list
from pipeline.collect.pages import SHORT, clean, read_page, to_text
from pipeline.collect.reader import Reader
from pipeline.collect.records import find_query, read_records, records_of_page
from pipeline.collect.sitemaps import follow, is_index, read_index
from pipeline.errors import CollectError, ParseError, SelectorError
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.dialling import Network
    from pipeline.collect.entry import Entry
    from pipeline.collect.reader import Read
    from pipeline.collect.robots import Robots
    from pipeline.config import CollectSettings

SHOWN = 5  # entries that are shown
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
class Trial:
    """One source being tried: the means, and what was seen so far."""

    reader: Reader
    robots: Robots
    now: datetime
    stages: list[Stage]
    step: str = "fetch"  # what is being done, for the stage that fails
    shown: Read | None = None  # the page it is done with

    def note(self, name: str, saw: str, *, ok: bool = True) -> None:
        """Keep what a step saw."""
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
        trial = Trial(Reader(client, root, settings.max_bytes), client.robots, now(), [])
        try:
            found = await list_entries(trial, source)
            samples = await sample(trial, source, found)
        except CollectError as error:
            trial.note(trial.step, str(error), ok=False)
            _suggest(trial, source)
            samples = ()
        return Examination(source, tuple(trial.stages), samples)


async def list_entries(trial: Trial, source: Source) -> list[Entry]:
    """Return what a source lists, noting every step.

    Raises:
        CollectError: a step failed; ``trial.step`` is its name.
    """
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
        for line in warnings[:SHOWN]:
            trial.note("feed", line)
    else:
        document = await arrive(reader, document, source.encoding)
        trial.step, trial.shown = "list", document
        found = await _page(trial, source, document)
    dated = sum(entry.published is not None for entry in found)
    trial.note("list", f"{len(found)} entries, {dated} of them dated", ok=bool(found))
    return found


def _suggest(trial: Trial, source: Source) -> None:
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


async def _page(trial: Trial, source: Source, document: Read) -> list[Entry]:
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


async def _paper(trial: Trial, source: Source) -> list[Entry]:
    url = trial.reader.locate(source.url)
    editions = read_editions(trial.reader, url, source.encoding, trial.now, 1)
    document = await anext(editions)
    await editions.aclose()
    trial.step = "pages of the paper"
    trial.note("newest day", f"{len(document.text):,} characters from {document.url}")
    pages = lists.read_paper_pages(document.text, document.url, source)
    named = "、".join(" ".join(filter(None, (one.number, one.name))) for one in pages[:SHOWN])
    trial.note("pages of the paper", f"{len(pages)}: {named}")
    trial.step = "list"
    page = await trial.reader.read(pages[0].url, encoding=source.encoding)
    found = lists.read_paper_articles(page.text, page.url, source, pages[0])
    if not found:
        selector = source.link or "a[href*=content_]"
        raise SelectorError(f"{page.url}: link: nothing matches {selector!r}")
    return [replace(one, published=find_day(document.url)) for one in found]


async def sample(trial: Trial, source: Source, found: list[Entry]) -> tuple[Sample, ...]:
    """Fetch the first article that can be read and show the first entries."""
    samples = [Sample(one.title, one.url, one.published, None) for one in found[:SHOWN]]
    if not found or not (source.full_text or source.kind is not SourceKind.FEED):
        return tuple(samples)
    first = found[0]
    own = to_text(clean(first.html or first.summary))
    if source.kind is SourceKind.FEED and len(own) >= SHORT and not source.body:
        trial.note("body", f"{len(own):,} characters in the feed itself")
        return tuple(samples)
    for number, entry in enumerate(found[:SHOWN]):
        trial.step = "article"
        document = await trial.reader.read(entry.url, encoding=source.encoding)
        trial.step, trial.shown = "body", document
        try:
            page = read_page(document.text, document.url, source, trial.now)
        except ParseError as error:
            if isinstance(error, SelectorError) or entry is found[:SHOWN][-1]:
                raise
            trial.note("body", f"{error}: left out")
            continue
        how = f"by {source.body!r}" if source.body else "by its lines"
        trial.note("body", f"{len(page.text):,} characters {how}: {_start(page.text)}")
        samples[number] = replace(
            samples[number],
            title=entry.title or page.title,
            published=entry.published or page.published or entry.day or find_day(entry.url),
            characters=len(page.text),
        )
        break
    return tuple(samples)


async def _read_feed(trial: Trial, document: Read, source: Source) -> tuple[list[Entry], list[str]]:
    """Return the entries of a feed, a sitemap or an index of sitemaps."""
    text, url = document.text, document.url
    if not is_index(text):
        return lists.read_feed(text, url, trial.now, source.max_items)
    listed = read_index(text, url, trial.now)
    got = await follow(trial.reader, listed, url, source.encoding, trial.now, source.max_items)
    trial.note("sitemaps", f"{len(listed)} in the index, {got.files} of them read, newest first")
    return got.entries, got.warnings
