"""Words: what is written wrong, and what a newsroom does not print."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.frames import find_wrong_in_frames
from pipeline.proof.idioms import find_wrong_phrases
from pipeline.proof.lazy import lazy
from pipeline.proof.lines import find_wrong_lines, line_pairs
from pipeline.proof.particles import find_wrong_particles
from pipeline.proof.rule import Rule
from pipeline.proof.slips import find_slips
from pipeline.proof.smallwords import find_wrong_small_words

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from pipeline.model import Finding
    from pipeline.proof.lists import AvoidedWord, Lists
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_MOST = 5000  # words in one text: hostile text has more
_SHORT = 3  # characters up to which a word may be two others by chance
_NEAR = 12  # characters before and after a word in which its companions count
_POSTS = ("书记", "主任", "局长", "镇长", "区长", "市长", "处长", "街道", "社区", "区委", "市委")
_LONGEST_POST = 8  # characters of one that may reach over the edge of what is near
_TWO_SENTENCES = 300  # characters, on each side, in which a leader is looked for
_SCOPE = 10  # characters before 最 in which the scope is looked for
_CLAUSE_END = lazy("[，。！？；：\n]")
_ENDS = "。！？\n"


def find_wrong_words(reading: Reading) -> Iterator[Finding]:
    """Find the words of confusable.yaml, and words and phrases with one wrong character."""
    for text in reading.texts:
        said: set[int] = set()  # characters of which the list has spoken
        for one in islice(_find_listed(reading, text), _MOST):
            said.update(range(one.start, one.end))
            yield one
        for find in (
            find_wrong_lines,
            find_wrong_phrases,
            find_slips,
            find_wrong_particles,
            find_wrong_small_words,
            find_wrong_in_frames,
        ):
            for one in find(reading, text):
                if said.isdisjoint(range(one.start, one.end)):
                    said.update(range(one.start, one.end))
                    yield one


def _find_listed(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find the words of confusable.yaml, except within the longer words named there."""
    index, words = reading.reference.lists.confusable_words
    for start, wrong in index.find(text.text, reading.places(text)):
        word, end = words[wrong], start + len(wrong)
        if _is_part(text.text, start, wrong, word.unless):
            continue
        if text.is_address(start) or text.is_mention(start, end):
            continue
        if word.first and start and "一" <= text.text[start - 1] <= "龥":
            continue
        if reading.is_slip(text, start, end):
            message = f"“{wrong}”是误写，请改为“{word.right}”。"
            yield text.finding("confusable", Level.WARNING, message, start, end, word.right)


def find_avoided_words(reading: Reading) -> Iterator[Finding]:
    """Find the words of wording.yaml; names in 《》, prizes and other people's words keep theirs."""
    lists = reading.reference.lists
    index, words = lists.wording_words
    for text in reading.texts:
        there = index.find(text.text, reading.places(text))
        found = [((start, start + len(word)), words[word]) for start, word in there]
        for (start, end), word in found:
            if text.is_name(start) or _is_part(text.text, start, word.word, word.unless):
                continue
            if word.rank and _speaks_of_leaders(lists, text, start, end):
                continue
            if not word.spoken and text.is_speech(start) and not text.is_sign(start):
                continue
            if word.near and not _stands_near(lists, text.text, start, end, word.near):
                continue
            if _names_a_prize(text.text, end) and "最" in word.word:
                continue
            if len(word.word) <= _SHORT and not reading.is_word(text, start, end):
                continue
            instead, advice = _advise(lists, text, start, word)
            message = f"慎用“{word.word}”：{word.why}，{advice}"
            yield text.finding("wording", Level.WARNING, message, start, end, instead)
        if "最" in text.characters:
            yield from _superlatives(text, lists, [span for span, _ in found])


def _advise(lists: Lists, text: Text, start: int, word: AvoidedWord) -> tuple[str | None, str]:
    """Return what to write instead, None if that cannot be told, and the advice in words."""
    if word.word.startswith("最") and _speaks_of_a_scope(lists, text.text, start):
        return None, "只删“最”字仍是没有依据的说法：请写明依据或改写。"
    if word.instead and _is_sure_of_rank(lists, text, start, word):
        return word.instead, f"建议改为“{word.instead}”。"
    return None, "请改写或删去。"


