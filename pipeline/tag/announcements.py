"""Whether a sentence announces a moment that it names, or reports, limits or defers it.

What this module never does: find moments, or say what takes place.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.tag.daywords import FEASTS
from pipeline.tag.occasions import holds_occasion
from pipeline.tag.services import is_service

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipeline.tag.moments import Moment

_ANNOUNCES = re.compile(
    r"将|拟|举[办行]|报名|欢迎|邀|请|开[幕讲课放班演]|届时|预告|预约|时间[：:]|集合|等你|约起来|见$"
)
_TAKES_PLACE = re.compile(
    "(?:日期|日子)[】］]?[：:]|开[锣营展市园街]|连[办开演放]|为期|启动|[办赛演]|展出"
)
_TO_SEE = re.compile(
    "[看赏][^，。；]{0,2}[花灯展戏]|[花灯画照][^，。；]{0,12}[摆挂展看]|(?:日期|日子)[】］]?[：:]"
)
_WILL = re.compile(r"将|拟|举[办行]|开[幕讲课演]")
_SURELY = re.compile(
    r"将|拟|报名|欢迎|邀请|敬请|(?<!申)请[^来了]|届时|预告|预约|时间[：:]|集合|等你|即日起|开[课班]"
)
_NO_EVENT = re.compile(
    r"[^，；“《（(]{0,12}(?:领[号票取券]|取票|发放(?=[，。；]|$)|(?:[以之节饭]|下班|放学|开学|天黑)前|截止|截至|为止|完[工成]|竣工|交付|到期|满\d|"
    r"关闭(?=[^，。]{0,4}(?:通道|报名|入口))|恢复(?!演出|放映|举)|[^，。；]{0,4}是否|那一?[讲场课节期次])|(?:以|之)?前(?!往|来|去)|(?:以|之)?后(?!天|[勤备续代院])|止|"
    r"起[^，。；]{0,3}(?:贴|张贴|公示|公布|陆续[送发寄上]|可领)"
)
_IN_FORCE = re.compile(
    r"[^，。；]{0,4}(?:起|开始)?[，]?[^，。；]{0,8}(?:施行|实施|执行|生效|启用|停用|停运|停水|停电|停气|调整|算|"
    r"开通|投用|运营|进场|可以?用|能用|[增]?添|增[设开]|供应|供暖|收费|征收|动工|开工|搬迁|交房|恢复)"
)
_LEFT_NO_EVENT = re.compile(
    r"(?:截至|截止|截止到|从|自|往年[^，。；]{0,6}|去年|上个?|生于|建于|成立于|"
    r"(?:开放|持续|延续|一?直?[办开做展演摆]|一直|[会将]?(?:保?留|存|摆|挂|晒|放|等))(?:到|至))$"
)
_GOES_ON = re.compile("(?:持续|延续|开放|一直[办开做展演摆挂晒放留]?)[到至]$")
_LAST_DAY = re.compile(
    r"(?:延期|延长|展出|展期|公示期?|有效期|试行期?|期限|工期)(?:为|将)?(?:到|至)$"
)
# 原定于6月10日, 截止日由原来的5月20日延到5月31日, 如今每到农历七月十五
_NOT_THEN = re.compile(
    r"(?:原[定本先计][^，。；]{0,4}|(?:截止|期限|有效|过期)[^，。；]{0,16}[到至的由为]|"
    r"截止(?:时间|日期|日)?[是为：:]?|每[到逢年]|从前|历来)(?:农历)?$"
)
_OVER_THAT_DAY = re.compile(r"[当那这][天日][^，。；]{0,8}(?:结束|收摊|关门|散场)")
_UP_TO = re.compile("要?[到至]$")
_ENDS = re.compile("[^，。；]{0,2}(?:结束|收尾|为止|才|完)")
# 明天就是冬至 says what day it is; 明天就是端午，上午9点 is a time to come.
_ONLY_IS = re.compile(r"(?:就|正)是[^\d]{2,4}$")
# 四月里的一个晚上，老书记说：“明早六点，带锹” was said then.
_SAID_THEN = re.compile(
    r"(?:一个?[天晚早日][晚上早]?|[那当][天晚年时]|有一?[天次回])[^“”]{0,40}[：:，]?“[^”]{0,40}$"
)
_IF_IT_RAINS = re.compile(
    r"(?:[若如遇逢][^，。；]{0,8}[雨雪风][^。；]{0,8}|顺)[延改][期至到在为]{0,2}$"
)
# 因连日下雨，顺延至10月24日: it was put off, and that is its day now.
_PUT_OFF = re.compile("原[定本]|因[^。；]{0,24}$")
_RESULTS = re.compile(
    r"(?![^，。；]{0,8}(?:礼堂|现场|会上))[^，。；]{0,8}(?:公布|揭晓|公示|张贴|张榜)(?!会|仪式|现场)|[^，。；]{0,8}(?:结果|名单)[^，。；]{0,3}揭晓"
)
_BY_THEN = re.compile("最[晚迟](?:在|于|到)?$|(?:结束|散场|返程|解散)(?:时间)?[：:]$")
_CLOSING = re.compile(r"(?:报名|预约|登记|征集|投稿|申请|投票)[^，。；]{0,6}$")
_OPEN_FOR = re.compile(r"(?:报名|投票|征集|公示|申请|登记)[^，。；]{0,4}$")
_OPENS = re.compile(r"(?:报名|投票|征集|申请|登记|预约)[^，。；]{0,3}[从自]$")
_CLOSED = re.compile(r"[^，。；]{0,10}(?:关闭|结束|截止|停止|满额|额满)")
_IS_A_DAY = re.compile(
    r"[是为](?!期)[^，。；]{0,14}(?:日|节|农历|七夕|重阳|端午|元宵|腊八|冬至|三月三)"
    r"(?!.*(?:将|拟|举[办行]))"
)
_SAYS_WHEN = re.compile(f"(?:{'|'.join(FEASTS)}|[一-龥]{{2}}节)[是为]$")
_DEADLINE = re.compile(
    r"(?:报名|登记|征集|投稿|申请|预约|投票|名额)[^，。；]{0,6}(?:到|至|截至|截止)$"
)
_PAST = re.compile(r"(?<![除为])了|过|以[后前]|之[后前]|上周|昨|刚刚?|已经?|去年")
_WITH_HOUR = re.compile(r"[点时:：]")
_LATER_TODAY = re.compile("今晚|今天(?:晚上|下午|傍晚)")
_GLOSS = 12  # characters behind a day that may say so: 9月25日，也就是今天晚上
_AFTER = 24  # characters after a weekday that tell whether it is a report
_AHEAD = timedelta(days=120)


def is_announced(
    sentence: str, moment: Moment, before: Sequence[Moment], today: date, since: date | None
) -> bool:
    """Say whether the sentence announces that moment, rather than reports or limits it.

    ``before``: the sentence's earlier moments. ``since``: the day from which habits count.
    """
    if not today <= moment.first <= today + _AHEAD or _is_limit(sentence, moment):
        return False
    if is_service(sentence, moment, before):
        return False
    # 6月9日开课，每周二上课, published on the 10th: what goes on is no announcement.
    if moment.is_habit and any(one.first > today + _AHEAD for one in before):
        return False
    if moment.is_habit and since and since >= today:
        return True
    # A weekday alone, a habit or the day of publication itself is mostly a report.
    if moment.is_loose or moment.is_habit or moment.first == today:
        return _is_told_ahead(sentence, moment, today)
    # A day to come that is named is something to go to, but for rules that come into force.
    return _ANNOUNCES.search(sentence) is not None or not _IN_FORCE.match(sentence, moment.end)


def tells_occasion(sentence: str, moment: Moment) -> bool:
    """Say whether a day without any hour is told as something to go to.

    It takes words of announcing (将, 举办, 欢迎 …, 即日起) and an occasion, or something to see:
    days of procedures (10月28日上午竞价, 12月9日计票) mostly have no hour.
    """
    told = sentence[moment.start : moment.end]
    is_told = told.startswith("即日起") or bool(
        _ANNOUNCES.search(sentence) or _TAKES_PLACE.search(sentence)
    )
    return is_told and (holds_occasion(sentence) or _TO_SEE.search(sentence) is not None)


def only_says_when(sentence: str, moment: Moment) -> bool:
    """Say whether the words tell when a feast is: 今年冬至是12月22日."""
    return _SAYS_WHEN.search(sentence[: moment.start]) is not None


def is_due(sentence: str, moment: Moment) -> bool:
    """Say whether something is due or ends on that day: 当天 never means it."""
    before = sentence[: moment.start]
    return bool(_NO_EVENT.match(sentence, moment.end) or _DEADLINE.search(before))


def _is_limit(sentence: str, moment: Moment) -> bool:
    """Say whether the day limits, ends or defers something: nobody goes there on it."""
    before = sentence[: moment.start]
    return bool(
        is_due(sentence, moment)
        or _LAST_DAY.search(before)
        or _NOT_THEN.search(before)
        or _OVER_THAT_DAY.match(sentence, moment.start)
        or (_IF_IT_RAINS.search(before) and not _PUT_OFF.search(before))
        or (moment.begins is None and _only_is(sentence, moment))
        or (_UP_TO.search(before) and _ENDS.match(sentence, moment.end))
        or _BY_THEN.search(before)
        or _RESULTS.match(sentence, moment.end)
        or _OPENS.search(before)
        or (moment.last and _OPEN_FOR.search(before))
        or (_CLOSING.search(before) and _CLOSED.match(sentence, moment.end))
        or (moment.begins is None and _IS_A_DAY.match(sentence, moment.end))
        or (_GOES_ON.search(before) and not moment.last)  # 持续到12月31日，每天9点至17点
        or (_LEFT_NO_EVENT.search(before) and not moment.last and moment.begins is None)
    )


def _only_is(sentence: str, moment: Moment) -> bool:
    """Say whether the words only say what day it is, and nothing to come."""
    told = sentence[moment.start : moment.end]
    return bool(_ONLY_IS.search(told)) and not _WILL.search(sentence, moment.end)


def _is_told_ahead(sentence: str, moment: Moment, today: date) -> bool:
    """Say whether what is mostly a report is told ahead here: by its verb, or by an hour."""
    told = sentence[moment.start : moment.end]
    if moment.is_bare and moment.begins is None and not _WILL.search(sentence):
        return False  # 周二周四有人
    if _SAID_THEN.search(sentence[: moment.start]):
        return False
    tonight = _LATER_TODAY.search(sentence, moment.start, moment.end + _GLOSS) is not None
    later_on = moment.first > today or tonight
    with_hour = bool(_WITH_HOUR.search(told)) or (tonight and moment.begins is not None)
    to_come = later_on and not moment.is_habit and with_hour
    later = sentence[moment.end : moment.end + _AFTER]
    return bool(_SURELY.search(sentence)) or (to_come and not _PAST.search(later))
