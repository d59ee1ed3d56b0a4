"""Signed, purpose-bound tokens for the links of mails. Pure: no store, no clock, no network.

A token is ``base64url(subscriber id, epoch, day · HMAC-SHA256)``. Nothing of it is stored: raising
the subscriber's epoch revokes every link ever sent to them, and a token of one purpose opens
nothing of another. What this module never does: decide what a valid token may do.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum

_BODY = struct.Struct(">QIH")  # subscriber, epoch, day: 14 bytes
_TAG = 16  # bytes of the HMAC: 128 bits (RFC 2104 allows half of the hash and no less)


class Purpose(StrEnum):
    """What a token opens."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says. Whether it still holds is for the store to say."""

    subscriber: int
    epoch: int
    day: int  # days since 1970-01-01 (UTC) when it was made


def make_token(secret: bytes, purpose: Purpose, claim: Claim) -> str:
    """Return the token: 40 characters of the URL-safe alphabet."""
    body = _BODY.pack(claim.subscriber, claim.epoch, claim.day)
    return urlsafe_b64encode(body + _sign(secret, purpose, body)).decode("ascii")


def read_token(secret: bytes, purpose: Purpose, token: str) -> Claim | None:
    """Return what the token says, or None when it is not one of ours for this purpose."""
    try:
        data = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:  # UnicodeEncodeError and binascii.Error are both
        return None
    if len(data) != _BODY.size + _TAG or urlsafe_b64encode(data).decode("ascii") != token:
        return None
    body, tag = data[: _BODY.size], data[_BODY.size :]
    if not hmac.compare_digest(tag, _sign(secret, purpose, body)):
        return None
    return Claim(*_BODY.unpack(body))


def _sign(secret: bytes, purpose: Purpose, body: bytes) -> bytes:
    return hmac.digest(secret, purpose.encode("ascii") + b"\0" + body, hashlib.sha256)[:_TAG]
