"""Whether the links of a draft open, asked for with the manners and the rules of collecting.

A page is asked for by HEAD, then by GET; the number of links and the time are bounded. What this
module never does: store, judge a draft, or ask for addresses that are kept for examples.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.collect.http import Client
from pipeline.errors import (
    BlockedAddressError,
    CollectError,
    NeedsBrowserError,
    RobotsError,
    RobotsUnreadableError,
    StatusError,
)
from pipeline.model import LinkCheck, LinkState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from pipeline.collect.dialling import Network
    from pipeline.config import CollectSettings

_FOR_EXAMPLES = (
    "example",
    "test",
    "invalid",
    "localhost",
    "example.com",
    "example.net",
    "example.org",
)
"""Names that RFC 2606 and RFC 6761 keep for samples: nobody answers there."""

_GONE = frozenset({400, 404, 410})
_WANTS_MORE = frozenset({401, 402, 403, 405, 406, 407, 429, 451})  # opens for people, or may
_WORKERS = 20  # links asked for at once, over all hosts
_TIMEOUT = 10.0  # seconds for one answer


async def check_links(
    urls: Iterable[str],
    *,
    settings: CollectSettings,
    allow_nets: Sequence[Network],
    now: Callable[[], datetime],
) -> list[LinkCheck]:
    """Ask for the links, each once; return what is known of them when the time is up.

    Links of which nothing can be said are left out: those that robots.txt closes, that want a
    browser or a password, or that there was no time for. So are all of them when none could be
    reached: then it is our own line that is down.
    """
    wanted = [url for url in dict.fromkeys(urls) if may_be_asked(url)][: settings.check_links]
    found: list[LinkCheck] = []
    if not wanted:
        return found
    manners = settings.model_copy(
        update={
            "workers": min(settings.workers, _WORKERS),
            "timeout": min(settings.timeout, _TIMEOUT),
        }
    )
    async with Client(manners, allow_nets, now) as client:

        async def ask(url: str) -> None:
            check = await _ask(client, url, now)
            if check:
                found.append(check)

        try:
            async with asyncio.timeout(settings.check_seconds):
                await asyncio.gather(*(ask(url) for url in wanted))
        except TimeoutError:
            pass  # what was not reached is not judged
    if len(found) > 1 and all(one.state is LinkState.UNREACHABLE for one in found):
        return []
    return found


def may_be_asked(url: str) -> bool:
    """Say whether a link leads to a host of the web, and to none that is kept for examples."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    reserved = any(host == name or host.endswith(f".{name}") for name in _FOR_EXAMPLES)
    return parts.scheme in {"http", "https"} and bool(host) and not reserved


async def _ask(client: Client, url: str, now: Callable[[], datetime]) -> LinkCheck | None:
    """Return what asking for one link came to; None when nothing can be said."""
    state, reason = LinkState.OPEN, ""
    try:
        await client.probe(url)
    except BlockedAddressError:
        state, reason = LinkState.GONE, "内网地址，读者打不开"
    except RobotsUnreadableError:
        state, reason = LinkState.UNREACHABLE, "连不上服务器"
    except (RobotsError, NeedsBrowserError):
        return None
    except StatusError as error:
        if error.status in _WANTS_MORE:
            return None
        state = LinkState.GONE if error.status in _GONE else LinkState.UNREACHABLE
        reason = str(error.status or "连不上服务器")
    except CollectError:
        state, reason = LinkState.UNREACHABLE, "回应有误"
    return LinkCheck(url, now(), state, reason)
