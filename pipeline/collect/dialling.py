"""Which addresses may be dialled: by how they are written, and by the network they lead into.

What this module never does: look a name up, or dial. The client asks here before every request,
for every address that a name stands for, and for where a redirect leads.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.errors import BlockedAddressError, FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
"""A network that the operator opened."""

_SPECIAL = [  # not private by Python's table, and no place for a source either (RFC 6890, 3879)
    ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10")
]
_HERE = re.compile(r"file:(?!//[^/])")  # no other host's
_LOCAL = re.compile(r"(?:^|\.)localhost$", re.IGNORECASE)  # RFC 6761, 6.3
_NUMBER = re.compile(
    r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$", re.IGNORECASE
)  # no name ends so (RFC 3696, 2)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


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
    if not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in net for net in _SPECIAL):
        raise BlockedAddressError(
            f"{address} is not a public address: refused; PIPELINE_ALLOW_NETS opens a network"
        )


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to: mapped, 6to4 or NAT64; else None."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def check_url(url: str) -> str:
    """Return the address when it is one that may be fetched.

    Raises:
        FetchError: it is not http or https, or no address at all.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise FetchError(f"{url}: no address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchError(f"{url}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise FetchError(f"{bare}: an address with a user's name or password is not fetched")
    return url


def check_link(url: str, allowed: Sequence[Network]) -> None:
    """Refuse a link that is not for readers, by how it is written; no name is looked up.

    A link to a file beside feeds.yaml is not printed and passes.

    Raises:
        FetchError: it holds a user's name or password, or is no address at all.
        BlockedAddressError: it names this machine, or an address that is not public.
    """
    if _HERE.match(url):
        return
    host = unicodedata.normalize("NFKC", urlsplit(check_url(url)).hostname or "").rstrip(".")
    if _LOCAL.search(host):
        host = "127.0.0.1"
    try:
        check_address(host, allowed)
    except ValueError:  # a name
        if _NUMBER.search(host):  # as programs read it: 127.1, 2130706433, 0177.0.0.1
            raise BlockedAddressError(
                f"{url}: its host is an address in an unusual form: refused"
            ) from None


def join_redirect(url: str, target: str) -> str:
    """Return where a redirect leads.

    Raises:
        FetchError: to no address.
    """
    try:
        return urljoin(url, target)
    except ValueError:
        raise FetchError(f"{url}: redirects to no address: {target[:80]!r}") from None
