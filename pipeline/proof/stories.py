"""One story that contradicts itself: the same households, the same person, the title and its text.

Warnings only: what is surely the same thing is told by its words, and words may mislead.
What this module never does: compare different units, or different stories.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.chinese.numerals import read_number
from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

    Fault = tuple[int, int, str]

_HAN = "一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d{{1,6}}|[{_HAN}]{{1,7}})"
_ABOUT = "余多来几近约超"
_DWELLERS = "居民|住户|业主|人家|家庭"
_ALL_OF = lazy(rf"(?:共有|一共|总共|共)(?P<n>{_NUMBER})户(?P<who>{_DWELLERS})?")
_ALL_DO = lazy(
    rf"(?<![\d{_HAN}第])(?P<n>{_NUMBER})户(?P<who>{_DWELLERS})?(?:全部|全都|全体|一致|悉数|无一)(?!.{{0,4}}除外)"
)
_OF_THEM = lazy(r"(?<![\d第.])(?P<n>\d{2,4})(?P<unit>[名位])[一-龥]{1,6}?(?:里|中|当中)，")
_COUNTED = lazy(r"(?<![\d第.])(?P<n>\d{2,4})(?P<unit>[名位])")
_MEASURE = "件|只|棵|株|本|册|份|盏|幅|场|户|名|位|幢|套|辆|箱|袋"
_IN_TITLE = lazy(
    rf"(?<![第\d{_HAN}.近约超逾])(?P<n>{_NUMBER})(?P<unit>{_MEASURE})(?P<what>[一-龥]{{2}})"
)
_TOTAL = lazy(
    rf"(?:一共|总共|累计|合计|共)(?:收到|募集|捐出|捐赠|送出|发出|种下|展出|收集|征集|发放|制作|做了|完成|收|捐|有)了?(?P<n>{_NUMBER})(?P<unit>{_MEASURE})"
)
_AGED = lazy(
    r"(?<!\d)(?P<age>\d{1,3})(?:周)?岁的?(?P<name>[一-龥]{1,2}(?:阿姨|奶奶|爷爷|伯伯|大伯|大爷|大妈|大娘|婆婆|阿婆|阿公|叔叔|师傅|老师|老伯))"
)
_AGED_AGAIN = lazy(
    r"(?:(?P<name>[一-龥]{1,2}(?:阿姨|奶奶|爷爷|伯伯|大伯|大爷|大妈|大娘|婆婆|阿婆|阿公|叔叔|师傅|老师|老伯))今年"
    r"|(?:今年)?(?:已经?|也已)?)(?<!\d)(?P<age>\d{1,3})(?:周)?岁(?:的(?P<he>[他她])|了?(?=[，。]))"
)
_THEN = lazy(r"年前|那年|那时|当年|时|虚岁|后来|到了|再过|属")
_TWO = 2  # ages of which one can contradict the other
_MOST = 40  # figures of one text: hostile text has more
_SIMILAR = 0.3  # of a number, by which a slip goes astray
_APART = 15  # years: then another person is meant
_ROUNDED = 0.15  # of a number, that a title may round


def find_contradictions(text: Text) -> Iterator[Finding]:
    """Yield figures of one text that contradict those of the same text, or its title's."""
    if text.item is None:
        return
    if text.field == "text":
        for find in (_households, _members, _ages):
            for start, end, message in find(text.text):
                yield text.finding("count-mismatch", Level.WARNING, message, start, end)
    if text.field == "text" and text.item.title:
        for start, end, message in _titled(text.item.title, text.text):
            yield text.finding("count-mismatch", Level.WARNING, message, start, end)


