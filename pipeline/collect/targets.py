"""Where the elements of a page lead: by ``href``, or by what a click on them opens.

Many sites open their articles from handlers: ``onclick="location.href='view.php?id=8'"``, or
``href="javascript:show('8')"`` with ``function show(id) { window.open('/view/' + id) }``. They are
read, never run. What this module never does: fetch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.collect.addresses import base_of, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4 import Tag

_STRING = r"'[^'\n\\]{0,300}'|\"[^\"\n\\]{0,300}\""
_PIECE = rf"(?:{_STRING}|[A-Za-z_$][\w$]{{0,40}})"
_OPENED = re.compile(
    r"(?:location(?:\.href)?\s*=(?!=)|location\.(?:assign|replace)\s*\(|window\.open\s*\()\s*"
    rf"({_PIECE}(?:\s*\+\s*{_PIECE}){{0,9}})"
)
_CALL = re.compile(
    rf"(?:javascript:|return\s|^)\s*([A-Za-z_$][\w$]{{0,40}})\s*\(\s*((?:{_STRING}|[\w.$-]{{1,60}})"
    rf"(?:\s*,\s*(?:{_STRING}|[\w.$-]{{1,60}})){{0,5}})\s*\)"
)
_FUNCTION = re.compile(
    r"function\s+([A-Za-z_$][\w$]{0,40})\s*\(([\w$,\s]{0,200})\)\s*\{([^{}]{0,1000})"
)
_VARIABLE = re.compile(rf"\bvar\s+([A-Za-z_$][\w$]{{0,40}})\s*=\s*({_STRING})\s*[;\n]")
_PIECES = re.compile(_PIECE)
_ARGUMENTS = re.compile(rf"{_STRING}|[\w.$-]+")
_MOST = 400_000  # characters of a page in which functions are looked for


def targets_of(text: str, url: str) -> Callable[[Tag], str | None]:
    """Return what says of an element of the page which address it leads to; None: to none."""
    page = text[:_MOST]
    base = base_of(text, url)
    known = {match[1]: match[2][1:-1] for match in _VARIABLE.finditer(page)}
    functions: dict[str, tuple[list[str], str]] = {}
    for match in _FUNCTION.finditer(page):
        if opened := _OPENED.search(match[3]):
            names = [one.strip() for one in match[2].split(",")]
            functions.setdefault(match[1], (names, opened[1]))

    def by_handler(handler: str) -> str | None:
        if opened := _OPENED.search(handler):
            return _put_together(opened[1], known)
        call = _CALL.search(handler)
        if call is None or call[1] not in functions:
            return None
        names, written = functions[call[1]]
        given = [_bare(one) for one in _ARGUMENTS.findall(call[2])]
        return _put_together(written, known | dict(zip(names, given, strict=False)))

    def target(tag: Tag) -> str | None:
        href = str(tag.get("href") or "").strip() if tag.name == "a" else ""
        if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
            return join(base, href)
        handlers = (href, str(tag.get("onclick") or "").strip())
        opened = next((made for one in handlers if one and (made := by_handler(one))), None)
        return join(base, opened) if opened else None

    return target


def _put_together(written: str, known: dict[str, str]) -> str | None:
    """Return the address that strings and known names give; None where a name is not known."""
    made = ""
    for piece in _PIECES.findall(written):
        if piece[0] in "'\"":
            made += piece[1:-1]
        elif piece in known:
            made += known[piece]
        else:
            return None
    return made


def _bare(argument: str) -> str:
    return argument[1:-1] if argument[0] in "'\"" else argument
