"""Keywords and the summary: only words and whole sentences that stand in the text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

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
    [
        "一个",
        "我们",
        "他们",
        "这个",
        "那个",
        "没有",
        "可以",
        "就是",
        "还有",
        "已经",
        "今年",
        "去年",
        "昨天",
        "今天",
        "记者",
        "表示",
        "介绍",
        "进行",
        "工作",
        "活动",
        "社区",
        "居民",
        "大家",
        "起来",
        "自己",
        "一些",
        "因为",
        "所以",
        "不仅",
        "而且",
        "以及",
        "通过",
        "开展",
        "目前",
        "现在",
        "时候",
        "一起",
        "各位",
        "这里",
        "什么",
        "怎么",
        "这样",
        "如此",
        "其中",
        "其他",
        "之后",
        "以后",
        "之前",
        "以前",
        "一名",
        "一位",
        "两个",
        "三个",
        "出来",
        "下来",
        "上午",
        "下午",
        "晚上",
        "宁波",
        "宁波市",
        "街道",
        "这些",
        "那些",
        "不少",
        "许多",
        "得到",
        "成为",
        "开始",
        "继续",
        "还是",
        "不是",
        "只有",
        "只要",
        "如果",
        "虽然",
        "但是",
    ]
)


def get_keywords(tokens: Iterable[str], places: frozenset[str], most: int = 6) -> tuple[str, ...]:
    """Return the most frequent telling words, without places and stop words."""
    # Counted first: a word is judged once, however often it stands in the text.
    counted = {
        token: count
        for token, count in Counter(tokens).items()
        if len(token) > 1
        and token not in _STOP
        and token not in places
        and not token.endswith(("社区", "街道", "村", "区", "镇"))
        and _HAN_WORD.fullmatch(token)
    }
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1] * (1 + len(pair[0]) / 4), pair[0]))
    return tuple(word for word, _ in ranked[:most])


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
