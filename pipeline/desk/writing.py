"""A story that an editor writes or brings in: read from a form or a file, stored as an article.

It goes the way of every other: an article of the desk's own source, tagged with its evidence, a
story that can be taken, merged, proofread and signed. What this module never does: read a request,
or put the story into an issue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.calendar import SHANGHAI
from pipeline.collect.dates import read_date
from pipeline.collect.pages import tidy
from pipeline.collect.photos import MOST_PICTURES
from pipeline.collect.submissions import ENDINGS, read_file
from pipeline.collect.visit import hashed
from pipeline.desk import uploads
from pipeline.desk.pages import get_settings
from pipeline.errors import CollectError, NotFoundError, RefusedError, TooLargeError
from pipeline.model import DESK_SOURCE, Article, Image
from pipeline.store import articles, audit, search, stories, taggings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.calendar import Period
    from pipeline.tag import Tagger

LONGEST = {"number": 36, "title": 300, "text": 200_000, "author": 50, "origin": 100, "day": 10,
           "caption": 500, "credit": 200}  # fmt: skip
"""The form's fields, with the longest value of each in characters."""

_SALT = "pipeline.desk.writing"


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was filled in, every field a line of text."""

    fields: dict[str, str]
    pictures: tuple[Image, ...] = ()

    @property
    def tickets(self) -> list[tuple[str, Image]]:
        """The pictures, each with the signed words that bring it back from the form."""
        return [
            (
                signing.dumps(
                    [one.url, one.width, one.height, one.caption, one.credit], salt=_SALT
                ),
                one,
            )
            for one in self.pictures
        ]


def start(period: Period, now: datetime) -> Written:
    """Return an empty form: of today, or of the week's last day when the week is over."""
    day = min(now, period.ends - timedelta(seconds=1)).astimezone(SHANGHAI).date()
    return Written(dict.fromkeys(LONGEST, "") | {"number": str(uuid4()), "day": day.isoformat()})


def take_pictures(tickets: Sequence[str]) -> tuple[Image, ...]:
    """Return the pictures that a form carried along; what we did not sign is none."""
    found = []
    for ticket in tickets[:MOST_PICTURES]:
        try:
            url, width, height, *words = signing.loads(ticket, salt=_SALT)
        except (signing.BadSignature, ValueError):
            continue
        caption, credit = words or ("", "")
        found.append(Image(url, caption=caption, credit=credit, width=width, height=height))
    return tuple(found)


def bring_in(written: Written, name: str, data: bytes, now: datetime) -> tuple[Written, list[str]]:
    """Return the form filled from a file, its pictures stored, and what was left out.

    Raises:
        RefusedError: the file cannot be read, or holds nothing.
    """
    if PurePath(name).suffix.lower() not in ENDINGS:
        raise RefusedError(
            _("只收 .docx、.txt 和 .eml 文件；旧版 Word（.doc）、WPS 请先另存为 .docx。")
        )
    try:
        first, *more = read_file(name, data, get_settings().feeds.collect.max_bytes)
    except TooLargeError:
        raise RefusedError(_("“%(name)s”太大，没有带入。") % {"name": name}) from None
    except CollectError:
        raise RefusedError(
            _("“%(name)s”读不出文字，可能已损坏，或里面只有附件；请另存一份再试。") % {"name": name}
        ) from None
    if not first.title and not first.text and not first.pictures:
        raise RefusedError(_("“%(name)s”是空的。") % {"name": name})
    said = []
    if first.pictures and not first.text:
        said.append(_("“%(name)s”里只有图片，没有正文；图片已带入，正文请补上。") % {"name": name})
    if more:
        said.append(_("这封邮件里有%(n)s篇，只带入第一篇。") % {"n": len(more) + 1})
    if first.warnings:
        said.append(_("有%(n)s个附件或图片读不出来，没有带入。") % {"n": len(first.warnings)})
    lead = first.pictures[0] if first.pictures else Image("")
    told = {
        "title": first.title,
        "text": first.text,
        "author": first.author or first.head.get("author", ""),
        "origin": first.head.get("origin", ""),
        "caption": first.head.get("caption") or lead.caption,
        "credit": lead.credit or first.head.get("credit", ""),
    }
    dated = read_date(first.head["date"], now) if "date" in first.head else None
    if dated:
        told["day"] = dated.astimezone(SHANGHAI).date().isoformat()
    fields = written.fields | {key: value[: LONGEST[key]] for key, value in told.items() if value}
    pictures = written.pictures + tuple(map(uploads.keep, first.pictures))
    return Written(fields, pictures[:MOST_PICTURES]), said


def store(
    written: Written, *, week: str, user: str, now: datetime, tagger: Tagger
) -> tuple[str, str]:
    """Store the story, tagged, and return its key and title; the same form again changes it.

    All of it or nothing. A story that was merged since stays so: its key is that of the whole.

    Raises:
        RefusedError: title or text is missing, or the day is none or still to come.
    """
    article = _to_article(written, now)
    tagging = tagger.tag(article.title, article.text, published=article.published)
    with transaction.atomic():
        stored = articles.add_article(article)
        own = stored.id or 0
        taggings.add_taggings([(stored, tagging)], now)
        try:
            key = stories.find_story(own)[0]
        except NotFoundError:
            stories.save_groups([(own, {own: 1.0})])
            key = str(own)
        search.forget_article(own)
        search.index_articles([own], tagger.cut)
        audit.add_entry("write", user=user, at=now, week=week, payload={"key": key})
    return key, stored.title


def _to_article(written: Written, now: datetime) -> Article:
    fields = written.fields
    title, text = " ".join(fields["title"].split()), tidy(fields["text"])
    if not title:
        raise RefusedError(_("标题不能为空。"))
    if not text:
        raise RefusedError(_("正文不能为空。"))
    try:
        day = date.fromisoformat(fields["day"])
    except ValueError:
        raise RefusedError(_("日期不对，请按 2026-11-23 这样填。")) from None
    today = now.astimezone(SHANGHAI).date()
    if day > today:
        raise RefusedError(_("日期不能晚于今天。"))
    images = written.pictures
    if images:
        first = replace(images[0], caption=fields["caption"], credit=fields["credit"])
        images = (first, *images[1:])
    address = f"{DESK_SOURCE}:{fields['number']}"
    return hashed(
        Article(
            source_id=DESK_SOURCE,
            url=address,
            canonical_url=address,
            title=title,
            text=text,
            images=images,
            published=now if day == today else datetime.combine(day, time(), SHANGHAI),
            author=fields["author"] or None,
            origin=fields["origin"] or None,
            fetched_at=now.astimezone(UTC),
            content_hash="",
        )
    )
