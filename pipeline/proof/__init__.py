"""Proofreading: an issue in, findings out.

Every rule is one value (`Rule`) in one module, listed in `RULES`. What this room never does:
change a text, ask the network, or decide who may publish.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pipeline.model import Finding, Issue, Level
from pipeline.proof import (
    booktitles,
    contacts,
    counts,
    dates,
    facts,
    mail,
    numbers,
    offices,
    origins,
    parties,
    persons,
    politics,
    privacy,
    punctuation,
    script,
    sentences,
    signatures,
    titles,
    twoways,
    units,
    weekdays,
    words,
)
from pipeline.proof.explain import explain, explain_all
from pipeline.proof.lists import load_lists
from pipeline.proof.rule import Mail, Reading, Reference, Rule, Unit
from pipeline.proof.wordindex import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.config import Newsletter
    from pipeline.model import LinkCheck, Signature

__all__ = [
    "LIMIT",
    "RULES",
    "Mail",
    "Reference",
    "Report",
    "Rule",
    "Unit",
    "explain",
    "explain_all",
    "get_rule",
    "load_lists",
    "proofread",
]

RULES: tuple[Rule, ...] = (
    *origins.RULES,
    *weekdays.RULES,
    *dates.RULES,
    *units.RULES,
    *parties.RULES,
    *persons.RULES,
    *twoways.RULES,
    *titles.RULES,
    *offices.RULES,
    *politics.RULES,
    *counts.RULES,
    *numbers.RULES,
    *punctuation.RULES,
    *booktitles.RULES,
    *words.RULES,
    *sentences.RULES,
    *facts.RULES,
    *script.RULES,
    *privacy.RULES,
    *contacts.RULES,
    *mail.RULES,
    *signatures.RULES,
)
"""Every rule, in the order of the manual."""

_KEYS = keys_of(frozenset().union(*(rule.pairs for rule in RULES)))

LIMIT = 3.0
"""Errors in 10,000 characters at which a publication still passes (Chinese press practice)."""

MOST = 5000
"""Findings of one rule in one issue; nobody reads more, and hostile text has millions."""

_MOST_REPEATS = 3  # the same mistake counts at most so often
_TITLE_WEIGHT = 2  # a title's mistake counts double


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
        """Errors per 10,000 characters by the press's rule of counting; 0 for an empty issue.

        A title's error counts double, a repeated one at most three times.
        """
        if not self.characters:
            return 0.0
        counted: Counter[tuple[str, str]] = Counter()
        points = 0
        for one in sorted(self.findings, key=lambda one: one.field != "title"):
            if one.level is Level.ERROR:
                counted[one.rule, one.surface] += 1
                if not one.surface or counted[one.rule, one.surface] <= _MOST_REPEATS:
                    points += _TITLE_WEIGHT if one.field == "title" else 1
        return round(points * 10_000 / self.characters, 2)

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


def proofread(
    issue: Issue,
    *,
    reference: Reference | None = None,
    html: str | None = None,
    text: str | None = None,
    newsletter: Newsletter | None = None,
    signatures: tuple[Signature, ...] = (),
    links: Mapping[str, LinkCheck] = MappingProxyType({}),
) -> Report:
    """Return every finding, errors first, then in reading order.

    ``html`` and ``text`` are the two parts of the mail; without them its size and its
    unsubscribe link are not judged (an ``issue.json`` alone has no mail). Without a ``reference``
    the shipped lists are used and names are not judged. ``links`` are the last checks of the
    items' addresses, by address; an address without one is judged by its form alone.
    """
    reading = Reading(
        issue,
        reference or Reference(lists=load_lists()),
        mail=None if html is None else Mail(html, text or ""),
        newsletter=newsletter,
        signatures=signatures,
        links=links,
        keys=_KEYS,
    )
    findings = [finding for rule in RULES for finding in islice(rule.find(reading), MOST)]
    order = {item.key: position for position, item in enumerate(issue.items)}
    findings.sort(
        key=lambda one: (
            one.level is not Level.ERROR,
            order.get(one.item or "", -1),
            one.field,
            one.start,
            one.rule,
        )
    )
    characters = sum(len("".join(part.text.split())) for part in reading.texts)
    return Report(tuple(findings), characters)


def get_rule(rule_id: str) -> Rule | None:
    """Return the rule of that id, or None."""
    return next((rule for rule in RULES if rule.id == rule_id), None)
