"""What everybody can look up: who wrote a book, which year of marriage is golden, the order of solar terms, a year's animal.

Silent unless both sides are known here. What this module never does: judge what is said of events or of living people.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.chinese.festivals import TERMS
from pipeline.chinese.numerals import read_number
from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.lists import FOLDER
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

    Fault = tuple[int, int, str, str | None]

_MOST = 500  # of one text: hostile text has more

# Years of marriage.
_WEDDINGS = {
    "纸婚": 1, "锡婚": 10, "水晶婚": 15, "瓷婚": 20, "银婚": 25, "珍珠婚": 30, "珊瑚婚": 35, "红宝石婚": 40,
    "蓝宝石婚": 45, "金婚": 50, "翡翠婚": 55, "绿宝石婚": 55, "钻石婚": 60, "白金婚": 70,
}  # fmt: skip
_WEDDING = "|".join(sorted(_WEDDINGS, key=len, reverse=True))
_MARRIED = (
    r"(?:结婚|成婚|成亲|领证|完婚|喜结连理|携手|相伴|相守|结为夫妻|婚姻|牵手|一起生活|共同生活)"
)
_YEARS_WED = lazy(
    rf"{_MARRIED}[^，。；！？\d一二三四五六七八九十]{{0,6}}(?P<n>\d\d|[二三四五六七]十)(?:个?周?年|载|个年头)(?!代)"
    rf"[^。；！？\d]{{0,16}}?(?P<what>{_WEDDING})"
)
_WED_IN = lazy(
    rf"(?P<year>19\d\d|20\d\d)年[^，。；！？\d]{{0,8}}{_MARRIED}[^。；！？\d]{{0,20}}?(?P<what>{_WEDDING})"
)
_GOLD, _LONG = "金婚", 60  # said of all who have been married for 50 years and more, up to 60
_COUPLES = lazy(r"的?(?:夫妻|夫妇|老人|伉俪|老夫妻|老夫妇|老伴|照|纪念照|合影|婚纱)")

# The order of solar terms: 立春 is the first.
_ORDER = [*TERMS[TERMS.index("立春") :], *TERMS[: TERMS.index("立春")]]
_TERM = "|".join(TERMS)
_NTH = r"(?P<n>\d{1,2}|二?十[一二三四五六七八九]?|[一二三四五六七八九]|二十)"
_TERM_NTH = lazy(
    rf"(?P<term>{_TERM})(?:节气)?(?:，|是|（)[^。；！？\d]{{0,14}}?(?P<whole>二十四节气|24节气|24个节气)?[^。；！？，\d]{{0,6}}?(?P<season>[春夏秋冬])?[季天]?(?:里|中|的|之)*第{_NTH}个节气"
)
_NTH_TERM = lazy(
    rf"(?P<whole>二十四节气|24节气)?(?:里|中|的|之)*(?P<season>[春夏秋冬])?[季天]?(?:里|中|的|之)*第{_NTH}个节气[，：]?(?:就|正)?(?:是|——|为|叫)?[“]?(?P<term>{_TERM})"
)
_OTHER_COUNT = lazy(
    r"今年|全年|年内|年度|一年(?!四季)|入[春夏秋冬]|下半年|上半年|后的第|以来|假期|新年"
)
_SURE = 7  # a number from which no season's own order is meant
_SEASONS = "春夏秋冬"
_OF_A_SEASON = 6

# The animal of a year.
_ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ANIMAL_YEAR = lazy(
    rf"(?<!\d)(?P<year>19\d\d|20\d\d)年?(?:是|为|，)?(?:中国)?(?:农历|阴历)?(?:[（(])?(?P<stem>[{_STEMS}][{_BRANCHES}])?年?[（(]?(?P<animal>[{_ANIMALS}])年(?!级)"
)
_STEM_YEAR = lazy(
    rf"(?<!\d)(?P<year>19\d\d|20\d\d)年?(?:是|为|，|（)?(?:农历|岁次)?(?P<stem>[{_STEMS}][{_BRANCHES}])年"
)
_BEFORE_YEAR = lazy(rf"[{_ANIMALS}{_BRANCHES}]年")
_FIRST_RAT = 4  # a year with this remainder of twelve is the rat's, of sixty 甲子

_AUTHORED = re.compile(
    r"(?:的|所?著的?|所?写的|创作的|作的|笔下的?|名作|名著|代表作|诗|散文|小说|长篇小说|短篇小说){1,3}$"
)
_TITLE = lazy(r"《(?P<title>[^《》\n]{1,16})》")
_AUTHOR_BEHIND = lazy(r"，?的?作者(?:就|也)?(?:是|为|、)?|（")
_BEFORE = 16  # characters before a title in which its author stands


def find_wrong_facts(reading: Reading) -> Iterator[Finding]:
    """Find authors, anniversaries, solar terms and animals that are not what everybody can look up."""
    for text in reading.texts:
        moment = (text.item.published if text.item else None) or reading.issue.publishes_at
        faults: list[Fault] = []
        if "《" in text.characters:
            faults += islice(_authors(text.text), _MOST)
        if "婚" in text.characters:
            faults += islice(_weddings(text.text, moment.year), _MOST)
        if "个节气" in text.text:
            faults += islice(_terms(text.text), _MOST)
        if "年" in text.characters and _BEFORE_YEAR.search(text.text):
            faults += islice(_animals(text.text), _MOST)
        for start, end, message, right in faults:
            yield text.finding("common-knowledge", Level.WARNING, message, start, end, right)


@cache
def _works() -> tuple[dict[str, set[str]], tuple[str, ...]]:
    """Return each work's authors, and all authors."""
    works: dict[str, set[str]] = {}
    authors: set[str] = set()
    for line in (FOLDER / "works.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "\t" not in line:
            continue
        names, _, titles = line.partition("\t")
        here = names.split("/")
        authors.update(here)
        for title in titles.split():
            works.setdefault(title, set()).update(here)
    return works, tuple(sorted(authors, key=len, reverse=True))


def _authors(words: str) -> Iterator[Fault]:
    """Yield 罗贯中的《水浒传》 and 《背影》的作者鲁迅."""
    works, authors = _works()
    for match in _TITLE.finditer(words):
        known = works.get(match["title"])
        if known is None:
            continue
        said = _author_before(words, match.start(), authors)
        span = (said[0], match.end()) if said else None
        name = said[1] if said else None
        if name is None:
            behind = _AUTHOR_BEHIND.match(words, match.end())
            end = behind.end() if behind else len(words)
            name = next((one for one in authors if words.startswith(one, end)), None)
            span = (match.start(), end + len(name)) if name else None
        if name and span and name not in known:
            right = "、".join(sorted(known))
            yield *span, f"《{match['title']}》的作者是{right}，不是{name}，请核对。", None


def _author_before(words: str, at: int, authors: tuple[str, ...]) -> tuple[int, str] | None:
    low = max(0, at - _BEFORE)
    led = _AUTHORED.search(words, low, at)
    if not led:
        return None
    name = next((one for one in authors if words.endswith(one, low, led.start())), None)
    if name is None:
        return None
    start = led.start() - len(name)
    # 读鲁迅、茅盾的《子夜》 names several.
    return None if words[start - 1 : start] in {"、", "和", "与", "·"} else (start, name)


def _weddings(words: str, year: int) -> Iterator[Fault]:
    """Yield 1966年结婚…今年正好是金婚, in 2026."""
    for match in _YEARS_WED.finditer(words):
        number = match["n"]
        yield from _wedding(match, int(number) if number.isdigit() else read_number(number), 0)
    for match in _WED_IN.finditer(words):
        yield from _wedding(match, year - int(match["year"]), 1)


def _wedding(match: re.Match[str], years: int, slack: int) -> Iterator[Fault]:
    what = match["what"]
    expected = _WEDDINGS[what]
    if abs(years - expected) <= slack or years < 0:
        return
    is_couple = _COUPLES.match(match.string, match.end()) is not None
    if what == _GOLD and expected < years < _LONG and is_couple:
        return
    names = "、".join(one for one, number in _WEDDINGS.items() if number == years)
    proper = f"，{years}年是{names}" if names else ""
    message = f"“{what}”是结婚{expected}年，这里是{years}年{proper}，请核对。"
    yield *match.span("what"), message, names if names and "、" not in names else None


def _terms(words: str) -> Iterator[Fault]:
    """Yield 立冬，是二十四节气中的第20个节气, the nineteenth."""
    seen: set[int] = set()
    for pattern in (_TERM_NTH, _NTH_TERM):
        for match in pattern.finditer(words):
            start, end = match.span()
            number, place = match["n"], _ORDER.index(match["term"])
            said = int(number) if number.isdigit() else read_number(number)
            first = max(words.rfind(mark, 0, start) for mark in "。！？\n") + 1
            if _OTHER_COUNT.search(words, first, end) or match.start("n") in seen:
                continue
            seen.add(match.start("n"))
            if match["season"]:
                right = place % _OF_A_SEASON + 1
                season = _SEASONS[place // _OF_A_SEASON]
                if (season, right) != (match["season"], said):
                    message = f"{match['term']}是{season}季的第{right}个节气，请核对。"
                    yield start, end, message, None
            elif (match["whole"] or said >= _SURE) and said != place + 1:
                message = f"{match['term']}是二十四节气中的第{place + 1}个，请核对。"
                yield start, end, message, None


def _animals(words: str) -> Iterator[Fault]:
    """Yield 2026年蛇年 and 2026乙巳年."""
    for match in _ANIMAL_YEAR.finditer(words):
        year = int(match["year"])
        right = _ANIMALS[(year - _FIRST_RAT) % 12]
        if right != match["animal"]:
            yield *match.span(), f"{year}年是{right}年，不是{match['animal']}年，请核对。", None
    for pattern in (_ANIMAL_YEAR, _STEM_YEAR):
        for match in pattern.finditer(words):
            if match["stem"]:
                year = int(match["year"])
                right = _STEMS[(year - _FIRST_RAT) % 10] + _BRANCHES[(year - _FIRST_RAT) % 12]
                if right != match["stem"]:
                    yield (
                        *match.span(),
                        f"{year}年是{right}年，不是{match['stem']}年，请核对。",
                        None,
                    )


RULES = (
    Rule(
        "common-knowledge",
        "W",
        "常识",
        "名著的作者、结婚周年的叫法、节气的次序、年份的生肖和干支要与常识相符，按提示核对；作者与作品表 works.txt 可以增补。",
        "《辞海》；GB/T 33661—2017《农历的编算和颁行》",
        "读书会共读罗贯中的《水浒传》。",
        "读书会共读施耐庵的《水浒传》。",
        find_wrong_facts,
    ),
)
