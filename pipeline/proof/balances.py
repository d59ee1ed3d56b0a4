"""Figures of one sentence that have to balance: rests, rates, differences, products, storeys.

What this module never does: compare figures of different units, or of different sentences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.proof.figures import DATES, FIGURE, SMALL, UNIT, Fault, shares, value_of, with_figure
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

_AMOUNT = lazy(rf"(?P<figure>{FIGURE})(?P<unit>{UNIT})")
_RATE = lazy(
    rf"(?:回收率|签约率|同意率|合格率|完成率|参与率|入住率|准确率|覆盖率|到场率|出勤率|达标率|成功率|占比|占)"
    rf"(?:达到?|为|是|有|总数的|总户数的|总人数的|全部的)?(?:约)?(?P<share>{FIGURE})%"
)
_DIFFERENCE = lazy(
    rf"(?P<way>增加|增长|多|减少|下降|少|降低)了(?P<figure>{FIGURE})(?P<unit>{UNIT})"
)
_REST = lazy(
    rf"(?:其余|余下|剩下|剩余|还剩|另外|另有|[修做办谈卖用治]不[好成了完]|没[有修谈办]|未)[^，。；\d]{{0,8}}(?P<figure>{FIGURE})(?P<unit>{UNIT})"
)
_BALANCE = lazy(
    rf"(?:上年|上期|上月|年初|期初|原有?|上年末)[^，。；\d]{{0,4}}(?:结余|余额|结存|库存)(?P<old>{FIGURE})(?P<unit>{UNIT})"
    rf"[^。；]{{0,20}}?(?:收入|收到|进账|入库)(?P<come>{FIGURE})(?P=unit)[^。；]{{0,20}}?(?:支出|花掉|花了|用去|出库)(?P<gone>{FIGURE})(?P=unit)"
    rf"[^。；]{{0,12}}?(?:结余|余额|结存|还剩|剩下)(?P<left>{FIGURE})(?P=unit)"
)
_ACCOUNT = lazy(
    rf"(?P<come>{FIGURE})(?P<unit>万?元)[，；、][^。；，\d]{{0,6}}(?:支出|花掉|花了|开支|用去|花费)[^。；，\d]{{0,4}}(?P<gone>{FIGURE})(?P=unit)"
    rf"[，；、][^。；，\d]{{0,6}}(?:结余|余额|还剩|剩下|盈余|结存)[^。；，\d]{{0,3}}(?P<left>{FIGURE})(?P=unit)"
)
_COMES = lazy(r"收入|收到|进账|营收|卖出|募集|筹[到得集]")
_EACH = lazy(
    rf"(?P<groups>{SMALL})(?P<counted>[个支幢张间组队])(?P<what>[一-龥]{{0,4}})[，；][^，。；\d每]{{0,4}}每(?P=counted)(?:(?P=what))?"
    rf"[^，。；\d每]{{0,6}}?(?P<each>{SMALL})(?P<unit>[名人位户套张个本盏棵])[^。；，\d]{{0,8}}[，；][^。；，\d]{{0,6}}"
    rf"(?:共|合计|一共|总共|共计)(?:有|配|需|发)?(?P<total>{FIGURE})(?P=unit)"
)
_VOTES = lazy(
    rf"(?P<total>{FIGURE})[名位人户个][^。；]{{0,24}}?(?:全部(?:参加|参与)?(?:投票|表决)|参加(?:了)?(?:投票|表决)|投了票|参与(?:投票|表决))[^。；\d]{{0,6}}"
    rf"(?:赞成|同意)[^。；，\d]{{0,3}}(?P<for>{FIGURE})票?[，、](?:反对|不同意)[^。；，\d]{{0,3}}(?P<against>{FIGURE})票?[，、]弃权[^。；，\d]{{0,3}}(?P<none>{FIGURE})票?"
)
_MORE = lazy(
    rf"(?P<first>{SMALL})(?P<unit>[样种类项件])[^，。；\d、]{{0,6}}[，；](?:外加|另加|再加上?|还有|另有)(?P<more>[^，。；\d]{{1,20}})[，；](?:一共|总共|共计|共|合计)(?P<total>{SMALL})(?P=unit)"
)
_PRODUCT = lazy(
    rf"每(?:周|天|月|期|轮)[^，。；\d]{{0,3}}(?P<each>{SMALL})(?P<what>[节次场课堂回期])[^。；]{{0,20}}?"
    rf"(?P<times>{SMALL})个?(?:周|星期|天|月|期|轮)[^。；]{{0,10}}?共(?:计|有)?(?P<total>{SMALL})(?P=what)"
)
_STOREYS = lazy(rf"(?:共|有|高|上下|分)(?:有)?(?P<n>{SMALL})层")
_STOREY = lazy(rf"(?<![第共有上高]){SMALL}(?:层|楼)(?=[是为设有做改开作用])")
_SLOGAN = lazy(
    r"(?P<list>[^，。；：！？“”\n、]{2,16}(?:、[^，。；：！？“”\n、]{2,10}){1,8})"
    r"(?:，|的)?(?:做到|实现|形成|构建|打造|推行|落实|坚持|达到|即|这|为)?“(?P<n>[二两三四五六七八九])(?P<what>[一-龥]{2})”"
)
_SEXES = lazy(
    rf"(?P<total>{FIGURE})(?P<unit>人|名|位)[^。；\d]{{0,14}}?[，：（](?:其中)?[，：]?"
    rf"男[^，。；\d、]{{0,5}}(?P<men>{FIGURE})(?P=unit)[，、和]?女[^，。；\d、]{{0,5}}(?P<women>{FIGURE})(?P=unit)"
)
_AMONG = lazy(
    rf"(?P<total>{FIGURE})(?P<unit>{UNIT})[^，。；\d]{{0,8}}(?:里|中|当中|之中)，"
    rf"(?P<parts>(?:[^。；\d]{{0,10}}{FIGURE}(?P=unit)){{2,8}})"
)
_PEOPLE = lazy(
    rf"(?P<parts>(?:{SMALL}[位名个][^，。；：、\d]{{1,6}}[、和及]){{1,6}}{SMALL}[位名个][^，。；：、\d]{{1,6}})，"
    rf"(?:一行|一共|总共|共|合计|共计)(?P<total>{SMALL})[人名位](?!次)"
)
_PERSONS = lazy(rf"({SMALL})[位名个]")
_OFFICE = "(?:(?![和及])[一-龥]){1,8}?(?<![一二两三四五六七八九十百第各])"
_ONE_POST = lazy(rf"{_OFFICE}({SMALL})[名位个]")
_POST = rf"{_OFFICE}(?:{SMALL})[名位个]"
_POSTS = lazy(
    rf"(?P<parts>(?:{_POST}[、，和及]){{1,9}}{_POST})[，,](?:一共|总共|共计|合计|共)(?:有|计|产生|选出|评出|设)?"
    rf"(?P<total>{SMALL})[人名位个](?=[，。；）、]|名额|奖项|$)"
)
_CLAUSE_ENDS = lazy(r"[，。；：！？“（(]")
_MORE_BEFORE = lazy(r"[、\d带领率陪邀约和与及同跟各每等]")
_LED_BY = lazy(r"[带领率陪邀约]|[和与及同跟]$")
_WITHIN = lazy(
    rf"(?P<total>{FIGURE})(?P<unit>[万亿]?元)[^，。；\d]{{0,6}}[，：（(]其中[：，]?"
    rf"(?P<parts>(?:[^，。；、\d]{{1,10}}{FIGURE}(?P=unit)[、，；和]?){{2,8}})"
)
# Two sources, of which the second pays the rest: 总价58万元，其中政府补贴28万元，居民自筹30万元.
_SOURCES = lazy(
    rf"(?P<total>{FIGURE})(?P<unit>[万亿]?元)[，：（(]其中[：，]?"
    rf"(?P<one>[^，。；、\d]{{1,12}}){FIGURE}(?P=unit)[，、；和](?P<two>[^，。；、\d]{{1,12}}){FIGURE}(?P=unit)(?=[。；！？）)]|$)"
)
_GRANTED = lazy("补[贴助]|资助|拨款|财政|政府|上级|奖励")
_OWN = lazy("自筹|自付|自行|分摊")
_BEFORE_THAT = lazy(r"上年|上期|上月|年初|期初|原有|上季|累计结余|历年")
_NAMED_BEFORE = 12  # characters before a figure that say it was earned
_ROUNDING = 0.011
_TOLERANCE = 1.0  # percentage points that rounding may take
_NEAR = 0.35  # of a total: figures further apart speak of other things
_THREE = 3
_FEWEST = 2  # Arabic figures of which one can contradict the other


def find_imbalances(words: str, there: AbstractSet[str], arabic: int) -> Iterator[Fault]:
    """Yield start, end and what is wrong, for one sentence, its characters and Arabic figures."""
    for needed, find in _IN_WORDS:
        if not any(map(there.isdisjoint, needed)):
            yield from find(words)
    if arabic < _FEWEST:
        return
    if not there.isdisjoint("出花用"):
        yield from _accounts(words)
    if there.isdisjoint("%了其余剩另未不没里中"):
        return
    yield from _compared(DATES.sub(lambda match: "日" * len(match.group()), words), there)


def _people(words: str) -> Iterator[Fault]:
    """Yield 三位老师、两位助教，一共六人, and 主任一名、委员四名，共六人."""
    for pattern, one, others in (
        (_PEOPLE, _PERSONS, _LED_BY),
        (_POSTS, _ONE_POST, _MORE_BEFORE),
    ):
        for match in pattern.finditer(words):
            ones = [value_of(number) for number in one.findall(match["parts"])]
            together, said = sum(ones), value_of(match["total"])
            first = _clause_of(words, match.start())
            if said in {together, len(ones)} or others.search(words, first, match.start()):
                continue  # or the clause names others before the parts: 书记带着三名党员
            yield *match.span(), f"各项相加为{together:g}人，文中总数为{said:g}人，请核对。"


def _clause_of(words: str, at: int) -> int:
    """Return where the clause begins in which the character stands."""
    return max((one.end() for one in _CLAUSE_ENDS.finditer(words, 0, at)), default=0)


def _votes(words: str) -> Iterator[Fault]:
    for match in _VOTES.finditer(words):
        cast = sum(float(match[one]) for one in ("for", "against", "none"))
        if cast != float(match["total"]):
            said = f"三种票相加是{cast:g}票，投票的是{match['total']}人，请核对。"
            yield *match.span(), said


def _with_more(words: str) -> Iterator[Fault]:
    """Yield 4样东西，外加雨伞架，一共6样."""
    for match in _MORE.finditer(words):
        more = len(re.split("[、和及与]", match["more"]))
        together, said = value_of(match["first"]) + more, value_of(match["total"])
        if together != said and not re.search("等|[一二两三四五六七八九十]", match["more"]):
            yield (
                *match.span(),
                f"相加是{together:g}{match['unit']}，写的是{said:g}{match['unit']}，请核对。",
            )


def _accounts(words: str) -> Iterator[Fault]:
    balanced = list(_BALANCE.finditer(words))
    for match in () if balanced else _ACCOUNT.finditer(words):
        come, gone, left = (float(match[one]) for one in ("come", "gone", "left"))
        earned = _COMES.search(words, max(0, match.start() - _NAMED_BEFORE), match.start())
        if earned and not _BEFORE_THAT.search(words) and abs(come - gone - left) > _ROUNDING:
            said = f"收入减支出是{round(come - gone, 2):g}{match['unit']}，写的结余是{left:g}{match['unit']}，请核对。"
            yield *match.span(), said
    for match in balanced:
        old, come, gone, left = (float(match[one]) for one in ("old", "come", "gone", "left"))
        right = round(old + come - gone, 2)
        if abs(right - left) > _ROUNDING:
            said = f"结余加收入减支出是{right:g}{match['unit']}，写的是{left:g}{match['unit']}，请核对。"
            yield *match.span(), said


def _compared(words: str, there: AbstractSet[str]) -> Iterator[Fault]:
    """Yield what figures say of each other; dates are blanked out."""
    if "%" in there:
        yield from _rates(words)
    if "了" in there:
        yield from _differences(words)
    if not there.isdisjoint("余剩另未不没"):
        yield from _rests(words)
    if not there.isdisjoint("里中"):
        yield from _among(words)
    if "元" in there and "其" in there:
        yield from _within(words)


def _two_before(words: str, end: int) -> list[re.Match[str]]:
    """Return the two amounts of one unit that stand before ``end``; empty when there are others."""
    found = list(_AMOUNT.finditer(words, 0, end))
    alike = len(found) == 2 and found[0]["unit"] == found[1]["unit"]  # noqa: PLR2004 - whole and part
    return found if alike else []


def _rates(words: str) -> Iterator[Fault]:
    for match in _RATE.finditer(words):
        amounts = _two_before(words, match.start())
        if not amounts:
            continue
        whole, part = (float(one["figure"]) for one in amounts)
        if not whole or part > whole or shares(words, amounts[0].end(), match.start()):
            continue
        real, said = part / whole * 100, float(match["share"])
        of_both = part / (whole + part) * 100
        if min(abs(real - said), abs(of_both - said)) > _TOLERANCE:
            right = with_figure(match, "share", round(real, 1), amounts[0].start())
            yield (
                amounts[0].start(),
                match.end(),
                f"按前后两数计算为{real:.1f}%，写的是{said:g}%，请核对。",
                None if "日" in right else right,  # dates are blanked out
            )


def _differences(words: str) -> Iterator[Fault]:
    for match in _DIFFERENCE.finditer(words):
        amounts = _two_before(words, match.start())
        if not amounts or amounts[0]["unit"] != match["unit"]:
            continue
        first, second = (float(one["figure"]) for one in amounts)
        said, real = float(match["figure"]), round(abs(first - second), 2)
        down = match["way"] in {"减少", "下降", "少", "降低"}
        ordered = re.search("去年|上年|原来|此前|从", words[: amounts[0].start()])
        if abs(said - real) > _ROUNDING or (ordered and down is (second > first)):
            word = "减少" if second < first else "增加"
            yield (
                amounts[0].start(),
                match.end(),
                f"两个数字相比是{word}{real:g}{match['unit']}，请核对。",
            )


def _rests(words: str) -> Iterator[Fault]:
    """Compare a total with its parts when the last part is called the rest."""
    for match in _REST.finditer(words):
        amounts = list(_AMOUNT.finditer(words, 0, match.start()))
        if len(amounts) + 1 < _THREE or len({one["unit"] for one in amounts} | {match["unit"]}) > 1:
            continue
        total, *parts = (float(one["figure"]) for one in amounts)
        together = sum(parts) + float(match["figure"])
        if total > max(parts) and _ROUNDING < abs(together - total) <= total * _NEAR:
            yield (
                amounts[0].start(),
                match.end(),
                f"各部分相加为{together:g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。",
            )


def _among(words: str) -> Iterator[Fault]:
    """Find parts that are more than the total of which they are said."""
    for match in _AMONG.finditer(words):
        parts = [float(one["figure"]) for one in _AMOUNT.finditer(match["parts"])]
        total = float(match["total"])
        if max(parts) < total < sum(parts) <= total * (1 + _NEAR):
            yield (
                *match.span(),
                f"各部分相加为{sum(parts):g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。",
            )


def _within(words: str) -> Iterator[Fault]:
    """Find parts of a sum of money that are more than it; people may be counted twice.

    Less than it are only two sources of which one pays what the other leaves.
    """
    for match in _SOURCES.finditer(words):
        one, two = match["one"], match["two"]
        parts = [float(part["figure"]) for part in _AMOUNT.finditer(match.group())][1:]
        total, together = float(match["total"]), round(sum(parts), 2)
        if _GRANTED.search(one) and _OWN.search(two) and max(parts) < together < total - _ROUNDING:
            yield (
                *match.span(),
                f"各部分相加为{together:g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。",
            )
    for match in _WITHIN.finditer(words):
        parts = [float(one["figure"]) for one in _AMOUNT.finditer(match["parts"])]
        total, together = float(match["total"]), round(sum(parts), 2)
        if max(parts) < total < together <= total * (1 + _NEAR):
            yield (
                *match.span(),
                f"各部分相加为{together:g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。",
            )


def _products(words: str) -> Iterator[Fault]:
    found = [(match, match["times"]) for match in _PRODUCT.finditer(words)]
    found += [(match, match["groups"]) for match in _EACH.finditer(words)]
    for match, number in found:
        each, times, total = (value_of(one) for one in (match["each"], number, match["total"]))
        if each * times != total:
            yield (
                *match.span(),
                f"{each:g}乘{times:g}得{each * times:g}，文中写的是{total:g}，请核对。",
            )


def _storeys(words: str) -> Iterator[Fault]:
    match = _STOREYS.search(words)
    if not match:
        return
    listed = [value_of(one.group()[:-1]) for one in _STOREY.finditer(words, match.end())]
    said = value_of(match["n"])
    if len(listed) > 1 and listed == list(range(1, len(listed) + 1)) and len(listed) != said:
        yield *match.span(), f"写的是{said:g}层，逐层列出的是{len(listed)}层，请核对。"


def _slogans(words: str) -> Iterator[Fault]:
    for match in _SLOGAN.finditer(words):
        listed = match["list"].count("、") + 1
        joined = bool(re.search("[和与及]", match["list"].rsplit("、", 1)[-1]))
        said = value_of(match["n"])
        if listed > 1 and said not in {listed, listed + joined} and match["list"].count("、") > 1:
            yield *match.span(), f"“{match['n']}{match['what']}”前面列出的是{listed}项，请核对。"


def _sexes(words: str) -> Iterator[Fault]:
    for match in _SEXES.finditer(words):
        total, together = float(match["total"]), float(match["men"]) + float(match["women"])
        if total != together:
            yield (
                *match.span(),
                f"男女相加为{together:g}{match['unit']}，文中总数为{total:g}{match['unit']}，请核对。",
            )


# Characters of which one each has to be in the sentence, and what is then looked for.
_IN_WORDS: tuple[tuple[tuple[str, ...], Callable[[str], Iterator[Fault]]], ...] = (
    (("每", "共合总"), _products),
    (("层",), _storeys),
    (("“", "、"), _slogans),
    (("票表", "赞同"), _votes),
    (("加还另", "共合总"), _with_more),
    (("男",), _sexes),
    (("、和及", "共合行"), _people),
)
