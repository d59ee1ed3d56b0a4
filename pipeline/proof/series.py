"""What is counted over several sentences, and pairs that have to be of one length.

三件事。一是…二是… says three and gives two; 甲、乙、丙分别获得一、二等奖 leaves one without. What this
module never does: look at a list within one sentence, which `counts` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy, tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_DIGITS = {name: value for value, name in enumerate("零一二三四五六七八九十")} | {"两": 2}
_CIRCLED = {chr(ord("①") + at): at + 1 for at in range(10)}
_ORDER = {"首先": 1, "其次": 2, "再次": 3, "最后": 9}
_NUMBER = r"(?:[0-9]{1,2}|[二三四五六七八九十两])"
_PLACES = "社区|小区|村|街道|县|区|市|孩子|老人|人|家庭|单位|部门|班|点"  # no series tells them
_THING = (
    rf"(?:件|项|点|条|步|招|处|样|道|关|类|种|个(?!月|小时|半|多|百分|[^，。；：\n]{{0,4}}(?:{_PLACES}))"
    r"|大(?=[一-龥])|方面|环节|阶段|把|本|门)"
)
_STATED = lazy(
    rf"(?<![第\d.十百千万几数每这那前后头另])(?P<n>{_NUMBER}){_THING}(?!的)(?P<noun>[^，。；：！？、\n\d]{{0,12}})"
)
_BEFORE = r"(?:^|(?<=[。；，：！？\n、（—…”\s]))"
_MARK = lazy(
    _BEFORE
    + r"(?:(?P<is>[一二三四五六七八九十])(?=[是要来]|则是)|其(?P<qi>[一二三四五六七八九十])(?=[，、：是])"
    r"|第(?P<nth>[一二三四五六七八九十])(?:[件项点条步招处样道类种个]|方面)?(?=[，、：是就])"
    r"|(?P<circled>[①-⑩])|（(?P<braced>[一二三四五六七八九十])）|(?P<line>[1-9])[.．、]\s?(?=[一-龥“])"
    r"|(?P<label>[1-9])(?=号[线楼院门库])"
    r"|(?P<order>首先|其次|再次|最后)(?!一[次个天排]))"
)
_MAY_BE_MARK = lazy(
    r"[一二三四五六七八九十其第①-⑩（1-9首再最](?<![^。；，：！？\n、（—…”\s].)"
)  # where one may begin
_GAP = 40  # characters between the number and the first mark
_ITEM = 600  # characters from one mark to the next
_MOST_APART = 3  # a series that is further off is another's
_FEWEST = 2
_MOST_MARKS = 40  # of all kinds that are looked through for the next of one
_MOST = 20_000  # marks of one text: hostile text has more
_LAST = 9  # 最后 closes a series whatever its number
_ALSO = lazy("然后|接着|随后|再者|此外|另外|还有|同时|第[三四五]|再就是")
_OPEN = ("……", "…", "等等")

_PAIRED = lazy(
    r"(?P<way>分别|依次)(?:被)?(?P<verb>获得|荣获|夺得|摘得|捧得|斩获|获|得到|得了|得|拿下|拿到|为|是|叫做|名叫|叫|达到|达|"
    r"饰演|扮演|出演|讲述|负责|承担|认领|印着|画着|写着|刻着|标着|贴着|挂着|绣着|装着|种着|放着|摆着|住着|毕业于|住在|从事|主讲|展示|介绍|代表|面向|针对|对应|唱了?|演了?|送了?|"
    r"担任|当选为|当选|任|来自|位于|占(?!到)|排在|排名|位列|列|评为|命名为|定在|定于|设在|售价|增长|增加|下降|减少|上涨|提高)"
    r"(?P<right>[^，。；：！？\n]{2,60})"
)
_LEFT = 80  # characters that the first of the pair may take
_ENDS = lazy(r"[，。；：！？\n（）]")
_GOES_ON = lazy(r"[，；][^，。；！？、\n]{1,30}、")  # the list, behind the mark
_OPEN_LIST = lazy(r"等(?![奖级次品功座舱第])|……|之一")
_ENDS_COUNTED = lazy(
    rf"(?<![第\d.十百千万])(?P<n>{_NUMBER})(?:个?[人名位个家支队组项类种户所座]|个[一-龥]{{2,4}})[一-龥]{{0,2}}$"
)


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    kind: str
    value: int


def find_wrong_series(text: Text) -> Iterator[Finding]:
    """Find a number of things and a numbered series behind it that has more or fewer."""
    there = text.characters
    if there.isdisjoint("一首①（1") or there.isdisjoint("是要来其第①（.．、首号"):
        return
    starts = (one.start() for one in _MAY_BE_MARK.finditer(text.text))
    marks = [_read(match) for match in islice(tried(_MARK, text.text, starts), _MOST)]
    reached = -1
    for at, first in enumerate(marks):
        if first.value == 1 and first.start >= reached:
            series = _follow(marks, at)
            reached = series[-1].end
            yield from _judge(text, series)


def _read(match: re.Match[str]) -> _Mark:
    kind = match.lastgroup or ""
    word = match[kind]
    tables = {"circled": _CIRCLED, "order": _ORDER}
    value = int(word) if word.isascii() else tables.get(kind, _DIGITS)[word]
    return _Mark(match.start(), match.end(), kind, value)


def _follow(marks: list[_Mark], at: int) -> list[_Mark]:
    """Return the marks of one kind that go on from the first; a lower one begins another."""
    series = [marks[at]]
    for mark in marks[at + 1 : at + 1 + _MOST_MARKS]:
        if mark.start - series[-1].start > _ITEM:
            break
        if mark.kind == series[-1].kind:
            if mark.value <= series[-1].value:
                break
            series.append(mark)
            if mark.value == _LAST and mark.kind == "order":
                break
    return series


def _judge(text: Text, series: list[_Mark]) -> Iterator[Finding]:
    if len(series) < _FEWEST:
        return
    first, last = series[0], series[-1]
    is_order = first.kind == "order"
    if not is_order and last.value != len(series):
        gap = next(at for at, mark in enumerate(series, 1) if mark.value != at)
        mark = series[gap - 1]
        message = f"序号不连贯：第{gap}项写成了第{mark.value}项，请核对是漏了一项还是序号有误。"
        yield text.finding("count-mismatch", Level.ERROR, message, mark.start, mark.end)
        return
    stated = _stated_before(text.text, first.start)
    if stated is None:
        return
    said, listed = _value(stated["n"]), len(series)
    between = text.text[first.start : last.end]
    is_closed = not is_order or (last.value == _LAST and not _ALSO.search(between))
    is_whole = text.field == "text" and not text.text.rstrip().endswith(_OPEN)
    if listed < said and not (is_closed and is_whole):
        return  # an excerpt, or told without an end
    if listed != said and abs(listed - said) <= _MOST_APART:
        message = f"文中写{said}项，后面列出的有{listed}项，请核对数目或补全内容。"
        start, end = stated.start("n"), stated.end()
        yield text.finding("count-mismatch", Level.ERROR, message, start, end)


def _stated_before(text: str, end: int) -> re.Match[str] | None:
    """Return the last number of things in the characters before the series."""
    found = None
    for match in _STATED.finditer(text, max(0, end - _GAP), end):
        if _value(match["n"]) >= _FEWEST:
            found = match
    if found is None or text[found.end() : end].count("。") > 1:
        return None
    return found


_TWO_KINDS = lazy(
    r"[\d一二两三四五六七八九十][个名位家][^，。；、]{1,8}[、和与及][\d一二两三四五六七八九十]{1,3}[个名位家]"
)


def find_uneven_pairs(text: Text, read: Callable[[str], set[int]]) -> Iterator[Finding]:
    """Find 分别 and 依次 between lists of different lengths; ``read`` counts a list's things."""
    if "分别" not in text.text and "依次" not in text.text:
        return
    for match in _PAIRED.finditer(text.text):
        left = _left_of(text.text, match.start())
        right = match["right"]
        if "、" not in left + right or _OPEN_LIST.search(left) or _OPEN_LIST.search(right):
            continue
        if _TWO_KINDS.search(left):
            continue  # 三个集体、两名个人，分别是…: five in all
        counted = _ENDS_COUNTED.search(left.rstrip("，"))
        if counted:
            ones = {_value(counted["n"])}
        elif re.search("[、和与及]", left):
            ones = read(left)
        else:
            continue
        others = read(right)
        if min(ones) < _FEWEST or max(others) < _FEWEST or ones & others:
            continue
        if max(others) < min(ones) and _GOES_ON.match(text.text, match.end()):
            continue
        nearest = min(abs(one - other) for one in ones for other in others)
        if nearest <= _MOST_APART:
            start = match.start() - len(left)
            message = (
                f"“{match['way']}”前面是{max(ones)}项，后面是{max(others)}项，"
                "前后要一一对应，请核对。"
            )
            yield text.finding("count-mismatch", Level.ERROR, message, start, match.end())


def _left_of(text: str, end: int) -> str:
    window = text[max(0, end - _LEFT) : end]
    body = window.removesuffix("，")
    breaks = list(_ENDS.finditer(body))
    return window[breaks[-1].end() :] if breaks else window


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _DIGITS[number]
