"""Links of mails: what they open, when they end, and that following them changes nothing."""

import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from django.core import serializers
from django.test import Client

from pipeline.store.models import (
    ReaderRequestRow,
    SubscriberRow,
    SuppressionRow,
)
from pipeline.tokens import Claim, Purpose, make_token, to_day
from tests.integration.reader.conftest import clear, fill_in, find, link, links_of, make_reader, now

pytestmark = pytest.mark.django_db


def dump_store():
    related = [one.related_model for one in SubscriberRow._meta.related_objects]
    models: list[Any] = [SubscriberRow, SuppressionRow, ReaderRequestRow, *related]
    return [
        json.loads(serializers.serialize("json", model.objects.order_by("pk"))) for model in models
    ]


def test_a_mail_program_unsubscribes_with_one_post_without_cookies_or_login(site):
    reader = make_reader()
    path = link(site, Purpose.UNSUBSCRIBE, reader)
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
    assert SubscriberRow.objects.get().status == "left"
    assert SuppressionRow.objects.get().reason == "left"


def test_a_scanner_that_follows_every_link_of_every_mail_changes_nothing(client, site, stamp):
    reader = make_reader()
    fill_in(client, stamp, "new@example.org")
    fill_in(client, stamp, "wang@example.org")
    _, sent = clear(site)
    found = {path for message in sent for path in links_of(message)}
    assert len(found) == 3
    found |= {link(site, Purpose.UNSUBSCRIBE, reader), link(site, Purpose.PREFERENCES, reader)}
    before = dump_store()
    seen: set[str] = set()
    while found - seen:
        path = (found - seen).pop()
        seen.add(path)
        for method in (client.get, client.head, client.options):
            answer = method(path)
            assert answer.status_code in {200, 302, 404, 405}, (path, answer.status_code)
        text = client.get(path).text
        found |= {
            one.removeprefix("http://127.0.0.1:8000")
            for one in re.findall(r'(?:href|action)="((?:http://127.0.0.1:8000)?/[^"]*)"', text)
            if not one.startswith("/static/")
        }
    assert any("/erase" in path for path in seen)
    assert any("/pause" in path for path in seen)
    assert dump_store() == before


def test_a_thousand_random_and_bit_flipped_tokens_open_nothing(client, site):
    reader = make_reader()
    genuine = {
        purpose: link(site, purpose, reader).rpartition("/")[2]
        for purpose in (Purpose.PREFERENCES, Purpose.UNSUBSCRIBE)
    }
    genuine[Purpose.CONFIRM] = make_token(site.secret, Purpose.CONFIRM, Claim(1, 0, to_day(now())))
    before = dump_store()
    for n in range(1000):
        prefix, purpose = [
            ("p", Purpose.PREFERENCES),
            ("u", Purpose.UNSUBSCRIBE),
            ("c", Purpose.CONFIRM),
        ][n % 3]
        if n % 2:
            token = secrets.token_urlsafe(30)
        else:
            data = bytearray(urlsafe_b64decode(genuine[purpose]))
            bit = (n * 7) % (len(data) * 8)
            data[bit // 8] ^= 1 << bit % 8
            token = urlsafe_b64encode(data).decode()
        answer = (client.post if n % 5 == 0 else client.get)(f"/{prefix}/{token}")
        assert answer.status_code == 404
        assert "wang" not in answer.text
    for path in (f"/p/{genuine[Purpose.UNSUBSCRIBE]}", f"/u/{genuine[Purpose.PREFERENCES]}",
                 f"/p/{genuine[Purpose.PREFERENCES]}A"):  # fmt: skip
        assert client.get(path).status_code == 404
    assert dump_store() == before


def test_links_can_be_revoked_and_preferences_links_grow_old_but_leaving_does_not(client, site):
    reader = make_reader()
    old_day = to_day(now()) - 400
    old = link(site, Purpose.PREFERENCES, reader, day=old_day)
    assert "太旧" in client.get(old).text
    assert client.post(old, {"district": "江北"}).status_code == 404
    leave = link(site, Purpose.UNSUBSCRIBE, reader, day=old_day)
    page = client.get(leave)
    assert page.status_code == 200
    inner = find(r'href="(/p/[^"/]+)"', page.text)
    assert client.get(inner).status_code == 404, "an old link never gives a young one"
    fresh = link(site, Purpose.PREFERENCES, reader)
    done = client.post(f"{fresh}/data", {"do": "revoke"})
    assert "旧链接已经作废" in done.text
    for path in (fresh, leave):
        assert client.get(path).status_code == 404
    new = find(r'href="http://127.0.0.1:8000(/p/[^"]+)"', done.text)
    assert client.get(new).status_code == 200


def test_no_line_of_the_log_holds_a_token_when_a_readers_page_breaks(
    client, site, caplog, monkeypatch
):
    path = link(site, Purpose.PREFERENCES, make_reader())
    token = path.rpartition("/")[2]

    def break_down(_settings):
        raise RuntimeError(f"broken at {token}")

    monkeypatch.setattr("pipeline.reader.own.load_choices", break_down)
    client.raise_request_exception = False
    assert client.get(path).status_code == 500
    assert "Internal Server Error: /p/***" in caplog.text
    assert "RuntimeError: broken at ***" in caplog.text
    assert token not in caplog.text


def confirm_by_mail(client, site, stamp):
    """Return the path of the confirmation that the mail carries, once it was used."""
    fill_in(client, stamp, "wang@example.org")
    _done, (mail,) = clear(site)
    (path,) = [one for one in links_of(mail) if one.startswith("/c/")]
    confirmed = client.post(path)
    assert confirmed.status_code == 200
    return path, find(r'href="[^"]*(/p/[\w-]+)"', confirmed.text)


def test_a_spent_confirmation_opens_no_pages_of_the_reader(client, site, stamp):
    path, own = confirm_by_mail(client, site, stamp)
    assert client.get(own).status_code == 200
    again = client.post(path)
    assert again.status_code == 200
    assert "先前已经确认过" in again.text
    assert "/p/" not in again.text


def test_who_revokes_all_links_revokes_the_one_that_confirms(client, site, stamp):
    path, own = confirm_by_mail(client, site, stamp)
    assert "旧链接已经作废" in client.post(f"{own}/data", {"do": "revoke"}).text
    assert client.get(own).status_code == 404
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]
