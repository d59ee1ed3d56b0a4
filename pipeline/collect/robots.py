"""robots.txt (RFC 9309), read once a host and day.

What this module never does: fetch by itself; the client hands it the means.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from pipeline.collect.charsets import decode
from pipeline.collect.storable import storable
from pipeline.errors import (
    BlockedAddressError,
    FetchError,
    RobotsError,
    RobotsUnreadableError,
    StatusError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

_SERVER_ERRORS = 500  # and above: nothing may be fetched (RFC 9309, 2.3.1.4)
_MOST = 512_000  # bytes that are read (RFC 9309, 2.5 asks for at least 500 KiB)
_KEPT = timedelta(hours=24)  # RFC 9309, 2.4: no longer
_LONGEST = 20_000  # characters of a file that is kept for the next run


@dataclass(frozen=True, slots=True)
class KnownRobots:
    """What a host's robots.txt said when it was last read."""

    origin: str  # http://host:port
    at: str  # ISO 8601
    text: str  # "" when the host has none


class Robots:
    """What the hosts of one run allow."""

    def __init__(
        self,
        agent: str,
        fetch: Callable[[str], Awaitable[bytes | bytearray]],
        now: Callable[[], datetime],
        known: Iterable[KnownRobots] = (),
    ) -> None:
        """``agent`` is our product token; ``fetch`` returns the bytes of an address or raises."""
        self._agent = agent
        self._fetch = fetch
        self._now = now
        self._rules: dict[str, asyncio.Task[Protego | str]] = {}
        latest = now()  # what was read later than that, a clock dated that was ahead
        oldest = latest - _KEPT
        self._known = {
            one.origin: one for one in known if oldest < datetime.fromisoformat(one.at) <= latest
        }

    def get_known(self, url: str) -> KnownRobots | None:
        """Return what the host's file said, for the next run; None when it is not known."""
        return self._known.get(_origin(url))

    async def check(self, url: str) -> float:
        """Return the ``Crawl-delay`` of the host in seconds, 0 when it states none.

        Raises:
            RobotsError: robots.txt forbids the address, or could not be had for now.
        """
        origin = _origin(url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._load(origin))
        rules = await asyncio.shield(self._rules[origin])
        if isinstance(rules, str):
            raise RobotsUnreadableError(f"{rules}; robots.txt cannot be had, so nothing is fetched")
        if not rules.can_fetch(url, self._agent):
            raise RobotsError(f"{url}: forbidden by {origin}/robots.txt")
        return float(rules.crawl_delay(self._agent) or 0)

    async def list_sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that the host's file names, in its order; none where it is not read.

        They stand outside of the groups of rules (RFC 9309, 2.2.4): every agent may read them.
        """
        asked = self._rules.get(_origin(url))
        rules = await asyncio.shield(asked) if asked else ""
        return [] if isinstance(rules, str) else list(rules.sitemaps)

    async def _load(self, origin: str) -> Protego | str:
        """Return the rules, or why they cannot be had; without such a file all is allowed."""
        if known := self._known.get(origin):
            return Protego.parse(known.text)
        text = ""
        try:
            data = await self._fetch(f"{origin}/robots.txt")
        except BlockedAddressError:
            raise
        except StatusError as error:
            if not 0 < error.status < _SERVER_ERRORS:
                return str(error)
        except FetchError as error:
            return str(error)
        else:
            text = storable(decode(data[:_MOST]))
        if len(text) <= _LONGEST:
            self._known[origin] = KnownRobots(origin, self._now().isoformat(), text)
        return Protego.parse(text)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
