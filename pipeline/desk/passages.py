"""Passages: words of the editors' own that belong to no item, 卷首语 and 勘误.

What this module never does: read a request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from pipeline.assemble import edit
from pipeline.desk.fields import plain
from pipeline.desk.saving import save
from pipeline.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from pipeline.model import Issue

LONGEST = 1000
"""Characters of a passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the editors' own that belong to no item."""

    field: str
    name: StrOrPromise
    help: StrOrPromise
    read: Callable[[Issue], str]
    write: Callable[[Issue, str], Issue]


PASSAGES = {
    one.field: one
    for one in (
        Passage(
            "intro", _lazy("卷首语"), _lazy("排在全部稿件之前，各版读者都看得到；留空就不排。"),
            lambda issue: issue.intro,
            lambda issue, words: replace(issue, intro=words),
        ),
        Passage(
            "corrections", _lazy("勘误"),
            _lazy("更正已刊出的差错：写明第几期、哪一条、错在哪里、应为什么。排在最后，各版读者都看得到；留空就不排。"),
            edit.get_corrections,
            edit.write_corrections,
        ),
    )
}  # fmt: skip
"""Every passage by the name of its field."""


def write(week: str, passage: Passage, words: str, before: str, user: str) -> None:
    """Put the words into the issue, unless somebody else has changed them since ``before``.

    Raises:
        RefusedError: somebody has; what was typed is said, so that it is not lost.
    """
    words, before, name = plain(words)[:LONGEST], plain(before), str(passage.name)

    def change(issue: Issue) -> Issue:
        if passage.read(issue) != before:
            said = _("%(passage)s刚被别人改过，请刷新后对照着改。您写的是：%(words)s")
            raise RefusedError(said % {"passage": name, "words": words})
        return passage.write(issue, words)

    note = (_("改%(passage)s") if words else _("删去%(passage)s")) % {"passage": name}
    save(week, change, user=user, note=lambda _title: note)
