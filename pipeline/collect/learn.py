"""Learning the list of a page: its repeated block of links, with titles, days, next page. Pure.

What this module never does: fetch, or decide that a guess is good; it shows what it would collect.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.collect.addresses import base_of, join
from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.markup import parse_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bs4 import BeautifulSoup

_NEXT = re.compile(r"^(?:下一页|下页|后一页|下一頁|next(?: page)?)?\s*[>»›]{0,2}$", re.IGNORECASE)
_SHORT_DATE = re.compile(
    r"(?<!\d)\d{1,2}[-/月]\s*\d{1,2}(?!\d)|今天|昨天|前天|\d+\s*(?:分钟|小时|天)前"
)
_OF_DATES = re.compile(r"[\d\s\-/.:：年月日时分\[\]()（）【】T|]|[今昨前]天|(?:分钟|小时|天)前")
_PLAIN_CLASS = re.compile(r"^[A-Za-z_][\w-]{0,40}$")
_STATE_CLASS = re.compile(
    r"^(?:on|active|cur|current|first|last|odd|even|hover|clearfix|clear|fl|fr|left|right|item-?\d+)$",
    re.IGNORECASE,
)
_TITLED = re.compile(r"(?:^|[-_])(?:title|titel|tit|bt|headline|name)(?:$|[-_])", re.IGNORECASE)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LEAST = 4  # links that make a list
_LEAST_DATED = 3  # where every one of them has its date
_MOST_PARTS = 20  # parts of a group that are judged by themselves
_SHORTEST, _LONGEST = 6, 80  # characters of a headline
_BESIDE, _WITHIN = 40, 6  # characters that stand with a date: beside the link, and within it
_CLIMB = 3  # elements around a date that may hold its other half
_TOP = {"body", "html", "[document]"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A list as learnt: the selectors of feeds.yaml, and how sure it is."""

    list: str
    link: str | None
    title: str | None
    date: str | None
    next: str | None
    links: int
    dated: int
    places: int  # blocks of the page that the links stand in


def learn_list(text: str, url: str, now: datetime) -> Guess | None:
    """Return the most list-like repeated block of links of a page; None when there is none."""
    soup = parse_page(text, url)
    base = base_of(text, url)
    groups: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    host = urlsplit(base).hostname
    for link in soup.select("a[href]"):
        address = join(base, str(link.get("href")))
        title = _title_of(link)
        if address and _SHORTEST <= len(title) <= _LONGEST and urlsplit(address).hostname == host:
            groups[_signature(link)].append(link)
    best: tuple[float, Guess] | None = None
    for links in groups.values():
        judged = _judge_long(soup, links, now)
        # A menu and a list may look alike from the root: then each is judged by itself.
        tries = [judged] if judged else [_judge_long(soup, some, now) for some in _apart(links)]
        for one in tries:
            if one and (best is None or one[0] > best[0]):
                best = one
    return best[1] if best else None


def _apart(links: list[Tag]) -> list[list[Tag]]:
    """Return the links by the element that their blocks stand in."""
    parts: dict[int, list[Tag]] = defaultdict(list)
    for link in links:
        parts[id(_block(link, links).parent)].append(link)
    return list(parts.values()) if 1 < len(parts) <= _MOST_PARTS else []


def _judge_long(soup: BeautifulSoup, links: list[Tag], now: datetime) -> tuple[float, Guess] | None:
    """Judge links that are enough for a list: three are where each has its date."""
    count = len({str(link.get("href")) for link in links})
    judged = _judge(soup, links, now) if count >= _LEAST_DATED else None
    return None if judged and count < _LEAST and judged[1].dated < count else judged


def _judge(soup: BeautifulSoup, links: list[Tag], now: datetime) -> tuple[float, Guess] | None:
    """Return how list-like the links are, and their selectors."""
    blocks = [_block(link, links) for link in links]
    dated = [_date_part(block, link, now) for block, link in zip(blocks, links, strict=True)]
    count = sum(part is not None for part in dated)
    if not count and _is_navigation(links[0]):
        return None
    date = _common(blocks, dated, now)
    selector = _selector(soup, blocks, date)
    if selector is None:
        return None
    titles = {_title_of(link) for link in links}
    share = count / len(links)
    length = sum(map(len, titles)) / len(titles)
    score = len(titles) * (0.3 + share) * min(length, 30) / 30
    chosen = soup.select(selector)
    several = any(len(block.select("a[href]")) > 1 for block in chosen)
    own = _common(blocks, links) if several and links[0] not in chosen else None
    heads = [_headline(link) for link in links]
    title = _common(blocks, heads) if all(heads) else None
    following = next((tag for tag in soup.select("a[href]") if _is_next(tag)), None)
    after = f"a:-soup-contains('{following.get_text(strip=True)}')" if following else None
    places = len({id(block.parent) for block in blocks})
    return score, Guess(selector, own, title, date, after, len(links), count, places)


def _is_next(tag: Tag) -> bool:
    said = tag.get_text(strip=True)
    return bool(said) and bool(_NEXT.match(said))


