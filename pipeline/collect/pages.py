"""HTML from outside: sanitised at the door, and an article page's parts.

The body is the source's own selector, else what `pipeline.collect.extract` finds. What this
module never does: fetch, or let a script, a style or an event handler through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

import nh3
from bs4 import BeautifulSoup, Tag

from pipeline.collect.blocks import is_caption, split_page
from pipeline.collect.boilerplate import drop_boilerplate
from pipeline.collect.bylines import read_byline
from pipeline.collect.dates import read_date
from pipeline.collect.extract import Body, extract
from pipeline.collect.markup import parse_page, parse_tree, refuse_scripted, select
from pipeline.collect.storable import is_storable, storable
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
_BLOCK_TAG = re.compile(
    r"""</?(?:p|div|li|h[1-4]|blockquote|tr|figcaption|br)(?=[ >/])[^<>"]*(?:"[^"]*"[^<>"]*)*>"""
)
_TAG = re.compile(r"""</?[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>""")
_TRACKING = re.compile(r"^(?:utm_\w+|spm|from|share\w*|isappinstalled|fbclid|gclid)$")
SHORT = 200
"""Characters below which a feed's own text is taken for a summary."""

_HARDLY = 40  # characters of a text that may be a script's "please wait"
_CREDIT = re.compile(r"[（(]?([一-龥]{2,12}\s*(?:摄|供图|制图))[)）]?")
_SPACES = re.compile("[ \\t\\r\\xa0　]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BASE = re.compile(
    r"""<base\s(?:[^>]{0,200}\s)?href\s*=\s*["']?([^"'>\s]{1,2000})""", re.IGNORECASE
)
_HEAD = 50_000  # characters in which a page's ``<base>`` stands
_PLACEHOLDER = re.compile(
    r"blank|loading|spacer|placeholder|pixel|grey|gray|lazy|^data:", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"logo|qrcode|ewm|avatar|icon|/h\.png|share|button|btn|arrow", re.IGNORECASE
)
_LAZY = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "zoomfile", "file")


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
    if (
        not link
        or not is_storable(address)
        or not (scheme in {"http", "https"} or scheme == "file" == urlsplit(base).scheme)
    ):
        return None
    return address


def base_of(text: str, url: str) -> str:
    """Return what a page's relative links are relative to: its ``<base>``, or its own address."""
    stated = _BASE.search(text[:_HEAD])
    return (join(url, unescape(stated[1])) if stated else None) or url


def clean(html: str) -> str:
    """Return the HTML without anything that acts: the one place where it is sanitised."""
    return nh3.clean(
        storable(html),  # nh3 refuses halves of characters
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )


def to_text(html: str) -> str:
    """Return the text of what `clean` gave, paragraphs separated by one newline.

    No parser is needed, and a feed's every entry comes by: what nh3 writes is well-formed, has no
    comments, and quotes its attributes.
    """
    if "<" in html:
        html = _TAG.sub("", _BLOCK_TAG.sub("\n", html))
    return tidy(unescape(html) if "&" in html else html)


def tidy(text: str) -> str:
    """Return the text with one newline between paragraphs and no indents."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return storable("\n".join(line for line in lines if line))


def read_page(html: str, url: str, source: Source, now: datetime, summary: str = "") -> Page:
    """Return the parts of an article page; ``summary`` is what its list or feed says of it.

    Raises:
        SelectorError: the source's ``body`` selector finds nothing; it is named.
        ParseError: no text was found at all, or the page is none for readers.
    """
    html = _DECLARATION.sub("", html, count=1)  # lxml refuses text that names its own encoding
    root = parse_tree(html, url)
    selected = any((source.body, source.title, source.date, source.author, source.origin))
    soup = parse_page(html, url) if selected else None
    if source.body and soup is not None:
        body = _select_body(soup, source, url)
        lines = body.get_text("\n", strip=True).split("\n")
        above, below = split_page(root, lines[0], lines[-1])
        found = Body(str(body), (), tuple(above), tuple(below))
    else:
        found = extract(html, root, url, summary)
    cleaned = clean(found.html)
    text = "\n".join(found.lines) or _text_of(cleaned)
    if len(text) < _HARDLY:
        refuse_scripted(html, url)
    if not text:
        raise ParseError(f"{url}: no article text found")
    byline = read_byline(root, found.above, text, found.below, now)

    def stated(selector: str | None) -> str:
        return _first(soup, selector) if soup is not None and selector else ""

    base = base_of(html, url)
    links = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    return Page(
        title=tidy(stated(source.title) or byline.title),
        text=text.replace("\x00", ""),
        html=cleaned,
        images=read_images(found.html, base),
        published=read_date(stated(source.date), now) or byline.published,
        author=stated(source.author) or byline.author,
        editor=byline.editor,
        origin=stated(source.origin) or byline.origin,
        canonical=join(base, str(links[0])) if links else None,
    )


def _select_body(soup: BeautifulSoup, source: Source, url: str) -> Tag:
    bodies = select(soup, source.body or "", "body")
    if not bodies:
        raise SelectorError(f"{url}: body: nothing matches {source.body!r}")
    for selector in source.drop:
        for one in select(bodies[0], selector, "drop"):
            one.decompose()
    return bodies[0]


def _text_of(cleaned: str) -> str:
    bare = BeautifulSoup(cleaned, "lxml")
    for one in bare.find_all(["figcaption", "h1"]):
        one.decompose()
    lines = to_text(clean(str(bare))).split("\n")
    told = [line for line in lines if not is_caption(line)]
    return drop_boilerplate("\n".join(told or lines))


def read_images(html: str, url: str) -> tuple[Image, ...]:
    """Return the pictures of a body with caption and credit, addresses made absolute."""
    found: list[Image] = []
    if "<img" not in html.lower():
        return ()
    for tag in BeautifulSoup(html, "lxml").find_all("img"):
        place = join(url, _address_of(tag))
        if place is None or _FURNITURE.search(place.rpartition("?")[0] or place):
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


def _address_of(tag: Tag) -> str:
    """Return a picture's own address, wherever a script expects it."""
    lazy = next((str(tag.get(one)) for one in _LAZY if tag.get(one)), "")
    return lazy or str(tag.get("src") or "")


def canonical_url(url: str) -> str:
    """Return the address without fragment and tracking parameters."""
    parts = urlsplit(url)
    # The pairs stay as they are written: decoding would spoil a query in GBK.
    kept = [one for one in parts.query.split("&") if not _TRACKING.match(one.partition("=")[0])]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, "&".join(kept), ""))


def _first(soup: BeautifulSoup, selector: str) -> str:
    found = select(soup, selector, "selector")
    return found[0].get_text(" ", strip=True) if found else ""
