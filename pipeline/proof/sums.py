"""Figures that can be worked out from their own sentence: growth, shares, days, hours, products.

What this module never does: compare figures of different units, or of different sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.balances import find_imbalances
from pipeline.proof.figures import DATES, FIGURE, SMALL, UNIT, Fault, value_of, with_figure
from pipeline.proof.lazy import lazy
from pipeline.proof.ratios import find_wrong_ratios, find_wrong_years

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_COUNTING = frozenset("0123456789一二两三四五六七八九十")
_FIGURES = lazy(r"\d+|[一二两三四五六七八九十]")
_ARABIC = lazy(r"\d+")
_TWO = 2
_TELLING = lazy(r"[\d二两三四五六七八九十]")  # 一 alone is no sum
_SENTENCE = lazy(r"[^。！？；\n]{4,300}")
_AMOUNT = lazy(rf"(?<![\d.])(?P<figure>{FIGURE})(?P<unit>{UNIT})")
_CHANGE = lazy(
    rf"(?P<way>增长|增加|增|上升|提高|多|下降|减少|降低|回落|减|降|少)了?(?:约|近)?"
    rf"(?:(?P<share>{FIGURE})%|(?P<half>一半)|(?P<times>\d(?:\.\d)?|[一两二三四五六七八九])倍|(?P<tenths>[一二三四五六七八九])成(?P<more>半)?)"
    r"|(?P<double>翻了?一番|翻番)"
)
# What is named second was added to the first or taken from it: 原有120个，新增60个.
_MORE = lazy(
    r"(?:新增|增加|增设|增添|新添|又添|添置|又增|新建|扩建|加装|减少|裁减|撤掉|拆除|拆掉)了?(?:了|约)?$"
)
_YEAR_ON_YEAR = lazy("[同环]比")
_EARLIER = lazy("去年|上一?年|前年|同期|上[个半]?月|上季|年前")
_SHARES = lazy(rf"占(?:比)?(?:约)?(?P<share>{FIGURE})%")
_PARTS_LAST = lazy(
    rf"(?:合计|总计|共计|一共|共)[^，。；、\d]{{0,5}}(?P<total>{FIGURE})(?P<unit>{UNIT})"
)
_PARTS_AFTER = lazy(
    rf"(?P<total>{FIGURE})(?P<unit>{UNIT})[，：:](?:其中)?"
    rf"(?P<parts>(?:[^，。；、\d：:]{{1,8}}{FIGURE}(?P=unit)[、，]?){{3,}})"
)
_SPAN = lazy(
    rf"(?<!\d)(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})[日号][^，。；\d]{{0,6}}[至到—~-]\s?(?:(?P<m2>\d{{1,2}})月)?"
    rf"(?P<d2>\d{{1,2}})[日号](?:[^。；\d]{{0,8}}(?:连续|持续|连办|连开|共)|[^。；\d]{{0,24}}(?:为期|历时))(?P<n>{SMALL})天"
)
_SPAN_AFTER = lazy(
    rf"(?:为期|历时|持续|连续)(?P<n>{SMALL})天[，：（(]?(?:即|时间)?(?:从|自|为|是|于)?"
    r"(?P<m1>\d{1,2})月(?P<d1>\d{1,2})[日号](?:[（(][^（）()]{1,4}[）)])?\s?[至到—~-]\s?"
    r"(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})[日号]"
)
_YEARS = lazy(
    r"(?<!\d)(?P<y1>\d{4})年(?P<m1>\d{1,2})月(?:\d{1,2}日)?[至到—~-]\s?(?P<y2>\d{4})年(?P<m2>\d{1,2})月(?:\d{1,2}日)?"
    rf"[^。；\d]{{0,4}}(?:为期|共|历时|期限为?|合同期|任期)(?P<n>{SMALL})年"
)
_OPENED = lazy(
    rf"(?<!\d)(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})[日号][^。；\d]{{0,10}}(?:开幕|开始|启动|起|开馆|开展|开赛|开营)[^。；\d]{{0,6}}，"
    rf"(?:(?P<m2>\d{{1,2}})月)?(?P<d2>\d{{1,2}})[日号][^。；\d]{{0,10}}(?:闭幕|结束|收官|落幕|闭展|结营)[^。；\d]{{0,6}}，"
    rf"[^。；\d，]{{0,6}}(?:为期|历时|连续|持续|共)(?P<n>{SMALL})天"
)
_HOURS = lazy(
    r"(?P<h1>\d{1,2})[点时](?P<half1>半)?[至到—~-]\s?(?:[上下]午|晚上?)?(?P<h2>\d{1,2})[点时](?P<half2>半)?"
    r"[^。；\d点时]{0,6}(?P<n>[一二两三四五六七八九十]|\d{1,2})(?P<half3>个半)?个?小时"
)
_PART_OF_IT = lazy("[前后头先每](?=.{1,3}小时)")
_WEEKLY = lazy(
    rf"每周(?P<n>{SMALL})[天次场课][^。；\d周]{{0,6}}"
    r"(?P<days>(?:(?:周|星期)[一二三四五六日天][、和及，]?){2,7})"
)
_GROUPS = lazy(
    rf"(?P<all>{SMALL})[^，。；\d]{{1,6}}?分(?:成|为)?(?P<groups>{SMALL})[组队批][^。；\d]{{0,6}}"
    rf"每[组队批](?P<each>{SMALL})"
)
_TITLES = lazy(
    rf"(?P<list>(?:《[^《》\n]{{1,30}}》[、和及]?){{2,}})(?:这|等)?(?P<n>{SMALL})[部首本场出支篇个]"
)
_NAMED = lazy(
    rf"(?P<n>{SMALL})个(?P<kind>社区|村|街道|小区|单位)"
    r"(?P<list>(?:[一-龥]{1,5}(?P=kind)[、和]){1,12}[一-龥]{1,5}(?P=kind))"
)
_THEN = lazy(
    rf"(?P<list>(?:[一-龥A-Za-z“”]{{2,10}}、){{1,12}}[一-龥A-Za-z“”]{{2,12}})，(?:(?:这|共|一共)?(?P<n>{SMALL})"
    rf"(?P<thing>[样道件]|个项目|个品种)(?!月|小时|不|都|也)|(?:这|以上|上述|一共|总共)(?P<n2>{SMALL})[个项大种类点处家支座位名步条]"
    r"(?!月|小时))"
)
_N = "[\\d一二两三四五六七八九十]"
# Every sentence that can be worked out has one of these: what it begins with, and what follows.
_TELLS = {
    "%层倍番均": "",
    "“": r"[二两三四五六七八九][一-龥]{2}”",
    "，": rf"(?:这|共|一共|以上|上述|总共)?{_N}{{1,3}}[样道件个项大种类点处家支座位名步条]",
    "》": rf"[、和及]?[这等]?{_N}",
    "每": "[周天月期轮个支幢张间组队批份套本人户场桌盒箱斤瓶袋台把只件位桶盆棵条双床杯碗]",
    "个": "(?:社区|村|街道|小区|单位)",
    "共计": rf"[^，。；、]{{0,5}}\d|(?<=[共计]){_N}",
    "期时续办开共限为达": rf"{_N}{{1,3}}(?:[天年周月]|个?星期|个月)",
    "里中": "，",
    "了": r"\d",
    "小": "时",
    "折": "",
    "一": rf"半|行{_N}",
    "分": "之|钟",
    "弃": "权",
    "女": r"[^，。；\d、]{0,5}\d",
    "结剩余还盈": "[余存额剩下]",
    "其余剩还另不没未": r"[余下剩外有好成了完修谈办]?[^，。；\d]{0,9}\d",
    "0123456789０１２３４５６７８９": r"(?<!\d\d)(?:[\d.]{0,12}[^\d。！？；\n]{1,16}\d){3}",
}
_WORTH_READING = lazy("|".join(f"{one}(?:{then})" for on, then in _TELLS.items() for one in on))
_ROUNDING = 0.011
_TOLERANCE = 1.0  # percentage points that rounding may take
_MOST_APART = 4
_MOST_FIGURES = 30  # in one sentence: more is a table, or hostile


def find_wrong_sums(text: Text) -> Iterator[Finding]:
    """Yield what a sentence works out differently from what it says."""
    if text.characters.isdisjoint(_COUNTING):
        return
    words = text.text
    sentences = [one.span() for one in _SENTENCE.finditer(words)]
    firsts = [first for first, _ in sentences]
    telling = {bisect_right(firsts, one.start()) - 1 for one in _WORTH_READING.finditer(words)}
    silent: set[str] = set()  # sentences of which nothing is to be said: hostile text repeats them
    for first, last in (sentences[at] for at in sorted(telling) if at >= 0):
        sentence = words[first:last]
        if sentence in silent:
            continue
        found = list(_faults(sentence))
        if not found:
            silent.add(sentence)
        for fault in found:
            yield _finding(text, first, fault)


def find_wrong_ages(text: Text, year: int) -> Iterator[Finding]:
    """Yield ages and anniversaries that do not follow from the year named, as seen from ``year``."""
    if not text.characters.isdisjoint("岁今龄已") and ("19" in text.text or "20" in text.text):
        for fault in find_wrong_years(text.text, year):
            yield _finding(text, 0, fault)


def _finding(text: Text, first: int, fault: Fault) -> Finding:
    start, end, message, *right = fault
    mended = right[0] if right else None
    return text.finding("count-mismatch", Level.ERROR, message, first + start, first + end, mended)


def _faults(words: str) -> Iterator[Fault]:
    if not _TELLING.search(words):
        return
    there = set(words)
    figures = len(_FIGURES.findall(words))
    if figures > _MOST_FIGURES:
        return
    lists = "》" in there or "、" in there
    if figures > 1 or (lists and "“" in there):
        arabic = len(_ARABIC.findall(words))
        yield from find_imbalances(words, there, arabic)
        yield from _worked_out(words, there, arabic)
    if "》" in there:
        for match in _TITLES.finditer(words):
            yield from _listed(match)
    if lists and "个" in there:
        for match in _NAMED.finditer(words):
            yield from _listed(match)
    if lists and "，" in there and not there.isdisjoint("共这以上总样道件个"):
        for match in _THEN.finditer(words):
            yield from _listed(match)


def _worked_out(words: str, there: set[str], arabic: int) -> Iterator[Fault]:
    """Yield faults of figures; ``arabic`` is how many stand in Arabic digits."""
    if arabic > 1:
        if not there.isdisjoint("增升提降减回多少翻"):
            yield from _changes(words)
        if "占" in there:
            yield from _shares(words)
        if arabic > _TWO and not there.isdisjoint("，："):
            yield from _parts(words)
        if not there.isdisjoint("天时年"):
            yield from _times(words)
        yield from find_wrong_ratios(words, there)
    if "每" in there:
        yield from _repeated(words)


def _repeated(words: str) -> Iterator[Fault]:
    for match in _WEEKLY.finditer(words):
        listed = len(re.findall("周|星期", match["days"]))
        if listed != value_of(match["n"]):
            yield *match.span(), f"写的是每周{match['n']}次，列出的是{listed}天，请核对。"
    for match in _GROUPS.finditer(words):
        whole, groups, each = (value_of(match[name]) for name in ("all", "groups", "each"))
        if whole != groups * each:
            product = groups * each
            yield *match.span(), f"{groups:g}乘{each:g}得{product:g}，文中写的是{whole:g}，请核对。"


def _times(words: str) -> Iterator[Fault]:
    """Compare days and hours from one moment to another with the number that is stated."""
    for match in (
        *_SPAN.finditer(words),
        *_SPAN_AFTER.finditer(words),
        *_OPENED.finditer(words),
    ):
        days, said = _days_between(match), value_of(match["n"])
        if days and said != days and abs(said - days) <= _MOST_APART:
            right = with_figure(match, "n", days) if match["n"].isdigit() else None
            yield *match.span(), f"连头带尾是{days}天，写的是{said:g}天，请核对。", right
    for match in _YEARS.finditer(words):
        years = int(match["y2"]) - int(match["y1"])
        months, said = 12 * years + int(match["m2"]) - int(match["m1"]), value_of(match["n"])
        if 12 * said not in {months, months + 1}:
            yield *match.span(), f"起止之间是{months + 1}个月，写的是{said:g}年，请核对。"
    for match in _HOURS.finditer(words):
        hours = int(match["h2"]) - int(match["h1"]) + (0.5 if match["half2"] else 0)
        if _PART_OF_IT.search(match.group()):
            continue  # 4点半到6点，前一个小时
        hours = (hours - (0.5 if match["half1"] else 0)) % 12
        said = value_of(match["n"]) + (0.5 if match["half3"] else 0)
        if hours not in {0, said} and abs(hours - said) <= _MOST_APART:
            plain = match["n"].isdigit() and not match["half3"] and hours == int(hours)
            right = with_figure(match, "n", hours) if plain else None
            yield *match.span(), f"起止时间之间是{hours:g}小时，写的是{said:g}小时，请核对。", right


def _listed(match: re.Match[str]) -> Iterator[Fault]:
    words = match["list"].strip("、和及")
    if "《" in words:
        counts = {words.count("《")}
    else:
        counts = {words.count("、") + 1}
        last = words.rsplit("、", 1)[-1]
        if re.search(r".{2}[和与及].{2}", last):
            counts = {words.count("、") + 2}
        elif re.search("[和与及]", last):
            counts.add(words.count("、") + 2)
    said = value_of(match["n"] or match["n2"] if "n2" in match.groupdict() else match["n"])
    if said > 1 and said not in counts and min(abs(said - one) for one in counts) <= _MOST_APART:
        message = f"文中写{said:g}项，列出的有{min(counts)}项，请核对数目或补全名单。"
        yield *match.span(), message


def _changes(words: str) -> Iterator[Fault]:
    """Compare a change with the two amounts of one unit that stand before it."""
    bare = DATES.sub(lambda match: "日" * len(match.group()), words)
    for change in _CHANGE.finditer(bare):
        amounts = list(_AMOUNT.finditer(bare, 0, change.start()))
        units = {one["unit"] for one in amounts}
        if len(amounts) != 2 or len(units) != 1:  # noqa: PLR2004 - before and after
            continue
        said = _said(change)
        if _YEAR_ON_YEAR.search(bare, amounts[1].end(), change.start()) and not _EARLIER.search(
            bare, 0, amounts[1].start()
        ):
            continue  # 受理412件，化解405件，警情同比下降34%: compared with what is not named
        first, second = (float(one["figure"]) for one in amounts)
        if not first or not second or said is None:
            continue
        down = (change["way"] or "翻") in {"下降", "减少", "降低", "回落", "减", "降", "少"}
        if down and change["times"]:
            continue  # nothing falls by a multiple: number-style says so
        large, small = max(first, second), min(first, second)
        if _MORE.search(bare, amounts[0].end(), amounts[1].start()):
            large, small = (first, first - second) if down else (first + second, first)
        real = (large - small) / (large if down else small) * 100
        if abs(real - said) > _TOLERANCE:
            word = "减少" if down else "增长"
            message = f"按前后两数计算为{word}{real:.1f}%，与文中所写不符，请核对。"
            right = None
            if change["share"] and real == round(real, 1):
                first, last = change.span("share")
                right = f"{words[amounts[0].start() : first]}{real:g}{words[last : change.end()]}"
            yield amounts[0].start(), change.end(), message, right


def _said(change: re.Match[str]) -> float | None:
    """Return the change in per cent."""
    if change["share"]:
        return float(change["share"])
    if change["half"]:
        return 50.0
    if change["times"]:
        times = change["times"]
        return 100 * (value_of(times) if times in "一两二三四五六七八九" else float(times))
    if change["tenths"]:
        return None  # 三成 is said of a third as well
    return 100.0


def _shares(words: str) -> Iterator[Fault]:
    shares = list(_SHARES.finditer(words))
    total = sum(float(one["share"]) for one in shares)
    if len(shares) > 1 and total > 100 + _TOLERANCE and "多选" not in words and "均" not in words:
        message = f"各项占比相加是{total:g}%，超过了100%，请核对。"
        yield shares[0].start(), shares[-1].end(), message


def _parts(words: str) -> Iterator[Fault]:
    """Compare a total with its parts, whatever dates and verbs stand between them."""
    bare = DATES.sub(lambda match: "日" * len(match.group()), words)
    for match in _PARTS_LAST.finditer(bare):
        before = list(_AMOUNT.finditer(bare, 0, match.start()))
        parts = [float(one["figure"]) for one in before if one["unit"] == match["unit"]]
        if len(parts) > 1 and len(parts) == len(before):
            yield from _compare(match, before[0].start(), parts, words)
    for match in _PARTS_AFTER.finditer(bare):
        if match["parts"].find("其中") > 0:
            continue  # a part of a part
        parts = [float(one["figure"]) for one in _AMOUNT.finditer(match["parts"])]
        yield from _compare(match, match.start(), parts)


def _compare(
    match: re.Match[str], start: int, parts: list[float], words: str | None = None
) -> Iterator[Fault]:
    total, together = float(match["total"]), sum(parts)
    if abs(together - total) >= _ROUNDING and total >= max(parts):
        message = (
            f"各项相加为{together:g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。"
        )
        right = None
        if words:  # the total stands last: it was reckoned from the parts
            first, last = match.span("total")
            right = f"{words[start:first]}{together:g}{words[last : match.end()]}"
        yield start, match.end(), message, right


def _days_between(match: re.Match[str]) -> int | None:
    """Return the days of a span, both ends counted; None when it is none."""
    month = int(match["m1"])
    month2 = int(match["m2"] or month)
    try:
        first, last = date(2027, month, int(match["d1"])), date(2027, month2, int(match["d2"]))
    except ValueError:
        return None
    days = (last - first).days + 1
    return days if days > 0 else None
