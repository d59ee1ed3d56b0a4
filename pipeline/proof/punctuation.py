"""Punctuation: half-width marks beside Han characters, quotes and brackets without a partner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.spans import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding, Issue

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_HAN = r"[㐀-鿿”’》）]"
_ASCII = re.compile(rf"(?<={_HAN})[,;:?!()]|[,;:?!()](?=[㐀-鿿“‘《（])")
_URL = re.compile(r"https?://[!-~]+")
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」"}
_CLOSING = {close: start for start, close in _PAIRS.items()}


def find_ascii_punctuation(issue: Issue) -> Iterator[Finding]:
    """Punctuation (W): an ASCII mark beside a Han character; never in URLs, decimals or times."""
    for text in texts_of(issue):
        urls = [match.span() for match in _URL.finditer(text.text)]
        position = 0
        for match in _ASCII.finditer(text.text):
            while position < len(urls) and urls[position][1] <= match.start():
                position += 1
            if position < len(urls) and urls[position][0] <= match.start():
                continue
            mark = match.group()
            message = f"中文里的半角“{mark}”请改为全角“{_FULL[mark]}”。"
            yield text.finding("punctuation", Level.WARNING, message, *match.span(), _FULL[mark])


def find_unpaired(issue: Issue) -> Iterator[Finding]:
    """Punctuation (W): a quote or bracket without its partner in the same paragraph."""
    for text in texts_of(issue):
        offset = 0
        for paragraph in text.text.split("\n"):
            waiting: list[tuple[str, int]] = []
            lonely: list[int] = []
            for index, character in enumerate(paragraph):
                if character in _PAIRS:
                    waiting.append((character, index))
                elif character in _CLOSING:
                    if waiting and waiting[-1][0] == _CLOSING[character]:
                        waiting.pop()
                    else:
                        lonely.append(index)
            for index in sorted([*lonely, *(index for _, index in waiting)]):
                at = offset + index
                message = f"“{paragraph[index]}”没有配对，请补全或删去。"
                yield text.finding("punctuation", Level.WARNING, message, at, at + 1)
            offset += len(paragraph) + 1
