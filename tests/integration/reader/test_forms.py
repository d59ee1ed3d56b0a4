"""Forms that strangers and robots fill in: answered alike, limited, and never a way to learn who reads."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.reader import guard
from pipeline.store import subscribers, subscriptions
from pipeline.store.models import (
    ReaderRequestRow,
)
from pipeline.tokens import Purpose
from tests.integration.reader.conftest import fill_in, find, link, make_reader, now

pytestmark = pytest.mark.django_db


def test_known_and_unknown_addresses_are_answered_alike_by_the_same_statements(client, site, stamp):
    make_reader("known@example.org")
    left = make_reader("leftt@example.org")
    subscriptions.leave(site.secret, left.id, now=now(), how="page")
    hashed = subscribers.hash_address(site.secret, "taboo@example.org")
    subscribers.suppress(hashed, reason="complaint", note="", at=now())
    fill_in(client, stamp, "first@example.org")
    answers, statements = set(), set()
    for page in ("/subscribe", "/subscribe/links"):
        fill_in(client, stamp, "zeroo@example.org", page)
        for email in (
            "known@example.org",
            "leftt@example.org",
            "taboo@example.org",
            "nobod@example.org",
        ):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = fill_in(client, stamp, email, page)
            answers.add((page, answer.status_code, answer.text.replace(email, "X")))
            text = ";".join(re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in queries)
            statements.add((page, text))
            assert 'subscriber"' not in text.replace("reader_request", ""), "nothing is looked up"
    assert len(answers) == 2
    assert len(statements) == 2


def test_robots_are_answered_and_dropped(client, site, stamp):
    trapped = fill_in(client, stamp, "robot@example.org", **{guard.TRAP: "http://spam.example"})
    assert "还差一步" in trapped.text
    quick = fill_in(client, guard.make_stamp(site, now()), "quick@example.org")
    assert "再按一次" in quick.text
    stale = guard.make_stamp(site, now() - timedelta(days=2))
    for n, broken in enumerate(("", "x", stamp[:-4] + "AAAA", stale)):
        assert "再按一次" in fill_in(client, broken, f"old{n}@example.org").text
    assert ReaderRequestRow.objects.count() == 0


def test_one_address_is_dropped_and_one_network_told_to_wait_after_too_many_forms(
    client, site, stamp
):
    rules = site.feeds.readers
    for _ in range(rules.address_per_hour + 2):
        assert "还差一步" in fill_in(client, stamp, "wang@example.org").text
    assert ReaderRequestRow.objects.count() == rules.address_per_hour
    for n in range(rules.network_per_hour):
        last = fill_in(client, stamp, f"a{n}@example.org")
    assert last.status_code == 429
    assert "过一个小时" in last.text
    elsewhere = client.post(
        "/subscribe", {"email": "x@example.org", "stamp": stamp}, REMOTE_ADDR="203.0.113.9"
    )
    assert elsewhere.status_code == 200


def test_a_readers_own_forms_are_limited_but_leaving_never_is(client, site, monkeypatch):
    reader = make_reader()
    path = link(site, Purpose.PREFERENCES, reader)
    few = site.feeds.readers.model_copy(update={"network_per_hour": 2})
    monkeypatch.setattr(django_settings, "PIPELINE", site.model_copy(
        update={"feeds": site.feeds.model_copy(update={"readers": few})}))  # fmt: skip
    codes = [client.post(path, {"district": "江北"}).status_code for _ in range(4)]
    assert codes == [303, 303, 429, 429]
    leave = link(site, Purpose.UNSUBSCRIBE, reader)
    assert {client.post(leave).status_code for _ in range(12)} == {200}


@pytest.mark.parametrize(
    ("proxies", "passed", "network"),
    [
        (0, "198.51.100.7", "203.0.113.0/24"), (1, "198.51.100.7", "198.51.100.0/24"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.0/24"), (2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.0/24"),
        (1, "2001:db8:1:2::3", "2001:db8:1::/48"), (1, "::ffff:198.51.100.7", "198.51.100.0/24"),
        (1, "rubbish", ""), (2, "", "203.0.113.0/24"),
    ],
)  # fmt: skip
def test_the_network_is_what_ones_own_proxies_say(rf, proxies, passed, network):
    request = rf.get("/", REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=passed)
    assert guard.get_network(request, proxies) == network


def test_a_typing_error_is_pointed_out_and_may_be_insisted_on(client, stamp):
    asked = fill_in(client, stamp, "anna@qq.con", district="鄞州")
    assert "anna@qq.com" in asked.text
    assert "checked" in asked.text, "what was chosen stays chosen"
    meant = find(r'name="meant" value="([^"]+)"', asked.text)
    assert "还差一步" in fill_in(client, stamp, "anna@qq.con", meant=meant).text
    assert fill_in(client, stamp, "<script>@").status_code == 422
    assert "<script>@" not in fill_in(client, stamp, "<script>@").text


def test_forms_refused_for_their_network_close_no_form_to_others(client, site, stamp, monkeypatch):
    few = site.feeds.readers.model_copy(update={"forms_per_hour": 12, "network_per_hour": 10})
    monkeypatch.setattr(django_settings, "PIPELINE", site.model_copy(
        update={"feeds": site.feeds.model_copy(update={"readers": few})}))  # fmt: skip

    def send(number, address):
        form = {"email": f"a{number}@example.org", "stamp": stamp, guard.TRAP: ""}
        return client.post("/subscribe", form, REMOTE_ADDR=address).status_code

    assert [send(n, "203.0.113.5") for n in range(30)] == [200] * 10 + [429] * 20
    assert [send(n, f"198.51.{n}.7") for n in range(40, 43)] == [200, 200, 429]