def _headline(link: Tag) -> Tag | None:
    """Return the element of a link that holds the headline, where it holds more than that."""
    if link.get("title"):
        return None
    inner = [one for one in link.find_all(recursive=True) if isinstance(one, Tag)]
    for one in inner:
        classes = one.get("class")
        names = classes if isinstance(classes, list) else []
        if (one.name in _HEADINGS or any(map(_TITLED.search, names))) and _said(one):
            return one
    parts = [one for one in inner if one.find(string=True, recursive=False) and _said(one)]
    own = "".join(link.find_all(string=True, recursive=False)).strip()
    return parts[0] if len(parts) > 1 and not own else None


def _title_of(link: Tag) -> str:
    stated = str(link.get("title") or "")
    return stated or _said(_headline(link) or link)


def _said(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)


def _signature(tag: Tag) -> tuple[str, ...]:
    """Return the names and classes on the way from the root to the tag."""
    steps = [_name(tag)]
    for parent in tag.parents:
        if parent.name in _TOP:
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
        if parent.name in _TOP:
            break
        if any(id(one) in others for one in parent.find_all("a")):
            break
        block = parent
    return block


def _date_part(block: Tag, link: Tag, now: datetime) -> Tag | None:
    """Return the element of an entry that holds its date and little else; None without one.

    Beside the link, or in a part of it that is nothing but a date. A day that a design sets apart
    from its month is taken with the element around both.
    """
    best: tuple[int, Tag] | None = None
    for part in _date_candidates(block, link):
        words = _said(part)
        rest = len(_OF_DATES.sub("", words))
        if rest > (_WITHIN if link in part.parents else _BESIDE) or (best and rest >= best[0]):
            continue
        if _moment(words, now):
            best = rest, part
    return best[1] if best else None


def _date_candidates(block: Tag, link: Tag) -> Iterator[Tag]:
    """Yield the elements that hold a text with a figure or a day, the innermost ones first."""
    met: set[int] = set()
    for text in block.find_all(string=re.compile(r"\d|天")):
        node = text.parent
        for _ in range(_CLIMB):
            if node is None or node is link or id(node) in met or node in link.parents:
                break
            met.add(id(node))
            yield node
            node = node.parent if node is not block else None


def _moment(words: str, now: datetime) -> datetime | None:
    """Return the date that an entry's text states; a bare figure is none."""
    full = find_full_date(words, now)
    if full:
        return full
    bare = not _OF_DATES.sub("", words)
    return read_date(words, now) if bare or _SHORT_DATE.search(words) else None


def _common(
    blocks: Sequence[Tag], parts: Sequence[Tag | None], now: datetime | None = None
) -> str | None:
    """Return the selector that finds the part first in every entry; None when none does.

    With ``now`` the parts are dates: an element around one, which states the same day, does too.
    """
    known = [(block, part) for block, part in zip(blocks, parts, strict=True) if part is not None]
    if not known:
        return None
    candidates = list(dict.fromkeys(_name(part) for _, part in known))[:1]
    places = {_place(part) for _, part in known}
    if len(places) == 1:
        candidates.append(f"{known[0][1].name}:nth-of-type({places.pop()})")
    around = known[0][1].parent
    if now is not None and around is not None:
        candidates.append(_name(around))

    def fits(selector: str) -> bool:
        for block, part in known:
            found = block.select_one(selector)
            if found is part:
                continue
            if now is None or found is None or part not in found.descendants:
                return False
            if _moment(_said(found), now) != _moment(_said(part), now):
                return False
        return True

    return next((one for one in candidates if fits(one)), None)


def _place(tag: Tag) -> int:
    before = [one for one in tag.previous_siblings if isinstance(one, Tag)]
    return 1 + sum(one.name == tag.name for one in before)


def _selector(soup: BeautifulSoup, blocks: list[Tag], date: str | None) -> str | None:
    """Return a selector that finds the blocks and nothing else; None without one.

    One that names a class or an id is taken before a shorter one: ``li`` alone would also find
    what the site adds tomorrow. Where nothing is exact, a few entries too many are borne.
    """
    wanted = {id(block) for block in blocks}
    path: list[str] = []
    bare = close = None
    node: Tag | None = blocks[0]
    while node is not None and node.name not in _TOP:
        identity = str(node.get("id") or "")
        step = f"#{identity}" if path and _PLAIN_CLASS.match(identity) else _name(node)
        path.insert(0, step)
        selector = " > ".join(path)
        found = {id(one) for one in soup.select(selector)}
        if found == wanted and ("." in selector or "#" in selector):
            return selector
        if wanted <= found and len(found) <= len(wanted) * 1.25 + 1:
            if found == wanted:
                bare = bare or selector
            elif bare is None and len(path) > 1:  # tables without names: the second one's rows
                placed = " > ".join([f"{step}:nth-of-type({_place(node)})", *path[1:]])
                bare = placed if {id(one) for one in soup.select(placed)} == wanted else None
            if close is None or not ("." in close or "#" in close):
                close = selector if close is None or "." in selector or "#" in selector else close
        if step.startswith("#"):
            break
        node = node.parent
    if bare or close is None or date is None:
        return bare or close
    narrow = f"{close}:has({date})"
    return narrow if {id(one) for one in soup.select(narrow)} == wanted else close


def _is_navigation(link: Tag) -> bool:
    """Say whether a link stands in a menu or a footer."""
    marks = " ".join(
        f"{one.name} {one.get('id') or ''} {' '.join(one.get('class') or [])}"
        for one in link.parents
    ).lower()
    return bool(re.search(r"\b(?:nav|footer|foot|menu|header|breadcrumb|side)", marks))
