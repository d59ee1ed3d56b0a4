"""The lines above the stories: subject, preheader, contents, 为何重要.

Made of facts of the issue only. What this module never does: choose or order a story.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.assemble.templates import get_short_day, get_weekday
from pipeline.assemble.typography import strip_invisible
from pipeline.model import DISTRICTS, SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Newsletter
    from pipeline.model import Issue, Item, Section

_SHOWN_TITLE = 60  # characters of a title in the subject
_SHOWN_SENTENCE = 90  # characters of a sentence below it; mail programs show fewer
_SENTENCE = re.compile(r"[^。！？]+[。！？]?[”’」』）]*")


def get_why(item: Item) -> str:
    """Return 为何重要, "" when the item has no fact that says so."""
    facts = []
    members = [unit.name for unit in item.communities if unit.member]
    places = [name for name in item.districts if name in DISTRICTS]
    if members:
        facts.append(f"{'、'.join(members[:3])}是联盟单位")
    elif places:
        facts.append(f"事情发生在{'、'.join(places[:3])}")
    told = []
    if item.themes:
        told.append(f"这篇讲{'、'.join(item.themes[:2])}")
    if item.also_in:
        told.append(f"另有{len(item.also_in)}家刊载")
    if told:
        facts.append("，".join(told))
    return "；".join(facts) + "。" if facts else ""


def get_number(number: int) -> str:
    """Return 第3期, or 试刊 for number 0."""
    return f"第{number}期" if number else "试刊"


def get_subject(newsletter: Newsletter, number: int, sections: Sequence[Section]) -> str:
    """Return the subject: one line, of visible characters."""
    head = sections[0].items[0].title if sections and sections[0].items else "本期暂无稿件"
    if len(head) > _SHOWN_TITLE:
        head = head[: _SHOWN_TITLE - 2] + "……"
    sign = "广告｜" if newsletter.commercial else ""
    subject = f"{sign}{newsletter.name} {get_number(number)}｜{head}"
    return " ".join(strip_invisible(subject).split())


def get_preheader(sections: Sequence[Section]) -> str:
    """Return the titles after the first, for the line that mail programs show below the subject.

    Where there are none, the first sentence of what the only story says.
    """
    items = [item for section in sections for item in section.items]
    if len(items) == 1:
        sentence = _SENTENCE.match(strip_invisible(items[0].summary))
        return " ".join(sentence[0].split())[:_SHOWN_SENTENCE] if sentence else ""
    return "；".join(item.title[:40] for item in items[1:4])


def get_contents(issue: Issue) -> str:
    """Return what stands below the lead: 本期：取经 2、活动预告 3（最近 11月28日 周六）."""
    parts = []
    for section in issue.sections:
        if section.kind is SectionKind.LEAD or not section.items:
            continue
        starts = [event.start for item in section.items for event in item.events[:1]]
        coming = [start for start in starts if start >= issue.publishes_at]
        soon = ""
        if section.kind is SectionKind.EVENTS and coming:
            soon = f"（最近 {get_short_day(min(coming))} {get_weekday(min(coming))}）"
        parts.append(f"{section.title} {len(section.items)}{soon}")
    return f"本期：{'、'.join(parts)}" if parts else ""
