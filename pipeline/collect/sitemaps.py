"""Sitemaps (sitemaps.org 0.9, Google News) and their indexes, followed within bounds.

What this module never does: leave the site whose index it reads, or read more than a few files.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.collect.addresses import get_site, join
from pipeline.collect.apart import apart
from pipeline.collect.dates import is_believable, read_date
from pipeline.collect.entry import Entry
from pipeline.collect.markup import between, refuse_entities
from pipeline.collect.pages import tidy
from pipeline.errors import CollectError, ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.collect.reader import Reader

FOLLOWED = 5
"""Files of an index that are read at one visit, indexes within it included."""

DEEPEST = 2
"""Indexes within each other; the protocol allows one, some sites have one more."""

MOST_LISTED = 50_000
"""Files of an index, and pages of a sitemap, that are looked at: what the protocol allows."""

_ROOT = re.compile(
    r"(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE(?>[^>]*>))*<(?:\w+:)?(urlset|sitemapindex)\b",
    re.DOTALL,
)
_HEAD = 4000  # characters in which the root element stands: licences and style sheets come first
_PART = re.compile(r"<(?:(\w+):)?(loc|lastmod|publication_date|title)>\s*(?:<!\[CDATA\[)?([^<\]]*)")
_OF_MEDIA = {"image", "video", "xhtml"}  # prefixes of parts that speak of a picture, not the page
_NUMBERS = re.compile(r"\d{1,12}")
_OLDEST = datetime(1, 1, 2, tzinfo=UTC)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOST_KEPT = 1000  # files of an index, the newest, that are kept in mind
_SHOWN = 3  # files left out that a warning names


@dataclass(frozen=True, slots=True)
class Listed:
    """A sitemap as an index names it."""

    url: str
    changed: datetime | None  # lastmod; None: the index does not say


@dataclass(frozen=True, slots=True)
class Found:
    """What an index and the files it names gave."""

    entries: list[Entry]  # the newest first
    warnings: list[str]
    files: int  # sitemaps that were read
    # Whether the index says when every file changed and all could be had: its ETag speaks for all.
    is_dated: bool


def is_sitemap(text: str) -> bool:
    """Say whether a document is a sitemap or an index of them."""
    return _root(text) is not None


def is_index(text: str) -> bool:
    """Say whether a document is an index of sitemaps."""
    return _root(text) == "sitemapindex"


def read_sitemap(text: str, url: str, now: datetime, most: int) -> list[Entry]:
    """Return the pages of a sitemap, the newest first, ``most`` of them.

    Raises:
        ParseError: it lists no page, or declares entities.
    """
    refuse_entities(text, url)
    pages = []
    for page in islice(_blocks(text, "url"), MOST_LISTED):
        parts = _parts(page)
        stated = parts.get("publication_date") or parts.get("lastmod") or ""
        pages.append((_moment(stated, now), parts))
    pages.sort(key=lambda one: one[0] or _OLDEST, reverse=True)
    # Only of those that are taken the addresses are made out: they cost most.
    found = (
        Entry(address, tidy(parts.get("title", "")), moment)
        for moment, parts in pages
        if (address := join(url, parts.get("loc", ""))) and not _is_front(address)
    )
    taken = list(islice(found, most))
    if not taken:
        raise ParseError(f"{url}: the sitemap lists no page")
    return taken


def _is_front(url: str) -> bool:
    """Say whether an address is a site's front page: sitemaps list it, and it is no article."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def read_index(text: str, url: str, now: datetime) -> list[Listed]:
    """Return the sitemaps that an index names, the one changed last first.

    Those without a date come after the dated ones, the highest numbers in their names first:
    ``post-sitemap12.xml`` and ``2026-11.xml`` hold newer pages than those before them.

    Raises:
        ParseError: it names none, or declares entities.
    """
    refuse_entities(text, url)
    stated: dict[str, Listed] = {}
    for one in islice(_blocks(text, "sitemap"), MOST_LISTED):
        parts = _parts(one)
        place = parts.get("loc", "")
        if place not in stated:
            stated[place] = Listed(place, _moment(parts.get("lastmod", ""), now))
    newest = sorted(stated.values(), key=_age, reverse=True)
    found = (
        replace(one, url=address) for one in newest if (address := join(url, one.url)) is not None
    )
    listed = list(islice(found, _MOST_KEPT))
    if not listed:
        raise ParseError(f"{url}: the index of sitemaps names none")
    return listed


