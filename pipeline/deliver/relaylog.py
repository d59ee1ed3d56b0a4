"""What a relay's log says of our messages: accepted or not, by Message-ID. Postfix's form.

cleanup writes the Message-ID while the content still comes in, so that line alone proves nothing;
qmgr names the queue file only when the message was accepted. What this module never does: open
a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLEANUP = re.compile(r"postfix[^\[\s]*/cleanup\[\d+\]: (\w+): (resent-)?message-id=(\S*)")
_ACCEPTED = re.compile(
    r"postfix[^\[\s]*/(?:qmgr\[\d+\]: (\w+): (?:from=|removed)|(?:smtp|lmtp|local|virtual|pipe|relay)\[\d+\]: (\w+): to=)"
)
_ISO = re.compile(r"^\S*?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)")
_SYSLOG = re.compile(r"^(?:<\d+>)?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


@dataclass(frozen=True, slots=True)
class RelayLog:
    """What a log tells of the messages that were asked for."""

    accepted: frozenset[str]  # Message-IDs for which the relay has answered
    reaches: datetime | None  # when its last dated line was written; None: no line has a date


def read_log(lines: Iterable[str], wanted: frozenset[str], now: datetime) -> RelayLog:
    """Return which of the ``wanted`` Message-IDs the relay accepted, and how far the log reaches.

    Dates without a zone are those of ``now``'s; dates without a year are the newest not after it.
    """
    queues: dict[str, str] = {}
    accepted: set[str] = set()
    last: str | None = None
    for line in lines:
        if "postfix" in line:
            last = line
            named = _CLEANUP.search(line)
            if named and named[3] in wanted:
                queues[named[1]] = named[3]
            elif named and not named[2]:
                queues.pop(named[1], None)  # the name of a file that is gone, used again
            elif queues:
                found = _ACCEPTED.search(line)
                queue = (found[1] or found[2]) if found else None
                if queue in queues:
                    accepted.add(queues[queue])
    return RelayLog(frozenset(accepted), _date_of(last, now) if last else None)


def _date_of(line: str, now: datetime) -> datetime | None:
    iso = _ISO.match(line)
    if iso:
        moment = datetime.fromisoformat(iso[1])
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo or UTC)
    match = _SYSLOG.match(line)
    if not match or match[1] not in _MONTHS:
        return None
    day, hour, minute, second = (int(one) for one in match.groups()[1:])
    month, zone = _MONTHS[match[1]], now.tzinfo or UTC
    try:
        moment = datetime(now.year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    return moment if moment <= now + timedelta(days=1) else moment.replace(year=now.year - 1)
