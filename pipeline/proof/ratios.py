"""Figures that are worked out from two others: fractions, averages, multiples, minutes, years.

What this module never does: compare figures of different sentences, or sums of many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.proof.figures import DATES, FIGURE, SMALL, UNIT, Fault, shares, value_of, with_figure
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

_AMOUNT = lazy(rf"(?P<figure>{FIGURE})(?P<unit>{UNIT})")
_ABOUT = "近|约|将近|大约|大概|超过|超|不到|不足|至少"
_HEADS = frozenset("人名位")  # units of one kind
_SHARE = lazy(
    rf"占(?:了|到|总数的|总人数的|全部的|其中的|全[组班队村]的)?(?P<about>{_ABOUT})?"
    r"(?:(?P<whole>[二三四五六七八九十])分之(?P<part>[一二三四五六七八九])|(?P<half>一半))(?!以上|多|左右|强|弱)"
)
_AVERAGE = lazy(
    rf"(?:平均(?:下来|算下来)?，?每(?P<per>[人名位户个家场次天月周年队组班只])|人均)(?:[^，。；\d一二两三四五六七八九十]{{0,4}}?)"
    rf"(?P<about>{_ABOUT})?(?P<figure>{FIGURE}|{SMALL})(?P<unit>{UNIT})(?!左右|多)"
)
_MULTIPLE = lazy(
    rf"(?P<way>涨|上涨|翻|扩大|提升|增长|增加|提高|多)了?(?P<about>{_ABOUT})?(?P<times>[一两二三四五六七八九]|\d(?:\.\d)?)(?P<unit>倍|番)(?!多|以上|左右)"
)
_TIMES_AS = lazy(
    rf"是(?:去年|上年|原来|以前|此前|过去|上届|上期|上月|前者|往年)[^，。；\d]{{0,6}}?的(?P<about>{_ABOUT})?(?P<times>[两二三四五六七八九]|\d(?:\.\d)?)倍(?!多|以上|左右)"
)
_CLOCK = lazy(
    r"(?<!\d)(?P<hour>\d{1,2})(?:[点时](?:(?P<half>半)|(?P<minute>\d{1,2})分?|整)?|[:：](?P<minute2>\d\d))(?!\d)"
)
_LASTED = lazy(
    rf"(?:用时|历时|耗时|费时|持续|时长|全程|共用了?|总共|一共|共|为时|花了|用了|只要|只用|只需|车程|走了|开了|讲了|演了)(?:长达|只要|只用|只需|需要?|大?约|用了?|为|是)?"
    rf"(?P<n>\d{{1,3}}|{SMALL})(?P<half>个半)?个?(?P<unit>小时|分钟)(?!左右|多)"
)
_LASTS = lazy(
    rf"(?<!\d)(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})[日号][^，。；\d]{{0,6}}[至到—~-]\s?(?:(?P<m2>\d{{1,2}})月)?"
    rf"(?P<d2>\d{{1,2}})[日号][^。；\d]{{0,24}}(?:为期|历时|长达)(?P<about>{_ABOUT})?(?P<n>{SMALL})(?P<unit>周|个?星期|个月)"
)
_PRICED = lazy(
    rf"每(?P<unit>[份张套本个人户场桌盒箱斤瓶袋台把只件位桶盆棵条双床杯碗])(?:票价|门票|收费|收|成本|补贴|售价|卖|价格?|只要|只收)?(?P<price>{FIGURE})元"
)
_EARNED = lazy(
    rf"(?:一共|总共|共计|合计|共)(?:收入|卖了?|收到?了?|花了?|花费|支出|筹得|筹集|募得|募集|补贴|发放|需要?|计|得|是)?(?P<total>{FIGURE})元"
)
_DISCOUNT = lazy(
    rf"原价(?P<full>{FIGURE})元[^。；！？]{{0,16}}?打(?P<off>[一二三四五六七八九]|[1-9](?:\.\d)?)折[^。；！？\d]{{0,12}}?(?P<paid>{FIGURE})元"
)
_YEAR = r"(?P<year>[12][09]\d\d(?<!\d{5}))年"
_SINCE = lazy(
    _YEAR
    + r"(?:\d{1,2}月)?(?:\d{1,2}[日号])?[^。；！？\d]{0,16}?(?:至今|距今|到今年|到现在|如今)[^。；！？\d]{0,6}?"
    rf"(?P<about>{_ABOUT})?(?:整整|已有|有)?(?P<n>\d{{1,3}}|[一二三四五六七八九]?十[一二三四五六七八九]?)(?:个年头|周?年)(?!多|左右)"
)
_STEP = "入党|入伍|参军|参加工作|结婚|成婚|进厂|入职|从教|执教|从医|行医|学艺|拜师|开店|建成|落成|建造|修建|创办|成立"
_LONG = r"(?P<n>\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?)(?:个年头|周?年)(?![多左前后级没未不])"
# 1976年入党，党龄已有50年; 1986年结婚，已经40年; 1990年入职，入职36年.
_HELD = lazy(
    _YEAR
    + rf"(?:\d{{1,2}}月)?(?:\d{{1,2}}[日号])?[^，。；！？\d]{{0,8}}?(?P<step>{_STEP})[^，。；！？\d]{{0,4}}，[^，。；！？\d]{{0,6}}?"
    rf"(?:(?:党龄|军龄|工龄|教龄|婚龄|店龄|楼龄|房龄|(?P=step))(?:已经|已|至今|如今|长达|达|有|了|满|是|为){{0,3}}|(?:已经|至今)(?:有|整整|满|走过了?){{0,2}})"
    rf"(?P<about>{_ABOUT})?{_LONG}"
)
_AGED = lazy(
    _YEAR + r"(?:(?<=生于.....)|(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:出生|生)(?![活产]))"
    r"[^。；！？\d]{0,14}?(?:今年|现年|现在|如今|已经|已|年满)[^。；！？\d]{0,4}?(?P<n>\d{1,3})岁"
)
_AGED_FIRST = lazy(
    r"(?:今年|现年|年满)(?P<n>\d{1,3})周?岁[，（(]?(?P<born>(?:出)?生于)?"
    + _YEAR + r"(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?(born)|(?:出生|生(?![活产])))"
)  # fmt: skip
_OPPOSED = lazy(
    rf"(?P<what>满意|同意|赞成|支持|知晓|知道|了解|愿意|合格|达标|赞同)(?:率|的|度)?(?:占|为|达|是|有)?(?P<share>{FIGURE})%[，、；]"
    rf"[^，。；\d]{{0,2}}不(?P=what)(?:率|的|度)?(?:占|为|达|是|有)?(?P<rest>{FIGURE})%"
)
_WHOLE = 100.01  # per cent, and what rounding may add
_TOLERANCE = 0.04  # of a share or an average that is said without 约
_ROUGH = 0.15  # and with it
_HALF_A_DAY = 720  # minutes
_WEEK, _MONTH = 7, 30.5  # days
_YEARS = 1  # by which a person's age and an anniversary may be counted otherwise
_FAR_OFF = 40  # years: then they speak of different things


def find_wrong_ratios(words: str, there: AbstractSet[str]) -> Iterator[Fault]:
    """Yield start, end and what is wrong, for one sentence and its characters."""
    if not there.isdisjoint("占均倍番"):
        bare = DATES.sub(lambda match: "日" * len(match.group()), words)
        for find in (_shares, _averages, _multiples):
            yield from find(bare)
    if "%" in there and "不" in there:
        yield from _opposites(words)
    if "元" in there and not there.isdisjoint("每折"):
        yield from _prices(words)
    if "分钟" in words or "小时" in words:
        yield from _minutes(words)
    if "月" in there and ("周" in there or "个" in there or "星" in there):
        yield from _weeks(words)


def find_wrong_years(words: str, year: int) -> Iterator[Fault]:
    """Yield ages and anniversaries that do not follow from the year that is named."""
    for pattern, what in ((_SINCE, "年"), (_HELD, "年"), (_AGED, "岁"), (_AGED_FIRST, "岁")):
        for match in pattern.finditer(words) if what in words else ():
            named = match["year"]
            said = _whole(match["n"])
            real = year - int(named)
            off = abs(real - said)
            is_rough = what == "年" and match["about"]
            if _YEARS < off <= _FAR_OFF and not is_rough:
                message = f"从{named}年到{year}年是{real}{what}，写的是{said}{what}，请核对。"
                right = with_figure(match, "n", real) if match["n"].isdigit() else None
                yield *match.span(), message, right


def _whole(number: str) -> int:
    if number.isdigit():
        return int(number)
    tens, _, ones = number.partition("十")
    return int((value_of(tens) if tens else 1) * 10 + (value_of(ones) if ones else 0))


def _before(words: str, end: int) -> list[tuple[float, str, int]]:
    """Return figure, unit and place of the amounts before ``end``."""
    return [
        (float(one["figure"]), one["unit"], one.start()) for one in _AMOUNT.finditer(words, 0, end)
    ]


def _differs(match: re.Match[str], real: float, said: float) -> bool:
    limit = _ROUGH if match["about"] else _TOLERANCE
    return abs(real - said) > limit * max(real, said)


def _shares(words: str) -> Iterator[Fault]:
    """Yield 30名成员，其中18人…，占三分之二."""
    for match in _SHARE.finditer(words):
        amounts = _before(words, match.start())
        if len(amounts) != 2 or not _alike(amounts[0][1], amounts[1][1]):  # noqa: PLR2004 - whole and part
            continue
        (whole, _, start), (part, _, _) = amounts
        if not whole or part >= whole or shares(words, start, match.start()):
            continue
        said = 0.5 if match["half"] else value_of(match["part"]) / value_of(match["whole"])
        if _differs(match, part / whole, said):
            message = f"按前后两数计算占{part / whole:.0%}，与文中所写不符，请核对。"
            yield start, match.end(), message


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= _HEADS


def _averages(words: str) -> Iterator[Fault]:
    """Yield 40名会员…240本书，平均每人8本."""
    for match in _AVERAGE.finditer(words):
        amounts = _before(words, match.start())
        totals = [one for one in amounts if one[1] == match["unit"]]
        groups = [one for one in amounts if one[1] != match["unit"]]
        if len(totals) != 1 or len(groups) != 1 or not groups[0][0]:
            continue
        per = match["per"] or "人"
        if not _alike(per, groups[0][1]) and not groups[0][1].startswith(per):
            continue
        real, said = totals[0][0] / groups[0][0], _value(match["figure"])
        if _differs(match, real, said) and abs(real - said) >= (0.5 if said == int(said) else 0.0):
            message = (
                f"平均下来是{real:.3g}{match['unit']}，写的是{said:g}{match['unit']}，请核对。"
            )
            yield amounts[0][2], match.end(), message


def _value(number: str) -> float:
    """Return a number with decimals, or one of one or two Han digits."""
    return float(number) if number[0].isdigit() else value_of(number)


def _prices(words: str) -> Iterator[Fault]:
    """Yield 30份，每份12元，共收入400元, and 原价100元，打八折后70元."""
    for match in _DISCOUNT.finditer(words):
        full, paid = float(match["full"]), float(match["paid"])
        real = full * _value(match["off"]) / 10
        if abs(real - paid) > max(1.0, real * _TOLERANCE):
            yield *match.span(), f"打折后应是{real:g}元，写的是{paid:g}元，请核对。"
    for match in _PRICED.finditer(words):
        counted = [one for one in _AMOUNT.finditer(words) if one["unit"] == match["unit"]]
        earned = list(_EARNED.finditer(words))
        if len(counted) != 1 or len(earned) != 1 or len(_PRICED.findall(words)) > 1:
            continue
        price, total = float(match["price"]), float(earned[0]["total"])
        real = float(counted[0]["figure"]) * price
        if abs(real - total) > _TOLERANCE * max(real, total) and real < total * 10:
            places = (match.span(), counted[0].span(), earned[0].span())
            message = f"{counted[0]['figure']}乘{price:g}得{real:g}元，写的是{total:g}元，请核对。"
            yield min(first for first, _ in places), max(last for _, last in places), message


def _multiples(words: str) -> Iterator[Fault]:
    """Yield 从3000元涨到6000元，涨了两倍."""
    for pattern in (_MULTIPLE, _TIMES_AS):
        for match in pattern.finditer(words):
            amounts = _before(words, match.start())
            if len(amounts) != 2 or amounts[0][1] != amounts[1][1]:  # noqa: PLR2004 - before and after
                continue
            large, small = (f([amounts[0][0], amounts[1][0]]) for f in (max, min))
            times = _value(match["times"])
            if not small:
                continue
            real = large / small
            if pattern is _TIMES_AS:
                said = times
            elif match["unit"] == "番":
                said = 2.0**times
            elif match["way"] == "翻":
                continue  # 翻了两倍 is said of both
            else:
                said = 1 + times
            if _differs(match, real, said):
                message = (
                    f"两个数字相比是{real:.3g}倍，即增加{real - 1:.3g}倍，与文中所写不符，请核对。"
                )
                yield amounts[0][2], match.end(), message


def _opposites(words: str) -> Iterator[Fault]:
    """Yield 满意98%，不满意5%."""
    for match in _OPPOSED.finditer(words):
        together = float(match["share"]) + float(match["rest"])
        if together > _WHOLE:
            yield *match.span(), f"两项相加是{together:g}%，超过了100%，请核对。"


def _minutes(words: str) -> Iterator[Fault]:
    """Yield 7点20分…8点整…，用时50分钟."""
    for match in _LASTED.finditer(words):
        clocks = list(_CLOCK.finditer(words, 0, match.start()))
        if len(clocks) != 2:  # noqa: PLR2004 - from and to
            continue
        first, last = map(_minute_of, clocks)
        real = (last - first) % _HALF_A_DAY
        said = _value(match["n"]) + (0.5 if match["half"] else 0)
        said *= 60 if match["unit"] == "小时" else 1
        if real and abs(real - said) > 1 and abs(real - said) <= max(real, 60):
            hours = f"{real // 60}小时" if real >= 60 else ""  # noqa: PLR2004 - minutes of an hour
            rest = f"{real % 60}分钟" if real % 60 else ""
            message = f"起止时间之间是{hours}{rest}，写的是{match['n']}{match['half'] or ''}{match['unit']}，请核对。"
            unit = 60 if match["unit"] == "小时" else 1
            is_whole = match["n"].isdigit() and not match["half"] and not real % unit
            right = with_figure(match, "n", real / unit, clocks[0].start()) if is_whole else None
            yield clocks[0].start(), match.end(), message, right


def _minute_of(clock: re.Match[str]) -> int:
    minute = clock["minute"] or clock["minute2"] or (30 if clock["half"] else 0)
    return int(clock["hour"]) * 60 + int(minute)


def _weeks(words: str) -> Iterator[Fault]:
    """Yield 9月10日至20日，为期两周."""
    for match in _LASTS.finditer(words):
        month, month2 = int(match["m1"]), int(match["m2"] or match["m1"])
        days = (month2 - month) % 12 * _MONTH + int(match["d2"]) - int(match["d1"]) + 1
        unit = _MONTH if match["unit"] == "个月" else _WEEK
        said = value_of(match["n"]) * unit
        if days > 0 and not match["about"] and abs(days - said) > max(1.5, unit / 6):
            message = f"起止之间大约是{days:.0f}天，与“{match['n']}{match['unit']}”不符，请核对。"
            yield *match.span(), message
