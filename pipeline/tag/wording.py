"""Keywords: the words of a text that tell what it is about."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, OUTER_DISTRICTS
from pipeline.tag.gazetteer import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN_WORD = re.compile(r"[一-龥]{2,8}")
# 三天, 第三次, 三十六根, 余万人次; what cutting leaves of a day or an hour: 日起, 点半; 昨天上午.
_COUNTED = re.compile(
    "第?[一二三四五六七八九十百千万亿两几数半余多零每]+(?:余|多)?(?:人次|平方米|公[里斤顷]|小时|分钟|年代|"
    "[把天次座个条件场位名家户年月周日岁元块份米亩斤公吨批组间张台辆套层幢栋楼期届轮项种类点人支盏棵本颗双瓶桶袋箱稿笔])?|"
    "[一二三四五六七八九十百千万]{2,}[一-龥]|一[一-龥]|[日点时月年号][起至到前后半有的在内]|个(?![体税性])[一-龥]+|"
    "(?:昨|今|明|当)[天日晚][一-龥]+|(?:今|去|明|前)年[一-龥]*|[一-龥]{2,3}年代"
)
_STOP = frozenset(
    word
    for line in (DATA / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_PLACE_ENDS = ("社区", "街道", "村", "区", "镇")
_DISTRICTS = frozenset(
    f"{name}{kind}" for name in (*DISTRICTS, *OUTER_DISTRICTS) for kind in ("", "市", "县")
)


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
    """Say whether a word tells of a story: Chinese, no stop word, no count, no kind of place."""
    return (
        word not in _STOP
        and word not in _DISTRICTS
        and not word.endswith(_PLACE_ENDS)
        and bool(_HAN_WORD.fullmatch(word))
        and not _COUNTED.fullmatch(word)
    )
