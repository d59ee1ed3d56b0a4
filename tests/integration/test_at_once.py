"""Two at once on PostgreSQL: whoever comes second judges what the first has left."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connections

from pipeline.calendar import SHANGHAI
from pipeline.config import ReaderSettings
from pipeline.errors import LockedError, RefusedError
from pipeline.model import Issue, IssueStatus, Preferences, ReviewStep
from pipeline.sending.clerk import Clerk
from pipeline.sending.files import write_all
from pipeline.store import (
    accounts,
    approvals,
    drafts,
    issuing,
    locks,
    optin,
    outbox,
    retention,
    subscribers,
    subscriptions,
)
from pipeline.store.accounts import Role
from pipeline.store.imports import Entry, Import
from pipeline.store.models import (
    ConfirmationRow,
    DeliveryRow,
    IssueRow,
    SubscriberRow,
    SuppressionRow,
)
from tests.mailhouse import await_true
from tests.readers import add_subscriber
from tests.twohands import meet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
WEEK = "2026-W47"
KEY = b"a key of the tests"
SOME = Preferences(frozenset({"鄞州"}))


class Clean:
    findings = ()


def sign(*steps: str) -> None:
    for step in steps:
        approvals.sign(WEEK, ReviewStep(step), step, NOW, proofread=lambda _: Clean())


@pytest.fixture
def approved(url: str) -> str:
    """Return the database's address; an issue that is signed three times stands there."""
    for step in ReviewStep:
        accounts.add_account(str(step), f"yong-shang-{step}", [Role(step)], NOW)
    at = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    drafts.save_draft(Issue(WEEK, 3, "示例", "", at, NOW, NOW, ()), NOW)
    sign("first", "second", "final")
    return url


@pytest.fixture
def reader(url: str) -> int:  # noqa: ARG001 - the tables stand first
    found = add_subscriber("a@mail.example", preferences=Preferences(), at=NOW, confirmed=True)
    return found.id


def send_back() -> None:
    approvals.send_back(WEEK, "second", "发现差错", NOW)


def test_an_issue_that_is_being_sent_back_does_not_begin_to_go_out(approved: str) -> None:
    with pytest.raises(RefusedError, match="尚缺"):
        meet(approved, send_back, lambda: issuing.begin(WEEK, NOW, 48))
    assert IssueRow.objects.get().status == IssueStatus.DRAFT


def test_an_issue_that_begins_to_go_out_is_no_longer_sent_back(approved: str) -> None:
    with pytest.raises(RefusedError, match="没有可退回的签发"):
        meet(approved, lambda: issuing.begin(WEEK, NOW, 48), send_back)
    assert len(approvals.list_signatures(WEEK)) == 3


def test_a_signature_and_a_sending_back_at_once_leave_no_half_of_either(approved: str) -> None:
    send_back()
    sign("first", "second")
    with pytest.raises(RefusedError, match="一审还没有签发"):
        meet(approved, send_back, lambda: sign("final"))
    assert IssueRow.objects.get().status == IssueStatus.DRAFT


def test_the_last_answer_and_a_second_sender_end_an_issue_once(approved: str) -> None:
    issuing.begin(WEEK, NOW, 48)
    IssueRow.objects.update(queued_at=NOW)
    assert meet(approved, lambda: issuing.finish(WEEK), lambda: issuing.finish(WEEK))
    with pytest.raises(RefusedError, match="was sent already"):
        issuing.begin(WEEK, NOW, 48)


def leave(reader: int) -> None:
    subscriptions.leave(KEY, reader, now=NOW, how="one-click")


def join_by_list() -> None:
    with Import(KEY, "list.csv") as one:
        one.judge([Entry(2, "a@mail.example", preferences=SOME, consent="登记表")])
        one.apply(NOW)


@pytest.mark.parametrize(
    "do",
    [
        pytest.param(lambda who: subscriptions.change(who, SOME, now=NOW), id="changes"),
        pytest.param(
            lambda who: subscriptions.pause(who, date(2026, 12, 24), now=NOW), id="pauses"
        ),
        pytest.param(lambda who: subscriptions.revoke_links(who, now=NOW), id="revokes"),
        pytest.param(lambda _: join_by_list(), id="stands on a list"),
    ],
)
def test_who_leaves_while_something_else_is_changed_has_left(
    url: str, reader: int, do: Callable[[int], object]
) -> None:
    meet(url, lambda: leave(reader), lambda: do(reader))
    row = SubscriberRow.objects.get()
    assert (row.status, row.left_at) == ("left", NOW)
    assert SuppressionRow.objects.get().reason == "left"


def test_two_changes_at_once_both_stay(url: str, reader: int) -> None:
    def pause() -> object:
        return subscriptions.pause(reader, date(2026, 12, 24), now=NOW)

    meet(url, pause, lambda: subscriptions.change(reader, SOME, now=NOW))
    row = SubscriberRow.objects.get()
    assert (row.edition_key, row.paused_until) == (SOME.key, date(2026, 12, 24))
    meet(url, join_by_list, lambda: leave(reader))
    meet(
        url,
        lambda: subscriptions.revoke_links(reader, now=NOW),
        lambda: subscriptions.revoke_links(reader, now=NOW),
    )
    row.refresh_from_db()
    assert (row.status, row.epoch) == ("left", 2)


