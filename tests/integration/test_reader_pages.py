"""The readers' pages over HTTP, without a browser: every byte that a scanner or a stranger sees."""

import json
import re
import secrets
import socket
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from pipeline.config import load_settings
from pipeline.errors import PermanentDeliveryError, TransientDeliveryError
from pipeline.model import Preferences
from pipeline.reader import guard
from pipeline.reader.links import get_secret, make_link
from pipeline.reader.post import Postman, build_mail, clear_post
from pipeline.reader.transport import open_transport, send_by_smtp
from pipeline.store import outgoing, subscribers, subscriptions
from pipeline.store.models import (
    OutgoingMailRow,
    ReaderRequestRow,
    SubscriberRow,
    SuppressionRow,
)
from pipeline.tokens import Claim, Purpose, make_token, mask_tokens, to_day

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "reader"
ROOT = Path(__file__).resolve().parents[2]


def now():
    return datetime.now(UTC)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The pages with settings and a data directory of the test's own, and no post room running."""
    made = load_settings(ROOT / "feeds.yaml", tmp_path / "var", {"SECRET_KEY": "of the tests"})
    monkeypatch.setattr(django_settings, "PIPELINE", made, raising=False)
    monkeypatch.setattr(django_settings, "READER_POSTMAN", False, raising=False)
    return made


@pytest.fixture
def stamp(site):
    return guard.make_stamp(site, now() - timedelta(seconds=30))


def clear(site, send=None):
    sent = []

    def keep(message):
        sent.append(message)
        return "250 OK"

    return clear_post(site, send or keep, now), sent


def refuse(error):
    """Return a server that takes nothing."""

    def send(_message):
        raise error

    return send


def fill_in(client, stamp, email, page="/subscribe", **more):
    return client.post(page, {"email": email, "stamp": stamp, guard.TRAP: "", **more})


def make_reader(email="wang@example.org", **fields):
    reader = subscribers.add_subscriber(
        email, preferences=Preferences(frozenset({"鄞州"})), at=now(), confirmed=True
    )
    SubscriberRow.objects.filter(pk=reader.id).update(**fields)
    return reader


def link(site, purpose, reader, **more):
    claim = Claim(reader.id, more.get("epoch", reader.epoch), more.get("day", to_day(now())))
    return make_link(site, purpose, claim).removeprefix(site.site_url)


def links_of(message):
    return [
        one.removeprefix("http://127.0.0.1:8000")
        for one in re.findall(
            r"http://127\.0\.0\.1:8000(/[\w/-]+)", message.get_body("plain").get_content()
        )
    ]


def find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def dump_store():
    related = [one.related_model for one in SubscriberRow._meta.related_objects]
    models: list[Any] = [SubscriberRow, SuppressionRow, ReaderRequestRow, *related]
    return [
        json.loads(serializers.serialize("json", model.objects.order_by("pk"))) for model in models
    ]


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
    found.add("/v/2026-W47/" + link(site, Purpose.UNSUBSCRIBE, reader).rpartition("/")[2])
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
    genuine[Purpose.CONFIRM] = make_token(
        get_secret(site), Purpose.CONFIRM, Claim(1, 0, to_day(now()))
    )
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
                 f"/p/{genuine[Purpose.PREFERENCES]}A", f"/v/2026-W47/{genuine[Purpose.UNSUBSCRIBE]}"):  # fmt: skip
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
    view = f"/v/2026-W47/{make_token(get_secret(site), Purpose.VIEW, Claim(reader.id, 1, old_day))}"
    assert client.get(view)["Location"] == "/issues/2026-W47/"
    assert client.get(view.replace("2026-W47", "x")).status_code == 404


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
    subscriptions.leave(get_secret(site), reader.id, now=now(), how="page")
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


def test_a_contact_of_units_keeps_or_drops_the_members_sections(client, site):
    reader = make_reader(units=["甲社区", "乙社区"], sections=["cases", "exchange"])
    path = link(site, Purpose.PREFERENCES, reader)
    assert "甲社区、乙社区" in client.get(path).text
    client.post(path, {"district": "鄞州", "section": ["cases", "x"]})
    assert SubscriberRow.objects.get().edition_key == "鄞州||cases"
    assert "取经" in client.get(f"{path}/why").text
    resident = make_reader("li@example.org")
    client.post(
        link(site, Purpose.PREFERENCES, resident), {"district": "鄞州", "section": ["cases"]}
    )
    assert SubscriberRow.objects.get(pk=resident.id).sections == []


def test_known_and_unknown_addresses_are_answered_alike_by_the_same_statements(client, site, stamp):
    make_reader("known@example.org")
    left = make_reader("leftt@example.org")
    subscriptions.leave(get_secret(site), left.id, now=now(), how="page")
    hashed = subscribers.hash_address(get_secret(site), "taboo@example.org")
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


