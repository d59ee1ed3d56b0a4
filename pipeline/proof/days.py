"""How days, years and hours are written. Never whether they are true: that is `weekdays`."""

from __future__ import annotations

import re

from pipeline.proof.styles import HAN, style, to_digits, to_han

_MONTH = r"(?:十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:二十[一二三四五六七八九]?|三十一?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO_ANOTHER = re.compile(r"\d{0,2}[半分]?\s?[—～~至到-]")
_WRITTEN = r"落款|匾|碑|对联|春联|题写|书写|刻着|写着|落着|红纸|年画|宣言|文件"


def _full_year(match: re.Match[str]) -> str:
    short = next(one for one in match.groups() if one)
    return match.group().replace(short, ("20" if short < "50" else "19") + short, 1)


def _century(match: re.Match[str]) -> str:
    first = match.group()[:4]
    return first[:2] if match[1] > first[2:] else str(int(first[:2]) + 1)


def _undotted(match: re.Match[str]) -> str:
    return re.sub(r"[·．.•‧・]", "", match.group())


def _weekday(match: re.Match[str]) -> str:
    return match.group()[:-1] + "一二三四五六日"[int(match[1]) - 1]


def _arabic_year(match: re.Match[str]) -> str:
    return f"{to_digits(match[1])}年"


def _is_mixed(match: re.Match[str]) -> bool:
    """Say whether the year mixes two kinds of figures, or writes 零 for 〇."""
    digits = sum(one in "0123456789" for one in match[1])
    return 0 < digits < len(match[1]) or "零" in match[1] or "○" in match[1]


def _of_the_afternoon(match: re.Match[str]) -> str | None:
    """Return 2时 for 14时 behind 下午; None for Han figures, for spans, and behind 上午."""
    hour = match.group()[:-1]
    if _TO_ANOTHER.match(match.string, match.end()):
        return None  # the other end would have to be changed as well
    is_known = hour.isascii() and match.string[match.start() - 2] == "下"
    return f"{int(hour) - 12}{match.group()[-1]}" if is_known else None


