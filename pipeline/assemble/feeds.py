"""Feeds of our own: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.

Built as trees, so that no text can become markup. What this module never does: choose entries.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.assemble.typography import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:00+00:00"  # an Atom feed needs a date, even without entries


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; its address is its identity and never changes."""

    address: str
    title: str
    summary: str
    at: datetime  # aware


def write_atom(title: str, home: str, name: str, entries: Sequence[Entry]) -> bytes:
    """Return an Atom feed that stands at ``home + name``; ``home`` ends in a slash."""
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
    _add(feed, "title", title)
    _add(feed, "id", home)
    _add(feed, "updated", max((one.at.isoformat() for one in entries), default=_EPOCH))
    etree.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=home + name)
    etree.SubElement(feed, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=home)
    _add(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", title)
    for one in entries:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "title", one.title)
        _add(entry, "id", one.address)
        _add(entry, "updated", one.at.isoformat())
        etree.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=one.address)
        _add(entry, "summary", one.summary)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def write_rss(title: str, home: str, name: str, entries: Sequence[Entry]) -> bytes:
    """Return an RSS 2.0 feed that stands at ``home + name``."""
    rss = etree.Element("rss", version="2.0", nsmap={"atom": _ATOM})
    channel = etree.SubElement(rss, "channel")
    for tag, text in (
        ("title", title), ("link", home), ("description", title), ("language", "zh-cn"),
    ):  # fmt: skip
        etree.SubElement(channel, tag).text = _clean(text)
    link = etree.SubElement(channel, f"{{{_ATOM}}}link", rel="self", href=home + name)
    link.set("type", "application/rss+xml")
    for one in entries:
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "title").text = _clean(one.title)
        etree.SubElement(item, "link").text = one.address
        etree.SubElement(item, "guid", isPermaLink="true").text = one.address
        etree.SubElement(item, "pubDate").text = format_datetime(one.at)
        etree.SubElement(item, "description").text = _clean(one.summary)
    return etree.tostring(rss, xml_declaration=True, encoding="utf-8")


def write_json_feed(title: str, home: str, name: str, entries: Sequence[Entry]) -> bytes:
    """Return a JSON Feed 1.1 that stands at ``home + name``."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": home + name,
        "language": "zh-CN",
        "items": [
            {
                "id": one.address,
                "url": one.address,
                "title": one.title,
                "content_text": one.summary,
                "date_published": one.at.isoformat(),
            }
            for one in entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{tag}").text = _clean(text)


def _clean(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold."""
    return (
        strip_invisible(text)
        .encode("utf-8", "replace")
        .decode()
        .translate({0xFFFE: None, 0xFFFF: None})
    )
