"""Addresses as documents write them: relative, tracked, with a base of their own. Pure.

What this module never does: fetch, or judge whether an address may be dialled.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit, urlunsplit

from pipeline.collect.storable import is_storable

_TRACKING = re.compile(r"^(?:utm_\w+|spm|from|share\w*|isappinstalled|fbclid|gclid)$")
_SESSION = re.compile(r";jsessionid=[^/;?#]*", re.IGNORECASE)  # another one at every visit
_BASE = re.compile(
    r"""<base\s(?:[^>]{0,200}\s)?href\s*=\s*["']?([^"'>\s]{1,2000})""", re.IGNORECASE
)
_FRONT = re.compile(r"^(?:www|m|wap|3g|mobile)\.(?=[^.]+\.)")  # the same site, also for telephones
_HEAD = 50_000  # characters in which a page's ``<base>`` stands


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
    is_local = scheme == "file" == urlsplit(base).scheme
    if not link or not (scheme in {"http", "https"} or is_local) or not is_storable(address):
        return None
    return address


def base_of(text: str, url: str) -> str:
    """Return what a page's relative links are relative to: its ``<base>``, or its own address."""
    stated = _BASE.search(text[:_HEAD])
    return (join(url, unescape(stated[1])) if stated else None) or url


def get_site(url: str) -> str:
    """Return a site's host: ``www.`` and ``m.`` make no difference, a port does."""
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    return _FRONT.sub("", host)


def canonical_url(url: str) -> str:
    """Return the address without fragment, session and tracking parameters."""
    parts = urlsplit(url)
    # The pairs stay as they are written: decoding would spoil a query in GBK.
    kept = [one for one in parts.query.split("&") if not _TRACKING.match(one.partition("=")[0])]
    path = _SESSION.sub("", parts.path)
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, "&".join(kept), ""))
