"""Persons: names that differ by one character in one role, and children who can be recognised."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.lists import Lists
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_LONG = 3  # characters of a name of which two may differ by one
_ADULT = 18  # years
_AFTER = (
    ",", ";", "(", ")", ".", "说", "告诉", "介绍", "表示", "认为", "坦言", "回忆", "带", "是", "在", "和", "与", "、", "，", "。",
    "；", "：", "（", "）", "”", "“", "也", "都", "向", "为", "将", "从", "把", "对", "到", "用", "获",
    "今年", "同学", "小朋友", "这", "的", "等", "捧", "拿", "一", "\n", " ", "参", "主", "现", "给", "又",
    "则", "就", "还", "已", "上", "来", "走", "当", "代", "期待", "作", "跟", "让", "以", "有", "及", "正",
)  # fmt: skip
_SMALL = {name: value for value, name in enumerate("零一二三四五六七八九")}
_AGE = re.compile(
    r"(?P<digits>\d{1,2})(?:周岁|岁)|(?P<han>十?[一二三四五六七八九]{1,2}|十)(?:周岁|岁)(?!月)"
)
_CHILD = re.compile(
    r"小学生?|中学生?|初中生?|高中生?|幼儿园|校区|学校|[一二三四五六]年级|初[一二三]|高[一二三]|中班|大班|小班"
    r"|小朋友|小学员|小选手|小主持人?|小志愿者|小记者|同学|女孩|男孩|女童|男童|少年|孩子"
)
_NEAR = 14  # characters between a child's name and its age or school
_GROWN = re.compile(
    r"老师|校长|园长|教师|家长|主任|妈妈|爸爸|爷爷|奶奶|教授|书记|院长|班主任|教练|志愿者(?!小)"
)


def find_near_names(reading: Reading) -> Iterator[Finding]:
    """Find names of one role in one issue that differ by a single character."""
    lists = reading.reference.lists
    pattern = _in_role(lists)
    first: dict[tuple[str, str], tuple[str, Text]] = {}
    seen: dict[str, list[str]] = {}
    for text in reading.texts:
        for match in pattern.finditer(text.text):
            name = _trim(text.text, match.start("name"), match["name"], lists)
            role = match["role"]
            if name is None or len(name) < _LONG:
                continue
            near = next((one for one in seen.get(role, ()) if _differ_by_one(one, name)), None)
            if near:
                message = f"同为{role}，前文写作“{near}”，这里写作“{name}”，请核对姓名。"
                start = match.start("name")
                yield text.finding(
                    "person-name", Level.WARNING, message, start, start + len(name), near
                )
            elif (role, name) not in first:
                first[role, name] = (name, text)
                seen.setdefault(role, []).append(name)


def find_minors(reading: Reading) -> Iterator[Finding]:
    """Find a minor's full name beside an age below 18 or a school."""
    lists = reading.reference.lists
    pattern = _named(lists)
    for text in reading.texts:
        anchors = [match.span() for match in _AGE.finditer(text.text) if _age(match) < _ADULT]
        anchors += [match.span() for match in _CHILD.finditer(text.text)]
        found: dict[int, str] = {}
        for start, end in sorted(anchors):
            low, high = max(0, start - _NEAR), min(len(text.text), end + _NEAR)
            for match in pattern.finditer(text.text, low, high):
                name = _trim(text.text, match.start(), match.group(), lists)
                if name and _belongs(text.text, match.start(), len(name), start, end):
                    found.setdefault(match.start(), name)
        for start, name in sorted(found.items()):
            message = (
                f"“{name}”疑为未成年人，全名与年龄或学校同时出现：请取得监护人同意，或隐去姓名。"
            )
            yield text.finding("minor", Level.WARNING, message, start, start + len(name))


def _belongs(text: str, start: int, length: int, anchor: int, anchor_end: int) -> bool:
    """Say whether the name and the anchor stand in one clause group, and no grown-up's word between."""
    end = start + length
    between = text[end:anchor] if end <= anchor else text[anchor_end:start]
    if re.search(r"[。；！？\n]", between) or between.count("，") > 1:
        return False
    around = text[max(0, start - 4) : start] + text[end : end + 4]
    return not _GROWN.search(around) and not _GROWN.search(between)


def _age(match: re.Match[str]) -> int:
    if match["digits"]:
        return int(match["digits"])
    han = match["han"]
    if han == "十":
        return 10
    if han.startswith("十"):
        return 10 + _SMALL[han[1]]
    before = match.string[max(0, match.start() - 1) : match.start()]
    if before in {"十", "百"}:
        return 99  # 七十五岁: the pattern saw its end only
    return _SMALL[han[0]]  # 七八岁: the younger


def _trim(text: str, start: int, name: str, lists: Lists) -> str | None:
    """Return the name in the length that the words after it allow; None when it is no name."""
    if any(text.startswith(word, start) for word in lists.not_names):
        return None
    shortest = 3 if name[:2] in lists.double_surnames else 2
    for length in range(len(name), shortest - 1, -1):
        follows = text[start + length : start + length + 3]
        if not follows or follows.startswith(_AFTER):
            return name[:length]
    return None


def _differ_by_one(left: str, right: str) -> bool:
    return (
        len(left) == len(right)
        and left[0] == right[0]
        and sum(a != b for a, b in zip(left, right, strict=True)) == 1
    )


@lru_cache(maxsize=4)
def _in_role(lists: Lists) -> re.Pattern[str]:
    return re.compile(rf"(?P<role>{lists.role})(?P<name>{lists.name})")


@lru_cache(maxsize=4)
def _named(lists: Lists) -> re.Pattern[str]:
    return re.compile(
        rf"(?<=[、，。：；“”（\s的和与及区园校级班学友生孩员手有叫]){lists.name}|^{lists.name}"
    )


RULES = (
    Rule(
        "person-name",
        "W",
        "人名前后不一",
        "同一期里同一职务的两个姓名只差一字，多半有一个写错了，请核对。",
        "新闻校对通例：人名必核",
        "社区书记钱佳宁介绍了做法。随后，社区书记钱家宁带大家参观。",
        "社区书记钱佳宁介绍了做法。随后，社区书记钱佳宁带大家参观。",
        find_near_names,
    ),
    Rule(
        "minor",
        "W",
        "未成年人信息",
        "未成年人的全名与年龄或学校同时出现，取得监护人同意后注明理由放行，或隐去姓名。",
        "《未成年人保护法》第一百零三条",
        "示例小学的林小满，今年8岁，唱了一首歌。",
        "示例小学的小林，今年8岁，唱了一首歌。",
        find_minors,
    ),
)
