"""What a feed, a list page or a paper lists: entries that lead to articles.

lxml reads plain feeds, feedparser every other one but JSON Feed, Beautiful Soup the lists.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

import feedparser
from bs4 import Tag

from pipeline.collect.addresses import base_of, join
from pipeline.collect.dates import find_day, is_believable, read_date
from pipeline.collect.daylines import find_dated, read_days, state_day
from pipeline.collect.entry import Entry
from pipeline.collect.headlines import read_title, said
from pipeline.collect.markup import parse_page, refuse_entities, refuse_scripted, select
from pipeline.collect.naming import name_page
from pipeline.collect.pages import clean, tidy, to_text
from pipeline.collect.plainfeeds import PlainItem, read_plain
from pipeline.collect.sitemaps import is_index, is_sitemap, read_sitemap
from pipeline.collect.targets import targets_of
from pipeline.errors import ParseError, SelectorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Source

_ENTRY_START = re.compile(r"<(?:item|entry)[\s>]")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFRESH = re.compile(r"""url\s*=\s*['"]?([^'">]+)""", re.IGNORECASE)
_MOST_TAGS = 200_000  # of a feed: 200 long articles with their markup have a quarter
_MOST_VALUES = 500_000  # of a JSON Feed
_MAIL = re.compile(r"<?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?")
_PAGE_NUMBER = re.compile(r"第?\s*([A-Z]?\d{1,3})\s*版面?|版次[：:]\s*([A-Z]?\d{1,3})")
_PAGE_START = re.compile(r"([A-Z]\d{1,3}|0\d)(?![\dA-Za-z])")
_PAGE_LINE = re.compile(r"第\s*[A-Z]?\d{1,3}\s*版\s*[：:·\s]\s*\S{1,12}")
_PAGE_NAME = 12  # characters of a page's name


def read_feed(
    text: str, url: str, now: datetime, most: int = 10_000
) -> tuple[list[Entry], list[str]]:
    """Return a feed's entries (of more than ``most`` the first) and a warning for every broken one.

    Sitemaps, news and plain, are feeds too; `pipeline.collect.sitemaps` follows their indexes.

    Raises:
        ParseError: it is no feed, or an index of sitemaps.
    """
    if text.lstrip()[:1] == "{":
        return _read_json_feed(text, url, now, most)
    refuse_entities(text, url)
    if is_index(text):
        raise ParseError(f"{url}: an index of sitemaps; a source of kind feed follows it")
    if is_sitemap(text):
        return read_sitemap(text, url, now, most), []
    text, is_cut = _cut(text, most)
    tags = text.count("<")
    if not tags:
        raise ParseError(f"{url}: not a feed")
    if tags > _MOST_TAGS:
        raise ParseError(f"{url}: more than {_MOST_TAGS:,} tags: no feed for readers, refused")
    # Decoding is ours: feedparser gets UTF-8 and no label that says otherwise.
    # A stream, because feedparser opens a string that happens to name a file.
    data = _DECLARED.sub("", text).encode("utf-8", "replace")
    warnings = [f"more than {most} entries: the first ones were taken"] if is_cut else []
    plain = read_plain(data)
    items = _by_feedparser(data, text, url) if plain is None else plain
    entries = []
    for number, one in enumerate(items, start=1):
        link, title = join(url, one.link), _plain(one.title)
        if not link or not title:
            named = f" ({title[:40]})" if title else ""
            missing = "title" if link else "link that can be followed"
            warnings.append(f"entry {number}{named} has no {missing}: left out")
            continue
        published = one.at if isinstance(one, _Parsed) else None
        if published is None or not is_believable(published, now):
            published = read_date(one.stated, now)
        if one.stated and published is None:
            warnings.append(f"entry {number}: {one.stated[:40]!r} is no date: taken without one")
        entries.append(
            Entry(
                url=link,
                title=title,
                published=published,
                html=one.html,
                summary=one.summary,
                author=_name(one.author),
            )
        )
    return entries, warnings


@dataclass(slots=True)
class _Parsed(PlainItem):
    """An item as feedparser reads it."""

    at: datetime | None = None  # None: no date with a zone


