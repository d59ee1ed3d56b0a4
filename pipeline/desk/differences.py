"""What changed between two versions of an issue, in words an editor reads."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pipeline.assemble.sections import TITLES
from pipeline.desk.words import FIELDS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pipeline.model import Issue, Item

_COMPARED = (
    "title", "summary", "why", "text", "source_name", "origin", "author", "editor", "url",
    "districts", "themes", "also_in", "image",
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
        Change(_("本期"), name, compare_texts(getattr(before, field), getattr(after, field)))
        for field, name in (
            ("subject", _("邮件主题")),
            ("preheader", _("预览语")),
            ("intro", _("卷首语")),
        )
        if getattr(before, field) != getattr(after, field)
    ]
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    places_old, places_new = _places(before), _places(after)
    changes += [
        Change(
            item.title,
            _("移出“%(key)s”") % {"key": places_old[key][0]},
            (Piece(item.title, "gone"),),
            key,
        )
        for key, item in old.items()
        if key not in new
    ]
    for key, item in new.items():
        if key not in old:
            where = _("新增到“%(key)s”") % {"key": places_new[key][0]}
            changes.append(Change(item.title, where, (Piece(item.title, "new"),), key))
            continue
        if places_old[key][0] != places_new[key][0]:
            what = _("从“%(key)s”移到“%(key2)s”") % {
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
            found.append(Change(TITLES[section.kind], _("调整了顺序")))
    return found


def _places(issue: Issue) -> dict[str, tuple[str, int]]:
    return {
        item.key: (section.title, index)
        for section in issue.sections
        for index, item in enumerate(section.items)
    }


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    if isinstance(value, str):
        return value
    parts = [str(getattr(value, name, "")) for name in ("url", "alt", "caption", "credit")]
    focus = (getattr(value, "focus_x", 0.5), getattr(value, "focus_y", 0.5))
    parts.append(
        (
            _("焦点%(focus)s %(focus2)s")
            % {"focus": format(focus[0], ".0%"), "focus2": format(focus[1], ".0%")}
        )
        if focus != (0.5, 0.5)
        else ""
    )
    return " ".join(part for part in parts if part)
