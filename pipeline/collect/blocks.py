"""Where an article stands on a page: sentences count for it, links and scraps against.

A line is what a reader sees as one: text between block elements or <br>. Every element is worth the
sum of its lines; the article is the element worth most. What this module never does: know a site,
or change the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import lxml.html

from pipeline.collect.boilerplate import is_boilerplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody",
     "td", "tfoot", "th", "thead", "tr", "ul")
)  # fmt: skip
_SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "select",
     "option", "button", "input", "textarea", "head", "nav", "footer", "video", "audio", "canvas")
)  # fmt: skip
_FILMS = frozenset(("video", "embed", "object", "iframe"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NOISY = re.compile(
    r"comment|reply|related|relate|recommend|hotlist|rank|share|bdshare|sidebar|side[-_]?bar|copyright|"
    r"footer|breadcrumb|crumb|pagination|pager|pagelist|pagebar|qrcode|ewm|toolbar|toplist|digg|login|"
    r"search|popup|widget|cmt|sohucs|disqus|gitalk|changyan|caption|profile|signature|xgyd|xgxw|disclaimer|"
    r"^(?:nav|menu|ad|ads|banner|prev|next|tags?|tools?|hot|aside|meta|info|source|byline|author|side|foot|"
    r"left|right|pl|pinglun)(?:[-_]?(?:box|bar|list|wrap|area|nav|con|item|link|links))?$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"版权所有|ICP备|公网安备|书面授权|不得转载|违法和不良信息|许可证|新闻热线|广告热线|举报电话|网站标识码|"
    r"主办单位[：:]|承办单位[：:]|技术支持|Copyright|All Rights Reserved|浏览器不支持|服务协议",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"发布时间|发布日期|更新时间|发表于|信息来源|稿件来源|来源[：:]|浏览次数|浏览|阅读|点击|字体|字号|分享到?|作者[：:]|编辑[：:]|"
    r"索引号|发布机构|发文机关|成文日期|公开方式|公开形式|主题分类|文号[：:]|"
    r"打印|大 ?中 ?小|小中大|录入[：:]|上一篇|下一篇|放大|缩小|复制链接|评论数|稿源|收藏|"
    r"\d{4}[-年]\d{1,2}[-月]\d{1,2}"
)
_FAMILY = re.compile(
    r"^(?:js_content|zoom|UCAP-CONTENT|ozoom|TRS_Editor|main-article-content|article[-_]content|"
    r"postmessage_\d+)$"
)
_SENTENCE = re.compile(r"[。！？；，]")
_MARK = re.compile(r"#p#.*#e#$|[·\W]*(?:end|END|完)[·\W]*$")
_ENDS = re.compile(r"[。！？…：”]$")
_CAPTION = re.compile(
    r"^(?:[▲△▼↑↓]|[（(].{0,6}图[）)]$|图为|上图|下图|左图|右图|资料图|配图|图\d?[：:/／])|"
    r"(?:摄|供图|摄影|制图|提供图片|图源[：:].{0,12})[）)]?[。]?$"
)
_SPACE = re.compile("[ \\t\\r\\n\\f\\xa0\\u3000\\u200b\\ufeff]+")
_LONG = 30  # characters of a line that is text even without a stop
_SHORT = 12  # characters below which a stop makes no sentence
_MOSTLY = 0.4  # share of a page's sentences that no noisy element has
_ALMOST_ALL = 0.85  # the same, for one that stands apart from the page's title
_BELOW = 40  # characters of a line below a picture that is its caption
_PICTURE = re.compile(r"(?:^|[-_])(?:pic|photo|img|image|tu|tupian)(?:$|[-_\d])", re.IGNORECASE)
_SHARE = 0.3  # of the best element's worth that a known body needs
_FAR = 30  # lines behind the page's title in which its article begins
_CELLS = 200  # characters of a table's row that is one line
_BETTER = 1.04  # times that an element has to be worth what its best part is worth
_CAPTION_LENGTH = 60
_ABOUT_LENGTH = 120  # characters of a line about the page
_TITLE = 6  # characters of a title


@dataclass(slots=True)
class Line:
    """One line of a page."""

    text: str
    linked: int  # characters within links
    is_noise: bool  # within an element that its name gives away
    worth: float = 0.0


@dataclass(slots=True)
class _Node:
    element: HtmlElement
    first: int  # index of its first line
    last: int = 0  # index behind its last one
    worth: float = 0.0
    children: list[_Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """An article's place on its page."""

    html: str  # of the element the article stands in, without what is noise in it
    lines: tuple[str, ...]  # the article's
    above: tuple[str, ...]  # the page's lines before it
    below: tuple[str, ...]  # and behind it


def find_article(root: HtmlElement) -> Found | None:
    """Return where the article stands; None when the page has none.

    What is noise within the article is cut out of the tree.
    """
    walk = _Walk(root)
    lines, top = walk.lines, walk.top
    for line in lines:
        line.worth = _worth(line)
    title = _find_title(root, lines)
    _drop_noise(top, lines, title)
    best = _best(top, lines, title)
    if best is None or best.worth <= 0:
        return None
    kept = _keep(lines, best)
    if not kept:
        return None
    start, own = kept[0], set(kept)
    return Found(
        _without_noise(best, lines),
        tuple(lines[number].text for number in kept),
        tuple(line.text for line in lines[:start]),
        tuple(line.text for n, line in enumerate(lines) if n > start and n not in own),
    )


