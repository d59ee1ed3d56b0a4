"""What changed between two versions of an issue, in words an editor reads."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from pipeline.assemble import edit
from pipeline.assemble.sections import TITLES
from pipeline.calendar import SHANGHAI
from pipeline.desk.words import FIELDS
from pipeline.model import Community, Event, Image

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pipeline.model import Issue, Item

_COMPARED = (
    "title", "summary", "why", "text", "source_name", "origin", "author", "editor", "url",
    "districts", "themes", "also_in", "image", "original_title", "published", "communities",
    "events", "details",
)  # fmt: skip
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_LONG = 4000  # characters beyond which words are not compared one by one


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a compared text."""

    text: str
    kind: str  # same gone new


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed."""

    where: str  # the section or the item's title
    what: StrOrPromise  # 标题, 新增, 移出, 移动 …
    pieces: tuple[Piece, ...] = ()
    key: str = ""  # the item; "" for the issue as a whole


def compare(before: Issue, after: Issue) -> list[Change]:
    """Return what changed: the issue's own fields, items in and out and moved, items' fields."""
    changes = [
        Change(gettext("本期"), name, compare_texts(getattr(before, field), getattr(after, field)))
        for field, name in (
            ("subject", gettext("邮件主题")),
            ("preheader", gettext("预览语")),
            ("intro", gettext("卷首语")),
        )
        if getattr(before, field) != getattr(after, field)
    ]
    noted = [edit.get_corrections(one) for one in (before, after)]
    if noted[0] != noted[1]:
        changes.append(Change(gettext("本期"), gettext("勘误"), compare_texts(*noted)))
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    places_old, places_new = _places(before), _places(after)
    changes += [
        Change(
            item.title,
            gettext("移出“%(key)s”") % {"key": places_old[key][0]},
            (Piece(item.title, "gone"),),
            key,
        )
        for key, item in old.items()
        if key not in new
    ]
    for key, item in new.items():
        if key not in old:
            where = gettext("新增到“%(key)s”") % {"key": places_new[key][0]}
            changes.append(Change(item.title, where, (Piece(item.title, "new"),), key))
            continue
        if places_old[key][0] != places_new[key][0]:
            what = gettext("从“%(key)s”移到“%(key2)s”") % {
                "key": places_old[key][0],
                "key2": places_new[key][0],
            }
            changes.append(Change(item.title, what, (), key))
        changes += _item_changes(old[key], item)
    changes += _order_changes(before, after)
    return changes


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts woven into one, what went and what came marked."""
    if max(len(before), len(after)) > _LONG:
        a, b = before.splitlines(keepends=True), after.splitlines(keepends=True)
    else:
        a, b = _WORDS.findall(before), _WORDS.findall(after)
    pieces = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("".join(a[i:j]), "same"))
            continue
        if j > i:
            pieces.append(Piece("".join(a[i:j]), "gone"))
        if m > k:
            pieces.append(Piece("".join(b[k:m]), "new"))
    return tuple(pieces)


def _item_changes(before: Item, after: Item) -> list[Change]:
    found = []
    for field in _COMPARED:
        one, other = _shown(getattr(before, field)), _shown(getattr(after, field))
        if one != other:
            found.append(Change(after.title, FIELDS[field], compare_texts(one, other), after.key))
    return found


def _order_changes(before: Issue, after: Issue) -> list[Change]:
    """Return the sections whose common items stand in another order."""
    old = {section.kind: [item.key for item in section.items] for section in before.sections}
    found = []
    for section in after.sections:
        now = [item.key for item in section.items]
        was = old.get(section.kind, [])
        if [key for key in was if key in now] != [key for key in now if key in was]:
            found.append(Change(TITLES[section.kind], gettext("调整了顺序")))
    return found


def _places(issue: Issue) -> dict[str, tuple[str, int]]:
    return {
        item.key: (section.title, index)
        for section in issue.sections
        for index, item in enumerate(section.items)
    }


@singledispatch
def _shown(value: object) -> str:
    """Return a field's value as the page shows it; "" for none."""
    return str(value or "")


@_shown.register
def _(values: tuple) -> str:  # type: ignore[type-arg]
    return "、".join(map(_shown, values))


@_shown.register
def _(card: dict) -> str:  # type: ignore[type-arg]
    return "；".join(f"{name}：{said}" for name, said in card.items() if said)


@_shown.register
def _(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@_shown.register
def _(place: Community) -> str:
    return "".join(filter(None, (place.district, place.street, place.name)))


@_shown.register
def _(event: Event) -> str:
    moments = "—".join(_shown(one) for one in (event.start, event.end) if one)
    return " ".join(filter(None, (event.title, moments, event.place)))


@_shown.register
def _(image: Image) -> str:
    focus = (image.focus_x, image.focus_y)
    parts = [image.url, image.alt, image.caption, image.credit]
    if focus != (0.5, 0.5):
        at = {"focus": format(focus[0], ".0%"), "focus2": format(focus[1], ".0%")}
        parts.append(gettext("焦点%(focus)s %(focus2)s") % at)
    return " ".join(part for part in parts if part)
