"""What a source in ``feeds.yaml`` may say beyond its types: ids, homes, addresses, selectors.

What this module never does: read the file; where in it a mistake stands, `config` finds.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.config.charsetnames import find_codec
from pipeline.model import DESK_SOURCE, DISTRICTS, OUTER_DISTRICTS, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Source

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DATE = re.compile(r"\{date:([^{}]{1,20})\}")  # in a paper's address
_FORM = re.compile(r"(?:%[Yymd]|[-_./0-9A-Za-z]){1,20}")

_SELECTORS = ("list", "link", "title", "date", "next", "body", "author", "origin")
# Selectors of names, classes, ids and attributes are told at a glance: for others the library that
# selects is imported, which takes a tenth of a second.
_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_MARK = rf"(?:[.#]{_NAME}|\[{_NAME}(?:[*^$~|]?={_NAME})?\])"
_SIMPLE = rf"(?:{_NAME}|{_MARK}){_MARK}*"
_PLAIN = re.compile(rf"{_SIMPLE}(?:(?: ?[>,+~] ?| ){_SIMPLE})*")


def find_mistakes(source: Source) -> list[tuple[str, str]]:
    """Return what is wrong with one source beyond its types, as (key, sentence)."""
    said = []
    if not _ID.fullmatch(source.id):
        said.append(("id", f"expected small letters, digits and hyphens, not {source.id!r}"))
    if source.id == DESK_SOURCE:
        said.append(("id", f"{DESK_SOURCE!r} is the source of what editors write; take another"))
    if source.home is not None and source.home not in DISTRICTS + OUTER_DISTRICTS:
        said.append(
            (
                "home",
                f"expected one of {' '.join(DISTRICTS + OUTER_DISTRICTS)}, not {source.home!r}",
            )
        )
    said += [("url", one) for one in _judge_address(source)]
    said += _judge_selectors(source)
    if source.encoding and not find_codec(source.encoding):
        said.append(("encoding", f"expected a charset such as gb18030, not {source.encoding!r}"))
    for key, low, high in (("pages", 1, 500), ("max_items", 1, 10_000), ("days", 1, 31)):
        if not low <= getattr(source, key) <= high:
            said.append((key, f"expected {low} to {high}, not {getattr(source, key)}"))
    return said


def _judge_selectors(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the keys whose CSS selectors are none; an empty one counts as not given."""
    given = [(key, getattr(source, key)) for key in _SELECTORS]
    given += [("drop", one) for one in source.drop]
    for key, selector in given:
        if selector and not _PLAIN.fullmatch(selector) and (why := _find_slip(selector)):
            yield key, f"{selector!r} is no CSS selector: {why}"


def _find_slip(selector: str) -> str | None:
    """Return why a selector cannot be used, in the words of the library that selects; or None."""
    import soupsieve  # noqa: PLC0415 - seldom needed

    with warnings.catch_warnings(action="ignore"):  # of forms that still work
        try:
            soupsieve.compile(selector)
        except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:  # ::pseudo-elements
            said = str(error).splitlines()[0].partition(". ")[0]
            return said[:1].lower() + said[1:]
    return None


def _judge_address(source: Source) -> Iterator[str]:
    """Yield what is wrong with the address, without the password it may hold."""
    shown = re.sub(r"//[^/]*@", "//…@", source.url)
    try:
        parts = urlsplit(source.url)
    except ValueError:  # a bracket that stays open
        yield f"not an address: {shown!r}"
        return
    is_path = parts.scheme in {"", "file"}
    if source.kind is SourceKind.FILE and not is_path:
        yield f"a source of kind file needs a path, not {parts.scheme}://"
    if not is_path and (parts.scheme not in {"http", "https"} or not parts.hostname):
        yield f"expected http:// or https:// or a path beside this file, not {shown!r}"
    if "@" in parts.netloc:
        yield "a user's name and password do not stand in this file; take them out"
    if "{" in source.url and source.kind is SourceKind.PAPER:
        forms = _DATE.findall(source.url)
        if set("{}") & set(_DATE.sub("", source.url)) or not all(map(_FORM.fullmatch, forms)):
            yield "expected dates such as {date:%Y-%m}/{date:%d}: of %Y %y %m %d"