def find_opening(lines: Sequence[str], titles: Sequence[str]) -> int:
    """Return the number of the first line of an article behind its title and byline; 0 as a rule.

    Where a page's head does not say the title, it and what stands below it look like the article's
    own first lines.
    """
    bare = {_SPACE.sub("", one) for one in titles} - {""}
    head = next((n for n, one in enumerate(lines[:2]) if _SPACE.sub("", one) in bare), None)
    if head is None:
        return 0
    return next((n for n in range(head + 1, len(lines)) if _tells(lines[n])), 0)


def split_page(root: HtmlElement, first: str, last: str) -> tuple[list[str], list[str]]:
    """Return the lines above and below an article whose first and last line are known."""
    texts = [line.text for line in _Walk(root).lines]
    bare = [_SPACE.sub("", one) for one in texts]  # cells of a table's row stand apart here
    first, last = _SPACE.sub("", first), _SPACE.sub("", last)
    begin = next((n for n, one in enumerate(bare) if first in one or one in first), len(texts))
    ends = [n for n, one in enumerate(bare) if n >= begin and (last in one or one in last)]
    return texts[:begin], texts[ends[-1] + 1 :] if ends else []


class _Walk:
    """Takes a tree apart into lines and the block elements they stand in, without recursion."""

    def __init__(self, root: HtmlElement) -> None:
        self.lines: list[Line] = []
        self.top = _Node(root, 0)
        self._open = [self.top]
        self._parts: list[str] = []
        self._linked = 0  # characters of the open line within links
        self._below_picture = False
        self._cells: set[HtmlElement] = set()  # they stand in one line with their neighbours
        self._work: list[tuple[str, HtmlElement, bool]] = [("begin", root, False)]
        while self._work:
            step, element, in_link = self._work.pop()
            if step == "begin":
                self._begin(element, in_link=in_link)
            elif step == "after":
                self._add(element.tail, in_link=in_link)
            else:
                self._flush()
                self._open.pop().last = len(self.lines)
        self._flush()
        self.top.last = len(self.lines)

    def _begin(self, element: HtmlElement, *, in_link: bool) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in {"br", "img"}:
            self._flush()
            self._below_picture = self._below_picture or tag == "img"
        if tag in _FILMS:
            self._flush()
            self._below_picture = True
        if not tag or tag in _SKIPPED or _is_hidden(element) or _is_note(element):
            return
        in_link = in_link or (
            tag == "a" and element.get("href") is not None
        )  # an anchor is no link
        if tag == "tr" and _is_row(element, cells := element.xpath("./td|./th")):
            self._cells.update(cells)
        if element in self._cells:
            self._parts.append(" ")
        elif tag in _BLOCKS and element is not self.top.element:
            self._flush()
            node = _Node(element, len(self.lines))
            self._open[-1].children.append(node)
            self._open.append(node)
            self._work.append(("end", element, in_link))
        self._add(element.text, in_link=in_link)
        for child in reversed(element):
            self._work.append(("after", child, in_link))
            self._work.append(("begin", child, in_link))

    def _add(self, text: str | None, *, in_link: bool) -> None:
        if text:
            self._parts.append(text)
            self._linked += len(text.strip()) if in_link else 0

    def _flush(self) -> None:
        text = _SPACE.sub(" ", "".join(self._parts)).strip()
        if text:
            below = self._below_picture and len(text) <= _BELOW and not _ENDS.search(text)
            self.lines.append(Line(text, min(self._linked, len(text)), is_noise=below))
            self._below_picture = False
        self._parts.clear()
        self._linked = 0


def _is_note(element: HtmlElement) -> bool:
    """Say whether an element is a raised figure that leads to a note: it is no word of a line."""
    return element.tag == "sup" and element.find(".//a") is not None


def _is_hidden(element: HtmlElement) -> bool:
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def _is_row(row: HtmlElement, cells: list[HtmlElement]) -> bool:
    """Say whether a table's row is read as one line: short cells without blocks of their own."""
    if len(cells) < 2 or len(row.text_content()) > _CELLS:  # noqa: PLR2004 - a row has cells
        return False
    return not any(
        one.tag in _BLOCKS and one.tag != "p" for cell in cells for one in cell.iterdescendants()
    )


def _worth(line: Line) -> float:
    length = len(line.text)
    if line.linked > length / 2:
        return -float(max(length, 4))
    if is_about_the_page(line.text):
        return -4.0
    if length >= _SHORT and _SENTENCE.search(line.text):
        return float(length - line.linked)
    if length >= _LONG:
        return 0.7 * length
    return -0.15 * length


