"""Pages for readers who strayed: no such address, or a fault of ours.

What this module never does: say what the fault was; the log does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reader import pages
from pipeline.reader.pages import reader_view, show

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@reader_view("GET", "HEAD", "POST")
def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, and where the others are."""
    del exception
    return pages.show_missing(request)


@reader_view("GET", "HEAD", "POST")
def show_broken(request: HttpRequest) -> HttpResponse:
    """Say that we made a mistake, and whom to write to."""
    return show(request, "broken", status=500)
