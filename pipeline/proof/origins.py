"""Where an item comes from: its source, its title, its link, its picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.model import Finding, Level, LinkState, SectionKind
from pipeline.proof.lazy import lazy
from pipeline.proof.lists import plain_outlet
from pipeline.proof.rule import Rule
from pipeline.proof.shapes import COLUMN, is_narrow, is_tall
from pipeline.proof.spans import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Image
    from pipeline.proof.rule import Reading

_DELICATE = re.compile(r"地图|国旗|党旗|国徽|党徽|国歌|领导人|领导|军旗")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LEFT_EMPTY = lazy(
    r"[（(【](?P<label>(?:图片|稿件|文字|信息|资料)?(?:来源|稿源|作者|记者|通讯员|供稿|摄影|撰稿|编辑|责编|责任编辑|校对|审核|图|文))[：:][\s　]*(?:[xX×]{2,3}|某某)?[）)】]"
)
_BLANK = re.compile(
    r"[\s\u3000，,。.！!：:、“”\"‘’·|｜—–-]"
)  # marks that do not change what is said; ？ does


def find_missing_sources(reading: Reading) -> Iterator[Finding]:
    """Find reprints without source, original title or address.

    Of what the source has from elsewhere the author or editor as well: few feeds name one.
    """
    for item in reading.issue.items:
        if item.own:
            continue
        missing = [
            label
            for label, value in (
                ("来源", item.source_name),
                ("原标题", item.original_title),
                ("网址", item.url),
            )
            if not value.strip()
        ]
        if item.origin and not (item.author or item.editor or "").strip():
            missing.append("作者或编辑")
        if missing:
            message = f"转载稿缺少{'、'.join(missing)}，请补全后再签发。"
            yield reading.finding("source-missing", Level.ERROR, message, item.key, "source_name")
    for text in reading.texts:
        for match in _LEFT_EMPTY.finditer(text.text) if "：" in text.characters else ():
            message = f"“{match['label']}”后面是空的，请补上或整个删去。"
            yield text.finding("source-missing", Level.ERROR, message, *match.span())


def find_foreign_sources(reading: Reading) -> Iterator[Finding]:
    """Find reprints whose source is not on the list of allowed ones, where there is such a list."""
    allowed = reading.reference.lists.sources
    if not allowed:
        return
    for item in reading.issue.items:
        source = item.origin or item.source_name
        if item.own or not source or plain_outlet(source) in allowed:
            continue
        message = f"{quoted(source)}不在稿源名单里，请改用名单内的来源，或先补入名单。"
        field = "origin" if item.origin else "source_name"
        yield reading.finding("source-not-allowed", Level.ERROR, message, item.key, field, source)


def find_changed_titles(reading: Reading) -> Iterator[Finding]:
    """Find shown titles that differ from the source's in more than spacing."""
    for item in reading.issue.items:
        if item.original_title and _plain(item.title) != _plain(item.original_title):
            message = f"标题与原题{quoted(item.original_title[:40])}不同，请确认没有改变原意。"
            yield Finding(
                "title-changed", Level.WARNING, message, item.key, "title", 0, len(item.title),
                item.title, item.original_title,
            )  # fmt: skip


def find_bad_links(reading: Reading) -> Iterator[Finding]:
    """Find addresses that are not absolute http or https, or did not open when last asked for."""
    for item in reading.issue.items:
        if not item.url:
            continue
        try:
            parts = urlsplit(item.url)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            good = False
        if not good or re.search(r"[\s<>\"]", item.url):
            message = "链接不是完整的 http 或 https 网址，请改正。"
            yield reading.finding("link", Level.ERROR, message, item.key, "url", item.url)
            continue
        check = reading.links.get(item.url)
        if check and check.state is not LinkState.OPEN:
            at = check.at.astimezone(_SHANGHAI)
            seen = f"上次检查（{at.month}月{at.day}日 {at:%H:%M}）打不开：{check.reason}"
            if check.state is LinkState.GONE:
                message = f"{seen}。请更换链接或撤下。"
                level = Level.ERROR
            else:
                message = f"{seen}。请在浏览器里再试，仍打不开就更换。"
                level = Level.WARNING
            yield reading.finding("link", level, message, item.key, "url", item.url)


