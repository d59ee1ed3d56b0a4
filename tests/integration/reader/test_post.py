"""The mails that the pages send: what they hold, that they wait, heal and go out by SMTP."""

import re
import socket
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from pipeline.errors import PermanentDeliveryError, TransientDeliveryError
from pipeline.reader.post import Postman, build_mail, clear_post
from pipeline.reader.transport import open_transport, send_by_smtp
from pipeline.store import outgoing
from pipeline.store.models import (
    OutgoingMailRow,
)
from pipeline.tokens import mask_tokens
from tests.integration.reader.conftest import clear, fill_in, make_reader, now, refuse

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
