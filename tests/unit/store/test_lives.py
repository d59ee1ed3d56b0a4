"""Readers' lives in whatever order: a state machine of all that may happen to a subscription."""

from datetime import timedelta

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline.store import subscribers, subscriptions
from pipeline.store.models import (
    ConfirmationRow,
    ReaderRequestRow,
    SubscriberRow,
    SuppressionRow,
)
from tests.unit.store.readership import KEY, NOW, ask, confirm


class _Life(RuleBasedStateMachine):
    """Whatever happens in whatever order, nobody gets mail who did not agree last."""

    def __init__(self):
        super().__init__()
        SubscriberRow.objects.all().delete()
        SuppressionRow.objects.all().delete()
        ReaderRequestRow.objects.all().delete()
        self.now = NOW
        self.agreed = False  # the reader's last word
        self.stopped = False  # by an editor

    def reader(self):
        return SubscriberRow.objects.filter(key="wang@example.org").first()

    @rule(days=st.integers(0, 3))
    def wait(self, days):
        self.now += timedelta(days=days, minutes=1)

    @rule()
    def asks(self):
        ask("wang@example.org", self.now)

    @rule()
    def confirms(self):
        row = ConfirmationRow.objects.order_by("-id").first()
        if row and row.used_at is None and row.expires_at > self.now:
            confirm(row.pk, self.now)
            self.agreed = True

    @precondition(lambda self: self.reader() and self.reader().status == "active")
    @rule()
    def leaves(self):
        subscriptions.leave(KEY, self.reader().pk, now=self.now, how="page")
        self.agreed = False

    @precondition(lambda self: self.reader())
    @rule(stop=st.booleans())
    def editor(self, stop):
        subscriptions.set_suppressed(
            KEY, self.reader().pk, suppressed=stop, reason="-", by="anna", now=self.now
        )
        self.stopped = stop

    @rule()
    def is_forgotten(self):
        subscribers.forget(KEY, "wang@example.org", self.now)
        self.agreed = False

    @invariant()
    def nobody_gets_mail_against_their_will(self):
        hashed = subscribers.hash_address(KEY, "wang@example.org")
        suppressed = bool(subscribers.list_suppressed([hashed]))
        recipients = subscribers.list_queueable(self.now)
        assert bool(recipients) == self.agreed
        assert (self.agreed and not suppressed) == (self.agreed and not self.stopped)
        assert suppressed or not self.stopped
        if not self.agreed and self.reader() and self.reader().status == "left":
            assert suppressed


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_nobody_gets_mail_against_their_will():
    run_state_machine_as_test(
        _Life,
        settings=hypothesis_settings(max_examples=30, stateful_step_count=12),
    )
