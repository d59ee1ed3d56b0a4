"""The pictures of an article, with caption and credit. Pure.

What this module never does: fetch a picture, or look at what it shows.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import lxml.html
from bs4 import BeautifulSoup, Tag

from pipeline.collect.addresses import join
from pipeline.model import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_CREDIT = re.compile(r"[（(]?([一-龥]{2,12}\s*(?:摄|供图|制图))[)）]?")
_PLACEHOLDER = re.compile(
    r"^(?:blank|loading|spacer|placeholder|pixel|gr[ea]y|lazy(?:load)?|1x1)\b", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"logo|qrcode|ewm|avatar|icon|/h\.png|share|button|btn|arrow", re.IGNORECASE
)
_LAZY = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "zoomfile", "file")
_HOLDER = re.compile(
    r"(?:^|[-_])(?:pic|photo|img|image|figure|tu|tupian)(?:$|[-_\d])", re.IGNORECASE
)
_APART = re.compile(
    r"avatar|author|share|qr|code|logo|nav|menu|crumb|aside|side|recommend|related|ad(?:s|vert)?\b",
    re.IGNORECASE,
)
_INLINE = {"span", "font", "b", "strong", "em", "a"}
_TRIED = 10  # pictures above a text that are looked at
_CAPTIONED = 30  # pictures of one article whose captions are looked for
_LONGEST = 100  # characters of a caption
_OPENING = 12  # characters of an article's first line by which it is found again


def read_images(html: str, url: str) -> tuple[Image, ...]:
    """Return the pictures of a body with caption and credit, addresses made absolute."""
    found: list[Image] = []
    if "<img" not in html.lower():
        return ()
    for tag in BeautifulSoup(html, "lxml").find_all("img"):
        place = join(url, _address_of(tag))
        if place is None or "@" in urlsplit(place).netloc or _is_furniture(place):
            continue
        caption = _caption_of(tag) if len(found) < _CAPTIONED else ""
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


def find_lead(root: HtmlElement, title: str, text: str, url: str) -> tuple[Image, ...]:
    """Return the picture that stands between a page's title and its text; () without one."""
    wanted, opening = _bare(title), _bare(text)[:_OPENING]
    seen, tried = False, 0
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        own = _bare("".join(_own_texts(element)))
        if not seen:
            seen = bool(wanted) and own == wanted
        elif opening and opening in own:
            break
        elif element.tag == "img":
            tried += 1
            if tried > _TRIED:
                break
            if any(map(_stands_apart, element.iterancestors())):
                continue
            holder = _holder_of(element)
            html = lxml.html.tostring(holder, encoding="unicode", with_tail=False)
            if found := read_images(html, url):
                return found[:1]
    return ()


def _own_texts(element: HtmlElement) -> Iterator[str]:
    """Yield the texts that stand in an element itself or just within its inline parts.

    No deeper ones: time grows with the page alone, however deep it is.
    """
    yield element.text or ""
    for child in element:
        if child.tag in _INLINE:
            yield child.text or ""
        yield child.tail or ""


def _stands_apart(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in {"aside", "nav", "noscript"} or bool(_APART.search(names))


def _holder_of(picture: HtmlElement) -> HtmlElement:
    """Return the element around a picture that holds its caption too."""
    for one in picture.iterancestors():
        if one.tag == "figure" or _HOLDER.search(one.get("class") or ""):
            alone = len(list(islice(one.iter("img"), 2))) == 1
            return one if alone and len(one.text_content()) <= _LONGEST else picture
    return picture


def _caption_of(tag: Tag) -> str:
    """Return the words below a picture: of its figure, or of an element made for pictures."""
    for one in tag.parents:
        if one.name == "figure":
            caption = one.find("figcaption")
            return caption.get_text(" ", strip=True) if isinstance(caption, Tag) else ""
        classes = one.get("class")
        if isinstance(classes, list) and any(map(_HOLDER.search, classes)):
            said = one.get_text(" ", strip=True)
            return said if len(said) <= _LONGEST and len(one.find_all("img")) == 1 else ""
    return ""


def _is_furniture(place: str) -> bool:
    path = place.rpartition("?")[0] or place
    name = urlsplit(path).path.rpartition("/")[2]
    return bool(_FURNITURE.search(path) or _PLACEHOLDER.match(name))


def _bare(text: str) -> str:
    return "".join(text.split())