def _households(words: str) -> Iterator[Fault]:
    """Yield 共有12户居民 … 13户居民全部签字."""
    if "户" not in words:
        return
    totals = [match for match in _ALL_OF.finditer(words) if not _is_rough(words, match)]
    if len({match["n"] for match in totals}) != 1:
        return
    total = _worth(totals[0]["n"])
    for match in _ALL_DO.finditer(words, totals[0].end()):
        said = _worth(match["n"])
        if said != total and abs(said - total) <= max(1, total * _SIMILAR):
            message = f"前面说共有{totals[0]['n']}户，这里说{match['n']}户都如此，请核对。"
            yield *match.span(), message


def _members(words: str) -> Iterator[Fault]:
    """Yield 86名居民上台 … 96名演员里，有一半…: the only two such numbers, one digit apart."""
    if "里，" not in words and "中，" not in words:
        return
    again = list(islice(_OF_THEM.finditer(words), _MOST))
    counted = list(islice(_COUNTED.finditer(words), _MOST)) if again else []
    for match in again:
        others = [one for one in counted if one["unit"] == match["unit"] and one["n"] != match["n"]]
        if len({one["n"] for one in others}) != 1 or others[0].start() > match.start():
            continue
        other = others[0]["n"]
        alike = len(other) == len(match["n"])
        if alike and sum(a != b for a, b in zip(other, match["n"], strict=True)) == 1:
            unit = match["unit"]
            message = f"前面是{other}{unit}，这里是{match['n']}{unit}，是不是同一批人？请核对。"
            yield *match.span(), message


def _ages(words: str) -> Iterator[Fault]:
    """Yield 75岁的应伯伯 … 已经73岁的他."""
    if words.count("岁") < _TWO:
        return
    told = list(islice(_AGED.finditer(words), _MOST))
    names = {match["name"] for match in told}
    if not told:
        return
    for match in islice(_AGED_AGAIN.finditer(words, told[0].end()), _MOST):
        if not (match["name"] or match["he"]):
            continue
        before = [one for one in told if one.end() <= match.start()]
        if not before or (match["name"] and match["name"] not in names):
            continue
        one = next((a for a in reversed(before) if match["name"] in {None, a["name"]}), None)
        if one is None or (match["he"] and len(names) > 1):
            continue
        off = abs(int(one["age"]) - int(match["age"]))
        if 0 < off <= _APART and not _THEN.search(
            words, max(0, match.start() - 10), match.end() + 4
        ):
            message = f"前面说{one['name']}{one['age']}岁，这里是{match['age']}岁，请核对。"
            yield *match.span(), message


def _titled(title: str, words: str) -> Iterator[Fault]:
    """Yield a total that is another than the title's: 五百件冬衣 … 共收到800件."""
    for match in islice(_IN_TITLE.finditer(title), 3):
        unit, said = match["unit"], _worth(match["n"])
        if said < 10:  # noqa: PLR2004 - few things are not what the story's total counts
            continue
        totals = [one for one in _TOTAL.finditer(words) if one["unit"] == unit]
        numbers = {
            _worth(one["n"]) for one in re.finditer(rf"(?P<n>{_NUMBER})[{_ABOUT}]?{unit}", words)
        }
        if len(totals) != 1 or any(abs(one - said) <= said * _ROUNDED for one in numbers):
            continue
        if len(numbers) == 1 and not _is_rough(words, totals[0]):
            message = f"标题写的是{match['n']}{unit}，这里是{totals[0]['n']}{unit}，请核对。"
            yield *totals[0].span(), message


def _worth(number: str) -> int:
    """Return the number of 512, 五百, 三百二十; -1 for what is none."""
    worth = 0
    for mark, value in (("千", 1000), ("百", 100)):
        before, found, after = number.partition(mark)
        if found:
            worth += max(read_number(before), 0) * value
            number = after.removeprefix("零")
    rest = read_number(number) if number else 0
    return worth + rest if rest >= 0 else -1


def _is_rough(words: str, match: re.Match[str]) -> bool:
    last = match.end("n")
    return words[last : last + 1] in _ABOUT or words[match.start("n") - 1] in _ABOUT