def _by_feedparser(data: bytes, text: str, url: str) -> Sequence[PlainItem]:
    """Return the items of any feed.

    Raises:
        ParseError: it is none.
    """
    # Sanitising is ours; addresses within the texts are made absolute where they are read.
    parsed: Any = feedparser.parse(
        io.BytesIO(data), sanitize_html=False, resolve_relative_uris="xml:base" in text
    )
    if not parsed.get("version") and not parsed.entries:
        refuse_scripted(text, url)
        raise ParseError(f"{url}: not a feed")
    items = []
    for one in parsed.entries:
        key = "published" if one.get("published") else "updated"
        stated, parsed_at = one.get(key) or "", one.get(f"{key}_parsed")
        # Other names of zones it reads as the United States', or not at all.
        zoned = parsed_at and re.search(r"(?:Z|GMT|UTC?|[+-]\d{2}:?\d{2})\s*$", stated)
        items.append(
            _Parsed(
                link=one.get("link") or "",
                title=one.get("title") or "",
                html=(one.get("content") or [{}])[0].get("value") or "",
                summary=one.get("summary") or "",
                stated=stated,
                author=one.get("author") or "",
                at=_utc(parsed_at) if zoned else None,
            )
        )
    return items


def _cut(text: str, most: int) -> tuple[str, bool]:
    """Return a feed without the entries after the first ``most``, so that a flood costs nothing."""
    starts = [match.start() for match in islice(_ENTRY_START.finditer(text), most + 1)]
    if len(starts) <= most:
        return text, False
    root = re.search(r"<(rss|feed|(?:\w+:)?RDF)\b", text[:5000])
    name = root[1] if root else "rss"
    closing = "</channel></rss>" if name == "rss" else f"</{name}>"
    return text[: starts[most]] + closing, True


def _read_json_feed(text: str, url: str, now: datetime, most: int) -> tuple[list[Entry], list[str]]:
    """Read a JSON Feed (jsonfeed.org, version 1.1)."""
    if text.count("[") + text.count("{") + text.count(",") > _MOST_VALUES:
        raise ParseError(f"{url}: more than {_MOST_VALUES:,} values: no feed for readers, refused")
    try:
        items = json.loads(text)["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ParseError(f"{url}: not a JSON Feed") from None
    if not isinstance(items, list):
        raise ParseError(f"{url}: not a JSON Feed: items is no list")
    entries, warnings = [], []
    if len(items) > most:
        warnings.append(f"more than {most} entries: the first ones were taken")
    for number, one in enumerate(items[:most], start=1):
        stated = one.get("url") if isinstance(one, dict) else None
        link = join(url, stated) if isinstance(stated, str) else None
        title = tidy(str(one.get("title") or "")) if link else ""
        if link is None or not title:
            missing = "title" if link else "link that can be followed"
            warnings.append(f"entry {number} has no {missing}: left out")
            continue
        authors = one.get("authors")
        first = authors[0] if isinstance(authors, list) and authors else None
        name = first.get("name") if isinstance(first, dict) else None
        entries.append(
            Entry(
                url=link,
                title=title,
                published=read_date(str(one.get("date_published") or ""), now),
                html=str(one.get("content_html") or "") or _paragraphs(one.get("content_text")),
                summary=str(one.get("summary") or ""),
                author=str(name) if name else None,
            )
        )
    return entries, warnings


def read_list(text: str, url: str, source: Source, now: datetime) -> tuple[list[Entry], str | None]:
    """Return a list page's entries and the next page's address, None on the last one.

    Raises:
        SelectorError: a selector finds nothing; it is named.
        ParseError: the page is none for readers.
    """
    soup, target = parse_page(text, url), targets_of(text, url)
    selector = source.list or "li:has(a[href])"
    entries: list[Entry] = []
    nodes: list[Tag] = []
    for node in select(soup, selector, "list"):
        link = _find_link(node, source, target)
        address = target(link) if link is not None else None
        if link is None or address is None:
            continue
        titles = select(node, source.title, "title") if source.title else []
        title = said(titles[0]) if titles and not link.get("title") else read_title(link)
        published = read_date(_stated_date(node, link, source), now)
        entries.append(Entry(url=address, title=title, published=published))
        nodes.append(node)
    if not source.date and not any(one.published for one in entries):
        days = [read_date(one, now) for one in read_days(nodes, now)]
        entries = [replace(one, published=day) for one, day in zip(entries, days, strict=True)]
    if not entries:
        refuse_scripted(text, url)
        what = name_page(text, url, now)
        but = f"; this is {what}" if what else ""
        raise SelectorError(f"{url}: list: nothing matches {selector!r}{but}")
    following = select(soup, source.next, "next") if source.next else []
    return entries, target(following[0]) if following else None


def _find_link(node: Tag, source: Source, target: Callable[[Tag], str | None]) -> Tag | None:
    """Return the element of an entry that leads to its article; None without one."""
    if target(node):
        return node
    if source.link:
        return next(iter(select(node, source.link, "link")), None)
    return next((one for one in node.select("a, [onclick]") if target(one)), None)


def read_refresh(text: str, url: str) -> str | None:
    """Return where a page's meta refresh leads; None when it has none."""
    tag = parse_page(text, url).find(
        "meta", attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)}
    )
    match = _REFRESH.search(str(tag.get("content"))) if isinstance(tag, Tag) else None
    return join(url, match[1].strip()) if match else None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One page of a paper's edition."""

    url: str
    number: str | None  # A07; None: not stated
    name: str | None  # 要闻, 社区 …


