"""Where an item comes from: its source, its link, its picture's caption."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Issue


def find_missing_sources(issue: Issue) -> Iterator[Finding]:
    """source-missing (E): a reprint names its source, its original title and its address.

    A member unit's own submission has no outside source and is exempt (rules for online
    reprints of 2015 and 2017).
    """
    for item in issue.items:
        if item.own:
            continue
        missing = [
            label
            for label, value in (
                ("来源", item.source_name),
                ("原标题", item.original_title),
                ("网址", item.url),
            )
            if not value
        ]
        if missing:
            message = f"转载稿缺少{'、'.join(missing)}，请补全后再签发。"
            yield Finding("source-missing", Level.ERROR, message, item.key, "source_name", 0, 0)


def find_bad_links(issue: Issue) -> Iterator[Finding]:
    """Link (E): an item's address is absolute http or https."""
    for item in issue.items:
        if not item.url:
            continue
        parts = urlsplit(item.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = "链接不是完整的 http 或 https 网址，请改正。"
            end = len(item.url)
            yield Finding("link", Level.ERROR, message, item.key, "url", 0, end, item.url)


def find_bare_images(issue: Issue) -> Iterator[Finding]:
    """Image (E): a picture has a description for those who cannot see it, and a credit."""
    for item in issue.items:
        if item.image is None:
            continue
        image = item.image
        lacking = [
            label
            for label, value in (("文字说明", image.alt or image.caption), ("署名", image.credit))
            if not value
        ]
        if lacking:
            message = f"图片缺少{'和'.join(lacking)}，请补上或撤下图片。"
            yield Finding("image", Level.ERROR, message, item.key, "image", 0, 0)
