"""Failures: which a second try may heal, why a connection failed, what kind of cause one has.

What this module never does: try again.
"""

from __future__ import annotations

import os

import aiohttp

from pipeline.errors import (
    BlockedAddressError,
    BusyError,
    CollectError,
    CutOffError,
    FetchError,
    LayoutError,
    NeedsBrowserError,
    RobotsError,
    RobotsUnreadableError,
    StatusError,
    TooLargeError,
    UnreadableFileError,
)
from pipeline.model import FetchCause

_GONE = {404, 410}
_BUSY = 429
_BROKEN = 500
_NOT_MODIFIED = 304  # to a request that named no earlier copy

_OF_LAYOUT = {FetchCause.GONE, FetchCause.FORM, FetchCause.FAULT}  # of all articles of a list

_CAUSES: tuple[tuple[type[Exception], FetchCause], ...] = (  # a subclass before its parent
    (RobotsUnreadableError, FetchCause.UNREACHABLE),
    (RobotsError, FetchCause.ROBOTS),
    (BlockedAddressError, FetchCause.ADDRESS),
    (CutOffError, FetchCause.CUT),
    (TooLargeError, FetchCause.LARGE),
    (NeedsBrowserError, FetchCause.BROWSER),
    (UnreadableFileError, FetchCause.FILE),
    (FetchError, FetchCause.UNREACHABLE),
    (LayoutError, FetchCause.LAYOUT),
    (CollectError, FetchCause.FORM),
)


class HealingError(StatusError):
    """What a second try may heal."""

    def __init__(self, message: str, status: int = 0, after: float | None = None) -> None:
        super().__init__(message, status)
        self.after = after  # seconds that the server asks for; None: it does not say


class LostError(CollectError):
    """A list is there, and none of its articles can be read."""

    def __init__(self, message: str, cause: FetchCause) -> None:
        """Keep the articles' cause; that they are gone or none speaks of a changed layout."""
        super().__init__(message)
        self.cause = FetchCause.LAYOUT if cause in _OF_LAYOUT else cause


def heals(error: Exception) -> bool | float:
    """Say whether another try may help, and after how many seconds where the server says so."""
    if isinstance(error, CutOffError):
        return True
    if not isinstance(error, HealingError):
        return False
    return True if error.after is None else error.after


def explain(error: aiohttp.ClientError) -> str:
    """Return why a connection failed, in the system's words."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        found = getattr(error.certificate_error, "verify_message", "") or "not valid"
        return f"its certificate is not accepted: {found}"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return "no https is spoken there; http perhaps"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0
        # The look-up of a name has numbers of its own; aiohttp's words name addresses, not causes.
        said = os.strerror(number) if number > 0 else error.os_error.strerror
        return f"cannot connect: {said or error.os_error}"
    return str(error) or type(error).__name__


def name_cause(error: Exception) -> FetchCause:
    """Return what kind of cause a failed visit has."""
    if isinstance(error, LostError):
        return error.cause
    status = error.status if isinstance(error, StatusError) else 0
    if status in _GONE:
        return FetchCause.GONE
    if status == _BUSY or isinstance(error, BusyError):  # 503 with the time to wait
        return FetchCause.BUSY
    if status >= _BROKEN or status == _NOT_MODIFIED:
        return FetchCause.BROKEN
    if status:
        return FetchCause.CLOSED
    return next((cause for kind, cause in _CAUSES if isinstance(error, kind)), FetchCause.FAULT)
