"""The other way out: a provider's API on loopback, its refusals, its silence and its webhooks."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, get_args

import pytest

from tests.mailroom import WEEK, Mailroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Once

pytest.importorskip("anymail", reason="needs the extra anymail")

from django.core.exceptions import SuspiciousOperation
from pydantic import SecretStr

from pipeline.assemble.templates import TOKENS
from pipeline.config import DeliverySettings
from pipeline.desk.gate import PUBLIC_MODULES
from pipeline.errors import ConfigError
from pipeline.model import Preferences
from pipeline.reader.post import clear_post, open_transport
from pipeline.sending import service
from pipeline.sending.hooks import list_hooks, read_event, take_event
from pipeline.sending.single import find_way, refuse_dead_links
from pipeline.store import optin
from pipeline.store.models import SuppressionRow
from pipeline.telling import editors
from pipeline.telling.notices import Notice
from tests.readers import add_subscriber

READERS = [(f"r{n}@d.example", "海曙") for n in range(6)]
KEY, HOOK = "key-of-the-test-provider", "hook:a-long-password-of-the-hook"
AT = datetime(2026, 11, 25, tzinfo=UTC)


class Provider:
    """Answers like Postmark; what it does with whom can be set."""

    def __init__(self) -> None:
        self.does: dict[str, str] = {}
        self.usual = "take"
        self.breaks_after = -1  # so many mails were taken; -1: never
        self.watch: Callable[[], object] = lambda: None  # called with every mail
        self.taken: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self.lock = threading.Lock()
        outer = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                mail = json.loads(self.rfile.read(size))
                outer.keys.add(self.headers["X-Postmark-Server-Token"])
                does = outer.does.get(mail["To"], outer.usual)
                outer.watch()
                with outer.lock:
                    if len(outer.taken) == outer.breaks_after:
                        does = "503 down"
                    elif does in {"take", "cut after"}:
                        outer.taken.append(mail)
                if does.startswith("cut"):
                    self.connection.close()
                    return
                code, body = 200, {"ErrorCode": 0, "Message": "OK", "MessageID": "abc-1"}
                if does == "inactive":
                    code, body = (
                        422,
                        {
                            "ErrorCode": 406,
                            "Message": f"You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: {mail['To']}.",
                        },
                    )
                elif does != "take":
                    status, _, words = does.partition(" ")
                    said = words or f"said {does}"
                    code, body = int(status), {"ErrorCode": 10, "Message": said}
                data = json.dumps(body | {"To": mail["To"]}).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(scope="session")
def approved(made_once: Once, signed_room: Path) -> Path:
    def build(folder: Path) -> None:
        shutil.copytree(signed_room, folder)
        Mailroom(folder).subscribe(READERS)

    return made_once("signed-provider", build)


@pytest.fixture
def room(approved: Path, provider: Provider, tmp_path: Path) -> Mailroom:
    shutil.copytree(approved, tmp_path / "room")
    one = Mailroom(tmp_path / "room", {"ESP_KEY": KEY, "ESP_URL": provider.url})
    one.configure("esp: postmark, timeout: 5")
    one.publish_ago(0)
    return one


def test_every_provider_that_may_be_named_has_a_key_of_a_name() -> None:
    named = get_args(DeliverySettings.model_fields["esp"].annotation)
    assert set(named) == {"", *service._KEYS}


def test_every_answer_of_a_provider_ends_in_its_state_and_silence_in_doubt(room, provider):
    provider.does = {
        "r1@d.example": "inactive", "r2@d.example": "429", "r3@d.example": "cut after",
        "r4@d.example": "500",
    }  # fmt: skip
    report = json.loads(room.must("send", "--week", WEEK, "--json"))
    assert (report["delivered"], report["failed"]) == (2, 1)
    assert (report["deferred"], report["uncertain"]) == (1, 2)
    rows = [
        json.loads(one) for one in room.must("deliveries", "--week", WEEK, "--json").splitlines()
    ]
    found = {row["email"]: row for row in rows}
    assert {email: found[email]["status"] for email, _ in READERS} == {
        "r0@d.example": "delivered", "r1@d.example": "failed", "r2@d.example": "deferred",
        "r3@d.example": "uncertain", "r4@d.example": "uncertain", "r5@d.example": "delivered",
    }  # fmt: skip
    assert KEY not in json.dumps(rows)
    assert provider.keys == {KEY}
    mail = next(one for one in provider.taken if one["To"] == "r0@d.example")
    headers = {one["Name"]: one["Value"] for one in mail["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")
    assert (
        headers["Message-ID"] == found["r0@d.example"]["message_id"] == mail["Metadata"]["message"]
    )
    link = headers["List-Unsubscribe"].strip("<>")
    assert link in mail["TextBody"]
    assert not [token for token in TOKENS if token in mail["TextBody"]]  # a link may hold __
    assert (mail["TrackOpens"], mail["TrackLinks"]) == (False, "None")
    before = len(provider.taken)
    provider.does = {}
    room.sql("UPDATE delivery SET next_at = NULL")
    report = json.loads(room.must("send", "--week", WEEK, "--json"))
    assert (report["delivered"], report["uncertain"]) == (3, 2), "what is in doubt is held"
    assert len(provider.taken) == before + 1


def test_a_provider_that_cannot_be_reached_or_refuses_the_key_loses_nobody(room, provider):
    provider.does = {email: "401" for email, _ in READERS}
    done = room.call("send", "--week", WEEK)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1
    assert KEY not in done.stderr
    room.environ["ESP_URL"] = "http://127.0.0.1:9/"
    report = room.call("send", "--week", WEEK, "--json")
    states = {
        json.loads(one)["status"]
        for one in room.must("deliveries", "--week", WEEK, "--json").splitlines()
    }
    assert states <= {"deferred", "pending"}, report.stderr
    del room.environ["ESP_KEY"]
    missing = room.call("send", "--week", WEEK)
    assert missing.returncode == 2
    assert "ESP_KEY" in missing.stderr


@pytest.fixture
def crowded(room: Mailroom) -> Mailroom:
    """Return the room with far more readers than are tried during an outage."""
    room.subscribe([(f"m{n}@d.example", "") for n in range(60)])
    return room


def count_states(room: Mailroom) -> dict[object, object]:
    return dict(room.sql("SELECT status, count(*) FROM delivery GROUP BY status"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("does", "state"), [("503 down", "uncertain"), ("cut", "uncertain"), ("429", "deferred")]
)
def test_an_outage_ends_the_run_and_leaves_the_rest_in_the_queue(crowded, provider, does, state):
    provider.usual = does
    done = crowded.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "tried 6 times" in done.stderr
    assert count_states(crowded) == {state: 6, "pending": len(READERS) + 60 - 6}
    provider.usual = "take"
    report = json.loads(crowded.must("send", "--week", WEEK, "--json"))
    assert report["delivered"] == len(READERS) + 60 - 6


def test_an_outage_in_the_midst_ends_the_run_too(crowded, provider):
    provider.breaks_after = 20
    done = crowded.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    found = count_states(crowded)
    assert found["delivered"] == 20
    assert 6 <= int(str(found["uncertain"])) < 6 + 8, "and who was on the way when it began"


def test_a_closed_door_costs_nobody_an_attempt(crowded):
    crowded.environ["ESP_URL"] = "http://127.0.0.1:9/"
    done = crowded.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "postmark cannot be reached; tried 6 times" in done.stderr
    assert count_states(crowded) == {"deferred": 6, "pending": len(READERS) + 60 - 6}
    assert crowded.sql("SELECT max(attempts) FROM delivery") == [(0,)]


def test_one_wrong_setting_at_a_provider_suppresses_nobody(room, provider):
    provider.does = {email: "404 Domain not found: example.org" for email, _ in READERS}
    done = room.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Domain not found" in done.stderr
    states = {status for (status,) in room.sql("SELECT status FROM delivery")}
    assert states <= {"pending", "deferred"}
    provider.does = {READERS[0][0]: "422 5.1.1 no such user: weekly@example.org"}
    report = json.loads(room.must("send", "--week", WEEK, "--json"))
    assert (report["delivered"], report["failed"]) == (5, 1)
    assert room.sql("SELECT count(*) FROM suppression") == [(0,)]


@pytest.mark.parametrize("more", [0, 60])
def test_an_account_that_may_not_send_fails_nobody(room, provider, more):
    room.subscribe([(f"m{n}@d.example", "") for n in range(more)])
    provider.usual = "422 The 'From' address is not a confirmed Sender Signature"
    done = room.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "Sender Signature" in done.stderr
    found = count_states(room)
    assert set(found) <= {"deferred", "pending"}
    assert found["deferred"] == min(20, len(READERS) + more)
    provider.usual = "take"
    report = json.loads(room.must("send", "--week", WEEK, "--json"))
    assert report["delivered"] == len(READERS) + more


def test_a_crash_leaves_no_doubt_about_what_was_refused(room, provider):
    seen: list[dict[object, object]] = []
    provider.usual = "422 The 'From' address is not a confirmed Sender Signature"
    provider.watch = lambda: seen.append(count_states(room))
    assert room.call("send", "--week", WEEK).returncode == 1
    assert [one["sending"] for one in seen] == [1] * len(READERS), "the one that is asked about"
    assert [one.get("deferred", 0) for one in seen] == list(range(len(READERS)))


def test_what_is_refused_after_others_were_taken_is_said_of_the_reader(room, provider):
    provider.does = {READERS[5][0]: "422 no such user"}
    report = json.loads(room.must("send", "--week", WEEK, "--json"))
    assert (report["delivered"], report["failed"]) == (5, 1)


def test_a_test_copy_takes_the_same_way(room, provider):
    room.must("send", "--week", WEEK, "--test-to", "chief@x.example")
    ((mail),) = provider.taken
    assert mail["Subject"].startswith("【测试】")


@pytest.mark.django_db
def test_confirmations_and_notices_take_the_same_way(settings, provider):
    pipeline = settings.PIPELINE
    delivery = pipeline.feeds.delivery.model_copy(
        update={"esp": "postmark", "report_to": ("desk@news.example",), "timeout": 5.0}
    )
    posted = pipeline.model_copy(
        update={
            "feeds": pipeline.feeds.model_copy(update={"delivery": delivery}),
            "esp_key": SecretStr(KEY),
            "esp_url": provider.url,
        }
    )
    ask(AT)
    notice = Notice("示例", ("一",), "https://news.example/desk/", frozenset())
    provider.does = {"new@mail.example": "401", "desk@news.example": "401"}
    report = clear_post(posted, open_transport(posted), lambda: AT)
    assert (report.sent, report.waiting) == (0, 1), "a wrong key is no fault of the mail"
    assert len(editors.tell(posted, notice)) == 1
    provider.does = {}
    later = AT + timedelta(minutes=5)
    assert clear_post(posted, open_transport(posted), lambda: later).sent == 1
    assert editors.tell(posted, notice) == []
    confirmation, told = provider.taken
    assert (confirmation["To"], told["To"]) == ("new@mail.example", "desk@news.example")
    assert "/c/" in confirmation["TextBody"]


def ask(at: datetime) -> None:
    wording = ("d" * 64, "2026-11", "我同意。")
    optin.add_request(
        optin.Request("join", "new@mail.example", Preferences(), "203.0.113.0/24", wording),
        at,
    )


def test_doctor_says_which_way_mail_goes_and_whether_it_can(room):
    said = {one["check"]: one for one in json.loads(room.call("doctor", "--json").stdout)["checks"]}
    assert said["mail"]["said"].startswith("by postmark")
    assert said["mail"]["ok"]
    del room.environ["ESP_KEY"]
    said = {one["check"]: one for one in json.loads(room.call("doctor", "--json").stdout)["checks"]}
    assert not said["mail"]["ok"]
    assert "ESP_KEY is not set" in said["mail"]["said"]


@pytest.mark.parametrize(
    ("kind", "reason", "words", "expected"),
    [
        (
            "bounced",
            "bounced",
            "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
            "hard",
        ),
        (
            "bounced",
            "bounced",
            "Unable to temporarily deliver message (ex: mailbox full, exceeds quota).",
            "soft",
        ),
        ("bounced", "bounced", "", "soft"),
        ("rejected", "invalid", "", "hard"),
        ("rejected", "blocked", "", "block"),
        ("complained", "spam", "", "complaint"),
        ("autoresponded", None, "", "auto-reply"),
        ("deferred", None, "", ""),
        ("opened", None, "", ""),
        ("delivered", None, "", ""),
    ],
)
def test_a_report_says_of_the_address_what_it_says(kind, reason, words, expected) -> None:
    assert read_event(kind, reason, words)[0] == expected


def hook(settings, provider_: str = "postmark") -> Any:
    """Return the view that the provider reports to."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": HOOK}
    pipeline = settings.PIPELINE
    delivery = pipeline.feeds.delivery.model_copy(update={"esp": provider_})
    (found,) = list_hooks(
        pipeline.model_copy(update={
            "feeds": pipeline.feeds.model_copy(update={"delivery": delivery}),
            "esp_webhook_secret": SecretStr(HOOK),
        })
    )  # fmt: skip
    return found


