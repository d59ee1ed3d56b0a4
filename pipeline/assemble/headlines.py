"""Headlines for group robots, within each robot's limit of bytes. Pure.

Limits: WeCom 4,096 bytes of Markdown, DingTalk 20,000, Feishu 20 KB (their robots' documentation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assemble.headings import get_number
from pipeline.model import SectionKind

if TYPE_CHECKING:
    from pipeline.config import Newsletter
    from pipeline.model import Issue

LIMITS: dict[str, int] = {"wecombot": 4096, "dingtalk": 20_000, "feishu": 20_000, "lark": 20_000}
"""Bytes of UTF-8 one message may have, by apprise's name of the robot."""

LEAST_LIMIT = min(LIMITS.values())


def get_headlines(issue: Issue, *, newsletter: Newsletter, address: str, limit: int) -> str:
    """Return the issue's headlines and its address in at most ``limit`` bytes of UTF-8.

    Whole lines only; what does not fit is counted. ``limit`` has room for the first and the last
    line at least, else the address alone is returned.
    """
    first = f"{newsletter.name} {get_number(issue.number)}"
    if newsletter.sample:
        first += "（样刊：内容均为示例）"
    last = f"全文：{address}"
    lines = []
    for section in issue.sections:
        if section.kind is SectionKind.FIGURES:
            continue
        lines.append(f"【{section.title}】")
        lines += [f"· {' '.join(item.title.split())}" for item in section.items]
    for count in range(len(lines), -1, -1):
        left = sum(line.startswith("·") for line in lines[count:])
        shown = lines[:count]
        if shown and shown[-1].startswith("【"):
            continue  # a heading with nothing below it
        more = [f"……另有{left}条"] if left else []
        text = "\n".join([first, *shown, *more, last])
        if len(text.encode("utf-8", "replace")) <= limit:
            return text
    return address
