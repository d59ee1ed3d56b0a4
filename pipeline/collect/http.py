"""Documents by HTTP, within limits, from addresses that sources may stand in.

The address is checked when it is dialled: after every look-up of a name and on every redirect.
What this module never does: understand what it fetched, or decide which addresses are allowed
(`dialling`), which failures may heal (`failures`) and how much is held at once (`room`).
"""

from __future__ import annotations

import asyncio
import socket
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode, urlsplit

import aiohttp
import stamina

from pipeline.collect.dialling import check_address, check_link, check_url, join_redirect
from pipeline.collect.failures import HealingError, explain, heals
from pipeline.collect.freshness import get_fresh_seconds, get_retry_seconds
from pipeline.collect.gate import Gates
from pipeline.collect.inflate import Inflater
from pipeline.collect.robots import KnownRobots, Robots
from pipeline.collect.room import Room
from pipeline.errors import (
    BlockedAddressError,
    BusyError,
    CutOffError,
    FetchError,
    NeedsBrowserError,
    RobotsError,
    StatusError,
    TooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from aiohttp import AddrInfoType

    from pipeline.collect.dialling import Network
    from pipeline.config import CollectSettings

_OK, _NOT_MODIFIED = 200, 304
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_SCRIPTED = {412, 521}  # a cookie script instead of a page
_MAY_HEAL = {429, 500, 502, 503, 504}
_GZIPPED = b"\x1f\x8b"  # a .gz file's first bytes
_CHUNK = 65_536  # bytes, compressed or not
_LARGE = 1_000_000  # bytes of a document from which on it needs room
_ROBOTS = 600_000  # bytes of a robots.txt that are read
_LONGEST_VALIDATOR = 1000  # characters of an ETag that are remembered
_PROBED = 1024  # bytes of a page of which only is asked whether it is there
_PATIENCE = 30.0  # seconds that are waited within one visit when Retry-After asks for them


@dataclass(frozen=True, slots=True)
class Response:
    """A document as it came; ``data`` is empty when it has not changed."""

    url: str  # after redirects
    data: bytes | bytearray  # never copied: it may be large
    charset: str | None
    etag: str | None
    last_modified: str | None
    unchanged: bool = False
    fresh: float = 0.0  # seconds for which the server says it need not be asked again
    moved_to: str | None = None  # where permanent redirects alone led; None: nowhere


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


class Client:
    """An HTTP client with manners: robots.txt, one gate per host, bounds for all that comes."""

    def __init__(
        self,
        settings: CollectSettings,
        allowed: Sequence[Network],
        now: Callable[[], datetime],
        robots: Iterable[KnownRobots] = (),
    ) -> None:
        """Keep the settings; the connections are opened by ``async with``.

        ``robots`` are the robots.txt files that the last runs read.
        """
        self._settings = settings
        self._allowed = tuple(allowed)
        self._now = now
        self._gates = Gates(settings.per_host, settings.delay)
        agent = settings.user_agent.partition("/")[0]
        self._places = asyncio.Semaphore(settings.workers)
        self.room = Room()
        self.robots = Robots(agent, self._get_robots, now, robots)

    async def __aenter__(self) -> Self:
        """Open the connection pool."""

        def dial(address: AddrInfoType) -> socket.socket:
            family, kind, protocol, _, where = address
            check_address(str(where[0]), self._allowed)
            return socket.socket(family, kind, protocol)

        stamina.instrumentation.set_on_retry_hooks(())  # a retry is no news for an operator
        connector = aiohttp.TCPConnector(limit=self._settings.workers, socket_factory=dial)
        contact = f" (+{self._settings.contact})" if self._settings.contact else ""
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout),
            headers={
                "User-Agent": self._settings.user_agent + contact,
                "Accept-Encoding": "gzip, deflate",
            },
            auto_decompress=False,  # ours is bounded
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection pool."""
        await self._session.close()

    def check_link(self, url: str) -> None:
        """Refuse a link that is not for readers; see `dialling.check_link`."""
        check_link(url, self._allowed)

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Response:
        """Fetch a document, with the validators of the last visit.

        Raises:
            FetchError: it could not be had; the message says why in one line.
        """
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return await self._patiently(url, "GET", headers)

    async def probe(self, url: str) -> None:
        """Ask whether a page opens: by HEAD, and by the beginning of a GET where that fails.

        Raises:
            FetchError: it does not; the message says why in one line.
        """
        try:
            await self._follow(url, "HEAD", {}, None)
        except (BlockedAddressError, RobotsError):
            raise
        except FetchError:
            await self._follow(url, "GET", {}, None, _PROBED)

    async def post(self, url: str, form: dict[str, str]) -> Response:
        """Send a form, as the lists do that a script builds.

        Surrogates stand for bytes that are not UTF-8, as `os.fsdecode` makes them.

        Raises:
            FetchError: no document came back.
        """
        return await self._patiently(url, "POST", {}, form)

    async def _patiently(
        self, url: str, method: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> Response:
        """Fetch with further tries for what may heal."""
        try:
            async for attempt in stamina.retry_context(
                on=heals,
                attempts=self._settings.retries + 1,
                timeout=None,
                wait_initial=self._settings.delay,
                wait_jitter=self._settings.delay,
                wait_max=_PATIENCE,
            ):
                with attempt:
                    return await self._follow(url, method, headers, form)
        except HealingError as error:
            said, status = str(error), error.status
            raise (StatusError(said, status) if status else FetchError(said)) from None
        raise FetchError(f"{url}: not tried")

    async def _follow(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        form: dict[str, str] | None,
        most: int | None = None,
    ) -> Response:
        asked, permanent = url, True
        for _ in range(self._settings.max_redirects + 1):
            if self._settings.robots:
                delay = await self.robots.check(check_url(url))
                self._gates.slow_down(urlsplit(url).netloc, delay)
            reply = await self._once(url, method, headers, form, most)
            if isinstance(reply, Response):
                moved = url if permanent and url != asked else None
                return replace(reply, moved_to=moved)
            permanent = permanent and reply.permanent
            url = join_redirect(url, reply.target)
        raise FetchError(f"{asked}: more than {self._settings.max_redirects} redirects")

    async def _get_robots(self, url: str) -> bytes | bytearray:
        for _ in range(self._settings.max_redirects + 1):
            reply = await self._once(url, "GET", {}, None, _ROBOTS)
            if isinstance(reply, Response):
                return reply.data
            url = join_redirect(url, reply.target)
        return b""

    async def _once(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        form: dict[str, str] | None,
        most: int | None = None,
    ) -> Response | _Redirect:
        """Return the document, of more than ``most`` bytes the first; or where a redirect leads."""
        host = urlsplit(check_url(url)).netloc
        data = urlencode(form, errors="surrogateescape").encode("ascii") if form else None
        kind = _FORM if form else {}
        self.room.leave()
        try:
            async with (
                self._gates.passing(host),
                self._places,  # before the request: waiting for a place costs none of its time
                self._session.request(
                    method, url, headers=headers | kind, data=data, allow_redirects=False
                ) as reply,
            ):
                return await self._read(url, reply, most, is_conditional=bool(headers))
        except TimeoutError:
            raise HealingError(f"{url}: no answer in {self._settings.timeout:g} s") from None
        except aiohttp.ClientResponseError as error:
            raise FetchError(f"{url}: not HTTP as it should be: {error.message}") from None
        except aiohttp.InvalidURL:  # 127.1, 2130706433, 0177.0.0.1
            raise BlockedAddressError(
                f"{url}: its host is an address in an unusual form: refused"
            ) from None
        except aiohttp.ClientPayloadError:
            raise CutOffError(f"{url}: the answer broke off before its end") from None
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, BlockedAddressError):
                raise error.__cause__ from None
            raise HealingError(f"{url}: {explain(error)}") from None
        except (ValueError, zlib.error) as error:
            raise FetchError(f"{url}: not HTTP as it should be: {error}") from None

    async def _read(
        self, url: str, reply: aiohttp.ClientResponse, most: int | None, *, is_conditional: bool
    ) -> Response | _Redirect:
        status = reply.status
        if status in _REDIRECTS and reply.headers.get("Location"):
            return _Redirect(reply.headers["Location"], status in _PERMANENT)
        if status in _SCRIPTED:
            raise NeedsBrowserError(
                f"{url}: the site answers with a script instead of the page ({status}): it needs a "
                "browser; ask the site for a feed, or take another address of it"
            )
        if status in _MAY_HEAL:
            after = get_retry_seconds(reply.headers, self._now())
            if after is not None and after > _PATIENCE:
                message = f"{url}: the server answers {status} and asks to wait {after:.0f} s"
                raise BusyError(message, status, after)
            raise HealingError(f"{url}: the server answers {status}", status, after)
        etag, modified = (_sent_back(reply.headers.get(key)) for key in ("ETag", "Last-Modified"))
        fresh = get_fresh_seconds(reply.headers, self._now())
        if status == _NOT_MODIFIED and not is_conditional:
            raise StatusError(
                f"{url}: the server answers 304 (not modified) although nothing was said of an "
                "earlier copy: it gives no content; tell the site",
                status,
            )
        if status == _NOT_MODIFIED:
            return Response(url, b"", None, etag, modified, unchanged=True, fresh=fresh)
        if status != _OK:
            raise StatusError(f"{url}: the server answers {status}", status)
        data = await self._read_body(url, reply, most)
        return Response(url, data, reply.charset, etag, modified, fresh=fresh)

    async def _read_body(
        self, url: str, reply: aiohttp.ClientResponse, most: int | None
    ) -> bytearray:
        """Return the document's plain bytes, unpacked also where it is a ``.gz`` file itself.

        Raises:
            CutOffError: it breaks off within what is packed.
            TooLargeError: it is larger than any document may be.
        """
        data, file, came = bytearray(), None, 0
        body = Inflater(reply.headers.get("Content-Encoding", ""), self._settings.max_bytes)
        async for chunk in reply.content.iter_chunked(_CHUNK):
            for sent in body.feed(chunk):
                if not sent:
                    continue
                if file is None:  # the first bytes say it, not the server
                    kind = "gzip" if bytes(sent[:2]) == _GZIPPED else ""
                    file = Inflater(kind, self._settings.max_bytes)
                came += len(sent)
                for piece in file.feed(sent):
                    data += piece
                    if len(data) > _LARGE:
                        await self.room.take()
                    if max(came, len(data)) > self._settings.max_bytes:
                        most_said = f"{self._settings.max_bytes:,}"
                        raise TooLargeError(f"{url}: larger than {most_said} bytes")
            if most and len(data) > most:
                del data[most:]
                return data
        if not body.is_whole() or (file and not file.is_whole()):
            raise CutOffError(f"{url}: the answer broke off before its end")
        return data


def _sent_back(stated: str | None) -> str | None:
    """Return a validator that can be sent back; None for bytes that no header may hold."""
    return stated if stated and len(stated) <= _LONGEST_VALIDATOR and stated.isascii() else None
