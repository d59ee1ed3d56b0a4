from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from pipeline.config import ReaderSettings
from pipeline.errors import SubscriberNotFoundError
from pipeline.model import Preferences
from pipeline.store import (
    audience,
    limits,
    optin,
    outbox,
    outgoing,
    retention,
    subscribers,
    subscriptions,
)
from pipeline.store.models import (
    ConfirmationRow,
    ConsentRow,
    IssueRow,
    LimitRow,
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberChangeRow,
    SubscriberRow,
    SuppressionRow,
)
from tests.readers import add_subscriber
from tests.unit.store.readership import (
    KEY,
    NOW,
    SOME,
    WORDING,
    ask,
    get_reason,
    join,
)


@pytest.mark.django_db
def test_leaving_is_safe_to_repeat_and_can_be_taken_back_for_an_hour():
    reader = join()
    assert subscriptions.leave(KEY, reader.id, now=NOW, how="one-click").now is True
    assert subscriptions.leave(KEY, reader.id, now=NOW, how="one-click").now is False
    subscriptions.add_reason(reader.id, "来得太多了", "", now=NOW)
    subscriptions.add_reason(reader.id, "其他", "第二次", now=NOW)
    assert SubscriberChangeRow.objects.filter(what="reason").count() == 1
    late = NOW + timedelta(hours=2)
    assert subscriptions.take_back(KEY, reader.id, network="", now=late) is None
    back: Any = subscriptions.take_back(KEY, reader.id, network="", now=NOW + timedelta(minutes=5))
    assert back.status == "active"
    assert SuppressionRow.objects.count() == 0
    assert ConsentRow.objects.latest("id").how == "returned"


@pytest.mark.django_db
def test_a_life_shows_what_a_restore_left_open_and_nothing_that_was_not_tried():
    reader = join()
    issue = IssueRow.objects.create(
        week="2026-W47", number=1, publishes_at=NOW, starts=NOW, ends=NOW, created_at=NOW
    )
    outbox.queue(issue.week, NOW, KEY, "<{}@news.example>".format)

    def sent():
        return [one for one in audience.list_life(reader.id) if one.kind == "delivery"]

    assert sent() == []
    outbox.hold_restored(issue.week, NOW, KEY, "<{}@news.example>".format)
    (open_,) = sent()
    assert (open_.what, open_.at) == ("uncertain", NOW)


@pytest.mark.django_db
def test_taking_back_a_leaving_goes_on_with_the_pause_it_ended():
    reader = join()
    for until in (date(2026, 12, 11), None):
        subscriptions.pause(reader.id, until, now=NOW)
        subscriptions.leave(KEY, reader.id, now=NOW, how="page")
        assert SubscriberRow.objects.get().paused_until is None
        back: Any = subscriptions.take_back(KEY, reader.id, network="", now=NOW)
        assert back.paused_until == SubscriberRow.objects.get().paused_until == until


@pytest.mark.django_db
def test_a_pause_ends_by_itself_and_changes_are_remembered():
    reader = join()
    subscriptions.pause(reader.id, date(2026, 12, 1), now=NOW)
    assert subscribers.list_queueable(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)) == []
    assert len(subscribers.list_queueable(datetime(2026, 11, 30, 16, tzinfo=UTC))) == 1
    subscriptions.pause(reader.id, None, now=NOW)
    subscriptions.pause(reader.id, None, now=NOW)
    subscriptions.change(reader.id, Preferences(), now=NOW)
    subscriptions.change(reader.id, Preferences(), now=NOW)
    kinds = SubscriberChangeRow.objects.order_by("id").values_list("what", flat=True)
    assert list(kinds) == ["asked", "confirmed", "paused", "resumed", "changed"]
    assert SubscriberRow.objects.get().edition_key == "all"


@pytest.mark.django_db
def test_an_editor_stops_and_resumes_with_a_reason_but_never_against_the_readers_will():
    reader = join()
    stop: dict[str, Any] = {"reason": "来电要求", "by": "anna", "now": NOW}
    subscriptions.set_suppressed(KEY, reader.id, suppressed=True, **stop)
    assert get_reason(reader.id) == "editor"
    subscriptions.set_suppressed(KEY, reader.id, suppressed=False, **stop)
    assert subscriptions.get_suppression(KEY, reader.id) is None
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    subscriptions.set_suppressed(KEY, reader.id, suppressed=False, **stop)
    assert get_reason(reader.id) == "left"
    life = [(one.kind, one.what, one.by) for one in audience.list_life(reader.id)]
    assert ("change", "suppressed", "anna") in life


