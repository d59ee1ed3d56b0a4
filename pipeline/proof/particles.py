"""的, 地 and 得 for one another: 慢慢的走 for 慢慢地走, 跑的很快 for 跑得很快, 热闹地集市.

Only what reads one way is judged: a manner before a verb that takes no noun's place, a verb before
its degree, a quality before a thing. What this module never does: judge 的 before a noun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.phrases import load_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_TWICE = "慢轻悄渐默静紧深狠匆牢远细稳早暗偷缓频连久高重白"  # 慢慢, 轻轻
_MANNER = (
    "高兴|认真|仔细|耐心|热情|激动|兴奋|大声|小声|飞快|慢条斯理|郑重|隆重|严格|反复|细致|轻松|平稳|稳稳当当|不停|不断|逐渐|逐步|自觉|主动|积极|熟练|自豪|骄傲|开心|愉快|"
    "亲切|腼腆|小心翼翼|津津有味|目不转睛|兴致勃勃|乐呵呵|笑眯眯|笑呵呵|气喘吁吁|依依不舍|异口同声|源源不断|有条不紊|"
    "安安静静|整整齐齐|高高兴兴|认认真真|仔仔细细|开开心心|热热闹闹|滔滔不绝|一个劲|三三两两|自言自语|情不自禁|"
    "毫不犹豫|争先恐后|如数家珍|感慨|欣慰|动情|深情|风趣|幽默|无奈|惊喜|吃惊|好奇|迅速|及时|顺利|准确|详细|专心|用心|细心"
)
_DONE = (
    "检查(?=每|了|着|一|完|各|过|起|这|那)|打扫(?=着|了|起|完|每|一)|整理(?=着|了|起|好|每|一)|擦(?=着|去|拭|了)|听(?=着|完|了)|叮嘱|叮咛|嘱咐|询问(?=着|了|起|每|老)|记录(?=着|了|下)|收拾(?=着|了|起|好)|翻(?=开|看|阅|着)|搀扶(?=着|起)|扶(?=着|起|住)|说(?!法|话|明|辞|唱|服)|跳(?!绳|舞|蚤|板|水)|唱(?!词|片|腔|歌|法)|听(?!众|力|筒)|看(?!法|客|台|点)|问(?!题|候|卷|答)|走(?!廊|道|法|向|势|路)|"
    "跑(?!道|步|车|鞋)|笑(?=着|了|起|道|成|得|开)|喊(?!声|话)|讲(?!座|师|台|解|话|述|究|稿)|读(?!书|者|物|音)|写(?!法|作|字)|哼|鼓掌|点头|摇头|挥手|坐(?=在|下|着)|站(?=在|起|着)|围(?=在|着|上|坐)|"
    "告诉|回答(?=着|说|了|道|记)|答道|告知|握(?=住|着)|拉(?=着|住|起)|抱(?=着|住|起)|拍(?=着|起|了)|举(?=起|着)|放(?=下|在|进)|"
    "拿(?=出|起|着|来)|递(?=上|给|过)|接(?=过|住)|搬(?=来|走|进|出|起)|爬(?=上|下|起|进)|跟(?=在|着)|等(?=着|在|候)|盯(?=着|住)|"
    "感(?=受到|觉到)|忙碌(?=着|起)|排(?=着|起|好|成|队)|(?:讲解|介绍|讲述|叙述|演示|示范|展示|清理|清扫|清洗|修剪|擦拭|排查|核对|登记|处理|解决|回忆|劝说|引导|解答|安慰|照顾|照料|护理|分类|摆放|布置|准备|安排|粘贴|描绘|呵护)(?=着|了(?!解)|起(?!来的)|好|完|每|一|这|那(?!么)|各|如何|怎|他们|她们|大家|老人们|孩子们)|涌(?=来|进|向|上)|围观|聊(?=着|起|了)|哭(?=了|着|起)|流(?=下|着|了)"
)
_VERB = lazy(rf"的(?=(?:{_DONE}))(?![^，。；！？\n]{{1,6}}(?:是|也是|让|都是))")
_TWO_TWICE = lazy(r"(?P<one>[一-龥])(?P=one)(?P<other>[一-龥])(?P=other)$")  # 认认真真
_FOUR = (
    "兴高采烈|全神贯注|聚精会神|语重心长|不约而同|一五一十|一字一句|一笔一画|一针一线|挨家挨户|成群结队|不厌其烦|专心致志|手忙脚乱|心满意足|面带微笑|满怀深情|"
    "满心欢喜|迫不及待|不由自主|恋恋不舍|满头大汗|有说有笑|井然有序|喜气洋洋|神采飞扬|声情并茂|饱含深情|手把手|面对面|一步一步|一点一点|一遍一遍|一遍又一遍|一口一口"
)
_MOVES = "雨下|雪下|风刮|太阳晒|车开|饭做|字写|歌唱|茶泡|跑|走|飞|长|笑|哭|睡|起|来|玩|喝|聊|写|唱|跳|讲|过|穿|活|忙|变|住"
_DEGREE = (
    r"(?:很|真|太|特别|非常|飞|这么|那么|更|挺|十分|格外)(?:快|慢|高|大|小|深|长|重|响|猛|密|早|晚|远|急|稳|开心|高兴|尽兴|热闹|起劲|整齐|清楚|明白|认真|"
    r"仔细|好看|舒心|踏实|香|甜|认真|安稳|自在|壮|旺|欢|投入)"
    r"|津津有味|满头大汗|气喘吁吁|合不拢嘴|热火朝天|不亦乐乎|有声有色|像模像样|有模有样|干干净净|整整齐齐|团团转|直不起腰"
)
_MANNERS = (*(one * 2 for one in _TWICE), *_MANNER.split("|"), *_FOUR.split("|"))
# Verbs and states of one character, and what can only say how far they went.
_WENT = "洗擦扫拖刷晒码摆排铺贴写画剪缝补修叠照烧煮炖炒熬蒸冻吹淋哭笑说讲听看吃睡站坐挤堆挂缠裹捂忙累乐急气热记算种养长练走跑跳唱打磨雕刻做活穿涂切捆扎塞装染映涨"
_GONE = lazy(
    rf"(?:(?<![图壁年油国书字漫版绘好中小家游用电早晚午同听观收化]|[一二三])[{_WENT}]|打扫|收拾|布置|打理|装扮|打扮|整理|高兴|激动|感动|紧张|兴奋)$"
)
_SO_FAR = lazy(
    "的"
    r"(?=(?P<one>[一-龥])(?P=one)(?P<other>[一-龥])(?P=other)(?:[，。；！的、]|$)"
    r"|不得了|不可开交|不亦乐乎|合不拢嘴|直不起腰|睁不开眼|睡不着|说不出话|喘不过气|喘不上气|抬不起头|迈不开步|眼花缭乱|目瞪口呆|目不转睛|出神|入迷|入了迷|入了神|"
    r"发抖|直哆嗦|直跺脚|直掉眼泪|直流眼泪|直抹眼泪|通红|满满当当|水泄不通|一尘不染|一干二净|井井有条|井然有序|头头是道|恰到好处|淋漓尽致|热泪盈眶|前仰后合|面红耳赤|大汗淋漓|"
    r"团团转|满脸通红|满头大汗|津津有味|热火朝天)"
)
_DEGREED = lazy(rf"的(?={_DEGREE})(?!(?:{_DEGREE})的)")
_ACTS = lazy(
    rf"(?:(?<![跑赛步飞行生成助增班校队家社市县部省局所处团年特专学见船院会站微发开取嘲欢好可玩把看音])(?:{_MOVES})|打扫|收拾|布置|打理|装扮|介绍|讲解|忙活|练习|准备)$"
)
_ACT = 4  # characters
# How somebody did it: 大家吃的很满意. Behind 对, 爱 or 的 the same words are a thing: 对吃的很满意.
_FELT = lazy(
    r"的(?=(?:很|真|太|特别|非常|十分|格外|挺|可|更|这么|那么)(?:开心|高兴|满意|认真|尽兴|快乐|愉快|投入|起劲|热闹|过瘾|入神|仔细|专注|专心|努力|刻苦|辛苦|卖力|踏实|香甜|安心|舒心)"
    r"了?(?:[，。；！、]|$))"
)
_FELT_BY = lazy(
    r"(?:(?<=大家)|(?<=[们都他她])|(?<=同学)|(?<=老人)|(?<=居民)|(?<=队员)|(?<=学员)|(?<![一-龥]))[玩吃学睡听看聊唱跳讲说练写干做住过]$"
)
# How well somebody did it: 李医生讲的很细. Behind 对 or a noun of what is done the same words are a thing.
_WELL = lazy(
    r"的(?=(?:很|真|太|特别|非常|十分|格外|挺|相当|更|最)(?:细(?!小|微)|透|慢|快|好(?![看吃听处])|稳|齐|早|晚|熟|溜|准|清楚|明白|生动|精彩|详细|细致|仔细|透彻|到位|周到|具体|流利|流畅|熟练|整齐|漂亮|好看|"
    r"起劲|带劲|欢快|开怀|大声|小心|勤快|卖力|专业|娴熟|通俗|香|旺)"
    r"了?(?:[，。；！：、]|$))"
)
_CALLING = "医生|老师|师傅|阿姨|大伯|伯伯|叔叔|奶奶|爷爷|阿婆|大爷|大妈|大姐|书记|主任|队长|教练|教授|民警|记者|同学|孩子|老人|居民|村民|学员|队员|党员|社工|大家|志愿者"
_DONE_BY = lazy(
    rf"(?:(?<=[们他她我你])|(?<={')|(?<='.join(sorted(_CALLING.split('|')))})|(?<=老[一-龥])|(?<=小[一-龥]))(?:[讲说做干想写画唱跳学练教剪缝弹拉听看记睡吃跑走来坐聊管]|介绍|讲解|打扫|准备|布置|表演|演奏|朗诵|回答|解释)$"
)
# Two in a row that only a degree makes alike: 跳的高，跑的快. One alone may be a thing: 跑的快，走的慢.
_GOES = "(?<![一-龥]的)[跑跳飞走站看]"
_BOTH_FAR = lazy(rf"(?P<one>{_GOES})的[快高远稳]，(?P<other>{_GOES})的[快高远稳](?=[，。；！]|$)")
_BECAME = lazy(
    r"变(?<![改转演应蜕质裂巨]变)的(?=更加?|越来越|很|十分|非常|格外|不再|[一-龥]{2}(?:起来|了[，。])|[一-龥]{2}[，。])"
)
_BEFORE_NOUN = lazy(r"地(?<=[一-龥]{2}地)(?=[一-龥]{2}[里上中下，。、的是有都旁前后边外内])")
_QUALITY, _THING = ("a", "b", "z"), ("n", "nz", "ns")  # the dictionary's tags

# Always before a verb: 全心全意的为居民服务. Not 全心全意的为民服务精神.
_WHOLLY = "全心全意|一心一意|真心实意|尽心尽力|尽心竭力|兢兢业业|尽职尽责|任劳任怨|无怨无悔|满腔热情|热心|默默"
_SERVES = lazy(
    rf"(?P<how>{_WHOLLY})的(?=[为替给](?:[^，。；！？、\n的]{{1,8}})(?:服务|办事|奔走|操劳|着想|排忧|解难|谋福)(?!的|精神|宗旨|意识|理念|情怀|态度|作风|品质|工作|本色|初心))"
)

_DEGREES = ((_DEGREED, _ACTS), (_SO_FAR, _GONE), (_FELT, _FELT_BY), (_WELL, _DONE_BY))


def find_wrong_particles(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find 的 for 地 before verbs and for 得 before degrees, and 地 for 的 before nouns."""
    if "地" in text.characters:
        yield from _before_nouns(reading, text)
    if "的" not in text.characters:
        return
    words = text.text
    for match in _SERVES.finditer(words) if "为" in text.characters else ():
        if not text.is_name(match.start()):
            yield _finding(text, match.start(), match.end() - 1, "动作", "地")
    for match in _VERB.finditer(words):
        at = match.start()
        manner = _manner_before(words, at)
        if manner and not text.is_name(at):
            yield _finding(text, at - len(manner), at, "动作", "地")
    for pattern, act_before in _DEGREES:
        for match in pattern.finditer(words):
            act = act_before.search(words, max(0, match.start() - _ACT), match.start())
            if act and not text.is_name(match.start()):
                yield _finding(text, act.start(), match.start(), "程度", "得")
    yield from _degrees_alone(text)


