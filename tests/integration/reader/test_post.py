"""The mails that the pages send: what they hold, that they wait, heal and go out by SMTP."""

import re
import shutil
import socket
import subprocess
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from pipeline.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError
from pipeline.reader.post import Postman, build_mail, clear_post
from pipeline.reader.transport import open_transport
from pipeline.store import outgoing
from pipeline.store.models import (
    OutgoingMailRow,
)
from pipeline.tokens import mask_tokens
from tests.integration.reader.conftest import clear, fill_in, make_reader, now, refuse
from tests.mailhouse import await_true
from tests.mailroom import Mailroom

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "reader"


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
        mail = outgoing.take_due(now(), site.secret)
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


def test_a_server_that_starts_works_off_what_waits_without_a_new_form(empty_room, tmp_path):
    room = Mailroom(shutil.copytree(empty_room, tmp_path / "room"))
    room.sql("INSERT INTO wording (digest, version, text) VALUES ('d', '2026-11', '我同意。')")
    room.sql(
        "INSERT INTO reader_request (kind, email, key, districts, themes, network, wording_id, at)"
        " VALUES ('join', 'a@example.org', 'a@example.org', '[]', '[]', '', 'd', ?)",
        now().replace(tzinfo=None).isoformat(" "),
    )
    outbox = room.data / "outbox"
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(
            room.command("serve", "--port", "0"),
            stdout=log, stderr=log, env=room.environment(),
        ) as server,
    ):  # fmt: skip
        try:
            await_true(lambda: [*outbox.glob("*.eml")] or server.poll() is not None, "the mail")
        finally:
            server.terminate()
            server.wait(20)
    (path,) = outbox.glob("*.eml")
    assert b"To: a@example.org" in path.read_bytes()


def test_mail_goes_out_by_smtp_and_the_servers_words_decide(site, smtp):
    send = open_transport(by_smtp(site, smtp.url))
    assert send(build_message("ok@example.org")).startswith("250")
    assert smtp.seen[0][1] == ["ok@example.org"]
    with pytest.raises(TransientDeliveryError, match="451"):
        send(build_message("later@example.org"))
    with pytest.raises(PermanentDeliveryError, match="550"):
        send(build_message("never@example.org"))


@pytest.mark.parametrize("wrong", ["password", "sender", "nobody there"])
def test_a_server_that_takes_nothing_from_us_costs_no_confirmation_a_try(
    client, site, stamp, smtp, wrong
):
    for name in "abc":
        fill_in(client, stamp, f"{name}@example.org")
    sender = {"sender_email": "banned@example.org"} if wrong == "sender" else {}
    url = smtp.url.replace("//", "//newsroom:wrong@") if wrong == "password" else smtp.url
    shut = by_smtp(site, "smtp://127.0.0.1:1" if wrong == "nobody there" else url, **sender)
    for _ in range(20):
        OutgoingMailRow.objects.update(due_at=now() - timedelta(days=1))
        report = clear_post(shut, open_transport(shut), now)
        assert (report.sent, report.failed, report.waiting) == (0, 1, 3)
    assert {(one.status, one.attempts) for one in OutgoingMailRow.objects.all()} == {("waiting", 0)}
    OutgoingMailRow.objects.update(due_at=now() - timedelta(days=1))
    mended = by_smtp(site, smtp.url)
    assert clear_post(mended, open_transport(mended), now).sent == 3


def test_a_way_that_is_set_wrongly_is_said_and_costs_no_confirmation_a_try(client, site, stamp):
    fill_in(client, stamp, "a@example.org")
    wrong = by_smtp(site, "smtp://127.0.0.1:25?tls=please")
    with pytest.raises(ConfigError, match="unknown option"):
        clear_post(wrong, open_transport(wrong), now)
    row = OutgoingMailRow.objects.get()
    assert (row.status, row.attempts) == ("waiting", 0)


def test_a_mail_that_was_taken_is_not_sent_again_for_a_rude_farewell(site, smtp):
    smtp.manners["QUIT"] = "500 5.5.1 no farewell"
    assert open_transport(by_smtp(site, smtp.url))(build_message("ok@example.org"))
    assert len(smtp.seen) == 1


def by_smtp(site, url, **newsletter):
    feeds = site.feeds.model_copy(
        update={"newsletter": site.feeds.newsletter.model_copy(update=newsletter)}
    )
    return site.model_copy(update={"smtp_url": SecretStr(url), "feeds": feeds})


def build_message(to):
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", to, "x"
    message.set_content("x")
    return message


@pytest.fixture
def smtp():
    """A real SMTP server that refuses by name, and knows nobody's password."""
    seen: list[tuple[str, list[str], bytes]] = []
    manners: dict[str, str] = {}

    class Mailbox:
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - aiosmtpd's name
            if address.startswith("banned"):
                return "550 5.7.1 sender not allowed"
            envelope.mail_from = address
            return "250 OK"

        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - likewise
            for name, reply in (("later", "451 4.2.1 later"), ("never", "550 5.1.1 no such user")):
                if address.startswith(name):
                    return reply
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002 - likewise
            seen.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
            return "250 OK"

        async def handle_QUIT(self, server, session, envelope):  # noqa: N802, ARG002 - likewise
            return manners.get("QUIT", "221 Bye")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        Mailbox(), hostname="127.0.0.1", port=port, auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )  # fmt: skip
    controller.start()
    yield SimpleNamespace(url=f"smtp://127.0.0.1:{port}", seen=seen, manners=manners)
    controller.stop()
