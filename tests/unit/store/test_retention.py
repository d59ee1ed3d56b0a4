from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from pipeline.config import ReaderSettings
from pipeline.model import Issue, IssueStatus
from pipeline.store import coverage, drafts, retention, runs, sources, typed
from pipeline.store.models import BounceRow, DeliveryRow, IssueRow, SubscriberRow, SuppressionRow
from pipeline.store.sources import Fetch, Harvest
from pipeline.store.subscribers import hash_key, suppress

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RULES = ReaderSettings()
SECRET = b"a secret of the tests"

pytestmark = pytest.mark.django_db


def fetch(source_id: str, days_ago: int, status: str = "ok") -> None:
    visit = Fetch(source_id, NOW - timedelta(days=days_ago), status, 0.1, 0)
    sources.add_harvests([Harvest(visit, (), {})])


def run(week: str, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    runs.finish_run(runs.start_run(week, at), {"findings": {"error": 1, "warning": 2}}, at)


def test_attempts_to_read_a_source_go_after_months_but_for_its_last():
    for days in (130, 121):
        fetch("gone", days, "muted")
    for week in range(20, -1, -1):
        fetch("weekly", week * 7)
    before = coverage.list_source_health()
    assert retention.apply_retention(RULES, NOW, SECRET)["fetches"] == 4
    assert sources.list_last_fetches()["gone"].status == "muted"
    assert coverage.list_source_health()["weekly"] == before["weekly"]
    assert coverage.list_source_health()["gone"].statuses == ["muted"]
    assert retention.apply_retention(RULES, NOW, SECRET)["fetches"] == 0


def test_reports_of_runs_stay_as_long_as_they_are_shown():
    for number in range(60):
        run(f"2026-W{number:02}", 60 * 7 - number * 7)
    shown = coverage.list_findings()
    assert retention.apply_retention(RULES, NOW, SECRET)["runs"] == 3
    assert coverage.list_findings() == shown
    assert retention.apply_retention(RULES, NOW + timedelta(days=4000), SECRET)["runs"] == 56
    assert [one.week for one in runs.list_runs()] == ["2026-W59"]


def test_unsaved_words_go_with_time_once_their_issue_is_sent():
    for number, week in ((1, "2026-W46"), (2, "2026-W47")):
        at = NOW - timedelta(days=7 * (2 - number))
        span = (at - timedelta(days=7), at)
        drafts.save_draft(Issue(week, number, "示例", "", at, *span, ()), NOW)
        typed.save_typed(week, "1", "anna", {"title": "示例"}, revision=1, at=NOW)
    IssueRow.objects.filter(week="2026-W46").update(status=IssueStatus.SENT)
    assert retention.apply_retention(RULES, NOW + timedelta(days=29), SECRET)["typed"] == 0
    assert retention.apply_retention(RULES, NOW + timedelta(days=31), SECRET)["typed"] == 1
    assert typed.list_typed("2026-W46") == []
    assert len(typed.list_typed("2026-W47")) == 1


def test_sessions_and_attempts_to_sign_in_go_when_they_are_of_no_use():
    real = datetime.now(UTC)
    session = SessionStore()
    session["user"] = "anna"
    session.create()
    failed = AccessAttempt.objects.create(
        username="anna", ip_address="203.0.113.7", user_agent="", failures_since_start=3
    )
    assert sum(retention.apply_retention(RULES, real, SECRET).values()) == 0
    counts = retention.apply_retention(RULES, real + timedelta(days=3), SECRET)
    assert (counts["sessions"], counts["attempts to sign in"]) == (1, 1)
    assert not Session.objects.exists()
    assert not AccessAttempt.objects.filter(pk=failed.pk).exists()


@pytest.mark.parametrize(
    ("reason", "kept"), [("hard", "erased"), ("soft", "erased"), ("complaint", "complaint")]
)
def test_who_cannot_be_reached_any_more_goes_as_who_left_does(reason, kept):
    reader = SubscriberRow.objects.create(
        email="dead@example.org", key="dead@example.org", status="active", edition_key="all",
        created_at=NOW, confirmed_at=NOW,
    )  # fmt: skip
    BounceRow.objects.create(subscriber=reader, digest="1", kind=reason, rule="示例", at=NOW)
    mark = hash_key(SECRET, reader.key)
    suppress(mark, reason=reason, note="550 5.1.1 示例", at=NOW)
    late = NOW + timedelta(days=RULES.keep_left_days)
    assert retention.apply_retention(RULES, late, SECRET)["stopped"] == 0
    assert retention.apply_retention(RULES, late + timedelta(days=1), SECRET)["stopped"] == 1
    assert not SubscriberRow.objects.exists()
    assert SuppressionRow.objects.get(address_hash=mark).reason == kept


def test_an_address_that_was_refused_while_sending_goes_too():
    reader = SubscriberRow.objects.create(
        email="dead@example.org", key="dead@example.org", status="active", edition_key="all",
        created_at=NOW, confirmed_at=NOW,
    )  # fmt: skip
    suppress(hash_key(SECRET, reader.key), reason="hard", note="550 5.1.1", at=NOW)
    late = NOW + timedelta(days=RULES.keep_left_days + 1)
    drafts.save_draft(Issue("2026-W47", 1, "示例", "", NOW, NOW - timedelta(days=7), NOW, ()), NOW)
    row = IssueRow.objects.get()
    DeliveryRow.objects.create(
        issue=row, subscriber=reader, edition_key="all", status="suppressed", message_id="1",
        queued_at=NOW,
    )  # fmt: skip
    assert retention.apply_retention(RULES, late, SECRET)["stopped"] == 0
    IssueRow.objects.update(status=IssueStatus.SENT)
    assert retention.apply_retention(RULES, late, SECRET)["stopped"] == 1


def test_who_bounced_once_or_was_stopped_by_an_editor_stays():
    for name, reason in (("once", ""), ("told", "editor")):
        reader = SubscriberRow.objects.create(
            email=f"{name}@example.org", key=f"{name}@example.org", status="active",
            edition_key="all", created_at=NOW, confirmed_at=NOW,
        )  # fmt: skip
        BounceRow.objects.create(subscriber=reader, digest=name, kind="soft", rule="示例", at=NOW)
        if reason:
            suppress(hash_key(SECRET, reader.key), reason=reason, note="", at=NOW)
    much_later = NOW + timedelta(days=900)
    assert retention.apply_retention(RULES, much_later, SECRET)["stopped"] == 0
    assert SubscriberRow.objects.count() == 2
