"""Words of two and three characters with one of them mistaken: 尊守 for 遵守, 天花扳 for 天花板.

``slips.tsv`` has what usual words become so, where neither a dictionary nor a month of a paper
knows the result. It counts only where the text leaves the wrong character by itself at that place,
so that words which merely meet are spared. What this module never does: know other words than the table's.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.idioms import named_in
from pipeline.proof.phrases import load_phrases
from pipeline.proof.sliptable import load_index, load_slips

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_MOST = 5000  # of one text: hostile text has more
_PAIR = 2
_SHORT = 4  # characters on each side within quotes that make a name
_IN_SHORT_QUOTES = re.compile("“[^“”，。]*$")
_NAMES_END = (
    "社区", "小区", "村", "镇", "乡", "街", "路", "巷", "弄", "苑", "里", "桥", "新村", "花园", "公司", "店", "馆", "庙", "寺", "山", "江", "河",
    "湖", "岙", "女士", "先生", "师傅", "阿姨", "老师", "说", "、", "（",
)  # fmt: skip
_PLACES_END = frozenset("馆院寺桥祠坊庙塔阁楼亭堂殿宫庵")
_INSIDE = frozenset("里中上下内外前后旁边间")
_RESULTS = frozenset("成出到好完")  # 算成账, 搬出凳
_FRESH = frozenset("新老旧现初刚")
_OF_WHAT = ("的", "出的", "好的", "成的")
_NOUNS = ("n", "s", "f")  # jieba's tags of things and places
_VERBS = ("v", "p", "d")
_NAMES_REST = 2  # characters of a place's name behind a pair in it
_NAMES_BEGIN = (
    "老",
    "小",
    "阿",
    "姓",
    "叫",
    "镇",
    "乡",
    "村",
    "街道",
    "区",
    "县",
    "市",
    "“",
    "、",
    "员",
    "记",
    "任",
    "长",
    "少年",
    "岁的",
    "生",
)


def find_slips(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find the table's slips; nothing without a way to split words."""
    if reading.reference.split_known is None:
        return
    index, right, names = load_index(), load_slips(), named_in(text)
    for start, wrong in islice(index.find(text.text, reading.places(text)), _MOST):
        end = start + len(wrong)
        if wrong in reading.reference.lists.not_slips or wrong in names:
            continue
        if _may_be_a_name(reading, text, start, end) or _is_in_a_places_name(
            reading, text, start, end
        ):
            continue
        if _is_place_and_verb(reading, text, start, wrong, right[wrong]):
            continue
        if _is_result_or_fresh(reading, text, start, wrong):
            continue
        if _stands_apart(reading, text, start, right[wrong]):
            message = f"“{wrong}”疑为“{right[wrong]}”之误，请核对改正。"
            yield text.finding("confusable", Level.WARNING, message, start, end, right[wrong])


def _stands_apart(reading: Reading, text: Text, start: int, right: str) -> bool:
    """Say whether the character that differs is a word by itself; of two both have to be."""
    end = start + len(right)
    if len(right) == _PAIR:
        return len(reading.words_within(text, start, end)) == _PAIR
    at = next(at for at in range(start, end) if text.text[at] != right[at - start])
    return reading.stands_alone(text, start, end, at)


def _is_place_and_verb(reading: Reading, text: Text, start: int, wrong: str, right: str) -> bool:
    """Say whether a noun's 里 or 中 meets a verb: 微网格里|解民忧, 小区里|论长短."""
    if len(wrong) != _PAIR or wrong[0] not in _INSIDE or wrong[0] == right[0]:
        return False
    phrases = load_phrases(reading.reference.lists.phrases)
    if not phrases.tag_of(wrong[1]).startswith(_VERBS):
        return False
    before = [text.text[max(0, start - length) : start] for length in (1, _PAIR)]
    return any(phrases.tag_of(one).startswith(_NOUNS) for one in before)


def _is_result_or_fresh(reading: Reading, text: Text, start: int, wrong: str) -> bool:
    """Say whether a verb's 成 meets a noun (算成|账), or 新 a verb that goes on to 的 (新|酿的酒)."""
    if len(wrong) != _PAIR:
        return False
    tag_of = load_phrases(reading.reference.lists.phrases).tag_of
    if wrong[0] in _RESULTS:
        before = [text.text[max(0, start - length) : start] for length in (1, _PAIR)]
        return any(tag_of(one).startswith("v") for one in before)
    if wrong[0] in _FRESH and text.text.startswith(_OF_WHAT, start + _PAIR):
        return tag_of(wrong[1]).startswith("v")
    return False


def _may_be_a_name(reading: Reading, text: Text, start: int, end: int) -> bool:
    """Say whether the pair stands where names do, or is spoken of as a word."""
    if text.is_name(start) or text.is_mention(start, end) or text.is_address(start):
        return True
    words = text.text
    if (
        _IN_SHORT_QUOTES.search(words, max(0, start - _SHORT), start)
        and "”" in words[end : end + _SHORT]
    ):
        return True  # “烩声烩色” plays with a phrase
    if words[start - 1 : start].isdigit():
        return True  # 7日唱
    if words[start - 2 : start - 1] == words[start : start + 1]:
        return True  # 现抽现唱
    return words.startswith(_NAMES_END, end) or words.endswith(
        (*_NAMES_BEGIN, *reading.reference.lists.roles), 0, start
    )


def _is_in_a_places_name(reading: Reading, text: Text, start: int, end: int) -> bool:
    """Say whether a place's name ends here or a character or two behind: 慈|城校|士馆, 校|士馆.

    What ends it has to be a word by itself: 博物馆 behind a slip names nothing with it.
    """
    words = text.text
    if words[end - 1] in _PLACES_END and "一" <= words[start - 1 : start] <= "龥":
        return reading.words_within(text, start - 1, start) != []
    rest = words[end : end + _NAMES_REST]
    at = next((at for at, one in enumerate(rest) if one in _PLACES_END), None)
    return at is not None and not reading.begins_word(text, end, 0)
