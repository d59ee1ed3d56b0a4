"""The words of a sentence that belong to one of its moments: 周五…有一场演出；周六…办集市.

What this module never does: find moments, names or places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tag.moments import Moment

_LEAD = re.compile("[^，；：、]*$")
_CUT = re.compile("[，；][^，；]*$")
_HEAD = re.compile("[^；]*：")  # 安排如下：11月28日…；11月29日…
_SAME = re.compile("一样|同一|同地|原地|老地方")
_PART = re.compile("[^；]+")


class Words(NamedTuple):
    """What stands before and behind a moment."""

    before: str
    behind: str


def get_own(sentence: str, moment: Moment, moments: Sequence[Moment]) -> Words | None:
    """Return the words of a moment's own clauses; None where the sentence has no other moment."""
    others = _list_others(moment, moments)
    if not others:
        return None
    since = max((one.end for one in others if one.end <= moment.start), default=0)
    until = min((one.start for one in others if one.start >= moment.end), default=len(sentence))
    lead = _LEAD.search(sentence[since : moment.start])
    behind = sentence[moment.end : until]
    own = behind.partition("；")[0]
    cut = _CUT.search(own) if until < len(sentence) and own == behind else None
    return Words(lead.group() if lead else "", own[: cut.start()] if cut else own)


def get_shared(sentence: str, moment: Moment, moments: Sequence[Moment]) -> Words:
    """Return the sentence around a moment without the parts, as ； cuts them, of other moments.

    What leads to all of them counts, and all of it where a part says that something is the same.
    """
    others = _list_others(moment, moments)
    if _SAME.search(sentence, moment.end):
        return Words(sentence[: moment.start], sentence[moment.end :])
    before, behind = "", ""
    head = _HEAD.match(sentence, 0, min((one.start for one in moments), default=0))
    if head and "；" in sentence[head.end() : moment.start]:
        before = head.group()
    for part in _PART.finditer(sentence):
        if part.start() <= moment.start < part.end():
            before += sentence[part.start() : moment.start]
            behind += sentence[moment.end : part.end()]
        elif not any(part.start() <= one.start < part.end() for one in others):
            if part.end() <= moment.start:
                before += part.group() + "；"
            else:
                behind += "；" + part.group()
    return Words(before, behind)


def _list_others(moment: Moment, moments: Sequence[Moment]) -> list[Moment]:
    """Return the moments that other words of the sentence name."""
    return [one for one in moments if one.start != moment.start]