def _degrees_alone(text: Text) -> Iterator[Finding]:
    """Find 的 for 得 that needs no look at what stands before: 变的更暗, 跳的高，跑的快."""
    for match in _BOTH_FAR.finditer(text.text):
        for one in ("one", "other"):
            yield _finding(text, match.start(one), match.end(one), "程度", "得")
    for match in _BECAME.finditer(text.text):
        yield _finding(text, match.start(), match.start() + 1, "程度", "得")


def _manner_before(words: str, at: int) -> str | None:
    """Return the manner that ends before the character: 慢慢, 认真, 认认真真."""
    manner = next((one for one in _MANNERS if words.endswith(one, 0, at)), None)
    if manner:
        return manner
    twice = _TWO_TWICE.search(words, max(0, at - _ACT), at)
    return twice.group() if twice else None


def _before_nouns(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find 地 for 的 between a quality and a thing: 热闹地集市."""
    phrases = load_phrases(reading.reference.lists.phrases)
    for match in _BEFORE_NOUN.finditer(text.text):
        start, end = match.start() - 2, match.end() + 2
        quality, thing = text.text[start : start + 2], text.text[end - 2 : end]
        if reading.words_within(text, start, end) != [quality, "地", thing]:
            continue
        if phrases.tag_of(quality) in _QUALITY and phrases.tag_of(thing) in _THING:
            yield _finding(text, start, match.start(), "名词", "的")


def _finding(text: Text, start: int, at: int, what: str, right: str) -> Finding:
    words = text.text[start : at + 1]
    message = f"“{words}”后面是{what}，“{words[-1]}”请改为“{right}”。"
    return text.finding("confusable", Level.WARNING, message, start, at + 1, f"{words[:-1]}{right}")
