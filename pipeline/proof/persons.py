"""Persons: names that differ by one character in one role, and children who can be recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy, tried
from pipeline.proof.phrases import load_sounds
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.lists import Lists
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_ROLE_ENDS = "判厨计辑安洁导纳队问播持兵员长师手家练记任警教医士傅席演事友主委导工生人干机匠姨婆嫂伯叔民户者迷农挥柜板娘伙妈爷奶公哥姐徒书官"
_ROLE_TAILS = frozenset(
    ["师傅", "主任", "主席", "老师", "老板", "干部"]
)  # their second character is a surname too
_MORE_WORDS = "经路水米沙门车井支时来"  # surnames that are words nearly always
_RARE = "花明云安常成全富平解"  # surnames that are mostly words: they count after a role
_CALLED = "书记|主任|老师|医生|师傅|队长|会长|院长|校长|园长|站长|局长|所长|教练|经理|馆长|警官|秘书长|理事长|阿姨|大姐"
_CALLINGS = (*_CALLED.split("|"), "大伯", "大妈", "大爷", "奶奶", "爷爷", "先生", "女士", "同学")
_PETS = "大小阿老"  # stand in a name and are easily left out
_MOST_NAMES = 200  # of one role in an issue
_FUNCTION = frozenset(
    "说在是的把对和与带告将从为也都就还已到来去给让以有及正一两三四五六七八九十这那今昨又再则却才便先后里上下"
    "向跟用被叫请看想要会能可不没个位名年月日时做当介表认坦回拿捧参获出进走站坐抬接送教学写念讲问答笑哭收打开"
    "卖买种养住每因所于而或并其她他它们我你了着过得地等"
)
_SIDE_BY_SIDE = 10  # characters between two people named together
_PAIR = 2  # characters of a short name
_IN_NAMES = frozenset("年月日时正学明平进立")  # of those that end many given names as well
_PARTICLES = frozenset("说在是的把和与带将从为也都就还已到去给让以有这那又再则却")
_WORDS = frozenset(
    [
        "儿童",
        "学童",
        "孩童",
        "牧童",
        "女童",
        "男童",
        "师傅",
        "主任",
        "主席",
        "学时",
        "生于",
        "生平",
        "年纪",
        "岁钱",
    ]
)
_SELDOM = frozenset(
    "会都进来去给让还已也就又却才便到从与跟叫请里上下没隔停滑最"
)  # begin few given names
_NEVER = frozenset("的了着过是在把被说们么什怎不四个")  # no given name begins with them
_POSTS = ("司机", "校医", "老师", "医生", "书记", "主任", "校长", "师傅", "队长", "教练", "园长", "阿姨", "奶奶",
          "爷爷", "大爷", "大妈", "老伯", "院长", "局长", "所长", "站长", "馆长", "同学", "警官", "教授", "三色", "老人", "孩子", "大人", "女人", "男人")  # fmt: skip
_MARKS = frozenset("，。、；：！？“”（）\n ") | {""}
_TITLED = lazy(
    r"(?:同学|小朋友|某某?|阿太|老伯|师傅|阿姨|阿婆|大爷|奶奶|爷爷|老师|女士|先生|大姐|大哥|"
    r"伯伯|叔叔|家|氏|姓|奶|爷|妈|爸)$"
)
_ADULT = 18  # years
_AFTER = (
    ",", ";", "(", ")", ".", "说", "告诉", "介绍", "表示", "认为", "坦言", "回忆", "带", "是", "在", "和", "与", "、", "，", "。",
    "；", "：", "（", "）", "”", "“", "也", "都", "向", "为", "将", "从", "把", "对", "到", "用", "获",
    "今年", "同学", "小朋友", "这", "的", "等", "捧", "拿", "一", "\n", " ", "参", "主", "现", "给", "又",
    "则", "就", "还", "已", "上", "来", "走", "当", "代", "期待", "作", "跟", "让", "以", "有", "及", "正",
)  # fmt: skip
_SMALL = {name: value for value, name in enumerate("零一二三四五六七八九")}
_BEFORE_AGE = lazy(r"[\d十一二三四五六七八九](?=[\d十一二三四五六七八九]{0,2}周?岁)")
_AGE = lazy(
    r"(?:(?P<digits>\d{1,2})|(?P<han>十?[一二三四五六七八九]{1,2}|十))(?:周岁|岁)"
    r"(?![月起时就便]|那年|开始|进厂|学艺|参军)"
)
_CHILD = lazy(
    r"(?:小学(?!同学)生?|中学(?!同学)生?|初中生?|高中生?|留守儿童|儿童(?!乐园|节|医院|剧|文学|友好|画展)|(?<!大)男生|(?<!大)女生|幼儿园|校区|学校|[一二三四五六]年级|初[一二三]|高[一二三]|中班|大班|小班"
    r"|小朋友|小学员|小选手|小主持人?|小志愿者|小记者|(?<!小学)(?<!中学)(?<!大学)(?<!老)同学|女孩|男孩|女童|男童|少年|孩子)"
)
_CHILD_PAIRS = frozenset(
    (
        *(one + "年" for one in "一二三四五六少"),
        *(one + other for one in "初高" for other in "一二三中"),
        *(one + other for one in "男女" for other in "生孩童"),
        *re.findall("..", "小学中学留守儿童幼儿校区学校中班大班小班小朋小选小主小志小记同学孩子"),
    )
)  # with which each of these words begins
_NEAR = 14  # characters between a child's name and its age or school
_GROWN = lazy(
    r"[三四五六七八九]十[一二三四五六七八九]?岁|老师|校长|园长|教师|家长|主任|妈妈|爸爸|爷爷|奶奶|教授|书记|院长|班主任|教练|志愿者(?!小)"
)


_BESIDE = lazy(r"跟着?|随着?|和|陪着?|给|帮|替|把|由|向")  # 钟思远跟着爷爷
_CALLED_CHILD = lazy(
    r"(?:[大中小]班的|幼儿园的|小学的|中学的|年级的|[男女]生|学生|儿童|[男女]孩|[男女]童|年级|少年|同学|年级的|\d岁的|[一二三四五六七八九十]岁的|孙子|孙女|女儿|儿子|外孙|徒弟)$"
)
_CHILD_OF = lazy(
    r"的?(?:小)?(?:女儿|儿子|孙女|孙子|外孙|外甥|侄|双胞胎|孩子|娃)(?![一-龥]{2,3}[，说])"
)
_ALUMNUS = lazy(r"毕业于|校友|曾就读|就读过|任教|执教")
_SETTLED = 2  # times as often that one spelling has to stand to be taken for the right one
_MOST_ANCHORS = 2000  # ages and schools in one text: more is hostile
_LED_BY = 8  # characters before a school that say what somebody was there


@dataclass(frozen=True, slots=True)
class _Heard:
    """Three characters after a role or before one, and where they stand."""

    name: str
    text: Text
    end: int
    is_whole: bool = False  # the role follows, so the name ends here

    @property
    def next(self) -> str:
        """The character behind the name."""
        return self.text.text[self.end : self.end + 1]


def find_near_names(reading: Reading) -> Iterator[Finding]:
    """Find names of one role in one issue that differ by a single character."""
    lists = reading.reference.lists
    pattern = _after_a_role(lists)
    seen: dict[str, list[_Heard]] = {}
    for text in reading.texts:
        for role, here in _heard(text, pattern, lists):
            if "某" in here.name:
                continue  # hidden on purpose
            others = seen.setdefault(role, [])
            near = next((one for one in others if _is_slip(reading, one, here)), None)
            if near and _are_two(near, here):
                near = None
            if near:
                known, name, start = near.name, here.name, here.end - len(here.name)
                length = len(name) if _ends_here(reading, here) else _common(known, name)
                message = f"同为{role}，前文写作“{known}”，这里写作“{name[:length]}”，请核对姓名。"
                right = known if _is_settled(reading, known, name[:length]) else None
                yield text.finding(
                    "person-name", Level.WARNING, message, start, start + length, right
                )
            elif len(others) < _MOST_NAMES and all(one.name != here.name for one in others):
                others.append(here)


def _heard(text: Text, pattern: re.Pattern[str], lists: Lists) -> Iterator[tuple[str, _Heard]]:
    """Yield roles and the names beside them, in reading order."""
    for match in pattern.finditer(text.text):
        name = match["name"]
        if match["role"]:
            if not name.startswith(lists.not_names_first):
                yield match["role"], _Heard(name, text, match.start() + len(name), is_whole=True)
            continue
        role = text.text[match.start() - 2 : match.start()]
        if name.endswith(_CALLINGS):
            continue  # 教师乌老师: a surname, and what the person is called
        if role[1] + name[0] not in _ROLE_TAILS and not name.startswith(lists.not_names_first):
            yield role, _Heard(name, text, match.start() + len(name))


def _are_two(one: _Heard, other: _Heard) -> bool:
    """Say whether the sentence names both side by side: two people, not one and a slip."""
    if one.text is not other.text:
        return False
    between = one.text.text[one.end - 1 : other.end - len(other.name)]
    return len(between) <= _SIDE_BY_SIDE and bool(re.match(r".?[和与、跟及同]", between))


def _ends_here(reading: Reading, one: _Heard) -> bool:
    """Say whether the stretch ends where a name does; words are split only for this."""
    if one.is_whole:
        return True
    if one.name[-1] in _FUNCTION:
        return False
    return one.text.text[one.end : one.end + 3].startswith(_AFTER) or reading.is_edge(
        one.text, one.end
    )


def _is_settled(reading: Reading, known: str, name: str) -> bool:
    """Say whether one click may put the known name here: it stands twice as often as the other."""
    if len(known) != len(name):
        return False
    return reading.occurs(known) >= _SETTLED * reading.occurs(name)


def _is_last(one: _Heard) -> bool:
    """Say whether no Han character follows, so that the last one belongs to the name."""
    return not "一" <= one.text.text[one.end : one.end + 1] <= "龥"


def _common(known: str, name: str) -> int:
    """Return how much of a stretch of three is the shorter form of a known name."""
    return 2 if known[0] == name[0] and known[-1] == name[1] else len(name)


def _may_go_on(left: str, right: str) -> bool:
    """Say whether both last characters may as well be the next word: 王丽和, 王丽合."""
    return left[2] in _FUNCTION and right[2] in _FUNCTION


def _is_doubled(full: str, short: str) -> bool:
    """Say whether the one is 叶舟舟 where the other is 叶舟, followed by 在 or the like."""
    return full[1] == full[2] and full[:2] == short[:2] and short[2] in _PARTICLES


def _may_be_no_name(reading: Reading, one: _Heard) -> bool:
    """Say whether the last of three characters may be the next word: 李明|在, 李明|年初."""
    last = one.name[2]
    if last not in _FUNCTION or _is_last(one):
        return False
    return last not in _IN_NAMES or reading.begins_word(one.text, one.end - 1, 1)


def _ends_otherwise(reading: Reading, one: _Heard, other: _Heard) -> bool:
    """Say whether two stretches that differ in their last character are names to their end."""
    left, right = one.name, other.name
    ends = _ends_here(reading, one) or _ends_here(reading, other)
    if load_sounds().agree(left[2], right[2]) and not _may_go_on(left, right):
        return ends or one.next in _FUNCTION or other.next in _FUNCTION
    if _is_doubled(left, right) or _is_doubled(right, left):
        return True
    if any(_may_be_no_name(reading, each) for each in (one, other)):
        return False
    return ends


def _is_slip(reading: Reading, one: _Heard, other: _Heard) -> bool:
    """Say whether two stretches of three after one role are a name and its slip."""
    left, right = one.name, other.name
    apart = [n for n, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if apart == [1]:
        either = _ends_here(reading, one) or _ends_here(reading, other)
        return left[2] not in _FUNCTION or either
    if apart == [2]:
        return _ends_otherwise(reading, one, other)
    if apart == [0]:
        surnames = {*reading.reference.lists.surnames, *_RARE}
        both = {left[0], right[0]} <= surnames
        return both and _ends_here(reading, one) and _ends_here(reading, other)
    if apart == [1, 2]:
        twice = left[1] == left[2] and right[1] == right[2]
        full, short = (left, right) if left[1] in _PETS else (right, left)
        return twice or (full[1] in _PETS and full[2] == short[1] and full != short)
    return False


def find_minors(reading: Reading) -> Iterator[Finding]:
    """Find a minor's full name beside an age below 18 or a school."""
    lists = reading.reference.lists
    pattern = _named(lists)
    for text in reading.texts:
        if text.characters.isdisjoint("岁学校班级童孩初高生"):
            continue
        anchors = [] if "岁" not in text.characters else [
            match.span() for match in tried(
                _AGE, text.text, (one.start() for one in _BEFORE_AGE.finditer(text.text))
            ) if _age(match) < _ADULT
        ]  # fmt: skip
        starts = reading.places_of(text, _CHILD_PAIRS)
        anchors += [match.span() for match in tried(_CHILD, text.text, starts)]
        found: dict[int, str] = {}
        for start, end in sorted(anchors)[:_MOST_ANCHORS]:
            low, high = max(0, start - _NEAR), min(len(text.text), end + _NEAR)
            for match in pattern.finditer(text.text, low, high):
                name = _trim(reading, text, match.start(), match["name"])
                if name and _belongs(text.text, match.start(), len(name), start, end):
                    found.setdefault(match.start(), name)
        for start, name in sorted(found.items()):
            message = (
                f"“{name}”疑为未成年人，全名与年龄或学校同时出现：请取得监护人同意，或隐去姓名。"
            )
            yield text.finding("minor", Level.WARNING, message, start, start + len(name))


