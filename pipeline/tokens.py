"""Signed, purpose-bound tokens for the links of mails. Pure: no store, no clock, no network.

A token is ``base64url(subscriber id, epoch, day · HMAC-SHA256)``. Nothing of it is stored: raising
the subscriber's epoch revokes every link ever sent to them, and a token of one purpose opens
nothing of another. Where a token must work only once, the store keeps its SHA-256. No log
holds one: `Masking` sees to it. What this module never does: decide what a valid token may do.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_BODY = struct.Struct(">QIH")  # subscriber, epoch, day: 14 bytes
_TAG = 16  # bytes of the HMAC: 128 bits (RFC 2104 allows half of the hash and no less)
_DAY = 86_400
_IN_TEXT = re.compile(r"(?<![\w-])[\w-]{40}(?![\w-])", re.ASCII)  # 30 bytes are 40 characters


class Purpose(StrEnum):
    """What a token opens."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    FORM = "form"  # a form's stamp: when the page was made; names nobody


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says. Whether it still holds is for the store to say."""

    subscriber: int  # for CONFIRM the request's own id
    epoch: int
    day: int  # days since 1970-01-01 (UTC) when it was made

    def is_expired(self, now: datetime, days: int) -> bool:
        """Say whether more than ``days`` days (UTC) have passed since it was made."""
        return to_day(now) - self.day > days


def to_day(moment: datetime) -> int:
    """Return the days since 1970-01-01 (UTC) of an aware moment."""
    return int(moment.timestamp() // _DAY)


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


def hash_token(token: str) -> str:
    """Return the SHA-256 (hex) under which the store knows a token that works once."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def mask_tokens(text: str) -> str:
    """Return a line of a log with every token replaced by ``***``."""
    return _IN_TEXT.sub("***", text)


class Masking(logging.Filter):
    """Masks the tokens of a logger's lines, tracebacks included: in a log each would be a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without its tokens."""
        record.msg, record.args = mask_tokens(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = mask_tokens(logging.Formatter().formatException(record.exc_info))
        return True


def _sign(secret: bytes, purpose: Purpose, body: bytes) -> bytes:
    return hmac.digest(secret, purpose.encode("ascii") + b"\0" + body, hashlib.sha256)[:_TAG]
