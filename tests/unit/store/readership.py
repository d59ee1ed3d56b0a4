"""Readers who ask, confirm and join in a real store, without a mail between."""

from datetime import UTC, datetime
from typing import Any

from pipeline.model import Preferences
from pipeline.store import optin, subscriptions
from pipeline.store.models import (
    ConfirmationRow,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
KEY = b"a key of the tests"
WORDING = ("d" * 64, "2026-11", "我同意。")
SOME = Preferences(frozenset({"鄞州"}), frozenset({"养老助残"}))


def ask(email, at=NOW, kind="join", preferences=SOME):
    wording = WORDING if kind == "join" else None
    request = optin.Request(kind, email, preferences, "203.0.113.0/24", wording)
    optin.add_request(request, at)
    return work_off(at)


def work_off(at=NOW):
    return optin.work_off_requests(
        KEY, at, confirm_days=7, hash_of=lambda pk, epoch, _: f"hash-{pk}-{epoch}"
    )


def confirm(number=None, at=NOW):
    number = number or ConfirmationRow.objects.latest("id").pk
    found: Any = optin.confirm(KEY, f"hash-{number}-0", network="198.51.100.0/24", now=at)
    return found


def join(email="wang@example.org", at=NOW):
    ask(email, at)
    return confirm(at=at)


def get_reason(number):
    found = subscriptions.get_suppression(KEY, number)
    return found and found.reason
