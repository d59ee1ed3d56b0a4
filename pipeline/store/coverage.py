"""What the issues held: by district, by member unit, by week. One query each, ever."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.model import FetchCause
from pipeline.store.models import FetchRow, IssueItemRow, IssueRow, RunRow

_FETCHES = 5000  # rows looked at for the sources' health


@dataclass(frozen=True, slots=True)
class WeekCoverage:
    """One issue's items, counted."""

    week: str
    number: int
    items: int
    districts: dict[str, int]
    members: dict[str, int]


@dataclass(slots=True)
class SourceHealth:
    """One source's latest attempts, newest first."""

    source_id: str
    statuses: list[str] = field(default_factory=list)
    new: int = 0
    error: str = ""  # of the latest attempt; "" when it went well
    cause: FetchCause | None = None  # why the latest failed, or was none


def list_coverage(limit: int = 12) -> list[WeekCoverage]:
    """Return what the latest issues held, latest first."""
    issues = list(IssueRow.objects.order_by("-week").values_list("pk", "week", "number")[:limit])
    found = {pk: WeekCoverage(week, number, 0, {}, {}) for pk, week, number in issues}
    counts = dict.fromkeys(found, 0)
    rows = IssueItemRow.objects.filter(issue__in=list(found))
    for issue_id, districts, members in rows.values_list("issue_id", "districts", "members"):
        counts[issue_id] += 1
        one = found[issue_id]
        for names, counted in ((districts, one.districts), (members, one.members)):
            for name in names:
                counted[name] = counted.get(name, 0) + 1
    return [
        WeekCoverage(one.week, one.number, counts[pk], one.districts, one.members)
        for pk, one in found.items()
    ]


def count_silence(week: str, names: tuple[str, ...], limit: int = 52) -> dict[str, int]:
    """Return for ``names`` and every unit ever seen how many issues ago they last appeared.

    1 means the issue before ``week``; who never appeared counts one more than there were issues.
    """
    weeks = list(
        IssueRow.objects.filter(week__lt=week)
        .order_by("-week")
        .values_list("pk", flat=True)[:limit]
    )
    silent = dict.fromkeys(names, len(weeks) + 1)
    back = {pk: n for n, pk in enumerate(weeks, start=1)}
    rows = IssueItemRow.objects.filter(issue__in=weeks)
    for issue_id, districts, members in rows.values_list("issue_id", "districts", "members"):
        for name in (*districts, *members):
            silent[name] = min(silent.get(name, len(weeks) + 1), back[issue_id])
    return silent


def list_source_health(limit: int = 12) -> dict[str, SourceHealth]:
    """Return the latest attempts at every source, by source id."""
    found: dict[str, SourceHealth] = {}
    rows = FetchRow.objects.order_by("-pk").values_list(
        "source_id", "status", "new", "error", "cause"
    )
    for source_id, status, new, error, cause in rows[:_FETCHES]:
        why = FetchCause(cause) if cause else None
        one = found.setdefault(source_id, SourceHealth(source_id, error=error, cause=why))
        if len(one.statuses) < limit:
            one.statuses.append(status)
            one.new += new
    return found


def list_findings(limit: int = 12) -> list[tuple[str, int, int]]:
    """Return (week, errors, warnings) as the last run of each week left them, latest first."""
    found: dict[str, tuple[int, int]] = {}
    rows = RunRow.objects.exclude(finished_at=None).order_by("-pk")
    for week, counted in rows.values_list("week", "report__findings")[: limit * 20]:
        if week not in found and counted:
            found[week] = (counted["error"], counted["warning"])
    return [(week, *found[week]) for week in sorted(found, reverse=True)[:limit]]
