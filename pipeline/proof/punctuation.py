"""Punctuation: half-width marks beside Han characters, quotes and brackets without a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.asking import find_asking_marks
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_QUOTE = lazy(r'(?<=[㐀-鿿，。、；：！？])"|"(?=[㐀-鿿《（])')
_SQUARE = lazy(
    r"(?<=[㐀-鿿])\[(?=[㐀-鿿])|(?<=[㐀-鿿])\](?=[㐀-鿿，。、；：])|<(?=[㐀-鿿]{1,20}>)|(?<=[㐀-鿿])>(?=[㐀-鿿，。、；：]|$)"
)
_ONE_ELLIPSIS = lazy(r"(?<=[㐀-鿿])…(?<!……)(?!…)")
_BEFORE_AND = lazy(
    r"、(?:和(?![平谐美睦义丰乐气煦记善尚弦棋馅畅蔼泥灰]|面(?![条粉包馆积料点食向对])|声(?![音明])|服(?![务装饰])|牌(?![子照匾])|暖(?![气心宝阳])|解(?![放决释说]))|以及|与(?![会时众其日]))(?=[一-龥])"
)
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", ".": "。"}
_HAN = r"[㐀-鿿”’》）]"
_ASCII = lazy(
    rf"(?=[,;:?!().])(?:(?<={_HAN})[,;:?!()]|[,;:?!()](?=[㐀-鿿“‘《（])|(?<=[㐀-鿿])\.(?![\w.]))"
)
_TWICE = lazy(
    r"[，、；：。](?:(?<!。)[，、；：]+|(?<!。)。|(?<=。)[，、；：]|(?<=[。！？]”。)|(?<=[！？]。))"
)
_POINT = lazy(
    r"(?=[.'])(?:(?<=[㐀-鿿])\.(?=[㐀-鿿])|(?<=[㐀-鿿，。：])'(?=[㐀-鿿])|(?<=[㐀-鿿])'(?=[㐀-鿿，。、；：）]))"
)
_BETWEEN_FIGURES = lazy("[一二三四五六七八九十].[一二三四五六七八九十]")
_DOTS = lazy(r"[.。-](?<=[㐀-鿿].)(?:(?<=\.)\.{2,}|(?<=。)。+|(?<=-)-+(?=[㐀-鿿]))")
_SHOUTED = lazy(r"[！？]{4,}")
_LISTED_THINGS = (
    "材料|物品|食材|工具|用品|活动|项目|内容|问题|地方|单位|部门|人员|群体|服务|课程|节目|作品|蔬菜|水果|农产品|产品|设备|设施|家电|节日|场所|社区|街道|方面|环节|职业|岗位|方式|措施|"
    "技能|知识|手艺|小吃|点心|食品|植物|动物|图书|书籍|玩具|衣物|器材|乐器|疾病|慢性病|情况|事项|功能|区域|栏目|礼物|奖品|证件|信息|数据|费用"
)
_BETWEEN_MARKED = lazy(r"、(?:(?<=”、)(?=“)|(?<=》、)(?=《))")
_PAIR_BEFORE = lazy(
    r"(?:“[^“”\n]{1,24}”[和与跟同对]“[^“”\n]{1,24}”|《[^《》\n]{1,24}》[和与跟同对]《[^《》\n]{1,24}》)$"
)
# Three titles, or two and 等: 《甲》，《乙》，《丙》.
_TITLES = lazy(
    r"》，《(?:[^《》\n]{1,30}》，《(?=[^《》\n]{1,30}》)|(?=[^《》\n]{1,30}》等))[^《》\n]{1,30}》(?:，《[^《》\n]{1,30}》)*"
)
_BEHIND_AND = lazy(
    r"(?:和(?<=[一-龥”》].)(?<![中永人义泰共总饱缓柔平随谦祥温暖调清亲附].)|以及|与(?<=[一-龥”》].)(?<![参赠给授].))、(?=[一-龥“《])"
)
_YEAR_TO_YEAR = lazy(r"(?<![\d-])((?:19|20)\d\d)-((?:19|20)\d\d)(?=年(?!级))")
_BEFORE_ETC = lazy(
    rf"、等(?=[，。；：！）]|(?:各类|各种|多种|多项|多个|相关|生活|日常|学习|传统|便民|惠民|志愿|公益|文体)?(?:{_LISTED_THINGS})|[\d一二三四五六七八九十多数几]+[个种项类名位家户件样处门])"
)
_AFTER_FIGURE = lazy(r"\d(?<![^：；。！？\n“（ ].)\d?、(?=[一-龥“《])(?!(?:[一-龥]{1,4}、|\d))")
_NO_BOOK = lazy(
    r"《(?P<name>[^《》\n]{1,20})》(?=(?:荣誉)?(?:称号|证书|奖状|奖牌|锦旗|奖杯|头衔)|(?:商标|品牌|执照|许可证))"
)
_AFTER_BRACKET = lazy(
    r"、(?:(?<=（[一二三四五六七八九十\d]）、)|(?<=（[一二三四五六七八九十\d]{2}）、)|(?<=[①-⑩]、))"
)
_AFTER_ORDINAL = lazy(
    r"[第首其再](?<![^：；。！？\n].)(?:(?<=第)[一二三四五六七八九十]|(?<=首)先|(?<=[其再])次)、"
    r"(?!第|[一二三四五六七八九十首其再最])"
)
_ETC = lazy(r"等等?……|……等等?(?![待到了候级于])")
_SPOKEN = lazy(r"：“(?<=[说道示讲问答笑喊忆言诉称述叹]..)[^“”\n。！？…]{2,80}(?P<mark>”。)")
_BROKEN_OFF = lazy(r"(?P<mark>[，、])\s{0,8}$")
_WHOLE = frozenset(("summary", "text"))  # fields that end where their last sentence does
_TAIL = 10  # characters
_IN_BRACKETS = lazy(r"\(([^()（）\n]{1,60})\)")
_IN_QUOTES = lazy(r'"([^"“”\n]{1,60})"')
_EARLY = 50_000  # characters up to which a half-width quote is told to open or to close
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」"}
_CLOSING = {close: start for start, close in _PAIRS.items()}
_MARKS = lazy(f"[{''.join(_PAIRS)}{''.join(_CLOSING)}]")
_BOTH = frozenset("".join(_PAIRS) + "".join(_CLOSING))
_LISTED = lazy(r"^\s*[（(]?[0-9０-９一二三四五六七八九十]{1,3}$")


def _full(match: re.Match[str]) -> str | None:
    return _FULL[match.group()]


def _curly(match: re.Match[str]) -> str | None:
    if match.start() >= _EARLY:
        return None
    return "”" if match.string.count('"', 0, match.start()) % 2 else "“"


def _dots(match: re.Match[str]) -> str | None:
    marks = match.group()
    if marks == "。。":
        return "。"
    return "——" if marks.startswith("-") else "……"


def _comma_last(match: re.Match[str]) -> str:
    return f"{match.group()[:-1]}，"


# what has to be there, one of these, pattern, what to say of {mark} and {right}, how to mend it
_FAULTS: tuple[
    tuple[tuple[str, ...], re.Pattern[str], str, Callable[[re.Match[str]], str | None] | None], ...
] = (
    (tuple(_FULL), _ASCII, "中文里的半角“{mark}”请改为全角“{right}”。", _full),
    (("，", "、", "；", "：", "。"), _TWICE, "“{mark}”重复或相连，请只留一个标点。", None),
    ((".", "'"), _POINT, "中文里的半角“{mark}”请改为相应的全角标点。", None),
    (('"',), _QUOTE, "中文里的半角引号请改为“”。", _curly),
    (("[", "]", "<", ">"), _SQUARE, "中文里的半角“{mark}”请改为全角括号或书名号。", None),
    (("…",), _ONE_ELLIPSIS, "省略号占两格，请改为“……”。", lambda _: "……"),
    (
        ("、和", "、以及", "、与"),
        _BEFORE_AND,
        "“{right}”前面不用顿号，请删去顿号。",
        lambda match: match.group()[1:],
    ),
    (
        ("！！", "！？", "？！", "？？"),
        _SHOUTED,
        "“{mark}”叠用过多，叹号、问号最多叠用三个。",
        lambda match: match.group()[0],
    ),
    (
        ("）、", *(f"{one}、" for one in "①②③④⑤⑥⑦⑧⑨⑩")),
        _AFTER_BRACKET,
        "带括号的序号后面不用顿号，请删去。",
        lambda _: "",
    ),
    (
        ("第", "首先、", "次、"),
        _AFTER_ORDINAL,
        "“第一”“首先”等后面用逗号，请改为“{right}”。",
        _comma_last,
    ),
    (("”、“", "》、《"), _BETWEEN_MARKED, "并列的引号、书名号之间不用顿号，请删去。", lambda _: ""),
    (
        ("》，《",),
        _TITLES,
        "并列的书名号之间不用逗号，请删去。",
        lambda match: match.group().replace("》，《", "》《"),
    ),
    (
        ("和、", "以及、", "与、"),
        _BEHIND_AND,
        "“{right}”后面不用顿号，请删去顿号。",
        lambda match: match.group()[:-1],
    ),
    (
        ("-19", "-20"),
        _YEAR_TO_YEAR,
        "起止年份之间用一字线，请改为“{right}”。",
        lambda match: f"{match[1]}—{match[2]}",
    ),
    (("、等",), _BEFORE_ETC, "“等”前面不用顿号，请删去顿号。", lambda match: match.group()[1:]),
    (
        tuple(f"{one}、" for one in "0123456789"),
        _AFTER_FIGURE,
        "阿拉伯数字作序号后面不用顿号，请改为“{right}”。",
        lambda match: f"{match.group()[:-1]}．",
    ),
    (
        ("》",),
        _NO_BOOK,
        "证书、称号、奖项和商标不用书名号，请改为引号。",
        lambda match: f"“{match['name']}”",
    ),
    (("…",), _ETC, "省略号与“等”“等等”只用一个。", None),
    (("...", "。。", "--"), _DOTS, "“{mark}”请改为“{right}”。", _dots),
)


def find_punctuation(reading: Reading) -> Iterator[Finding]:
    """Find ASCII marks beside Han characters, and quotes and brackets without a partner."""
    for text in reading.texts:
        pairs = list(_half_width_pairs(text))
        for start, end, right in pairs:
            what = "括号" if right.startswith("（") else "引号"
            message = f"中文里的半角{what}请改为全角“{right[:1]}{right[-1:]}”。"
            yield text.finding("punctuation", Level.WARNING, message, start, end, right)
        paired = {at for start, end, _ in pairs for at in (start, end - 1)}
        for needed, pattern, says, mend in _FAULTS:
            if any(map(text.text.__contains__, needed)):
                for found in _wrong_marks(text, pattern, says, mend, paired):
                    if pattern is not _BEHIND_AND or _stands_alone(reading, text, found):
                        yield found
        if text.field in _WHOLE and (
            last := _BROKEN_OFF.search(text.text, max(0, len(text.text) - _TAIL))
        ):
            message = "全文不能停在“{}”上，请核对是否缺了内容，或改为句号。"
            yield text.finding(
                "punctuation", Level.WARNING, message.format(last["mark"]), *last.span("mark")
            )
        yield from find_asking_marks(reading, text)
        if not text.characters.isdisjoint(_BOTH):
            yield from _unpaired(text)
        if "：“" in text.text and "”。" in text.text:
            yield from _spoken(text)


def _stands_alone(reading: Reading, text: Text, found: Finding) -> bool:
    """Say whether 和 is a word: not so in 温和、谦虚."""
    return reading.is_word(text, found.start, found.end - 1)


def _half_width_pairs(text: Text) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and how it is right for what stands in half-width brackets or quotes."""
    words = text.text
    for needed, pair, single, marks in (
        ("(", _IN_BRACKETS, _ASCII, "（）"),
        ('"', _IN_QUOTES, _QUOTE, "“”"),
    ):
        if needed not in text.characters:
            continue
        for match in pair.finditer(words):
            start, end = match.span()
            if text.is_address(start) or text.is_address(end - 1):
                continue
            if single.match(words, start) or single.match(words, end - 1):
                yield start, end, f"{marks[0]}{match[1]}{marks[1]}"


