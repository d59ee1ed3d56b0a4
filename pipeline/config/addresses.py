"""An address that a variable holds, taken apart. What this module never does: show any of it."""

from __future__ import annotations

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
