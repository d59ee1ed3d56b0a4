"""Addresses on the wire: checked, the domain as IDNA. Never repairs what is wrong, never looks up.

Whatever passes here holds no white space, no control character and no bracket, so it can neither
end a header line nor a command (RFC 5321 §4.1.2; quoted local parts are refused on purpose).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna

from pipeline.errors import PermanentDeliveryError

_LOCAL = re.compile(r"[^\s\x00-\x20\x7f-\xa0<>()\[\]\\,;:\"@\u2028\u2029\ud800-\udfff]{1,64}")
_DOMAIN = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9-]{1,63}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WireAddress:
    """An address as it is written in commands and headers."""

    text: str
    domain: str  # A-labels, lower case: what the gate counts by
    needs_utf8: bool  # the local part is not ASCII: SMTPUTF8 (RFC 6531)


def to_wire(email: str) -> WireAddress:
    """Return the address as it goes over the wire.

    Raises:
        PermanentDeliveryError: nobody can be written to at that address.
    """
    local, at, domain = email.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise PermanentDeliveryError(f"{email!r} is no address mail can be sent to")
    try:
        # IDNA 2008 as everywhere in the house: IDNA 2003 would write to another domain for ß and ς.
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except UnicodeError:  # idna.IDNAError is one
        ascii_domain = ""
    ascii_domain = ascii_domain.lower()
    if len(ascii_domain) > 253 or not _DOMAIN.fullmatch(ascii_domain):  # noqa: PLR2004 - RFC 1035
        raise PermanentDeliveryError(f"{email!r} names no domain mail can be sent to")
    return WireAddress(f"{local}@{ascii_domain}", ascii_domain, needs_utf8=not local.isascii())
