"""When a page says that its article was published.

As shown to the minute, as the metadata say, as shown. What this module never does: read a list's
dates, or make one up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.collect.crew import PLAIN, TRADITIONAL
from pipeline.collect.dates import find_full_date, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

_SHORT_DAY = re.compile(r"(?<![\d.])\d{1,2}(?:月\d{1,2}日|-\d{1,2})(?![\d-])(?:\s*\d{1,2}:\d{2})?")
_EDITED = re.compile(r"最后由|最后编辑|编辑于|最后修改")
_DATE_LABEL = re.compile(
    r"(?:发布|发表|更新|时间|日期|录入)(?:时间|日期|于)?\s*[：:]?\s*(?=\d{4})([^|　]{6,30})"
)
_META_DATES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "datepublished",
    "og:release_date",
)  # fmt: skip
_SCRIPT_DATE = re.compile(
    r"(?:createTime|create_time|publishTime|publish_time|datePublished)[\"']?\s*[:=]\s*[\"']"
    r"(\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}[^\"']{0,12})"
)
_SECONDS = re.compile(  # since 1970, as pages of WeChat accounts and many programs have them
    r"\b(?:ct|createTime|create_time|publishTime|publish_time|pubTime|publishDate)[\"']?\s*[:=]\s*[\"']?"
    r"(1\d{9})(?:\d{3})?(?!\d)"
)


def find_date(
    root: HtmlElement, near: list[str], after: list[str], meta: dict[str, str], now: datetime
) -> datetime | None:
    """Return when it was published: as shown to the minute, as the metadata say, as shown."""
    shown: datetime | None = None
    for line in reversed(near):
        if _EDITED.search(line.translate(TRADITIONAL)):
            continue
        label = _DATE_LABEL.search(line.translate(TRADITIONAL))
        found = find_full_date(label[1] if label else line, now)
        if found and (found.hour or found.minute):
            return found
        shown = shown or found
    marked = (read_date(one, now) for one in _marked_dates(root, meta))
    if stated := next((one for one in marked if one), None):
        return stated
    labelled = (match[1] for line in after if (match := _DATE_LABEL.search(line)))
    shown = shown or next((day for one in labelled if (day := find_full_date(one, now))), None)
    return shown or next((day for one in near[-3:] if (day := _short_day(one, now))), None)


def _short_day(line: str, now: datetime) -> datetime | None:
    """Return the day of a byline that leaves out the year; None for a line that is none."""
    match = _SHORT_DAY.search(line)
    return read_date(match[0], now) if match and len(line) <= PLAIN and "。" not in line else None


def _marked_dates(root: HtmlElement, meta: dict[str, str]) -> Iterator[str]:
    """Yield dates that are there for programs, the surest first."""
    times = [tag.get("datetime") or tag.text_content() for tag in root.iter("time")]
    yield from (one for one in times if "T" in one)
    yield from (meta[name] for name in _META_DATES if name in meta)
    yield from times
    for script in root.iter("script"):
        words = script.text or ""
        if match := _SCRIPT_DATE.search(words) or _SECONDS.search(words):
            yield match[1]
