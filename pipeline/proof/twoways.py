"""One person, team or community written two ways in one story: 江阿姨 and 江大伯, 小许 and 小徐, “暖巢”志愿队 and “暖潮”.

The second way stands alone and nobody is introduced by it. Warnings: two may be meant. What this module never
does: compare different stories; that is `persons`.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy, tried
from pipeline.proof.phrases import load_sounds
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

    Fault = tuple[int, int, str, str | None]

_SHE = "阿姨|大妈|大姐|奶奶|阿婆|大娘|婶婶|女士|外婆"
_HE = "大伯|伯伯|大爷|爷爷|大叔|叔叔|阿公|先生|大哥|老伯|老爷子"
_EITHER = "师傅|老师|医生|书记|主任|队长|教练|律师|警官"
_CALLED = lazy(rf"(?P<name>[一-龥])(?P<form>{_SHE}|{_HE}|{_EITHER})")
_PAIRS = frozenset(one[:2] for one in f"{_SHE}|{_HE}|{_EITHER}".split("|"))
_SHORT = lazy(r"(?P<form>[小老])(?P<name>[一-龥])")
_MOST = 300  # of one text: hostile text has more
# What introduces a person, so that another may be meant.
_INTRODUCED = lazy(
    r"(?:[员长者师工民友主任记官手家生居人户属亲伴妻夫妈爸哥姐弟妹友客商板匠徒伯姨婆医]|领队|店主|邻居|[\d一-龥]岁的|楼的|室的|家住[^，。]{1,10}的|的|位|名|和|与|跟|同|、|及|“|另一位|叫|是|还有|对|给|找|帮|陪|[\d幢号楼室])$"
)
_LEAD = 8  # characters
_SPEAKS = lazy(
    r"说|讲|笑|告诉|介绍|表示|坦言|感慨|回忆|又|也|还|就|便|却|才|正|已|把|将|非要|硬要|一边|连|赶紧|赶忙|，|今年|听|拿|拉|想|算|站|看|从|在|接|点|觉得|高兴|每|没|特意|坚持"
)
_QUOTED = lazy(r"“(?P<name>[一-龥]{2,8})”(?P<what>[一-龥]{2,4})")
_KIN = "队|室|站|社|会|坊|团|屋|角|营|馆|项目|行动|计划|活动|品牌|驿站|课堂|工作"
_HOMES = lazy(r"(?P<name>[一-龥]{2,4})(?:社区|村)")
_HOME_OF = lazy(
    r"的?(?:工作人员|书记|社工|党委|党总支|党支部|负责人|主任|相关负责)"
)  # who speak for the unit
_HOME_NAME = 2
_NO_NAMES = (
    "本届",
    "全国",
    "这个",
    "各个",
    "我们",
    "所在",
    "到了",
    "来到",
    "走进",
    "整个",
    "一个",
    "两个",
    "智慧",
    "和谐",
    "完整",
    "未来",
    "老旧",
    "多个",
)
_COUNTING = frozenset("一二三四五六七八九十东西南北中上下前后内外新老大小里河江山湖")
_AGED = (
    lazy(
        r"(?<!\d)(?P<age>\d{2,3})周?岁的(?P<who>[一-龥](?:阿姨|奶奶|爷爷|伯伯|大伯|大爷|大妈|阿婆|师傅|老师|老伯|大叔|女士|先生|大姐)|[老小][一-龥])(?![一-龥]?[的])"
    ),
    lazy(
        r"(?P<who>[一-龥](?:阿姨|奶奶|爷爷|伯伯|大伯|大爷|大妈|阿婆|师傅|老师|老伯|大叔|女士|先生|大姐)|[老小][一-龥])(?:今年)?(?:已经?|也|刚|刚满|年满|现年)?(?<!\d)(?P<age>\d{2,3})周?岁(?=[，。了]|$)"
    ),
)
_THEN = lazy(
    r"年前|那年|那时|当年|时候|虚岁|后来|到了|再过|属|年，|岁时|曾|从|儿子|女儿|孙|丈夫|老伴|妻子|母亲|父亲"
)
_APART = 20  # years: further apart another person is meant
_AROUND = 12  # characters around an age that may say it is of another time


def find_two_ways(reading: Reading) -> Iterator[Finding]:
    """Find the second way of writing a name within one story."""
    surnames = frozenset(reading.reference.lists.surnames)
    for text in reading.texts:
        if text.field != "text":
            continue
        called = _called(reading, text, surnames)
        short = [
            one for one in islice(_SHORT.finditer(text.text), _MOST) if one["name"] in surnames
        ]
        faults: list[Fault] = [*_forms(text, called), *_sounds(text, short, called)]
        if text.text.count("“") > 1:
            faults += _quoted(reading, text)
        if text.text.count("社区") + text.text.count("村") > 1:
            faults += _homes(text)
        for start, end, message, right in faults:
            yield text.finding("two-spellings", Level.WARNING, message, start, end, right)
        if text.text.count("岁") > 1:
            for start, end, message in _ages(text.text):
                yield text.finding("count-mismatch", Level.WARNING, message, start, end)


def _called(reading: Reading, text: Text, surnames: frozenset[str]) -> list[re.Match[str]]:
    """Return surnames with what a person is called (江阿姨), in order."""
    starts = (at - 1 for at in reading.places_of(text, _PAIRS) if at)
    found = islice(tried(_CALLED, text.text, starts), _MOST)
    return [match for match in found if match["name"] in surnames]


def _is_alone(text: Text, match: re.Match[str]) -> bool:
    """Say whether nobody is introduced here: a clause begins with the name, and somebody acts."""
    words, start = text.text, match.start()
    if words.count(match.group()) > 1 or not _SPEAKS.match(words, match.end()):
        return False
    before = words[start - 1 : start]
    # 临走时，江大伯…; 事后江大伯…
    return before in {"，", "。", "”", "！", "？", "\n", "；"} or (
        not _INTRODUCED.search(words, max(0, start - _LEAD), start) and before in set("时后")
    )


def _forms(text: Text, named: list[re.Match[str]]) -> Iterator[Fault]:
    """Yield 江大伯 where 江阿姨 stands again and again."""
    often = Counter(match.group() for match in named)
    for match in named:
        if often[match.group()] > 1 or match["form"] in _EITHER.split("|"):
            continue
        others = {
            one.group()
            for one in named
            if one["name"] == match["name"]
            and one.start() < match.start()
            and _sex(one["form"]) not in {None, _sex(match["form"])}
        }
        if len(others) == 1 and often[other := others.pop()] > 1 and _is_alone(text, match):
            message = f"前文写作“{other}”，这里写作“{match.group()}”，是不是同一人？请核对。"
            yield *match.span(), message, other


def _sex(form: str) -> str | None:
    if form in _SHE.split("|"):
        return "女"
    return "男" if form in _HE.split("|") else None


def _sounds(text: Text, *kinds: list[re.Match[str]]) -> Iterator[Fault]:
    """Yield 小徐 where 小许 was introduced, and 姜阿姨 where 江阿姨 was."""
    sounds = load_sounds()
    for named in kinds:
        for match in named[1:]:
            others = {
                one.group(): one
                for one in named
                if one["form"] == match["form"]
                and one["name"] != match["name"]
                and one.start() < match.start()
                and sounds.nearly_agree(one["name"], match["name"])
            }
            if len(others) != 1 or not _is_alone(text, match):
                continue
            (other,) = others
            before = others[other].start()
            if _INTRODUCED.search(text.text, max(0, before - _LEAD), before):
                message = f"前文写作“{other}”，这里写作“{match.group()}”，读音相近，是不是同一人？请核对。"
                yield *match.span(), message, other


def _quoted(reading: Reading, text: Text) -> Iterator[Fault]:
    """Yield “暖潮”志愿队 where “暖巢”志愿队 stands before."""
    sounds = load_sounds()
    seen: dict[str, str] = {}
    for match in islice(_QUOTED.finditer(text.text), _MOST):
        name, what = match["name"], match["what"]
        kind = next((one for one in _KIN.split("|") if one in what), None)
        if kind is None:
            continue
        for known, its in seen.items():
            if its != kind or len(known) != len(name) or known == name:
                continue
            apart = [two for two in zip(known, name, strict=True) if two[0] != two[1]]
            if len(apart) == 1 and (
                sounds.agree_but_tone(*apart[0])
                or frozenset(apart[0]) in reading.reference.lists.lookalikes
            ):
                message = f"前文写作“{known}”，这里写作“{name}”，是不是同一名称？请统一。"
                yield *match.span("name"), message, known
        seen.setdefault(name, kind)


def _homes(text: Text) -> Iterator[Fault]:
    """Yield 红梅社区工作人员 in a story of 绿梅社区."""
    words = text.text
    found = [
        (words[at - _HOME_NAME : at], at, suffix)
        for suffix in ("社区", "村")
        for at in _ends(words, suffix)
        if at >= _HOME_NAME
    ]
    found = [one for one in found if one[0].isalpha() and one[0] not in _NO_NAMES]
    found.sort(key=lambda one: one[1])
    if len({name for name, _, _ in found}) != 2 or not found:  # noqa: PLR2004 - the story's own and one more
        return
    first, at, suffix = found[0]
    others = [one for one in found if one[0] != first]
    if len(others) != 1 or others[0][2] != suffix:
        return
    name, end, _ = others[0]
    apart = [two for two in zip(first, name, strict=True) if two[0] != two[1]]
    if len(apart) != 1 or set(apart[0]) & _COUNTING or not all("一" <= one <= "龥" for one in name):
        return
    start = end - _HOME_NAME
    placed = words.endswith(("街道", "镇", "乡"), 0, at - _HOME_NAME)
    bare = words[start - 1 : start] in {"。", "，", "”", "\n", "；"}
    if placed and bare and _HOME_OF.match(words, end + len(suffix)):
        message = f"前文写作“{first}{suffix}”，这里写作“{name}{suffix}”，是不是同一单位？请核对。"
        yield start, end + len(suffix), message, f"{first}{suffix}"


def _ends(words: str, suffix: str) -> Iterator[int]:
    at = words.find(suffix)
    while at >= 0:
        yield at
        at = words.find(suffix, at + 1)


def _ages(words: str) -> Iterator[tuple[int, int, str]]:
    """Yield 72岁的周师傅 behind 周师傅今年68岁."""
    told = sorted(
        (
            (match.start(), match.end(), match["who"], int(match["age"]))
            for pattern in _AGED
            for match in islice(pattern.finditer(words), _MOST)
            if not _THEN.search(words, max(0, match.start() - _AROUND), match.end() + 4)
        ),
    )
    known: dict[str, int] = {}
    for start, end, who, age in told:
        before = known.setdefault(who, age)
        if 0 < abs(before - age) <= _APART:
            yield start, end, f"前面说{who}{before}岁，这里是{age}岁，请核对。"


RULES = (
    Rule(
        "two-spellings",
        "W",
        "一稿之中写法不一",
        "同一篇里的称呼、姓氏、队名、社区名写成了两种，核对是不是同一个人、同一个单位，统一写法。",
        "新闻校对通例：前后一致",
        "领队小许带大家清理河道。“累一点也值。”小徐说。",
        "领队小许带大家清理河道。“累一点也值。”小许说。",
        find_two_ways,
        _PAIRS,
    ),
)
