"""Articles that a site cuts into pages, joined again.

The next page is a link called 下一页 (or a number) whose address is the first page's with a page
number: 318_2.html after 318.html, id=347&page=2 after id=347. 下一篇 is another article. What this
module never does: fetch by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urldefrag, urlsplit

from pipeline.collect.addresses import base_of, join
from pipeline.collect.apart import apart
from pipeline.collect.arrival import find_frames
from pipeline.collect.markup import parse_tree
from pipeline.collect.pages import SCANTY, Page, read_page
from pipeline.errors import CollectError, NoArticleError, ParseError, SelectorError

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Protocol

    from pipeline.model import Source

    class _Document(Protocol):
        @property
        def text(self) -> str: ...
        @property
        def url(self) -> str: ...

    class _Reader(Protocol):
        async def read(self, url: str, *, encoding: str | None = None) -> _Document: ...


MOST_PAGES = 20
"""Pages of one article that are joined."""

_NEXT = re.compile(r"\s*(?:下一?[页頁]|后一?页|余下全文|next|›|»|>)\s*[>›»]*\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[\[【(（]?\s*(\d{1,2})\s*[\]】)）]?\s*")
_PAGED = re.compile(r"[_-](\d{1,3})$")
_PAGE_KEYS = {"page", "p", "pn", "pageno", "pageindex", "paged", "currentpage"}


async def read_article(
    reader: _Reader, url: str, source: Source, now: datetime, summary: str = "", title: str = ""
) -> Page:
    """Return an article with all its pages; a later page that cannot be had ends it there.

    ``summary`` and ``title`` are what its list or feed says of it.

    Raises:
        CollectError: the first page cannot be fetched or holds no article.
        NoArticleError: a file stands there.
    """
    document = await reader.read(url, encoding=source.encoding)
    first = document.url

    def read(summary: str = "", title: str = "") -> Page:
        return read_page(document.text, document.url, source, now, summary, title)

    try:
        page = await apart(document.text, lambda: read(summary, title))
    except ParseError as error:
        framed = await _read_frames(reader, document, source, now)
        if framed is None or isinstance(error, NoArticleError | SelectorError):
            raise
        page = replace(framed, title=title or framed.title, url=document.url, canonical=None)
    else:
        if len(page.text) < SCANTY and (
            framed := await _read_frames(reader, document, source, now)
        ):
            page = _with_frame(page, framed)
    met = {first, url}
    for number in range(2, MOST_PAGES + 1):
        following = await apart(document.text, partial(_find, document, first, number))
        if following is None or following in met:
            break
        met.add(following)
        try:
            document = await reader.read(following, encoding=source.encoding)
            more = await apart(document.text, read)
        except CollectError:
            break
        page = _joined(page, more)
    return page


async def _read_frames(
    reader: _Reader, document: _Document, source: Source, now: datetime
) -> Page | None:
    """Return the article that stands in a frame of a page; None where none tells anything."""
    for address in find_frames(document.text, document.url):
        try:
            inner = await reader.read(address, encoding=source.encoding)
            told = await apart(
                inner.text, partial(read_page, inner.text, inner.url, _unled(source), now)
            )
        except CollectError:
            continue
        if len(told.text) > SCANTY:
            return told
    return None


def _with_frame(page: Page, framed: Page) -> Page:
    """Return the page with the text of its frame; what the page itself says of it counts."""
    return replace(
        page,
        text=framed.text,
        html=framed.html,
        images=framed.images or page.images,
        published=page.published or framed.published,
        author=page.author or framed.author,
        editor=page.editor or framed.editor,
        origin=page.origin or framed.origin,
    )


def _unled(source: Source) -> Source:
    """Return the source without what selects within its article pages: a frame is another page."""
    return replace(source, body=None, title=None, date=None, author=None, origin=None)


def _find(document: _Document, first: str, number: int) -> str | None:
    return find_next(document.text, document.url, first, number)


def find_next(text: str, url: str, first: str, number: int) -> str | None:
    """Return the address of page ``number`` of the article that begins at ``first``."""
    by_number, base = None, base_of(text, url)
    for link in parse_tree(text, url).iter("a"):
        said = " ".join(link.text_content().split())
        numbered = _NUMBER.fullmatch(said)
        if not _NEXT.fullmatch(said) and not (numbered and int(numbered[1]) == number):
            continue
        address = join(base, link.get("href") or "")
        address = urldefrag(address)[0] if address else None
        if address is None or _page_number(address, first) != number:
            continue
        if not numbered:
            return address
        by_number = by_number or address
    return by_number


def _page_number(address: str, first: str) -> int | None:
    """Return which page of the article an address is; None when it is none of it."""
    one, start = urlsplit(address), urlsplit(first)
    if (one.scheme, one.netloc) != (start.scheme, start.netloc):
        return None
    if one.path == start.path:
        known = parse_qsl(start.query)
        added = [pair for pair in parse_qsl(one.query) if pair not in known]
        gone = {key for key, _ in known} - {key for key, _ in parse_qsl(one.query)}
        if len(added) == 1 and not gone and added[0][0].lower() in _PAGE_KEYS:
            return int(added[0][1]) if added[0][1].isdigit() else None
        return None
    stem, dot, ending = one.path.rpartition(".")
    if not dot or "/" in ending:
        stem, ending = one.path, ""
    root, _, start_ending = start.path.rpartition(".")
    if ending != (start_ending if root and "/" not in start_ending else ""):
        return None
    paged = _PAGED.search(stem)
    root = root if ending else start.path
    bare = _PAGED.sub("", root) if root.endswith(("_1", "-1")) else root
    return int(paged[1]) if paged and stem[: paged.start()] in {root, bare} else None


def _joined(page: Page, more: Page) -> Page:
    """Return the article with one more page; lines that every page repeats stand once."""
    opening = set(page.text.split("\n")[:3])
    lines = more.text.split("\n")
    while lines and (lines[0] in opening or lines[0] == page.title):
        lines.pop(0)
    known = {one.url for one in page.images}
    return replace(
        page,
        text="\n".join([page.text, *lines]),
        html=page.html + more.html,
        images=page.images + tuple(one for one in more.images if one.url not in known),
        editor=page.editor or more.editor,
    )
