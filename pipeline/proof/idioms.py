"""Fixed phrases with one wrong character: 杯水车新 for 杯水车薪.

A slip sounds or looks like what was meant, and leaves characters that make no ordinary words. What
plays with a phrase on purpose stands in quotes or is a name, and is spared. What this module never
does: know the phrases.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.phrases import LENGTH, load_phrases, load_sounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.phrases import Near, Phrases
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_NUMERALS = frozenset("零一二三四五六七八九十百千万亿两半几数")
_NAMES = ("路", "街", "巷", "弄", "村", "社区", "小区", "苑", "新村", "店", "馆", "公司", "餐厅")
_OFTEN = 20  # occurrences of a phrase that outweigh an ordinary word in the slip: 谈笑|风声
_SELDOM = 4  # occurrences below which a word is no ordinary one: 膏盲
_MOST = 20_000  # phrases looked at in one text: two million characters of a paper have as many
_NAMED = re.compile(r"《[^《》\n]{4,30}》|“[^“”\n]{4,12}”")
_PAIR, _LONG = 2, 3


def find_wrong_phrases(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find four characters that are a fixed phrase but for one; nothing without a way to split."""
    if reading.reference.split_known is None or len(text.text) < LENGTH:
        return
    if sum("一" <= one <= "龥" for one in text.characters) < _PAIR:
        return  # 1,1,1, and the like
    named = named_in(text)
    phrases = load_phrases(reading.reference.lists.phrases)
    found: dict[int, dict[str, Near]] = {}
    for near in islice(phrases.find(text.text), _MOST):
        if _is_slip(reading, text, near, phrases):
            found.setdefault(near.start, {})[near.right] = near
    reached = 0
    for start, choices in sorted(found.items()):
        best = _choose(text, choices)
        if best and start >= reached and text.text[start : start + LENGTH] not in named:
            reached = end = start + LENGTH
            wrong = text.text[start:end]
            message = f"“{wrong}”疑为“{best.right}”之误，请核对改正。"
            yield text.finding("confusable", Level.WARNING, message, start, end, best.right)


def _is_slip(reading: Reading, text: Text, near: Near, phrases: Phrases) -> bool:
    """Say whether the stretch is the phrase with a slip, and not words that only meet."""
    start, end = near.start, near.start + LENGTH
    stretch = text.text[start:end]
    wrong, right = stretch[near.at], near.right[near.at]
    if not _may_be_mistaken(reading, wrong, right) or stretch in reading.reference.lists.not_slips:
        return False
    if text.is_name(start) or text.is_mention(start, end) or text.text.startswith(_NAMES, end):
        return False
    words = reading.words_within(text, start, end)
    return bool(words) and _are_no_words(words, near, wrong, phrases)


def _may_be_mistaken(reading: Reading, wrong: str, right: str) -> bool:
    """Say whether the two characters sound or look alike."""
    if not "一" <= wrong <= "龥" or {wrong, right} <= _NUMERALS:
        return False
    looks = frozenset((wrong, right)) in reading.reference.lists.lookalikes
    return looks or load_sounds().nearly_agree(wrong, right)


def _are_no_words(words: list[str], near: Near, wrong: str, phrases: Phrases) -> bool:
    """Say whether the words that a stretch falls into are less than the phrase."""
    sounds, right = load_sounds(), near.right[near.at]
    is_syllable = sounds.agree_but_tone(wrong, right)
    if len(words) == 1:
        return is_syllable and phrases.is_slip_for(words[0], near.right)
    if max(map(len, words)) >= _LONG:
        return False  # 计算机|和, 在|进一步
    reached = 0
    for word in words:
        reached += len(word)
        if near.at < reached:
            break
    if len(word) == 1 or phrases.how_often(word) < _SELDOM:
        return is_syllable or near.is_idiom
    firm = len(words) > _PAIR or sounds.agree(wrong, right)
    return firm and near.is_idiom and near.occurs >= _OFTEN


def named_in(text: Text) -> str:
    """Return all names that the item gives in 《》 and “”: a title may say them without."""
    if text.item is None or text.field == "text":
        return ""
    return "\n".join(_NAMED.findall(text.item.text))


def _choose(text: Text, choices: dict[str, Near]) -> Near | None:
    """Return the phrase that was meant; None when two may have been."""
    if len(choices) > 1:
        sounds = load_sounds()
        alike = [
            near
            for near in choices.values()
            if sounds.agree(text.text[near.start + near.at], near.right[near.at])
        ]
        return alike[0] if len(alike) == 1 else None
    return next(iter(choices.values()))
