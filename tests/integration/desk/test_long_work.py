"""Nothing holds a page up: test copies and indexing go on beside it, and the page says so."""

import asyncio
import json
import socket
import threading
import time
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User

from pipeline.deliver.smtp import Server
from pipeline.desk import testcopies
from pipeline.desk.pages import get_settings
from pipeline.desk.services import get_services
from pipeline.errors import PermanentDeliveryError, TransientDeliveryError
from pipeline.sending import single
from pipeline.store import audit, search
from pipeline.store.models import SearchRow
from pipeline.store.subscribers import hash_address
from tests.integration.desk.conftest import WEEK

pytestmark = pytest.mark.usefixtures("week")
PREVIEW = f"/desk/weeks/{WEEK}/preview/"
TO = {"address": "a@news.example"}


@pytest.fixture
def relay(monkeypatch):
    """A relay of which the test decides when and what it answers."""
    answer = threading.Event()
    words: list[Any] = []

    def send(*_):
        assert answer.wait(20)
        if isinstance(words[0], Exception):
            raise words[0]
        return words[0]

    monkeypatch.setattr(get_services(), "send_test", send)
    monkeypatch.setattr("pipeline.desk.views.preview.has_way", lambda _: True)
    monkeypatch.setattr(testcopies, "_SOON", 0.05)
    testcopies._copies.clear()

    def speak(said):
        words.append(said)
        answer.set()
        for copy in testcopies.list_copies(WEEK):
            assert copy.thread is not None
            copy.thread.join(20)

    yield speak
    answer.set()
    testcopies._copies.clear()


def post(client, address="a@news.example"):
    return client.post(f"{PREVIEW}test/", {"address": address}, follow=True)


def test_a_relay_that_takes_its_time_does_not_hold_the_page_up(anna, relay):
    began = time.monotonic()
    page = post(anna).content.decode()
    assert time.monotonic() - began < 10  # the relay would have taken twenty
    assert "正在发往 a@news.example" in page
    assert 'hx-trigger="every 1s"' in page
    assert "刷新" in page  # without scripts
    again = post(anna)
    assert again.status_code == 409
    assert "请等它有了结果再发" in again.content.decode()
    relay("250 ok")
    part = anna.get(PREVIEW, HTTP_HX_TARGET="copies").content.decode()
    assert "测试邮件已发往 a@news.example" in part
    assert "every 1s" not in part
    assert "<html" not in part
    assert post(anna).status_code == 200  # and now another one may go
    assert [one.action for one in audit.list_latest(2)] == ["test-copy", "test-copy"]


def test_the_log_of_test_copies_holds_nobodys_address(anna, relay):
    User.objects.filter(username="bo").update(email="Bo@news.example")
    post(anna, "wang@mail.example")
    relay("250 ok")
    post(anna, "bo@news.example")
    relay("250 ok")
    to_editor, to_reader = audit.list_latest(2)
    assert (to_editor.payload.get("name"), to_reader.payload.get("name")) == ("bo", None)
    key = get_settings().secret
    assert to_reader.payload["address_hash"] == hash_address(key, "Wang@mail.example")
    assert not any("@" in json.dumps(one.to_json()) for one in audit.iter_entries())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermanentDeliveryError("550 no such user"), "对方服务器不收。（550 no such user）"),
        (TransientDeliveryError("no answer"), "请稍后再试。（no answer）"),
        (ZeroDivisionError("x"), "请告诉管理员。（ZeroDivisionError）"),
    ],
)
def test_what_went_wrong_is_said_on_the_page(anna, relay, error, said):
    post(anna)
    relay(error)
    assert said in anna.get(PREVIEW).content.decode()


def test_only_so_many_copies_are_under_way_at_once(anna, relay):
    answers = [post(anna, f"a{n}@news.example").status_code for n in range(6)]
    assert answers == [200] * 4 + [409] * 2
    relay("250 ok")
    assert len(testcopies.list_copies(WEEK)) == 4


def test_a_relay_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(single, "LONGEST_TEST", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server("127.0.0.1", silent.getsockname()[1], "none")
        settings = django_settings.PIPELINE
        with pytest.raises(TransientDeliveryError, match=r"within 0\.3 s"):
            asyncio.run(single._send_in_time(settings, server, "a@news.example", b"x"))


def test_many_issues_are_indexed_beside_the_search_page_and_it_says_so(anna, monkeypatch):
    cut = get_services().tagger().cut
    search.index_issues(cut)
    known = SearchRow.objects.filter(article=None).count()
    SearchRow.objects.filter(article=None).update(version="")
    started = []
    monkeypatch.setattr(type(get_services()), "index_soon", lambda _: started.append(1))
    monkeypatch.setattr("pipeline.desk.views.search._AT_ONCE", 0)
    assert search.count_stale_issues() == 1
    monkeypatch.setattr(search, "index_issues", lambda *_: 1)  # another one than this
    page = anna.get("/desk/search/").content.decode()
    assert "还有1期正在编入检索" in page
    assert started == [1]
    monkeypatch.undo()
    assert "正在编入检索" not in anna.get("/desk/search/").content.decode()
    assert search.count_stale_issues() == 0
    assert SearchRow.objects.filter(article=None).exclude(version="").count() == known


def test_one_thread_indexes_at_a_time(monkeypatch):
    services, go = get_services(), threading.Event()
    monkeypatch.setattr(search, "index_issues", lambda *_: go.wait(20) and 0)
    first = services.index_soon()
    assert first is not None
    assert services.index_soon() is None
    go.set()
    first.join(20)
    second = services.index_soon()
    assert second is not None
    second.join(20)
