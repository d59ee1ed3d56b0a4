"""Proposing a source where only an address is known: its feed, its family, its list, its sitemap.

What this module never does: write feeds.yaml, or store anything: what is seen is said.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.collect import entries as lists
from pipeline.collect.arrival import arrive, find_frames, is_dated, read_editions
from pipeline.collect.discover import SITEMAPS, WELL_KNOWN, find_body, find_feeds, is_paper
from pipeline.collect.examine import SHOWN, Examination, Sample, Trial, list_entries, sample
from pipeline.collect.http import Client
from pipeline.collect.learn import learn_list
from pipeline.collect.markup import name_file
from pipeline.collect.naming import make_id, make_name, name_page
from pipeline.collect.pages import read_page
from pipeline.collect.reader import Reader
from pipeline.collect.records import find_query, records_of_page
from pipeline.collect.sitemaps import is_index, is_sitemap, read_index
from pipeline.errors import CollectError, ParseError
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from pipeline.collect.dialling import Network
    from pipeline.collect.entry import Entry
    from pipeline.collect.learn import Guess
    from pipeline.collect.reader import Read
    from pipeline.config import CollectSettings

_INSTEAD = (
    "give the address of a page that lists articles, or write its selectors into feeds.yaml "
    "(docs/sources.md)"
)
_FRONT = {"", "/", "/index.html", "/index.htm", "/index.php", "/index.jsp"}  # a site's first page
_ENOUGH = 2  # article pages that have to agree on where their bodies stand
_ASLEEP = timedelta(days=60)  # that a feed may lag behind the list beside it
_FEED_START = re.compile(r"\s*(?:<\?xml|<rss|<feed|<rdf|\{|<!--)", re.IGNORECASE)


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
        trial = Trial(Reader(client, root, settings.max_bytes), client.robots, now(), [])
        if is_dated(url):  # a paper's pattern: any edition tells what it is
            editions = read_editions(trial.reader, url, None, trial.now, 1)
            document = await anext(editions)
            await editions.aclose()
        else:
            document = await trial.reader.read(url)
        trial.note("fetch", f"{len(document.text):,} characters from {document.url}")
        if what := name_file(document.text):
            raise ParseError(f"{document.url}: this is {what}; {_INSTEAD}")
        base = Source(
            make_id(document.url, taken),
            make_name(document.text, document.url),
            SourceKind.PAGE,
            url,
        )
        source = await _recognise(trial, document, base)
        found = await list_entries(trial, source)
        source, samples = await _with_body(trial, source, found)
        return Examination(source, tuple(trial.stages), samples)


async def _recognise(trial: Trial, document: Read, base: Source) -> Source:
    text, url = document.text, document.url
    if _is_feed(trial, document):
        trial.note("recognise", f"the address is a {_kind_of(text)}")
        return replace(base, kind=SourceKind.FEED)
    wanted = [*find_feeds(text, url), *(urljoin(url, path) for path in WELL_KNOWN)]
    feed = await _first_feed(trial, wanted)
    if feed and _is_kept(trial, *feed, text, url):
        trial.note("recognise", f"its feed: {feed[0]}")
        return replace(base, kind=SourceKind.FEED, url=feed[0])
    document = await arrive(trial.reader, document, None)
    if document.url != url:
        trial.note("recognise", f"the page leads on to {document.url}")
        text, url = document.text, document.url
        base = replace(base, name=make_name(text, url))
    if is_paper(text, url) or is_dated(base.url):
        trial.note("recognise", "a newspaper's digital edition")
        return replace(base, kind=SourceKind.PAPER)
    return await _recognise_list(trial, text, url, base)


async def _recognise_list(trial: Trial, text: str, url: str, base: Source) -> Source:
    """Return a source for a page that lists articles, or for its site's map.

    Raises:
        ParseError: it lists nothing, and there is no map.
    """
    guess = learn_list(text, url, trial.now)
    records = records_of_page(text, url, trial.now)
    if find_query(text, url) or len(records) > (guess.links if guess else 0):
        trial.note("recognise", "a list that the site's script builds (records)")
        return base
    if guess is None and (framed := await _find_frame(trial, text, url)):
        trial.note("recognise", f"its list stands in a frame: {framed[0]}")
        url, guess = framed
        base = replace(base, url=url)
    if guess is None or (not guess.dated and urlsplit(url).path in _FRONT):
        named = await trial.robots.list_sitemaps(url)
        wanted = [*named, *(urljoin(url, path) for path in SITEMAPS)]
        if sitemap := await _first_feed(trial, wanted):
            trial.note("recognise", f"its sitemap: {sitemap[0]}")
            return replace(base, kind=SourceKind.FEED, url=sitemap[0])
    if guess is None:
        what = name_page(text, url, trial.now)
        seen = f"this is {what}" if what else "no feed, and no repeated list of links was found"
        raise ParseError(f"{url}: {seen}; {_INSTEAD}")
    places = f" in {guess.places} blocks of the page" if guess.places > 1 else ""
    by = f"{guess.links} links, {guess.dated} of them dated, by {guess.list!r}"
    trial.note("learn", f"{by}{places}")
    return _with_list(base, guess)


def _with_list(source: Source, guess: Guess) -> Source:
    return replace(
        source,
        list=guess.list, link=guess.link, title=guess.title, date=guess.date, next=guess.next,
    )  # fmt: skip


def _is_kept(trial: Trial, feed: str, document: Read, text: str, url: str) -> bool:
    """Say whether somebody still writes a feed: the page's own list is hardly newer than it."""
    if is_index(document.text):
        return True
    found, _ = lists.read_feed(document.text, document.url, trial.now)
    ends = max((one.published for one in found if one.published), default=None)
    guess = learn_list(text, url, trial.now)
    if ends is None or guess is None or not guess.dated:
        return True
    shown = _with_list(Source("page", "page", SourceKind.PAGE, url), guess)
    days = (one.published for one in lists.read_list(text, url, shown, trial.now)[0])
    newest = max((one for one in days if one), default=ends)
    if newest - ends < _ASLEEP:
        return True
    trial.note("recognise", f"its feed {feed} ends on {ends:%Y-%m-%d}, the list beside it does not")
    return False