def find_bare_images(reading: Reading) -> Iterator[Finding]:
    """Find pictures without words or credit, and those that somebody has to look at twice.

    The mail shows the lead's picture alone; the archive has a page with its picture for every item.
    """
    leads = {
        item.key
        for section in reading.issue.sections
        if section.kind is SectionKind.LEAD
        for item in section.items
    }
    for item in reading.issue.items:
        if item.image is None:
            continue
        image, mailed = item.image, item.key in leads
        lacking = [
            label
            for label, value in (("文字说明", image.alt or image.caption), ("署名", image.credit))
            if not value.strip()
        ]
        if lacking:
            where = "邮件和网页上都刊出" if mailed else "邮件里不刊，刊在网页上这一条的页面"
            message = f"图片（{where}）缺少{'和'.join(lacking)}，请补上或撤下图片。"
            yield reading.finding("image", Level.ERROR, message, item.key, "image")
        delicate = _DELICATE.search(image.alt + image.caption)
        if delicate:
            message = f"图片涉及{delicate.group()}，请人工核对使用是否规范后勾选。"
            content = f"{image.url}\x00{image.alt}\x00{image.caption}\x00{image.credit}"
            yield reading.finding(
                "image", Level.WARNING, message, item.key, "image", content=content
            )
        for message in _describe_shape(image) if mailed else ():
            yield reading.finding(
                "image", Level.WARNING, message, item.key, "image", content=image.url
            )


def _describe_shape(image: Image) -> Iterator[str]:
    """Yield what the mail makes of a picture that is too tall or too small for it."""
    if is_tall(image):
        size = f"{image.width}×{image.height} 像素"
        yield f"图片太高（{size}），邮件里会缩得很窄，请裁成横幅或换一张。"
    if is_narrow(image):
        yield (f"图片只有 {image.width} 像素宽，邮件一栏宽 {COLUMN} 像素，会显得小，请换一张大的。")


def _plain(title: str) -> str:
    return _BLANK.sub("", title)


RULES = (
    Rule(
        "source-missing",
        "E",
        "转载要素不全",
        "转载稿必须有来源、原标题和网址；原页另注明来源的，还要有作者或编辑。联盟单位自己的来稿不在此列。正文里“（来源：）”“（记者：）”不能空着。",
        "国家网信办转载规范（2015、2017年）",
        "（转载稿没有来源）",
        "（转载稿写明来源、原标题和网址，转引的还写明作者或编辑）",
        find_missing_sources,
    ),
    Rule(
        "source-not-allowed",
        "E",
        "稿源不在名单",
        "转载稿的来源要在本单位认可的稿源名单里；名单文件 sources.yaml 为空时不检查。",
        "《互联网新闻信息稿源单位名单》",
        "（来源不在名单里）",
        "（来源在名单里，或是联盟单位来稿）",
        find_foreign_sources,
    ),
    Rule(
        "title-changed",
        "W",
        "标题改动",
        "显示的标题与原题不同，请确认没有改变原意。",
        "国家网信办转载规范：不得歪曲原标题原意",
        "（显示标题与原题不同）",
        "（显示标题与原题相同）",
        find_changed_titles,
    ),
    Rule(
        "link",
        "E W",
        "链接",
        "链接要是完整的 http 或 https 网址，并且打得开。每次汇编都会检查：网页已不存在的是差错，一时连不上的是提示。",
        "RFC 3986；RFC 9110",
        "（网址缺少 http）",
        "（完整网址）",
        find_bad_links,
    ),
    Rule(
        "image",
        "E W",
        "图片",
        "图片要有文字说明和署名（邮件刊头条的图，其余的刊在网页上各条的页面）；涉及地图、旗徽、领导人的请人工核对；"
        "头条的图高过宽的1.4倍，或不足592像素宽，在邮件里不好看，请裁过或换一张。",
        "《地图管理条例》《国旗法》；WCAG 2.2 1.1.1",
        "（图片没有署名）",
        "（图片有文字说明和署名）",
        find_bare_images,
    ),
)
