"""Editors hear of a draft by mail; a mail server that is away stops no run."""

import email
import os
import socket
from email import policy

import pytest
from aiosmtpd.controller import Controller


class Inbox:
    def __init__(self):
        self.mails = []
        self.port = 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name there
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def inbox():
    kept = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        kept.port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


HEAD = (
    "newsletter: {name: 示例, sender_email: a@news.example, first_week: 2026-W45}\n"
    "delivery: {report_to: [desk@news.example]}\n"
)
SOURCES = (
    "sources:\n  - {id: sample, name: 示例, kind: feed, url: samples/rss.xml, full_text: false}\n"
    "  - {id: gone, name: 无, kind: feed, url: samples/none.xml}\n"
)


def test_the_editors_hear_of_the_draft_and_of_what_failed(
    empty_newsroom, own_feeds, inbox, monkeypatch
):
    monkeypatch.setitem(os.environ, "SMTP_URL", f"smtp://127.0.0.1:{inbox.port}")
    done = empty_newsroom("run", "--week", "2026-W47", config=own_feeds(SOURCES, HEAD))
    assert done.returncode == 3, done.stderr
    ((to, raw),) = inbox.mails
    assert to == ["desk@news.example"]
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"].startswith("【待审】示例 2026-W47")
    text = mail.get_content()
    assert "gone" in text
    assert "/desk/weeks/2026-W47/" in text
    assert "11月23日 08:00" in text


def test_nobody_is_asked_to_begin_with_what_is_signed_already(drafted_newsroom, inbox, monkeypatch):
    signed = drafted_newsroom("approve", "--week", "2026-W47", "--step", "first", "--as", "anna")
    assert signed.returncode == 0, signed.stderr
    monkeypatch.setitem(os.environ, "SMTP_URL", f"smtp://127.0.0.1:{inbox.port}")
    again = drafted_newsroom("run", "--week", "2026-W47")
    assert again.returncode == 0, again.stderr
    assert "This issue is being signed: it stands, nothing was replaced." in again.stdout
    assert inbox.mails == []


def test_a_mail_server_that_is_away_stops_no_run(empty_newsroom, own_feeds, monkeypatch):
    monkeypatch.setitem(os.environ, "SMTP_URL", "smtp://127.0.0.1:9")
    done = empty_newsroom("run", "--week", "2026-W47", config=own_feeds(SOURCES, HEAD))
    assert done.returncode == 3
    assert "the editors could not be told" in done.stderr