@pytest.mark.parametrize("kind", ["confirm", "link"])
def test_the_mail_is_as_approved_and_carries_nothing_a_stranger_typed(client, site, stamp, kind):
    if kind == "link":
        make_reader("wang@example.org")
    fill_in(client, stamp, "wang@example.org", district="鄞州", name="点我领奖", subject="x")
    _, (message,) = clear(site)
    assert "点我领奖" not in message.as_string()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith(f"<{kind}.")
    folder = GOLDEN / kind
    parts = {
        "subject.txt": message["Subject"] + "\n",
        "body.txt": message.get_body("plain").get_content(),
        "body.html": message.get_body("html").get_content(),
    }
    for name, content in parts.items():
        text = re.sub(
            r"\d{4}年\d+月\d+日", "某年某月某日", mask_tokens(content).replace("\r\n", "\n")
        )
        assert text == (folder / name).read_text(encoding="utf-8"), name


def test_the_same_mail_is_built_again_byte_for_byte_and_goes_to_international_addresses(
    client, site, stamp
):
    fill_in(client, stamp, "王@例子.中国")
    fill_in(client, stamp, "wang@例子.中国")
    clear(site, refuse(TransientDeliveryError("451")))
    rows = OutgoingMailRow.objects.order_by("id")
    for row, to in zip(rows, ("王@例子.中国", "wang@xn--fsqu00a.xn--fiqs8s"), strict=True):
        OutgoingMailRow.objects.filter(pk=row.pk).update(due_at=now() - timedelta(days=1))
        mail = outgoing.take_due(now())
        assert mail
        first, second = build_mail(site, mail).as_bytes(), build_mail(site, mail).as_bytes()
        assert first == second
        assert BytesParser(policy=policy.SMTPUTF8).parsebytes(first)["To"] == to
        outgoing.mark_sent(mail, "250", now())


def test_a_refused_mail_waits_or_is_given_up_and_without_a_server_lies_in_a_file(
    client, site, stamp
):
    fill_in(client, stamp, "a@example.org")

    report, _ = clear(site, refuse(TransientDeliveryError("450 later")))
    assert (report.requests, report.failed, report.waiting) == (1, 1, 1)
    fill_in(client, stamp, "b@example.org")
    report, _ = clear(site, refuse(PermanentDeliveryError("550 no such user")))
    assert (report.failed, report.waiting) == (1, 1)
    OutgoingMailRow.objects.update(due_at=now() - timedelta(days=1))
    report = clear_post(site, open_transport(site), now)
    assert report.sent == 1
    (path,) = (site.data_dir / "outbox").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "written to outbox" in OutgoingMailRow.objects.get(status="sent").reply


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
    subscriptions.leave(get_secret(site), reader.id, now=now(), how="page")
    assert "这是本人的意愿" in client.get(path).text
    assert client.get("/desk/subscribers/999999/").status_code == 404


def test_the_post_room_heals_by_itself(site, client, stamp, caplog):
    postman = Postman(site)
    fill_in(client, stamp, "a@example.org")
    postman.look()
    assert OutgoingMailRow.objects.get().status == "sent"
    (site.data_dir / "outbox").rename(site.data_dir / "gone")
    (site.data_dir / "outbox").write_text("in the way", encoding="ascii")
    fill_in(client, stamp, "b@example.org")
    postman.look()
    assert "the post waits" in caplog.text
    assert OutgoingMailRow.objects.latest("id").status == "waiting"


def test_mail_goes_out_by_smtp_and_the_servers_words_decide(smtp):
    message = build_message("ok@example.org")
    assert send_by_smtp(smtp.url, message) == "250"
    assert smtp.seen[0][1] == ["ok@example.org"]
    with pytest.raises(TransientDeliveryError, match="451"):
        send_by_smtp(smtp.url, build_message("later@example.org"))
    with pytest.raises(PermanentDeliveryError, match="550"):
        send_by_smtp(smtp.url, build_message("never@example.org"))
    with pytest.raises(TransientDeliveryError):
        send_by_smtp("smtp://127.0.0.1:1", message)


def build_message(to):
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", to, "x"
    message.set_content("x")
    return message


@pytest.fixture
def smtp():
    """A real SMTP server that refuses by name."""
    seen = []

    class Mailbox:
        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - aiosmtpd's name
            for name, reply in (("later", "451 4.2.1 later"), ("never", "550 5.1.1 no such user")):
                if address.startswith(name):
                    return reply
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002 - likewise
            seen.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield SimpleNamespace(url=f"smtp://127.0.0.1:{port}", seen=seen)
    controller.stop()
