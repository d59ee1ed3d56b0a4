"""Editors hear of a draft by mail; a mail server that is away stops no run."""

import email
import os
import socket
from datetime import datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller

from pipeline.calendar import SHANGHAI, week_of


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


def test_a_run_tells_until_when_a_draft_collects_and_what_came_since_it_was_signed(
    empty_newsroom, own_feeds, inbox, monkeypatch
):
    monkeypatch.setitem(os.environ, "SMTP_URL", f"smtp://127.0.0.1:{inbox.port}")
    now = datetime.now(SHANGHAI)
    week = week_of(now.date())
    last = now.date() + timedelta(days=6 - now.weekday())
    feeds = own_feeds(
        "sources: [{id: own, name: 示例, kind: feed, url: a.xml, full_text: false}]\n",
        HEAD + "issue: {holidays: days.yaml}\n",
    )
    known = [f"{year}-10-01" for year in (now.year, now.year + 1)]
    (feeds.parent / "days.yaml").write_text(f"off: [{', '.join(known)}]\n", encoding="utf-8")

    def publish(*stories):
        items = "".join(
            f"<item><link>https://news.example/{title}</link><title>示例：{title}</title>"
            f"<description>（示例）宁波市海曙区{text * 4}</description></item>"
            for title, text in stories
        )
        feed = f"<rss version='2.0'><channel><title>示例</title>{items}</channel></rss>"
        (feeds.parent / "a.xml").write_text(feed, encoding="utf-8")

    lights = ("社区楼道灯亮了", "社区当天记下居民关于照明的意见，一周之内逐条答复，灯都修好了。")
    hall = ("社区议事厅开门", "新的议事厅今天对居民开放，志愿者教老人下棋、写字、做香囊。")
    publish(lights)

    def run():
        done = empty_newsroom("run", "--week", week, config=feeds)
        assert (done.returncode, done.stderr) == (0, "")
        mails = [email.message_from_bytes(raw, policy=policy.default) for _, raw in inbox.mails]
        return mails[-1].get_content()

    assert f"本期收稿到{last.month}月{last.day}日24时截止" in run()
    users = empty_newsroom("users", "add", "anna", "--role", "first", text="yong-shang-2026\n")
    assert users.returncode == 0, users.stderr
    signed = empty_newsroom(
        "approve", "--week", week, "--step", "first", "--as", "anna", config=feeds
    )
    assert signed.returncode == 0, signed.stderr
    count = len(inbox.mails)
    again = empty_newsroom("run", "--week", week, config=feeds)
    assert (again.returncode, len(inbox.mails)) == (0, count)
    publish(lights, hall)
    assert "签审之后又到稿1条，没有编入" in run()


def test_a_mail_server_that_is_away_stops_no_run(empty_newsroom, own_feeds, monkeypatch):
    monkeypatch.setitem(os.environ, "SMTP_URL", "smtp://127.0.0.1:9")
    done = empty_newsroom("run", "--week", "2026-W47", config=own_feeds(SOURCES, HEAD))
    assert done.returncode == 3
    assert "the editors could not be told" in done.stderr