def _belongs(text: str, start: int, length: int, anchor: int, anchor_end: int) -> bool:
    """Say whether the name and the anchor stand in one clause group, and no grown-up's word between."""
    end = start + length
    between = text[end:anchor] if end <= anchor else text[anchor_end:start]
    if re.search(r"[。；！？\n]", between) or between.count("，") > 1:
        return False
    if end <= anchor and "，" in between and text[anchor:anchor_end] == "孩子":
        return False  # 吴伟民获奖，奖状是孩子画的
    follows = "" if _BESIDE.match(text, end) else text[end : end + 4]
    around = text[max(0, start - 4) : start] + follows
    if end <= anchor and _CHILD_OF.match(text, anchor_end):
        return False  # 葛建国八岁的女儿
    if _ALUMNUS.search(text, min(start, anchor), max(end, anchor_end)) or _ALUMNUS.search(
        text, max(0, min(start, anchor) - _LED_BY), min(start, anchor)
    ):
        return False
    return not _GROWN.search(around) and not _GROWN.search(between)


def _age(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"])
    han = match["han"]
    before = match.string[max(0, match.start() - 1) : match.start()]
    if before and before in "百一二三四五六七八九十":
        return 99  # 七十五岁: the pattern saw its end only
    if han == "十":
        return 10
    if han.startswith("十"):
        return 10 + _SMALL[han[1]]
    return _SMALL[han[0]]  # 七八岁: the younger


def _trim(reading: Reading, text: Text, start: int, name: str) -> str | None:
    """Return the name in the length that the words after it allow; None when it is no name."""
    lists = reading.reference.lists
    called = _CALLED_CHILD.search(text.text, max(0, start - 4), start) is not None
    if _is_no_name(reading, text, start, name, called=called):
        return None
    shortest = 3 if name[:2] in lists.double_surnames else 2
    for length in range(len(name), shortest - 1, -1):
        if text.text.startswith("自己", start + length - 1):
            continue
        follows = text.text[start + length : start + length + 3]
        bare = not follows or follows.startswith(_AFTER)
        if length > _PAIR and called:
            bare = True  # 女生林小满捡到: whom the text calls a child it names
        if (bare or (length > _PAIR and reading.is_edge(text, start + length))) and (
            follows[:1] in _MARKS or name[length - 1] not in _PARTICLES
        ):
            found = name[:length]
            return None if _TITLED.search(found) else found
    return None


def _is_no_name(reading: Reading, text: Text, start: int, name: str, *, called: bool) -> bool:
    """Say whether what begins like a name is a word, a post or a place."""
    words, end = text.text, start + len(name)
    return (
        name[1] in _NEVER
        or words.startswith(reading.reference.lists.not_names_first, start)
        or words[max(0, start - 1) : start + 1] in _WORDS
        or name[-1] in "区村路街"
        or (name[0] in _MORE_WORDS and not called)
        or (name[0] in "牛马龙羊" and name[1] in "背头尾角皮身脚蹄栏棚圈毛肉奶")
        or words.startswith(("社区", "小区"), end - 1)
        or words.startswith(_POSTS, start + 1)
        or words[start : start + 4].startswith(tuple(reading.reference.streets))
        or (not called and (name[1] in _SELDOM or reading.begins_word(text, start, len(name))))
    )


@lru_cache(maxsize=4)
def _after_a_role(lists: Lists) -> re.Pattern[str]:
    return lazy(
        rf"(?=(?P<name>[{lists.surnames}{_RARE}][一-龥]{{2}})(?P<role>{_CALLED})?)"
        rf"(?:(?<=[一-龥][{_ROLE_ENDS}])|(?:^|(?<=[，。：；、“”（\n和与跟由对找请问]))(?=...(?:{_CALLED})))"
    )


@lru_cache(maxsize=4)
def _named(lists: Lists) -> re.Pattern[str]:
    return lazy(
        rf"(?:(?<=[、，。：；“”（\s的和与及区园校级班学友生孩员手有叫是童年为岁弟徒娃妹儿子孙女甥侄头名自给让跟向由对找请])|^)(?=(?P<name>{lists.name}))"
    )


RULES = (
    Rule(
        "person-name",
        "W",
        "人名前后不一",
        "同一期里同一职务的两个姓名只差一字，多半有一个写错了，请核对。",
        "新闻校对通例：人名必核",
        "社区书记钱佳宁介绍了做法。随后，社区书记钱家宁带大家参观。",
        "社区书记钱佳宁介绍了做法。随后，社区书记钱佳宁带大家参观。",
        find_near_names,
    ),
    Rule(
        "minor",
        "W",
        "未成年人信息",
        "未成年人的全名与年龄或学校同时出现，取得监护人同意后注明理由放行，或隐去姓名。",
        "《未成年人保护法》第一百零三条",
        "示例小学的林小满，今年8岁，唱了一首歌。",
        "示例小学的小林，今年8岁，唱了一首歌。",
        find_minors,
        _CHILD_PAIRS,
    ),
)
