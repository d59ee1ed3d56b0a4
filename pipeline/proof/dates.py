"""Words that age, and events that are over."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.chinese.numerals import read_number
from pipeline.model import Level
from pipeline.proof.aging import holds_still, is_said
from pipeline.proof.lazy import lazy, tried
from pipeline.proof.overdue import find_overdue
from pipeline.proof.rule import Rule
from pipeline.proof.spans import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.model import Event, Finding, Item
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
# Words that meant a certain day when they were written; the number says how far from it.
_DAYS = {
    "大前天": -3, "前天": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "昨晨": -1,
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今晨": 0, "今夜": 0,
    "今起": 0, "即日起": 0, "明起": 1, "昨起": -1,
    "明天": 1, "明日": 1, "明晚": 1, "明早": 1, "明晨": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_RECENT = 180  # days back to which an announcement is one of this year
_PARTS = {
    "今起": "起", "即日起": "起", "明起": "起", "昨起": "起",
    "前晚": "晚", "昨晚": "晚", "今晚": "晚", "明晚": "晚", "昨夜": "夜里", "今夜": "夜里",
    "今早": "早上", "明早": "早上", "昨晨": "清晨", "今晨": "清晨", "明晨": "清晨",
}  # fmt: skip
# Where a word stands only by chance: 生日|前, 门前|天井, 节目|前后, 充当|前锋.
_GUARDED = {
    "前天": r"(?<![门屋村楼院窗堂店面])前天(?![井线桥际津空])",
    "后天": r"后天(?!的(?:努力|训练|学习|教育|环境)|性|培养|努力|形成|养成|教育|习得)",
    "今日": r"今日(?!头条|说法|关注|宁波|鄞州|镇海|北仑)",
    "明日": r"明日(?!之星|黄花)",
    "昨日": r"昨日(?!重现)",
    "今起": r"(?<![如至当迄])今起(?![伏居家步])",
    "明起": r"(?<![说声查清表照分光])明起(?![伏居家步])",
    "昨天": r"(?<!的)昨天|(?<=的)昨天(?=[上下中早晚夜傍凌午清])",
    "今天": r"(?<!如)今天|(?<=如)今天(?![下上气黑冷热亮凉])",
    "明天": r"明天(?!幼儿园|小学|中学|书店|书房|广场|杯|计划|工作室|科技|公司|剧场|农场|之星)",
}
_NUMBER = r"(?:(?<!\d)\d{1,3}|[一二两三四五六七八九十几数半]{1,3})"
_NUMBERED = (
    r"(?<![月\d])" + _NUMBER + r"(?:个?(?:天|周|星期|月)|(?<!\d)日)(?:之|以)?前(?![往来去后台夕])"
)
_VAGUE = (
    r"(?<!\d)日前(?!后)",
    r"(?<![附临邻接靠])近日(?![间照常])",
    r"(?<![附临邻])近期(?![末刊])",
    r"(?<![节项题栏科数])目前(?!后|为止|期)",
    r"(?<![充应担相适])当前(?![锋台提])",
    r"连日来|前不久|不久前|眼下|前阵子|这阵子|前段时间|这段时间|最近(?!的|处|点|一次|距离)",
    r"(?:前|(?<!差)这|过|近|最近)(?:几|两|些)天(?!后)",
    r"今年(?:(?:年)?[底初](?!期)|以来|[上下]半年|[春夏秋冬](?:天|季))",
    r"(?:去|前|明|后)年(?:以来|年?[底初末中](?!期)|(?:\d{1,2}|十?[一二三四五六七八九十])月(?:份|\d{1,2}[日号])?|[春夏秋冬](?:天|季|节)?|[上下]半年|元旦|春节|国庆|五一|清明|端午|中秋|重阳|暑假|寒假|新年)",
    r"[今去][春夏秋冬](?![至节雨])",
    r"(?<![^。！？\n])去年(?=，)|(?<![\d之以从往两三四五六七八九十几年])前年(?![轻龄会纪])",
    r"近(?:几|半|一|两|三|几个)(?:日|周|年来|个月|段时间)|前(?:几|些|段)日子?|这(?:几|些)日|不日(?=[将起])|近日来|前阵",
    r"今明两天|昨今两天|明后两天|近些天|前些(?:天|日子)|近来(?!的)|刚过去的(?:周末|这个周末|一周)",
)
_AGING = lazy(
    "(?:"
    + "|".join(_GUARDED.get(word, word) for word in sorted(_DAYS, key=len, reverse=True))
    + r"|(?:上上|下下|上|本|这|下)(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末](?![年岁]))"
    r"|(?<![路岸墙身桌以晚早马])[上本下]周(?![年岁围边转刊报期末先女某一二三四五六日天])"
    r"|(?<!以)(?:上上|上|下|下下)(?:个)?月(?![球亮饼季台光湖度色])(?:(?P<of_month>\d{1,2})[日号]|[上中下]旬|[底初中末](?![旬]))?"
    r"|(?:(?<![这一每])本月|这个?月)(?![度历刊季票])(?:(?P<this_month>\d{1,2})[日号]|[上中下]旬|[底初中末](?![旬]))?"
    r"|(?:上上|上|下|这|本)个?(?:星期|礼拜)(?![一二三四五六日天末])|这周(?![年岁围边转刊报期末先女某一二三四五六日天])"
    r"|" + "|".join(_VAGUE) + "|" + _NUMBERED + ")"
)
_AGING_PAIRS = frozenset(
    (
        *(word[:2] for word in _DAYS),
        *(one + other for one in "上下本这" for other in "个周星礼月"),
        *(one + other for one in "前这过近" for other in "几两些半一三段"),
        *(one + "年" for one in "今去前明后"),
        *(one + other for one in "今去" for other in "春夏秋冬"),
        *re.findall(
            "..",
            "不日上上下下日前近日近期目前当前连日前不不久眼下即日前阵这阵前段这段最近今明昨今明后近来刚过",
        ),
    )
)  # with which each of these words begins, but for a number of days
_FIGURE = "[几数半两一二三四五六七八九十0-9]"
_SOME_DAYS_AGO = lazy(rf"{_FIGURE}(?={_FIGURE}{{0,2}}个?(?:天|周|星期|月|日)[之以]?前)")
_TIMES = frozenset(
    "春夏秋冬天日晚夜晨早起前周星礼月期近连眼即久子底初末年来阵段"
)  # in every such word
_NOT_AGING = lazy(
    r"先天后天|(?:昨天|今天)[、和与](?:今天|明天)|目前为止|从昨天的?[^，。；]{0,14}[到向]今天|今天的(?=新|宁波|中国|城市|农村|村庄|社区生活)|今天[、和与]昨天"
    r"|[今明昨]天的[^，。；]{1,6}，[今明昨]天的[^，。；]{1,4}"
    r"|今天的[“《]|(?:直到|到了|时至|传到|沿用到|留到|用到|走到|保存到)今天(?![上下早中晚凌])"
    r"|今天的(?:我们|[好幸]|生活|时代|日子|一切|成绩)|把今天的"
    r"|(?:[对为向给让的]|走向|创造|迎接|更好)了?明天(?![上下早晚中起，])|明天(?:会)?更"
)
_MAY_STAY = ("今天", "昨天", "明天", "先天后天", "目前为止")  # one of them stands in each of these
_HABIT = lazy(
    r"(?:每个?|逢|每逢)(?:周|星期|礼拜)(?:[一二三四五六日天]?[、和])?([一二三四五六日天])"
)
_HOURS = lazy(r"[也照都]开[，。；放门]|周末则|平时|工作日|开放时间|营业时间")
_STATED_DAY = lazy(r"\d[日号]|[本这下上]周|[今明后]天|[今明]晚")
_OF_A_DATE = lazy(
    r"月\d{1,2}[日号]\s?[（(，]?(?:周|星期)[一二三四五六日天]|(?:周|星期)[一二三四五六日天](?:[至到](?:周|星期)?[一二三四五六日天])?[（(]\d{1,2}月"
)
_FAR = lazy(r"[离距][^，。；]{0,8}$")  # 离地铁最近
_PINNED = lazy(r"[（(](?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日")
_DAY_OF_MONTH = lazy(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日$")
_BEFORE_PINNED = lazy(r"\d{1,2}日[（(]$")


def find_relative_dates(reading: Reading) -> Iterator[Finding]:
    """Find 昨天, 本周六, 去年底, 目前 …, where they age until the issue appears.

    What somebody says, days stated beside them, and what is still true that day may stay.
    """
    appears = _day(reading.issue.publishes_at)
    for text in reading.texts:
        published = text.item.published if text.item else reading.issue.publishes_at
        if text.characters.isdisjoint(_TIMES):
            continue
        skipped: list[tuple[int, int]] | None = None
        for match in islice(tried(_AGING, text.text, _starts(reading, text)), _MOST):
            start, end = match.span()
            if text.is_quoted(start) or text.is_name(start):
                continue
            if skipped is None:
                may_stay = any(map(text.text.__contains__, _MAY_STAY))
                skipped = [one.span() for one in _NOT_AGING.finditer(text.text)] if may_stay else []
            if any(first <= start < last for first, last in skipped):
                continue
            if not reading.is_word(text, start, end):
                continue
            if match.group() == "最近" and _FAR.search(text.text, max(0, start - 9), start):
                continue
            pinned = _PINNED.match(text.text, end) or _BEFORE_PINNED.search(
                text.text, max(0, start - 5), start
            )
            if not pinned and not _is_right(text, match, published, appears):
                yield _relative(text, match, published)


def _is_right(text: Text, match: re.Match[str], published: datetime | None, appears: date) -> bool:
    """Say whether the word may stay: it is still true, or somebody says it."""
    if published is None:
        return False
    return holds_still(match.group(), _day(published), appears) or is_said(text, match.start())


def _starts(reading: Reading, text: Text) -> list[int]:
    """Return where a word that ages may begin."""
    starts = reading.places_of(text, _AGING_PAIRS)
    if "前" not in text.characters:
        return starts
    return sorted({*starts, *(one.start() for one in _SOME_DAYS_AGO.finditer(text.text))})


def _relative(text: Text, match: re.Match[str], published: datetime | None) -> Finding:
    word = match.group()
    if published is None:
        message = f"“{word}”无从推算：稿件没有日期，请补上日期或改写。"
        return text.finding("relative-date", Level.ERROR, message, *match.span())
    absolute = _absolute(match, published.astimezone(_SHANGHAI).date())
    if absolute and (missing := _DAY_OF_MONTH.match(absolute)) and not _exists(missing, published):
        month = absolute.removesuffix(f"{missing['day']}日")
        message = f"“{word}”按发布日期推算在{month}，{month}没有{missing['day']}日，请核对日期。"
        return text.finding("relative-date", Level.WARNING, message, *match.span())
    if absolute is None:
        message = f"“{word}”时过即不准确，请写明具体日期或删去。"
        return text.finding("relative-date", Level.WARNING, message, *match.span())
    message = f"“{word}”到出刊时已不准确，建议改为“{absolute}”。"
    return text.finding("relative-date", Level.WARNING, message, *match.span(), absolute)


def _exists(stated: re.Match[str], published: datetime) -> bool:
    """Say whether a day of a month is one of the calendar."""
    year = int(stated["year"] or published.astimezone(_SHANGHAI).year)
    return int(stated["day"]) in range(1, monthrange(year, int(stated["month"]))[1] + 1)


def _absolute(match: re.Match[str], day: date) -> str | None:
    """Return the word as a date, counted from ``day``; None when it names no day or month."""
    word = match.group()
    if word in _DAYS:
        then = day + timedelta(days=_DAYS[word])
        return f"{then.month}月{then.day}日{_PARTS.get(word, '')}"
    if word[1:2] == "年":
        back = {"前": 2, "去": 1, "明": -1, "后": -2}.get(word[0], 0)
        return f"{day.year - back}年{word[2:].removeprefix('年')}"
    shift = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2}
    step = next(
        (shift[key] for key in sorted(shift, key=len, reverse=True) if word.startswith(key)), None
    )
    weekday = match["weekday"]
    if weekday and step is not None:
        if weekday == "末":
            return None
        index = _WEEKDAYS.index(weekday.replace("天", "日"))
        then = day - timedelta(days=day.weekday()) + timedelta(days=7 * step + index)
        return f"{then.month}月{then.day}日"
    if "月" in word and step is not None:
        months = day.year * 12 + day.month - 1 + step
        said = f"{months % 12 + 1}月"
        if months // 12 != day.year:
            said = f"{months // 12}年{said}"
        stated = match["of_month"] or match["this_month"]
        part = word[-1] if word[-1] in "底初中末" else word[-2:] if word.endswith("旬") else ""
        return said + (f"{stated}日" if stated else part)
    return None


def find_past_events(reading: Reading) -> Iterator[Finding]:
    """Find announced events that are over before the issue appears."""
    appears = reading.issue.publishes_at
    told: dict[str, list[tuple[date, date]]] = {}  # by item: first and last days of its events
    over: dict[str, list[tuple[date, date, Finding]]] = {}  # the same of those that are over
    for section in reading.issue.sections:
        for item in section.items:
            for event in item.events:
                last = event.end or event.start
                days = (_day(event.start), _day(last))
                whole_day = event.all_day or event.end is None
                is_over = _day(last) < _day(appears) if whole_day else last < appears
                if is_over and not _goes_on(item, event):
                    day = last.astimezone(_SHANGHAI)
                    message = f"活动{quoted(event.title[:20])}{day.month}月{day.day}日已经结束，出刊前请撤下或改为报道。"
                    found = reading.finding("event-over", Level.ERROR, message, item.key, "events")
                    over.setdefault(item.key, []).append((*days, found))
                else:
                    told.setdefault(item.key, []).append(days)
    in_words = list(_announced(reading, told))
    yield from (found for _, found in in_words)
    for key, events in over.items():
        said = [day for day, found in in_words if found.item == key]
        # What is said at its words is not said of the event again.
        yield from (
            found for first, last, found in events if not any(first <= day <= last for day in said)
        )


_ANNOUNCED = lazy(
    r"(?:将于|将在|定于|定在|拟于|计划于|预定于|预计于|安排在)(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    r"(?:[（(][^（）()]{1,6}[）)])?(?:[^，。；\d]{0,4}[至到—~～-]\s?(?:(?P<month2>\d{1,2})月)?(?P<day2>\d{1,2})[日号])?"
)


_HAN_MONTH = "十[一二]?|[一二三四五六七八九]"
_HAN_DAY = "三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
_DAY = (
    rf"(?:(?<!\d)(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]"
    rf"|(?<![一二三四五六七八九十〇])(?P<han_month>{_HAN_MONTH})月(?P<han_day>{_HAN_DAY})[日号])"
)
_HOUR = r"(?:[（(][^（）()]{1,6}[）)])?(?:[上下]午|早上|中午|晚上?|傍晚)?[\d一二三四五六七八九十两]{1,3}(?:[点时]|[:：]\d\d)"
_NAMED_DAY = lazy(_DAY)
_BEFORE_MONTH = lazy(r"[\d十一二三四五六七八九](?=[\d十一二三四五六七八九]?月)")
_AT_AN_HOUR = lazy(_HOUR + "(?!半?起)")
_UNTIL = lazy(
    r"(?:展期|展览|展出|报名|征集|开放|活动|申报|申请|投稿|有效期|优惠|截止|延[长期]|持续|办|展|登记|投票|预约|报送|收件|领取)"
    r"[^，。；！？\n\d]{0,8}(?:至|到|截止)[^，。；！？\n\d]{0,4}$"
)
_DEADLINE = lazy(r"(?:截至|截止(?:时间|日期)?(?:为|是|到|至|在|于)?|截稿(?:时间|日期)?(?:为|是)?)$")
_ASKED = lazy(r"(?:请|须|务必|需|可|敬请|欢迎)[^，。；！？\n\d]{0,6}$")
_BEFORE_THEN = lazy("之?前")
_CLOSES = lazy(
    r"(?:[（(][^（）()]{1,6}[）)])?(?:[上下]午|早上|中午|晚上?|傍晚)?(?:[\d一二三四五六七八九十两]{1,3}(?:[点时]半?|[:：]\d\d))?"
    r"(?:之?前(?:报名|登记|提交|领取|缴费|预约|投稿|交到|送到|报到|申请|完成|联系|来电|扫码)|截止|截稿|关闭|停止(?:报名|受理|接收|接受|收件|投票|预约|办理))"
)
_GOES_ON = lazy(r"起|开始|\s?[至到—~～-]")
_MOST = 5000  # of one text: hostile text has more
_UNTIL_LEAD = 24  # characters before a day that may say it is the last


def _announced(
    reading: Reading, told: dict[str, list[tuple[date, date]]]
) -> Iterator[tuple[date, Finding]]:
    """Find texts that announce a day which is over, unless an event of that day goes on."""
    appears = reading.issue.publishes_at.astimezone(_SHANGHAI).date()
    for text in reading.texts:
        if text.item is None or "月" not in text.characters:
            continue
        known = told.get(text.item.key, [])
        told_here = False
        for match in islice(_ANNOUNCED.finditer(text.text), _MOST):
            if (
                text.is_speech(match.start())
                or text.text[match.start() - 1 : match.start()] == "原"
            ):
                continue
            day = _last_day(match, (text.item.published or reading.issue.publishes_at).year)
            is_past = day and day < appears and (appears - day).days <= _RECENT
            if day and is_past and not _tells(known, day):
                told_here = True
                found = text.finding("event-over", Level.ERROR, _is_over(day), *match.span())
                yield day, found
        if told_here or not text.item.published:
            continue
        published = _day(text.item.published)
        yield from _was_to_come(text, published, appears, known)
        for day, start, end in islice(find_overdue(text.text, published, appears), _MOST):
            if not text.is_speech(start) and not _tells(known, day):
                yield day, text.finding("event-over", Level.ERROR, _is_over(day), start, end)


def _tells(known: list[tuple[date, date]], day: date) -> bool:
    """Say whether an event takes place that day, so that it speaks for itself."""
    return any(first <= day <= last for first, last in known)


def _was_to_come(
    text: Text, published: date, appears: date, known: list[tuple[date, date]]
) -> Iterator[tuple[date, Finding]]:
    """Find an hour, or the last day of something, that was to come when the text was published."""
    words = text.text
    starts = (one.start() for one in _BEFORE_MONTH.finditer(words))
    for match in islice(tried(_NAMED_DAY, words, starts), _MOST):
        numbers = (match["month"] or match["han_month"], match["day"] or match["han_day"])
        try:
            day = date(published.year, *map(read_number, numbers))
        except ValueError:
            continue
        start, end = match.span()
        if not published <= day < appears or text.is_speech(start) or _tells(known, day):
            continue
        hour = _AT_AN_HOUR.match(words, end) if published < day else None
        is_hour = hour and words[start - 1 : start] not in {"从", "自"}
        closes = _CLOSES.match(words, end) or (
            words.startswith(("前", "之前"), end)
            and _ASKED.search(words, max(0, start - _UNTIL_LEAD), start)
            and _BEFORE_THEN.match(words, end)
        )
        is_last = closes or (
            not _GOES_ON.match(words, end)
            and (
                _UNTIL.search(words, max(0, start - _UNTIL_LEAD), start)
                or (published < day and _DEADLINE.search(words, max(0, start - 8), start))
            )
        )
        if is_hour or is_last:
            last = closes.end() if closes else hour.end() if hour and is_hour else end
            yield day, text.finding("event-over", Level.ERROR, _is_over(day), start, last)
            return


def _is_over(day: date) -> str:
    return f"预告的{day.month}月{day.day}日出刊时已过，请撤下或改为报道。"


def _last_day(match: re.Match[str], year: int) -> date | None:
    try:
        return date(
            int(match["year"] or year),
            int(match["month2"] or match["month"]),
            int(match["day2"] or match["day"]),
        )
    except ValueError:
        return None


def _goes_on(item: Item, event: Event) -> bool:
    """Say whether the text tells of a habit (每个周日) of which the event is the first time."""
    if _HOURS.search(item.text) and not _STATED_DAY.search(item.text):
        return True
    first = event.start.astimezone(_SHANGHAI)
    if f"{first.month}月{first.day}" not in item.text and _OF_A_DATE.search(item.text):
        return True  # the weekday, of which the event was told, is that of another day
    weekday = _WEEKDAYS[event.start.astimezone(_SHANGHAI).weekday()]
    said = {match[1].replace("天", "日") for match in _HABIT.finditer(item.text + item.summary)}
    return weekday in said


def _day(moment: datetime) -> date:
    return moment.astimezone(_SHANGHAI).date()


RULES = (
    Rule(
        "relative-date",
        "E W",
        "会过时的时间词",
        "昨天、本周六、去年底等词到出刊时已经变了意思，改为具体日期；某人所说的话里的可以不改。"
        "出刊与发稿同在一年、一月、一周的，今年、上个月、本周可以不改；发稿不满七天的，眼下、最近可以不改。"
        "稿件没有日期、无从推算时必须处理。",
        "新闻写作通例",
        "昨天下午，居民在小广场排练。",
        "11月19日下午，居民在小广场排练。",
        find_relative_dates,
        _AGING_PAIRS,
    ),
    Rule(
        "event-over",
        "E",
        "活动已结束",
        "预告的活动在出刊之前已经结束，撤下，或改写成报道。",
        "本刊编辑规范",
        "（出刊日之前结束的活动）",
        "（出刊日当天或以后的活动）",
        find_past_events,
    ),
)
