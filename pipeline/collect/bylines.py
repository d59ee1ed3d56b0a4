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

from lxml import etree

from pipeline.collect.dates import find_full_date, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lxml.html import HtmlElement

_NAME = r"[一-龥·A-Za-z][一-龥·A-Za-z0-9._-]{0,19}"
_CREW = r"(?:本报|本网|本台)?(?:全媒体|融媒体?|首席|见习|特约|实习)*(?:记者|通讯员|实习生)"
_OF_OUTLET = r"[一-龥A-Za-z·]{2,12}?"  # 长溪新闻记者 …: the outlet stands before its reporter
_ROLE = rf"(?:{_CREW}\s*[：:　 /／丨]?\s*)?"
_NAMES = rf"{_NAME}(?:[ 　、/，]+{_NAME}){{0,4}}"
_SOURCE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|内容来源|来源单位|来源网站|稿源|"
    r"来[ 　]*源|出处|转载自|转自|转载|摘自|供稿单位|供稿部门|供稿|发布机构|发布单位|发文机关)\s*"
    r"(?:[：:/／丨]|[|](?!.{0,3}来源))\s*([^\s|｜　()（）【】\[\]：:]{2,30})"
)
_AUTHORS_STATED = re.compile(
    rf"(?:作[ 　]*者|撰文|撰稿|采写|文字|供稿人|撰稿人)\s*[：:/／丨]\s*{_ROLE}({_NAMES})|"
    rf"(?:^|[\s　（(|｜□■●◎◇])文\s*[：:/／丨|]\s*{_ROLE}({_NAMES})|"
    rf"(?:^|[\s　（(|｜□■●◎◇]){_CREW}\s*[：:　 /／丨|｜]\s*({_NAMES})|"
    rf"^(?:作者|撰文|撰稿|采写|文字|供稿人?)\s*[|｜]\s*{_ROLE}({_NAMES})|"
    rf"^{_OF_OUTLET}{_CREW}\s*[：:　 /／丨|｜]\s*({_NAMES})|"
    rf"最后由\s*({_NAME})\s*于|"
    rf"(?:^|[\s　|｜])由\s*({_NAME})\s*(?:发布|发表|撰写|投稿)于?"
)
_OPENING = re.compile(r"(?:讯|电|消息)\s*[（(]([^）)]{2,60})[）)]")
_ROLES = re.compile(
    r"(?:本报|本网|本台)?(?:全媒体|融媒体?|首席|见习|特约|实习)*(?:记者|通讯员|实习生|摄影|文/图|图/文)\s*[：:/／丨]?\s*|"
    r"(?:(?<=[ 　])|^)[文图](?:[：:/／丨]|[ 　])\s*"
)
_ENDING = re.compile(
    r"[（(]\s*((?:[^（）()]{0,8})(?:记者|通讯员|作者|文/|供稿)[^（）()]{2,50})[）)]\s*$"
)
_LABELS_IN_ROW = re.compile(
    r"(?:(?<=[ 　])|^)((?:信息|稿件|文章|新闻)?来源|稿源|作者|记者|(?:责任)?编辑|责编|"
    r"(?:发布|发表)?(?:日期|时间))[ 　]+(?=[^ 　：:])"
)
_OF_PEOPLE = {"记者", "编辑", "责编", "责任编辑"}  # 记者 甲 责编 乙 is read as it is
_ENDS_SOURCE = re.compile(
    r"(?:发布|发表|更新)?(?:日期|时间)|作者|(?:责任)?编辑(?![室部])|责编|浏览|点击|阅读|字[体号]"
)
_BEFORE_CREW = re.compile(rf"^[（(]?\s*({_OF_OUTLET})\s*{_CREW}")
_EDITOR_AT_END = re.compile(rf"(?:责任编辑|责编|编辑)\s*[：:/／丨| 　]\s*({_NAMES})[）)]$")
_LABEL_ALONE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|新闻来源|稿源|来[ 　]*源|作[ 　]*者|记者|通讯员|"
    r"责任编辑|责编|编[ 　]*辑|"
    r"发布时间|发布日期|发表时间|日期|时间)\s*[：:]?"
)
_TRADITIONAL = str.maketrans("來發編輯責記員於時間佈稿錄據", "来发编辑责记员于时间布稿录据")
_OUTLET = re.compile(
    r"[一-龥A-Za-z·]{1,16}(?:日报|晚报|早报|商报|快报|周报|时报|新闻网|新闻|网|报|电视台|广播|杂志|发布|融媒体?中心|客户端|"
    r"社区|街道|圈|局|办|委|公众号|在线|通讯社|频道)"
)
_PERSON = re.compile(r"[一-龥]{2,4}(?:[、 ][一-龥]{2,4}){0,3}")
_COUNTS = re.compile(
    r"\d[\d.,万]*\s*(?:次|人)?\s*(?:阅读|浏览|点击|评论|阅)?|(?:阅读|浏览|点击|评论|阅)\s*[：:]?\s*\d*"
)
_PICTURED = re.compile(rf"记者\s*[：:　 ]?\s*({_NAMES})\s*摄[）)]?$")
_SHORT_DAY = re.compile(r"(?<![\d.])\d{1,2}(?:月\d{1,2}日|-\d{1,2})(?![\d-])(?:\s*\d{1,2}:\d{2})?")
_EDITED = re.compile(r"最后由|最后编辑|编辑于|最后修改")
_BODY = re.compile(r"(?:中心|局|办|街道|社区|委|公司|网|报|部|站|小编|编辑部)$")
_WHEN = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[\sT]*\d{1,2}[:：]\d{1,2}(?::\d{1,2})?)?"
)
_EDITORS = [
    re.compile(rf"(?:{role})\s*[：:/／丨| 　]\s*([^\s　()（）【】\[\]|，。：:]{{2,20}})")
    for role in ("责任编辑|责编", "值班编辑|网络编辑|本期编辑|网编|编[ 　]*辑", "文章录入|录入")
]
_NO_NAMES = frozenset(
    [
        "佚名",
        "倒序浏览",
        "发表于",
        "只看该作者",
        "正文",
        "关注",
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
_AFTER_NAMES = re.compile(  # what follows the names in one line
    r"[^一-龥·A-Za-z 　、/，]|[ 　]于|(?:责任)?编辑(?![室部])|"
    r"责编|来源|出处|发布|更新|时间|日期|摄影|阅读|浏览|点击|字[号体]|[ 　]·[ 　]|\b图"
)
_PICTURES_BY = re.compile(r"[ 　](?:图|摄影|供图)\s*[/／：:]")  # other people follow
_BYLINE = 50  # characters of a byline
_PLAIN = 60  # characters of a line without labels
_FEW = 4  # words in it
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
    near = _joined(list(above)[-_ABOVE:])
    after = _joined(list(below)[:_BELOW])
    meta = dict(_read_meta(root))
    outlet, person = _read_plain_line(near)
    last = opening.rpartition("\n")[2][-_PLAIN:]
    paper = _read_paper_notes(root)
    return Byline(
        title=_find_title(root, near, meta),
        published=_find_date(root, near, after, meta, now),
        origin=_find_origin([*near, *after])
        or next((meta[one] for one in _META_SOURCES if meta.get(one)), None)
        or _account(root)
        or _marked(root, _OUTLETS)
        or outlet
        or paper.get("nodename")
        or _outlet_of_crew([*near, *after, last])
        or None,
        author=_find_author(root, near, opening, after, meta) or paper.get("author") or person,
        editor=next((one for role in _EDITORS if (one := _first(role, [*after, *near]))), None)
        or _first(_EDITOR_AT_END, [last])
        or next((one for role in _EDITORS[:2] if (one := _first(role, _footers(root)))), None),
    )


def _find_origin(lines: Sequence[str]) -> str | None:
    """Return the stated 来源, cut where the next label follows without a space."""
    found = _first(_SOURCE, lines)
    return (_ENDS_SOURCE.split(found)[0] or found) if found else None


def _outlet_of_crew(lines: Sequence[str]) -> str | None:
    """Return the outlet that stands before its reporter: 长溪体育 记者 …; None without one."""
    for line in lines:
        match = _BEFORE_CREW.search(line) if len(line) <= _PLAIN else None
        if match and match[1] not in _NO_NAMES and not match[1].startswith("本"):
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
        if made and _LABEL_ALONE.fullmatch(made[-1].translate(_TRADITIONAL)):
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
        if not when or len(line) > _PLAIN:
            continue
        if re.search("[：:]", _WHEN.sub("", line)):  # labels, but what opens the line has none
            first = line[: when.start()].strip(" 　|｜")
            if _OUTLET.fullmatch(first):
                return first, None
            continue
        words = re.split(r"[\s　|｜/·]+", _COUNTS.sub(" ", _WHEN.sub(" ", line)))
        kept = [one for one in words if len(one) > 1 and one not in _NO_NAMES]
        outlet = next((one for one in kept if _OUTLET.fullmatch(one)), None)
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
            return {name: " ".join(_ROLES.sub(" ", value).split()) for name, value in found}
    return {}


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    for line in lines:
        for match in pattern.finditer(line.translate(_TRADITIONAL)):
            start, end = next(match.span(n) for n in range(1, len(match.groups()) + 1) if match[n])
            found = line[start:end].strip(" 　:：、")
            if found and found not in _NO_NAMES:
                return found
    return None


def _find_author(
    root: HtmlElement, near: list[str], opening: str, after: list[str], meta: dict[str, str]
) -> str | None:
    told = _OPENING.search(opening[:120])
    ended = _ENDING.search(opening[-80:])
    stated = [one for line in near for one in _stated(line)]
    stated += [one for line in after[:4] for one in _stated(line)]
    author = meta.get("author", "")
    for words in (
        *stated[:1],
        _ROLES.sub(" ", told[1]) if told else "",
        *stated[1:],
        _read_ending(ended[1]) if ended else "",
        author if _is_person(author, root) else "",
        _marked(root, _AUTHORS),
        *(match[1] for line in [*near, *after] if (match := _PICTURED.search(line))),
    ):
        names = list(
            takewhile(
                lambda one: one not in _NO_NAMES and not _OUTLET.fullmatch(one),
                re.split(r"[ 　、/，]+", words.strip()),
            )
        )
        if any(names):
            return " ".join(names)
    return None


def _footers(root: HtmlElement) -> list[str]:
    """Return the short lines of footers: the walk passes them by, an article's own has names."""
    lines = (" ".join(one.text_content().split()) for one in root.iter("footer"))
    return [line for line in lines if len(line) <= _PLAIN]


def _read_ending(said: str) -> str:
    """Return the names of a line in brackets that ends an article: its outlet and editor go."""
    crew = re.search(_CREW, said)
    told = _ROLES.sub(" ", said[crew.start() :] if crew else said)
    return _AFTER_NAMES.split(re.sub(r"^.*?作者[：: ]*|供稿", " ", told), maxsplit=1)[0]


def _is_person(author: str, root: HtmlElement) -> bool:
    """Say whether the author that the metadata name may be one, and not the site itself."""
    if not re.fullmatch(_NAMES, author) or _BODY.search(author):
        return False
    tag = root.find(".//title")
    head = tag.text_content() if tag is not None else ""
    return author not in [one.strip() for one in _SITE.split(head)[1:]]


def _stated(line: str) -> Iterator[str]:
    """Yield the authors that a line states, reporters and correspondents together."""
    if re.search(r"(?<!文/)(?<!文、)(?<!文)摄[）)]?$", line):  # whose picture it is
        return
    for match in _AUTHORS_STATED.finditer(line.translate(_TRADITIONAL)):
        start = next(match.start(n) for n in range(1, len(match.groups()) + 1) if match[n])
        told = _PICTURES_BY.split(line[start : start + _BYLINE], maxsplit=1)[0]
        yield _AFTER_NAMES.split(_ROLES.sub(" ", told), maxsplit=1)[0]
        return


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
        if _EDITED.search(line.translate(_TRADITIONAL)):
            continue
        label = _DATE_LABEL.search(line.translate(_TRADITIONAL))
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
    return read_date(match[0], now) if match and len(line) <= _PLAIN and "。" not in line else None


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
