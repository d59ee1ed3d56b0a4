"""What a page says of its article: title, date, 来源, author, editor.

Read from the lines above and below the article, from its opening (本报讯（记者 …）) and from the
page's metadata, in that order of trust: what readers see is what editors checked. What this module
never does: look for the article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.collect.dates import find_full_date, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lxml.html import HtmlElement

_NAME = r"[一-龥·A-Za-z][一-龥·A-Za-z0-9._-]{0,19}"
_NAMES = rf"{_NAME}(?:[ 　、/，]+{_NAME}){{0,4}}"
_SOURCE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|稿源|来源|出处|转自|供稿单位|发布机构)\s*[：:]\s*"
    r"([^\s|　()（）【】\[\]]{2,30})"
)
_AUTHOR = re.compile(
    rf"(?:作者|撰文|撰稿|文字)\s*[：:/／丨|]\s*({_NAMES})|"
    rf"(?:^|[\s　（(|])(?:本报|本网|本台)?(?:特约)?(?:记者|通讯员)\s*[：:　 ]\s*({_NAMES})"
)
_OPENING = re.compile(r"(?:讯|电|消息)\s*[（(]([^）)]{2,60})[）)]")
_ROLES = re.compile(
    r"(?:本报|本网)?(?:全媒体|首席|见习|特约|实习)*(?:记者|通讯员|摄影|文/图|文|图)\s*[：:/／]?\s*"
)
_EDITORS = [
    re.compile(rf"(?:{role})\s*[：:/／丨| 　]\s*([^\s　()（）【】\[\]|，。：:]{{2,20}})")
    for role in ("责任编辑|责编", "值班编辑|网络编辑|本期编辑|编辑", "文章录入|录入")
]
_NO_NAMES = frozenset(
    [
        "佚名",
        "未知",
        "匿名",
        "网络",
        "本站",
        "管理员",
        "无",
        "字号",
        "字体",
        "来源",
        "浏览次数",
        "浏览",
        "点击",
        "时间",
        "摄",
        "口述整理",
        "编辑",
        "分享",
        "发布时间",
        "日期",
        "阅读",
        "评论",
        "责任编辑",
        "录入",
    ]
)
_DATE_LABEL = re.compile(
    r"(?:发布|发表|更新|时间|日期|录入)(?:时间|日期|于)?\s*[：:]?\s*(?=\d{4})([^|　]{6,30})"
)
_META_DATES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "datepublished",
    "og:release_date",
)  # fmt: skip
_META_SOURCES = ("contentsource", "source", "copyright-holder")
_SCRIPT_DATE = re.compile(
    r"(?:createTime|create_time|publishTime|publish_time|datePublished)[\"']?\s*[:=]\s*[\"']"
    r"(\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}[^\"']{0,12})"
)
_SITE = re.compile(  # before a site's name
    r"\s*[_|｜]\s*|\s+[-–—]+\s*|[-–—]{2,}|(?<=[一-龥])-(?=[一-龥])"
)
_AUTHORS = (
    "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' author ')]"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)
_OUTLETS = (
    "//*[contains(concat(' ', @class, ' '), ' source ')"
    " or contains(concat(' ', @class, ' '), ' src ')]"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)
_ABOVE, _BELOW = 25, 15  # lines that are looked at
_TITLE = 4  # characters of a title


@dataclass(frozen=True, slots=True)
class Byline:
    """What a page says of its article; None or "" where it does not say."""

    title: str
    published: datetime | None
    origin: str | None
    author: str | None
    editor: str | None


def read_byline(
    root: HtmlElement,
    above: Sequence[str],
    opening: str,
    below: Sequence[str],
    now: datetime,
) -> Byline:
    """Return the byline; ``above`` and ``below`` are the page's lines around the article."""
    near, after = list(above)[-_ABOVE:], list(below)[:_BELOW]
    meta = dict(_read_meta(root))
    return Byline(
        title=_find_title(root, near, meta),
        published=_find_date(root, near, after, meta, now),
        origin=_first(_SOURCE, [*near, *after])
        or next((meta[one] for one in _META_SOURCES if meta.get(one)), None)
        or _account(root)
        or _marked(root, _OUTLETS)
        or None,
        author=_find_author(root, near, opening, after, meta),
        editor=next((one for role in _EDITORS if (one := _first(role, [*after, *near]))), None),
    )


