"""Who may get the dot is asked when the intent is committed, by the statement that commits it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.deliver.gate import Lesson, warm_up_quota
from pipeline.model import DeliveryStatus, Preferences
from pipeline.store import deliveries, outbox, receivers, subscriptions
from pipeline.store.models import DeliveryRow, IssueRow, SubscriberRow
from pipeline.store.subscribers import forget, hash_address, suppress
from tests.readers import add_subscriber

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECRET = b"secret"

pytestmark = pytest.mark.django_db


def queue(*statuses: DeliveryStatus) -> list[DeliveryRow]:
    issue = IssueRow.objects.create(
        week="2026-W47", number=1, publishes_at=AT, starts=AT, ends=AT, created_at=AT
    )
    rows = []
    for number, status in enumerate(statuses):
        reader = add_subscriber(
            f"r{number}@a.example", preferences=Preferences(), at=AT, confirmed=True
        )
        rows.append(
            DeliveryRow.objects.create(
                issue=issue, subscriber_id=reader.id, edition_key="all", status=status,
                message_id=f"<{number}@x.example>", queued_at=AT, at=AT,
            )
        )  # fmt: skip
    return rows


def intend(rows: list[DeliveryRow]) -> list[bool]:
    wanted = {row.pk: hash_address(SECRET, row.subscriber.email) for row in rows}
    standing = outbox.intend(wanted, AT)
    return [row.pk in standing for row in rows]


def states(rows: list[DeliveryRow]) -> list[str]:
    return [DeliveryRow.objects.get(pk=row.pk).status for row in rows]


def test_of_two_senders_that_read_a_row_one_gets_it() -> None:
    rows = queue(DeliveryStatus.PENDING, DeliveryStatus.DEFERRED)
    assert intend(rows) == [True, True]
    assert intend(rows) == [False, False]
    assert states(rows) == ["sending", "sending"]


def test_any_number_of_rows_is_settled_at_once() -> None:
    rows = queue(*[DeliveryStatus.UNCERTAIN] * 3)
    names = [f"<{number}@x.example>" for number in range(260_000)]
    done = DeliveryStatus.DELIVERED
    assert outbox.settle("2026-W47", names, done, why="示例", now=AT) == 3
    assert states(rows) == ["delivered"] * 3
    assert IssueRow.objects.get().published_at == AT


def test_what_is_settled_is_never_taken_up_again() -> None:
    rows = queue(*(one for one in DeliveryStatus if one not in {"pending", "deferred"}))
    before = states(rows)
    assert intend(rows) == [False] * len(rows)
    assert states(rows) == before


def test_who_left_or_was_suppressed_since_the_page_was_read_gets_no_dot() -> None:
    rows = queue(DeliveryStatus.PENDING, DeliveryStatus.PENDING, DeliveryStatus.PENDING)
    SubscriberRow.objects.filter(pk=rows[0].subscriber_id).update(status="left")
    suppress(hash_address(SECRET, "R1@a.example"), reason="complaint", note="", at=AT)
    assert intend(rows) == [False, False, True]
    assert states(rows) == ["suppressed", "suppressed", "sending"]


@pytest.mark.parametrize("look", ["as the page is read", "as the intent is committed"])
def test_who_pauses_while_the_mail_waits_gets_none_until_the_pause_is_over(look: str) -> None:
    rows = queue(*[DeliveryStatus.DEFERRED] * 3)
    today = AT.astimezone(SHANGHAI).date()
    for row, until in zip(rows, (today + timedelta(days=1), today, None), strict=True):
        subscriptions.pause(row.subscriber_id, until, now=AT)
    if look == "as the page is read":
        due = outbox.list_due("2026-W47", DeliveryStatus.DEFERRED, AT, 0, 9, SECRET)
        assert [one.id for one in outbox.drop_stopped(due, AT)] == [row.pk for row in rows[1:]]
        assert states(rows) == ["suppressed", "deferred", "deferred"]
    else:
        assert intend(rows) == [False, True, True]
        assert states(rows) == ["suppressed", "sending", "sending"]


def test_a_new_senders_days_begin_at_midnight_and_a_clock_set_back_does_no_harm() -> None:
    (row,) = queue(DeliveryStatus.DELIVERED)
    assert deliveries.get_sender_age(AT) == (0, 1)
    assert deliveries.get_sender_age(AT + timedelta(hours=15)) == (1, 0), (
        "another day, not 24 hours"
    )
    assert deliveries.get_sender_age(AT - timedelta(days=3))[0] < 0
    assert warm_up_quota(200, deliveries.get_sender_age(AT - timedelta(days=3))[0]) == 200
    assert row.status == "delivered"


def test_what_a_receiver_has_taught_is_kept_for_a_day() -> None:
    receivers.remember({"qq.example": Lesson(0.5, 1, 120.0)}, AT)
    ((name, lesson),) = receivers.recall(AT + timedelta(minutes=1)).items()
    assert (name, lesson.rate, lesson.connections, lesson.shut) == ("qq.example", 0.5, 1, 60.0)
    assert receivers.recall(AT + timedelta(minutes=5))["qq.example"].shut == 0.0
    assert receivers.recall(AT + timedelta(hours=25)) == {}
    receivers.remember({"sina.example": Lesson(0.5, 1, 0.0)}, AT)
    receivers.remember({"sina.example": None}, AT + timedelta(minutes=1))
    assert list(receivers.recall(AT + timedelta(minutes=1))) == ["qq.example"], "it is fast again"
    receivers.remember({}, AT + timedelta(hours=25))
    assert receivers.recall(AT) == {}, "what is older is gone"


def test_what_a_clock_that_was_ahead_wrote_down_keeps_no_mail_back() -> None:
    (row, other) = queue(DeliveryStatus.DEFERRED, DeliveryStatus.DELIVERED)
    ahead = AT + timedelta(days=1800)
    receivers.remember({"qq.example": Lesson(0.5, 1, 120.0)}, ahead)
    assert receivers.recall(AT) == {}
    receivers.remember({}, AT)
    assert receivers.recall(ahead) == {}
    DeliveryRow.objects.filter(pk=row.pk).update(at=ahead, next_at=ahead + timedelta(minutes=5))
    DeliveryRow.objects.filter(pk=other.pk).update(at=ahead)
    due = outbox.list_due("2026-W47", DeliveryStatus.DEFERRED, AT, 0, 9, SECRET)
    assert [one.id for one in due] == [row.pk]
    assert deliveries.get_sender_age(AT)[1] == 0


def test_a_pause_ends_when_its_day_begins_in_shanghai() -> None:
    """An issue of Monday morning there goes out while it is Sunday in UTC."""
    row = IssueRow.objects.create(
        week="2026-W47", number=1, publishes_at=AT, starts=AT, ends=AT, created_at=AT
    )
    for name, until in (("a", date(2026, 11, 23)), ("b", date(2026, 11, 24))):
        reader = add_subscriber(
            f"{name}@a.example", preferences=Preferences(), at=AT, confirmed=True
        )
        subscriptions.pause(reader.id, until, now=AT - timedelta(days=9))
    monday = datetime(2026, 11, 23, 7, 30, tzinfo=SHANGHAI).astimezone(UTC)
    assert deliveries.preview("2026-W47", monday, SECRET)["recipients"] == 1
    assert outbox.queue("2026-W47", monday, SECRET, lambda one: f"<{one}@x.example>") == 1
    (queued,) = DeliveryRow.objects.filter(issue=row)
    assert queued.subscriber.email == "a@a.example"


def test_who_is_forgotten_while_the_outbox_is_filled_is_in_it_no_more() -> None:
    IssueRow.objects.create(
        week="2026-W47", number=1, publishes_at=AT, starts=AT, ends=AT, created_at=AT
    )
    for name in ("a", "b"):
        add_subscriber(f"{name}@a.example", preferences=Preferences(), at=AT, confirmed=True)

    def make_id(reader: int) -> str:
        forget(SECRET, "a@a.example", AT)
        return f"<{reader}@x.example>"

    outbox.queue("2026-W47", AT, SECRET, make_id)
    assert [row.subscriber.email for row in DeliveryRow.objects.all()] == ["b@a.example"]


def test_a_dry_run_of_an_issue_under_way_counts_who_would_get_it_now() -> None:
    rows = queue(*DeliveryStatus, DeliveryStatus.DEFERRED, DeliveryStatus.PENDING)
    every = {"recipients": len(rows), "suppressed": 0, "editions": 1}
    assert deliveries.preview("2026-W47", AT, SECRET) == every, "nothing is queued yet"
    IssueRow.objects.update(queued_at=AT)
    waiting = {"recipients": 4, "suppressed": 0, "editions": 1}
    assert deliveries.preview("2026-W47", AT, SECRET) == waiting
    DeliveryRow.objects.filter(pk=rows[-2].pk).update(next_at=AT + timedelta(minutes=5))
    SubscriberRow.objects.filter(pk=rows[-1].subscriber_id).update(status="left")
    assert deliveries.preview("2026-W47", AT, SECRET) == {
        "recipients": 3, "suppressed": 1, "editions": 1
    }  # fmt: skip
