"""Who gave the right password and owes a code: kept in the session, not signed in yet.

What this module never does: check a password or a code.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from django.http import HttpRequest

_KEY = "second_step"
_SECONDS = 600  # after which the password is asked for again


@dataclass(frozen=True, slots=True)
class Waiting:
    """One account on its way in."""

    user: User
    backend: str
    next: str  # where to go afterwards; checked by the sign-in page


def await_code(request: HttpRequest, user: User, following: str) -> None:
    """Remember that the password was right; the session gets a new name, as at signing in."""
    request.session.cycle_key()
    request.session[_KEY] = {
        "user": user.pk,
        "backend": getattr(user, "backend", ""),
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
        "next": following,
    }


def get_waiting(request: HttpRequest) -> Waiting | None:
    """Return who owes a code; None when nobody does, it took too long or the password changed."""
    kept = request.session.get(_KEY)
    if not kept or time.time() - kept["at"] > _SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return Waiting(user, kept["backend"], kept["next"])


def forget(request: HttpRequest) -> None:
    """Nobody is on the way in any more."""
    request.session.pop(_KEY, None)
