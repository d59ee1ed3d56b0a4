"""The headline of a link, wherever its design puts it. Pure.

What this module never does: judge whether a link leads to an article.
"""

from __future__ import annotations

import re

from bs4 import Tag

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TITLED = re.compile(
    r"(?:^|[-_])(?:title|titel|tit|tt|bt|headline|subject|name)(?:$|[-_])", re.IGNORECASE
)
_LABELLED = re.compile(r"(?:文章)?标\s*题\s*[：:]\s*([^\r\n]+)")
_HINT = re.compile(r"新窗口|^(?:点击|查看|阅读|打开|详细|详情|更多|进入)")
_LEADS_TO = re.compile(
    r"^(?:post link to|link to|read more about|continue reading|阅读|查看)\s*[:：]?\s*",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?:…+|\.{2,}|。。+)$")
_LABEL = re.compile(r"[一-龥A-Za-z]{1,4}\s+|\s*[\[【(（〔「][^\]】)）〕」]{1,6}[\]】)）〕」]\s*")
_TELLS = 6  # characters of a title that tell an article from another


def said(tag: Tag) -> str:
    """Return what a tag says, its parts with a space between them."""
    return tag.get_text(" ", strip=True)


def find_headline(link: Tag) -> Tag | None:
    """Return the element of a link that holds the headline, where it holds more than that."""
    if _stated(link):
        return None
    inner = [one for one in link.find_all(recursive=True) if isinstance(one, Tag)]
    for one in inner:
        classes = one.get("class")
        names = classes if isinstance(classes, list) else []
        if (one.name in _HEADINGS or any(map(_TITLED.search, names))) and said(one):
            return one
    parts = [one for one in inner if one.find(string=True, recursive=False) and said(one)]
    own = "".join(link.find_all(string=True, recursive=False)).strip()
    return parts[0] if len(parts) > 1 and not own else None


def read_title(link: Tag) -> str:
    """Return the headline of a link: its ``title``, its own words, or what stands for them.

    That is its picture's ``alt``, and the ``aria-label`` of a link that lies over a whole entry.
    """
    shown = _stated(link) or said(find_headline(link) or link)
    if shown:
        return shown
    picture = link.find("img", alt=True)
    instead = picture.get("alt") if isinstance(picture, Tag) else None
    return _LEADS_TO.sub("", str(instead or link.get("aria-label") or "")).strip()


def is_cut_off(title: str) -> bool:
    """Say whether only the beginning of a headline is shown, with … behind it."""
    return bool(_CUT_OFF.search(title))


def complete(listed: str, own: str) -> str:
    """Return the headline of an article that its list shows and its page states.

    The list's counts: a page may add its site's name. Where the list cuts it off, or sets a label
    before it (视频, [图文]), the page's does.
    """
    if not listed:
        return own
    begin = "".join(_CUT_OFF.sub("", listed).split())
    if own and listed.endswith(own) and _LABEL.fullmatch(listed[: -len(own)]):
        return own
    if is_cut_off(listed) and "".join(own.split()).startswith(begin):
        return own
    return listed


def _stated(link: Tag) -> str:
    """Return a link's ``title`` where it is the headline, not 在新窗口打开 or the hour."""
    stated = str(link.get("title") or "").strip()
    if labelled := _LABELLED.match(stated):  # 标题：… 点击：…, each in a line of its own
        stated = labelled[1].strip()
    if not stated or _HINT.search(stated):
        return ""
    return stated if len(stated) >= _TELLS or not said(link) else ""
