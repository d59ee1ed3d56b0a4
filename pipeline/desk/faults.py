"""Faults as an editor reads them: what a summary repeats from its text is one fault, not two.

What this module never does: judge a text, or store anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pipeline.errors import NotFoundError
from pipeline.model import Finding, Level
from pipeline.store import waivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_REPEATED = ("summary", "text")  # the first is what readers get


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, wherever it stands."""

    findings: tuple[Finding, ...]  # at least one; the one to show comes first
    waiver: waivers.Waiver | None  # None as well where a part of it is not waived

    @property
    def finding(self) -> Finding:
        """What to show of it."""
        return self.findings[0]

    @property
    def mark(self) -> str:
        """What a form calls it by."""
        return waivers.fingerprint(self.finding)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it stands in."""
        return tuple(dict.fromkeys(one.field for one in self.findings))


def list_faults(findings: Iterable[Finding], waived: Mapping[str, waivers.Waiver]) -> list[Fault]:
    """Return the faults, in the findings' order.

    Findings are one fault where rule, level, words and message are the same and they stand in the
    same sentence: twice in one field, or in the summary and in the text that it was taken from. A
    summary leaves out the opening of its first sentence, so there one sentence holds the other.
    """
    groups: dict[tuple[str | None, ...], list[list[Finding]]] = {}
    order: list[list[Finding]] = []
    for one in findings:
        key = (one.rule, one.level, one.item, one.surface, one.message, one.suggestion)
        alike = groups.setdefault(key, [])
        group = next((group for group in alike if _is_same(group[0], one)), None)
        if group is None:
            order.append(group := [])
            alike.append(group)
        group.append(one)
    return [_join(group, waived) for group in order]


def find_fault(findings: Iterable[Finding], mark: str) -> Fault:
    """Return the fault that a form calls by the mark of one of its findings.

    Raises:
        NotFoundError: there is none.
    """
    for fault in list_faults(findings, {}):
        if any(waivers.fingerprint(one) == mark for one in fault.findings):
            return fault
    raise NotFoundError(_("这条提示已不存在，可能稿件已改，请刷新后再看。"))


def count_faults(faults: Iterable[Fault]) -> dict[str, tuple[int, int]]:
    """Return (errors, warnings not waived) by item; "" for the issue as a whole."""
    found: dict[str, tuple[int, int]] = {}
    for one in faults:
        key = one.finding.item or ""
        errors, warnings = found.get(key, (0, 0))
        if one.finding.level is Level.ERROR:
            errors += 1
        elif one.waiver is None:
            warnings += 1
        found[key] = (errors, warnings)
    return found


def _is_same(one: Finding, other: Finding) -> bool:
    if one.field == other.field:
        return one.content == other.content
    if one.field not in _REPEATED or other.field not in _REPEATED or not one.surface:
        return False
    return one.content in other.content or other.content in one.content


def _join(group: Sequence[Finding], waived: Mapping[str, waivers.Waiver]) -> Fault:
    findings = sorted(group, key=lambda one: one.field != _REPEATED[0])
    given = [waived.get(waivers.fingerprint(one)) for one in findings]
    return Fault(tuple(findings), given[0] if all(given) else None)
