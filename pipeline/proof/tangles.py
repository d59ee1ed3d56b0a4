"""Two ways of saying one thing tangled into one, negations too many or too few, words that went missing.

围绕以…为重点, 险些没有被骗, 无时无刻都在, 向居民开，, 发了一手环. What this module never does: judge style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.spans import quoted

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_CLAUSE = "[^，。；！？：、\n]"
_END = "(?=[，。；！？、]|$)"
_AIM = "主题|重点|核心|中心|目标|导向|抓手|主线|引领|内容|载体|契机|基础|原则|突破口|切入点"
_PEOPLE = "居民|市民|公众|社会|群众|老人|老年人|游客|读者|学生|村民|孩子|家庭|职工|儿童|青少年|观众|邻里|岁以上"
_THINGS = (
    "手环|手册|雨伞|台灯|座椅|长椅|对联|围巾|礼包|大礼包|礼物|手电筒?|药箱|药盒|灭火器|血压计|血糖仪|呼叫器|报警器|烟感|展板|横幅|海报|卡片|联系卡|爱心卡|地图|锦旗|奖杯|奖状|"
    "书籍|图书|绘本|棉被|棉衣|轮椅|拐杖|保温杯|水杯|毛巾|帽子|手套|口罩|台历|挂历|黑板|电视机|空调|投影仪|充电桩|信箱|垃圾桶|路灯|健身器材|滑梯|钢琴|照片"
)
_MADE_OF = "(?:防走失|智能|电子|便携|应急|爱心|便民|折叠|老年|塑料|木制|儿童|多功能|定位|全新|崭新|旧|新|大红|红色)?"


@dataclass(frozen=True, slots=True)
class _Tangle:
    """One form."""

    needs: str  # what has to be there
    pattern: re.Pattern[str]  # what is wrong is its group ``wrong``, or all of it
    says: str
    right: str = ""
    spoken: bool = False  # judged in somebody's words as well


_TANGLES = (
    _Tangle(
        "以",
        lazy(rf"(?P<wrong>(?:围绕|按照|本着|遵循|根据|依托)着?以){_CLAUSE}{{1,20}}?为(?:{_AIM})"),
        "“围绕……”和“以……为……”混在一起，留一种说法",
    ),
    _Tangle("险些", lazy("险些(?P<wrong>没有?|未)"), "“险些”已经是没有发生，请删去“没有”", "", spoken=True),
    _Tangle(
        "无时无刻",
        lazy(rf"无时无刻(?!{_CLAUSE}{{0,6}}[不没无])(?={_CLAUSE}{{2,}})"),
        "“无时无刻”后面要有“不”：写“无时无刻不……”或“时时刻刻”",
    ),
    _Tangle("禁", lazy(r"(?:禁止|严禁)(?:[一-龥]{0,6}?)(?P<wrong>不得|不准|不要|不许|请勿)"), "两个否定词相抵，意思说反了，请删去一个"),
    _Tangle("忍不住", lazy("忍不住(?:不|没)(?!住)"), "两个否定词相抵，请删去一个"),
    _Tangle("否认", lazy(rf"不可否认{_CLAUSE}{{0,3}}，{_CLAUSE}{{0,8}}不是没有"), "否定词太多，请核对意思"),
    _Tangle("缺乏", lazy(rf"(?:缺乏|缺少){_CLAUSE}{{1,10}}(?P<wrong>不足|不够|缺失){_END}"), "“缺乏”与“不足”重复，留一个"),
    _Tangle("关键在于", lazy(rf"关键在于{_CLAUSE}{{2,20}}(?P<wrong>是关键|起(?:着|了)?决定(?:性)?作用|才是关键){_END}"), "“关键在于……”和“……是关键”混在一起，留一种说法"),
    _Tangle("原因", lazy(rf"(?:之所以){_CLAUSE}{{2,24}}，?(?:的)?(?:主要)?(?P<wrong>原因是因为|是由于{_CLAUSE}{{2,16}}(?:造成|引起|导致)的?){_END}?"), "“之所以”与“是因为”呼应，后面不再说原因"),
    _Tangle("造成", lazy(rf"(?:原因)(?:主要)?是(?:由于|因为)?{_CLAUSE}{{2,20}}(?P<wrong>造成的|引起的|导致的|所致){_END}"), "“原因是……”和“由……造成的”混在一起，留一种说法"),
    _Tangle("以", lazy(rf"(?:以|由){_CLAUSE}{{1,12}}(?P<wrong>为主要组成|组成为){_END}"), "“以……为主”和“由……组成”混在一起，留一种说法"),
    _Tangle("由", lazy(rf"由(?:{_CLAUSE}|、){{2,24}}(?P<wrong>所构成的组成|等组成而成|组合组成){_END}"), "“由……组成”说了两遍，留一种说法"),
    _Tangle("深受", lazy(rf"(?:深受|受到|备受){_CLAUSE}{{1,10}}(?P<wrong>所(?:欢迎|喜爱|好评|称赞|青睐)){_END}"), "“受……欢迎”和“为……所欢迎”混在一起，留一种说法"),
    _Tangle("为了", lazy(rf"(?:为了){_CLAUSE}{{2,20}}(?P<wrong>为目的){_END}"), "“为了”与“为目的”重复，留一种说法"),
    _Tangle("止", lazy(r"(?:截至|截止)(?:\d{1,2}月\d{1,2}日|目前|11月底|[一-龥\d]{1,6})(?P<wrong>为止)"), "“截至”与“为止”重复，留一个"),
    _Tangle("凯旋", lazy("凯旋(?P<wrong>归来|而归|回来|而回)"), "“凯旋”就是胜利归来，留一个"),
    _Tangle("付诸", lazy("付诸(?P<wrong>于)"), "“诸”就是“之于”，请删去“于”"),
    _Tangle("悬殊", lazy("悬殊(?P<wrong>很大|较大|巨大|太大|极大)"), "“悬殊”就是相差很大，请删去后面的"),
    _Tangle("过高的奢望", lazy("过高的奢望"), "“奢望”就是过高的希望，留一个"),
    _Tangle("不必要的浪费", lazy("不必要的浪费"), "“浪费”都不必要，请删去“不必要的”"),
    _Tangle("开", lazy(rf"[向对](?:{_CLAUSE}{{0,10}}?)(?:{_PEOPLE})(?:免费|全天|全面|全部|正式|限时)?(?P<wrong>开){_END}"), "“开”后面漏了字，是不是“开放”", "开放"),
    _Tangle("活", lazy(rf"(?:举办|开展|举行|参加){_CLAUSE}{{0,12}}(?<![干农生快鲜灵成忙搞死复存养细粗重脏累手过用揽接])(?P<wrong>活){_END}"), "“活”后面漏了字，是不是“活动”", "活动"),
    _Tangle("饺", lazy(rf"[包煮下吃捏擀](?:起|了|着|好|完)?(?P<wrong>饺){_END}"), "“饺”后面漏了字，是不是“饺子”", "饺子"),
    _Tangle("馄", lazy(r"馄(?!饨)"), "“馄”后面漏了字，是不是“馄饨”", "馄饨"),
    _Tangle("志愿", lazy(rf"(?:名|位|个|多|余)(?P<wrong>志愿){_END}"), "“志愿”后面漏了字，是不是“志愿者”", "志愿者"),
    _Tangle("一", lazy(rf"(?:[了上出来着发送赠]|张贴|悬挂)(?P<wrong>一)(?={_MADE_OF}(?:{_THINGS})(?:[，。；、！]|$|[给来送和扫上里]))"), "“一”后面漏了量词（个、本、把、件等），请补上"),
)  # fmt: skip
_SENTENCE_START = r"[^。！？\n]"
_LETS = lazy(
    rf"(?:通过(?<!{_SENTENCE_START}通过)|经过(?<!{_SENTENCE_START}经过))[^，。；！？：\n]{{2,24}}，(?P<wrong>让)(?![位步座路利出贤])"
)


def find_tangles(text: Text) -> Iterator[Finding]:
    """Find the forms above, except in names and, but for some, in somebody else's words."""
    for one in _TANGLES:
        if one.needs not in text.text:
            continue
        for match in one.pattern.finditer(text.text):
            group = "wrong" if "wrong" in one.pattern.groupindex else 0
            start, end = match.span(group)
            if text.is_name(start) or (text.is_speech(start) and not one.spoken):
                continue
            advice = f"，请改为“{one.right}”" if one.right else ""
            message = f"{quoted(match.group()[-16:])}：{one.says}{advice}。"
            yield text.finding("sentence", Level.WARNING, message, start, end, one.right or None)
    if "，让" in text.text and "过" in text.characters:
        for match in _LETS.finditer(text.text):
            if not text.is_speech(match.start()) and not text.is_name(match.start()):
                message = "句子没有主语：删去开头的“通过”“经过”，或删去“让”。"
                yield text.finding("sentence", Level.WARNING, message, *match.span("wrong"))
