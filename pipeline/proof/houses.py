"""Names of members that are neither community nor village: 宁波市甬悦养老服务中心.

What this module never does: judge communities and villages; that is `units`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.model import Finding
    from pipeline.proof.rule import Unit
    from pipeline.proof.spans import Text

_END = 2  # characters of a name's end by which its places are found
_SHORTEST = 5  # characters of a name of which one may be wrong
_STEM = 2  # characters that a shortened name has to begin with
_MOST = 2000  # places in one text: hostile text has more
_CITIES = ("宁波市", "宁波")


def find_wrong_houses(text: Text, members: Sequence[Unit]) -> Iterator[Finding]:
    """Find a member's name with one character changed, missing, added or swapped, or cut short."""
    for member in members:
        name = member.name
        if len(name) < _SHORTEST or name.endswith(("社区", "村")):
            continue
        bare = _bare(name)
        for end in _ends(text.text, name[-_END:]):
            found = _judge(text, end, name, bare)
            if found:
                yield found


def _judge(text: Text, end: int, name: str, bare: str) -> Finding | None:
    words = text.text
    if words.endswith(bare, 0, end):
        return None
    for right in (name, bare) if bare != name else (name,):
        for length in (len(right), len(right) + 1, len(right) - 1):
            said = words[max(0, end - length) : end]
            if len(right) >= _SHORTEST and len(said) == length and _is_one_edit(said, right):
                start = end - length
                message = f"“{said}”与登记的“{name}”只差一字，请核对单位名称。"
                return text.finding("member-name", Level.ERROR, message, start, end, right)
    start = words.rfind(bare[:_STEM], max(0, end - len(bare)), end)
    said = words[start:end] if start >= 0 else ""
    if _STEM + _END <= len(said) < len(bare) and is_within(said, bare):
        message = f"“{said}”疑为“{name}”的简称，请用登记的全称。"
        return text.finding("member-name", Level.WARNING, message, start, end, name)
    return None


def _bare(name: str) -> str:
    """Return the name without its city."""
    return next((name.removeprefix(city) for city in _CITIES if name.startswith(city)), name)


def _ends(words: str, last: str) -> Iterator[int]:
    at = words.find(last)
    for _ in range(_MOST):
        if at < 0:
            return
        yield at + len(last)
        at = words.find(last, at + 1)


def _is_one_edit(said: str, right: str) -> bool:
    """Say whether one character is changed, missing or added, or two neighbours are swapped."""
    if said == right:
        return False
    first = next(
        (at for at, two in enumerate(zip(said, right, strict=False)) if two[0] != two[1]), 0
    )
    if len(said) != len(right):
        long, short = sorted((said, right), key=len, reverse=True)
        at = next((at for at, one in enumerate(short) if one != long[at]), len(short))
        return at > 0 and long[at + 1 :] == short[at:]
    swapped = right[:first] + right[first : first + 2][::-1] + right[first + 2 :]
    return said[first + 1 :] == right[first + 1 :] or said == swapped


def is_within(short: str, long: str) -> bool:
    """Say whether all characters of the short name stand in the long one, in their order."""
    rest = iter(long)
    return all(one in rest for one in short)
