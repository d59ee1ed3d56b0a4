"""What a feed, a list page or a paper lists: entries that lead to articles.

feedparser reads every feed but JSON Feed, Beautiful Soup the lists.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import feedparser
from bs4 import BeautifulSoup

from pipeline.collect.dates import read_date
from pipeline.collect.pages import clean, refuse_entities, select, tidy, to_text
from pipeline.errors import ParseError, SelectorError

if TYPE_CHECKING:
    from pipeline.model import Source

_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFRESH = re.compile(r"""url\s*=\s*['"]?([^'">]+)""", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(?:第\s*)?([A-Z]?\d{1,3})\s*版")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; everything but the address may be missing."""

    url: str
    title: str = ""
    published: datetime | None = None
    html: str = ""  # raw; sanitised by whoever keeps it
    summary: str = ""
    author: str | None = None
    page: str | None = None


def read_feed(text: str, url: str, now: datetime) -> tuple[list[Entry], list[str]]:
    """Return a feed's entries and a warning for every broken one.

    Raises:
        ParseError: it is no feed.
    """
    if text.lstrip()[:1] == "{":
        return _read_json_feed(text, url, now)
    refuse_entities(text)
    # Decoding is ours: feedparser gets UTF-8 and no label that says otherwise.
    parsed: Any = feedparser.parse(_DECLARED.sub("", text).encode("utf-8", "replace"))
    if not parsed.version and not parsed.entries:
        raise ParseError(f"{url}: not a feed")
    entries, warnings = [], []
    for number, one in enumerate(parsed.entries, start=1):
        link, title = one.get("link") or "", to_text(clean(one.get("title") or ""))
        if not link or not title:
            warnings.append(f"entry {number} has no {'title' if link else 'link'}: left out")
            continue
        content = one.get("content") or [{}]
        stated = one.get("published") or one.get("updated") or ""
        parsed_at = one.get("published_parsed") or one.get("updated_parsed")
        zoned = parsed_at and re.search(r"Z|GMT|UT|[+-]\d{2}:?\d{2}\s*$", stated)
        published = _utc(parsed_at) if zoned else read_date(stated, now)
        if stated and published is None:
            warnings.append(f"entry {number}: {stated[:40]!r} is no date: taken without one")
        entries.append(
            Entry(
                url=urljoin(url, link),
                title=title,
                published=published,
                html=content[0].get("value") or "",
                summary=one.get("summary") or "",
                author=one.get("author") or None,
            )
        )
    return entries, warnings


def _read_json_feed(text: str, url: str, now: datetime) -> tuple[list[Entry], list[str]]:
    """Read a JSON Feed (jsonfeed.org, version 1.1)."""
    try:
        items = json.loads(text)["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ParseError(f"{url}: not a JSON Feed") from None
    if not isinstance(items, list):
        raise ParseError(f"{url}: not a JSON Feed: items is no list")
    entries, warnings = [], []
    for number, one in enumerate(items, start=1):
        link = one.get("url") if isinstance(one, dict) else None
        if not isinstance(link, str) or not one.get("title"):
            warnings.append(f"entry {number} has no link or no title: left out")
            continue
        authors = one.get("authors") or [{}]
        entries.append(
            Entry(
                url=urljoin(url, link),
                title=tidy(str(one["title"])),
                published=read_date(str(one.get("date_published") or ""), now),
                html=str(one.get("content_html") or "") or _paragraphs(one.get("content_text")),
                summary=str(one.get("summary") or ""),
                author=authors[0].get("name") if isinstance(authors[0], dict) else None,
            )
        )
    return entries, warnings


def read_list(text: str, url: str, source: Source, now: datetime) -> tuple[list[Entry], str | None]:
    """Return a list page's entries and the next page's address, None on the last one.

    Raises:
        SelectorError: a selector finds nothing; it is named.
    """
    refuse_entities(text)
    soup = BeautifulSoup(text, "lxml")
    selector = source.list or "li:has(a[href])"
    entries = []
    for node in select(soup, selector, "list"):
        links = select(node, source.link or "a[href]", "link")
        if node.name == "a" and node.get("href"):
            links = [node]
        if not links:
            continue
        titles = select(node, source.title, "title") if source.title else links
        dated = select(node, source.date, "date") if source.date else [node]
        stated = dated[0].get_text(" ", strip=True) if dated else ""
        entries.append(
            Entry(
                url=urljoin(url, str(links[0]["href"])),
                title=str(links[0].get("title") or "") or titles[0].get_text(" ", strip=True),
                published=read_date(stated, now),
            )
        )
    if not entries:
        raise SelectorError(f"{url}: list: nothing matches {selector!r}")
    following = select(soup, source.next, "next") if source.next else []
    address = following[0].get("href") if following else None
    return entries, urljoin(url, str(address)) if address else None


def read_refresh(text: str, url: str) -> str | None:
    """Return where a page's meta refresh leads; None when it has none."""
    tag = BeautifulSoup(text, "lxml").find(
        "meta", attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)}
    )
    match = _REFRESH.search(str(tag.get("content"))) if tag else None
    return urljoin(url, match[1].strip()) if match else None


def read_paper_pages(text: str, url: str, source: Source) -> list[tuple[str, str | None]]:
    """Return (address, number) of a paper's pages of one day.

    Raises:
        SelectorError: the ``list`` selector finds nothing.
    """
    soup = BeautifulSoup(text, "lxml")
    selector = source.list or "a[href*=node_]"
    found = []
    for tag in select(soup, selector, "list"):
        if tag.get("href"):
            number = _PAGE_NUMBER.search(tag.get_text(" ", strip=True))
            found.append((urljoin(url, str(tag["href"])), number[1] if number else None))
    if not found:
        raise SelectorError(f"{url}: list: nothing matches {selector!r}")
    return list(dict.fromkeys(found))


def read_paper_articles(text: str, url: str, source: Source, page: str | None) -> list[Entry]:
    """Return the articles of one page of a paper."""
    soup = BeautifulSoup(text, "lxml")
    return [
        Entry(urljoin(url, str(tag["href"])), tag.get_text(" ", strip=True), page=page)
        for tag in select(soup, source.link or "a[href*=content_]", "link")
        if tag.get("href")
    ]


def _utc(parts: tuple[int, ...]) -> datetime:
    year, month, day, hour, minute, second = parts[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _paragraphs(text: object) -> str:
    lines = str(text or "").split("\n")
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