@pytest.mark.django_db
def test_forgetting_leaves_nothing_but_a_keyed_hash():
    reader = join()
    ask("wang@example.org", NOW + timedelta(days=2))
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    optin.add_request(optin.Request("join", "WANG@example.org", SOME, "", WORDING), NOW)
    assert subscribers.forget(KEY, "Wang@EXAMPLE.org", NOW) is True
    for model in (SubscriberRow, ConsentRow, SubscriberChangeRow, ConfirmationRow,
                  OutgoingMailRow, ReaderRequestRow):  # fmt: skip
        assert model.objects.count() == 0, model
    row = SuppressionRow.objects.get()
    assert (row.reason, row.note) == ("erased", "")
    assert row.address_hash == subscribers.hash_address(KEY, "wang@example.org")
    assert row.address_hash != subscribers.hash_address(b"another", "wang@example.org")
    assert subscribers.forget(KEY, "nobody@example.org", NOW) is False


@pytest.mark.django_db(transaction=True)
def test_what_was_forgotten_cannot_be_read_from_the_database_file():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's VACUUM is the server's business")
    email = "secret-person-of-the-test@example.org"
    ask(email)
    subscribers.forget(KEY, email, NOW)
    name = connection.settings_dict["NAME"]
    if ":memory:" in str(name) or "mode=memory" in str(name):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            assert cursor.fetchone() == (1,)
        content = connection.connection.serialize()
    else:
        connection.close()
        content = b"".join(
            path.read_bytes() for path in Path(name).parent.glob(f"{Path(name).name}*")
        )
    assert b"secret-person" not in content


@pytest.mark.django_db
def test_links_are_revoked_and_unknown_readers_are_said_to_be_unknown():
    reader = join()
    assert subscriptions.revoke_links(reader.id, now=NOW).epoch == 1
    for number in (reader.id + 1, 2**63):
        with pytest.raises(SubscriberNotFoundError):
            subscriptions.get_membership(number, NOW)


@pytest.mark.django_db
def test_retention_deletes_what_is_past_its_time_and_nothing_else():
    left = join("left@example.org")
    subscriptions.leave(KEY, left.id, now=NOW, how="page")
    stays = join("stays@example.org")
    ask("never@example.org")
    subscriptions.change(stays.id, Preferences(), now=NOW)
    limits.count(KEY, "network", "203.0.113.0/24", NOW)
    rules = ReaderSettings()
    assert sum(retention.apply_retention(rules, NOW + timedelta(days=1), KEY).values()) == 0
    counts = retention.apply_retention(rules, NOW + timedelta(days=8), KEY)
    assert (counts["never confirmed"], counts["left"], counts["limits"]) == (1, 0, 1)
    counts = retention.apply_retention(rules, NOW + timedelta(days=800), KEY)
    assert counts["left"] == 1
    assert counts["history"] == 1
    assert [one.key for one in SubscriberRow.objects.all()] == ["stays@example.org"]
    assert ConsentRow.objects.count() == 2, "the proof stays as long as the reader"
    assert SuppressionRow.objects.get().reason == "left", "the hash stays"


@pytest.mark.django_db
def test_who_never_agreed_cannot_come_back_by_undoing_a_leaving():
    reader = add_subscriber("wang@example.org", preferences=SOME, at=NOW)
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    assert subscriptions.take_back(KEY, reader.id, network="", now=NOW) is None


@pytest.mark.django_db
def test_mails_are_tried_again_with_growing_pauses_and_given_up_after_eight():
    ask("wang@example.org")
    at = NOW
    for attempt in range(1, 9):
        mail = outgoing.take_due(at, KEY)
        assert mail
        assert mail.attempts == attempt
        assert outgoing.take_due(at, KEY) is None, "two never take the same mail"
        outgoing.mark_failed(mail, "451 later", at, permanent=False)
        if attempt < 8:
            pause = timedelta(minutes=2 * 2 ** (attempt - 1))
            assert outgoing.take_due(at + pause - timedelta(seconds=1), KEY) is None
            at += pause + timedelta(seconds=1)
    assert outgoing.count_unsent() == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "goes"), [("left", True), ("complaint", False), ("hard", False)]
)
def test_who_has_complained_since_a_mail_was_ordered_is_written_to_no_more(reason, goes):
    ask("wang@example.org")
    subscribers.suppress(
        subscribers.hash_address(KEY, "wang@example.org"), reason=reason, note="", at=NOW
    )
    assert (outgoing.take_due(NOW, KEY) is not None) == goes
    assert outgoing.count_unsent() == ((1, 0) if goes else (0, 1))


@pytest.mark.django_db
def test_who_leaves_before_their_links_are_out_does_not_get_them():
    reader = join()
    ask("wang@example.org", NOW + timedelta(days=2), kind="link")
    later = NOW + timedelta(days=2)
    OutgoingMailRow.objects.filter(kind="confirm").update(status="sent")
    subscriptions.leave(KEY, reader.id, now=later, how="page")
    assert outgoing.take_due(later, KEY) is None
    mail = OutgoingMailRow.objects.get(kind="link")
    assert (mail.status, mail.reply) == ("failed", "suppressed: left")


