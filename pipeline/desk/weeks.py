"""What the pages of a week share: its period and the outlets' names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from pipeline.desk.pages import get_settings
from pipeline.desk.services import get_services
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.calendar import Period


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
