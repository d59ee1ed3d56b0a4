"""An address that a variable holds, taken apart, and whether it leads to this machine.

What this module never does: show any of it.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def split_url(name: str, value: str) -> SplitResult:
    """Return the parts of the URL that the variable ``name`` holds.

    Raises:
        ConfigError: it cannot be taken apart (RFC 3986, 3.2.2: brackets are for IPv6 addresses).
    """
    try:
        return urlsplit(value)
    except ValueError:
        raise ConfigError(
            f"{name}: cannot be read as an address; in a name or a password [ is written %5B and "
            "] %5D, other signs likewise, and an IPv6 address stands between both: [::1]"
        ) from None


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, as far as its name tells."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
