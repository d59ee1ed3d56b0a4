"""Learning the list of a page: its repeated block of links, with titles, days, next page. Pure.

What this module never does: fetch, or decide that a guess is good; it shows what it would collect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import Tag

from pipeline.collect.addresses import base_of
from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.daylines import find_dated, read_days, state_day
from pipeline.collect.headlines import find_headline, said
from pipeline.collect.linkgroups import find_blocks, group_links, part_links, widen
from pipeline.collect.markup import parse_page
from pipeline.collect.selectors import find_selector, name, place
from pipeline.collect.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bs4 import BeautifulSoup

    from pipeline.collect.linkgroups import Link

_NEXT = re.compile(r"^(?:下一页|下页|后一页|下一頁|next(?: page)?)?\s*[>»›]{0,2}$", re.IGNORECASE)
_SHORT_DATE = re.compile(
    r"(?<!\d)\d{1,2}[-/月]\s*\d{1,2}(?!\d)|今天|昨天|前天|\d+\s*(?:分钟|小时|天)前"
)
_OF_DATES = re.compile(r"[\d\s\-/.:：年月日时分\[\]()（）【】T|]|[今昨前]天|(?:分钟|小时|天)前")
_DAY_NAME, _PUBLISHED = re.compile("日期|时间"), re.compile("发布|发文|公开|上网")
_SEVERAL = 2  # dates of one row
_LEAST = 4  # links that make a list
_LEAST_DATED = 3  # where every one of them has its date
_NEARLY_ALL = 0.9
_LONG = 10  # characters of a headline, hardly of a menu's entry
_BESIDE, _WITHIN = 40, 6  # characters that stand with a date: beside the link, and within it
_CLIMB = 3  # elements around a date that may hold its other half


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


@dataclass(frozen=True, slots=True)
class _Judged:
    """Links that may be the page's list."""

    score: float  # how list-like they are
    entries: list[tuple[Tag, Link]]
    guess: Guess


def learn_list(text: str, url: str, now: datetime) -> Guess | None:
    """Return the most list-like repeated block of links of a page; None when there is none."""
    soup = parse_page(text, url)
    host = urlsplit(base_of(text, url)).hostname
    target = targets_of(text, url)
    best: _Judged | None = None
    for links in group_links(soup, target, host):
        judged = _judge_long(soup, links, now)
        # A menu and a list may look alike from the root: then each is judged by itself, and both
        # as one list where its entries stand unevenly: days with one entry beside days with two.
        tries = [judged] if judged else [_judge_long(soup, one, now) for one in part_links(links)]
        tries += [] if judged else [_judge_level(soup, links, now)]
        for one in tries:
            if one and (best is None or one.score > best.score):
                best = one
    if best is None:
        return None
    entries, guess = best.entries, best.guess
    more = [
        (block, link)
        for block, link in widen([block for block, _ in entries], target, host)
        if not guess.dated or _date_part(block, link.tag, now)
    ]
    wider = _judge(soup, [*entries, *more], now) if more else None
    return wider.guess if wider and wider.score > best.score else guess


def _judge_long(soup: BeautifulSoup, links: list[Link], now: datetime) -> _Judged | None:
    """Judge links that are enough for a list: three are where each has its date."""
    if len(links) < _LEAST_DATED:
        return None
    entries = find_blocks(links)
    judged = _judge(soup, entries, now) if len(entries) >= _LEAST_DATED else None
    if judged and judged.guess.places > 1 and 0 < judged.guess.dated < len(entries):
        # What stands elsewhere and has no date is another list, such as 站内公告.
        dated = {id(one.parent) for one, link in entries if _date_part(one, link.tag, now)}
        kept = [(one, link) for one, link in entries if id(one.parent) in dated]
        if _LEAST_DATED <= len(kept) < len(entries):
            judged = _judge(soup, kept, now) or judged
    few = judged is not None and len(judged.entries) < _LEAST
    return None if judged and few and judged.guess.dated < len(judged.entries) else judged


def _judge_level(soup: BeautifulSoup, links: list[Link], now: datetime) -> _Judged | None:
    """Judge links whose blocks differ in size, by equal ones: where nearly all have their dates.

    Or none has, and they are long as headlines are and not as menus.
    """
    entries = find_blocks(links, level=True)
    judged = _judge(soup, entries, now) if len(entries) >= _LEAST else None
    if judged is None or judged.guess.dated >= _NEARLY_ALL * len(entries):
        return judged
    long = sum(len(link.title) >= _LONG for _, link in entries) >= _NEARLY_ALL * len(entries)
    return judged if not judged.guess.dated and long and len(entries) > _LEAST else None


