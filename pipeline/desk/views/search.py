"""Search over everything ever collected or published."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.views.decorators.http import require_GET

from pipeline.calendar import SHANGHAI
from pipeline.desk.numbers import read_number
from pipeline.desk.pages import get_settings, show
from pipeline.desk.services import get_services
from pipeline.desk.weeks import get_source_names
from pipeline.model import DISTRICTS, OUTER_DISTRICTS
from pipeline.store import search

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PAGE = 20
_AT_ONCE = 3  # issues that are indexed while the page waits: a tenth of a second each
_NAMES = ("q", "district", "theme", "member", "source", "kind", "since", "until")


@require_GET
def show_search(request: HttpRequest) -> HttpResponse:
    """The form, and what was found."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in _NAMES}
    number = max(1, read_number(request.GET.get("page", "")) or 1)
    tagger = get_services().tagger()
    left = search.index_issues(tagger.cut, _AT_ONCE) and search.count_stale_issues()
    if left:
        get_services().index_soon()
    filters = search.Filters(
        district=asked["district"],
        theme=asked["theme"],
        member=asked["member"],
        source=asked["source"],
        kind=asked["kind"] if asked["kind"] in {"article", "item"} else "",
        since=_day(asked["since"]),
        until=_day(asked["until"], days=1),
    )
    found = search.search(
        asked["q"], filters, cut=tagger.cut, limit=_PAGE, offset=(number - 1) * _PAGE
    )
    query = urlencode({name: value for name, value in asked.items() if value})
    return show(
        request,
        "desk/search.html",
        asked=asked,
        found=found,
        number=number,
        left=left,
        pages=max(1, -(-found.total // _PAGE)),
        query=query,
        districts=DISTRICTS + OUTER_DISTRICTS,
        themes=tagger.theme_names,
        sources=[one.id for one in get_settings().feeds.sources],
        names=get_source_names(),
    )


def _day(value: str, days: int = 0) -> datetime | None:
    """Return when a day begins, or so many days later; None for what is none in any database."""
    try:
        day = date.fromisoformat(value) + timedelta(days=days)
        return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
