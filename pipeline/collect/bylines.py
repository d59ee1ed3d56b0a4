"""What a page says of its article: title, date, 来源, author, editor.

Read from the lines above and below the article, from its opening (本报讯（记者 …）) and from the
page's metadata, in that order of trust: what readers see is what editors checked. What this module
never does: look for the article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.collect.authors import find_author
from pipeline.collect.crew import (
    CREW,
    NAMES,
    NO_NAMES,
    OF_OUTLET,
    OUTLET,
    PLAIN,
    ROLES,
    SITE,
    TRADITIONAL,
    find_first,
    find_marked,
)
from pipeline.collect.published import find_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lxml.html import HtmlElement

_SOURCE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|内容来源|来源单位|来源网站|稿源|"
    r"来[ 　]*源|出处|转载自|转自|转载|摘自|供稿单位|供稿部门|供稿|发布机构|发布单位|发文机关)\s*"
    r"(?:[：:/／丨]|[|](?!.{0,3}来源))\s*([^\s|｜　()（）【】\[\]：:]{2,30})"
)
_LABELS_IN_ROW = re.compile(
    r"(?:(?<=[ 　])|^)((?:信息|稿件|文章|新闻)?来源|稿源|发布机构|发布单位|发文机关|作者|记者|"
    r"(?:责任)?编辑|责编|(?:发布|发表|成文)?(?:日期|时间))[ 　]+(?=[^ 　：:])"
)
_OF_PEOPLE = {"记者", "编辑", "责编", "责任编辑"}  # 记者 甲 责编 乙 is read as it is
_ENDS_SOURCE = re.compile(
    r"(?:发布|发表|更新)?(?:日期|时间)|作者|(?:责任)?编辑(?![室部])|责编|浏览|点击|阅读|访问|字[体号]|打印|分享|收藏"
)
_BEFORE_CREW = re.compile(rf"^[（(]?\s*({OF_OUTLET})\s*{CREW}")
_EDITOR_AT_END = re.compile(rf"(?:责任编辑|责编|编辑)\s*[：:/／丨| 　]\s*({NAMES})[）)]$")
_LABEL_ALONE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|稿源|来[ 　]*源|作[ 　]*者|记者|通讯员|"
    r"责任编辑|责编|编[ 　]*辑|"
    r"发布时间|发布日期|发表时间|日期|时间)\s*[：:]?"
)
_PERSON = re.compile(r"[一-龥]{2,4}(?:[、 ][一-龥]{2,4}){0,3}")
_COUNTS = re.compile(
    r"\d[\d.,万]*\s*(?:次|人)?\s*(?:阅读|浏览|点击|评论|阅)?|(?:阅读|浏览|点击|评论|阅)\s*[：:]?\s*\d*"
)
_WHEN = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[\sT]*\d{1,2}[:：]\d{1,2}(?::\d{1,2})?)?"
)
_EDITORS = [
    re.compile(rf"(?:{role})\s*[：:/／丨| 　]\s*([^\s　()（）【】\[\]|，。：:]{{2,20}})")
    for role in ("责任编辑|责编", "值班编辑|网络编辑|本期编辑|网编|编[ 　]*辑", "文章录入|录入")
]
_FEW = 4  # words in it
_META_SOURCES = ("contentsource", "source", "copyright-holder")
_OUTLETS = (
    "//*[contains(concat(' ', @class, ' '), ' source ')"
    " or contains(concat(' ', @class, ' '), ' src ')]"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)
_LABEL = re.compile(r"^(?:信息|稿件|文章|新闻)?来源\s*[：:]?\s*")
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
    near = _joined(list(above)[-_ABOVE:])
    after = _joined(list(below)[:_BELOW])
    meta = dict(_read_meta(root))
    outlet, person = _read_plain_line(near)
    last = opening.rpartition("\n")[2][-PLAIN:]
    paper = _read_paper_notes(root)
    return Byline(
        title=_find_title(root, near, meta),
        published=find_date(root, near, after, meta, now),
        origin=_find_origin([*near, *after])
        or next((meta[one] for one in _META_SOURCES if meta.get(one)), None)
        or _account(root)
        or _LABEL.sub("", find_marked(root, _OUTLETS))
        or outlet
        or paper.get("nodename")
        or _outlet_of_crew([*near, *after, last])
        or None,
        author=find_author(root, near, opening, after, meta) or paper.get("author") or person,
        editor=next((one for role in _EDITORS if (one := find_first(role, [*after, *near]))), None)
        or find_first(_EDITOR_AT_END, [last])
        or next((one for role in _EDITORS[:2] if (one := find_first(role, _footers(root)))), None),
    )


def _find_origin(lines: Sequence[str]) -> str | None:
    """Return the stated 来源, cut where the next label follows without a space."""
    found = find_first(_SOURCE, lines)
    return (_ENDS_SOURCE.split(found)[0] or None) if found else None


def _outlet_of_crew(lines: Sequence[str]) -> str | None:
    """Return the outlet that stands before its reporter: 长溪体育 记者 …; None without one."""
    for line in lines:
        match = _BEFORE_CREW.search(line) if len(line) <= PLAIN else None
        if match and match[1] not in NO_NAMES and not match[1].startswith("本"):
            return match[1]
    return None


def _read_meta(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop") or ""
        content = (tag.get("content") or "").strip()
        if name and content:
            yield name.lower(), content


def _joined(lines: list[str]) -> list[str]:
    """Return the lines, a label that stands alone in one line with its value: tables, lists."""
    made: list[str] = []
    for line in lines:
        if made and _LABEL_ALONE.fullmatch(made[-1].translate(TRADITIONAL)):
            made[-1] = f"{made[-1].rstrip('：: ')}：{line}"
        elif len(labels := _LABELS_IN_ROW.findall(line)) > 1 and labels[0] not in _OF_PEOPLE:
            made.append(_LABELS_IN_ROW.sub(r"\1：", line))
        else:
            made.append(line)
    return made


def _read_plain_line(near: list[str]) -> tuple[str | None, str | None]:
    """Return outlet and person of a line without labels: 王示例 示例晚报 2026-11-20."""
    for line in reversed(near[-4:]):
        when = _WHEN.search(line)
        if not when or len(line) > PLAIN:
            continue
        if re.search("[：:]", _WHEN.sub("", line)):  # labels, but what opens the line has none
            first = line[: when.start()].strip(" 　|｜")
            if OUTLET.fullmatch(first):
                return first, None
            continue
        words = re.split(r"[\s　|｜/·]+", _COUNTS.sub(" ", _WHEN.sub(" ", line)))
        kept = [_LABEL.sub("", one) for one in words]
        kept = [one for one in kept if len(one) > 1 and one not in NO_NAMES]
        outlet = next((one for one in kept if OUTLET.fullmatch(one)), None)
        people = [one for one in kept if _PERSON.fullmatch(one) and one != outlet]
        if outlet and people and line.find(people[0]) > when.end():
            people = []
        return outlet, (people[0] if people and len(kept) <= _FEW else None)
    return None, None


def _read_paper_notes(root: HtmlElement) -> dict[str, str]:
    """Return what the comments of many digital papers say: author and paper."""
    for note in root.iter(etree.Comment):
        said = note.text or ""
        if "enpproperty" in said:
            found = re.findall(r"<(author|nodename)>([^<]{2,30})</", said)
            return {name: " ".join(ROLES.sub(" ", value).split()) for name, value in found}
    return {}


def _footers(root: HtmlElement) -> list[str]:
    """Return the short lines of footers: the walk passes them by, an article's own has names."""
    lines = (" ".join(one.text_content().split()) for one in root.iter("footer"))
    return [line for line in lines if len(line) <= PLAIN]


def _account(root: HtmlElement) -> str | None:
    """Return the name of the account that a WeChat page belongs to."""
    for one in root.xpath("//*[@id='js_name']"):
        return " ".join(one.text_content().split()) or None
    return None


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
    parts = [one.strip() for one in SITE.split(head) if one.strip()]
    return stated or max(parts[:2], key=len, default="") or next(iter(headings), "")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
