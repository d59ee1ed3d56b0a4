"""The second step of signing in: an authenticator's codes (RFC 6238) and recovery codes.

django-otp keeps the secrets and refuses a code that was used. Recovery codes are stored as keyed
hashes: who reads the database cannot sign in with them. What this module never does: know a
session or count wrong codes; the desk does, as it does for passwords.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.errors import RefusedError
from pipeline.store import audit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is mistaken for something else
_CODES, _LENGTH = 10, 10  # recovery codes, and characters of one: 49 bits
_DIGITS = 6  # of an authenticator's code


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that waits for its first code."""

    secret: str  # Base32, as a person types it into an authenticator
    address: str  # otpauth://…, as a QR code holds it


@dataclass(frozen=True, slots=True)
class Passed:
    """A second step that was taken."""

    device: str  # what django-otp keeps in the session
    codes_left: int | None  # None: by the authenticator, no recovery code was spent


def is_on(user_id: int) -> bool:
    """Say whether an account has the second step switched on; one query."""
    return bool(TOTPDevice.objects.filter(user_id=user_id, confirmed=True).exists())


def list_on() -> frozenset[str]:
    """Return the names of the accounts that have it on."""
    found = TOTPDevice.objects.filter(confirmed=True).values_list("user__username", flat=True)
    return frozenset(found)


def offer(user: User) -> Offer:
    """Make a new secret for an account; one that was offered before is no longer good.

    Raises:
        RefusedError: the second step is on already.
    """
    with transaction.atomic():
        if is_on(user.pk):
            raise RefusedError("两步验证已经开启。要换手机，请先关闭，再重新开启。")
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        made = TOTPDevice.objects.create(user=user, name="app", confirmed=False)
    return _offer(made)


def get_offer(user: User) -> Offer | None:
    """Return the secret that waits for its first code, if there is one."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()
    return _offer(waiting) if waiting else None


def confirm(user: User, code: str, at: datetime) -> tuple[Passed, tuple[str, ...]] | None:
    """Switch it on when the first code is right; return the session's mark and recovery codes.

    None: the code is wrong, or no secret was offered.
    """
    with transaction.atomic():
        device = (
            TOTPDevice.objects.select_for_update()
            .filter(user=user, confirmed=False)
            .order_by("-pk")
            .first()
        )
        if device is None or is_on(user.pk) or not device.verify_token(_digits(code)):
            return None
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _make_codes(user)
        name = user.get_username()
        audit.add_entry("second-step-on", user=name, at=at, payload={"name": name})
    return Passed(device.persistent_id, None), codes


def verify(user: User, code: str, at: datetime) -> Passed | None:
    """Take a code of the authenticator, or spend a recovery code; None when it is neither."""
    digits = _digits(code)
    with transaction.atomic():
        if len(digits) == _DIGITS:
            for device in TOTPDevice.objects.filter(user=user, confirmed=True):
                if verify_token(user, device.persistent_id, digits):
                    return Passed(device.persistent_id, None)
            return None
        for device in StaticDevice.objects.filter(user=user, confirmed=True):
            if verify_token(user, device.persistent_id, _seal(user, code)):
                left = device.token_set.count()
                name = user.get_username()
                audit.add_entry("recovery-code", user=name, at=at, payload={"left": left})
                return Passed(device.persistent_id, left)
    return None


def renew_codes(user: User, at: datetime) -> tuple[str, ...]:
    """Make new recovery codes; the old ones are no longer good.

    Raises:
        RefusedError: the second step is not on.
    """
    with transaction.atomic():
        if not is_on(user.pk):
            raise RefusedError("两步验证没有开启，不需要恢复码。")
        codes = _make_codes(user)
        audit.add_entry("recovery-codes", user=user.get_username(), at=at)
    return codes


def count_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    return int(StaticDevice.objects.filter(user=user, token_set__isnull=False).count())


def turn_off(name: str, at: datetime, *, by: str) -> bool:
    """Take the second step away from an account; ``by`` is "" for the command line.

    Returns whether it was on.
    """
    with transaction.atomic():
        was_on = bool(TOTPDevice.objects.filter(user__username=name, confirmed=True).exists())
        TOTPDevice.objects.filter(user__username=name).delete()
        StaticDevice.objects.filter(user__username=name).delete()
        if was_on:
            audit.add_entry("second-step-off", user=by, at=at, payload={"name": name})
    return was_on


def _make_codes(user: User) -> tuple[str, ...]:
    device, _ = StaticDevice.objects.get_or_create(user=user, name="recovery")
    device.token_set.all().delete()
    codes = tuple("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(_CODES))
    for code in codes:
        device.token_set.create(token=_seal(user, code))
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def _seal(user: User, code: str) -> str:
    """Return what is stored for a recovery code: 64 bits of a keyed hash of code and account."""
    plain = "".join(one for one in code.casefold() if one.isalnum())
    return salted_hmac("desk.recovery", f"{user.pk}:{plain}", algorithm="sha256").hexdigest()[:16]


def _digits(code: str) -> str:
    """Return the code without the blanks that people and authenticators put into it."""
    plain = "".join(code.split()).replace("-", "")
    return plain if plain.isascii() and plain.isdigit() else ""


def _offer(device: TOTPDevice) -> Offer:
    return Offer(b32encode(device.bin_key).decode("ascii"), device.config_url)
