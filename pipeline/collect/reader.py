"""Documents from the web or from files beside feeds.yaml, through one function.

What this module never does: leave the folder of feeds.yaml for a document that a document names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.collect.charsets import decode
from pipeline.errors import FetchError, TooLargeError, UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.collect.http import Client

_BASE = "file:///"


@dataclass(frozen=True, slots=True)
class Read:
    """A decoded document."""

    url: str
    text: str
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    fresh: float = 0.0  # seconds for which the server says it need not be asked again
    moved_to: str | None = None  # where permanent redirects alone led; None: nowhere


class Reader:
    """Reads documents of one configuration."""

    def __init__(self, client: Client, root: Path, max_bytes: int) -> None:
        """``root`` is the folder of feeds.yaml."""
        self._client = client
        self._root = root.resolve()
        self.max_bytes = max_bytes

    def locate(self, url: str) -> str:
        """Return a source's address as a URL: a path becomes ``file:///`` relative to the root."""
        return url if urlsplit(url).scheme else urljoin(_BASE, url)

    def leave_room(self) -> None:
        """Say that this task's last large document is no longer in use."""
        self._client.room.leave()

    def check_link(self, url: str) -> None:
        """Refuse a link that is not for readers.

        Raises:
            FetchError: saying why, without what is secret in it.
        """
        self._client.check_link(url)

    def choose_link(self, stated: str | None, own: str) -> str:
        """Return the address that a page or file states as its own where readers may have it."""
        try:
            self.check_link(stated or "")
        except FetchError:
            return own
        return stated or own

    async def read(
        self,
        url: str,
        *,
        encoding: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Read:
        """Return a document as text.

        Raises:
            FetchError: it could not be had.
        """
        if url.startswith(_BASE):
            data = self._file(url)
            return Read(url, decode(data, encoding=encoding))
        reply = await self._client.get(url, etag=etag, last_modified=last_modified)
        text = decode(reply.data, http_charset=reply.charset, encoding=encoding)
        reply = replace(reply, data=b"")
        return Read(
            reply.url,
            text,
            reply.etag,
            reply.last_modified,
            reply.unchanged,
            reply.fresh,
            reply.moved_to,
        )

    async def post(self, url: str, form: dict[str, str], *, encoding: str | None = None) -> Read:
        """Return what a form gives, as text; a file answers no form.

        Raises:
            FetchError: it could not be had.
        """
        if url.startswith(_BASE):
            raise FetchError(f"{url.removeprefix(_BASE)}: a file takes no form")
        reply = await self._client.post(url, form)
        text = decode(reply.data, http_charset=reply.charset, encoding=encoding)
        return Read(reply.url, text)

    def _file(self, url: str) -> bytes:
        stated = unquote(urlsplit(url).path, errors="surrogateescape")  # names need not be UTF-8
        path = (self._root / stated.lstrip("/")).resolve()
        shown = url.removeprefix(_BASE)
        if not path.is_relative_to(self._root):
            raise UnreadableFileError(f"{shown}: lies outside the folder of feeds.yaml")
        try:
            if path.stat().st_size > self.max_bytes:
                raise TooLargeError(f"{shown}: larger than {self.max_bytes:,} bytes")
            return path.read_bytes()
        except OSError as error:
            raise UnreadableFileError(f"{shown}: {error.strerror}") from None