@pytest.mark.django_db
def test_a_webhook_suppresses_once_and_only_with_its_secret(settings, rf) -> None:
    add_subscriber("a@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    found = hook(settings)
    assert str(found.pattern) == "hooks/postmark/tracking/"
    assert found.callback.__module__.startswith(PUBLIC_MODULES)
    report = {
        "RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 7, "MessageID": "m-1",
        "Email": "A@mail.example", "BouncedAt": "2026-11-25T10:00:00Z",
        "Description": "The subscriber explicitly marked this message as spam.", "Metadata": {},
    }  # fmt: skip

    def post(secret: str) -> int:
        head = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()}
        request = rf.post(
            "/hooks/postmark/tracking/", json.dumps(report), "application/json", **head
        )
        status: int = found.callback(request).status_code
        return status

    with pytest.raises(SuspiciousOperation):
        post("hook:guessed")
    assert SuppressionRow.objects.count() == 0
    assert post(HOOK) == 200
    assert post(HOOK) == 200
    assert [one.reason for one in SuppressionRow.objects.all()] == ["complaint"]


@pytest.mark.django_db
def test_a_dead_address_that_a_provider_reports_needs_no_mail_of_ours_as_proof() -> None:
    add_subscriber("a@mail.example", preferences=Preferences(), at=AT, confirmed=True)

    class Event:
        event_type, reject_reason, recipient = "bounced", "bounced", "a@mail.example"
        mta_response, description = "550 5.1.1 user unknown", ""
        event_id, message_id, timestamp, metadata = "1", "m", AT, None

    assert take_event(b"secret", Event(), "postmark", AT) == "new"
    assert [one.reason for one in SuppressionRow.objects.all()] == ["hard"]


