"""The address that a page states as its own (``rel=canonical``, RFC 6596), and when it is believed.

Templates name the home page, a list or another site for every article: what took such an address
would replace the article before it, and readers would be led there. Pure; what this module never
does: fetch, or judge whether readers may follow a link (`dialling`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.collect.addresses import canonical_url, get_site

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.model import Article

_HOME = re.compile(r"/?(?:(?:index|default|home)\.\w{2,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """An address that a page stated and got: by which address it is listed, and what it says."""

    address: str
    listed_as: str
    text: str  # hash


def is_home(url: str) -> bool:
    """Say whether an address is a site's front page."""
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


class Addresses:
    """By which addresses the articles of one visit are known."""

    def __init__(self, source: str, listed: Collection[str], known: Sequence[Claim]) -> None:
        """``listed``: what entries are listed by, now or before, as `canonical_url` gives them."""
        self._source = source
        self._listed = listed
        self._claims = {one.address: one for one in known}
        self._stated = Counter[str]()  # by several pages, and not theirs

    def choose(self, stated: str, link: str, stood_at: str) -> str:
        """Return the address that a page states if it can be its own, else the list's ``link``.

        It can when it is one of the site of the source, of the link or of where that led to; and
        neither the site's front page, nor the list, nor another entry, unless it is the link
        without some of its parameters.
        """
        if not self._may_be(stated, link, stood_at):
            self._stated[canonical_url(stated)] += 1
            return link
        return stated

    def _may_be(self, stated: str, link: str, stood_at: str) -> bool:
        address, own = canonical_url(stated), canonical_url(link)
        if address in {own, canonical_url(stood_at)}:
            return True
        if get_site(stated) not in {get_site(one) for one in (link, stood_at, self._source)}:
            return False
        if is_home(stated) or address == canonical_url(self._source):
            return False
        return address not in self._listed or _is_shortened(address, own)

    def part(self, articles: Sequence[Article], links: Sequence[str]) -> list[Article]:
        """Return the articles, each with an address of its own.

        Pages that say different things and state one address keep those they are listed by
        (``links``, in the articles' order); so does one whose address an earlier visit gave to
        another page.
        """
        found: dict[str, list[int]] = {}
        for number, (article, link) in enumerate(zip(articles, links, strict=True)):
            if article.canonical_url != canonical_url(link):
                found.setdefault(article.canonical_url, []).append(number)
        made = list(articles)
        for address, numbers in found.items():
            mine = [
                Claim(address, canonical_url(links[n]), hash_text(articles[n].text))
                for n in numbers
            ]
            before = self._claims.pop(address, mine[0])
            if len({one.text for one in mine}) > 1 or not any(is_same(one, before) for one in mine):
                for n in numbers:
                    own = canonical_url(links[n])
                    made[n] = replace(made[n], url=links[n], canonical_url=own)
                self._stated[address] = len({before.listed_as, *(one.listed_as for one in mine)})
            self._claims[address] = before  # the latest stand last
        return made

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is known for the next visit, the latest last."""
        return tuple(self._claims.values())

    @property
    def warnings(self) -> list[str]:
        """A line for each address that several pages state."""
        return [
            f"{count} pages state {address} as their own address (rel=canonical): each keeps the "
            "one it is listed by"
            for address, count in self._stated.items()
            if count > 1
        ]


def _is_shortened(address: str, own: str) -> bool:
    """Say whether an address is another one without some of its parameters."""
    one, whole = urlsplit(address), urlsplit(own)
    same_page = (get_site(address), one.path) == (get_site(own), whole.path)
    return same_page and set(filter(None, one.query.split("&"))) <= set(whole.query.split("&"))


def is_same(one: Claim, other: Claim) -> bool:
    """Say whether two claims are of one page: listed by the same address, or saying the same."""
    return one.listed_as == other.listed_as or one.text == other.text


def hash_text(text: str) -> str:
    """Return what a claim remembers of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
