"""Text as every database, file and terminal takes it: no lone surrogate, no null character.

What this module never does: change a character that can be written.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Article

_UNWRITABLE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    r"""Return the text with U+FFFD for halves of characters, and without null characters.

    JSON may write such halves (``\\ud800``), and mail and HTTP headers in an unnamed charset
    leave them.
    """
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return _UNWRITABLE.sub("\ufffd", text.replace("\0", ""))


def is_storable(text: str) -> bool:
    """Say whether `storable` would leave a text as it is."""
    return "\0" not in text and (text.isascii() or not _UNWRITABLE.search(text))


def make_storable(article: Article) -> Article:
    """Return the article with storable texts; the same one where it has nothing else."""
    wrong: dict[str, object] = {}
    for one in fields(article):
        value = getattr(article, one.name)
        if isinstance(value, str) and not is_storable(value):
            wrong[one.name] = storable(value)
    images = tuple(
        replace(
            image, alt=storable(image.alt), caption=storable(image.caption),
            credit=storable(image.credit), url=storable(image.url),
        )
        for image in article.images
    )  # fmt: skip
    if images != article.images:
        wrong["images"] = images
    return replace(article, **wrong) if wrong else article  # type: ignore[arg-type]