async def _find_frame(trial: Trial, text: str, url: str) -> tuple[str, Guess] | None:
    """Return the first frame within a page that holds a list, and the list; None without one."""
    for address in find_frames(text, url):
        try:
            document = await trial.reader.read(address)
        except CollectError:
            continue
        if guess := learn_list(document.text, document.url, trial.now):
            return document.url, guess
    return None


async def _with_body(
    trial: Trial, source: Source, found: list[Entry]
) -> tuple[Source, tuple[Sample, ...]]:
    """Add the body's selector where two article pages agree on one of a known family."""
    listed = tuple(Sample(one.title, one.url, one.published, None) for one in found[:SHOWN])
    own = source.kind is SourceKind.FEED and any(one.html or one.summary for one in found)
    try:
        if not own:
            source = await _find_body(trial, source, found)
        return source, await sample(trial, source, found)
    except CollectError as error:
        said = "; the feed's own text will be taken" if own else ""
        trial.note("body", f"{error}{said}", ok=False)
        return source, listed


async def _find_body(trial: Trial, source: Source, found: list[Entry]) -> Source:
    agreed: list[str | None] = []
    for entry in found[:SHOWN]:
        document = await trial.reader.read(entry.url, encoding=source.encoding)
        with suppress(ParseError):  # a video, a PDF: the next one may be an article
            page = read_page(document.text, document.url, source, trial.now)
            agreed.append(find_body(document.text, document.url, page.text))
        if len(agreed) == _ENOUGH:
            break
    return replace(source, body=agreed[0] if len(set(agreed)) == 1 else None)


async def _first_feed(trial: Trial, addresses: Sequence[str]) -> tuple[str, Read] | None:
    """Return the first of the addresses where a feed or a sitemap stands, and what stands there."""
    for address in dict.fromkeys(addresses):
        try:
            document = await trial.reader.read(address)
            if _is_feed(trial, document):
                return address, document
        except CollectError:
            continue
    return None


def _is_feed(trial: Trial, document: Read) -> bool:
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
