"""From joining to being forgotten: what a reader does on the pages, and what an editor sees of it."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from pipeline.calendar import SHANGHAI
from pipeline.model import Preferences
from pipeline.reader.lists import EXPORT, write_reader
from pipeline.store import audience, subscriptions
from pipeline.store.models import (
    SubscriberRow,
    SuppressionRow,
)
from pipeline.tokens import Purpose, mask_tokens
from tests.integration.reader.conftest import clear, fill_in, find, link, links_of, make_reader, now

pytestmark = pytest.mark.django_db


def test_somebody_joins_confirms_changes_and_leaves(client, site, stamp):
    answer = fill_in(client, stamp, "Wang@example.org", district=["鄞州", "海曙"], theme="养老助残")
    assert answer.status_code == 200
    assert "Wang@example.org" in answer.text
    _, (message,) = clear(site)
    assert message["To"] == "Wang@example.org"
    (path,) = links_of(message)
    assert "确认订阅" in client.get(path).text
    assert SubscriberRow.objects.get().status == "pending"
    done = client.post(path)
    assert "订阅好了" in done.text
    reader = SubscriberRow.objects.get()
    assert (reader.status, reader.edition_key) == ("active", "海曙+鄞州|养老助残")
    preferences = find(r'href="http://127.0.0.1:8000(/p/[^"]+)"', done.text)
    changed = client.post(preferences, {"district": "江北"}, follow=True)
    assert "改好了" in changed.text
    assert SubscriberRow.objects.get().edition_key == "江北|"
    leave = find(r'href="(/u/[^"]+)"', changed.text)
    assert "已经退订" in client.post(leave).text
    assert "编辑会看到" in client.post(f"{leave}/reason", {"reason": "often", "words": "谢谢"}).text
    assert "订阅好了" in client.post(f"{leave}/back").text
    assert SubscriberRow.objects.get().status == "active"
    assert "失效" in client.post(client.get(path) and path[:-2] + "AA").text


def test_who_takes_back_a_leaving_stays_paused_and_is_told_until_when(client, site):
    reader = make_reader()
    client.post(f"{link(site, Purpose.PREFERENCES, reader)}/pause", {"for": "2w"})
    leave = link(site, Purpose.UNSUBSCRIBE, reader)
    client.post(leave)
    said = client.post(f"{leave}/back").text
    until = (now() + timedelta(days=14)).astimezone(SHANGHAI).date()
    assert f"暂停，{until.month}月{until.day}日起再寄给您" in said
    assert "下一期就寄" not in said
    assert SubscriberRow.objects.get().paused_until == until


def test_a_reader_takes_their_data_and_is_forgotten(client, site):
    reader = make_reader(name="=王")
    subscriptions.change(reader.id, Preferences(), now=now())
    path = link(site, Purpose.PREFERENCES, reader)
    found = json.loads(client.post(f"{path}/data", {"format": "json"}).content)
    assert found["subscriber"]["email"] == "wang@example.org"
    assert found["subscriber_change"][0]["what"] == "changed"
    table = client.post(f"{path}/data", {"format": "csv"})
    assert table["Content-Disposition"] == 'attachment; filename="my-data.csv"'
    assert "subscriber,1,name,'=王" in table.content.decode("utf-8-sig")
    subscriptions.leave(site.secret, reader.id, now=now(), how="page")
    assert "没有订阅" in client.get(path).text
    assert "全部删除" in client.get(f"{path}/erase").text, "leaving takes nobody's rights away"
    assert SubscriberRow.objects.count() == 1
    assert "已经全部删除" in client.post(f"{path}/erase").text
    assert SubscriberRow.objects.count() == 0
    assert SuppressionRow.objects.get().reason == "erased"
    assert client.get(path).status_code == 404


def test_a_pause_is_until_a_day_within_a_year(client, site):
    reader = make_reader()
    path = link(site, Purpose.PREFERENCES, reader) + "/pause"
    tomorrow = (now() + timedelta(days=1, hours=8)).date()
    for wrong in ("", "soon", "2020-01-01", "2999-01-01"):
        assert client.post(path, {"until": wrong}).status_code == 422
    assert "已暂停" in client.post(path, {"until": tomorrow.isoformat()}, follow=True).text
    assert SubscriberRow.objects.get().paused_until == tomorrow
    assert "现在就恢复" in client.get(path).text
    client.post(path, {"for": "1m"})
    assert "已恢复" in client.post(path, {"do": "resume"}, follow=True).text
    assert SubscriberRow.objects.get().paused_until is None


def test_a_pause_that_is_over_is_shown_nowhere(client, site, django_user_model):
    today = now().astimezone(SHANGHAI).date()
    reader = make_reader(paused_until=today)
    path = link(site, Purpose.PREFERENCES, reader)
    assert "暂停状态" not in client.get(path).text
    assert "暂停一段时间" in client.get(path).text
    assert "现在就恢复" not in client.get(f"{path}/pause").text
    client.force_login(django_user_model.objects.create_user("anna"))
    assert "暂停到" not in client.get("/desk/subscribers/").text
    for until, said in ((today, ""), (today + timedelta(days=1), f"{today + timedelta(days=1)}")):
        SubscriberRow.objects.update(paused_until=until)
        (exported,) = audience.list_export(b"key", now())
        assert write_reader(*exported)[EXPORT.index("paused_until")] == said
    assert "现在是暂停状态" in client.get(path).text
    assert "暂停到" in client.get("/desk/subscribers/").text


def test_a_contact_of_units_keeps_or_drops_the_members_sections(client, site):
    reader = make_reader(units=["甲社区", "乙社区"], sections=["cases", "exchange"])
    path = link(site, Purpose.PREFERENCES, reader)
    assert "甲社区、乙社区。几个单位合寄一封。" in client.get(path).text
    of_one = make_reader("one@example.org", units=["丙社区"])
    assert "几个单位" not in client.get(link(site, Purpose.PREFERENCES, of_one)).text
    client.post(path, {"district": "鄞州", "section": ["cases", "x"]})
    assert SubscriberRow.objects.get(pk=reader.id).edition_key == "鄞州||cases"
    assert "取经" in client.get(f"{path}/why").text
    resident = make_reader("li@example.org")
    client.post(
        link(site, Purpose.PREFERENCES, resident), {"district": "鄞州", "section": ["cases"]}
    )
    assert SubscriberRow.objects.get(pk=resident.id).sections == []


def test_no_page_sets_a_cookie_is_cached_or_tells_its_address_to_others(client, site):
    reader = make_reader()
    path = link(site, Purpose.PREFERENCES, reader)
    for page in ("/", "/subscribe", "/subscribe/links", path, f"{path}/pause", f"{path}/why", f"{path}/data",
                 f"{path}/erase", link(site, Purpose.UNSUBSCRIBE, reader), "/p/x", "/c/x", "/u/x"):  # fmt: skip
        answer = client.get(page)
        assert not answer.cookies, page
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert "wang@" not in answer.text
    assert mask_tokens(f"GET {path} HTTP/1.1") == "GET /p/*** HTTP/1.1"
    assert mask_tokens("GET /subscribe HTTP/1.1") == "GET /subscribe HTTP/1.1"


@pytest.mark.usefixtures("site")
def test_the_editors_side_asks_for_a_sign_in_and_no_other_view_rests_on_a_cookie(client):
    reader = make_reader()
    for pattern in get_resolver("pipeline.reader.urls").url_patterns:
        if pattern.callback is not None:
            assert getattr(pattern.callback, "csrf_exempt", False)
    for page in ("/desk/subscribers/", f"/desk/subscribers/{reader.id}/"):
        assert client.get(page)["Location"].startswith("/desk/login/")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(
        f"/desk/subscribers/{reader.id}/stop/", {"do": "stop", "reason": "x"}
    ).status_code in {302, 403}
    assert SuppressionRow.objects.count() == 0


def test_an_editor_sees_the_readers_and_stops_one_with_a_reason(client, site, django_user_model):
    reader = make_reader()
    client.force_login(django_user_model.objects.create_user("anna"))
    listed = client.get("/desk/subscribers/", {"search": "wang@", "district": "鄞州", "after": "x"})
    assert "wang@example.org" in listed.text
    assert "没有找到" in client.get("/desk/subscribers/?search=none@").text
    path = f"/desk/subscribers/{reader.id}/"
    assert "请写明原因" in client.post(f"{path}stop/", {"do": "stop"}, follow=True).text
    stopped = client.post(f"{path}stop/", {"do": "stop", "reason": "来电要求"}, follow=True)
    assert "编辑停发" in stopped.text
    assert "来电要求" in stopped.text
    client.post(f"{path}stop/", {"do": "resume", "reason": "又来电"})
    assert SuppressionRow.objects.count() == 0
    subscriptions.leave(site.secret, reader.id, now=now(), how="page")
    assert "这是本人的意愿" in client.get(path).text
    assert client.get("/desk/subscribers/999999/").status_code == 404
