"""An article's body out of a page: known families, readability-lxml, then trafilatura.

The choice is made by measurable rules: length and link density. What this module never does:
sanitise; what it returns is raw HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from readability import Document

from pipeline.errors import ParseError

if TYPE_CHECKING:
    from bs4 import Tag

_IDS = ("js_content", "zoom", "UCAP-CONTENT", "ozoom", "article_content")
_CLASSES = ("TRS_Editor", "main-article-content", "article-content", "article_content")
"""Ids and classes of known families' bodies, the most telling first."""

FAMILIES = (*(f"#{one}" for one in _IDS), *(f".{one}" for one in _CLASSES))

_ENOUGH = 60  # characters of a body
_DENSE = 0.5  # share of a text within links above which it is a list
_LOST = 0.5  # a body of less than this share of the other's text has lost something


def extract(html: str, url: str, soup: BeautifulSoup) -> tuple[str, str]:
    """Return (raw HTML of the body, title as the page's head has it).

    Raises:
        ParseError: no body was found.
    """
    known = _of_family(soup)
    try:
        document = Document(html)
        found, title = document.summary(html_partial=True), document.short_title()
    except Exception as error:  # noqa: BLE001 - readability raises lxml's errors and its own
        if known is None:
            raise ParseError(f"{url}: no article found: {error}") from None
        return str(known), ""
    tree = BeautifulSoup(found, "lxml")
    length = _length(tree)
    if known is not None and _length(known) >= _LOST * length:
        return str(known), title
    if length >= _ENOUGH and _density(tree) < _DENSE:
        return found, title
    other = _by_trafilatura(html)
    if other and len(other) > length:
        return "".join(f"<p>{line}</p>" for line in other.split("\n") if line), title
    return found, title


def _of_family(soup: BeautifulSoup) -> Tag | None:
    """Return the body of a known family, when it stands once and holds a text."""
    found: dict[str, list[Tag]] = {one: [] for one in FAMILIES}
    for tag in soup.find_all(name=True):  # one walk: a search for each family takes nine
        names = [f"#{tag.get('id')}", *(f".{one}" for one in tag.get("class") or ())]
        for name in names:
            if name in found:
                found[name].append(tag)
    for tags in found.values():
        if len(tags) == 1 and _length(tags[0]) >= _ENOUGH and _density(tags[0]) < _DENSE:
            return tags[0]
    return None


def _by_trafilatura(html: str) -> str | None:
    import trafilatura  # noqa: PLC0415 - a second of start-up for the few pages that need it

    text = trafilatura.extract(html, favor_recall=True, include_comments=False)
    return _escaped(text) if text else None


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _length(tag: Tag) -> int:
    return len("".join(tag.get_text().split()))


def _density(tag: Tag) -> float:
    """Return the share of the text that stands within links."""
    whole = _length(tag)
    return sum(_length(link) for link in tag.find_all("a")) / whole if whole else 1.0
