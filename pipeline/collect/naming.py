"""Names for what is known by its address alone: a source's id and name, what a page is. Pure.

What this module never does: fetch.
"""

from __future__ import annotations

import ipaddress
import json
import re
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.collect.markup import is_scripted
from pipeline.collect.pages import read_page, tidy, to_text
from pipeline.errors import CollectError
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_COMMON_LABELS = {"www", "m", "com", "cn", "gov", "org", "net", "edu", "ac", "top", "info", "xyz"}
_COMMON_PARTS = {
    "index", "default", "list", "lists", "col", "html", "htm", "node", "page", "pages", "main",
    "home", "feed", "rss", "atom", "sitemap", "sitemap-index", "channel", "channels", "category",
    "art", "news-sitemap", "paperindex", "web", "site",
}  # fmt: skip
_ENDING = re.compile(r"\.\w{1,5}$")
_GENERIC = {"首页", "网站首页", "主页", "欢迎您", "home", "index", "rss", "untitled", "无标题文档"}
_DASH = re.compile(r"\s*[_|–—｜]+\s*|\s+-+\s+|\s*-{2,}\s*|(?<=[一-龥])-(?=[一-龥])")
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_LONGEST_ID, _LONGEST_NAME = 40, 40
_PASSWORD = re.compile(r"<input\b[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_ARTICLE = 200  # characters of a text that make a page an article


def make_id(url: str, taken: frozenset[str]) -> str:
    """Return a readable id: the host's telling labels; when taken also the path's, then a number.

    ``www.haishu.gov.cn`` gives haishu; of ``10.0.0.8:81`` all figures are kept: host-10-0-0-8-81.
    """
    return next(one for one in _ids(url) if one not in taken)


def _ids(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    stem = _stem(parts.hostname or "", parts.port)
    yield stem
    telling = [one for one in map(_slug, _ENDING.sub("", parts.path).split("/")) if _tells(one)]
    if telling:
        stem = f"{stem}-{telling[-1]}"[:_LONGEST_ID].rstrip("-")
        yield stem
    for number in count(2):
        yield f"{stem}-{number}"


def _stem(host: str, port: int | None) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        labels = [one for one in host.lower().split(".") if one not in _COMMON_LABELS]
        slug = _slug("-".join(labels[:2]))[:_LONGEST_ID].strip("-") or "source"
        return slug if slug[0].isalpha() else f"site-{slug}"
    suffix = f"-{port}" if port else ""
    return f"host-{_slug(str(address))}{suffix}"[:_LONGEST_ID]


def _slug(part: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")


def _tells(part: str) -> bool:
    return part not in _COMMON_PARTS and any(one.isalpha() for one in part) and len(part) > 1


def make_name(text: str, url: str) -> str:
    """Return what a page's title calls it, without the site's name behind a dash; or the host."""
    said = _title(text)
    parts = [one.strip() for one in _DASH.split(said)]
    telling = [one for one in parts if one and one.lower() not in _GENERIC]
    return (telling or [""])[0][:_LONGEST_NAME].strip() or urlsplit(url).hostname or url


def _title(text: str) -> str:
    """Return the title of a page, a feed or a JSON Feed; "" without one."""
    if text.lstrip()[:1] == "{":
        try:
            said = json.loads(text)["title"]
        except (ValueError, KeyError, RecursionError):
            return ""
        return tidy(said) if isinstance(said, str) else ""
    match = _TITLE.search(text)
    return to_text(match[1]) if match else ""


def name_page(text: str, url: str, now: datetime) -> str | None:
    """Return what a page is that lists nothing; None when nothing can be said of it."""
    if not text.strip():
        return "an empty page"
    if text.lstrip()[0] in "{[":
        return "JSON, but no JSON Feed"
    if _PASSWORD.search(text):
        return "a page that asks for a password"
    if is_scripted(text):
        return "a page that only a script in a browser fills"
    try:
        page = read_page(text, url, Source("page", "page", SourceKind.PAGE, url), now)
    except CollectError:
        return None
    return "an article itself" if len(page.text) >= _ARTICLE else None
