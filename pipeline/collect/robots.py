"""robots.txt (RFC 9309), read once a host and run.

What this module never does: fetch by itself; the client hands it the means.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from pipeline.collect.charsets import decode
from pipeline.errors import BlockedAddressError, FetchError, RobotsError, StatusError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SERVER_ERRORS = 500  # and above: nothing may be fetched (RFC 9309, 2.3.1.4)
_MOST = 512_000  # bytes that are read (RFC 9309, 2.5 asks for at least 500 KiB)


class Robots:
    """What the hosts of one run allow."""

    def __init__(self, agent: str, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        """``agent`` is our product token; ``fetch`` returns the bytes of an address or raises."""
        self._agent = agent
        self._fetch = fetch
        self._rules: dict[str, asyncio.Task[Protego | str]] = {}

    async def check(self, url: str) -> float:
        """Return the ``Crawl-delay`` of the host in seconds, 0 when it states none.

        Raises:
            RobotsError: robots.txt forbids the address, or could not be had for now.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._load(origin))
        rules = await asyncio.shield(self._rules[origin])
        if isinstance(rules, str):
            raise RobotsError(f"robots.txt cannot be had, so nothing is fetched: {rules}")
        if not rules.can_fetch(url, self._agent):
            raise RobotsError(f"{url}: forbidden by {origin}/robots.txt")
        return float(rules.crawl_delay(self._agent) or 0)

    async def _load(self, origin: str) -> Protego | str:
        """Return the rules, or why they cannot be had; without such a file all is allowed."""
        try:
            data = await self._fetch(f"{origin}/robots.txt")
        except BlockedAddressError:
            raise
        except StatusError as error:
            return str(error) if not 0 < error.status < _SERVER_ERRORS else Protego.parse("")
        except FetchError as error:
            return str(error)
        return Protego.parse(decode(data[:_MOST]))
