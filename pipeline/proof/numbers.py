"""How numbers and units are written. Never whether they are true: that is `counts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

_HAN = "零一二三四五六七八九"
_TENS = {"1": "十", **{str(n): f"{_HAN[n]}十" for n in range(2, 10)}}


def _festival(match: re.Match[str]) -> str:
    return re.sub(r"[·．.•‧]", "", match.group())


def _approximate(match: re.Match[str]) -> str:
    return match.group().replace("、", "")


# characters of which one has to be there, pattern, what to say, how to mend it (None: nothing is safe)
_STYLES: tuple[tuple[str, re.Pattern[str], str, Callable[[re.Match[str]], str] | None], ...] = (
    (
        "几",
        re.compile(r"(?<![\d.])([1-9])0几"),
        "概数用汉字",
        lambda match: f"{_TENS[match[1]]}几",
    ),
    (
        "季度",
        re.compile(r"第([1-4])季度"),
        "季度序数用汉字",
        lambda match: f"第{_HAN[int(match[1])]}季度",
    ),
    (
        "·．.•‧",
        re.compile(r"(?:五[·．.•‧]四|五[·．.•‧]一|六[·．.•‧]一|七[·．.•‧]一|八[·．.•‧]一|十[·．.•‧]一)(?![\d.])"),
        "月日简称中间不用间隔号（涉及一月、十一月、十二月的除外）",
        _festival,
    ),
    (
        "年",
        re.compile(r"(?<![\d年.])(0\d)年(?!\d)|(?<![\d.])(\d\d)年(?=\d{1,2}月)"),
        "年份要写全四位",
        lambda match: f"20{match[1] or match[2]}年" if (match[1] or match[2]) < "50" else f"19{match[1] or match[2]}年",
    ),
    (
        "、",
        re.compile(r"(?<![第十百千〇零\d一二三四五六七八九、])(?:一、二|二、三|两、三|三、四|三、五|四、五|五、六|六、七|七、八|八、九)(?=[十百千万]?[多余]?[个人名位天年月次岁户家条件场辆株棵米里小])"),
        "连用的两个数字表示概数时，中间不用顿号",
        _approximate,
    ),
    (
        "千",
        re.compile(r"(?<![\d.])\d+万\d千"),
        "万和千不同时与阿拉伯数字连用，改为“3.5万”或“35000”",
        None,
    ),
    (
        "0",
        re.compile(r"[一二三四五六七八九〇零](?:0[一二三四五六七八九0]|[一二三四五六七八九]0)[一二三四五六七八九〇零0]?"),
        "汉字数字里不夹阿拉伯数字“0”，改用“〇”",
        lambda match: match.group().replace("0", "〇"),
    ),
    (
        "右下上余",
        re.compile(
            r"(?:大约|约|将近|近|超过|超|至少|最少|起码|最多|至多)\s?(?:\d+|[一二三四五六七八九十百千万]+)[万千百]?(?:个|名|人|户|位|元|岁|天|次|件|米|公里|平方米)?(?:左右|上下|以上|以下)"
            r"|(?:超过|超)(?:\d+|[一二三四五六七八九十百千万]+)[万千百]?余"
        ),
        "概数的前后两种说法重复或矛盾，留一个",
        None,
    ),
    (
        "、",
        re.compile(r"(?<![\d、.])([1-9])、([1-9])(?=[十百千万]?[个名位天年次岁户家条件场辆株棵米里人])"),
        "连用的两个数字表示概数时用汉字，中间不用顿号",
        lambda match: f"{_HAN[int(match[1])]}{_HAN[int(match[2])]}",
    ),
    (
        "月",
        re.compile(r"(?:正月|腊月|冬月)(?:初)?\d{1,2}|(?<=月)初\d{1,2}(?![\d点时])"),
        "农历日期用汉字",
        None,
    ),
    (
        "百千数",
        re.compile(r"(?<![\d.万亿])\d[百千](?=[人名元个户多余斤亩株棵册张件字])|(?<![\d.])数\d0+(?=[名个人户家次位])"),
        "阿拉伯数字后不单用“百”“千”，概数“数十”用汉字",
        None,
    ),
    (
        "之",
        re.compile(r"(?<![\d.])\d+分之\d+"),
        "分数用汉字",
        None,
    ),
    (
        "年",
        re.compile(r"(?<!\d)(?:19|20)\d\d[-—–~～至到](\d\d)年"),
        "年份要写全四位",
        None,
    ),
    (
        "日节周",
        re.compile(r"(?<![\d.])(?:[1-9]|1[0-2])\.(?:[12]?\d|3[01])(?=[一-龥]{2,6}(?:日|节|周)(?![一二三四五六日天]))"),
        "月日简称写作“11·9”或“11月9日”",
        None,
    ),
    (
        "年",
        re.compile(r"(?<=[从自于到在至])[4-9]\d年(?![历的间来前后代多以内里])|(?<![\d.])[4-9]\d年(?=建|生|出生|毕业|参军|入党|退休|进厂)"),
        "年份要写全四位",
        None,
    ),
    (
        "分",
        re.compile(r"(?<!\d)\d{1,2}[点时][一二三四五][十一二三四五六七八九]{0,2}分"),
        "时和分用同一种数字",
        None,
    ),
    (
        "０１２３４５６７８９",
        re.compile(r"[０-９]+"),
        "数字用半角",
        lambda match: match.group().translate({0xFF10 + n: str(n) for n in range(10)}),
    ),
    (
        "月",
        re.compile(r"(?<!\d)(?:19|20)\d\d年(?:十[一二]?|[一二三四五六七八九])月|[一二〇零]{1,2}[一二三四五六七八九〇零]{2,3}年\d{1,2}月|(?<!\d)\d{1,2}月(?:二十|三十|十)?[一二三四五六七八九十][日号]"),
        "同一个日期用同一种数字",
        None,
    ),
    (
        "周期拜",
        re.compile(r"(?:星期|礼拜|(?<![一二三四五六七八九十第每几\d两本上下])周|每周|本周|上周|下周)([1-7])(?![\d.年岁天次个月周小万千])"),
        "星期几用汉字",
        lambda match: match.group()[:-1] + "一二三四五六日"[int(match[1]) - 1],
    ),
    (
        "成",
        re.compile(r"(?<![\d.])([1-9])成(?![立功为员本长人都熟分品套就效语绩年了])"),
        "“几成”用汉字",
        lambda match: f"{_HAN[int(match[1])]}成",
    ),
    (
        "米",
        re.compile(r"(?<=[\d多余万一二三四五六七八九十百千])平米"),
        "面积单位写全为“平方米”",
        lambda _: "平方米",
    ),
    (
        "点时",
        re.compile(r"(?<![一二三四五六七八九十几第\d有])(?:十[一二]?|[一二三四五六七八九两])[点时]\d{1,2}分"),
        "时和分用同一种数字",
        None,
    ),
    (
        "代",
        re.compile(r"(?<![纪\d末初])[1-9]0年代"),
        "年代写明世纪，如“20世纪90年代”",
        None,
    ),
    (
        ".",
        re.compile(r"(?<![\d.])(?:3\.15|9\.18|5\.12|6\.18|12\.12|11\.11|12\.4)(?=[一-龥“”])|(?<![\d.])(?:19|20)\d\d\.\d{1,2}\.\d{1,2}(?![\d.])"),
        "日期写作“3·15”“2026年11月16日”",
        None,
    ),
    (
        "万亿",
        re.compile(r"(?<![\d.])\d+(?:\.\d+)?[-—–~～－至到]\d+(?:\.\d+)?[万亿](?=[元人次户斤吨株尾])"),
        "范围的前一个数也写“万”“亿”，免得误读",
        None,
    ),
    (
        "百千",
        re.compile(r"[一二三四五六七八九][百千]\d|(?<![\d.])\d+[万千][一二三四五六七八九][千百]"),
        "同一个数用同一种数字",
        None,
    ),
    (
        "之",
        re.compile(r"百分之(\d+(?:\.\d+)?)"),
        "百分数用阿拉伯数字加百分号",
        lambda match: f"{match[1]}%",
    ),
    (
        "%",
        re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([-—~～－至到])(\d+(?:\.\d+)?)%"),
        "百分数范围的前一个数也要写百分号",
        lambda match: f"{match[1]}%{match[2]}{match[3]}%",
    ),
    (
        "零",
        re.compile(r"[一二]零[一二零][零一二三四五六七八九]年|二零[一二三]零年"),
        "年份用汉字时“零”写作“〇”",
        lambda match: match.group().replace("零", "〇"),
    ),
    (
        "约",
        re.compile(r"约(?:\d+|[一二三四五六七八九十百千万]+)[多余](?=[个人名位天年次岁户家条件场辆株棵米平公元万吨])"),
        "“约”与“多”“余”重复，留一个",
        lambda match: match.group()[1:],
    ),
    (
        "近",
        re.compile(r"近(?:\d+|[一二三四五六七八九十百千万]+)[多余](?=[个人名位天年次岁户家条件场辆株棵米平公元万吨])"),
        "“近”与“多”“余”矛盾，留一个",
        None,
    ),
    (
        "mM",
        re.compile(r"(?<=\d)(?:KM|Km|kM)(?![A-Za-z])"),
        "单位符号“千米”写作 km",
        lambda _: "km",
    ),
    (
        "gG",
        re.compile(r"(?<=\d)(?:KG|Kg|kG)(?![A-Za-z])"),
        "单位符号“千克”写作 kg",
        lambda _: "kg",
    ),
    (
        "平",
        re.compile(r"(?<=[\d多余万])平(?:方)?(?=[的，。；、！？）]|$|大|左右|以上|空间|场地|房|米?以内)(?!方?米)"),
        "面积单位写全为“平方米”",
        lambda _: "平方米",
    ),
    (
        "公",
        re.compile(r"(?<=\d)公分"),
        "法定计量单位用“厘米”",
        lambda _: "厘米",
    ),
    (
        "分",
        re.compile(r"(?<!\d)(\d{1,2})[点时](\d)分(?!之)"),
        "分钟数写两位",
        lambda match: f"{match[1]}时0{match[2]}分",
    ),
    (
        "午",
        re.compile(r"(?<=[上下]午)(1[3-9]|2[0-3])[点时:：]"),
        "二十四小时制前面不写“上午”“下午”",
        None,
    ),
)  # fmt: skip


def find_number_style(reading: Reading) -> Iterator[Finding]:
    """Find numbers and units written against GB/T 15835 and GB 3100."""
    for text in reading.texts:
        there = set(text.text)
        for needed, pattern, says, mend in _STYLES:
            if there.isdisjoint(needed):
                continue
            for match in pattern.finditer(text.text):
                if text.is_address(match.start()):
                    continue
                right = mend(match) if mend else None
                better = f"，建议改为“{right}”" if right else ""
                message = f"“{match.group()}”：{says}{better}。"
                yield text.finding("number-style", Level.WARNING, message, *match.span(), right)


RULES = (
    Rule(
        "number-style",
        "W",
        "数字与单位用法",
        "概数、序数、年份、百分数、月日简称和计量单位按国家标准书写。",
        "GB/T 15835《出版物上数字用法》、GB 3100《国际单位制及其应用》",
        "第1季度，20几名志愿者参加了活动。",
        "第一季度，二十几名志愿者参加了活动。",
        find_number_style,
    ),
)
