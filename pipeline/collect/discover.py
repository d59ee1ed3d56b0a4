"""Learning a source from one page: its feed, its family, or its repeated list of links. Pure.

What this module never does: fetch, or decide that a guess is good; it shows what it would collect.
"""

from __future__ import annotations

from pipeline.collect.addresses import base_of, join
from pipeline.collect.markup import parse_page
from pipeline.collect.pages import clean, to_text

WELL_KNOWN = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
"""Paths where feeds stand that no page names."""

SITEMAPS = ("/sitemap_index.xml", "/sitemap.xml", "/news-sitemap.xml", "/sitemap.xml.gz")
"""Paths where sitemaps stand that robots.txt does not name."""

BODIES = (
    "#zoom", "#UCAP-CONTENT", ".TRS_Editor", ".main-article-content", "#js_content", "#ozoom",
    ".article-content", ".article_content", ".content_text", ".news_content", ".detail-content",
    "#article_content", "#content", "article", ".article", ".content",
)  # fmt: skip
"""Bodies of known families of sites, the most telling first."""

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
_ENOUGH = 0.8  # share of a page's text that a known body has to hold
_BEGIN = 8  # characters
_MORE = 40  # characters that it may hold besides: more is a byline, a copyright notice, tags


def find_feeds(text: str, url: str) -> list[str]:
    """Return the feeds that a page names (RSS autodiscovery), in the page's order."""
    soup = parse_page(text, url)
    found, base = [], base_of(text, url)
    for tag in soup.select("link[rel~=alternate i][href]"):
        address = join(base, str(tag.get("href")))
        if address and str(tag.get("type", "")).lower() in _FEED_TYPES:
            found.append(address)
    return list(dict.fromkeys(found))


def is_paper(text: str, url: str) -> bool:
    """Say whether a page is of a newspaper's digital edition: pages (node) that list articles."""
    soup = parse_page(text, url)
    nodes = soup.select("a[href*=node_]")
    return len(nodes) > 1 and ("node_" in url or len(soup.select("a[href*=content_]")) > 1)


def find_body(text: str, url: str, extracted: str) -> str | None:
    """Return the selector of a known family's body that holds what was extracted; None without."""
    soup = parse_page(text, url)
    wanted = len(extracted)
    for selector in BODIES:
        found = soup.select(selector)
        if len(found) == 1 and wanted:
            text = to_text(clean(str(found[0])))
            begins = text[:_BEGIN] == extracted[:_BEGIN]  # no title or byline before it
            if begins and _ENOUGH * wanted <= len(text) <= wanted + _MORE:
                return selector
    return None
