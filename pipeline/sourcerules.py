"""What a source in ``feeds.yaml`` may say beyond its types: ids, homes, addresses, bounds.

What this module never does: read the file; where in it a mistake stands, `config` finds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model import DESK_SOURCE, DISTRICTS, OUTER_DISTRICTS, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Source

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DATE = re.compile(r"\{date:([^{}]{1,20})\}")  # in a paper's address
_FORM = re.compile(r"(?:%[Yymd]|[-_./0-9A-Za-z]){1,20}")


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
    for key, low, high in (("pages", 1, 500), ("max_items", 1, 10_000), ("days", 1, 31)):
        if not low <= getattr(source, key) <= high:
            said.append((key, f"expected {low} to {high}, not {getattr(source, key)}"))
    return said


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
