"""What the pages of a week share: its period, the outlets' names, how many faults each item has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from pipeline.desk.pages import get_settings
from pipeline.desk.services import get_services
from pipeline.errors import UsageError
from pipeline.model import Level
from pipeline.store import waivers

if TYPE_CHECKING:
    from pipeline.calendar import Period
    from pipeline.proof import Report


def get_period(week: str) -> Period:
    """Return the period of a week.

    Raises:
        Http404: it is no week.
    """
    services = get_services()
    try:
        return services.get_schedule(services.settings).period(week)
    except UsageError:
        raise Http404(week) from None


def get_source_names() -> dict[str, str]:
    """Return the outlets' names by source id."""
    return get_settings().feeds.outlets


def count_faults(report: Report, waived: dict[str, waivers.Waiver]) -> dict[str, tuple[int, int]]:
    """Return (errors, warnings not waived) by item; "" for the issue as a whole."""
    found: dict[str, tuple[int, int]] = {}
    for one in report.findings:
        errors, warnings = found.get(one.item or "", (0, 0))
        if one.level is Level.ERROR:
            errors += 1
        elif waivers.fingerprint(one) not in waived:
            warnings += 1
        found[one.item or ""] = (errors, warnings)
    return found
