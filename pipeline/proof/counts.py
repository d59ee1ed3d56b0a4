"""Sums that can be checked: N things and what is listed, totals and parts, growth and its figures."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pipeline.chinese.numerals import read_number
from pipeline.model import Level
from pipeline.proof.chains import find_broken_chains
from pipeline.proof.clocks import find_wrong_clocks
from pipeline.proof.figures import with_figure
from pipeline.proof.lazy import lazy
from pipeline.proof.orders import find_wrong_orders
from pipeline.proof.ranges import find_wrong_ranges
from pipeline.proof.rule import Rule
from pipeline.proof.series import find_uneven_pairs, find_wrong_series
from pipeline.proof.stories import find_contradictions
from pipeline.proof.sums import find_wrong_ages, find_wrong_sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_NUMBER = r"(?:\d{1,2}|十[一二三四五六七八九]|二?十|[二三四五六七八九两])"
# The same, behind what may not stand before it; a pattern is faster that begins with a character.
_NUMBER_BUT = (
    r"(?P<n>[\d二三四五六七八九两十](?<!%s.)(?:(?<=\d)\d|(?<=十)[一二三四五六七八九]|(?<=二)十)?)"
)
_THING = r"(?:个|家|项|步|点|道|层|样|件|口|组|部|首|类|大类|种|处|所|支|条|款|座|场|大|方面|名|位|人|区|镇|村|地)"
_NOT_A_COUNT = (
    r"(?!月|小时|百分点|多|余|半|年|周|星期|工作日|亿|万|千|百|分钟|季度|学期|世纪|节气|班次)"
)

# A list, then how many: 海曙、鄞州、江北、镇海、北仑和奉化6个中心城区
_AFTER_LIST = lazy(
    _NUMBER_BUT % "[A-Za-z第]"
    + rf"(?P<thing>个|家|项|类|种|处|所|支|条|座|区|镇|村|地|街道|社区|单位|名|位|人|部|层|款|样|方面|组|环节|步骤|阶段|板块|小组|奖项|品种|领域|岗位|门课|门|县|乡|路|大(?=[一-龥]{2})){_NOT_A_COUNT}"
)
_BREAKS = lazy(r"[，。；：！？\n“”（）…—]")
_GIVEN = lazy("[给送发奖赠][^、]{1,6}、")  # 给阿明、阿芳两个苹果: two for each
# 内科、骨科的六位医生: theirs, not they; 老人、孩子编成五队: what they became.
_NO_LIST = lazy("(?:的|由|各[一-龥]?|[分编组排站]成|分为|得出|[了出着过])$")
_OWN_NUMBER = lazy(rf"(?<![第\d])(?:一|{_NUMBER})(?:[台盏把斤片条只座个名位处辆张棵箱袋份]|公斤)")
_COUNTED_THING = lazy(rf"(?P<n>一|{_NUMBER})[个名位条只台家项件种]")
_TWO_KINDS = lazy(rf"{_NUMBER}[个名位家][^，。；、]{{1,8}}[、和与及]$")
_OTHER_KIND = 12  # characters in which another count may stand before one
_ONE_MORE = lazy("[，,](?:还有|再加|加上|外加|另有|也有|最后是|以及|其余)")
_LIST_WINDOW = 160  # characters that a list before its number may take
# How many, then a list: 三个社区：甲、乙和丙
_COUNTED_FIRST = lazy(
    _NUMBER_BUT
    % r"[第\d.十百千万几数]"
    + rf"{_THING}{_NOT_A_COUNT}(?P<noun>[^，。；：！？、\n\d]{{0,14}}?)"
    r"(?P<link>[：:]|，?(?:分别|依次|具体)[是为叫]|，(?:即|也就是|它们是|他们是|名叫)|(?P<open>，(?:包括|包含|涵盖|其中有))|，[^，。；：、]{0,4}叫它们|即(?=[一“])|——|（|(?<=[件项类样种宝])是)(?P<list>[^。！？；\n：:]{2,200})"
)
_ORDINALS = lazy(
    r"(?:^|[，。；：:！？\n、])(?P<word>[一二三四五六七八九十])[是要]|第(?P<nth>[一二三四五六七八九十])[，、是]"
)
_OPEN = ("等", "包括", "如", "例如", "其中", "……")
_COUNTING = frozenset("0123456789十一二三四五六七八九两")
_TWO = 2
_MOST_APART = 3  # a list that is further off than this lists something else
_PERSON = lazy(r"[一-龥]{2,4}(?<![科室部院局所站队组岗系厂店镇区])")

_UNIT = r"(?:人次|册次|台次|件次|户次|人|名|户|件|个|家|场|项|万元|元|次|位|篇|张|台|套|份|吨|辆|平方米|本|册|处|条|盏|棵|株|只|把|节|幢|间|袋|箱|斤|公斤)"
_FIGURE = r"\d+(?:\.\d+)?"
_TOTAL_LAST = lazy(rf"(?:一共计|共计|合计|总计|共)(?P<total>{_FIGURE})(?P<unit>{_UNIT})")
_PART = lazy(rf"[^，。；\n、\d]{{1,12}}(?P<figure>{_FIGURE})(?P<unit>{_UNIT})[，、和及]*")
_PARTS_WINDOW = 200  # characters that the parts before their total may take
_TOTAL_FIRST = lazy(
    rf"(?:一共有?|共有?|共计|合计|总计|总共|现有|达)[^，。；\n\d]{{0,8}}(?P<total>{_FIGURE})(?P<unit>{_UNIT})[^，。；：\n]{{0,10}}"
    rf"[，：:（(]?(?P<among>其中|分别为|分别是)?[：:，]?"
    rf"(?P<parts>(?:[^，。；\n、\d]{{1,12}}{_FIGURE}(?P=unit)[，、和及]?){{2,12}})"
)
_ONE_FIGURE = lazy(rf"({_FIGURE})")

_GROWTH = lazy(
    rf"(?:去年(?:同期)?|上年(?:同期)?|同期|此前|原来|\d{{4}}年)[^。；\n\d]{{0,12}}?(?P<old>{_FIGURE})(?P<unit>{_UNIT}|万|%)"
    rf"[^。；\n\d]{{0,4}}[，、][^。；\n\d]{{0,4}}(?:今年|本年|\d{{4}}年|现在|如今|目前)[^。；\n\d]{{0,12}}?(?P<new>{_FIGURE})(?P=unit)"
    rf"[^。；\n\d]{{0,8}}?(?P<way>增长|增加|增产|增收|上升|上涨|提高|下降|减少|减产|降低|回落)了?(?P<share>{_FIGURE})%"
)
_SHARES_MOVE = lazy(
    rf"(?P<old>{_FIGURE})%[^。；\n\d]{{0,6}}?(?:提高|提升|上升|增长|增加|升|下降|降低|减少|回落|降)[到至为]了?(?P<new>{_FIGURE})%"
    rf"[^。；\n\d]{{0,6}}?(?:提高|提升|上升|增长|增加|下降|降低|减少|回落)了?(?P<said>{_FIGURE})%"
)
_TO = frozenset("至到-—~–－～")
_MOST_LISTS = 20_000  # numbers looked at in one text: hostile text has more
_MOST = 1000  # findings of one kind in one text: hostile text has millions
_ROUNDING = 0.011  # figures have two decimals at the most
_TOLERANCE = 1.0  # percentage points that rounding may take


def find_wrong_counts(reading: Reading) -> Iterator[Finding]:
    """Find counts that differ from what they count, where all of it stands in the sentence."""
    for text in reading.texts:
        moment = (text.item.published if text.item else None) or reading.issue.publishes_at
        if text.characters.isdisjoint(_COUNTING):
            yield from islice(_uneven_pairs(text), _MOST)
            continue
        found = [
            one
            for kind in (
                _listed_first,
                _counted_first,
                _totals,
                _growth,
                _points,
                _orders,
                _ranges,
                find_contradictions,
                find_wrong_clocks,
                find_broken_chains,
                find_wrong_sums,
                find_wrong_series,
                _uneven_pairs,
            )
            for one in islice(kind(text), _MOST)
        ]
        found += islice(find_wrong_ages(text, moment.year), _MOST)
        reached = -1  # two readings of the same words are one finding
        for finding in sorted(found, key=lambda one: (one.start, -one.end)):
            if finding.start >= reached:
                reached = finding.end
                yield finding


def _uneven_pairs(text: Text) -> Iterator[Finding]:
    return find_uneven_pairs(text, lambda words: _readings(words.rstrip("，"), ends_open=False))


def _listed_first(text: Text) -> Iterator[Finding]:
    if "、" not in text.characters:
        return
    for match in islice(_AFTER_LIST.finditer(text.text), _MOST_LISTS):
        etc = text.text[match.start() - 1 : match.start()] == "等"
        end = match.start() - etc
        low = max(0, end - _LIST_WINDOW)
        mark = text.text.rfind("、", low, end)
        if mark < 0 or mark == end - 1 or _BREAKS.search(text.text, mark, end):
            continue  # no list reaches the number
        breaks = list(_BREAKS.finditer(text.text, low, mark))
        words = text.text[breaks[-1].end() if breaks else low : end]
        if _is_rank(words) or _NO_LIST.search(words):
            continue
        stated, listed = read_number(match["n"]), _readings(words, ends_open=etc)
        if match["thing"] in {"名", "位", "人"} and not _are_names(words):
            continue
        if re.search(rf"{_NUMBER}{match['thing']}", words) or _OWN_NUMBER.search(words):
            continue  # 杯子拆成四样、盒子拆成五样: each has a number of its own
        if match["thing"] == "个" and _GIVEN.search(words):
            continue
        if _fits(stated, listed, is_open=etc):
            continue
        if min(abs(stated - one) for one in listed) <= _MOST_APART:
            yield _mismatch(text, stated, listed, end - len(words), match.end())


def _counted_first(text: Text) -> Iterator[Finding]:
    if text.characters.isdisjoint("：:是为叫即—（括含盖其"):
        return
    for match in _COUNTED_FIRST.finditer(text.text):
        stated, body = read_number(match["n"]), match["list"]
        if match["link"] == "（":
            body = body.partition("）")[0]
        body = body.partition("……")[0]
        if "、" not in body or _counts_otherwise(match):
            continue
        first = re.split("[，,]", body, maxsplit=1)[0]
        if "、" not in first or "“" in first.replace("”、“", ""):
            first = body if "“" in body else first
        listed = _readings(first, ends_open=False)
        is_open = bool(match["open"]) or any(word in match["list"] for word in _OPEN)
        if "、" not in first or _fits(stated, listed, is_open=is_open) or _is_rank(first):
            continue
        if _sum_of(first) == stated or (first != body and _is_longer(body, first, stated)):
            continue
        if min(abs(stated - one) for one in listed) <= _MOST_APART:
            end = match.start("list") + len(first)
            yield _mismatch(text, stated, listed, match.start(), end)


def _counts_otherwise(match: re.Match[str]) -> bool:
    """Say whether the number is not that of the list alone.

    A numbered series may go on over several sentences; 三个集体、两名个人，分别是… are five in all.
    """
    if _ORDINALS.match(match.string, match.start("list") - 1):
        return True
    if any(word in match["noun"] for word in _OPEN):
        return True
    before = max(0, match.start() - _OTHER_KIND)
    return _TWO_KINDS.search(match.string, before, match.start()) is not None


def _is_longer(body: str, first: str, stated: int) -> bool:
    """Say whether the list does not end at its first comma: 甲、乙，还有丙."""
    return _ONE_MORE.match(body, len(first)) is not None or _goes_on(body, stated)


def _goes_on(body: str, stated: int) -> bool:
    """Say whether the list has the stated length when its commas divide it too: 甲、乙，丙和丁."""
    parts = re.split("[，,]", body)
    if len(re.split("[，,、]", body)) == stated > parts[0].count("、") + _TWO:
        return True
    lists = list(takewhile(lambda part: re.search("[、和与及]", part), parts))
    return len(lists) > 1 and stated in _readings("、".join(lists), ends_open=False)


def _sum_of(words: str) -> int:
    """Return what the list's own numbers make together; 0 when not every part begins with one.

    四条龙：两条成年龙、一条女子龙、一条小龙.
    """
    found = [_COUNTED_THING.match(part) for part in re.split("[、和与及]", words)]
    return sum(read_number(one["n"]) for one in found if one) if all(found) else 0


def _mismatch(text: Text, stated: int, listed: set[int], start: int, end: int) -> Finding:
    count = min(listed, key=lambda one: abs(one - stated))
    message = f"文中写{stated}项，列出的有{count}项，请核对数目或补全名单。"
    return text.finding("count-mismatch", Level.ERROR, message, start, end)


def _totals(text: Text) -> Iterator[Finding]:
    if text.characters.isdisjoint("共合总现达"):
        return
    for match in _TOTAL_LAST.finditer(text.text):
        found = _parts_before(text.text, match.start(), match["unit"])
        if found:
            start, parts = found
            yield from _judge_total(text, parts, match, start, partial=False, is_last=True)
    for match in _TOTAL_FIRST.finditer(text.text):
        if match["parts"].find("其中") > 0 or text.text[match.start("total") - 1] == "奖":
            continue  # a part of a part; 共评出一等奖2个、二等奖6个
        parts = [float(one) for one in _ONE_FIGURE.findall(match["parts"])]
        partial = match["among"] == "其中"
        yield from _judge_total(text, parts, match, match.start(), partial=partial)


def _parts_before(text: str, end: int, unit: str) -> tuple[int, list[float]] | None:
    """Return where the parts directly before a total begin, and their figures; None below two."""
    low = max(0, end - _PARTS_WINDOW)
    low = max(
        low,
        text.rfind("。", low, end) + 1,
        text.rfind("；", low, end) + 1,
        text.rfind("\n", low, end) + 1,
    )
    start, reached = end, low
    figures: list[float] = []
    for match in _PART.finditer(text, low, end):
        if match["unit"] != unit:
            figures = []
        else:
            if not figures or match.start() != reached:
                start, figures = match.start(), []
            figures.append(float(match["figure"]))
        reached = match.end()
    return (start, figures) if len(figures) > 1 and reached == end else None


def _judge_total(
    text: Text,
    parts: list[float],
    match: re.Match[str],
    start: int,
    *,
    partial: bool,
    is_last: bool = False,
) -> Iterator[Finding]:
    total, together = float(match["total"]), sum(parts)
    if abs(together - total) < _ROUNDING or (partial and together < total):
        return
    unit = match["unit"]
    message = f"各项相加为{together:g}{unit}，文中总数为{total:g}{unit}，请核对。"
    # A total that stands last was reckoned from the parts; of one that stands first they are told.
    right = with_figure(match, "total", together, start) if is_last else None
    yield text.finding("count-mismatch", Level.ERROR, message, start, match.end(), right)


def _growth(text: Text) -> Iterator[Finding]:
    if "%" not in text.characters or text.characters.isdisjoint("增升提降减回"):
        return
    for match in _GROWTH.finditer(text.text):
        old, new, share = float(match["old"]), float(match["new"]), float(match["share"])
        if not old or match["unit"] == "%":
            continue
        change = (new - old) / old * 100
        down = match["way"] in {"下降", "减少", "减产", "降低", "回落"}
        if abs((-change if down else change) - share) > _TOLERANCE:
            word = "增长" if change >= 0 else "下降"
            message = f"按前后两数计算为{word}{abs(change):.1f}%，与文中所写{match['way']}{share:g}%不符，请核对。"
            yield text.finding("count-mismatch", Level.ERROR, message, *match.span())


def _points(text: Text) -> Iterator[Finding]:
    """Compare two percentages with the change between them: 60% to 75% is 15 points or a quarter."""
    if "%" not in text.characters:
        return
    for match in _SHARES_MOVE.finditer(text.text):
        old, new, said = (float(match[name]) for name in ("old", "new", "said"))
        points, share = abs(new - old), abs(new - old) / old * 100 if old else 0.0
        if abs(share - said) <= _TOLERANCE:
            continue
        right = f"相差{points:g}个百分点（{share:.1f}%）"
        message = f"从{old:g}%到{new:g}%{right}，写的是{said:g}%，请核对。"
        if abs(points - said) <= _ROUNDING:
            message = f"从{old:g}%到{new:g}%{right}，“{said:g}%”请改为“{said:g}个百分点”。"
        yield text.finding("count-mismatch", Level.ERROR, message, *match.span())


def _orders(text: Text) -> Iterator[Finding]:
    if _TO.isdisjoint(text.characters):
        return
    for start, end, is_sure, message in find_wrong_orders(text.text):
        level = Level.ERROR if is_sure else Level.WARNING
        yield text.finding("count-mismatch", level, message, start, end)


def _ranges(text: Text) -> Iterator[Finding]:
    for start, end, message, *right in find_wrong_ranges(text.text):
        mended = right[0] if right else None
        yield text.finding("count-mismatch", Level.ERROR, message, start, end, mended)


def _readings(words: str, *, ends_open: bool) -> set[int]:
    """Return every number of things the list may hold: 和 and 与 may join or be part of a name."""
    parts = words.split("、")
    counts = {len(parts)}
    # 民政局和镇海、鄞州两区: what stands before a joint may be no part of the list.
    counts |= {len(parts) - at for at, part in enumerate(parts[:-1]) if re.search("[和与及]", part)}
    last = parts[-1].removesuffix("等") if ends_open else parts[-1]
    joints = [
        match.start()
        for match in re.finditer(r"和|与|及|以及", last)
        if 0 < match.start() < len(last) - 1
    ]
    if joints:
        counts.add(len(parts) + 1)
        # 和平社区: the joint may be a name's first character, so both readings stand.
        if not _surely_joins(last, joints):
            return counts
        counts.discard(len(parts))
    return counts


def _surely_joins(last: str, joints: list[int]) -> bool:
    """Say whether the last part is surely two things: one joint with two or more characters a side."""
    if len(joints) != 1:
        return False
    before, after = last[: joints[0]], last[joints[0] + 1 :]
    if after.startswith(("平", "谐", "睦", "美", "义")):
        return False
    return min(len(before), len(after)) > 1


def _fits(stated: int, listed: set[int], *, is_open: bool) -> bool:
    return stated in listed or (is_open and stated >= min(listed))


def _are_names(words: str) -> bool:
    parts = re.split("、|和|与|及", words)
    return all(_PERSON.fullmatch(part) and len(part) <= 3 for part in parts[1:])  # noqa: PLR2004 - a name


def _is_rank(words: str) -> bool:
    """Say whether the list is one of ranks or numbers: 一、二、三等奖."""
    return any(re.search(r"(?:^|第)[一二三四五六七八九十\d]$", part) for part in words.split("、"))


RULES = (
    Rule(
        "count-mismatch",
        "E W",
        "数目与所列不符",
        "“N个”与列出的个数、总数与各项之和、增减幅度、占比、均数、单价与总价、起止与时长、年份与年龄要对得上；写“等”的可以少列。"
        "同一件事前后的户数、人数、年龄，标题与正文的总数不一致的，给出提示。",
        "新闻校对通例：数字必核",
        "活动走进三个社区：东兴社区、海创社区。",
        "活动走进三个社区：东兴社区、海创社区、史家码社区。",
        find_wrong_counts,
    ),
)
