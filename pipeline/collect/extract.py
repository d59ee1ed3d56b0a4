"""An article's body out of a page: by its lines, else readability-lxml, else trafilatura.

The choice is made by measurable rules: length, link density, and how much of the feed's summary is
found in it. What this module never does: sanitise; what it returns is raw HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from readability import Document

from pipeline.collect.blocks import find_article, is_about_the_page, split_page
from pipeline.collect.markup import refuse_scripted
from pipeline.errors import NoArticleError, ParseError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ENOUGH = 40  # characters of a body
_MOST_PICTURES = 300  # of a page that other libraries are asked about
_DENSE = 0.5  # share of a text within links above which it is a list
_SUMMARY = 20  # characters of a summary that can be looked for
_FILMS = "//video|//embed|//object|//iframe[contains(@src, 'video') or contains(@src, 'player')]"
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd)(?:$|[?#])", re.IGNORECASE)
_OVERLAP = 0.4  # share of the summary's 4-grams that a body has to hold


@dataclass(frozen=True, slots=True)
class Body:
    """An article's body, and what stands around it on the page."""

    html: str
    lines: tuple[str, ...]  # empty: take them from the HTML
    above: tuple[str, ...]
    below: tuple[str, ...]


def extract(html: str, root: HtmlElement, url: str, summary: str = "") -> Body:
    """Return the body; ``summary`` is what a feed or a list says of the article.

    Raises:
        ParseError: no body was found.
        NoArticleError: a video or an attached file stands in its place.
    """
    found = find_article(root)
    own = "".join(found.lines) if found else ""
    if found and len(own) >= _ENOUGH and _holds(own, summary):
        return Body(found.html, found.lines, found.above, found.below)
    # Thousands of pictures take readability minutes, and an album holds no more than was found.
    libraries = (_by_readability, _by_trafilatura) if html.count("<img") <= _MOST_PICTURES else ()
    for other in (ask(html) for ask in libraries):
        tree = BeautifulSoup(other, "lxml")
        text = tree.get_text("\n", strip=True)
        lines = text.split("\n")
        told = sum(len(line) for line in lines if not is_about_the_page(line))
        better = _holds(text, summary) if summary else len(text) > len(own)
        if told >= _ENOUGH and better and _density(tree) < _DENSE:
            above, below = split_page(root, lines[0], lines[-1])
            return Body(other, (), tuple(above), tuple(below))
    if found:
        return Body(found.html, found.lines, found.above, found.below)
    refuse_scripted(html, url)
    if instead := _name_rest(root):
        raise NoArticleError(f"{url}: no article text found; {instead}")
    raise ParseError(f"{url}: no article text found")


def _name_rest(root: HtmlElement) -> str | None:
    """Return what a page shows in place of a text; None when nothing can be said."""
    if root.xpath(_FILMS):
        return "it shows a video"
    if any(_FILE.search(link.get("href") or "") for link in root.iter("a")):
        return "its text is in an attached file"
    return None


def _holds(text: str, summary: str) -> bool:
    """Say whether the text holds enough of what the article is said to tell."""
    said = "".join(summary.split())
    grams = {said[at : at + 4] for at in range(len(said) - 3)}
    if len(said) < _SUMMARY:
        return True
    bare = "".join(text.split())
    return sum(one in bare for one in grams) >= _OVERLAP * len(grams)


def _by_readability(html: str) -> str:
    try:
        return str(Document(html).summary(html_partial=True))
    except Exception:  # noqa: BLE001 - readability raises lxml's errors and its own
        return ""


def _by_trafilatura(html: str) -> str:
    import trafilatura  # noqa: PLC0415 - a second of start-up for the few pages that need it

    text = trafilatura.extract(html, favor_recall=True, include_comments=False) or ""
    return "".join(f"<p>{_escaped(line)}</p>" for line in text.split("\n") if line)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _density(tree: BeautifulSoup) -> float:
    """Return the share of the text that stands within links."""
    whole = len("".join(tree.get_text().split()))
    linked = sum(len("".join(link.get_text().split())) for link in tree.find_all("a"))
    return linked / whole if whole else 1.0
