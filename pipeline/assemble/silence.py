"""How long districts and member units have not been heard from.

What this module never does: choose a story for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Issue


def count_silent_weeks(earlier: Sequence[Issue]) -> dict[str, int]:
    """Return for districts and member units how many issues ago they were last heard from.

    ``earlier`` is latest first. 1 means the issue before; who never appeared counts one more than
    there were issues, and districts always have an entry.
    """
    silent = dict.fromkeys(DISTRICTS, len(earlier) + 1)
    for back, issue in reversed(list(enumerate(earlier, start=1))):
        for item in issue.items:
            for name in item.districts:
                silent[name] = back
            for unit in item.communities:
                if unit.member:
                    silent[unit.name] = back
    return silent
