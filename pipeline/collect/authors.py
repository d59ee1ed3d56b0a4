"""Who wrote an article: as stated in a line, in its opening, at its end, or in the page's markup.

What this module never does: look for outlets or editors, or take the site itself for a person.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.collect.crew import (
    CREW,
    NAME,
    NAMES,
    NO_NAMES,
    OF_OUTLET,
    OUTLET,
    ROLE,
    SITE,
    TRADITIONAL,
    drop_roles,
    find_marked,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_AUTHORS_STATED = re.compile(
    rf"(?:作[ 　]*者|撰文|撰稿|采写|文字|供稿人|撰稿人)\s*[：:/／丨]\s*{ROLE}({NAMES})|"
    rf"(?:发布人|发布者|投稿人)\s*[：:/／丨]\s*({NAMES})|"
    rf"(?:^|[\s　（(|｜□■●◎◇])文\s*[：:/／丨|]\s*{ROLE}({NAMES})|"
    rf"(?:^|[\s　（(|｜□■●◎◇]){CREW}\s*[：:　 /／丨|｜]\s*({NAMES})|"
    rf"^(?:作者|撰文|撰稿|采写|文字|供稿人?)\s*[|｜]\s*{ROLE}({NAMES})|"
    rf"^{OF_OUTLET}{CREW}\s*[：:　 /／丨|｜]\s*({NAMES})|"
    rf"最后由\s*({NAME})\s*于|"
    rf"(?:^|[\s　|｜])由\s*({NAME})\s*(?:发布|发表|撰写|投稿)于?"
)
_OPENING = re.compile(r"(?:讯|电|消息)\s*[（(]([^）)]{2,60})[）)]")
_ENDING = re.compile(
    r"[（(]\s*((?:[^（）()]{0,8})(?:记者|通讯员|作者|文/|供稿)[^（）()]{2,50})[）)]\s*$"
)
_BODY = re.compile(r"(?:中心|局|办|街道|社区|委|公司|网|报|部|站|小编|编辑部)$")
_PICTURED = re.compile(rf"记者\s*[：:　 ]?\s*({NAMES})\s*摄[）)]?$")
_AFTER_NAMES = re.compile(  # what follows the names in one line
    r"[^一-龥·A-Za-z 　、/，]|[ 　]于|(?:责任)?编辑(?![室部])|"
    r"责编|来源|出处|发布|更新|时间|日期|摄影|阅读|浏览|点击|字[号体]|[ 　]·[ 　]|\b图"
)
_PICTURES_BY = re.compile(r"[ 　](?:图|摄影|供图)\s*[/／：:]")  # other people follow
_BYLINE = 50  # characters of a byline
_AUTHORS = (
    "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' author ')"
    " or contains(@class, 'rich_media_meta_text')"
    " or parent::*[contains(concat(' ', @class, ' '), ' authi ')][self::a]]"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)


def find_author(
    root: HtmlElement, near: list[str], opening: str, after: list[str], meta: dict[str, str]
) -> str | None:
    """Return the authors' names with a space between them; None where the page names nobody.

    ``near`` and ``after`` are the lines around the article, ``opening`` is its own text, ``meta``
    the page's metadata by their names in small letters.
    """
    told = _OPENING.search(opening[:120])
    ended = _ENDING.search(opening[-80:])
    stated = [one for line in near for one in _stated(line)]
    stated += [one for line in after[:4] for one in _stated(line)]
    author = meta.get("author", "")
    for words in (
        *stated[:1],
        drop_roles(told[1]) if told else "",
        *stated[1:],
        _read_ending(ended[1]) if ended else "",
        author if _is_person(author, root) else "",
        find_marked(root, _AUTHORS),
        *(match[1] for line in [*near, *after] if (match := _PICTURED.search(line))),
    ):
        names = list(
            takewhile(
                lambda one: one not in NO_NAMES and not OUTLET.fullmatch(one),
                re.split(r"[ 　、/，]+", words.strip()),
            )
        )
        if any(names):
            return " ".join(names)
    return None


def _read_ending(said: str) -> str:
    """Return the names of a line in brackets that ends an article: its outlet and editor go."""
    crew = re.search(CREW, said)
    told = drop_roles(said[crew.start() :] if crew else said)
    return _AFTER_NAMES.split(re.sub(r"^.*?作者[：: ]*|供稿", " ", told), maxsplit=1)[0]


def _is_person(author: str, root: HtmlElement) -> bool:
    """Say whether the author that the metadata name may be one, and not the site itself."""
    if not re.fullmatch(NAMES, author) or _BODY.search(author):
        return False
    tag = root.find(".//title")
    head = tag.text_content() if tag is not None else ""
    return author not in [one.strip() for one in SITE.split(head)[1:]]


def _stated(line: str) -> Iterator[str]:
    """Yield the authors that a line states, reporters and correspondents together."""
    if re.search(r"(?<!文/)(?<!文、)(?<!文)摄[）)]?$", line):  # whose picture it is
        return
    for match in _AUTHORS_STATED.finditer(line.translate(TRADITIONAL)):
        start = next(match.start(n) for n in range(1, len(match.groups()) + 1) if match[n])
        told = _PICTURES_BY.split(line[start : start + _BYLINE], maxsplit=1)[0]
        yield _AFTER_NAMES.split(drop_roles(told), maxsplit=1)[0]
        return
