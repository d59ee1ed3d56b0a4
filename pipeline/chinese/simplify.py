"""Traditional to Simplified, one character for one, so that offsets stay true.

What this module never does: say where Traditional characters may stand.
"""

from __future__ import annotations

import re
from functools import lru_cache

import opencc

_CONVERTER = opencc.OpenCC("t2s")
_RARE = re.compile("[\U00020000-\U000323af]")  # beyond the basic plane


def simplify(text: str) -> str:
    """Return the text in Simplified characters; its length never changes."""
    if not _traditional().search(text) and not _RARE.search(text):
        return text
    other = {ord(one): new for one in set(text) if (new := _character(one)) != one}
    return text.translate(other) if other else text


def find_traditional(text: str) -> list[int]:
    """Return where a Traditional character stands that its words do not have in Simplified script.

    乾 stands so in 乾坤, 瞭 in 瞭望.
    """
    if not _traditional().search(text):
        return []
    plain = _CONVERTER.convert(text.encode("utf-8", "replace").decode())
    if len(plain) != len(text):
        plain = simplify(text)
    return [at for at, (one, new) in enumerate(zip(text, plain, strict=True)) if one != new]


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """Return a class of the characters that change; one look tells a Simplified text.

    Only of the basic plane: with others among them the class is searched one by one.
    """
    han = [(0x3400, 0x9FFF), (0xF900, 0xFAFF)]
    changing: list[str] = []
    for first, last in han:
        block = "".join(map(chr, range(first, last + 1)))
        converted = _CONVERTER.convert(block)
        if len(converted) == len(block):
            changing += (a for a, b in zip(block, converted, strict=True) if a != b)
        else:
            changing += (one for one in block if _character(one) != one)
    return re.compile(f"[{''.join(changing)}]")


@lru_cache(maxsize=20_000)
def _character(character: str) -> str:
    if not "㐀" <= character <= "\U000323af" or "\ud800" <= character <= "\udfff":
        return character  # half a surrogate pair is no text that OpenCC could take
    converted: str = _CONVERTER.convert(character)
    return converted if len(converted) == 1 else character
