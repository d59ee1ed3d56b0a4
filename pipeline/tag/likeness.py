"""Whether two texts tell the same news: cut, retitled, reordered, in Traditional or other numerals.

A reprint's sentences stand in the other text. Three things look like that and are none: a follow-up
that repeats its background, a notice with another place or day in it, and last month's figures in
this month's words. What this module never does: look for the pairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.chinese.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Iterator

SAME = 0.62
"""Share of the shorter text's sentences that stand in the longer one: then it is a reprint."""

_LIKELY = 0.45  # the same, where each text's opening stands in the other one too
_CERTAIN = 0.8  # and where neither's does: a follow-up opens with its own news
_COVERED = 0.5  # share of a sentence's 3-grams that the other text has
_ALIGNED = 0.45  # the same, of one sentence and another
_FIGURES = 3  # figures that differ within sentences that are alike
_PEOPLE = 2
_NAME = 12  # characters of a name at the most
_LEAD = 60  # characters that open a text
_NOISE = re.compile(r"[^0-9A-Za-z一-龥]+")
_WIDE = str.maketrans(
    "０１２３４５６７８９〇两：ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    "012345678902:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
)
_DIGITS = {"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMERAL = re.compile(
    r"[零一二三四五六七八九十百千万]{2,}|[一二三四五六七八九十](?=[月日号点时周])"
)
_ADDED = re.compile(  # what an outlet adds to a reprint
    r"【[^】]{0,12}】|"
    r"^(?:编者按|原标题|来源|稿源|作者|责任编辑|编辑|综合自|转自|本文来源|图源)[：: ]?.{0,40}$|"
    r"^综合自.{0,40}$|[（(](?:来源|稿源|原载|转自|记者|通讯员|编辑|责编|据)[^（）()]{0,40}[）)]|"
    r"^[^。！？]{0,12}(?:讯|消息|电)[ 　]?[（(][^（）()]{0,40}[）)]",
    re.MULTILINE,
)
_STOPS = re.compile(r"[。！？!?；;\n]+")
_DATE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号]")
_HOUR = re.compile(r"(\d{1,2})(?:点|时(?!候|间|装|尚)|:)(\d{1,2}|半)?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([1-6一二三四五六日天末])")
_AFTER_PLACE = re.compile(
    r"^[一-龥]{0,2}?(?:社区|街道|小区|新村|村|镇|乡|区|县|苑|公园|广场|学校|小学|中学|路|河|桥|文化礼堂)"
)
_AFTER_PERSON = re.compile(
    r"^[一-龥]?(?:师傅|阿姨|大爷|大妈|大伯|奶奶|爷爷|老师|书记|主任|女士|先生|老伯|阿婆|阿公|医生|警官|经理)"
)
_SOME = frozenset("我本该各全此其某同") | {"这个", "那个", "同一", "我们"}  # 本社区, 该村: no names
_RELATIVE = re.compile(
    r"今天|昨天|前天|明天|日前|近日|今日|昨日|上午|下午|晚上|当天|上周|本周|这周"
)


