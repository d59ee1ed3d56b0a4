"""The words in which announcements name days: one pattern, and the marks that betray them.

What this module never does: say which day a match means.
"""

from __future__ import annotations

import re

from pipeline.chinese.festivals import EVE, LUNAR_DAY, LUNAR_MONTH, SOLAR
from pipeline.chinese.numerals import NUMBER

WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
# Feasts that have things to go to, and the names by which their days are known.
FEASTS = {
    "元宵": "元宵", "端午": "端午", "七夕": "七夕", "中秋": "中秋", "重阳": "重阳", "腊八": "腊八",
    "除夕": EVE, "国庆": "国庆节", "圣诞": "圣诞节", "立春": "立春", "清明": "清明", "谷雨": "谷雨",
    "五一": "劳动节", "六一": "儿童节",
    "三月三": "三月初三", "二月二": "二月初二", "六月六": "六月初六", "九月九": "九月初九",
    "立夏": "立夏", "夏至": "夏至", "立秋": "立秋", "秋分": "秋分", "立冬": "立冬", "冬至": "冬至",
    "春分": "春分", "惊蛰": "惊蛰", "芒种": "芒种", "小暑": "小暑", "大暑": "大暑", "处暑": "处暑",
    "白露": "白露", "寒露": "寒露", "霜降": "霜降", "大寒": "大寒",
} | {name: name for name in SOLAR if name.endswith(("节", "旦"))}  # fmt: skip
_FEAST = "|".join(FEASTS)
_YEAR = r"\d{4}|二[〇零○][〇零○一二三四五六七八九]{2}"
MONTH = r"\d{1,2}|十[一二]?|[一二三四五六七八九元]"
_STATED = (
    r"(?:[（(\s]?[本这下]?个?(?:星期|周|礼拜)(?P<stated{0}>[一二三四五六日天])(?![闭休])[）)]?)?"
)
# What a stretch may begin with: a glance tells most characters from it.
_FIRST = (
    "0-9一二三四五六七八九十廿元正腊冬农大去前上今每本这下逢挑找选周星礼明后当那同首第头即个"
    + "".join({one[0] for one in FEASTS})
)
DAY = re.compile(
    rf"(?=[{_FIRST}])(?:(?:(?P<year>{_YEAR})年|(?P<that_year>[去前上今]年))?(?<![\d一二三四五六七八九十])(?P<month>{MONTH})月(?P<day>{NUMBER})"
    r"(?:[日号]"
    + _STATED.format("")
    + r"(?:\s*(?P<join>(?:起|一?直?持续|延续|一?直?[开办展演摆])?[至到]|—+|–|-|~|～|与|和|、|及)"
    rf"(?:(?P<year2>{_YEAR})年)?(?:(?P<month2>{MONTH})月)?(?P<day2>{NUMBER})[日号]"
    rf"(?P<rest>(?:[、和与及]{NUMBER}[日号])*)"
    r"(?P<both>[两二][天日晚])?(?:[（(]?(?P<alike>都是|均为|都在|[两二三四]个)?(?:星期|周)(?P<weekday1>[一二三四五六日天])"
    r"(?:[、和与及至到—–~～-]+(?:星期|周)?(?P<weekday2>[一二三四五六日天]))?[）)]?)?)?|"
    rf"(?P<join3>至|到|—+|–|-|~|～|与|和|、|及)(?P<day3>{NUMBER})[日号](?P<both3>[两二][天日晚])?)|"
    r"(?<![\d./])(?P<dotmonth>\d{1,2})[./](?P<dotday>\d{1,2})\s*[（(](?:星期|周)?(?P<stated1>[一二三四五六日天])[）)]|"
    rf"(?:(?:农历(?P<lunar_month>{LUNAR_MONTH})|(?P<only_month>正|腊|冬))月(?P<lunar_day>{LUNAR_DAY})|"
    rf"大年(?P<new_year>初[一二三四五六七八九十])|(?P<from_eve>{EVE})(?=[至到—–~～-]))"
    rf"(?:[、和与](?P<lunar_day2>{LUNAR_DAY})|起?(?:[至到]|—+|–|-|~|～)(?:(?:农历)?(?P<lunar_month2>{LUNAR_MONTH})月|大年)?"
    rf"(?P<lunar_last>(?:{LUNAR_DAY})(?![一二三四五六七八九]?[点时:：分日号])|{EVE}))?(?P<lunar_both>[两二][天日晚])?|"
    r"(?<![\d/.-])(?P<slash_year>\d{4})(?P<slash>[/.-])(?P<slash_month>\d{1,2})(?P=slash)(?P<slash_day>\d{1,2})(?![\d/.-])"
    + _STATED.format("3")
    + "|"
    rf"(?P<feast>{_FEAST})[节日]?(?:(?:假期|长假)?第(?P<feast_day>[一二三四五六七])天)?(?P<eve>前一?[天日晚])?"
    r"(?=[当这那][天日晚]|(?<=前.)|(?<=前一.)|[上下]午|[晚早]|夜[里晚\d]|，?\d{1,2}[点时:：]|，(?:[上下]午|[早晚]上|傍晚)|\d|(?<=农历...)，)|"
    rf"(?P<nth_of>每个?月的?|本月|这个月|下个?月|(?P<nth_month>{MONTH})月份?的?)"
    r"(?P<nth>第[一二三四1234]|最后一)个(?:周|星期|礼拜)(?P<nth_day>[一二三四五六日天])|"
    r"(?<![\d一二三四五六七八九十月年个第至到、与和及—~～–-])(?P<lone>\d{1,2})[日号]"
    + _STATED.format("4")
    + r"(?:(?P<lone_join>[、和与及至到]|—+|–|-|~|～)(?P<lone2>\d{1,2})[日号]"
    + _STATED.format("5")
    + r"(?P<lone_both>[两二][天日晚])?，?(?:每[天日])?)?"
    r"(?=[）)]?\s?(?:[上下中]午|傍晚|[晚早]|\d{1,2}[点时:：]))|"
    r"(?P<week>[本这下]个?)(?:周|星期|礼拜)(?P<week_from>[一二三四五六日天])[至到—–-]+(?:周|星期|礼拜)?(?P<week_to>[一二三四五六日天])|"
    r"每个?(?:周|星期|礼拜)(?P<span>[一二三四五六日天])[至到](?:周|星期|礼拜)?[一二三四五六日天]|"
    rf"(?<!周[一二三四五六日天][至到])(?<!期[一二三四五六日天][至到])(?<![两二三四五几多]个)(?<!隔一周的)(?<!除)(?<!除了)(?:(?P<in_month>{MONTH})月份?里?的?(?=每))?(?P<which>本|这个?|下下|下个?|上上|上个?|每[个逢]?|逢|[挑找选]个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?!年|到周|至周|"
    r"(?<=每周[一二三四五六])[节次堂场回趟])"
    r"(?P<more>(?:[、和与及][本这下]?(?:周|星期)?[一二三四五六日天](?![一-龥]?[点时个]))*)|"
    r"(?P<near>明|后)[天日晚早]|(?P<tonight>今晚)|(?P<same>[当那这首同][天日]|[第头]一天)(?=(?:[（(][^）)]{1,4}[）)])?[^，。；]{0,4}?[\d一二两三四五六七八九十]+[点时:：])|"
    rf"每月(?P<monthly>{NUMBER})[日号]|"
    rf"(?P<month_end>本月|这个月|下个?月)(?:的?最后一天|月底那天)|"
    rf"(?P<of_month>本月|这个月|下个?月)[是为在]?(?P<of_day>{NUMBER})[日号]"
    + _STATED.format("2")
    + rf"(?:(?P<of_join>[、和与及至到]|—+|–|-|~|～)(?P<of_day2>{NUMBER})[日号])?"
    + "|"
    rf"即日起[，,]?(?:持续|延续)?(?:[至到](?:(?P<toyear>{_YEAR})年)?(?:(?P<tomonth>{MONTH})月)?"
    rf"(?:(?P<today>{NUMBER})[日号]|(?P<monthend>(?:本?月)?底))))"
)
# One of these stands in every stretch that `DAY` finds; most sentences have none.
_HINTS = (
    "大年", *(f"周{one}" for one in WEEKDAYS), "星期", "礼拜", "明天", "明日", "明晚", "明早",
    "后天", "后日", "后晚", "今晚", "当天", "当日", "同天", "同日", "那天", "那日",
    "这天", "这日", "首日", "首天", "第一天", "头一天", "即日起", *FEASTS,
)  # fmt: skip
HINT = re.compile(
    r"[月./-]|[日号](?=\s?[上中下傍晚早\d])|[日号](?:[两二][天日晚]|，?每[天日])|"
    f"(?=[{''.join(sorted({one[0] for one in _HINTS}))}])(?:{'|'.join(_HINTS)})"
)
