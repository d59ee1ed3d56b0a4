"""CSS selectors for elements of a page, as feeds.yaml keeps them. Pure.

What this module never does: decide which elements are meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bs4 import BeautifulSoup

TOP = {"body", "html", "[document]"}
"""Elements that every page has."""

_PLAIN_CLASS = re.compile(r"^[A-Za-z_][\w-]{0,40}$")
_STATE_CLASS = re.compile(
    r"^(?:on|active|cur|current|first|last|odd|even|alt|new|hot|top|big|small|large|hover|clearfix|clear|fl|fr|left|right|"
    r"item-?\d+|post-?\d+)$",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d+")
_OF_ONE = re.compile(r"\d{3}|\d{2}$|ctl\d")  # names one entry of many: thread_884103, li_12


def get_classes(tag: Tag) -> list[str]:
    """Return the classes that tell what an element is, not which of its kind or in what state."""
    classes = tag.get("class")
    names = classes if isinstance(classes, list) else []
    return [one for one in names if _PLAIN_CLASS.match(one) and not _STATE_CLASS.match(one)]


def get_identity(tag: Tag) -> str:
    """Return an element's id, where it names a place of the page and not one entry of many."""
    identity = str(tag.get("id") or "")
    if not _PLAIN_CLASS.match(identity) or _OF_ONE.search(identity):
        return ""
    form = _FIGURES.sub("#", identity)
    beside = (tag.find_next_sibling(tag.name), tag.find_previous_sibling(tag.name))
    ids = [str(one.get("id") or "") for one in beside if isinstance(one, Tag)]
    counted = form != identity and any(_FIGURES.sub("#", one) == form for one in ids)
    return "" if counted else identity


def name(tag: Tag, kept: Iterable[str] | None = None) -> str:
    """Return a tag's name with its telling classes (of ``kept``, if given), as CSS writes it."""
    telling = get_classes(tag)
    if kept is not None:
        telling = [one for one in telling if one in kept]
    return tag.name + "".join(f".{one}" for one in telling[:2])


def place(tag: Tag) -> int:
    """Return the number of an element among its neighbours of the same name, from 1 on."""
    before = [one for one in tag.previous_siblings if isinstance(one, Tag)]
    return 1 + sum(one.name == tag.name for one in before)


def find_selector(
    soup: BeautifulSoup, blocks: Sequence[Tag], inner: Sequence[str | None]
) -> str | None:
    """Return a selector that finds the blocks and nothing else; None without one.

    One that names a class or an id is taken before a shorter one: ``li`` alone would also find
    what the site adds tomorrow. Where nothing is exact, what the blocks hold (``inner``, the
    surest first) is asked for too, and a few entries too many are borne.
    """
    wanted = {id(block) for block in blocks}

    def finds(selector: str) -> set[int]:
        return {id(one) for one in soup.select(selector)}

    paths = list(_paths(blocks))
    bare = close = None
    for selector, placed in paths:
        found = finds(selector)
        if found == wanted and _is_named(selector):
            return selector
        if found == wanted:
            bare = bare or selector
        elif _is_close(found, wanted):
            if bare is None and placed and finds(placed) == wanted:
                bare = placed  # tables without names: the second one's rows
            if close is None or (_is_named(selector) and not _is_named(close)):
                close = selector
    held = [f":has({part})" for part in inner if part]
    narrow = [one + part for part in held for one, _ in paths]
    narrow += [placed + part for part in ("", *held) for _, placed in paths if placed]
    return bare or _find_narrow(narrow, finds, wanted, close)


def _find_narrow(
    selectors: Sequence[str],
    finds: Callable[[str], set[int]],
    wanted: set[int],
    close: str | None,
) -> str | None:
    """Return the first that finds what is wanted, else ``close``, else one that is close."""
    for selector in selectors:
        found = finds(selector)
        if found == wanted:
            return selector
        close = close or (selector if _is_close(found, wanted) else None)
    return close


def _is_close(found: set[int], wanted: set[int]) -> bool:
    """Say whether what is found is what is wanted and a few entries more."""
    return wanted <= found and len(found) <= len(wanted) * 1.25 + 1


def _paths(blocks: Sequence[Tag]) -> Iterator[tuple[str, str]]:
    """Yield selectors of the first block, ever more of what it stands in; and with its place there.

    The second is "" for the block itself.
    """
    shared = set.intersection(*(set(get_classes(block)) for block in blocks))
    path: list[str] = []
    node: Tag | None = blocks[0]
    while node is not None and node.name not in TOP:
        identity = get_identity(node)
        step = f"#{identity}" if path and identity else name(node, None if path else shared)
        placed = " > ".join([f"{step}:nth-of-type({place(node)})", *path]) if path else ""
        path.insert(0, step)
        yield " > ".join(path), placed
        if step.startswith("#"):
            return
        node = node.parent


def _is_named(selector: str) -> bool:
    return "." in selector or "#" in selector
