"""Editors' accounts and their roles, kept as Django users and groups.

What this module never does: check a password at sign-in (Django does) or send anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pipeline.errors import UsageError, UserNotFoundError
from pipeline.store import audit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Role(StrEnum):
    """What an editor may do. Every role edits; only a step's own role signs it."""

    FIRST = "first"  # 责任编辑
    SECOND = "second"  # 部门主任
    FINAL = "final"  # 总编
    ADMIN = "admin"  # accounts and the audit log; signs nothing


@dataclass(frozen=True, slots=True)
class Account:
    """One editor."""

    name: str
    roles: frozenset[Role]
    active: bool
    email: str  # "" when none is known
    last_login: datetime | None  # None: never signed in


def add_account(
    name: str, password: str, roles: Iterable[Role], at: datetime, *, email: str = ""
) -> Account:
    """Make an account, or give an existing one these roles and this password.

    Raises:
        UsageError: the name or the password will not do; every reason is said.
    """
    user = User.objects.filter(username=name).first() or User(username=name)
    chosen = frozenset(roles)
    user.email = email or user.email
    user.is_active = True
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise UsageError(f"{name}: {' '.join(error.messages)}") from None
    user.set_password(password)
    with transaction.atomic():
        user.save()
        user.groups.set([Group.objects.get_or_create(name=str(role))[0] for role in chosen])
        audit.add_entry(
            "account", user="", at=at, payload={"name": name, "roles": sorted(map(str, chosen))}
        )
    return get_account(name)


def close_account(name: str, at: datetime) -> None:
    """Let the account sign in no more; what it did stays.

    Raises:
        UserNotFoundError: there is no such account.
    """
    with transaction.atomic():
        if not User.objects.filter(username=name).update(is_active=False):
            raise UserNotFoundError(f"there is no editor {name!r}; see: users list")
        audit.add_entry("account-closed", user="", at=at, payload={"name": name})


def get_account(name: str) -> Account:
    """Return one account.

    Raises:
        UserNotFoundError: there is no such account.
    """
    try:
        return _account(User.objects.prefetch_related("groups").get(username=name))
    except User.DoesNotExist:
        raise UserNotFoundError(f"there is no editor {name!r}; see: users list") from None


def list_accounts() -> list[Account]:
    """Return every account, by name."""
    return [_account(user) for user in User.objects.prefetch_related("groups").order_by("username")]


def _account(user: User) -> Account:
    known = {str(role) for role in Role}
    return Account(
        name=user.username,
        roles=frozenset(Role(one.name) for one in user.groups.all() if one.name in known),
        active=user.is_active,
        email=user.email,
        last_login=user.last_login,
    )