def _wrong_marks(
    text: Text,
    pattern: re.Pattern[str],
    says: str,
    mend: Callable[[re.Match[str]], str | None] | None,
    paired: AbstractSet[int],
) -> Iterator[Finding]:
    for match in pattern.finditer(text.text):
        start, end = match.span()
        if start in paired or text.is_address(start):
            continue
        if pattern is _BETWEEN_MARKED and _PAIR_BEFORE.search(text.text, max(0, start - 60), start):
            continue  # “订婚”与“定婚”、“笔画”与“笔划”: two pairs
        if match.group() == "." and _BETWEEN_FIGURES.match(text.text, max(0, start - 1)):
            continue  # 五.一: `days` says what to do
        right = mend(match) if mend else None
        message = says.format(mark=match.group()[:6], right=right)
        yield text.finding("punctuation", Level.WARNING, message, start, end, right)


def _spoken(text: Text) -> Iterator[Finding]:
    """Find 说：“…”。 whose full stop belongs to the words that are quoted."""
    for match in _SPOKEN.finditer(text.text):
        message = "引语独立成句，句号应放在后引号之前，请对调。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span("mark"), "。”")


def _unpaired(text: Text) -> Iterator[Finding]:
    """Find marks without their partner, and “ ” within “ ”."""
    offset = 0
    for paragraph in text.text.split("\n"):
        lonely, nested = _pair_up(paragraph)
        for index in lonely:
            if paragraph[index] == "“" and _goes_on(text.text, offset + len(paragraph) + 1):
                continue
            message = f"“{paragraph[index]}”没有配对，请补全或删去。"
            at = offset + index
            yield text.finding("punctuation", Level.WARNING, message, at, at + 1)
        for first, last in () if lonely else nested:  # else it is not known which belong together
            start, end = offset + first, offset + last + 1
            right = f"‘{text.text[start + 1 : end - 1]}’"
            message = f"引号里再用引号，里面的改为单引号：{right}。"
            yield text.finding("punctuation", Level.WARNING, message, start, end, right)
        offset += len(paragraph) + 1