def test_who_leaves_twice_at_once_leaves_once(url: str, reader: int) -> None:
    second = meet(
        url,
        lambda: leave(reader),
        lambda: subscriptions.leave(KEY, reader, now=NOW + timedelta(1), how="page"),
    )
    assert (second.now, second.at) == (False, NOW)


def test_a_leaving_taken_back_while_an_editor_stops_the_mails_stays_stopped(
    url: str, reader: int
) -> None:
    leave(reader)

    def stop() -> None:
        subscriptions.set_suppressed(
            KEY, reader, suppressed=True, reason="来电", by="anna", now=NOW
        )

    meet(url, stop, lambda: subscriptions.take_back(KEY, reader, network="", now=NOW))
    assert SuppressionRow.objects.get().reason == "editor"


def test_who_confirms_while_they_are_forgotten_is_forgotten(url: str) -> None:
    wording = ("d" * 64, "2026-11", "我同意。")
    request = optin.Request("join", "a@mail.example", SOME, "203.0.113.0/24", wording)
    optin.add_request(request, NOW)
    optin.work_off_requests(KEY, NOW, confirm_days=7, hash_of=lambda *_: "hash")
    assert ConfirmationRow.objects.get().token_hash == "hash"

    def confirm() -> object:
        return optin.confirm(KEY, "hash", network="", now=NOW)

    assert meet(url, lambda: subscribers.forget(KEY, "a@mail.example", NOW), confirm) is None
    assert SuppressionRow.objects.get().reason == "erased"
    assert not SubscriberRow.objects.exists()


def test_who_comes_back_while_they_are_to_be_deleted_stays(url: str, reader: int) -> None:
    add_subscriber("never@mail.example", preferences=Preferences(), at=NOW)
    leave(reader)
    later = NOW + timedelta(days=200)

    def come_back() -> None:
        SubscriberRow.objects.filter(pk=reader).update(status="active", left_at=None)

    meet(url, come_back, lambda: retention.apply_retention(ReaderSettings(), later, KEY))
    assert [row.pk for row in SubscriberRow.objects.all()] == [reader]


def test_one_run_at_a_time_on_whatever_machine(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7010012)")
        with pytest.raises(LockedError, match="another run holds the lock"), locks.hold_run():
            pass
        other.execute("SELECT pg_advisory_unlock(7010012)")
    with locks.hold_run():
        pass


def test_one_sender_at_a_time_and_no_lock_outlives_its_connection(url: str) -> None:
    def second() -> None:
        with pytest.raises(LockedError, match="is being sent"), locks.hold_sending(WEEK):
            pass
        with locks.hold_sending("2026-W48"), locks.hold_reminding():
            pass

    held = []

    def first() -> None:
        lock = locks.hold_sending(WEEK)
        lock.__enter__()
        held.append(lock)

    meet(url, first, second)
    with psycopg.connect(url, autocommit=True) as looker:
        held_by = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"
        await_true(lambda: looker.execute(held_by).fetchone() is None, "the server lets go of it")
    with locks.hold_sending(WEEK):
        pass


def test_who_leaves_while_their_file_is_made_gets_none(
    approved: str, reader: int, tmp_path: Path
) -> None:
    other = add_subscriber("b@mail.example", preferences=Preferences(), at=NOW, confirmed=True)
    outbox.queue(WEEK, NOW, KEY, lambda one: f"<{one}@x.example>")

    def build(parcel: outbox.Parcel, _: object) -> bytes:
        if parcel.subscriber == reader:
            with ThreadPoolExecutor(1) as hand:  # Django keeps out of a thread that runs a loop
                hand.submit(leave, reader).result()
                hand.submit(connections.close_all).result()
        return b"x"

    with closing(Clerk(WEEK, KEY, build)) as clerk:
        asyncio.run(write_all(clerk, tmp_path / "out"))
    (file,) = (tmp_path / "out").iterdir()
    assert other.email in file.name
    states = dict(DeliveryRow.objects.values_list("subscriber__email", "status"))
    assert states == {"a@mail.example": "suppressed", "b@mail.example": "delivered"}
    assert approved


def test_what_another_sender_has_taken_is_not_called_stopped(approved: str, reader: int) -> None:
    outbox.queue(WEEK, NOW, KEY, lambda one: f"<{one}@x.example>")
    parcels = outbox.list_due(WEEK, DeliveryRow().status, NOW, 0, 9, KEY)  # type: ignore[arg-type]
    leave(reader)
    DeliveryRow.objects.update(status="delivered")
    assert outbox.drop_stopped(parcels, NOW) == []
    assert approved
    assert DeliveryRow.objects.get().status == "delivered"
