"""Where readers find an item's whole text: its source's page, or our own for texts that have none.

Pure. What this module never does: ask whether a page is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Item


def is_web(url: str) -> bool:
    """Say whether a mail may link to it: editors may type anything."""
    return url.lower().startswith(("http://", "https://"))


def is_printed(item: Item) -> bool:
    """Say whether our own page prints the item's text, since no page of its source does.

    Only texts that are ours to print: what member units sent in and what the desk wrote. One that
    the summary tells whole is not printed twice.
    """
    return item.own and not is_web(item.url) and _length(item.text) > _length(item.summary)


def _length(text: str) -> int:
    """Return how many characters are to be read: line breaks and spaces tell nothing more."""
    return sum(map(len, text.split()))


def get_page(site_url: str, week: str, key: str) -> str:
    """Return the address of an item's page in the archive."""
    return f"{site_url}/issues/{week}/{key}/"


def get_link(item: Item, week: str, site_url: str) -> str:
    """Return the address of the item's whole text; "" where there is none to be had."""
    if is_web(item.url):
        return item.url
    return get_page(site_url, week, item.key) if is_printed(item) else ""
