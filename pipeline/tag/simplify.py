"""Traditional to Simplified, one character for one, so that offsets stay true."""

from __future__ import annotations

from functools import lru_cache

import opencc

_CONVERTER = opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Return the text in Simplified characters; its length never changes."""
    other = {ord(one): new for one in set(text) if (new := _character(one)) != one}
    return text.translate(other) if other else text


@lru_cache(maxsize=20_000)
def _character(character: str) -> str:
    if not "㐀" <= character <= "\U000323af" or "\ud800" <= character <= "\udfff":
        return character  # half a surrogate pair is no text that OpenCC could take
    converted: str = _CONVERTER.convert(character)
    return converted if len(converted) == 1 else character
