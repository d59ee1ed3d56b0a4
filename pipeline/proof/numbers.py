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


# pattern, what to say, how to mend it (None: nothing is safe)
_STYLES: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str] | None], ...] = (
    (
        re.compile(r"(?<![\d.])([1-9])0几"),
        "概数用汉字",
        lambda match: f"{_TENS[match[1]]}几",
    ),
    (
        re.compile(r"第([1-4])季度"),
        "季度序数用汉字",
        lambda match: f"第{_HAN[int(match[1])]}季度",
    ),
    (
        re.compile(r"(?:五[·．.•‧]四|五[·．.•‧]一|六[·．.•‧]一|七[·．.•‧]一|八[·．.•‧]一|十[·．.•‧]一)(?![\d.])"),
        "月日简称中间不用间隔号（涉及一月、十一月、十二月的除外）",
        _festival,
    ),
    (
        re.compile(r"(?<![\d年.])(0\d)年(?!\d)|(?<![\d.])(\d\d)年(?=\d{1,2}月)"),
        "年份要写全四位",
        lambda match: f"20{match[1] or match[2]}年" if (match[1] or match[2]) < "50" else f"19{match[1] or match[2]}年",
    ),
    (
        re.compile(r"(?<![第十百千〇零\d一二三四五六七八九、])(?:一、二|二、三|两、三|三、四|三、五|四、五|五、六|六、七|七、八|八、九)(?=[十百千万]?[多余]?[个人名位天年月次岁户家条件场辆株棵米里小])"),
        "连用的两个数字表示概数时，中间不用顿号",
        _approximate,
    ),
    (
        re.compile(r"百分之(\d+(?:\.\d+)?)"),
        "百分数用阿拉伯数字加百分号",
        lambda match: f"{match[1]}%",
    ),
    (
        re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([-—~～－至到])(\d+(?:\.\d+)?)%"),
        "百分数范围的前一个数也要写百分号",
        lambda match: f"{match[1]}%{match[2]}{match[3]}%",
    ),
    (
        re.compile(r"[一二]零[一二零][零一二三四五六七八九]年|二零[一二三]零年"),
        "年份用汉字时“零”写作“〇”",
        lambda match: match.group().replace("零", "〇"),
    ),
    (
        re.compile(r"约(?:\d+|[一二三四五六七八九十百千万]+)[多余](?=[个人名位天年次岁户家条件场辆株棵米平公元万吨])"),
        "“约”与“多”“余”重复，留一个",
        lambda match: match.group()[1:],
    ),
    (
        re.compile(r"近(?:\d+|[一二三四五六七八九十百千万]+)[多余](?=[个人名位天年次岁户家条件场辆株棵米平公元万吨])"),
        "“近”与“多”“余”矛盾，留一个",
        None,
    ),
    (
        re.compile(r"(?<=\d)(?:KM|Km|kM)(?![A-Za-z])"),
        "单位符号“千米”写作 km",
        lambda _: "km",
    ),
    (
        re.compile(r"(?<=\d)(?:KG|Kg|kG)(?![A-Za-z])"),
        "单位符号“千克”写作 kg",
        lambda _: "kg",
    ),
    (
        re.compile(r"(?<=[\d多余万])平(?:方)?(?=[的，。；、！？）]|$|大|左右|以上|空间|场地|房|米?以内)(?!方?米)"),
        "面积单位写全为“平方米”",
        lambda _: "平方米",
    ),
    (
        re.compile(r"(?<=\d)公分"),
        "法定计量单位用“厘米”",
        lambda _: "厘米",
    ),
    (
        re.compile(r"(?<!\d)(\d{1,2})[点时](\d)分(?!之)"),
        "分钟数写两位",
        lambda match: f"{match[1]}时0{match[2]}分",
    ),
    (
        re.compile(r"(?<=[上下]午)(1[3-9]|2[0-3])[点时:：]"),
        "二十四小时制前面不写“上午”“下午”",
        None,
    ),
)  # fmt: skip


def find_number_style(reading: Reading) -> Iterator[Finding]:
    """Find numbers and units written against GB/T 15835 and GB 3100."""
    for text in reading.texts:
        for pattern, says, mend in _STYLES:
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
