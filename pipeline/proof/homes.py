"""Where private people live, down to the room, and what named people are ill with.

What this module never does: judge addresses of offices, shops and meeting places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.phrases import load_phrases

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.lists import Lists
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_STREET = "路|街|巷|弄|大道|新村|小区|花园|公寓|家园|苑|坊|里|村|社区|期|区"
_HOUSE = lazy(
    rf"(?:{_STREET})(?P<house>(?:[\d一二三四五六七八九十百]{{1,4}}(?:弄|号|幢|栋|单元|楼|[-—－])\s?){{1,4}}"
    r"(?:[\d〇零一二三四五六七八九]{3,4}(?:室|房|户)?(?![\d〇零一二三四五六七八九年个位人米元户平])|[东西]\d?室))"
)
_STREETS_NAME = 8  # characters before its 路 or 苑 in which somebody is said to live there
_LIVES = lazy(
    r"(?:家住|住在|住着|家在|租住|独居|搬到|搬进|住址|家庭地址|家庭住址|住|家|家中|送到|送回)[是为：:]?[一-龥A-Za-z]{0,12}$"
)
_LIVES_THERE = lazy(
    r"(?:的|里的|家的|，)?(?:住户|业主|租户|租客|户主|居民|老人|小朋友|夫妇|夫妻|一家|家里|邻居|独居)"
    r"|的?[一-龥]{1,3}(?:阿姨|伯伯|大伯|爷爷|奶奶|大爷|大妈|大姐|师傅|先生|女士|家)"
)
_OFFICE = lazy(
    r"(?:办公|会议|活动|工作|值班|调解|阅览|教|接待|服务|咨询)$|(?:地址|地点|集合|报名|送到社区|服务站|中心|公司|驿站|食堂|法院|律所)[^。；\n]{0,16}$"
    r"|(?:铺子?|店|商行|诊所|工作室|工厂|超市|茶馆)(?:搬|迁|开|设)[^。；\n]{0,14}$"
)
_ILL = (
    "乙肝|丙肝|肝炎|糖尿病|艾滋病|艾滋|HIV|梅毒|性病|肺结核|结核病|精神分裂症?|精神障碍|精神疾病|精神病|抑郁症|躁郁症|双相情感障碍|癫痫|"
    "尿毒症|白血病|肝癌|肺癌|胃癌|乳腺癌|肠癌|癌症|恶性肿瘤|阿尔茨海默病|认知障碍|自闭症|孤独症|脑瘫|麻风病"
)
_NEEDS = frozenset("病肝癌症碍痫疾滋V瘤炎瘫毒")
_CALLED = (
    "伯伯|阿姨|奶奶|爷爷|大爷|大妈|大姐|师傅|先生|女士|老师|医生|大伯|婆婆|叔叔|阿婆|阿公|老伯"
)
_SUFFERS = "患有?|得了|得过|确诊(?:为|患)?|查出(?:患有?)?|罹患|身患|感染(?:了)?|被诊断(?:为|出)"


def find_homes(text: Text) -> Iterator[Finding]:
    """Find a whole address down to the room where somebody private lives."""
    words = text.text
    if words.isascii() or not any(map(words.__contains__, ("号", "幢", "栋", "单元", "弄"))):
        return
    for match in _HOUSE.finditer(words):
        start, end = match.span()
        before = words[max(0, start - _STREETS_NAME - 12) : start]
        lives = _LIVES.search(before)
        if _OFFICE.search(before) or not (lives or _LIVES_THERE.match(words, end)):
            continue
        message = "正文里有私人的完整住址，请隐去门牌和室号，写到路名或小区为止。"
        yield text.finding("private-data", Level.ERROR, message, *match.span("house"))


def find_illnesses(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find a private person's full name beside an illness."""
    if text.characters.isdisjoint(_NEEDS):
        return
    for match in _named_ill(reading.reference.lists).finditer(text.text):
        group = "name" if match["name"] else "who"
        start, end = match.span(group)
        tag = load_phrases(reading.reference.lists.phrases).tag_of(match[group])
        if text.is_name(start) or (tag and not tag.startswith("nr")):
            continue  # 高血压 is no name
        message = f"“{match[group]}”的全名与病情同时出现：请取得本人同意后注明理由放行，或隐去姓名、病情。"
        yield text.finding("private-data", Level.WARNING, message, start, end)


def _named_ill(lists: Lists) -> re.Pattern[str]:
    full = rf"(?:(?![一-龥](?:{_CALLED}))[{lists.surnames}][一-龥]{{2}})(?<![人者友儿员师生士])"
    return lazy(
        rf"(?:{_ILL})(?:、(?:{_ILL}|[一-龥]{{2,6}}))?(?:患者|病人|患儿|老人|儿童|少年)(?P<name>{full})(?=[行家住今生说每去一的，。、（在因已有从是])"
        rf"|(?:(?<=[，。；“\n居民患者老人业主友工户])|^)(?P<who>{full})(?:，?\d{{1,2}}岁，?)?(?:(?:不幸|去年|今年|前年|早年|曾|从小)[^，。]{{0,4}}?)?(?:{_SUFFERS})(?:{_ILL})"
    )
