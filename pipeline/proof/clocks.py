"""Hours and days of one story that do not follow: 上午7点开始…到清晨6点半, 用了1小时20分钟 from 8 to 9点10分.

Warnings: what belongs together is told by its words. What this module never does: look at what `orders` and
`ratios` tell, which stands in one stretch.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.figures import SMALL, value_of
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

    Fault = tuple[int, int, str]

_PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上"


def _clock(name: str) -> str:
    """Return a pattern for an hour of a day, its groups ending in ``name``."""
    return (
        rf"(?P<part{name}>{_PART})?(?<![\d.:：])(?P<h{name}>\d{{1,2}})"
        rf"(?:[点时](?:(?P<half{name}>半)|(?P<m{name}>\d{{1,2}})分?|整)?|[:：](?P<mm{name}>\d\d))(?!\d)"
    )


_IN = r"[^。！？；\n]"
# From one hour to the next that is named as later: 到, 直到, 一直到.
_UNTIL = lazy(
    rf"{_clock('1')}(?P<between>{_IN}{{1,40}}?)，(?:一?直)?(?:忙|干|排|等)?到了?{_clock('2')}"
)
_TO_AN_HOUR = lazy(rf"到了?(?:{_PART})\d")
_LASTED = lazy(r"[用花走跑骑开游爬]了[\d一两二三半]|[用耗历]时[\d一两二三半]")
_ANOTHER_DAY = lazy(
    r"次日|第二天|隔天|翌日|每天|前一天|昨|今|明|月\d|\d[日号]|天亮|通宵|一夜|周[一二三四五六日]|[:：]|比|提前|以前|之前"
)
_TOOK = lazy(
    rf"{_clock('1')}(?:{_IN}{{0,30}}?)(?:用了|用时|耗时|历时|花了|走了|跑了|骑了|开了|游了|爬了)"
    rf"(?:(?P<hours>{SMALL})个?(?P<hh>半)?小时(?P<hh2>半)?)?(?:(?P<minutes>\d{{1,2}}|{SMALL})分钟?)?(?![多左以])"
    rf"{_IN}{{0,6}}?，{_IN}{{0,10}}?{_clock('2')}(?=(?:左右)?(?:就|便|才|准时|顺利|率先|第一个)?(?:回|到|抵|冲|完|走完|跑完|结束|收|撞线))"
)
_FORENOON = ("凌晨", "清晨", "早上", "早晨", "上午")
_NOON, _HOUR = 12, 60
_HALF_A_DAY = _NOON * _HOUR
_MOST = 200  # of one text: hostile text has more

# A day on which something took place, and another that is told of the same: 11月12日…举办象棋赛 … 11月13日的比赛.
_DAY = r"(?<!\d)(?P<month{0}>\d{{1,2}})月(?P<day{0}>\d{{1,2}})日"
_DAYS = lazy(_DAY.format(""))
_KIND = "比赛|赛|活动|讲座|演出|义诊|培训|会议|展览|晚会|课|集市|运动会"
_OF_A_DAY = lazy(
    _DAY.format("")
    + rf"(?:当天)?的(?:这场|这次)?[一-龥]{{0,4}}?(?P<kind>{_KIND})(?!前|后|之前|准备|报名|筹备|通知|预告)"
)
_MORE_DAYS = lazy(
    r"两天|三天|多天|几天|连续|持续|为期|预赛|初赛|复赛|(?<!半)决赛(?=[于在将定])|首日|首场|第二[天场次]|次日|下一|下[次期场]|\d[日号]?[至到—~－-]\d|每天|日起|分[两三]|两场|三场|第二"
)
_TO_COME = lazy(r"将|定于|安排|计划|预计|欢迎|报名|迎来|举行|举办")
_AHEAD = 12  # characters behind a day that say it is to come
_NEAR = 3  # days by which a slip goes astray


def find_wrong_clocks(text: Text) -> Iterator[Finding]:
    """Yield hours that run backwards, times that do not fill them, and days that do not agree."""
    words = text.text
    if text.field != "text":
        return
    faults: list[Fault] = []
    if "点" in text.characters or "时" in text.characters or "：" in text.characters:
        if "到" in text.characters and _TO_AN_HOUR.search(words):
            faults += islice(_backwards(words), _MOST)
        if _LASTED.search(words):
            faults += islice(_took(words), _MOST)
    if "日" in text.characters and "日的" in words:
        faults += islice(_days(words), 1)
    for start, end, message in faults:
        yield text.finding("count-mismatch", Level.WARNING, message, start, end)


def _backwards(words: str) -> Iterator[Fault]:
    for match in _UNTIL.finditer(words):
        first, second = match["part1"], match["part2"]
        if first is None or second is None or _ANOTHER_DAY.search(match["between"]):
            continue
        begins, ends = _minute(match, "1"), _minute(match, "2")
        together = (first in _FORENOON and second in (*_FORENOON, "中午")) or first == second
        if together and ends < begins:
            yield match.start("part2"), match.end(), "后说的时间早于前面的，请核对先后。"


def _took(words: str) -> Iterator[Fault]:
    for match in _TOOK.finditer(words):
        if not (match["hours"] or match["minutes"]):
            continue
        hours = value_of(match["hours"]) if match["hours"] else 0
        half = _HOUR / 2 if match["hh"] or match["hh2"] else 0
        said = hours * _HOUR + half + (value_of(match["minutes"]) if match["minutes"] else 0)
        real = (_minute(match, "2") - _minute(match, "1")) % _HALF_A_DAY
        if abs(real - said) > 1 and abs(real - said) <= max(real, _HOUR):
            whole = f"{real // _HOUR}小时" if real >= _HOUR else ""
            rest = f"{real % _HOUR}分钟" if real % _HOUR else ""
            yield (
                match.start("h2"),
                match.end(),
                f"与前面的起点相隔{whole}{rest}，与所用时间不符，请核对。",
            )


def _minute(match: re.Match[str], name: str) -> int:
    hour = int(match[f"h{name}"]) % 24
    minute = match[f"m{name}"] or match[f"mm{name}"] or (30 if match[f"half{name}"] else 0)
    if match[f"part{name}"] in {"下午", "傍晚", "晚上"} and hour < _NOON:
        hour += _NOON
    return hour * _HOUR + int(minute)


def _days(words: str) -> Iterator[Fault]:
    """Yield the only other day of a story, if it is told of what took place on the first."""
    told = [(int(one["month"]), int(one["day"])) for one in islice(_DAYS.finditer(words), _MOST)]
    if len(set(told)) != 2 or told.count(told[0]) != len(told) - 1 or _MORE_DAYS.search(words):  # noqa: PLR2004
        return
    match = _OF_A_DAY.search(words)
    if match is None:
        return
    month, day = int(match["month"]), int(match["day"])
    first = told[0]
    if _TO_COME.search(words, max(words.rfind("。", 0, match.start()), 0), match.end() + _AHEAD):
        return
    same = (month, day) != first and month == first[0] and 0 < abs(day - first[1]) <= _NEAR
    if same and match["kind"][-1] in words[: match.start()]:
        yield (
            match.start(),
            match.end(),
            f"前面写的是{first[0]}月{first[1]}日，是不是同一场？请核对日期。",
        )
