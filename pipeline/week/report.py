"""What a week's run reports: its sources, its draft, and the JSON that ``run --json`` prints.

What this module never does: run anything, or print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.model import Edition, FetchCause, Issue
    from pipeline.proof import Report


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What became of one source."""

    id: str
    status: str
    fetched: int
    new: int
    error: str | None
    warnings: tuple[str, ...] = ()
    cause: FetchCause | None = None  # why it failed, or is not asked any more

    def to_json(self) -> dict[str, Any]:
        """Return the line as ``run --json`` and ``collect --json`` print it."""
        return {
            "id": self.id,
            "status": self.status,
            "fetched": self.fetched,
            "new": self.new,
            "error": self.error,
            "cause": self.cause,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A week's draft, assembled and proofread, with where it lies."""

    issue: Issue
    edition: Edition
    report: Report
    folder: Path
    articles: int
    stories: int
    edited: bool  # an editor's version stands; the pipeline's was not taken


def get_report(
    week: str,
    lines: Sequence[SourceLine],
    tagged: int,
    draft: Draft,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Return the run as the contract's JSON, with what people's tables need besides."""
    issue = draft.issue
    return {
        "week": week,
        "sources": [line.to_json() for line in lines],
        "articles": draft.articles,
        "stories": draft.stories,
        "tagged": tagged,
        "issue": {
            "number": issue.number,
            "items": len(issue.items),
            "sections": [
                {"title": section.title, "items": len(section.items)} for section in issue.sections
            ],
            "by_district": _count(item.districts for item in issue.items),
            "by_theme": _count(item.themes for item in issue.items),
            "bytes_html": len(draft.edition.html.encode("utf-8", "replace")),
            "edited": draft.edited,
            "status": str(issue.status),
        },
        "findings": {"error": draft.report.errors, "warning": draft.report.warnings},
        "path": str(draft.folder),
        "seconds": dict(seconds),
    }


def _count(names: Iterable[tuple[str, ...]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for group_ in names:
        for name in group_:
            counted[name] = counted.get(name, 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: -pair[1]))
