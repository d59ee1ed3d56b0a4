"""Plain newspaper texts: a head of 标题：… lines, or a headline block that is recognised.

What this module never does: read files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile

from pipeline.collect.pages import tidy
from pipeline.collect.sentby import read_sent_by

_KEYS = {"标题": "title", "来源": "origin", "作者": "author", "记者": "author", "编辑": "editor",
         "供稿": "origin", "通讯员": "author", "日期": "date", "时间": "date", "网址": "url",
         "栏目": "column", "图片": "image", "图说": "caption", "摄影": "credit"}  # fmt: skip
_HEAD = re.compile(rf"({'|'.join(_KEYS)})[：:]\s*(.+)")
_ENDED = re.compile(r"[。！？!?…；;]['\"”’」』）)]*$")
_CAPTIONS, _CAPTION = 4, 60  # sentences before the headlines, and the characters of each
_HEADLINES = 3  # kicker, title, subtitle
_SENT_BY = 3  # lines below them that say whose the text is
_BELOW = {"origin", "author", "editor", "credit"}  # keys that may stand below the title, too
_KICKER = re.compile(r"[^，：: ]{2,8}(?: [^，：: ]{2,8}){2,}")  # 资源共享 经验共鉴 共建典范社区


@dataclass(frozen=True, slots=True)
class PlainText:
    """The parts of a plain text."""

    title: str
    text: str
    head: dict[str, str] = field(default_factory=dict)


def read_text(content: str, headline: str = "") -> PlainText:
    """Return title, text and head of a plain text; ``headline``: the line known to be its title.

    Without a head, the title is the first line that does not say whose text it is (来源：…,
    通讯员 某某); such lines are taken from below the title and from the end. Where captions stand
    first, as in a paper, or a line of phrases set apart, the longest headline is the title; the
    others stay at the front of the text. When something takes place (时间：…) belongs to the text.
    """
    paragraphs = tidy(content).split("\n")
    head: dict[str, str] = {}
    while paragraphs and (told := _read_line(paragraphs[0], set(_KEYS.values()))):
        head |= told
        paragraphs.pop(0)
    known = tidy(headline) or head.get("title", "") or _find_asked(paragraphs)
    if known in paragraphs:
        paragraphs.remove(known)
    block, sent_by = _split(paragraphs, 0 if known else _skip_captions(paragraphs))
    title = known or (_choose(block, paragraphs) if block else "")
    if not title:
        first = paragraphs[0] if paragraphs else ""
        title = re.split(r"(?<=[。！？!?])", first)[0][:60]
        return PlainText(title, "\n".join(paragraphs), head)
    rest = [one for one in paragraphs if (one is not title or known) and one not in sent_by]
    told = read_sent_by(rest[-1]) if len(rest) > 1 else {}
    if told:
        rest.pop()
    for below in sent_by.values():
        told |= below
    return PlainText(title, "\n".join(rest), told | head)


def _read_line(line: str, keys: set[str]) -> dict[str, str]:
    """Return what a line of the head says, of these keys; {} where it is none."""
    if told := read_sent_by(line):
        return told
    match = _HEAD.fullmatch(line)
    return {_KEYS[match[1]]: match[2].strip()} if match and _KEYS[match[1]] in keys else {}


def _find_asked(paragraphs: list[str]) -> str:
    """Return a first line that asks or calls, where the second says whose the text is; else ""."""
    is_title = len(paragraphs) > 1 and paragraphs[0].endswith(("？", "！", "?", "!"))
    return paragraphs[0] if is_title and _read_line(paragraphs[1], _BELOW) else ""


def _skip_captions(paragraphs: list[str]) -> int:
    """Return where the headlines begin: a few short sentences before them are captions."""
    is_told = [bool(_ENDED.search(one)) for one in paragraphs]
    start = sum(takewhile(bool, is_told))
    are_short = start <= _CAPTIONS and all(len(one) <= _CAPTION for one in paragraphs[:start])
    return start if are_short and any(is_told[start:]) else 0


def _split(paragraphs: list[str], start: int) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Return the headlines, and the lines among them and below that say whose the text is."""
    block: list[str] = []
    sent_by: dict[str, dict[str, str]] = {}
    for one in paragraphs[start : start + _HEADLINES + _SENT_BY]:
        if told := _read_line(one, _BELOW):
            sent_by[one] = told
        elif _ENDED.search(one) or len(block) == _HEADLINES:
            break
        else:
            block.append(one)
    return block, sent_by


def _choose(block: list[str], paragraphs: list[str]) -> str:
    """Return the title among the headlines."""
    as_in_a_paper = block[0] is not paragraphs[0] or _KICKER.fullmatch(block[0])
    return max(block, key=len) if as_in_a_paper else block[0]
