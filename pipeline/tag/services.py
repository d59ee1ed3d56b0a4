"""What notices name days for beside things to go to: hours, days off, works, closed roads, tickets.

What this module never does: find days, or say whether anything else is announced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.tag.occasions import holds_occasion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tag.moments import Moment

_SERVICE = re.compile(
    r"(?:[至到—–~～-]{1,2}(?:\d{1,2}月)?\d{1,2}[日号][^，。；]{0,8}?)?(?:"
    r"[^，。；]{0,4}(?:正常|照常|暂停|停止|不|恢复)?(?:上班|办公|放假|调休|轮休|停业|歇业|闭馆|休馆|维[修护]|检修)|"
    r"，?[^，。；]{0,4}(?:彩排|停机|切换|签约|验收|腾空|搬迁|起领|试运行)|[^，。；]{0,3}群里(?:接龙|报名|抢)|"
    r"[^，。；]{0,4}(?:进场|施工|停[水电气诊运]|只收|改道|绕行)|[^，。；]{0,2}(?:开放|营业|办公|服务)时间|"
    r"[^，。；]{0,4}(?:放[号票]|开放(?:预约|报名))|[^，。；]{0,14}(?:开抢|开始抢|抢[票课号]|排查)(?!活动)|[^，。；]{0,16}(?:续报|报名)(?=[，。；]|$)|"
    r"，?[^，。；]{0,14}(?:领取|值班|暂停[^，。；]{0,4}服务)|[^，。；]{0,4}加开[^，。；]{0,4}窗口|"
    r"[^，。；]{0,4}(?:起|开始)?[^，。；]{0,2}(?:延长|缩短|调整)[^，。；]{0,10}时间|[^，。；]{0,3}(?:暂停|起不再)|，?[^，。；]{0,20}作如下调整|"
    r"，?[^，。；]{0,12}(?:关闭|照常提供|单向通行|单行|交通管制|限行|封闭(?!训练)|禁止[^，。；]{0,4}通行|禁行)|"
    r"，?[^，。；]{0,8}(?:巡查|巡逻|值守|检查)(?!活动)|"
    r"[^，。；]{0,2}在[^，。；]{0,8}(?:公众号|公告栏|网站|官网|群里?)(?:后台)?上?(?:公布|公示|通报|通知|抢|报名|预约))"
)
_FORBIDDEN = re.compile(
    r"(?:禁[渔放烧止行]|限行|管制|施工|维修|停[水电气]|征集|有效)[^，。；]{0,4}(?:时间|期间?|期限)[为是：:]?(?:[^，。；]{2,14}[至到])?$|"
    r"(?:流转|公示|租|聘|施工|有效|服务|试用|工|承包)期限?[自从为]$|"
    r"(?:值班|缴费|申[报请领]|公示|复查|审[核查]|登记|调查|受理|办理)(?:时间|期间?)[为是：:在]?(?:\d[^，。；]{2,22}，)?$|"
    r"标准时[点间][为是：:]?$|(?:资格审查|考核|摇号|开标|竞价|计票)[^，。；\d]{0,3}$"
)
_TICKETS = re.compile(
    r"(?:门票|入场券|赠票|号源|名额)[^，。；]{0,5}$|"
    r"(?:报名|登记|投票|申[领报请]|预约|受理|兑换|换购|评估|发放|公示)[^，。；：:]{0,8}[：:](?:[老新]学员)?$|"
    r"(?:报名|登记|投票|申[领报请]|预约|受理|兑换|来稿|投稿|上岗|看样|踏勘|托管)(?:时间|期限|方式|办法)[：:为是]{0,2}$|(?:照常|正常)开放[：:]$"
)
# A stretch of days in which one may register, vote or fetch something, as its clause says.
_WINDOW = re.compile(
    r"(?:[至到—–~～-]{1,2}(?:\d{1,2}月)?\d{1,2}[日号][^，。；]{0,8})?(?:起|开始|期?间|内)?[，]?"
    r"(?:每[天日][^，。；]{0,16}，)?(?P<who>[^，。；：]{0,30}?)"
    r"(?<!欢迎)(?<!请)(?:报名|登记|申请|申[领报]|投票|领取|预约|征集|接种|放号|复查|审核|公示)(?!后?(?:参观|观[看展赏]|入[场馆园]|游))"
)
_SINCE = re.compile(r"[^，。；]{0,2}起")
_FROM_THEN = re.compile("[日号天]起[，]?(?:增[设开]|加开|新增|开通|调整|延长|实行|试行)")
# What takes effect from a day on, whoever does it: 12月1日起，公交公司开通632路支线.
_TAKES_EFFECT = re.compile(
    r"[^，。；]{0,2}(?:起|开始)[，]?[^，。；：]{0,30}?(?:开通|[推实施执]行|实施|启用|对外开放|投用|投入[使运]|新增|"
    r"上线|调整)(?!仪式|典礼)[^，。；]{0,30}"
)
_CLAUSE = re.compile(r"[^，。；：\n]{0,30}$")
_HELD = re.compile(
    r"举[办行]|(?<!开)[展演赛]|开[幕展讲课班营市]|集市|市集|讲座|义[诊卖剪]|活动|体验|培训"
)
_MAY = re.compile("可以?|凭|接受|通过|登录|面向")
_OPEN_HOURS = re.compile(r"[^，。；]{0,3}(?:开放|营业|开门|接待|办公)")
# Titles of notices about services, works and rules; what they name days for is mostly no event.
_NOTICE = re.compile(
    r"停[水电气诊]|施工|管制|限行|封[闭路]|绕行|安民告示|值班|排查|检修|维修|放假|休息安排|缴费|禁[渔放烧止]|"
    r"(?:开放|营业|办公|办事|服务|受理|接待|投放)时间|时间[^，。]{0,4}(?:调整|延长|变更)|(?:征求|意见)[^，。]{0,4}(?:征询|意见|公告)|公示|"
    r"防台|(?:台风|寒潮)[^，。]{0,6}(?:影响|预警|提醒|防御|登陆)|线路|改道|流转|领取|办理|(?:评比|评选)[^，。]{0,10}(?:公告|通知|通告|启事)|"
    r"改线|临时站|改停|招租|征文|收购|轮换|签约|系统[^，。]{0,4}(?:要?换|升级|切换)|(?:兑换|申[领报]|办事)须知|申[领报]|以旧换新|时间节点"
)
_GATHERING = re.compile(
    r"举[办行]|召开|开[幕讲演赛锣跑]|鸣枪|活动|集市|讲座|义诊|咨询会|演出|比赛|出发"
)


def is_service(sentence: str, moment: Moment, before: Sequence[Moment]) -> bool:
    """Say whether a day is named for a service, works or a rule: nobody goes there on it.

    ``before``: the sentence's earlier moments.
    """
    told = sentence[: moment.start]
    return bool(
        _SERVICE.match(sentence, moment.end)
        or _FORBIDDEN.search(told)
        or _TICKETS.search(told)
        or _is_open_hours(sentence, moment, before)
        or _is_window(sentence, moment)
        or _takes_effect(sentence, moment)
        or _FROM_THEN.search(sentence, moment.start, moment.end)
    )


def _is_window(sentence: str, moment: Moment) -> bool:
    """Say whether a stretch of days is one to register, vote or fetch something in.

    即日起至12月20日，市民可通过公众号报名 is, 11月28日至30日，集市在广场举办，可报名 is not.
    """
    if not moment.last and not _SINCE.match(sentence, moment.end):
        return False
    window = _WINDOW.match(sentence, moment.end)
    if moment.is_habit or window is None:
        return False
    may = _MAY.search(window["who"])  # 可为讲座报名: what one registers for stands behind it
    return _HELD.search(window["who"][: may.start()] if may else window["who"]) is None


def _takes_effect(sentence: str, moment: Moment) -> bool:
    """Say whether a line, a house or a rule is there from that day on, and no occasion is named."""
    told = None if moment.is_habit else _TAKES_EFFECT.match(sentence, moment.end)
    if told is None:
        return False
    before = _CLAUSE.search(sentence[: moment.start])
    return not holds_occasion((before.group() if before else "") + told.group())


def is_service_notice(title: str) -> bool:
    """Say whether a title is of a notice on services, works or rules: 停水通知, 交通管制通告."""
    return _NOTICE.search(title) is not None


def is_gathering(sentence: str) -> bool:
    """Say whether a sentence of such a notice tells of something to go to nevertheless."""
    return _GATHERING.search(sentence) is not None


def _is_open_hours(sentence: str, moment: Moment, before: Sequence[Moment]) -> bool:
    """Say whether the words only say when a place is open.

    周末上午9点至下午5点开放 does, 即日起至5月31日，每周五晚8点开放 does not.
    """
    if not (moment.is_habit or moment.is_bare):
        return False
    begun = any("起" in sentence[one.start : one.end + 1] for one in before)
    return not begun and _OPEN_HOURS.match(sentence, moment.end) is not None