def read_paper_pages(text: str, url: str, source: Source) -> list[PaperPage]:
    """Return the pages of one edition, in its order.

    Raises:
        SelectorError: the ``list`` selector finds nothing.
    """
    soup, base = parse_page(text, url), base_of(text, url)
    selector = source.list or "a[href*=node_]"
    found: dict[str, PaperPage] = {}
    day = find_day(url)
    for tag in select(soup, selector, "list"):
        address = join(base, str(tag.get("href") or ""))
        if address and find_day(address) == day:  # 上一期 is another edition
            address = urldefrag(address)[0]
            number, name = _name_page(tag.get_text(" ", strip=True))
            known = found.get(address)  # a picture's link and a title's, say
            if known:
                number, name = known.number or number, known.name or name
            found[address] = PaperPage(address, number, name)
    if not found:
        raise SelectorError(f"{url}: list: nothing matches {selector!r}")
    return list(found.values())


def read_paper_articles(text: str, url: str, source: Source, page: PaperPage) -> list[Entry]:
    """Return the articles of one page of a paper, with the page's number and name."""
    soup, base = parse_page(text, url), base_of(text, url)
    number, name = page.number, page.name
    if number is None or name is None:
        for line in _PAGE_LINE.finditer(soup.get_text("\n", strip=True)):
            own, called = _name_page(line[0])
            if number is None or own == number:
                number, name = number or own, name or called
                break
    found: dict[str, Entry] = {}
    for tag in select(soup, source.link or "a[href*=content_]", "link"):
        address = join(base, str(tag.get("href") or ""))
        title = str(tag.get("title") or "") or tag.get_text(" ", strip=True)
        if address and (address not in found or not found[address].title):
            found[address] = Entry(address, title, page=number, column=name)
    return list(found.values())


def _name_page(said: str) -> tuple[str | None, str | None]:
    """Return number and name of a paper's page out of 第A07版：社区, A07 社区 or 07版·社区."""
    match = _PAGE_NUMBER.search(said) or _PAGE_START.match(said)
    if not match:
        return None, None
    number = next(one for one in match.groups() if one)
    rest = re.sub(r"(?i)pdf|下载|版面导航", "", f"{said[: match.start()]} {said[match.end() :]}")
    name = rest.strip(" \t\n　：:·|｜-—.、")
    return number, name if 0 < len(name) <= _PAGE_NAME else None


def _stated_date(node: Tag, link: Tag, source: Source) -> str:
    """Return the text in which a list's entry states its date: never the title itself."""
    if source.date:
        dated = select(node, source.date, "date")
        return state_day(dated[0]) if dated else ""
    beside = (text for text in node.find_all(string=True) if link not in text.parents)
    stated = [state_day(one) for one in find_dated(node)[:1]]
    return " ".join([*stated, *(text.strip() for text in beside)])


def _name(stated: str) -> str | None:
    """Return an author's name as people write it: addresses of mail are nobody's business."""
    bare = _MAIL.sub("", stated).strip()
    bare = bare[1:-1].strip() if bare[:1] in "(（<" and bare[-1:] in ")）>" else bare
    return bare or None


def _plain(title: str) -> str:
    return to_text(clean(title)) if "<" in title or "&" in title else tidy(title)


def _utc(parts: tuple[int, ...]) -> datetime | None:
    year, month, day, hour, minute, second = parts[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None


def _paragraphs(text: object) -> str:
    lines = str(text or "").split("\n")
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
