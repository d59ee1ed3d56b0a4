"""Words that are right elsewhere, told by the words around them: 收到群众欢迎 for 受到群众欢迎.

Only frames that leave one reading are judged. What this module never does: look at a word without
its frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_PLACE = "社区|小区|居委会|村委会|学校|幼儿园|医院|公园|菜场|菜市场|礼堂|超市|银行|车站|地铁站|广场|活动室|食堂|图书馆"
_SEAT = "台阶|椅子|凳子|板凳|长椅|石凳|藤椅|竹椅|轮椅|沙发|门槛|床沿|床边|前排|后排|第一排|树下|树荫下|窗边|桌旁|桌前"
_SITTER = "老人|居民|村民|大家|孩子|奶奶|爷爷|大爷|阿姨|大妈|师傅|观众|队员|们|他|她|静静|并排"
_TROUBLE = "问题|困难|难题|堵点|痛点|隐患|诉求|矛盾|纠纷|心愿|需求|积水|漏水"
_WORK = "工程|项目|道路|电梯|设施|管网|路灯|步道"
_MENDS = "换|修|缝|拉上|拉开|拉好|拆|配|修理|更换|维修"
_SEWN = "衣服|裤子|外套|羽绒服|棉衣|裙子|书包|背包|箱子|箱包|行李箱|钱包|帐篷|靴子"
_OPENED = "展览|展厅|场馆|公园|书屋|图书馆|图书室|图书角|阅览室|活动室|体育馆|球场|景区|纪念馆|博物馆|健身房|操场|广场|卫生间|厕所|停车场"

_SOME = r"(?:[一两二三四五六七八九十几数这那每]|\d)"
_LOOKS = r"(?:黑白|彩色|泛黄|珍贵|精美|巨型|大型|手绘|手写|烫金|崭新|祖传|[老旧大小新红巨长])的?|[一-龥]{2}的"
_PICTURES = (
    "老照片|旧照片|照片|画作|书画|油画|国画|字画|图画|画卷|地图|书法|摄影作品|漫画|年画|剪纸|海报|挂图|壁画|水墨画|山水画|水彩画|儿童画|版画|墙绘|绣品|刺绣|"
    "横幅|标语|美景|画面|绘画|农民画|画(?=[，。；、的]|$)"
)
_SETS = "对联|春联|楹联|挽联|喜联|门联|眼镜|老花镜|墨镜|手套|担子|扁担|扑克|麻将|象棋|围棋|拐杖|耳环|手镯|模样|面孔|嗓子|笑脸|热心肠|碗筷|担架|球拍|手铐|假牙|好嗓子|好心肠"


@dataclass(frozen=True, slots=True)
class _Frame:
    """A word that is wrong in one frame, and the word that is meant."""

    needs: str  # what has to be there
    pattern: re.Pattern[str]  # the wrong word is its group ``wrong``
    right: str
    says: str


_FRAMES = (
    _Frame(
        "收到",
        lazy(
            r"(?P<wrong>收到)了?(?=[^，。；：！？“”、\n\d一两几对条封个面多少信件次句]{0,8}?的?(?:热烈|普遍|一致|广泛|高度)?"
            r"(?:欢迎|好评|表扬|表彰|喜爱|青睐|追捧|称赞|赞扬|尊敬|启发|鼓舞)(?:[，。；！]|$))"
        ),
        "受到",
        "“欢迎”“好评”“表扬”等是受到的",
    ),
    _Frame(
        "以",
        lazy(
            rf"(?:{_TROUBLE})(?P<wrong>以)(?=(?:基本|全部|陆续|圆满|顺利|初步|妥善|有效|彻底)?(?:得到|解决|化解|消除))"
            r"(?![^，。；！？\n]{0,14}(?:为|作|来|换))"
            rf"|(?:{_WORK})(?P<built>以)(?=(?:基本|全部|陆续|圆满|顺利)?(?:完成|完工|竣工|建成|投用|启用|开工|修好|修复)(?:[，。；！]|$))"
        ),
        "已",
        "这里是“已经”的意思",
    ),
    _Frame(
        "再",
        lazy(
            rf"(?:(?<![一-龥])|(?<=[我你他她们]))(?P<wrong>再)(?=(?:{_PLACE})(?:门口|门前|门外|里|内|旁|对面|附近|大厅|楼下|广场|中心)(?!再))"
        ),
        "在",
        "后面是处所",
    ),
    _Frame(
        "做在",
        lazy(
            rf"(?:{_SITTER})(?P<wrong>做)在(?=[^，。；！？\n]{{0,6}}?(?:{_SEAT}))"
            rf"|(?<![一-龥])(?P<seated>做)在(?=[^，。；！？\n]{{0,6}}?(?:{_SEAT})[上下边旁前]?"
            r"(?:休息|歇|聊|晒太阳|听|看|等|乘凉|吃|喝|拉|唱|下棋|剥|择|缝))"
        ),
        "坐",
        "后面是坐的地方",
    ),
    _Frame(
        "拉练",
        lazy(
            rf"(?:{_MENDS})(?:了|好|上|开|个|条|一条|一根|根|新|断了的|坏了的){{0,3}}(?P<wrong>拉练)(?!活动|训练|比赛|途|结束|路线)"
            rf"|(?:{_SEWN})(?:的|上的|上)?(?P<sewn>拉练)|(?P<torn>拉练)(?=坏了|头|卡住|掉了|滑丝|脱了|拉不)"
        ),
        "拉链",
        "这里说的是衣物上的",
    ),
    _Frame(
        "开方",
        lazy(
            rf"(?<![医生师]在)(?:{_OPENED})[^，。；！？\n药医诊]{{0,10}}?(?P<wrong>开方)(?![便式子向抓药])"
            r"|(?P<when>开方)(?=时间|日期|至[\d一二三]|到[\d一二三]|参观)"
        ),
        "开放",
        "场所是“开放”的",
    ),
    _Frame(
        "登录",
        lazy(
            r"(?:台风|热带风暴)(?!网|官网|路径)[^，。；！？\n]{0,12}?(?P<wrong>登录)(?!网|系统|平台|查|账|后台)"
        ),
        "登陆",
        "台风是“登陆”",
    ),
    _Frame(
        "报道",
        lazy(
            r"(?:新生|学员|学生|新兵|队员|新员工|新教师)[^，。；！？\n]{0,6}?[到来去向](?:[^，。；！？\n]{0,6}?)(?P<wrong>报道)(?=[，。；！？、]|$|注册|手续|时)"
        ),
        "报到",
        "人去一个地方登记是“报到”",
    ),
    _Frame(
        "合拢",
        lazy(
            r"(?:大桥|主桥|主跨|钢箱梁|大坝|堤坝|海堤|围堤)(?:顺利|成功|正式|胜利|今天|昨天|全线)?(?P<wrong>合拢)(?=[，。；！？、了]|$)"
        ),
        "合龙",
        "桥梁、堤坝是“合龙”",
    ),
    _Frame(
        "反应",
        lazy(
            r"(?:居民|业主|住户|村民|群众|家长|商户|租户|[老小][一-龥]|[一-龥](?:阿姨|大伯|伯伯|师傅|大爷|大妈|大姐|奶奶|爷爷|先生|女士))"
            r"(?:曾|多次|此前|当场|纷纷|向[^，。；：！？\n]{1,10})?(?P<wrong>反应)(?=，(?![快慢又都也还却很])|：|称)"
            r"|向[^，。；：！？“”\n]{1,8}(?P<told>反应)(?=了?(?:[^，。；：！？\n]{0,10}?)(?:问题|情况|困难|诉求|意见|需求|隐患|建议|难题|不便|噪音|异味)(?:[，。；！]|$))"
        ),
        "反映",
        "把情况告诉别人是“反映”",
    ),
    _Frame(
        "副",
        lazy(rf"{_SOME}(?P<wrong>副)(?=(?:{_LOOKS})?(?:{_PICTURES}))"),
        "幅",
        "书画、照片论“幅”",
    ),
    _Frame(
        "幅",
        lazy(rf"{_SOME}(?P<wrong>幅)(?=(?:{_LOOKS})?(?:{_SETS}))"),
        "副",
        "成对、成套的东西和表情论“副”",
    ),
    _Frame(
        "用",
        lazy(
            r"(?:按时|按量|遵医嘱|长期|每[天日晚]|一天|空腹|饭[前后]|睡前|[早晚]饭[前后]|同时|混合|过量|不能|不可|如何|药[物品片丸]?(?:要|应|需|可以|请))"
            r"(?:分?[一两二三四]次|继续|一起)?(?P<wrong>[复付伏敷]用)(?![于在膜贴料])"
        ),
        "服用",
        "吃药是“服用”",
    ),
)
_HEAD = lazy(r"先[^。！？\n]{0,24}$")  # 先社区门口，再小区里
_LEAD = 26  # characters


def find_wrong_in_frames(_: Reading, text: Text) -> Iterator[Finding]:
    """Find the words above in their frames, except in names."""
    words = text.text
    for frame in _FRAMES:
        if frame.needs not in words:
            continue
        for match in frame.pattern.finditer(words):
            group = match.lastgroup or "wrong"
            start, end = match.span(group)
            if text.is_name(start) or (
                frame.right == "在" and _HEAD.search(words, max(0, start - _LEAD), start)
            ):
                continue
            message = f"{frame.says}，“{match[group]}”请改为“{frame.right}”。"
            yield text.finding("confusable", Level.WARNING, message, start, end, frame.right)