def _pair_up(paragraph: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Return where marks without a partner stand, and pairs of “ ” that stand within such."""
    waiting: list[tuple[str, int]] = []
    lonely: list[int] = []
    nested: list[tuple[int, int]] = []
    for match in _MARKS.finditer(paragraph):
        mark, index = match.group(), match.start()
        if mark in _PAIRS:
            waiting.append((mark, index))
        elif waiting and waiting[-1][0] == _CLOSING[mark]:
            _, opened = waiting.pop()
            if mark == "”" and waiting and waiting[-1][0] == "“":
                nested.append((opened, index))
        elif not (mark == "）" and _LISTED.match(paragraph[max(0, index - 5) : index])):
            lonely.append(index)
    return sorted([*lonely, *(index for _, index in waiting)]), nested


def _goes_on(text: str, following: int) -> bool:
    """Say whether a quotation goes on in the next paragraph, which then begins with “ again."""
    return text.startswith("“", following)


RULES = (
    Rule(
        "punctuation",
        "W",
        "标点",
        "汉字旁的半角标点改为全角，引号、括号、书名号成对使用，引号里再用引号改为单引号；"
        "叹号、问号最多叠用三个，“第一”后用逗号，“1”作序号后用“．”，“等”前不用顿号；并列的引号、书名号之间不用顿号、逗号，起止年份用一字线，"
        "证书、称号不用书名号；没有发问的句子不用问号，并列的词语之间不用逗号；网址、小数和时刻不在此列。",
        "GB/T 15834《标点符号用法》",
        "大家好,欢迎来到社区。",
        "大家好，欢迎来到社区。",
        find_punctuation,
    ),
)
