"""Plain newspaper texts: a head of 标题：… lines, or a headline block that is recognised.

What this module never does: read files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.collect.pages import tidy

_KEYS = {"标题": "title", "来源": "origin", "作者": "author", "记者": "author", "编辑": "editor",
         "供稿": "origin", "通讯员": "author", "日期": "date", "时间": "date", "网址": "url",
         "栏目": "column", "图片": "image", "图说": "caption", "摄影": "credit"}  # fmt: skip
_HEAD = re.compile(rf"({'|'.join(_KEYS)})[：:]\s*(.+)")
_ENDED = re.compile(r"[。！？!?…；;]['\"”’」』）)]*$")
_HEADLINES = 3  # kicker, title, subtitle
_BELOW = {"origin", "author", "editor", "credit"}  # keys that may stand below the title, too


@dataclass(frozen=True, slots=True)
class PlainText:
    """The parts of a plain text."""

    title: str
    text: str
    head: dict[str, str] = field(default_factory=dict)


def read_text(content: str) -> PlainText:
    """Return title, text and head of a plain text.

    Without a head, leading lines that end like sentences are captions, and the longest of the
    first unended lines is the title; the other headlines stay at the front of the text. Among them
    may stand whose it is (来源：…, 作者：…), as in a Word file; when something takes place
    (时间：…) belongs to the text there.
    """
    paragraphs = tidy(content).split("\n")
    head: dict[str, str] = {}
    while paragraphs and (match := _HEAD.fullmatch(paragraphs[0])):
        head[_KEYS[match[1]]] = match[2].strip()
        paragraphs.pop(0)
    if "title" in head:
        return PlainText(head["title"], "\n".join(paragraphs), head)
    start = 0
    while start < len(paragraphs) and _ENDED.search(paragraphs[start]):
        start += 1
    block = []
    for paragraph in paragraphs[start : start + _HEADLINES]:
        if _ENDED.search(paragraph):
            break
        block.append(paragraph)
    named = {
        one: (_KEYS[match[1]], match[2].strip())
        for one in block
        if (match := _HEAD.fullmatch(one)) and _KEYS[match[1]] in _BELOW
    }
    headlines = [one for one in block if one not in named]
    if not headlines:
        first = paragraphs[0] if paragraphs else ""
        return PlainText(re.split(r"(?<=[。！？!?])", first)[0][:60], "\n".join(paragraphs), head)
    title = max(headlines, key=len)
    rest = [one for one in paragraphs if one is not title and one not in named]
    return PlainText(title, "\n".join(rest), dict(named.values()) | head)