def _judge(soup: BeautifulSoup, entries: list[tuple[Tag, Link]], now: datetime) -> _Judged | None:
    """Return how list-like the entries are, and their selectors."""
    blocks, links = [block for block, _ in entries], [link.tag for _, link in entries]
    dated = [_date_part(block, link, now) for block, link in zip(blocks, links, strict=True)]
    count = sum(part is not None for part in dated)
    date = _common(blocks, dated, now)
    if not count:
        count = sum(map(bool, read_days(blocks, now)))
    if not count and _is_navigation(links[0]):
        return None
    selector = find_selector(soup, blocks, (date, *_inner(blocks[0], links[0]), "a[href]"))
    if selector is None:
        return None
    titles = {link.title for _, link in entries}
    share = count / len(links)
    length = sum(map(len, titles)) / len(titles)
    score = len(titles) * (0.3 + share) * min(length, 30) / 30
    chosen = soup.select(selector)
    several = any(len(block.select("a[href]")) > 1 for block in chosen)
    own = _common(blocks, links) if several and links[0] not in chosen else None
    heads = [find_headline(link) for link in links]
    title = _common(blocks, heads) if all(heads) else None
    following = next((tag for tag in soup.select("a[href]") if _is_next(tag)), None)
    after = f"a:-soup-contains('{following.get_text(strip=True)}')" if following else None
    places = len({id(block.parent) for block in blocks})
    guess = Guess(selector, own, title, date, after, len(links), count, places)
    return _Judged(score, entries, guess)


def _inner(block: Tag, link: Tag) -> tuple[str, ...]:
    """Return selectors of the link within its block, and of what holds it there."""
    if link is block:
        return ()
    holder = link.parent
    return (name(link),) if holder is None or holder is block else (name(holder), name(link))


def _is_next(tag: Tag) -> bool:
    label = tag.get_text(strip=True)
    return bool(label) and bool(_NEXT.match(label))


def _date_part(block: Tag, link: Tag, now: datetime) -> Tag | None:
    """Return the element of an entry that holds its date and little else; None without one.

    Beside the link, or in a part of it that is nothing but a date. A day that a design sets apart
    from its month is taken with the element around both.
    """
    if cell := _cell_of_publication(block):
        return cell if _moment(said(cell), now) else None
    best: tuple[int, Tag] | None = None
    for part in _date_candidates(block, link):
        words = state_day(part)
        rest = len(_OF_DATES.sub("", words))
        if rest > (_WITHIN if link in part.parents else _BESIDE) or (best and rest >= best[0]):
            continue
        if _moment(words, now):
            best = rest, part
    return best[1] if best else None


def _cell_of_publication(block: Tag) -> Tag | None:
    """Return a row's cell below a heading such as 发布日期, where the table has several dates."""
    table = block.find_parent("table") if block.name == "tr" else None
    head = table.find("tr") if table is not None else None
    if not isinstance(head, Tag) or head is block:
        return None
    names = [said(one) for one in head.find_all(["th", "td"], recursive=False)]
    dates = [n for n, one in enumerate(names) if _DAY_NAME.search(one)]
    published = next((n for n in dates if _PUBLISHED.search(names[n])), None)
    cells = block.find_all(["th", "td"], recursive=False)
    if published is None or len(dates) < _SEVERAL or len(cells) != len(names):
        return None
    cell = cells[published]
    return cell if isinstance(cell, Tag) else None


def _date_candidates(block: Tag, link: Tag) -> Iterator[Tag]:
    """Yield the elements that hold a text with a figure or a day, the innermost ones first."""
    met: set[int] = set()
    texts = [text.parent for text in block.find_all(string=re.compile(r"\d|天"))]
    for start in [*find_dated(block), *texts]:
        node = start
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
    candidates = list(dict.fromkeys(name(part) for _, part in known))[:1]
    places = {place(part) for _, part in known}
    if len(places) == 1:
        candidates.append(f"{known[0][1].name}:nth-of-type({places.pop()})")
    around = known[0][1].parent
    if now is not None and around is not None:
        candidates += [name(around), f"{around.name}:nth-of-type({place(around)})"]

    def fits(selector: str) -> bool:
        for block, part in known:
            found = block.select_one(selector)
            if found is part:
                continue
            if now is None or found is None or part not in found.descendants:
                return False
            if _moment(state_day(found), now) != _moment(state_day(part), now):
                return False
        return True

    return next((one for one in candidates if fits(one)), None)


def _is_navigation(link: Tag) -> bool:
    """Say whether a link stands in a menu or a footer."""
    marks = " ".join(
        f"{one.name} {one.get('id') or ''} {' '.join(one.get('class') or [])}"
        for one in link.parents
    ).lower()
    return bool(re.search(r"\b(?:nav|footer|foot|menu|header|breadcrumb|side)", marks))
