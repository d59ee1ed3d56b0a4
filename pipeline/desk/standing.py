"""What an editor is to know of the signatures before and after changing a word.

What this module never does: sign, or void a signature; the store does both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pipeline.chinese.filling import fill
from pipeline.desk.words import STEPS
from pipeline.store import approvals

if TYPE_CHECKING:
    from collections.abc import Iterable


def describe_standing(week: str) -> str:
    """Return what a change would void, or what the last one has; "" where nobody signed."""
    signed = approvals.list_signatures(week)
    if signed:
        if approvals.get_next_step(week) is None:
            return ""  # approved: the pages say that nothing can be changed
        said = _("%(steps)s已签。现在改动内容，签发就作废，要从一审重新签。")
        return fill(said, {"steps": _name(one.step for one in signed)})
    void = approvals.list_void(week)
    if not void:
        return ""
    _last, at, why = void[0]
    kind, _mark, n = why.partition(":")
    if kind != "changed":
        return ""  # sent back: the review page says by whom and why
    fallen = [one.step for one, when, _why in void if when == at]
    said = _("第%(n)s稿改动了内容，%(steps)s的签发已作废，要从一审重新签。")
    return fill(said, {"n": n, "steps": _name(sorted(fallen, key=list(STEPS).index))})


def _name(steps: Iterable[str]) -> str:
    return "、".join(str(STEPS[step]) for step in steps)