DAYS = (
    style(
        r"\d季",
        r"([1-4])(?<![\d.、至到-].)季度",
        "季度序数用汉字",
        lambda match: f"{HAN[int(match[1])]}季度",
    ),
    style(
        "一·．.•‧・",
        r"[二三四五六七八九十](?<![一二三四五六七八九十].)[·．.•‧・][一二三四五六七八九十]{1,3}(?![\d.·一二三四五六七八九])",
        "月日简称中间不用间隔号（涉及一月、十一月、十二月的除外）",
        _undotted,
    ),
    style(
        r"\d·.．",
        r"[5-9](?<![\d.·年月].)[·.．]1(?=[节劳假黄长儿建小]|”[假节小黄劳])|1(?<![\d.·].)0[·.．]1(?=[长黄国假]|”[假长黄])"
        r"|3(?<![\d.·].)[·.．]8(?=[妇节]|”[妇节])|5(?<![\d.·].)[·.．]4(?=青|”青)",
        "节日简称用汉字，如“五一”“十一”“三八”",
        lambda match: (
            to_han(match.group()[0]) + to_han(match.group()[-1])
            if not match.group().startswith("10")
            else "十一"
        ),
    ),
    style(
        r"\d年",
        r"(0(?<![\d年.].)\d)年(?!\d)|([1-9](?<![\d.].)\d)年(?=\d{1,2}月)",
        "年份要写全四位",
        _full_year,
    ),
    style(
        r"\d年",
        r"([4-9]\d)(?<=[从自于到在至].{2})年(?![历的间来前后代多以内里])"
        r"|([4-9]\d)(?<=是.{2})年(?=[一-龥]{1,4}的)"
        r"|([4-9](?<![\d.].)\d)年(?=建|生|出生|毕业|参军|入党|退休|进厂|入伍|那年|初夏|初春|初冬|年初|年底|底|冬|夏天|秋天|春天)"
        r"|(9(?<![\d.第过近约满整逾达有].)\d)年(?=，)|([12](?<![\d.第].)\d)年[底初](?=[，。、；的]|[一-龥])(?![期蕴级])",
        "年份要写全四位",
        _full_year,
    ),
    style(
        r"\d-—–~～至到",
        r"(?:1(?<!\d.)9|2(?<!\d.)0)\d\d[-—–~～至到](\d\d)年",
        "年份要写全四位",
        lambda match: f"{match.group()[:-3]}{_century(match)}{match[1]}年",
    ),
    style(
        "#年",
        r"([一二][0-9〇零○一二三四五六七八九]{3}|[12][0-9]{0,2}[〇零○一二三四五六七八九][0-9〇零○一二三四五六七八九]{0,2})"
        r"(?<=[0-9〇零○一二三四五六七八九]{4})(?<![0-9〇零○一二三四五六七八九百千万].{4})年",
        "年份不夹用两种数字，也不用“零”代替“〇”",
        _arabic_year,
        only=_is_mixed,
    ),
    style(
        "一年",
        r"(一[八九][〇零一二三四五六七八九]{2})"
        r"(?<![0-9〇零○一二三四五六七八九百千万].{4})年",
        "公历年份用阿拉伯数字",
        _arabic_year,
        unless=_WRITTEN,
        spoken=False,
    ),
    style(
        "月",
        r"[正腊冬初农阴旧](?:(?<=[正腊冬])月初?\d{1,2}|(?<=月初)\d{1,2}(?![\d点时个名项件])"
        r"|(?<=[农阴旧])历\d{1,2}月(?:初?\d{1,2}|[一二三四五六七八九十廿]{1,3})?)",
        "农历日期用汉字",
    ),
    style("年", r"大年初?\d{1,2}(?!岁|米|次)", "农历日期用汉字"),
    style("廿卅", r"[廿卅]\d|\d[廿卅]", "农历日期用汉字"),
    style(
        "#月",
        r"3月三|9月九|7月七|[三六七九]月[3679](?=庙会|歌|登|节|那天)",
        "农历日期用汉字",
    ),
    style(
        "#年月",
        rf"(?:19|20)\d\d年{_MONTH}月|[一二〇零]{{1,2}}[一二三四五六七八九〇零]{{2,3}}年\d{{1,2}}月"
        rf"|\d(?<!\d\d)\d?月{_DAY}[日号]|[十一二三四五六七八九](?<![个第几两多十].)(?:(?<=十)[一二]?)?月(?:[12]\d|3[01]|\d)(?:[日号]|(?=[前后那晚早夜，。、](?!\d)))",
        "同一个日期用同一种数字",
    ),
    style(
        r"\d.",
        r"[1-9](?<![\d.].)[0-2]?\.(?:[12]?\d|3[01])(?=[一-龥]{2,6}(?:日|节|周)(?![一二三四五六日天]))",
        "月日简称写作“11·9”或“11月9日”",
    ),
    style(
        r"\d.",
        r"[13569](?<![\d.].)(?:(?<=3)\.15|(?<=9)\.18|(?<=5)\.12|(?<=6)\.18|(?<=1)2\.12|(?<=1)1\.11|(?<=1)2\.[49])(?=[一-龥“”])(?![米元万亿公千厘平吨亩分度岁人%％])"
        r"|(?:19|20)\d\d\.\d{1,2}\.\d{1,2}(?![\d.])",
        "日期写作“3·15”“2026年11月16日”",
    ),
    style(
        "周期拜",
        r"(?:星期|礼拜|周(?<![一二三四五六七八九十第每几\d两本上下].)|每周|本周|上周|下周)([1-7])(?![\d.年岁天次个月周小万千点场节课人名])",
        "星期几用汉字",
        _weekday,
    ),
    style(
        r"\d点时",
        r"\d(?<!\d\d)\d?[点时][一二三四五][十一二三四五六七八九]{0,2}分",
        "时和分用同一种数字",
    ),
    style(
        "一点时",
        r"[十一二三四五六七八九两](?<![一二三四五六七八九十几第\d有].)(?:(?<=十)[一二]?)?[点时]\d{1,2}分?(?=[^\d日年月]|$)(?![个项条])",
        "时和分用同一种数字",
        unless=r"[这那]时|[一几](?:点|时)\d*[万千百]",
    ),
    style(
        r"\d点时",
        r"(\d(?<!\d\d)\d?)[点时](\d)分(?!之)",
        "分钟数写两位",
        lambda match: f"{match[1]}时0{match[2]}分",
    ),
    style(
        "#点时:：",
        r"(?<=[上下]午)(?:1[3-9]|2[0-3])[点时:：]|(?<=[上下]午)(?:十[三四五六七八九]|二十[一二三]?)[点时]",
        "二十四小时制前面不写“上午”“下午”",
        _of_the_afternoon,
    ),
    style(
        r"\d：",
        r"(\d(?<![\d：]\d)\d?)：([0-5]\d)(?![\d.元万%：])",
        "时刻中间用半角冒号",
        lambda match: f"{match[1]}:{match[2]}",
        unless=r"[比赢输胜负局赛球分][^，。；]{0,8}$",
    ),
    style(
        "纪",
        r"(?:1[89]|2[01])世纪(?P<tens>[一二三四五六七八九]?十)年代",
        "年代用阿拉伯数字，如“20世纪90年代”",
        lambda match: (
            f"{match.group()[:4]}{HAN.index(match['tens'][0]) if match['tens'][1:] else 1}0年代"
        ),
    ),
    style(
        "“",
        r"“(?:[1-9](?:[·．.][1-9])?”(?=(?:国际)?(?:妇女|劳动|青年|儿童|建军|长假|小长假|黄金周|假期|节))|(?:3八|6一|5一|三8|五1|六1)”)",
        "节日简称用汉字，如“五一”“三八”",
    ),
    style(
        r"\d年",
        r"([1-9](?<![纪\d末初].)0)年代",
        "年代写明世纪，如“20世纪90年代”",
    ),
    style(
        r"\d五",
        r"1[0-5]五(?=规划|期间|时期|开局)",
        "五年规划的简称用汉字，如“十五五”",
        lambda match: f"十{HAN[int(match.group()[1])] if match.group()[1] != '0' else ''}五",
    ),
)
