"""Whether the links of a draft open: asked politely, remembered, never the end of a run.

What this module never does: judge; the rule `link` of proofreading does.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import collect
from pipeline.model import LinkState
from pipeline.store import links

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.model import Issue, LinkCheck

_LINK_HOLDS = timedelta(hours=6)  # so long a link that opened is not asked for again
_log = logging.getLogger(__name__)


def check_links(settings: Settings, issue: Issue) -> None:
    """Ask whether the links of the issue open and remember it; those asked for today are spared.

    Whatever goes wrong here is a line of the log: the draft matters more.
    """
    urls = dict.fromkeys(item.url for item in issue.items)
    try:
        known = links.get_checks(urls)
        wanted = [url for url in urls if not _opened_lately(known.get(url), _now())]
        checks = asyncio.run(
            collect.check_links(
                wanted,
                settings=settings.collect,
                allow_nets=settings.allow_nets,
                now=_now,
            )
        )
        links.add_checks(checks, _now())
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("the links of %s could not be checked", issue.week)


def _opened_lately(check: LinkCheck | None, now: datetime) -> bool:
    """Say whether a link opened within the last hours; one that did not is asked for again."""
    if check is None or check.state is not LinkState.OPEN:
        return False
    return timedelta() <= now - check.at < _LINK_HOLDS  # a clock that was ahead says nothing


def _now() -> datetime:
    return datetime.now(UTC)
