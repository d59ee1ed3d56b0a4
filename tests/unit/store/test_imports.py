from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from pipeline.model import Preferences
from pipeline.reader.words import say_notes
from pipeline.store import audience, imports, subscribers
from pipeline.store.imports import Entry, Import, Note
from pipeline.store.models import ConsentRow, SubscriberChangeRow, SubscriberRow
from tests.readers import add_subscriber

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
KEY = b"a key of the tests"
CONTACT = Preferences(frozenset({"鄞州"}), frozenset(), frozenset({"cases", "exchange"}))
pytestmark = pytest.mark.django_db


def entry(number, email, **more):
    return Entry(number, email=email, consent="登记表", **more)


def take(*entries, merge_units=False):
    with Import(KEY, "list.csv") as found:
        counts = found.judge(entries, merge_units=merge_units)
        lines = {one.number: (one.result, say_notes(one.notes)) for one in found.list_lines()}
        return dict(counts), lines, found.apply(NOW)


def test_every_line_gets_its_fate_and_its_reason():
    for email, reason in (("left@example.org", "left"), ("bad@example.org", "hard")):
        subscribers.suppress(subscribers.hash_address(KEY, email), reason=reason, note="", at=NOW)
    add_subscriber("same@example.org", preferences=Preferences(), at=NOW, confirmed=True)
    add_subscriber("old@example.org", preferences=Preferences(), at=NOW, confirmed=True)
    counts, lines, stored = take(
        entry(2, "new@example.org", name="王"),
        entry(3, "NEW@Example.org"),
        entry(4, "Left@example.org"),
        entry(5, "bad@example.org"),
        entry(6, "same@example.org"),
        entry(7, "old@example.org", preferences=Preferences(frozenset({"海曙"}))),
        Entry(8, fault=Note("邮箱地址里缺少 %(sign)s", {"sign": "@"})),
    )
    assert counts == {
        "new": 1,
        "duplicate": 1,
        "suppressed": 2,
        "same": 1,
        "changed": 1,
        "invalid": 1,
    }
    assert lines[3] == ("duplicate", "与第 2 行是同一个地址")
    assert lines[4] == ("suppressed", "本人已退订")
    assert lines[7] == ("changed", "订阅内容：全部内容 → 海曙")
    assert lines[8] == ("invalid", "邮箱地址里缺少 @")
    assert stored == 2
    row = SubscriberRow.objects.get(key="new@example.org")
    assert (row.status, row.name, row.edition_key) == ("active", "王", "all")
    assert SubscriberRow.objects.get(key="old@example.org").edition_key == "海曙|"
    assert {one.note for one in ConsentRow.objects.filter(how="imported")} == {"登记表"}
    assert SubscriberChangeRow.objects.get(subscriber=row).detail == {"list": "list.csv"}


def find_by_unit(search):
    return [one.email for one in audience.list_readers(NOW, search=search)]


def check_that_contacts_are_found():
    take(Entry(2, email="list@example.org", consent="登记表", units=("幸福苑社区",)))
    by_hand = add_subscriber("web@example.org", preferences=Preferences(), at=NOW, confirmed=True)
    SubscriberRow.objects.filter(pk=by_hand.id).update(units=["幸福苑社区", "Oita 100%社区"])
    assert find_by_unit("幸福苑") == ["web@example.org", "list@example.org"]
    assert find_by_unit("oITA 100%社") == ["web@example.org"]
    assert find_by_unit("福苑区") == find_by_unit("100_社") == []
    take(Entry(2, email="web@example.org", consent="登记表", units=("东兴社区",)))
    assert find_by_unit("东兴") == ["web@example.org"]


def test_contacts_are_found_by_their_community_however_it_was_stored():
    check_that_contacts_are_found()


def test_an_import_is_stored_whole_or_not_at_all(monkeypatch):
    monkeypatch.setattr(imports, "_BATCH", 2)
    insert, calls = imports._insert, []

    def fail_late(*words):
        calls.append(words)
        if len(calls) == 7:  # in the third batch
            raise DatabaseError("disk full")
        return insert(*words)

    monkeypatch.setattr(imports, "_insert", fail_late)
    with Import(KEY, "list.csv") as found:
        found.judge([entry(n, f"a{n}@example.org") for n in range(2, 9)])
        with pytest.raises(DatabaseError):
            found.apply(NOW)
    assert SubscriberRow.objects.count() == 0
    assert len(calls) == 7


