"""The stretches of an issue that are read, each with its place.

What this module never does: judge them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Finding, Issue, Item, Level

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Text:
    """One field of one item, or of the issue as a whole (``item`` None)."""

    item: Item | None
    field: str
    text: str

    def finding(
        self,
        rule: str,
        level: Level,
        message: str,
        start: int,
        end: int,
        suggestion: str | None = None,
    ) -> Finding:
        """Return a finding on ``text[start:end]``."""
        key = self.item.key if self.item else None
        surface = self.text[start:end]
        return Finding(rule, level, message, key, self.field, start, end, surface, suggestion)


def texts_of(issue: Issue) -> Iterator[Text]:
    """Yield every text of the issue in reading order; empty ones are left out."""
    for name in ("subject", "intro"):
        if getattr(issue, name):
            yield Text(None, name, getattr(issue, name))
    for item in issue.items:
        for name in ("title", "summary", "why", "text"):
            if getattr(item, name):
                yield Text(item, name, getattr(item, name))
