"""Festivals, solar terms and lunar days beside a date that is not theirs: 12月21日冬至.

Only what is said to be the same day is compared: 冬至（12月22日）, 2月20日正月十五. A party for 冬至
may be held on any day. What this module never does: guess which of the two is right.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.chinese.festivals import (
    EVE,
    LUNAR,
    LUNAR_DAY,
    LUNAR_MONTH,
    SOLAR,
    SUNDAYS,
    TERMS,
    days_of,
)  # fmt: skip
from pipeline.proof.lazy import lazy, tried

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

_BARE = rf"(?:(?:正|腊|冬)月(?:{LUNAR_DAY})|(?:{LUNAR_MONTH})月(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]))"
_NAME = "|".join(sorted([*TERMS, *SOLAR, *LUNAR, *SUNDAYS, EVE], key=len, reverse=True))
_WHAT = rf"(?P<what>{_BARE}|{_NAME})(?:节气)?"
_DATE = r"(?:(?P<year>\d{4})年)?(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
_DATED = lazy(r"(?=\d)" + _DATE)
_BEHIND = lazy(
    r"(?:[（(]?(?:星期|周)[一二三四五六日天][）)]?|[）)](?=，?[正恰又刚]?好?[是逢为]))?"
    r"(?:[（(]|，?(?:正|恰|又|刚好|恰好|正好)?(?:是|逢|值|为)|适逢|[，、]?(?:也就是|即))?(?:农历|国际|第\S{1,3}个)?"
    + _WHAT + r"(?=[，。；、！）)\n]|当[天日晚]|这[一天]|那[一天]|一大早|清早|清晨|中午|$)[）)]?"
)  # fmt: skip
# A day's date in the lunar calendar, behind what else it is: 11月22日是小雪节气，这天也是农历十月十四.
_LUNAR = lazy(
    r"[^，。；！？\d]{0,14}，(?:这[一]?天|当天|那[一]?天|此日)?(?:也|又|正|恰|刚)?好?(?:是|逢|值|为)?(?:农历|阴历)(?P<what>(?:"
    + LUNAR_MONTH
    + r")月(?:"
    + LUNAR_DAY
    + r"))(?=[，。；、！）\n]|$)"
)
_AHEAD = lazy(
    _WHAT + r"(?:[（(]|[，]?(?:也就是|即)|(?:当天|那天|这天)?(?:就)?(?:是|在|落在)|当[天日]（)$"
)
_LEAD = 16  # characters that a name and what joins it may take


def find_wrong_festivals(
    words: str, reference: date, places: Iterable[int] | None = None
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and message.

    ``reference``: the day the text was published; ``places``: where a date may begin.
    """
    dated = _DATED.finditer(words) if places is None else tried(_DATED, words, places)
    for match in dated:
        lunar = _LUNAR.match(words, match.end()) if "历" in words else None
        if lunar:
            yield from _judge(match, lunar, reference)
        found = _BEHIND.match(words, match.end()) or _AHEAD.search(
            words, max(0, match.start() - _LEAD), match.start()
        )
        if not found:
            continue
        yield from _judge(match, found, reference)


def _judge(
    match: re.Match[str], found: re.Match[str], reference: date
) -> Iterator[tuple[int, int, str]]:
    """Compare a date with the name that is given to it."""
    stated = _stated(match, reference)
    right = [day for one in stated for day in days_of(found["what"], one.year)]
    if right and not set(stated) & set(right):
        day = stated[0]
        near = min(right, key=lambda one: abs((one - day).days))
        message = (
            f"{near.year}年的{found['what']}是{near.month}月{near.day}日，"
            f"不是{day.month}月{day.day}日，请核对。"
        )
        yield min(match.start(), found.start()), max(match.end(), found.end()), message


def _stated(match: re.Match[str], reference: date) -> list[date]:
    """Return the days that may be meant: without a year this year's and the nearest one."""
    years = [int(match["year"])] if match["year"] else [reference.year + n for n in (0, 1, -1)]
    days = []
    for year in years:
        try:
            days.append(date(year, int(match["month"]), int(match["day"])))
        except ValueError:
            continue
    days.sort(key=lambda one: abs((one - reference).days))
    return [one for at, one in enumerate(days) if at == 0 or one.year == reference.year]
