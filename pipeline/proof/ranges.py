"""Two figures that do not make a range: 18岁以上60岁以上, 6500元至4500元不等, 7米拓宽到9平方米.

What this module never does: judge days and hours (`orders`), or a fall that is told (从90元降至60元).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.proof.figures import Fault

_NUMBER = r"\d{1,6}(?:\.\d{1,2})?"
_SIZES = {
    "米": "长度", "公里": "长度", "厘米": "长度", "毫米": "长度", "千米": "长度",
    "平方米": "面积", "平方公里": "面积", "亩": "面积", "立方米": "体积",
    "公斤": "重量", "斤": "重量", "克": "重量", "吨": "重量", "千克": "重量",
    "元": "钱数", "万元": "钱数", "亿元": "钱数",
}  # fmt: skip
_SIZE = "|".join(sorted(_SIZES, key=len, reverse=True))
_BOTH_ABOVE = lazy(
    rf"(?<![\d.])(?P<first>{_NUMBER})(?P<unit>周岁|岁|{_SIZE}|人|个月|年)(?P<way>以上|以下)"
    rf"[至到]?(?P<second>{_NUMBER})(?P=unit)(?P=way)"
)
_FALLING = lazy(
    rf"(?<![\d.月年日时点:：第])(?P<first>{_NUMBER})(?P<unit>万元|元|周岁|岁|摄氏度|℃)?(?P<to>[至到—~～-])"
    rf"(?P<second>{_NUMBER})(?P<unit2>万元|元|周岁|岁|摄氏度|℃)(?=(?:之间|不等))"
)
_FALLS = lazy(r"[从由自降跌减退落缩]")
_BEFORE = 12  # characters that may say that something falls
_GROWS = "拓宽|加宽|展宽|延长|延伸|加长|加高|增高|缩短|缩小|提高|提升|降低|下降|增加|扩大|扩展|扩建|增|扩|涨|减少|降|升"
_GROWN = lazy(rf"(?P<how>{_GROWS})[到至为成]了?(?P<second>{_NUMBER})(?P<unit>{_SIZE})")
_GROWN_FROM = lazy(rf"(?<![\d.]){_NUMBER}(?P<unit>{_SIZE})$")
_LONGEST = 14  # characters of a figure and its unit


def find_wrong_ranges(words: str) -> Iterator[Fault]:
    """Yield start, end, what is wrong and how it is right."""
    if "以上" in words or "以下" in words:
        for match in _BOTH_ABOVE.finditer(words):
            rises = match["way"] == "以上" and float(match["second"]) > float(match["first"])
            right = f"{match.group()[:-1]}下" if rises else None
            way = match["way"]
            yield *match.span(), f"前后都写“{way}”，划不出范围，请核对其中一个。", right
    if "之间" in words or "不等" in words:
        for match in _FALLING.finditer(words):
            if float(match["first"]) <= float(match["second"]):
                continue
            if match["unit"] not in {None, match["unit2"]}:
                continue  # 9000元至1万元
            if _FALLS.search(words, max(0, match.start() - _BEFORE), match.start()):
                continue
            unit = match["unit"] or ""
            right = f"{match['second']}{unit}{match['to']}{match['first']}{match['unit2']}"
            yield *match.span(), "范围写反了，小的数在前，请核对。", right
    for match in _GROWN.finditer(words):
        first = _GROWN_FROM.search(words, max(0, match.start() - _LONGEST), match.start())
        if first and _SIZES[first["unit"]] != _SIZES[match["unit"]]:
            before, after = (f"{_SIZES[one]}（{one}）" for one in (first["unit"], match["unit"]))
            says = f"前面是{before}，后面是{after}，单位对不上，请核对。"
            yield first.start(), match.end(), says
