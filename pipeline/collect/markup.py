"""Markup from outside, parsed within limits.

What this module never does: fetch, or decide what a page means.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import lxml.html
from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from pipeline.errors import NeedsBrowserError, NoArticleError, ParseError, SelectorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

MOST_TAGS = 50_000
"""Start and end tags of one page; a large portal's front page has a fifth of them."""

LONGEST = 3_000_000
"""Characters of one page, pictures inside it included."""

DEEPEST = 500
"""Elements within each other; articles put together in an editor reach about fifty."""

_SCRIPTED = 60_000  # characters of a page that may be a script alone
_SAID = 40  # characters that such a page shows at the most: 请稍候, 请开启 JavaScript …
_UNSHOWN = re.compile(r"<(script|style|noscript|head|template)\b|<!--")
_TAGS = re.compile(r"<[^<>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,500}\[", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)

_STYLES = re.compile(r"<(/?)(font|b|strong|i|em|u|big|small)(?=[\s>])", re.IGNORECASE)
_INLINE = ("font", "b", "strong", "i", "em", "u", "big", "small")
# Elements of style and what no element of style reaches beyond: cells, rows, paragraphs.
_STEPS = re.compile(
    r"<(/?)(font|b|strong|i|em|u|big|small|td|th|tr|table|tbody|p|li|ul|ol|div|h[1-6])(?=[\s>/])[^<>]*>",
    re.IGNORECASE,
)

_FILES = {
    "%PDF-": "a PDF", "PK\x03\x04": "a packed file (Word, Excel or ZIP)", "GIF8": "a picture",
    "\x89PNG": "a picture", "\ufffdPNG": "a picture", "Rar!": "a packed file",
    "\ufffd\ufffd\ufffd\ufffd\x00\x10JFIF": "a picture",
}  # fmt: skip
_START, _ODD = 2000, 0.05  # characters that are looked at, and the share of them that is no text


def refuse_entities(text: str, url: str) -> None:
    """Refuse a document whose DTD declares entities, before any parser sees it.

    Raises:
        ParseError: it does.
    """
    doctype = _DOCTYPE.search(text)
    if doctype and _ENTITY.search(text, doctype.end()):
        raise ParseError(f"{url}: the document declares entities in its DTD: refused")


def parse_page(text: str, url: str) -> BeautifulSoup:
    """Return the tree of an HTML page, to select in.

    Raises:
        ParseError: it declares entities, or is larger or deeper than any page for readers.
    """
    _refuse_size(text, url)
    # The line break keeps a text without tags from being taken for a file's name.
    soup = BeautifulSoup(close_styles(text) if "<" in text else f"{text}\n", "lxml")
    level = [soup.contents]
    for _ in range(DEEPEST):
        level = [one.contents for parts in level for one in parts if isinstance(one, Tag)]
        if not level:
            return soup
    raise ParseError(f"{url}: markup deeper than {DEEPEST} levels: refused")


def parse_tree(text: str, url: str) -> HtmlElement:
    """Return the tree of an HTML page, to walk: an eighth of the time of `parse_page`.

    Raises:
        ParseError: as `parse_page`; or the page is empty.
    """
    _refuse_size(text, url)
    try:
        root = lxml.html.document_fromstring(close_styles(text))
    except (lxml.etree.ParserError, ValueError) as error:
        raise ParseError(f"{url}: no article text found: {error}") from None
    level = [root]
    for _ in range(DEEPEST):
        level = [child for one in level for child in one]
        if not level:
            return root
    raise ParseError(f"{url}: markup deeper than {DEEPEST} levels: refused")


def close_styles(text: str) -> str:
    """Return a page in which no element of style is left open at the end of a cell or paragraph.

    ``<td><font size=2>…<tr>`` puts every following row within the first one's cell; browsers begin
    a row there. A page that closes what it opens is returned as it is.
    """
    balance = Counter[str]()
    for closing, name in _STYLES.findall(text):
        balance[name.lower()] += -1 if closing else 1
    if not any(balance.values()):
        return text
    opened: list[str] = []
    made, at = [], 0
    for tag in _STEPS.finditer(text):
        name = tag[2].lower()
        if name not in _INLINE:
            made += [text[at : tag.start()], *(f"</{one}>" for one in reversed(opened))]
            opened.clear()
            at = tag.start()
        elif not tag[1]:
            opened.append(name)
        elif name in opened:
            opened.reverse()
            opened.remove(name)
            opened.reverse()
        else:  # closes what is closed already
            made.append(text[at : tag.start()])
            at = tag.end()
    return "".join([*made, text[at:]])


def _refuse_size(text: str, url: str) -> None:
    refuse_entities(text, url)
    if len(text) > LONGEST:
        raise ParseError(f"{url}: more than {LONGEST:,} characters: no page for readers, refused")
    if text.count("<") > MOST_TAGS:
        raise ParseError(f"{url}: more than {MOST_TAGS:,} tags: no page for readers, refused")


def between(text: str, start: str, end: str) -> Iterator[str]:
    """Yield what stands between two marks, in time that grows with the text alone.

    A lazy regular expression would search the rest of the text anew for every start without end.
    """
    at = text.find(start)
    while at >= 0:
        closing = text.find(end, at + len(start))
        if closing < 0:
            return
        yield text[at + len(start) : closing]
        at = text.find(start, closing)


def is_scripted(text: str) -> bool:
    """Say whether a page has a script and next to nothing to read or to follow without it."""
    if len(text) > _SCRIPTED or "<script" not in text.lower():
        return False
    shown = _shown(text.lower())
    said = _TAGS.sub(" ", shown)
    return len("".join(said.split())) < _SAID and not re.search(r"<a\s[^<>]*href", shown)


def _shown(lowered: str) -> str:
    """Return a page without what a reader never sees, in time that grows with it alone."""
    kept, at = [], 0
    while start := _UNSHOWN.search(lowered, at):
        kept.append(lowered[at : start.start()])
        end = lowered.find(f"</{start[1]}" if start[1] else "-->", start.end())
        if end < 0:
            return " ".join(kept)
        at = end + 3
    return " ".join([*kept, lowered[at:]])


def refuse_scripted(text: str, url: str) -> None:
    """Say of a page in which nothing was found that it is a script alone, where it is.

    Raises:
        NeedsBrowserError: it is.
    """
    if is_scripted(text):
        raise NeedsBrowserError(f"{url}: only a script in a browser fills the page")


def select(node: Tag, selector: str, key: str) -> list[Tag]:
    """Return what a source's selector finds.

    Raises:
        SelectorError: the selector of ``key`` is no CSS selector.
    """
    try:
        return list(node.select(selector))
    except (SelectorSyntaxError, NotImplementedError):  # the second of pseudo-elements
        raise SelectorError(f"{key}: {selector!r} is no CSS selector") from None


def name_file(text: str) -> str | None:
    """Return what a document is that is no text: a PDF, a picture …; None when it is one."""
    start = text[:_START]
    for mark, name in _FILES.items():
        if start.lstrip("\ufeff").startswith(mark):
            return name
    odd = sum((one < " " and one not in "\t\n\r\f") or one == "\ufffd" for one in start)
    return "a file that is no text" if start and odd > _ODD * len(start) else None


def refuse_file(text: str, url: str) -> None:
    """Refuse what stands at an article's address and is no page.

    Raises:
        NoArticleError: a PDF, a picture …
    """
    if what := name_file(text):
        raise NoArticleError(f"{url}: this is {what}, not a page")
