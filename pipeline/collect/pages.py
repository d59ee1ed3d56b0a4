"""HTML from outside: sanitised at the door, and an article page's parts.

The body is the source's own selector, else what `pipeline.collect.extract` finds. What this
module never does: fetch, or let a script, a style or an event handler through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import nh3
from bs4 import BeautifulSoup, Tag

from pipeline.collect.addresses import base_of, join
from pipeline.collect.blocks import find_opening, is_caption, split_page
from pipeline.collect.boilerplate import drop_boilerplate, drop_summary
from pipeline.collect.bylines import read_byline
from pipeline.collect.dates import read_date
from pipeline.collect.extract import Body, extract
from pipeline.collect.images import find_lead, read_images
from pipeline.collect.markup import parse_page, parse_tree, refuse_file, refuse_scripted, select
from pipeline.collect.scripted import find_held
from pipeline.collect.storable import storable
from pipeline.errors import ParseError, SelectorError

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

    from pipeline.model import Image, Source

_TAGS = {
    "p", "br", "div", "span", "b", "strong", "i", "em", "u", "a", "img", "figure", "figcaption",
    "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "section", "article", "center",
    "h1", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "td", "th",
}  # fmt: skip
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|li|dt|dd|h[1-6]|blockquote|pre|section|article|center|tr|figcaption|br)(?=[ >/])"
    r"""[^<>"]*(?:"[^"]*"[^<>"]*)*>"""
)
_TAG = re.compile(r"""</?[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>""")
SHORT = 200
"""Characters below which a feed's own text is taken for a summary."""

SCANTY = 80
"""Characters of a text that may not be all of it."""

_HARDLY = 40  # characters of a text that may be what a script shows before it has run
_WAITING = re.compile(
    r"浏览器|脚本|刷新|加载|请稍|跳转|验证|javascript|cookie|loading", re.IGNORECASE
)
_SPACES = re.compile("[ \\t\\r\\xa0　]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


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
    url: str  # where it stood, after redirects


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


def to_article_text(html: str) -> str:
    """Return the text of what `clean` gave as an article has it: no captions, no 阅读全文.

    A parser is needed only where captions have an element of their own.
    """
    if "<figcaption" in html:
        return _text_of(html)
    lines = to_text(html).split("\n")
    told = [line for line in lines if not is_caption(line)]
    return drop_boilerplate("\n".join(told or lines))


def tidy(text: str) -> str:
    """Return the text with one newline between paragraphs and no indents."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return storable("\n".join(line for line in lines if line))


def read_page(
    html: str, url: str, source: Source, now: datetime, summary: str = "", listed: str = ""
) -> Page:
    """Return the parts of an article page.

    ``summary`` is what its list or feed says of it, ``listed`` the title that stands there.

    Raises:
        SelectorError: the source's ``body`` selector finds nothing; it is named.
        ParseError: no text was found at all, or the page is none for readers.
        NoArticleError: it is a PDF, a picture …
    """
    refuse_file(html, url)
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
        found = _find_body(html, root, url, summary, listed)
    cleaned = clean(found.html)
    text = "\n".join(found.lines) or _text_of(cleaned)
    if not text or (len(text) < _HARDLY and _WAITING.search(text)):
        refuse_scripted(html, url)
    if not text:
        raise ParseError(f"{url}: no article text found")
    lines = drop_summary(text.split("\n"))
    stated_titles = (listed, *(one.text_content() for one in root.iter("h1")))
    opening = find_opening(lines, stated_titles)
    above, text = [*found.above, *lines[:opening]], "\n".join(lines[opening:])
    byline = read_byline(root, above, text, found.below, now)

    def stated(selector: str | None) -> str:
        return _first(soup, selector) if soup is not None and selector else ""

    base = base_of(html, url)
    links = root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    return Page(
        title=tidy(stated(source.title) or byline.title),
        text=text.replace("\x00", ""),
        html=cleaned,
        images=read_images(found.html, base) or find_lead(root, byline.title, text, base),
        published=read_date(stated(source.date), now) or byline.published,
        author=stated(source.author) or byline.author,
        editor=byline.editor,
        origin=stated(source.origin) or byline.origin,
        canonical=join(base, str(links[0])) if links else None,
        url=url,
    )


def _find_body(html: str, root: HtmlElement, url: str, summary: str, listed: str) -> Body:
    """Return the body that readers see; where that is next to nothing, what a script shows."""
    try:
        found = extract(html, root, url, summary)
    except ParseError:
        held = find_held(html, listed)
        if held is None:
            raise
        return Body(held, (), (), ())
    if sum(map(len, found.lines)) >= SCANTY or not (held := find_held(html, listed)):
        return found
    return Body(held, (), found.above, found.below)


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


def _first(soup: BeautifulSoup, selector: str) -> str:
    found = select(soup, selector, "selector")
    return found[0].get_text(" ", strip=True) if found else ""
