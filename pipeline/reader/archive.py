"""The archive as readers see it: the files that publishing wrote, and nothing else.

Any web server may serve the folder instead. What this module never does: draw a page, or show an
issue of which no mail has gone out.
"""

from __future__ import annotations

import mimetypes
import os
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pipeline.reader.pages import get_settings, has_begun, show, show_missing

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_TYPES = {
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
_MINUTES = "public, max-age=300"
_FOR_GOOD = "public, max-age=31536000, immutable"  # RFC 8246: another picture has another name


@csrf_exempt  # nothing here acts, or rests on a cookie
@require_safe
def show_archive(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve a file of the archive; a folder is its index page.

    Before the first issue the archive is a page that says so.
    """
    if path in {"", "index.html"} and not has_begun():
        response = show(request, "coming", status=404)
        response["Cache-Control"] = "no-store"
        return response
    return _serve(request, get_settings().data_dir / "site" / "issues", path, _MINUTES)


@csrf_exempt  # nothing here acts, or rests on a cookie
@require_safe
def show_media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a picture that a member unit sent in."""
    return _serve(request, get_settings().data_dir / "site" / "media", name, _FOR_GOOD)


def _serve(request: HttpRequest, root: Path, path: str, kept: str) -> HttpResponseBase:
    """Answer with a file, or with 304 to who has it as it is (RFC 9110, section 13).

    ``kept`` says how long caches may hold it.
    """
    file = _find(root, path)
    if file and file.is_dir():
        if path and not path.endswith("/"):
            return HttpResponseRedirect(f"{request.path}/")
        file /= "index.html"
    if file is None or not file.is_file():
        return show_missing(request)
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    opened = file.open("rb")
    found = os.fstat(opened.fileno())  # of the file that is sent, though another takes its place
    etag, changed = f'"{found.st_mtime_ns:x}-{found.st_size:x}"', int(found.st_mtime)
    response: HttpResponseBase | None = get_conditional_response(request, etag, changed)
    if response is None:
        response = FileResponse(opened, content_type=kind or "application/octet-stream")
    else:
        opened.close()
    response["Cache-Control"] = kept
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _find(root: Path, path: str) -> Path | None:
    """Return what stands at a path within a folder; None where nothing does or could."""
    try:
        file = (root / path).resolve()
        return file if file.is_relative_to(root.resolve()) and file.exists() else None
    except (OSError, ValueError):  # too long for a name, or with a zero byte
        return None
