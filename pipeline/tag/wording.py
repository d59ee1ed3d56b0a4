"""Keywords and the summary: only words and whole sentences that stand in the text."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.tag.gazetteer import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN_WORD = re.compile(r"[一-龥]{2,8}")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[”’」』）)]*|[^。！？!?\n]+")
_OPENING = re.compile(
    r"^(?:(?:本报讯|[一-龥]{2}讯)\s*(?:[（(][^）)]*[）)])?\s*|(?:昨天|今天|日前|近日)?[，,]?"
    r"记者(?:昨天|今天|日前)?从[^，,。]{2,20}获悉[，,：:]?)"
)
_BYLINE = re.compile(r"^(?:记者|通讯员|来源|作者|编辑|责任编辑|图|文|摄)[\s：:/]?.{0,30}$")
_LONGEST = 120  # characters of a summary
_STOP = frozenset(
    word
    for line in (DATA / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_PLACE_ENDS = ("社区", "街道", "村", "区", "镇")


def get_keywords(tokens: Iterable[str], places: frozenset[str], most: int = 6) -> tuple[str, ...]:
    """Return the most frequent telling words, without places and stop words."""
    # Counted and ranked by arithmetic first: only the words at the top are looked at closely.
    counted = Counter(tokens)
    ranked = sorted(
        [(-count * (4 + len(word)), word) for word, count in counted.items() if len(word) > 1]
    )
    kept: list[str] = []
    for _, word in ranked:
        if len(kept) == most:
            break
        if word not in places and is_telling(word):
            kept.append(word)
    return tuple(kept)


@lru_cache(maxsize=50_000)
def is_telling(word: str) -> bool:
    """Say whether a word tells of a story: Chinese, no stop word, no name of a place's kind."""
    return word not in _STOP and not word.endswith(_PLACE_ENDS) and bool(_HAN_WORD.fullmatch(word))


def get_summary(text: str) -> str:
    """Return at most 120 characters of whole sentences from the lead; "" when none is so short.

    Openings such as 记者从…获悉 and bylines are dropped; no sentence is ever cut or reworded.
    """
    chosen = ""
    for match in _SENTENCE.finditer(text[:3000]):
        sentence = match.group().strip()
        if not sentence or _BYLINE.match(sentence):
            continue
        if not chosen:
            sentence = _OPENING.sub("", sentence, count=1)
        if sentence[-1:] not in "。！？!?”’」』）)":
            continue
        if len(chosen) + len(sentence) > _LONGEST:
            if chosen:
                break
            continue
        chosen += sentence
    return chosen
