"""The summary: whole sentences from the beginning of a text, none cut and none reworded.

What this module never does: choose by what a sentence is about; the lead of a news text says it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 120
"""Characters of a summary."""

_READ = 3000  # characters of a text in which sentences are looked for
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[”’」』）)]*|[^。！？!?\n]+|\n")
_ENDS = tuple("。！？!?”’」』）)")
_DAY = r"(?:昨[天日]|今[天日]|[日近]日|日前|近日|\d{1,2}月\d{1,2}日|\d{1,2}日)"
# How agencies and papers begin: 本报讯（记者 …）, 宁波晚报讯, 新华社宁波11月18日电, 记者从…获悉，
_OPENING = re.compile(
    r"^(?:[一-龥]{2,8}讯(?=[\s（(，,：:])|[一-龥]{2,10}\d{1,2}月\d{1,2}日(?:电|消息)(?=[\s（(，,：:])|"
    r"(?=[（(](?:本报|通讯员|记者)))"
    r"[\s，,：:]*(?:[（(][^）)]{0,60}[）)])?\s*|"
    rf"^(?:{_DAY}[，,]?)?记者{_DAY}?从[^，,。]{{2,20}}获悉[，,：:]?"
)
_LABEL = r"(?:记者|通讯员|来源|作者|编辑|责任编辑|图片?|文|文字|摄影?|供图|供稿|审核|校对)"
_CALL = r"(?:咨询|联系|报名|服务|监督|预约)?(?:电话|热线)|联系人"
# Lines that tell whose text it is or whom to call: 来源：…, （通讯员 李静）, 咨询电话：….
_ASIDE = re.compile(
    rf"(?:{_LABEL}|{_CALL})\s*[：:/／|].*|[（(]{_LABEL}[\s：:/／|].{{0,40}}[）)]", re.DOTALL
)
# What takes up the sentence before: without it, it hangs in the air.
_TAKES_UP = re.compile(
    r"(?:其中|此外|另外|为此|对此|据此|因此|所以|于是|同时|不过|但是?|而|而且|并且|随后|接着|之后|此后|"
    r"后来|然后|结果|[他她它](?!山|乡)|这|那|该|当时|如今|[一-龥]{1,4}[后之]，|[^，。]{0,8}也|第二)"
)


def get_summary(text: str) -> str:
    """Return at most 120 characters of whole sentences from the lead; "" when none is so short.

    Openings such as 记者从…获悉 and bylines are dropped; no sentence is ever cut or reworded. A
    sentence that takes up a longer one before it is taken only where nothing else is.
    """
    chosen, hanging, is_after_gap = "", "", False
    for sentence in _list_sentences(text[:_READ]):
        if len(chosen) + len(sentence) > LONGEST:
            if chosen:
                break
            is_after_gap = True
            continue
        if is_after_gap and not chosen and _TAKES_UP.match(sentence):
            hanging = hanging or sentence
            continue
        chosen += sentence
    return chosen or hanging


def _list_sentences(text: str) -> Iterator[str]:
    """Yield the sentences that tell something; what is quoted stays within its sentence."""
    held, is_first = "", True
    for match in _SENTENCE.finditer(text + "\n"):
        piece = match.group()
        if piece != "\n":
            held += piece
            if held.count("“") > held.count("”"):
                continue
        sentence, held = held.strip(), ""
        if sentence and not _ASIDE.fullmatch(sentence):
            if is_first:
                sentence = _OPENING.sub("", sentence, count=1)
            is_whole = sentence.count("“") == sentence.count("”")
            if sentence.endswith(_ENDS) and is_whole:
                yield sentence
            is_first = is_first and not sentence
