"""How a subscription begins: two steps, the proof of both, and no mail against anybody's will."""

from datetime import timedelta

import pytest

from pipeline.model import Preferences
from pipeline.store import optin, outgoing, subscribers, subscriptions
from pipeline.store.models import (
    ConfirmationRow,
    ConsentRow,
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberRow,
)
from tests.unit.store.readership import KEY, NOW, SOME, ask, confirm, join


@pytest.mark.django_db
def test_joining_takes_two_steps_and_keeps_the_proof_of_both():
    assert ask("Wang@Example.org") == 1
    row = SubscriberRow.objects.get()
    assert (row.status, row.districts, row.key) == ("pending", [], "wang@example.org")
    assert subscribers.list_queueable(NOW) == []
    reader = confirm(at=NOW + timedelta(hours=1))
    assert (reader.status, reader.preferences) == ("active", SOME)
    assert [key for _, key, _ in subscribers.list_queueable(NOW)] == ["wang@example.org"]
    proofs = [
        (one.how, one.network, one.wording and one.wording.text)
        for one in ConsentRow.objects.order_by("id")
    ]
    assert proofs == [
        ("asked", "203.0.113.0/24", "我同意。"),
        ("confirmed", "198.51.100.0/24", "我同意。"),
    ]
    assert ReaderRequestRow.objects.count() == 0


@pytest.mark.django_db
def test_a_confirmation_works_once_and_not_for_ever():
    ask("wang@example.org")
    number = ConfirmationRow.objects.get().pk
    assert confirm(number, NOW + timedelta(days=8)) is None
    assert confirm(number).status == "active"
    assert confirm(number).status == "active"
    assert ConsentRow.objects.count() == 2
    assert optin.confirm(KEY, "", network="", now=NOW) is None


@pytest.mark.django_db
def test_a_used_confirmation_brings_nobody_back_who_left():
    reader = join()
    number = ConfirmationRow.objects.get().pk
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    assert confirm(number).status == "left"


@pytest.mark.django_db
def test_one_address_gets_one_mail_a_day_however_often_it_is_typed():
    for minutes in range(5):
        ask("wang@example.org", NOW + timedelta(minutes=minutes))
    assert OutgoingMailRow.objects.count() == 1
    ask("WANG@example.org", NOW + timedelta(days=1, hours=1))
    assert OutgoingMailRow.objects.count() == 2


@pytest.mark.django_db
def test_a_mail_that_a_clock_which_was_ahead_wrote_down_goes_out_and_keeps_no_later_one_back():
    ahead = NOW + timedelta(days=1800)
    ask("wang@example.org", ahead)
    mail = outgoing.take_due(ahead, KEY)
    assert mail
    outgoing.put_back(mail, "421 later", ahead)
    assert outgoing.take_due(NOW, KEY) is not None
    ask("wang@example.org")
    assert OutgoingMailRow.objects.count() == 2


@pytest.mark.django_db
def test_a_mail_that_is_not_taken_waits_twice_as_long_each_time_and_is_given_up_the_eighth_time():
    ask("wang@example.org")
    now, waits = NOW, []
    while mail := outgoing.take_due(now, KEY):
        outgoing.mark_failed(mail, "421 later", now, permanent=False)
        row = OutgoingMailRow.objects.get()
        if row.status == "waiting":
            waits.append((row.due_at - now) // timedelta(minutes=1))
            assert outgoing.take_due(row.due_at - timedelta(seconds=1), KEY) is None
            now = row.due_at
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert (row.status, row.attempts) == ("failed", 8)


@pytest.mark.django_db
def test_who_reads_already_gets_their_links_and_keeps_their_choice():
    reader = join()
    later = NOW + timedelta(days=2)
    ask("wang@example.org", later, preferences=Preferences(frozenset({"海曙"})))
    assert OutgoingMailRow.objects.latest("id").kind == "link"
    assert subscriptions.get_membership(reader.id, NOW).preferences == SOME
    ask("stranger@example.org", later, kind="link")
    assert not SubscriberRow.objects.filter(key="stranger@example.org").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["hard", "soft", "complaint", "editor"])
def test_a_suppressed_address_gets_no_mail_from_a_form(reason):
    hashed = subscribers.hash_address(KEY, "wang@example.org")
    subscribers.suppress(hashed, reason=reason, note="", at=NOW)
    ask("wang@example.org")
    assert OutgoingMailRow.objects.count() == SubscriberRow.objects.count() == 0


@pytest.mark.django_db
def test_who_left_or_was_forgotten_comes_back_only_by_their_own_confirmation():
    reader = join()
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    hashed = subscribers.hash_address(KEY, "wang@example.org")
    later = NOW + timedelta(days=2)
    ask("wang@example.org", later)
    assert subscribers.list_suppressed([hashed]) == {hashed}
    assert subscribers.list_queueable(NOW) == []
    assert confirm(at=later).status == "active"
    assert subscribers.list_suppressed([hashed]) == set()