def is_about_the_page(line: str) -> bool:
    """Say whether a line tells of the page or the site: bylines, copyright, tools."""
    if is_boilerplate(line) or (_COPYRIGHT.search(line) and len(line) < _ABOUT_LENGTH):
        return True
    return len(line) < _ABOUT_LENGTH and len(set(_ABOUT.findall(line))) > 1 and "。" not in line


def is_caption(line: str) -> bool:
    """Say whether a line tells of a picture."""
    return len(line) < _CAPTION_LENGTH and bool(_CAPTION.search(line))


def _drop_noise(top: _Node, lines: list[Line], title: int | None) -> None:
    """Turn the lines of elements named like a sidebar, a comment or a menu against them."""
    sentences = sum(line.worth for line in lines if line.worth > 0) or 1
    work = [top]
    while work:
        node = work.pop()
        names = [*(node.element.get("class") or "").split(), node.element.get("id") or ""]
        pictures = node.element.tag in {"figure", "table"} or any(map(_PICTURE.search, names))
        if pictures and _shows_a_picture(node, lines):
            for line in lines[node.first : node.last]:
                line.is_noise, line.worth = True, 0.0
            continue
        if any(_NOISY.search(name) for name in names):
            own = lines[node.first : node.last]
            share = sum(line.worth for line in own if line.worth > 0) / sentences
            beside = title is not None and not node.first <= title < node.last
            if share < (_ALMOST_ALL if beside else _MOSTLY):
                for line in own:
                    line.is_noise = True
                    line.worth = -abs(line.worth)
                continue
        work += node.children


def _shows_a_picture(node: _Node, lines: list[Line]) -> bool:
    """Say whether an element holds a picture and the words below it, and nothing else."""
    own = sum(len(line.text) for line in lines[node.first : node.last])
    return own <= _CELLS / 2 and node.element.find(".//img") is not None


def _find_title(root: HtmlElement, lines: list[Line]) -> int | None:
    """Return the number of the line that is the article's title, as the page's head has it."""
    found = root.find(".//title")
    head = _SPACE.sub("", found.text_content()) if found is not None else ""
    best: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        bare = _SPACE.sub("", line.text)
        if len(bare) >= _TITLE and (bare in head or (len(head) >= _TITLE and head in bare)):
            rank = (-len(bare), number)
            if best is None or rank < best:
                best = rank
    return best[1] if best else None


def _best(top: _Node, lines: list[Line], title: int | None) -> _Node | None:
    sums = [0.0]
    for line in lines:
        sums.append(sums[-1] + line.worth)
    best: _Node | None = None
    order = []
    work = [top]
    while work:
        node = work.pop()
        order.append(node)
        work += reversed(node.children)
    for node in reversed(order):  # parts before what holds them
        node.worth = sums[node.last] - sums[node.first]
        if title is not None and node.worth > 0:
            begins = next((n for n in range(node.first, node.last) if lines[n].worth > 0), title)
            if not title - 3 <= begins <= title + _FAR:
                node.worth *= 0.3
        if best is None or node.worth > best.worth * (_BETTER if best.worth > 0 else 1):
            best = node
    return next((one for one in order if _is_known(one, best)), best)


def _is_known(node: _Node, best: _Node | None) -> bool:
    """Say whether an element is a known family's body and holds a good part of the best text."""
    names = [*(node.element.get("class") or "").split(), node.element.get("id") or ""]
    if best is None or not any(_FAMILY.match(one) for one in names):
        return False
    return node.worth >= max(_SHARE * best.worth, _LONG)


def _keep(lines: list[Line], best: _Node) -> list[int]:
    """Return the numbers of the article's lines: no links, captions, words about the page."""
    kept = [
        (number, line)
        for number, line in enumerate(lines[best.first : best.last], start=best.first)
        if not line.is_noise
        and not line.linked > len(line.text) / 2
        and not is_about_the_page(line.text)
        and not _MARK.match(line.text)
        and not is_caption(line.text)
    ]
    return [number for number, _ in kept[_find_start(kept) :]]


def _find_start(kept: list[tuple[int, Line]]) -> int:
    """Return the index of the first line that tells something, else of the first worth something.

    A paragraph may end behind its full stop: 「……参加了活动。（记者 甲）」.
    """
    for sure in (True, False):
        for index, (_, line) in enumerate(kept):
            if line.worth > 0 and (_tells(line.text) or not sure):
                return index
    return len(kept)


def _tells(line: str) -> bool:
    """Say whether a line is a whole sentence, or long enough and holds one."""
    return bool(_ENDS.search(line)) or ("。" in line and len(line) >= _LONG)


def _without_noise(best: _Node, lines: list[Line]) -> str:
    """Return the element's HTML without the parts of which nothing was kept; pictures stay."""
    work = list(best.children)
    while work:
        node = work.pop()
        own = lines[node.first : node.last]
        dead = own and all(line.is_noise or line.linked > len(line.text) / 2 for line in own)
        if dead and node.element.find(".//img") is None and node.element.getparent() is not None:
            node.element.drop_tree()
        else:
            work += node.children
    return lxml.html.tostring(best.element, encoding="unicode", with_tail=False)
