"""Links of a page that stand alike: each group of them may be its list. Pure.

What this module never does: judge which group it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.collect.headlines import read_title
from pipeline.collect.selectors import TOP, get_classes, get_identity, name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bs4 import BeautifulSoup, Tag

_DEEP = 6  # elements around a link that tell where it stands
_MOST_PARTS = 20  # parts of a group that are judged by themselves
_SHORTEST, _LONGEST = 6, 80  # characters of a headline
_LETTERS = 4  # of them


@dataclass(frozen=True, slots=True)
class Link:
    """A link with a headline; what opens a page on a click counts as one."""

    tag: Tag
    address: str
    title: str


def group_links(
    soup: BeautifulSoup, target: Callable[[Tag], str | None], host: str | None
) -> list[list[Link]]:
    """Return the links with a headline that lead to pages of the host, by where they stand."""
    groups: dict[tuple[str, ...], list[Link]] = defaultdict(list)
    for tag in soup.select("a, [onclick]"):
        if link := _read(tag, target, host):
            groups[_signature(tag)].append(link)
    return list(groups.values())


def part_links(links: Sequence[Link]) -> list[list[Link]]:
    """Return the links by the element that their blocks stand in; none where that is one."""
    parts: dict[int, list[Link]] = defaultdict(list)
    for block, link in find_blocks(links):
        parts[id(block.parent)].append(link)
    return list(parts.values()) if 1 < len(parts) <= _MOST_PARTS else []


def find_blocks(links: Sequence[Link], *, level: bool = False) -> list[tuple[Tag, Link]]:
    """Return the largest elements that hold links of the group to one address only, each with one.

    Of several links to the address, a picture's and a title's, the one that says more. With
    ``level`` all blocks are as many steps from their links as the one with the fewest: a day with
    a single entry has a larger block than a day with two.
    """
    addresses = {id(one.tag): one.address for one in links}
    ways = []
    for link in links:
        way = [link.tag]
        for parent in link.tag.parents:
            inside = (addresses.get(id(one)) for one in parent.find_all(link.tag.name))
            if parent.name in TOP or any(one not in {None, link.address} for one in inside):
                break
            way.append(parent)
        ways.append(way)
    steps = min(map(len, ways)) - 1
    found: dict[int, tuple[Tag, Link]] = {}
    for way, link in zip(ways, links, strict=True):
        block = way[steps] if level else way[-1]
        known = found.get(id(block))
        if known is None or len(known[1].title) < len(link.title):
            found[id(block)] = block, link
    return list(found.values())


def widen(
    blocks: Sequence[Tag], target: Callable[[Tag], str | None], host: str | None
) -> list[tuple[Tag, Link]]:
    """Return what stands beside the blocks and is made like them, each with its link.

    Of the same name, and with a class that all of them have: cards with one picture among cards
    with three. In the page's order, the blocks themselves left out.
    """
    parent = blocks[0].parent
    shared = set.intersection(*(set(get_classes(one)) for one in blocks))
    known = {id(one) for one in blocks}
    if parent is None or not shared or any(one.parent is not parent for one in blocks):
        return []
    found = []
    for one in parent.find_all(blocks[0].name, recursive=False):
        if id(one) in known or not shared & set(get_classes(one)):
            continue
        inner = [one, *one.select("a, [onclick]")]
        links = [link for tag in inner if (link := _read(tag, target, host))]
        if links:
            found.append((one, max(links, key=lambda link: len(link.title))))
    return found


def _read(tag: Tag, target: Callable[[Tag], str | None], host: str | None) -> Link | None:
    address = target(tag)
    if not address or urlsplit(address).hostname != host:
        return None
    title = read_title(tag)
    letters = sum(map(str.isalpha, title))  # 2026-11-20 08:30 is no headline
    is_headline = _SHORTEST <= len(title) <= _LONGEST and letters >= _LETTERS
    return Link(tag, address, title) if is_headline else None


def _signature(tag: Tag) -> tuple[str, ...]:
    """Return the names and classes on the way from the root to the tag."""
    steps = [name(tag)]
    for parent in tag.parents:
        if parent.name in TOP or len(steps) == _DEEP:
            break
        steps.append(name(parent) + f"#{get_identity(parent)}")
    return tuple(steps)
