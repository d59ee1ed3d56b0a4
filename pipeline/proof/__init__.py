"""Proofreading: an issue in, findings out.

Each rule is one pure function ``issue -> findings``, listed in `RULES`. What this room never
does: change a text, ask the network, or decide who may publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.model import Finding, Issue, Level
from pipeline.proof.dates import find_relative_dates, find_wrong_weekdays
from pipeline.proof.mail import find_mail_faults
from pipeline.proof.origins import find_bad_links, find_bare_images, find_missing_sources
from pipeline.proof.punctuation import find_ascii_punctuation, find_unpaired
from pipeline.proof.spans import texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RULES: tuple[Callable[[Issue], Iterable[Finding]], ...] = (
    find_missing_sources,
    find_bad_links,
    find_bare_images,
    find_wrong_weekdays,
    find_relative_dates,
    find_ascii_punctuation,
    find_unpaired,
)
"""Every rule that needs nothing but the issue."""

LIMIT = 3.0
"""Errors in 10,000 characters at which a publication still passes (Chinese press practice)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What proofreading says about one issue."""

    findings: tuple[Finding, ...]
    characters: int

    @property
    def errors(self) -> int:
        """How many findings block approval."""
        return sum(finding.level is Level.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings need a reason when waived."""
        return len(self.findings) - self.errors

    @property
    def errors_per_10000(self) -> float:
        """Errors per 10,000 characters; 0 for an empty issue."""
        return round(self.errors * 10_000 / self.characters, 2) if self.characters else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the report as ``proof --json`` and ``proof.json`` have it."""
        return {
            "findings": [
                {
                    "rule": one.rule,
                    "level": str(one.level),
                    "message": one.message,
                    "item": one.item,
                    "field": one.field,
                    "start": one.start,
                    "end": one.end,
                    "surface": one.surface,
                    "suggestion": one.suggestion,
                }
                for one in self.findings
            ],
            "characters": self.characters,
            "errors_per_10000": self.errors_per_10000,
            "blocks": self.errors > 0,
        }


def proofread(issue: Issue, *, html: str | None = None, text: str | None = None) -> Report:
    """Return every finding, errors first, then in reading order.

    ``html`` and ``text`` are the two parts of the mail; without them its size and its
    unsubscribe link are not judged (an ``issue.json`` alone has no mail).
    """
    findings = [finding for rule in RULES for finding in rule(issue)]
    if html is not None:
        findings += find_mail_faults(issue, html, text or "")
    order = {item.key: position for position, item in enumerate(issue.items)}
    findings.sort(
        key=lambda one: (one.level is not Level.ERROR, order.get(one.item or "", -1), one.rule)
    )
    characters = sum(
        sum(not character.isspace() for character in text_.text) for text_ in texts_of(issue)
    )
    return Report(tuple(findings), characters)