@pytest.mark.django_db
def test_counting_is_by_hour_and_keeps_no_address():
    assert [limits.count(KEY, "network", "203.0.113.0/24", NOW) for _ in range(3)] == [1, 2, 3]
    assert limits.count(KEY, "network", "203.0.113.0/24", NOW + timedelta(hours=1)) == 1
    assert limits.count(KEY, "address", "203.0.113.0/24", NOW) == 1
    assert not any("203" in row.what and "." in row.what for row in LimitRow.objects.all())


@pytest.mark.django_db
def test_counts_search_growth_and_life_agree_with_what_happened():
    reader = join("wang@example.org")
    everything = join("li@other.example.org")
    subscriptions.change(everything.id, Preferences(), now=NOW)
    subscriptions.pause(everything.id, date(2027, 1, 1), now=NOW)
    gone = join("gone@example.org")
    subscriptions.leave(KEY, gone.id, now=NOW, how="one-click")
    counts = audience.count_readers(NOW.date())
    assert counts.by_status == {"active": 2, "left": 1}
    assert (counts.everything, counts.paused) == (1, 1)
    assert (counts.by_district, counts.by_theme) == ({"鄞州": 1}, {"养老助残": 1})

    def found(**how):
        return [one.email for one in audience.list_readers(NOW, **how)]

    assert found(search="wang@") == ["wang@example.org"]
    assert found(search="other.example") == ["li@other.example.org"]
    assert found(status="active", district="鄞州") == ["li@other.example.org", "wang@example.org"]
    assert found(district="海曙") == ["li@other.example.org"]
    assert found(after=everything.id) == ["wang@example.org"]
    zone = ZoneInfo("Asia/Shanghai")
    weeks = audience.count_growth(
        date(2026, 11, 23), 2, lambda day: datetime(day.year, day.month, day.day, tzinfo=zone)
    )
    assert [(one.joined, one.left) for one in weeks] == [(0, 0), (3, 1)]
    life = [(one.kind, one.what) for one in audience.list_life(reader.id)]
    assert set(life) >= {("change", "asked"), ("change", "confirmed"), ("mail", "confirm"),
                         ("consent", "confirmed")}  # fmt: skip
    dump = audience.dump_reader(reader.id)
    assert dump["subscriber"]["email"] == "wang@example.org"
    assert dump["wording"][0]["text"] == "我同意。"
    assert "hash-" not in str(dump)


@pytest.mark.django_db
def test_lists_tell_who_is_subscribed_and_gets_nothing(monkeypatch):
    monkeypatch.setattr(audience, "_PAGE", 2)
    readers = [join(f"{name}@example.org") for name in "abcdefg"]
    for reader, reason in zip(readers[1:5], ("hard", "complaint", "editor", "soft"), strict=True):
        hashed = subscribers.hash_address(KEY, reader.email)
        subscribers.suppress(hashed, reason=reason, note="", at=NOW)
    subscriptions.leave(KEY, readers[2].id, now=NOW, how="page")
    subscriptions.leave(KEY, readers[6].id, now=NOW, how="page")

    def found(status: str, limit: int = 9) -> str:
        exported = list(audience.list_export(KEY, NOW, status=status))
        listed = audience.list_standings(KEY, NOW, status=status, limit=limit)
        names = "".join(one.reader.email[0] for one in listed)
        if limit > len(readers):
            assert [one.reader.email[0] for one, *_ in exported] == sorted(names)
        assert all(status in {"", one.status} for one in listed)
        return names

    assert found("active") == "fa"
    assert found("active", 1) == "f"
    assert found("suppressed") == "edb"
    assert found("suppressed", 1) == "e"
    assert found("left") == "gc"
    assert found("pending") == ""
    assert found("") == "gfedcba"
    reasons = {one.reader.email[0]: one.stopped for one in audience.list_standings(KEY, NOW)}
    assert reasons["b"] == "hard"
    assert reasons["a"] == ""


@pytest.mark.django_db
def test_an_editor_who_resumes_mails_does_not_undo_a_leaving_in_between():
    reader = join("wang@example.org")

    def stop(*, suppressed: bool) -> None:
        subscriptions.set_suppressed(
            KEY, reader.id, suppressed=suppressed, reason="-", by="anna", now=NOW
        )

    stop(suppressed=True)
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    stop(suppressed=False)
    found = subscriptions.get_suppression(KEY, reader.id)
    assert found
    assert found.reason == "left"


@pytest.mark.django_db
def test_no_form_lifts_what_an_editor_stopped_after_a_leaving():
    reader = join()
    subscriptions.leave(KEY, reader.id, now=NOW, how="page")
    subscriptions.set_suppressed(
        KEY, reader.id, suppressed=True, reason="来电要求", by="anna", now=NOW
    )
    assert get_reason(reader.id) == "editor"
    ask("wang@example.org", NOW + timedelta(days=2))
    assert ConfirmationRow.objects.filter(used_at=None).count() == 0
    assert subscriptions.take_back(KEY, reader.id, network="", now=NOW)
    assert get_reason(reader.id) == "editor"
