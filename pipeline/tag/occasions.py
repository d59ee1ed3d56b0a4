"""What takes place, as a sentence calls it: “换物集市”, 一场挖土豆比赛, “同心年味”联欢.

What this module never does: make up a name; where none is told, the article's title stands for it.
"""

from __future__ import annotations

import re

_KIND = (
    r"(?:集市|市集|夜市|早市|晨市|大集|讲座|讲堂|义诊|义卖|义剪|(?:比|大|联|决|挑战|邀请|趣味|友谊)赛|演出|[汇展]演|专场|"
    r"(?:音乐|演奏|演唱|灯|庙|歌|诗|茶|运动|招聘|读书|分享|茶话|故事|议事|见面|恳谈|听证|座谈|说明|联欢|联谊|交流|游园|赏月|晚|业主大|居民大|村民大)会|"
    r"(?:邻居|邻里|年货|文化|开耕|丰收|赶海|渔灯|采摘|美食|体育|读书|艺术|旅游|桂花|樱花|桃花|杨梅|水蜜桃|捡漏|土豆)节|"
    r"[一-龥](?:体验|公开|手工|普法|健康|手机|养生|编织|书画|识字)?课|课[程堂]|学堂|夜校|(?:培训|训练|竹编|托管|兴趣|手艺)班|"
    r"培训|[训夏冬]练?令?营|展览|(?:画|书画|摄影|花|照片|成果|巡)展|沙龙|亲子活动|电影|(?:百家|长桌|长街|邻里|年夜)宴|"
    r"(?:开放|体检|服务|清洁|修补|志愿)日|海选|演练|巡游|健步走|徒步|采摘|体检|春晚|村晚|[开成][笔人]礼|联欢)"
)
_QUOTED = re.compile(
    r"(?P<cue>题为|名为|名叫|主题[为是]|叫[做作]?|[场堂次期届台个]|举[办行]|推出|上演)?(?:“(?P<curly>[^“”]{2,24})”|「(?P<corner>[^「」]{2,24})」|《(?P<title>[^《》]{2,24})》)"
    rf"(?P<tail>[一-龥]{{0,6}}?{_KIND})?"
)
_ENDS = re.compile(_KIND + "$|[会节展赛宴营集]$")
# Verbs are taken whole: 开展义诊 is no 展义诊, 摆摊义卖 no 摊义卖, 开展览 a 展览.
_VERB = (
    r"开(?:展(?!览)|讲(?![座堂])|[办设出]|始放?)|[办开]起|上演|摆[摊上出开起]|办(?![公事理起])|"
    r"开(?!展(?!览)|讲(?![座堂])|[办设出始起放业启])|(?<![晚早])上(?![演午])|摆(?![摊上出开起])"
)
_COUNTED = re.compile(
    rf"(?:一[场次堂期个顿台]|首[场次届期]|新一期|{_VERB}|[有的])(?:小小)?"
    rf"(?P<name>[一-龥A-Za-z0-9]{{0,9}}?{_KIND})"
)
_NAMED = re.compile(
    r"(?:举[办行]|开展|上演|推出|组织|迎来|召开)(?:了)?(?:一[场次堂期]|首[场次届]|新一期)?的?"
    r"(?P<name>[一-龥]{2,16})(?=[，。；]|$)"
)
_OCCASION = re.compile(
    rf"{_KIND}|开[幕业锣]|首[演映]|(?<![开发进拓扩])展(?![开现示望])|[庙灯]会|"
    "[一-龥]{2}节(?![假日能])|活动|(?:结业|毕业|开学)?(?:典礼|礼(?=[，。；]))|仪式|坐堂|开展(?=[，。；]|$)|赛龙舟"
)
_COUNT = re.compile(
    "^(?:的|先[摆办开]|一年一度|[还另]?有?[一二两三四五六七八九十]+[场堂次期个门节天])+"
)
_NO_NAME = re.compile(
    r"带来|来听|由|^比赛$|进决|^课$|\d|[点给起到把让办将要会][^，]|^[午间了着过个]|第[一二三四五六七八九十]|的$|在一起$|^在|^两课$|^幕"
)


def find_name(sentence: str) -> str:
    """Return the name of what a sentence announces; "" where it is not called anything."""
    for found in _QUOTED.finditer(sentence):
        quoted, tail = found["curly"] or found["corner"] or found["title"], found["tail"]
        if tail:
            return found.group()[len(found["cue"] or "") :]
        if found["cue"] or _ENDS.search(quoted):
            return quoted
    for pattern in (_COUNTED, _NAMED):
        for found in pattern.finditer(sentence):
            name = _COUNT.sub("", found["name"])
            if not _NO_NAME.search(name):
                return name
    return ""


def holds_occasion(words: str) -> bool:
    """Say whether words name something to go to: 展览, 开幕, 年货节, 活动."""
    return _OCCASION.search(words) is not None
