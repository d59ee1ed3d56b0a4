"""A page of the archive as PDF: by WeasyPrint where the extra ``pdf`` is installed, or a Chromium.

What this module never does: fetch anything from the network.
"""

from __future__ import annotations

import logging
import mimetypes
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from PIL import ImageFile

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.config import Settings

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PDF_SECONDS = 60  # for one issue


def print_page(settings: Settings, html: str) -> bytes | None:
    """Return a page as PDF; None where there is nothing to print it with.

    Raises:
        PipelineError: printing failed.
    """
    try:
        with _keeping_pictures_whole():
            from weasyprint import HTML
            from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError):  # OSError: the package is there, its library pango is not
        return _print_by_browser(html)

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the package ships no types
        """WeasyPrint asks it for every picture of a page."""

        def fetch(self, url: str, headers: object = None) -> object:  # noqa: ARG002 - its signature
            data, kind = fetch_own(settings, url)
            return URLFetcherResponse(url, data, {"Content-Type": kind})

    # It warns of rules for dark screens, which paper does not need.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        page = HTML(string=html, base_url=f"{settings.site_url}/", url_fetcher=OwnFiles())
        made: bytes = page.write_pdf()
    except Exception as error:  # a page can trip its layout anywhere; the mail is not held up
        said = f"{type(error).__name__}: {error}"[:200]
        raise PipelineError(f"the issue could not be printed: {said}") from error
    return made


def fetch_own(settings: Settings, url: str) -> tuple[bytes, str]:
    """Return a file of this site and its media type.

    Pictures that stand elsewhere are not fetched: nobody has looked at where their addresses lead.

    Raises:
        PipelineError: it is none of ours; the page is printed without.
    """
    root = (settings.data_dir / "site").resolve()
    address, _, _ = url.partition("?")
    path = unquote(address.removeprefix(f"{settings.site_url}/"))
    with suppress(OSError, ValueError):  # no name that a file could have
        file = (root / path).resolve()
        if path != unquote(address) and file.is_relative_to(root) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return file.read_bytes(), kind
    raise PipelineError(f"{url[:200]}: not of this site")


@contextmanager
def _keeping_pictures_whole() -> Iterator[None]:
    """Let Pillow refuse broken pictures: WeasyPrint bids the whole process take them."""
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _print_by_browser(html: str) -> bytes | None:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        page, target = Path(folder) / "issue.html", Path(folder) / "issue.pdf"
        page.write_text(html, encoding="utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            "--disable-background-networking", f"--user-data-dir={folder}/profile",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--print-to-pdf={target}", page.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PDF_SECONDS)  # noqa: S603 - a program found on PATH, and a file of ours
        except (subprocess.SubprocessError, OSError) as error:
            raise PipelineError(f"the issue could not be printed: {error}") from None
        return target.read_bytes()
