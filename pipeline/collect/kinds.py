"""How each kind of source on the web lists its articles: feed, list of pages, digital paper.

Each reads what the source lists, gives its entries to `taking` and keeps in the visit what the next
visit asks with. What this module never does: read an article's own page.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline.collect import entries as lists
from pipeline.collect.apart import apart
from pipeline.collect.arrival import arrive, read_editions
from pipeline.collect.dates import find_day
from pipeline.collect.freshness import get_feed_seconds
from pipeline.collect.records import find_query, read_records, records_of_page
from pipeline.collect.sitemaps import follow, is_index, read_index
from pipeline.collect.taking import take
from pipeline.errors import CollectError, SelectorError

if TYPE_CHECKING:
    from pipeline.collect.entry import Entry
    from pipeline.collect.reader import Read
    from pipeline.collect.visit import Visit


async def read_feed(visit: Visit) -> bool:
    """Read a feed or a sitemap; return whether it has not changed.

    Raises:
        CollectError: it could not be had or is not understood.
    """
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
    if await take(visit, found) and keeps_validators:
        etag, last_modified = document.etag, document.last_modified
        visit.fresh = max(document.fresh, spoken)
    else:
        etag = last_modified = None
    visit.state = replace(visit.state, etag=etag, last_modified=last_modified)
    return False


async def read_list(visit: Visit) -> bool:
    """Read the pages of a list, the newest first; return whether the first has not changed.

    Raises:
        CollectError: the first page could not be had or lists nothing.
    """
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
    if not await take(visit, found):
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


async def read_paper(visit: Visit) -> bool:
    """Read a digital paper's editions, page by page; none is ever called unchanged.

    Raises:
        SelectorError: no page of any edition lists an article.
    """
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
    await take(visit, found)
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
