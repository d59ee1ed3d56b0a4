"""What a figure, a unit and a small number are, for the rules that do sums."""

from __future__ import annotations

import re

# Start, end and what is wrong, and how the stretch is right where that can be worked out.
Fault = tuple[int, int, str] | tuple[int, int, str, str | None]
_DIGITS = {name: value for value, name in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "半": 0.5,
}
SMALL = r"(?:(?<!\d)\d{1,3}(?!\d)|[一二两三四五六七八九十]{1,2})"
UNIT = (
    r"(?:人次|户次|册次|台次|件次|场次|车次|辆次|班次|例次|万人次|万人|万元|平方米|公里|人|名|户|件|个|家|场|项|元|次|位|篇|张|台|套|份|"
    r"吨|辆|处|起|条|棵|株|只|把|盏|本|册|桶|斤|公斤|单|天|节|课时|小时|分钟|幢|栋|间|亩|盆|袋|箱|瓶|床|双|顶|面|幅|枚|封|艘|头|座|所|组|队|支|款|种|类|期|届|米|厘米|岁|票|分|度|里|秒)"
)
FIGURE = r"(?<![\d.])\d{1,9}(?:\.\d{1,3})?(?!\d)"
DATES = re.compile(
    r"\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年|\d{1,2}[日号点时:：]\d{0,2}|\d{1,3}周?岁|\d+号楼|\d+楼"
)


def value_of(number: str) -> float:
    """Return a number of one or two Han digits, or of Arabic ones."""
    if number.isdigit():
        return int(number)
    if len(number) == 1:
        return _DIGITS[number]
    if number.startswith("十"):
        return 10 + _DIGITS[number[1]]
    return _DIGITS[number[0]] * 10


def with_figure(match: re.Match[str], group: str, right: float, start: int | None = None) -> str:
    """Return the words from ``start`` to the match's end with its figure put right."""
    first, last = match.span(group)
    words = match.string
    return f"{words[match.start() if start is None else start : first]}{right:g}{words[last : match.end()]}"


def shares(words: str, start: int, end: int) -> bool:
    """Say whether what stands there is said to be a share itself: 9.9万元，正好占三成，…."""
    return "占" in words[start:end]
