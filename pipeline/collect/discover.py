"""Learning a source from one page: its feed, its family, or its repeated list of links. Pure.

What this module never does: fetch, or decide that a guess is good; it shows what it would collect.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.markup import parse_page
from pipeline.collect.pages import clean, join, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from bs4 import BeautifulSoup, Tag

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
_NEXT = re.compile(r"^(?:下一页|下页|后一页|下一頁|next(?: page)?|[>»›]{1,2})$", re.IGNORECASE)
_SHORT_DATE = re.compile(
    r"(?<!\d)\d{1,2}[-/月]\d{1,2}(?!\d)|今天|昨天|前天|\d+\s*(?:分钟|小时|天)前"
)
_PLAIN_CLASS = re.compile(r"^[A-Za-z_][\w-]{0,40}$")
_STATE_CLASS = re.compile(
    r"^(?:on|active|cur|current|first|last|odd|even|hover|clearfix|clear|fl|fr|left|right|item-?\d+)$",
    re.IGNORECASE,
)
_LEAST = 4  # links that make a list
_SHORTEST, _LONGEST = 6, 80  # characters of a headline
_ENOUGH = 0.8  # share of a page's text that a known body has to hold


@dataclass(frozen=True, slots=True)
class Guess:
    """A list as learnt: the selectors of feeds.yaml, and how sure it is."""

    list: str
    link: str | None
    date: str | None
    next: str | None
    links: int
    dated: int


def find_feeds(text: str, url: str) -> list[str]:
    """Return the feeds that a page names (RSS autodiscovery), in the page's order."""
    soup = parse_page(text, url)
    found = []
    for tag in soup.select("link[rel~=alternate i][href]"):
        address = join(url, str(tag.get("href")))
        if address and str(tag.get("type", "")).lower() in _FEED_TYPES:
            found.append(address)
    return list(dict.fromkeys(found))


def is_paper(text: str, url: str) -> bool:
    """Say whether a page is of a newspaper's digital edition: pages (node) that list articles."""
    soup = parse_page(text, url)
    nodes = soup.select("a[href*=node_]")
    return len(nodes) > 1 and ("node_" in url or len(soup.select("a[href*=content_]")) > 1)


def learn_list(text: str, url: str, now: datetime) -> Guess | None:
    """Return the most list-like repeated block of links of a page; None when there is none."""
    soup = parse_page(text, url)
    groups: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    host = urlsplit(url).hostname
    for link in soup.select("a[href]"):
        address = join(url, str(link.get("href")))
        title = str(link.get("title") or link.get_text(" ", strip=True))
        if address and _SHORTEST <= len(title) <= _LONGEST and urlsplit(address).hostname == host:
            groups[_signature(link)].append(link)
    best: tuple[float, Guess] | None = None
    for links in groups.values():
        if len({str(link.get("href")) for link in links}) < _LEAST:
            continue
        judged = _judge(soup, links, now)
        if judged and (best is None or judged[0] > best[0]):
            best = judged
    return best[1] if best else None


def find_body(text: str, url: str, extracted: str) -> str | None:
    """Return the selector of a known family's body that holds what was extracted; None without."""
    soup = parse_page(text, url)
    wanted = len(extracted)
    for selector in BODIES:
        found = soup.select(selector)
        if len(found) == 1 and wanted:
            length = len(to_text(clean(str(found[0]))))
            if _ENOUGH * wanted <= length <= wanted / _ENOUGH + 200:
                return selector
    return None


def _judge(soup: BeautifulSoup, links: list[Tag], now: datetime) -> tuple[float, Guess] | None:
    """Return how list-like the links are, and their selectors."""
    blocks = [_block(link, links) for link in links]
    dated = [_date_part(block, link, now) for block, link in zip(blocks, links, strict=True)]
    selector = _selector(soup, blocks)
    if selector is None:
        return None
    count = sum(part is not None for part in dated)
    titles = {str(link.get("title") or link.get_text(" ", strip=True)) for link in links}
    share = count / len(links)
    length = sum(map(len, titles)) / len(titles)
    score = len(titles) * (0.3 + share) * min(length, 30) / 30
    if not count and _is_navigation(links[0]):
        return None
    date = _date_selector(blocks, dated)
    chosen = soup.select(selector)
    several = any(len(block.select("a[href]")) > 1 for block in chosen)
    own = _name(links[0]) if several and links[0] not in chosen else None
    following = next(
        (tag for tag in soup.select("a[href]") if _NEXT.match(tag.get_text(strip=True))), None
    )
    after = f'a:-soup-contains("{following.get_text(strip=True)}")' if following else None
    return score, Guess(selector, own, date, after, len(links), count)


def _signature(tag: Tag) -> tuple[str, ...]:
    """Return the names and classes on the way from the root to the tag."""
    steps = [_name(tag)]
    for parent in tag.parents:
        if parent.name in {"[document]", "html", "body"}:
            break
        marker = f"#{parent.get('id')}" if parent.get("id") else ""
        steps.append(_name(parent) + marker)
    return tuple(steps[:6])


def _name(tag: Tag) -> str:
    """Return a tag's name with its telling classes, as CSS writes it."""
    classes = tag.get("class")
    names = classes if isinstance(classes, list) else []
    telling = [one for one in names if _PLAIN_CLASS.match(one) and not _STATE_CLASS.match(one)]
    return tag.name + "".join(f".{one}" for one in telling[:2])


def _block(link: Tag, links: list[Tag]) -> Tag:
    """Return the largest element around a link that holds no other link of the group."""
    others = {id(one) for one in links if one is not link}
    block = link
    for parent in link.parents:
        if parent.name in {"body", "html", "[document]"}:
            break
        if any(id(one) in others for one in parent.find_all("a")):
            break
        block = parent
    return block


def _date_part(block: Tag, link: Tag, now: datetime) -> Tag | None:
    """Return the innermost element of an entry that holds a date beside the title."""
    for part in block.find_all(string=True):
        words = part.strip()
        if not words or link in part.parents:
            continue
        if find_full_date(words, now) or (_SHORT_DATE.search(words) and read_date(words, now)):
            parent: Tag | None = part.parent
            return parent
    return None


def _date_selector(blocks: list[Tag], dated: list[Tag | None]) -> str | None:
    """Return the selector that finds the date first in every entry; None when none does."""
    names = {_name(part) for part in dated if part is not None}
    if len(names) != 1:
        return None
    name = names.pop()
    for block, part in zip(blocks, dated, strict=True):
        if part is not None and block.select_one(name) is not part:
            return None
    return name


def _selector(soup: BeautifulSoup, blocks: list[Tag]) -> str | None:
    """Return the shortest selector that finds the blocks and nothing else; None without one."""
    wanted = {id(block) for block in blocks}
    path: list[str] = []
    node: Tag | None = blocks[0]
    while node is not None and node.name not in {"body", "html", "[document]"}:
        identity = str(node.get("id") or "")
        step = f"#{identity}" if path and _PLAIN_CLASS.match(identity) else _name(node)
        path.insert(0, step)
        selector = " > ".join(path)
        found = {id(one) for one in soup.select(selector)}
        if wanted <= found and len(found) <= len(wanted) * 1.25 + 1:
            return selector
        if step.startswith("#"):
            break
        node = node.parent
    return None


def _is_navigation(link: Tag) -> bool:
    """Say whether a link stands in a menu or a footer."""
    marks = " ".join(
        f"{one.name} {one.get('id') or ''} {' '.join(one.get('class') or [])}"
        for one in link.parents
    ).lower()
    return bool(re.search(r"\b(?:nav|footer|foot|menu|header|breadcrumb|side)", marks))