def _read_meta(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop") or ""
        content = (tag.get("content") or "").strip()
        if name and content:
            yield name.lower(), content


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    for line in lines:
        for match in pattern.finditer(line):
            found = next((one for one in match.groups() if one), "").strip(" 　:：、")
            if found and found not in _NO_NAMES:
                return found
    return None


def _find_author(
    root: HtmlElement, near: list[str], opening: str, after: list[str], meta: dict[str, str]
) -> str | None:
    told = _OPENING.search(opening[:120])
    stated = [match for line in near for match in _AUTHOR.finditer(line)]
    stated += [match for line in after[:3] for match in _AUTHOR.finditer(line)]
    author = meta.get("author", "")
    for words in (
        *(match[1] or match[2] for match in stated[:1]),
        _ROLES.sub(" ", told[1]) if told else "",
        *(match[1] or match[2] for match in stated[1:]),
        author if re.fullmatch(_NAMES, author) else "",
        _marked(root, _AUTHORS),
    ):
        names = list(
            takewhile(lambda one: one not in _NO_NAMES, re.split(r"[ 　、/，]+", words.strip()))
        )
        if any(names):
            return " ".join(names)
    return None


def _marked(root: HtmlElement, query: str) -> str:
    """Return the short text of the first element that its markup gives a role; "" without one."""
    for one in root.xpath(query):
        text = " ".join(one.text_content().split())
        if re.fullmatch(_NAMES, text) and text not in _NO_NAMES:
            return text
    return ""


def _account(root: HtmlElement) -> str | None:
    """Return the name of the account that a WeChat page belongs to."""
    for one in root.xpath("//*[@id='js_name']"):
        return " ".join(one.text_content().split()) or None
    return None


def _find_date(
    root: HtmlElement, near: list[str], after: list[str], meta: dict[str, str], now: datetime
) -> datetime | None:
    """Return when it was published: as shown to the minute, as the metadata say, as shown."""
    shown: datetime | None = None
    for line in reversed(near):
        label = _DATE_LABEL.search(line)
        found = find_full_date(label[1] if label else line, now)
        if found and (found.hour or found.minute):
            return found
        shown = shown or found
    marked = (read_date(one, now) for one in _marked_dates(root, meta))
    if stated := next((one for one in marked if one), None):
        return stated
    labelled = (match[1] for line in after if (match := _DATE_LABEL.search(line)))
    return shown or next((day for one in labelled if (day := find_full_date(one, now))), None)


def _marked_dates(root: HtmlElement, meta: dict[str, str]) -> Iterator[str]:
    """Yield dates that are there for programs, the surest first."""
    times = [tag.get("datetime") or tag.text_content() for tag in root.iter("time")]
    yield from (one for one in times if "T" in one)
    yield from (meta[name] for name in _META_DATES if name in meta)
    yield from times
    for script in root.iter("script"):
        if match := _SCRIPT_DATE.search(script.text or ""):
            yield match[1]


def _find_title(root: HtmlElement, near: list[str], meta: dict[str, str]) -> str:
    """Return the title: a line above the article that the page's head knows, else the head's."""
    tag = root.find(".//title")
    head = " ".join((tag.text_content() if tag is not None else "").split())
    stated = meta.get("og:title", "")
    known = _bare(head + stated)
    headings = [" ".join(one.text_content().split()) for one in root.iter("h1")]
    for line in [*(one for one in headings if one in near), *reversed(near), *headings]:
        if len(_bare(line)) >= _TITLE and _bare(line) in known:
            return line
    parts = [one.strip() for one in _SITE.split(head) if one.strip()]
    return stated or max(parts[:2], key=len, default="") or next(iter(headings), "")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
