"""HTML from outside: sanitised at the door, and an article page's parts.

The body is the source's own selector, else what `pipeline.collect.extract` finds. What this
module never does: fetch, or let a script, a style or an event handler through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

import nh3
from bs4 import BeautifulSoup

from pipeline.collect.boilerplate import drop_boilerplate
from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.extract import extract
from pipeline.collect.markup import parse_page, select
from pipeline.errors import ParseError, SelectorError
from pipeline.model import Image

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Source

_TAGS = {
    "p", "br", "div", "span", "b", "strong", "i", "em", "u", "a", "img", "figure", "figcaption",
    "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4",
    "table", "thead", "tbody", "tr", "td", "th",
}  # fmt: skip
_BLOCKS = ("p", "div", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "figcaption", "br")
_TRACKING = re.compile(r"^(?:utm_\w+|spm|from|share\w*|isappinstalled|fbclid|gclid)$")
_FIELD = {
    "origin": re.compile(r"(?:稿件)?来源[：:]\s*([^\s|　]{2,30})"),
    "author": re.compile(r"(?:作者|记者|通讯员)[：:]\s*([^\s|　]{2,30})"),
    "editor": re.compile(r"(?:责任)?编辑[：:]\s*([^\s|　]{2,20})"),
}
SHORT = 200
"""Characters below which a feed's own text is taken for a summary."""

_START = 40  # characters by which a body's beginning is found
_CREDIT = re.compile(r"[（(]?([一-龥]{2,12}\s*(?:摄|供图|制图))[)）]?")
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s*|[-–—]{2,}")  # before a site's name
_DATE_LABEL = re.compile(r"(?:发布|发表|更新)(?:时间|日期|于)?[：:]\s*([^|　]{6,30})")
_DATE_META = (
    "meta[property='article:published_time']", "meta[name='PubDate' i]",
    "meta[name='publishdate' i]", "time[datetime]",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of an article page; None or "" where it does not say."""

    title: str
    text: str
    html: str
    images: tuple[Image, ...]
    published: datetime | None
    author: str | None
    editor: str | None
    origin: str | None
    canonical: str | None


def join(base: str, link: str) -> str | None:
    """Return the address a document's link leads to; None when it leads nowhere one may go.

    Only http and https, and file only from a file: a document of the web names no local one.
    """
    link = link.strip()
    try:
        address = urljoin(base, link)
        scheme = urlsplit(address).scheme
    except ValueError:
        return None
    if not link or not (scheme in {"http", "https"} or scheme == "file" == urlsplit(base).scheme):
        return None
    return address


def clean(html: str) -> str:
    """Return the HTML without anything that acts: the one place where it is sanitised."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )


def to_text(html: str) -> str:
    """Return the text of clean HTML, paragraphs separated by one newline."""
    soup = BeautifulSoup(html, "lxml")
    for block in soup.find_all(_BLOCKS):
        block.insert_before("\n")
        block.append("\n")
    return tidy(soup.get_text())


def tidy(text: str) -> str:
    """Return the text with one newline between paragraphs and no indents."""
    lines = (re.sub(r"[ \t\r\xa0　]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line).replace("\x00", "")


def read_page(html: str, url: str, source: Source, now: datetime) -> Page:
    """Return the parts of an article page.

    Raises:
        SelectorError: the source's ``body`` selector finds nothing; it is named.
        ParseError: no text was found at all, or the page is none for readers.
    """
    soup = parse_page(html, url)
    head = soup.get_text(" ", strip=True)[:20_000]
    if source.body:
        bodies = select(soup, source.body, "body")
        if not bodies:
            raise SelectorError(f"{url}: body: nothing matches {source.body!r}")
        body = bodies[0]
        for selector in source.drop:
            for one in select(body, selector, "drop"):
                one.decompose()
        raw = str(body)
        around = _before(soup, body.get_text(" ", strip=True))
        title = _first(soup, source.title) if source.title else ""
    else:
        raw, title = extract(html, url, soup)
        around = _before(soup, BeautifulSoup(raw, "lxml").get_text(" ", strip=True))
    heading = soup.find("h1")
    shown = heading.get_text(" ", strip=True) if heading else ""
    whole = soup.title.get_text(strip=True) if soup.title else title
    if not source.title:
        # A heading that the page's title does not know, while the page shows that title
        # elsewhere, is the site's name.
        cut = _SITE.split(whole or title)[0]
        known = shown and (shown in whole or not cut or cut not in head.replace(whole, "", 1))
        title = shown if known else cut
    images = read_images(raw, url)
    html = clean(raw)
    bare = BeautifulSoup(html, "lxml")
    for one in bare.find_all(["figcaption", "h1"]):
        one.decompose()
    text = drop_boilerplate(to_text(str(bare)))
    if not text:
        raise ParseError(f"{url}: no article text found")
    links = soup.select("link[rel~=canonical i]")
    stated = _first(soup, source.date) if source.date else ""
    return Page(
        title=tidy(title),
        text=text,
        html=html,
        images=images,
        published=read_date(stated, now) or _published(soup, head[:3000], around, now),
        author=_first(soup, source.author) if source.author else _field("author", head),
        editor=_field("editor", head),
        origin=_first(soup, source.origin) if source.origin else _field("origin", head),
        canonical=join(url, str(links[0].get("href") or "")) if links else None,
    )


def read_images(html: str, url: str) -> tuple[Image, ...]:
    """Return the pictures of a body with caption and credit, addresses made absolute."""
    found = []
    for tag in BeautifulSoup(html, "lxml").find_all("img"):
        address = str(tag.get("src") or tag.get("data-src") or "")
        place = join(url, address)
        if place is None:
            continue
        figure = tag.find_parent("figure")
        caption_tag = figure.find("figcaption") if figure else None
        caption = caption_tag.get_text(" ", strip=True) if caption_tag else ""
        credit = _CREDIT.search(caption)
        if credit:
            caption = caption.replace(credit.group(), "").strip()
        found.append(
            Image(
                url=place,
                alt=str(tag.get("alt") or ""),
                caption=caption,
                credit=credit[1] if credit else "",
            )
        )
    return tuple(found)


def canonical_url(url: str) -> str:
    """Return the address without fragment and tracking parameters."""
    parts = urlsplit(url)
    # The pairs stay as they are written: decoding would spoil a query in GBK.
    kept = [one for one in parts.query.split("&") if not _TRACKING.match(one.partition("=")[0])]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, "&".join(kept), ""))


def _before(soup: BeautifulSoup, body: str) -> str:
    """Return what a page says before its body begins; "" when the body is not found in it."""
    text = soup.get_text(" ", strip=True)
    return text.partition(body[:_START])[0] if body and body[:_START] in text else ""


def _published(soup: BeautifulSoup, head: str, around: str, now: datetime) -> datetime | None:
    """Return when a page says it was published: metadata, a labelled date, one above the body."""
    for selector in _DATE_META:
        for tag in soup.select(selector):
            stated = read_date(str(tag.get("content") or tag.get("datetime") or ""), now)
            if stated:
                return stated
    labelled = _DATE_LABEL.search(head)
    return (find_full_date(labelled[1], now) if labelled else None) or find_full_date(around, now)


def _first(soup: BeautifulSoup, selector: str) -> str:
    found = select(soup, selector, "selector")
    return found[0].get_text(" ", strip=True) if found else ""


def _field(name: str, text: str) -> str | None:
    match = _FIELD[name].search(text)
    return match[1] if match else None
