"""Readers for the tests that need one: the product has them from a form or from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.store.models import SubscriberRow
from pipeline.store.subscribers import normalise
from pipeline.store.subscriptions import to_membership

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Preferences
    from pipeline.store.subscriptions import Membership


def add_subscriber(
    email: str, *, preferences: Preferences, at: datetime, name: str = "", confirmed: bool = False
) -> Membership:
    """Store a reader; who is there already is returned as they are."""
    row, _ = SubscriberRow.objects.get_or_create(
        key=normalise(email),
        defaults={
            "email": email.strip(),
            "name": name,
            "status": "active" if confirmed else "pending",
            "districts": sorted(preferences.districts),
            "themes": sorted(preferences.themes),
            "sections": sorted(preferences.sections),
            "edition_key": preferences.key,
            "created_at": at,
            "confirmed_at": at if confirmed else None,
        },
    )
    return to_membership(row, at)