def test_a_pending_reader_is_confirmed_by_a_consent_on_record():
    add_subscriber("wang@example.org", preferences=Preferences(), at=NOW)
    agreed = datetime(2026, 3, 1, tzinfo=UTC)
    _, lines, _ = take(entry(2, "wang@example.org", consent_at=agreed))
    assert lines[2][0] == "changed"
    row = SubscriberRow.objects.get()
    assert (row.status, row.confirmed_at) == ("active", agreed)


def test_one_person_for_several_units_is_one_reader_with_the_members_sections():
    second = Preferences(frozenset({"海曙"}), frozenset(), CONTACT.sections)
    counts, lines, stored = take(
        entry(2, "zhou@example.org", units=("甲社区",), defaults=CONTACT),
        entry(3, "ZHOU@example.org", units=("乙社区",), defaults=second),
        merge_units=True,
    )
    assert (counts, stored) == ({"new": 1, "same": 1}, 1)
    assert "合为一份邮件" in lines[3][1]
    row = SubscriberRow.objects.get()
    assert row.units == ["甲社区", "乙社区"]
    assert row.districts == ["海曙", "鄞州"]
    assert row.edition_key == "海曙+鄞州||cases+exchange"
    assert [one for one, _, _ in subscribers.list_queueable(NOW)] == [row.pk]


def test_a_contact_keeps_their_own_choice_when_the_list_comes_again():
    chosen = Preferences(frozenset({"江北"}), frozenset())
    add_subscriber("zhou@example.org", preferences=chosen, at=NOW, confirmed=True)
    take(entry(2, "zhou@example.org", units=("甲社区",), defaults=CONTACT))
    row = SubscriberRow.objects.get()
    assert (row.districts, row.sections) == (["江北"], ["cases", "exchange"])
    SubscriberRow.objects.update(sections=[])
    counts, _, stored = take(entry(2, "zhou@example.org", units=("甲社区",), defaults=CONTACT))
    assert (counts, stored) == ({"same": 1}, 0)
    assert SubscriberRow.objects.get().sections == []


def test_who_was_forgotten_while_the_list_was_judged_stays_out():
    add_subscriber("wang@example.org", preferences=Preferences(), at=NOW, confirmed=True)
    with Import(KEY, "list.csv") as found:
        found.judge([entry(2, "wang@example.org", name="王"), entry(3, "new@example.org")])
        subscribers.forget(KEY, "wang@example.org", NOW)
        subscribers.forget(KEY, "new@example.org", NOW)
        assert found.apply(NOW) == 0
    assert SubscriberRow.objects.count() == 0


def test_who_joined_while_the_list_was_judged_keeps_their_own_choice():
    with Import(KEY, "list.csv") as found:
        found.judge([entry(2, "new@example.org", name="王"), entry(3, "other@example.org")])
        chosen = Preferences(frozenset({"海曙"}))
        add_subscriber("new@example.org", preferences=chosen, at=NOW, confirmed=True)
        assert found.apply(NOW) == 2
    rows = dict(SubscriberRow.objects.values_list("key", "edition_key"))
    assert rows == {"new@example.org": "海曙|", "other@example.org": "all"}
    assert SubscriberRow.objects.get(key="new@example.org").name == "王"


def test_a_list_without_sections_leaves_a_contacts_sections_alone():
    add_subscriber("zhou@example.org", preferences=CONTACT, at=NOW, confirmed=True)
    same = entry(2, "zhou@example.org", preferences=Preferences(CONTACT.districts))
    assert take(same)[0] == {"same": 1}
    moved = entry(2, "zhou@example.org", preferences=Preferences(frozenset({"江北"})))
    _, lines, _ = take(moved)
    assert lines[2] == ("changed", "订阅内容：鄞州 → 江北")
    row = SubscriberRow.objects.get()
    assert (row.edition_key, row.sections) == ("江北||cases+exchange", ["cases", "exchange"])
