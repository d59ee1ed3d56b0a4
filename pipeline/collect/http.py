"""Documents by HTTP, within limits, from addresses that sources may stand in.

The address is checked when it is dialled: after every look-up of a name and on every redirect.
What this module never does: understand what it fetched.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from pipeline.errors import BlockedAddressError, FetchError, NeedsBrowserError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import AddrInfoType

    from pipeline.config import CollectSettings

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = {301, 302, 303, 307, 308}
_SCRIPTED = {412, 521}  # a cookie script instead of a page
_MAY_HEAL = {429, 500, 502, 503, 504}
_CHUNK = 65_536

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Response:
    """A document as it came; ``data`` is empty when it has not changed."""

    url: str  # after redirects
    data: bytes
    charset: str | None
    etag: str | None
    last_modified: str | None
    unchanged: bool = False


def check_address(address: str, allowed: Sequence[Network]) -> None:
    """Refuse an address that is not public, unless the operator opened its network.

    Raises:
        BlockedAddressError: naming the address and the variable that opens it.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _embedded(ip) or ip
    if any(ip.version == network.version and ip in network for network in allowed):
        return
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        raise BlockedAddressError(
            f"{address} is not a public address: refused; PIPELINE_ALLOW_NETS opens a network"
        )


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to: mapped, 6to4 or NAT64; else None."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


class Client:
    """An HTTP client with manners: one gate per host, bounded in time, bytes and redirects."""

    def __init__(self, settings: CollectSettings, allowed: Sequence[Network]) -> None:
        """Keep the settings; the connections are opened by ``async with``."""
        self._settings = settings
        self._allowed = tuple(allowed)
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        """Open the connection pool."""

        def dial(address: AddrInfoType) -> socket.socket:
            family, kind, protocol, _, where = address
            check_address(str(where[0]), self._allowed)
            return socket.socket(family, kind, protocol)

        connector = aiohttp.TCPConnector(limit=self._settings.workers, socket_factory=dial)
        contact = f" (+{self._settings.contact})" if self._settings.contact else ""
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._settings.timeout),
            headers={"User-Agent": self._settings.user_agent + contact},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection pool."""
        await self._session.close()

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Response:
        """Fetch a document, with the validators of the last visit.

        Raises:
            FetchError: it could not be had; the message says why in one line.
        """
        for attempt in range(self._settings.retries + 1):
            try:
                return await self._follow(url, etag, last_modified)
            except _HealingError as error:
                if attempt == self._settings.retries:
                    raise FetchError(str(error)) from None
                await asyncio.sleep(self._settings.delay * (attempt + 1))
        raise FetchError(f"{url}: not tried")

    async def _follow(self, url: str, etag: str | None, last_modified: str | None) -> Response:
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        for _ in range(self._settings.max_redirects + 1):
            target = await self._once(url, headers)
            if isinstance(target, Response):
                return target
            url = urljoin(url, target)
        raise FetchError(f"{url}: more than {self._settings.max_redirects} redirects")

    async def _once(self, url: str, headers: dict[str, str]) -> Response | str:
        """Return the document, or the address of a redirect."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise FetchError(f"{url}: only http and https are fetched")
        gate = self._gates.setdefault(parts.netloc, asyncio.Semaphore(self._settings.per_host))
        try:
            async with gate:
                try:
                    async with self._session.get(
                        url, headers=headers, allow_redirects=False
                    ) as reply:
                        return await self._read(url, reply)
                finally:
                    if self._settings.delay and self._gates[parts.netloc].locked():
                        await asyncio.sleep(self._settings.delay)
        except TimeoutError:
            raise _HealingError(f"{url}: no answer in {self._settings.timeout:g} s") from None
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, BlockedAddressError):
                raise error.__cause__ from None
            raise _HealingError(f"{url}: {str(error) or type(error).__name__}") from None

    async def _read(self, url: str, reply: aiohttp.ClientResponse) -> Response | str:
        if reply.status in _REDIRECTS and reply.headers.get("Location"):
            return reply.headers["Location"]
        if reply.status in _SCRIPTED:
            raise NeedsBrowserError(f"{url}: the site answers with a script ({reply.status})")
        if reply.status in _MAY_HEAL:
            raise _HealingError(f"{url}: the server answers {reply.status}")
        etag, modified = reply.headers.get("ETag"), reply.headers.get("Last-Modified")
        if reply.status == _NOT_MODIFIED:
            return Response(url, b"", None, etag, modified, unchanged=True)
        if reply.status != _OK:
            raise FetchError(f"{url}: the server answers {reply.status}")
        data = bytearray()
        async for chunk in reply.content.iter_chunked(_CHUNK):
            data += chunk
            if len(data) > self._settings.max_bytes:
                raise TooLargeError(f"{url}: larger than {self._settings.max_bytes:,} bytes")
        return Response(url, bytes(data), reply.charset, etag, modified)


class _HealingError(FetchError):
    """What a second try may heal."""
