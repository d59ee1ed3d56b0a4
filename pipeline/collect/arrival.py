"""From a source's address to the page that is meant: meta refresh, frames, a paper's newest day.

What this module never does: read what stands on the page.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.collect.addresses import base_of, join
from pipeline.collect.entries import read_refresh
from pipeline.collect.markup import parse_tree
from pipeline.errors import FetchError, ParseError, StatusError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pipeline.collect.reader import Read, Reader

TRIED = 7
"""Days that are looked back for a paper's newest edition."""

_FRAMES = 3  # frames of a page that are looked into
_HOPS = 3  # refreshes and frames on the way to one page
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_PATTERN = re.compile(r"\{date:([^{}]{1,20})\}")
_MAIN = re.compile(r"main|content|right|body|list|center", re.IGNORECASE)
_NO_EDITION = {403, 404, 410}


async def arrive(reader: Reader, document: Read, encoding: str | None) -> Read:
    """Return the page that a page leads to by meta refresh or frames; itself when it does not."""
    met = {document.url}
    for _ in range(_HOPS):
        following = find_onward(document.text, document.url)
        if following is None or following in met:
            break
        met.add(following)
        document = await reader.read(following, encoding=encoding)
    return document


def find_onward(text: str, url: str) -> str | None:
    """Return where a page that is only a way to another one leads; None when it is no such page."""
    lowered = text[:20_000].lower()
    if "http-equiv" in lowered and "refresh" in lowered:
        onward = read_refresh(text, url)
        # A page that refreshes itself every few minutes stays.
        if onward and onward.partition("#")[0] != url.partition("#")[0]:
            return onward
    if "<frameset" not in lowered:
        return None
    frames = parse_tree(text, url).xpath("//frame[@src]")
    named = [one for one in frames if _MAIN.search(f"{one.get('name')} {one.get('src')}")]
    chosen = (named or frames[-1:] or [None])[0]
    return join(base_of(text, url), chosen.get("src")) if chosen is not None else None


def find_frames(text: str, url: str) -> list[str]:
    """Return the frames within a page that the site itself fills, the first ones."""
    host = urlsplit(url).netloc
    places = parse_tree(text, url).xpath("//iframe[@src]/@src") if "<iframe" in text.lower() else []
    inner = [join(base_of(text, url), place) for place in places]
    return [one for one in inner if one and urlsplit(one).netloc == host][:_FRAMES]


def is_dated(url: str) -> bool:
    """Say whether a source's address holds a date, such as ``{date:%Y-%m}``."""
    return "{date" in url


def date_url(url: str, day: datetime) -> str:
    """Return the address of one day; ``day`` counts in China."""
    here = day.astimezone(_SHANGHAI)
    return _PATTERN.sub(lambda match: here.strftime(match[1]), url)


async def read_editions(
    reader: Reader, url: str, encoding: str | None, now: datetime, days: int
) -> AsyncGenerator[Read]:
    """Yield the newest editions of a paper, ``days`` of them where its address holds a date.

    Raises:
        FetchError: none of the last days has an edition, or the address cannot be read.
    """
    if not is_dated(url):
        yield await arrive(reader, await reader.read(url, encoding=encoding), encoding)
        return
    found = 0
    last: Exception | None = None
    for back in range(max(TRIED, days)):
        address = date_url(url, now - timedelta(days=back))
        try:
            document = await reader.read(address, encoding=encoding)
            document = await arrive(reader, document, encoding)
        except (StatusError, ParseError) as error:
            if isinstance(error, StatusError) and error.status not in _NO_EDITION:
                raise
            last = error
            continue
        found += 1
        yield document
        if found >= days:
            return
    if not found:
        raise FetchError(f"no edition within the last {max(TRIED, days)} days; the last: {last}")