@dataclass(frozen=True)
class Told:
    """A text as it is compared."""

    text: str

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences, without what outlets add; Simplified, Arabic numerals, no punctuation."""
        kept = _ADDED.sub("", _plain(self.text)) or _plain(self.text)
        found = (re.sub(r"[^0-9A-Za-z一-龥:]+", "", one) for one in _STOPS.split(kept))
        return tuple(one for one in found if len(one) > 2)  # noqa: PLR2004 - a 3-gram

    @cached_property
    def grams(self) -> frozenset[str]:
        """The 3-grams of the sentences."""
        return frozenset(gram for one in self.sentences for gram in _grams(one))

    @cached_property
    def length(self) -> int:
        """Characters of the sentences."""
        return sum(map(len, self.sentences))


@dataclass(slots=True)
class Likeness:
    """How two texts are alike."""

    share: float  # of the shorter text's characters, in sentences that the longer one has
    part: float  # of the longer text that this is
    differ: bool = False  # alike, but of another place, day, person or of other figures
    openings: int = 0  # texts (of the two) whose opening stands in the other
    reasons: list[str] = field(default_factory=list)  # what differs

    @property
    def same(self) -> bool:
        """Whether they tell the same news."""
        return not self.differ and self.share >= (_CERTAIN, SAME, _LIKELY)[self.openings]


def compare(one: Told, other: Told) -> Likeness:
    """Return how alike two texts are, whichever is the longer one."""
    short, long = sorted((one, other), key=lambda told: told.length)
    covered = [line for line in short.sentences if _covered(line, long) >= _COVERED]
    shared = sum(map(len, covered))
    found = Likeness(shared / (short.length or 1), shared / (long.length or 1))
    if found.share < _LIKELY:
        return found
    found.openings = _opens(short, long) + _opens(long, short)
    found.reasons = list(_conflicts(covered, long))
    kinds = [reason.partition(" ")[0] for reason in found.reasons]
    found.differ = (
        "place" in kinds
        or "day" in kinds
        or kinds.count("person") >= _PEOPLE
        or kinds.count("figure") >= _FIGURES
        or (kinds.count("figure") > 1 and kinds.count("figure") >= _figures(covered) / 2)
    )
    return found


def plain(text: str) -> str:
    """Return the text as it is indexed: Simplified, Arabic numerals, letters and digits alone."""
    return _NOISE.sub("", _plain(text))


def _plain(text: str) -> str:
    return _NUMERAL.sub(_arabic, simplify(text).translate(_WIDE))


def _arabic(match: re.Match[str]) -> str:
    said = match[0]
    if not any(one in _TENS for one in said):
        return "".join(str(_DIGITS[one]) for one in said)
    if said[0] in "百千万":  # 千万: no figure
        return said
    whole = part = digit = 0
    for one in said:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one == "万":
            whole, part, digit = (whole + part + digit) * 10_000, 0, 0
        else:
            part += (digit or 1) * _TENS[one]
            digit = 0
    return str(whole + part + digit)


def _grams(line: str) -> set[str]:
    return {line[at : at + 3] for at in range(len(line) - 2)}


def _figures(lines: list[str]) -> int:
    return sum(len(re.findall(r"\d+", line)) for line in lines)


def _covered(line: str, told: Told) -> float:
    grams = _grams(line)
    return len(grams & told.grams) / len(grams) if grams else 0.0


def _opens(one: Told, other: Told) -> bool:
    """Say whether the opening of one text stands in the other."""
    length = 0
    covered = 0.0
    for line in one.sentences:
        length += len(line)
        covered += len(line) * (_covered(line, other) >= _COVERED)
        if length >= _LEAD:
            break
    return covered >= length / 2


def _conflicts(lines: list[str], long: Told) -> Iterator[str]:
    """Yield what differs between sentences that are otherwise alike."""
    known = [(line, _grams(line)) for line in long.sentences]
    for line in lines:
        grams = _grams(line)
        best, twin = max(
            ((len(grams & others) / min(len(grams), len(others)), twin) for twin, others in known),
            default=(0.0, ""),
        )
        if best < _ALIGNED or twin == line:
            continue
        yield from _days(line, twin)
        yield from _names(line, twin)


def _days(line: str, twin: str) -> Iterator[str]:
    for kind, pattern in (("day", _DATE), ("day", _WEEKDAY), ("day", _HOUR)):
        left, right = (
            {tuple(part or "" for part in found.groups()) for found in pattern.finditer(text)}
            for text in (line, twin)
        )
        if left and right and not any(_agree(a, b) for a in left for b in right):
            yield f"{kind} {left} {right}"


def _agree(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Say whether two dates or times are one; what one of them leaves out is no contradiction."""
    return all(not a or not b or a == b for a, b in zip(left, right, strict=True))


def _names(line: str, twin: str) -> Iterator[str]:
    """Yield the names and figures that stand for each other in two sentences that are alike."""
    for a, b, c, d in _changes(line, twin):
        left, right = line[a:b], twin[c:d]
        if not left or not right or max(len(left), len(right)) > _NAME:
            continue
        if _RELATIVE.search(left) or _RELATIVE.search(right):
            continue
        if left[0].isdigit() or right[0].isdigit():
            day = _is_day(line, b) or _is_day(twin, d)  # told as a day
            if not day and left[0].isdigit() and right[0].isdigit():
                yield f"figure {left} {right}"
        elif left not in _SOME and right not in _SOME:
            for kind, after in (("place", _AFTER_PLACE), ("person", _AFTER_PERSON)):
                if after.match(line[b:]) and after.match(twin[d:]):
                    yield f"{kind} {left} {right}"
                    break
                if after.search(left[1:]) and after.search(right[1:]):
                    yield f"{kind} {left} {right}"
                    break


def _changes(line: str, twin: str) -> list[tuple[int, int, int, int]]:
    """Return the stretches that differ; one character alike between two of them is chance."""
    found: list[tuple[int, int, int, int]] = []
    matcher = SequenceMatcher(None, line, twin, autojunk=False)
    for step, a, b, c, d in matcher.get_opcodes():
        if step == "equal":
            continue
        if found and a - found[-1][1] <= 1:
            found[-1] = (found[-1][0], b, found[-1][2], d)
        else:
            found.append((a, b, c, d))
    return found


def _is_day(text: str, end: int) -> bool:
    """Say whether the digits that end here belong to a date or a time."""
    return bool(re.match(r"\d*(?:[日号月点:]|时(?!候|间))", text[end:]))
