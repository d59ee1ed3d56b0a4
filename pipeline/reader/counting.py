"""The two addresses by which a letter is counted: its picture and its links.

They are the same for every reader, and what is kept is a number for a day: no address, no network,
no program. Both answer the same when counting is switched off again, since letters stay in
mailboxes. What this module never does: lead to a page that no issue of ours names.
"""

from __future__ import annotations

import base64
import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect

from pipeline.assemble.links import is_web
from pipeline.calendar import SHANGHAI
from pipeline.errors import NotFoundError
from pipeline.model import IssueStatus
from pipeline.reader.pages import get_settings, reader_view, show_missing
from pipeline.store import counts, issues

if TYPE_CHECKING:
    from django.http import HttpRequest

    from pipeline.store.issues import Revision

_log = logging.getLogger(__name__)
_WEEK = re.compile(r"\d{4}-W\d{2}")
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@reader_view("GET")
def note_open(request: HttpRequest, week: str) -> HttpResponse:
    """Answer with a transparent picture of one pixel."""
    if _find(week):
        _count(request, "opens", week, "")
    return HttpResponse(_PIXEL, content_type="image/gif")


@reader_view("GET")
def follow(request: HttpRequest, week: str, key: str) -> HttpResponse:
    """Lead to the page that an item of the issue names.

    What stands in an issue that is not out is known to editors only: they follow a test copy.
    """
    found = _find(week)
    if found and not _is_out(found) and not request.user.is_authenticated:
        return show_missing(request)
    items = found.issue.items if found else ()
    url = next((item.url for item in items if item.key == key), "")
    if not is_web(url):
        return show_missing(request)
    _count(request, "clicks", week, key)
    return HttpResponseRedirect(url)


def _find(week: str) -> Revision | None:
    try:
        return issues.get_revision(week) if _WEEK.fullmatch(week) else None
    except NotFoundError:
        return None


def _is_out(revision: Revision) -> bool:
    """Say whether the first letters are under way."""
    issue = revision.issue
    return issue.status in {IssueStatus.SENDING, IssueStatus.SENT} or issues.is_published(
        issue.week
    )


def _count(request: HttpRequest, what: str, week: str, target: str) -> None:
    """Count a reader's visit to an issue that is out; editors' tries and prefetches are none."""
    asked_ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    if request.method != "GET" or asked_ahead or what not in get_settings().feeds.delivery.count:
        return
    try:
        if issues.is_published(week):
            counts.add(week, target, datetime.now(UTC).astimezone(SHANGHAI).date())
    except DatabaseError as error:  # a number is not worth a reader's way
        _log.warning("not counted: %s", error)