def _is_sure_of_rank(lists: Lists, text: Text, start: int, word: AvoidedWord) -> bool:
    """Say whether a word that goes by rank stands behind a cadre's post; others need none."""
    return not word.rank or _stands_near(lists, text.text, start, start, word.near or _POSTS)


def _speaks_of_a_scope(lists: Lists, text: str, start: int) -> bool:
    """Say whether the clause compares with a whole country or trade: 在全国是最先进的."""
    before = _CLAUSE_END.split(text[max(0, start - _SCOPE) : start])[-1]
    return any(one in before for one in lists.superlatives.scopes)


def _superlatives(text: Text, lists: Lists, said: list[tuple[int, int]]) -> Iterator[Finding]:
    """Find 全市最大, 国内最先进: praise over a whole scope, which needs a source."""
    for match in lists.superlative_pattern.finditer(text.text):
        start, end = match.span()
        if text.is_name(start) or text.is_speech(start) or _names_a_prize(text.text, end):
            continue
        if text.text[end : end + 4].startswith(("家庭", "的人", "之家", "乡村")):
            continue
        if not any(start < other_end and other < end for other, other_end in said):
            message = f"慎用“{match.group()}”：{lists.superlatives.why}，请写明依据或改写。"
            yield text.finding("wording", Level.WARNING, message, start, end)


def _is_part(text: str, start: int, word: str, longer: Sequence[str]) -> bool:
    """Say whether the word at ``start`` is part of one of the longer words."""
    for one in longer:
        offset = one.find(word)
        while offset >= 0:
            if start >= offset and text.startswith(one, start - offset):
                return True
            offset = one.find(word, offset + 1)
    return False


def _stands_near(lists: Lists, text: str, start: int, end: int, words: Sequence[str]) -> bool:
    """Say whether one of the words stands near, and not as part of 总书记 or 国家主席."""
    low = max(0, start - _NEAR - _LONGEST_POST)
    before = lists.leader_pattern.sub(_blank, text[low:start])[-_NEAR:]
    after = lists.leader_pattern.sub(_blank, text[end : end + _NEAR + _LONGEST_POST])[:_NEAR]
    return any(one in before or one in after for one in words)


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match.group())


def _speaks_of_leaders(lists: Lists, text: Text, start: int, end: int) -> bool:
    """Say whether the sentence, the one before it or the title names a leader of the country."""
    words = text.text
    low = max(0, start - _TWO_SENTENCES)
    first = start
    for _ in range(2):
        first = max(words.rfind(mark, low, max(low, first - 1)) for mark in _ENDS) + 1
    ends = [at for mark in _ENDS if (at := words.find(mark, end, end + _TWO_SENTENCES)) >= 0]
    last = min(ends, default=end + _TWO_SENTENCES)
    if lists.leader_pattern.search(words, max(first, low), last):
        return True
    return text.item is not None and bool(lists.leader_pattern.search(text.item.title))


def _names_a_prize(text: str, end: int) -> bool:
    follows = text[end : end + 8]
    return "奖" in follows or "称号" in follows


RULES = (
    Rule(
        "confusable",
        "W",
        "常见错别字",
        "词语写成了形近、音近的误字，“的、地、得”“己、已”“即、既”用错，名句引错一字，或重了一个字，按提示改正；词表可以增删。",
        "《现代汉语词典》《通用规范汉字表》；词表 confusable.yaml",
        "社区给老人按装了扶手。",
        "社区给老人安装了扶手。",
        find_wrong_words,
        line_pairs(),
    ),
    Rule(
        "wording",
        "W",
        "慎用词",
        "绝对化、歧视性或不规范的说法，改写或说明依据；词表可以增删。",
        "《广告法》第九条、新闻报道禁用慎用词的通行规定；词表 wording.yaml",
        "这是全市最先进的食堂。",
        "这是全市较早开办的食堂。",
        find_avoided_words,
    ),
)