async def follow(
    reader: Reader, listed: list[Listed], url: str, encoding: str | None, now: datetime, most: int
) -> Found:
    """Return the pages of the newest files of the index at ``url``, ``most`` of them.

    `FOLLOWED` files of the same site are read at the most, and no more once the pages that were
    found are ``most`` and newer than what is left.

    Raises:
        ParseError: no file of it gave a page.
    """
    site, met = get_site(url), {url}
    waiting = deque((one, 1) for one in listed)
    is_dated = all(one.changed for one in listed)
    found: list[Entry] = []
    warnings: list[str] = []
    elsewhere: list[str] = []
    files = asked = 0
    while waiting and asked < FOLLOWED:
        one, level = waiting.popleft()
        if get_site(one.url) != site:
            elsewhere.append(one.url)
            continue
        if one.url in met:
            continue
        if len(found) >= most and one.changed and one.changed <= (found[-1].published or _OLDEST):
            continue
        asked += 1
        met.add(one.url)
        try:
            read = await reader.read(one.url, encoding=encoding)
            if get_site(read.url) != site:
                raise ParseError(f"{one.url}: leads to another site, {read.url}")
            within = await apart(
                read.text, partial(_read_file, read.text, read.url, now, level, most)
            )
            del read
        except CollectError as error:
            is_dated = False
            warnings.append(f"{error}; this sitemap was left out")
            continue
        if isinstance(within, _Index):
            is_dated = False
            waiting.extend((inner, level + 1) for inner in within.files)
            waiting = deque(sorted(waiting, key=lambda pair: _age(pair[0]), reverse=True))
            continue
        files += 1
        known = {entry.url for entry in found}
        found = _newest([*found, *(one for one in within if one.url not in known)])[:most]
    if elsewhere:
        named = "、".join(elsewhere[:_SHOWN])
        warnings.append(f"sitemaps of another site were left out ({len(elsewhere)}): {named}")
    if not found:
        said = f": {warnings[0]}" if warnings else ""
        raise ParseError(f"{url}: no sitemap of this index lists a page{said}")
    return Found(found, warnings, files, is_dated)


@dataclass(frozen=True, slots=True)
class _Index:
    files: list[Listed]


def _read_file(text: str, url: str, now: datetime, level: int, most: int) -> list[Entry] | _Index:
    """Return the pages of a file of an index, or what it names when it is an index itself."""
    if not is_sitemap(text):
        raise ParseError(f"{url}: not a sitemap")
    if not is_index(text):
        return read_sitemap(text, url, now, most)
    if level >= DEEPEST:
        raise ParseError(f"{url}: indexes of sitemaps within each other, more than {DEEPEST}")
    return _Index(read_index(text, url, now))


def _moment(stated: str, now: datetime) -> datetime | None:
    """Return a stated moment; the form of the protocol (ISO 8601) is read the short way."""
    if not stated:
        return None
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return read_date(stated, now)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)
    return moment if is_believable(moment, now) else None


def _newest(found: Iterable[Entry]) -> list[Entry]:
    return sorted(found, key=lambda one: one.published or _OLDEST, reverse=True)


def _age(one: Listed) -> tuple[datetime, tuple[int, ...]]:
    numbers = _NUMBERS.findall(one.url.partition("?")[0].rpartition("/")[2])
    return one.changed or _OLDEST, tuple(map(int, numbers))


def _root(text: str) -> str | None:
    match = _ROOT.match(text[:_HEAD].lstrip("\ufeff"))
    return match[1] if match else None


def _blocks(text: str, name: str) -> Iterable[str]:
    """Yield what stands within each element of that name, with or without a prefix."""
    prefix = re.search(rf"<(\w+:)?{name}>", text)
    tag = f"{prefix[1] or ''}{name}" if prefix else name
    return between(text, f"<{tag}>", f"</{tag}>")


def _parts(block: str) -> dict[str, str]:
    """Return a page's address, days and title; what speaks of its pictures is passed over."""
    found: dict[str, str] = {}
    for prefix, name, value in _PART.findall(block):
        if prefix not in _OF_MEDIA:
            found.setdefault(name, unescape(value).strip())
    return found
