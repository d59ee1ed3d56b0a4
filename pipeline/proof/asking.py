"""A question mark behind what asks nothing (来问在哪里买的？), a comma where a list goes on (花盆，旧家具堆满了).

What this module never does: judge what somebody is quoted with, or titles.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.phrases import load_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_IN = "[^，。；：！？“”‘’《》—\n]"
_WORDS = "哪里|哪儿|哪[个些家位天年种]|怎么|怎样|如何|什么|谁|多少|几[个点时天岁元]|为什么|为何|是否|是不是|能不能|有没有|要不要|会不会|该不该|何时|何处"
_ASKED = lazy(
    r"(?:(?<![学疑提反试请自发质设访慰顾])问(?![题卷答候世津诊道])(?:起|了|着|到|过)?|打听|询问|咨询|想知道|不知道?|不清楚|弄不清|搞不清|记不清|不明白|说不清|猜|琢磨|商量|研究|讨论着?|了解|讲解|介绍)"
    rf"{_IN}{{0,16}}?(?:{_WORDS}){_IN}{{0,14}}？$"
)
# Questions after all: to the reader, and such as end in 吗 or 呢.
_ASKS = lazy(
    r"(?:谁|怎么|怎能|难道|岂|您|你|何不|何必|为什么|为何|什么|如何|还有|哪|莫非|是不是|能不能|可曾|有没有|要不要)"
)
_END_ASKS = ("吗？", "呢？", "么？", "吧？")
_REAL = lazy("究竟|到底|难道|何尝|凭什么")
_SENTENCE_ENDS = "。！？\n…"
_MARK = lazy("？")
_MOST = 5000  # of one text: hostile text has more
_LONG = 80  # characters of a sentence
# 纸箱、花盆，旧家具等: nouns of a list, and what tells that the third is of them.
_GOES_ON = lazy(
    r"、(?P<second>[一-龥]{2,3})(?P<mark>，)(?P<third>[一-龥]{2,3})(?=等(?:[，。；]|[一-龥]{2})|堆了?一|堆[满成]|摆[满了]|塞[满了]|挂[满了]|应有尽有|一应俱全|样样)"
)
_NOUNS = ("n", "nz", "s")


def find_asking_marks(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find ？ behind an indirect question, and ， for 、 before the last of a list."""
    words = text.text
    if text.field == "title":
        return
    if "？" in text.characters:
        for mark in islice(_MARK.finditer(words), _MOST):
            at = mark.start()
            if not _asks_nothing(words, at) or text.is_quoted(at) or text.is_name(at):
                continue
            message = "这句话没有发问，句末用句号，请把问号改为句号；是自问自答的请写明。"
            yield text.finding("punctuation", Level.WARNING, message, at, at + 1, "。")
    if "、" in text.characters:
        yield from _lists(reading, text)


def _asks_nothing(words: str, at: int) -> bool:
    """Say whether the mark ends an indirect question: 来问在哪里买的."""
    low = max(0, at - _LONG)
    match = _ASKED.search(words, low, at + 1)
    if not match or words.endswith(_END_ASKS, 0, at + 1) or words.startswith("是", at + 1):
        return False
    first = max(low, *(words.rfind(end, low, match.start()) + 1 for end in _SENTENCE_ENDS))
    return not _ASKS.search(words, first, match.start()) and not _REAL.search(words, first, at)


def _lists(reading: Reading, text: Text) -> Iterator[Finding]:
    tag_of = load_phrases(reading.reference.lists.phrases).tag_of
    for match in _GOES_ON.finditer(text.text):
        second, third = match["second"], match["third"]
        if not tag_of(second).startswith(_NOUNS) or text.is_name(match.start()):
            continue
        if not (tag_of(third).startswith(_NOUNS) or tag_of(third[1:]).startswith(_NOUNS)):
            continue
        message = "并列的词语之间用顿号，这里的逗号请改为“、”。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span("mark"), "、")
