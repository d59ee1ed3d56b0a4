"""Punctuation: half-width marks beside Han characters, quotes and brackets without a partner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_QUOTE = re.compile(r'(?<=[㐀-鿿，。、；：！？])"|"(?=[㐀-鿿《（])')
_SQUARE = re.compile(
    r"(?<=[㐀-鿿])\[(?=[㐀-鿿])|(?<=[㐀-鿿])\](?=[㐀-鿿，。、；：])|<(?=[㐀-鿿]{1,20}>)|(?<=[㐀-鿿])>(?=[㐀-鿿，。、；：]|$)"
)
_ONE_ELLIPSIS = re.compile(r"(?<=[㐀-鿿])…(?<!……)(?!…)")
_BEFORE_AND = re.compile(r"、(?:和(?![平谐美睦义丰乐气煦记善])|以及|与(?![会时众其日]))(?=[一-龥])")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", ".": "。"}
_HAN = r"[㐀-鿿”’》）]"
_ASCII = re.compile(
    rf"(?=[,;:?!().])(?:(?<={_HAN})[,;:?!()]|[,;:?!()](?=[㐀-鿿“‘《（])|(?<=[㐀-鿿])\.(?![\w.]))"
)
_TWICE = re.compile(
    r"(?=[，、；：。])(?:[，、；：]{2,}|[，、；：]。|。[，、；：]|(?<=[。！？]”)。|(?<=[！？])。)"
)
_POINT = re.compile(
    r"(?=[.'])(?:(?<=[㐀-鿿])\.(?=[㐀-鿿])|(?<=[㐀-鿿，。：])'(?=[㐀-鿿])|(?<=[㐀-鿿])'(?=[㐀-鿿，。、；：）]))"
)
_BETWEEN_FIGURES = re.compile("[一二三四五六七八九十].[一二三四五六七八九十]")
_DOTS = re.compile(r"(?=[.。-])(?:(?<=[㐀-鿿])(?:\.{3,}|。{2,})|(?<=[㐀-鿿])--+(?=[㐀-鿿]))")
_EARLY = 50_000  # characters up to which a half-width quote is told to open or to close
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」"}
_CLOSING = {close: start for start, close in _PAIRS.items()}
_MARKS = re.compile(f"[{''.join(_PAIRS)}{''.join(_CLOSING)}]")
_LISTED = re.compile(r"^\s*[（(]?[0-9０-９一二三四五六七八九十]{1,3}$")


def find_punctuation(reading: Reading) -> Iterator[Finding]:
    """Find ASCII marks beside Han characters, and quotes and brackets without a partner."""
    for text in reading.texts:
        yield from _ascii_marks(text)
        yield from _unpaired(text)


def _ascii_marks(text: Text) -> Iterator[Finding]:
    there = text.characters
    for match in () if there.isdisjoint(",;:?!().") else _ASCII.finditer(text.text):
        if text.is_address(match.start()):
            continue
        if match.group() == "." and _BETWEEN_FIGURES.match(text.text, max(0, match.start() - 1)):
            continue  # 五.一: `days` says what to do
        mark = match.group()
        message = f"中文里的半角“{mark}”请改为全角“{_FULL[mark]}”。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span(), _FULL[mark])
    for match in _TWICE.finditer(text.text):
        message = f"“{match.group()}”重复或相连，请只留一个标点。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span())
    for match in () if there.isdisjoint(".'") else _POINT.finditer(text.text):
        if match.group() == "." and _BETWEEN_FIGURES.match(text.text, max(0, match.start() - 1)):
            continue  # 五.一: `days` says what to do
        message = f"中文里的半角“{match.group()}”请改为相应的全角标点。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span())
    if '"' in there:
        for match in _QUOTE.finditer(text.text):
            if not text.is_address(match.start()):
                opens = (
                    text.text.count('"', 0, match.start()) % 2 == 0
                    if match.start() < _EARLY
                    else None
                )
                right = None if opens is None else ("“" if opens else "”")
                message = "中文里的半角引号请改为“”。"
                yield text.finding("punctuation", Level.WARNING, message, *match.span(), right)
    if not there.isdisjoint("[]<>"):
        for match in _SQUARE.finditer(text.text):
            message = f"中文里的半角“{match.group()}”请改为全角括号或书名号。"
            yield text.finding("punctuation", Level.WARNING, message, *match.span())
    if "…" in there:
        for match in _ONE_ELLIPSIS.finditer(text.text):
            message = "省略号占两格，请改为“……”。"
            yield text.finding("punctuation", Level.WARNING, message, *match.span(), "……")
    if "、" in there:
        for match in _BEFORE_AND.finditer(text.text):
            message = f"“{match.group()[1:]}”前面不用顿号，请删去顿号。"
            yield text.finding(
                "punctuation", Level.WARNING, message, *match.span(), match.group()[1:]
            )
    for match in _DOTS.finditer(text.text):
        right = "——" if match.group().startswith("-") else "……"
        message = f"“{match.group()[:6]}”请改为“{right}”。"
        yield text.finding("punctuation", Level.WARNING, message, *match.span(), right)


def _unpaired(text: Text) -> Iterator[Finding]:
    offset = 0
    for paragraph in text.text.split("\n"):
        waiting: list[tuple[str, int]] = []
        lonely: list[int] = []
        for match in _MARKS.finditer(paragraph):
            mark, index = match.group(), match.start()
            if mark in _PAIRS:
                waiting.append((mark, index))
            elif waiting and waiting[-1][0] == _CLOSING[mark]:
                waiting.pop()
            elif not (mark == "）" and _LISTED.match(paragraph[max(0, index - 5) : index])):
                lonely.append(index)
        for index in sorted([*lonely, *(index for _, index in waiting)]):
            if paragraph[index] == "“" and _goes_on(text.text, offset + len(paragraph) + 1):
                continue
            message = f"“{paragraph[index]}”没有配对，请补全或删去。"
            at = offset + index
            yield text.finding("punctuation", Level.WARNING, message, at, at + 1)
        offset += len(paragraph) + 1


def _goes_on(text: str, following: int) -> bool:
    """Say whether a quotation goes on in the next paragraph, which then begins with “ again."""
    return text.startswith("“", following)


RULES = (
    Rule(
        "punctuation",
        "W",
        "标点",
        "汉字旁的半角标点改为全角，引号、括号、书名号成对使用；网址、小数和时刻不在此列。",
        "GB/T 15834《标点符号用法》",
        "大家好,欢迎来到社区。",
        "大家好，欢迎来到社区。",
        find_punctuation,
    ),
)
