"""Where something takes place, in the words of the sentences that announce it.

在社区文化礼堂二楼开讲, 地点：村口的老樟树下, 六角亭有一堂公开课. What this module never does: look
up communities and streets, or give a place that the text does not name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STRETCH = r"(?P<stretch>[^，。；！？、：:\n（）()\s【】📍]{2,26})"
_LEG = r"(?P<stretch>[^，。；！？、：:\n（）()\s【】📍]{2,20}?)"
_LABELLED = re.compile(
    r"(?:(?:地点|地址|地方(?=[】\]：:是])|会场|集合点|何地|在?哪里|📍)[】\]]?[？?]?(?:答)?\s*(?:[：:]\s*)?"
    r"(?:(?:就|仍|还|都|定|设|放|安排)*在|换[到在]|改[到在]|[都均仍]?[是为])?|"
    r"(?:教室|课堂|课程?|演出|比赛|活动|展览|展厅|摊位|地方)(?:就|仍|还|都|定|设|放|摆|安排){1,2}在|"
    r"(?:教室|演出|比赛|摊位|地方)在)" + _STRETCH
)
_IN = re.compile(r"(?<![正现实存所旨内潜好住站身])(?:就|设|放|摆|停|安排)?在" + _STRETCH)
_TO = re.compile(
    r"(?<![移改换讲做看听得收拿领受直等送带寄说用学遇碰演唱开办感赶轮迎卖回达])(?:到|来到|来|去|[走送搬开请]进|于)"
    + _STRETCH
)
_OFF = re.compile("从" + _LEG + "(?:出发|集合|起跑|起步|开跑|鸣枪|起航|走起)")
_END = (
    r"(?:广场|礼堂|公园|中心|教室|活动室|门口|门前|门外|操场|码头|渡口|长廊|书屋|食堂|大厅|车间|之家|基地|家园|"
    r"[场堂园楼室口前旁下里上内边馆院站校店厅亭桥头廊屋街路村区岸畔台坪地坊家滩塘寺庙宫祠埠层库房间坡巷弄门侧角"
    r"棚池湾墙城苑湖船舱埕井树林田山滩厂铺]|道上)"
)
_WORDS = r"(?!开|首)[^，。；！？、：:\n（）()\s\d]"
# 老祠堂开臼, 六角亭有一堂公开课
_SUBJECT = re.compile(
    f"^(?!在)(?P<stretch>{_WORDS}{{1,24}}?{_END})"
    "(?=将|要[办开演拍摆把举]|会[摆有办架支搭]|有[一两]|先|再|又[要有]|还有|照常|各[开放办]|办|"
    "开[讲幕臼门课演]|"
    "[办摆支搭][一两起开出]|各?有|挂起|准时|上演|举[办行]|只招待|同时|照例)"
)
_ALONE = re.compile(f"^{_WORDS}{{1,24}}{_END}$")  # 晚7点，码头边的灯光球场，
_UNITS = re.compile("街道|镇|乡|社区|村")
_NO_SUBJECT = re.compile("可以|带|迎来|都|谁|分钟|回家|上门|[一二三四五六七八九十两]堂$")
_ACT = re.compile(
    r"举[办行]|开[幕讲课演班放摊市展张设始锣营炉镰桶唱镜赛会门]|"
    r"[办摆演唱教讲搭放支开](?=[一两三四五六七八九十第“《了出起个开])|上演|放映|集合|进行|"
    r"点[亮灯]|召开|组织|发放|报名|等[你您大着候]|一起|现场|免费|露天(?=放|演)|统一|同时|同步|照常|准时|再[办开次]|先[办开包]|"
    r"将|要[办开把用请有唱]|会[演师]|给[大居孩老]|为[大居孩老留]|把|请|有[一两三四五六七八九十]|[还另]有|领[取一]|见面|碰[头面]|出发|上车|鸣[锣枪]|分发|公布|重[开启]|考核|架[起设]|选[下出一]|晒[书一]|开场|给|挂牌|开门|招新|起[飞跑]|一对一|试演|"
    r"连[说演放唱办]|参加|体验|[办作做](?=最[后新]|首|专)|学[做习一]|听[一讲课评书]|看[一灯戏电]|吃[一饭]|做[一客]|包[粽饺汤]|捣|写[一春福对]|打[年麻]|剪[一纸]|比[一试赛]|"
    r"围[成在坐]|排练|亮[灯起相]|铺[开一]|挂[起上]|坐班|坐堂|接[待种]|来(?=$|玩)"
)
_WEAK_ACT = re.compile("[办供卖收唱演摆种挖租坐跑]")
# What may begin the words for what is done at a place.
_DOING = frozenset(
    "举办开摆演唱教讲做放点上集等排铺挂围坐来给为把请有抽领交打写画挖收卖送看听吃学玩练比跳试走跑设搭启迎"
    "升揭颁补种捡包捣剪晒煮烤磨义免照连轮各将要会再先又就也都与和同跟向帮陪候见碰支展换接拍赏猜认采摘现当"
)
_BEHIND = _DOING | {""}  # what stands behind a place
_NUMBER = "[0-9０-９一二三四五六七八九十两几半]"
_NO_PLACE = re.compile(
    rf"^当[天日]|{_NUMBER}[株只张份盏把条间]|怎么|[点时]$|{_NUMBER}(?:[年月日天周]|号(?=$|[上下晚早]))|\d[点时:：.]|期间|过程|情况|基础|带[领动]下|帮[助带]下|支持下|组织下|陪[同伴]下|指导下|协助下|"
    r"见证下|网上|线上|手机|微信|群里|心里|手里|眼里|嘴上|(?:[脸身手纸墙]|本子?)上|带里|会上$|台前$|以[上内下]|标签|扉页|幕布|(?:国庆|元旦|春节|中秋|端午)前|^小?舞台上|专场$|[一两三四五六七]场$|队伍里$|现在|目前|之[前内下上]$|"
    r"了|记下|敲|插|留守|下头|落山前|周[一二三四五六日]|轮到|天黑前|节前|夜里|时间里|日子里|"
    r"^(?:的|了|这|那|此|哪|走|同一|第|给|晚上|白天|旁边|[一二两三四五六七八九十][场台样]|一起|一处|一边|边上|一旁|家$|家里$|门[口前外]$|哪里|地上|楼上$|外地|城里|街上|水上|村里$|社区里?$|"
    r"(?:上午|下午|晚上|中午|早上|傍晚)\d|回执|请|是|画[船画]|[两三四五六几]处$|由|再|来|去|从|自|不|没|也|孩子|人都|一[艘条辆]|都|就|他|她|我|你|为|把|被|让|有)"
)
# What is done before the day, elsewhere: 到居委会领券.
_ERRAND = re.compile("(?:领[取票券号]?|取票|报名|登记|填表|缴费|交[表费]|买票)")
_UNIT = re.compile("(?:社区|村)$")
_CLAUSE = re.compile("[，,；：:]")
_NEAR = 2  # clauses behind a day that may be nothing but the place
_SHORTEST = 2  # characters of a place and of what may be one


def find_venue(before: str, behind: str, after: str) -> str:
    """Return the place where something takes place; "" where none is named.

    ``before`` and ``behind`` are the parts of its sentence around the day, ``after`` what follows
    that sentence.
    """
    return (
        find_labelled(f"{behind}。{after}")
        or _first(_find_in_clause(n, one) for n, one in enumerate(_CLAUSE.split(behind)))
        or _find(_IN, before)
        or _first(map(_find_subject, reversed(_CLAUSE.split(before))))
        or _find(_IN, after)
    )


def find_labelled(text: str) -> str:
    """Return the first place that a text calls so: 地点：…, 教室设在…; "" for none."""
    return _first(_trim(one["stretch"], labelled=True) for one in _LABELLED.finditer(text))


def _first(places: Iterable[str]) -> str:
    return next(filter(None, places), "")


def _find_in_clause(number: int, clause: str) -> str:
    """Return the place a clause behind the day names; the first may be nothing but one."""
    found = (
        _find(_IN, clause)
        or _find(_OFF, clause)  # 从渡口出发
        or _find(_TO, clause)
        or _find_subject(clause)
    )
    if found:
        return found
    alone = _ALONE.match(clause) if number < _NEAR or _UNITS.search(clause) else None
    if alone is None or _UNIT.search(clause) or _NO_SUBJECT.search(clause):
        return ""
    return _trim(clause)


def _find(pattern: re.Pattern[str], text: str) -> str:
    return _first(_trim(one["stretch"]) for one in pattern.finditer(text))


def _find_subject(clause: str) -> str:
    """Return the place that does what a clause tells: 六角亭有一堂公开课; no community itself."""
    found = _SUBJECT.match(clause)
    if found is None or _UNIT.search(found["stretch"]) or _NO_SUBJECT.search(found["stretch"]):
        return ""
    return _trim(found["stretch"])


def _trim(stretch: str, *, labelled: bool = False) -> str:
    """Return the part of a stretch that is a place: up to what is done there, and no further."""
    act = _ACT.search(stretch, _SHORTEST)
    if act is None and not labelled:
        act = _WEAK_ACT.search(stretch, _SHORTEST)
    place = stretch[: act.start()] if act else stretch
    if not labelled:
        ends = [found.end() for found in re.finditer(_END, place) if found.end() >= _SHORTEST]
        whole_words = (end for end in reversed(ends) if place[end : end + 1] in _BEHIND)
        place = place[: next(whole_words, 0)]
    if not labelled and _ERRAND.match(stretch, len(place)):
        return ""  # 票在社区前台领
    whole = place.count("“") == place.count("”")
    return place if whole and len(place) >= _SHORTEST and not _NO_PLACE.search(place) else ""