@pytest.mark.parametrize(
    ("way", "site", "refused"),
    [
        ({"esp_url": ""}, "http://127.0.0.1:8000", True),
        ({"esp_url": "https://api.eu.mailgun.example/v3"}, "http://127.0.0.1:8000", True),
        ({"esp_url": "http://127.0.0.1:9/"}, "http://127.0.0.1:8000", False),
        ({"esp_url": "https://api.eu.mailgun.example/v3"}, "https://weekly.example", False),
    ],
)
def test_no_mail_goes_into_the_world_whose_links_lead_nowhere(settings, way, site, refused) -> None:
    pipeline = settings.PIPELINE
    delivery = pipeline.feeds.delivery.model_copy(update={"esp": "postmark"})
    feeds = pipeline.feeds.model_copy(update={"delivery": delivery})
    given = {"feeds": feeds, "esp_key": SecretStr(KEY), "site_url": site} | way
    posted = pipeline.model_copy(update=given)
    with pytest.raises(ConfigError, match="SITE_URL") if refused else nullcontext():
        refuse_dead_links(posted, find_way(posted))


@pytest.mark.django_db
def test_a_report_about_a_stranger_changes_nothing() -> None:
    class Event:
        event_type, reject_reason, recipient = "bounced", "bounced", "nobody@mail.example"
        mta_response, description = "550 5.1.1 user unknown", ""
        event_id, message_id, timestamp, metadata = "1", "m", AT, None

    assert take_event(b"secret", Event(), "postmark", AT) == "stranger"
    assert SuppressionRow.objects.count() == 0
