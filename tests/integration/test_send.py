"""Sending by the command line: real SQLite, real processes, a real SMTP server on loopback."""

from __future__ import annotations

import email
import gzip
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email import policy
from email.utils import parsedate_to_datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pipeline.calendar import SHANGHAI
from tests.integration.conftest import READERS, SEND_KEYS, rows, send
from tests.mailroom import ROOT, WEEK, Mailroom


def test_an_issue_without_three_signatures_is_refused(drafted, sink, tmp_path):
    shutil.copytree(drafted, tmp_path / "room")
    done = Mailroom(tmp_path / "room", {"SMTP_URL": sink.url}).call("send", "--week", WEEK)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert sink.taken == []


def test_everybody_gets_it_once_and_the_archive_opens_with_the_first_mail(room, sink):
    archive = room.data / "site" / "issues" / WEEK
    assert not archive.exists()
    report = send(room)
    assert (report["recipients"], report["delivered"]) == (5, 5)
    assert report["editions"] == 5
    assert sorted(to for to, _ in sink.taken) == sorted(one for one, _ in READERS)
    told = rows(room)
    for to, content in sink.taken:
        message = email.message_from_bytes(content, policy=policy.default)
        assert message["To"] == to
        assert not [one for one, _ in READERS if one != to and one.encode() in content]
        assert told[to]["message_id"] == message["Message-ID"]
    assert (archive / "index.html").exists()
    again = room.call("send", "--week", WEEK)
    assert again.returncode == 4
    assert again.stderr.count("\n") == 1
    assert len(sink.taken) == 5


def test_a_sender_killed_before_the_archive_opened_opens_it_when_it_comes_again(room, sink):
    send(room)
    archive = room.data / "site" / "issues" / WEEK
    shutil.rmtree(archive)
    room.sql("UPDATE issue SET status = 'sending', announced_at = NULL")  # as a kill leaves it
    assert send(room)["delivered"] == 5
    assert (archive / "index.html").exists()
    assert room.sql("SELECT status, announced_at IS NULL FROM issue") == [("sent", 0)]
    assert len(sink.taken) == 5


def test_a_dry_run_changes_nothing(room, sink):
    before = room.sql("SELECT status, queued_at, published_at FROM issue")
    report = send(room, "--dry-run")
    assert (report["recipients"], report["delivered"], report["editions"]) == (5, 0, 5)
    assert room.sql("SELECT status, queued_at, published_at FROM issue") == before
    assert rows(room) == {}
    assert sink.taken == []
    assert not (room.data / "site" / "issues" / WEEK).exists()


def test_a_folder_takes_one_file_a_recipient(room, sink, tmp_path):
    assert send(room, "--to-dir", str(tmp_path / "out"))["delivered"] == 5
    files = sorted((tmp_path / "out").glob("*.eml"))
    got = [email.message_from_bytes(one.read_bytes(), policy=policy.default)["To"] for one in files]
    assert sorted(got) == sorted(one for one, _ in READERS)
    assert sink.taken == []


def test_a_folder_that_cannot_be_written_leaves_everybody_waiting(room, tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "out" / "nowhere")
    done = room.call("send", "--week", WEEK, "--to-dir", str(tmp_path / "link"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    states = {row["status"] for row in rows(room).values()}
    assert states == {"pending", "deferred"}
    assert send(room, "--to-dir", str(tmp_path / "elsewhere"))["delivered"] == 5


def test_a_limit_sends_so_many_and_a_later_call_the_rest(room, sink):
    assert send(room, "--limit", "2")["delivered"] == 2
    assert len(sink.taken) == 2
    assert send(room, "--dry-run")["recipients"] == 3
    assert send(room)["delivered"] == 5
    assert len({to for to, _ in sink.taken}) == len(sink.taken) == 5


def test_refusals_show_and_only_what_was_put_off_is_tried_again(room, sink):
    sink.refuses = {
        "yi@a.example": "450 4.2.1 try later",
        "er@b.example": "550 5.1.1 user unknown",
    }
    report = send(room)
    assert (report["delivered"], report["deferred"], report["failed"]) == (3, 1, 1)
    found = rows(room)
    assert found["yi@a.example"]["status"] == "deferred"
    assert "450" in found["yi@a.example"]["reply"]
    assert (found["er@b.example"]["status"], found["er@b.example"]["attempts"]) == ("failed", 1)
    counted = json.loads(room.must("deliveries", "--week", WEEK, "--counts", "--json"))
    assert counted == {"week": WEEK, "opens": 0, "clicks": []}  # off
    said = room.must("deliveries", "--week", WEEK, "--domains", "--json").splitlines()
    assert {one["domain"]: one for one in map(json.loads, said)}["a.example"] == {
        "domain": "a.example", "deferred": 1
    }  # fmt: skip
    sink.refuses = {}
    assert send(room)["deferred"] == 1, "not before its time"
    room.sql("UPDATE delivery SET next_at = '2026-01-01 00:00:00' WHERE status = 'deferred'")
    report = send(room)
    assert (report["delivered"], report["deferred"], report["failed"]) == (4, 0, 1)
    assert sorted(to for to, _ in sink.taken) == sorted(
        one for one, _ in READERS if one != "er@b.example"
    )


def test_a_relay_that_refuses_the_sender_suppresses_nobody_and_loses_nobody(room, sink):
    sink.refuses_sender = "550 5.1.8 <weekly@x>: Sender address rejected: Domain not found"
    done = room.call("send", "--week", WEEK)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "refuses the sender" in done.stderr
    assert {one["status"] for one in rows(room).values()} <= {"pending", "deferred"}
    assert room.sql("SELECT count(*) FROM suppression") == [(0,)]
    sink.refuses_sender = ""
    assert send(room)["delivered"] == 5


def test_a_receiver_that_asked_for_quiet_is_left_in_peace_by_the_next_run(room, sink):
    sink.refuses = {"yi@a.example": "550 Domain frequency limited"}
    assert send(room)["deferred"] == 1
    room.sql("UPDATE delivery SET next_at = NULL WHERE status = 'deferred'")
    sink.refuses = {}
    report = send(room)
    assert (report["delivered"], report["deferred"]) == (4, 1)
    assert "slow down" in rows(room)["yi@a.example"]["reply"]
    room.sql("UPDATE receiver SET shut_until = NULL")
    room.sql("UPDATE delivery SET next_at = NULL WHERE status = 'deferred'")
    assert send(room)["delivered"] == 5


def test_stale_news_is_refused_and_who_still_waits_at_the_deadline_fails(room, sink):
    room.publish_ago(100)
    assert room.call("send", "--week", WEEK).returncode == 4
    (issue,) = json.loads(room.must("status", "--json"))["issues"]
    assert (issue["overdue"], issue["stale"]) == (True, True)
    assert "too late to be sent" in room.must("status")
    room.publish_ago(0)
    send(room, "--limit", "2")
    room.publish_ago(100)
    report = send(room)
    assert (report["delivered"], report["failed"]) == (2, 3)
    assert (
        "deadline" in next(one for one in rows(room).values() if one["status"] == "failed")["reply"]
    )
    assert len(sink.taken) == 2


def test_the_final_reviewers_time_counts_and_not_the_calendars(room, sink):
    def set_time(hours: float) -> None:
        moment = datetime.now(UTC) + timedelta(hours=hours)
        room.sql("UPDATE issue SET send_at = ?", moment.replace(tzinfo=None).isoformat(" "))

    room.publish_ago(100)
    dry = room.call("send", "--week", WEEK, "--dry-run")
    assert (dry.returncode, dry.stdout) == (4, "")
    set_time(2)
    early = room.call("send", "--week", WEEK)
    assert (early.returncode, early.stderr.count("\n")) == (4, 1)
    assert "too early" in early.stderr
    assert room.must("send", "--week", WEEK, "--dry-run")
    set_time(-1)
    assert send(room)["delivered"] == 5
    assert len(sink.taken) == 5


def test_an_issue_bears_the_day_it_goes_out_and_nothing_of_it_lies_in_the_future(room, sink):
    def say(moment: datetime) -> str:
        return f"{moment.year}年{moment.month}月{moment.day}日"

    today = datetime.now(SHANGHAI)
    planned = today + timedelta(days=3)
    room.publish_ago(-72)  # the calendar's time; the editors send today
    send(room)
    data = sink.taken[0][1]
    part = email.message_from_bytes(data, policy=policy.default).get_body(("plain",))
    assert part is not None
    text = part.get_content()
    page = (room.data / "site" / "issues" / WEEK / "index.html").read_text(encoding="utf-8")
    for words in (text, page):
        assert say(today) in words
        assert say(planned) not in words
    now = datetime.now(UTC)
    folder = room.data / "site" / "issues"
    feed = (folder / "rss.xml").read_text(encoding="utf-8")
    (moment,) = re.findall("<pubDate>(.+?)</pubDate>", feed)
    assert parsedate_to_datetime(moment) <= now
    dated = json.loads((folder / "feed.json").read_text(encoding="utf-8"))["items"]
    assert [datetime.fromisoformat(one["date_published"]) <= now for one in dated] == [True]
    for calendar in folder.rglob("*.ics"):
        for stamp in re.findall(r"DTSTAMP:(\S+)", calendar.read_text(encoding="utf-8")):
            assert datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) <= now


def test_cron_sends_what_is_due_and_is_silent_otherwise(room, sink):
    room.publish_ago(-5)
    early = room.call("send", "--due")
    assert (early.returncode, early.stdout, early.stderr) == (0, "", "")
    room.publish_ago(1)
    (report,) = map(json.loads, room.must("send", "--due", "--json").splitlines())
    assert set(report) == SEND_KEYS
    assert report["delivered"] == len(sink.taken) == 5
    again = room.call("send", "--due")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert room.call("send", "--week", WEEK, env={"SMTP_URL": ""}).returncode == 4, "sent already"
    for wrong in (("--due", "--week", WEEK), ("--due", "--test-to", "a@example.org"), ()):
        assert room.call("send", *wrong).returncode == 2


@pytest.mark.usefixtures("sink")
def test_who_waits_for_a_new_senders_next_day_is_not_given_up(room):
    room.configure("per_domain_rate: 10000, warm_up: true")
    room.subscribe([(f"m{n}@a.example", "") for n in range(420)])
    assert send(room)["delivered"] == 200
    room.publish_ago(60)  # hours, of the 48 that an issue has; its second day is half over
    room.sql("UPDATE delivery SET at = datetime(at, '-2 days') WHERE status = 'delivered'")
    after = send(room)
    assert (after["failed"], after["delivered"]) == (0, 425)


def test_quiet_means_that_only_what_needs_somebody_is_said(room, sink):
    room.configure("per_domain_rate: 10000, warm_up: true")
    sink.refuses = {"yi@a.example": "450 4.2.1 try later"}
    assert send(room)["deferred"] == 1
    # 200 of another issue went out today, so that nothing is left of a new sender's first day
    room.sql(
        "INSERT INTO delivery (issue_id, subscriber_id, edition_key, status, message_id, reply, "
        "queued_at, at, attempts, rule, next_at) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "SELECT issue_id, -i, 'all', 'delivered', i, '', queued_at, at, 1, '', NULL "
        "FROM n, (SELECT * FROM delivery WHERE status = 'delivered' LIMIT 1)"
    )
    room.sql("UPDATE delivery SET next_at = NULL WHERE status = 'deferred'")
    told = room.call("send", "--due")
    assert told.stderr.startswith("warm-up: ")
    quiet = room.call("-q", "send", "--due")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE status = 'deferred'")
    held = room.call("-q", "send", "--due")
    assert held.stderr.startswith("1 deliveries are uncertain and held; ")
    quiet = room.call("-q", "send", "--due")
    assert (quiet.returncode, quiet.stderr) == (0, ""), "said today"
    assert "uncertain and held" in room.call("send", "--due").stderr
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE subscriber_id = 2")
    changed = room.call("-q", "send", "--due")
    assert "2 deliveries are uncertain and held" in changed.stderr


def test_what_a_log_cannot_tell_yet_is_held_though_the_settings_would_send_it_again(
    room, sink, tmp_path
):
    room.configure("per_domain_rate: 10000, uncertain: resend")
    send(room)
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE subscriber_id = 1")
    room.sql("UPDATE issue SET status = 'sending'")
    log = tmp_path / "mail.log"
    log.write_text("2020-01-01T00:00:00Z mx postfix/qmgr[8]: 4A1B: removed\n", encoding="utf-8")
    assert send(room, "--relay-log", str(log))["uncertain"] == 1
    assert len(sink.taken) == 5
    assert send(room)["delivered"] == 5
    assert len(sink.taken) == 6


@pytest.mark.parametrize("damage", ["cut", "garbage"])
def test_a_packed_log_that_is_damaged_is_one_line_and_settles_nothing(room, tmp_path, damage):
    send(room, "--to-dir", str(tmp_path / "out"))
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE subscriber_id = 1")
    room.sql("UPDATE issue SET status = 'sending'")
    line = b"2020-01-01T00:00:00Z mx postfix/qmgr[8]: 4A1B: removed\n"
    packed = gzip.compress(line * 99)
    log = tmp_path / "mail.log.2.gz"
    log.write_bytes(packed[:-9] if damage == "cut" else line)
    words = ("send", "--week", WEEK, "--to-dir", str(tmp_path / "out"), "--relay-log", str(log))
    done = room.call(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith(f"error: --relay-log: {log}: ")
    log.write_bytes(packed)
    assert room.call(*words).returncode == 0


@pytest.mark.parametrize("word", [(), ("--uncertain", "resend"), ("--uncertain", "delivered")])
def test_doubts_end_with_the_deadline(room, sink, word):
    send(room)
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE subscriber_id <= 2")
    room.sql("UPDATE issue SET status = 'sending'")
    room.publish_ago(100)
    done = room.call("-q", "send", "--due", *word)
    assert done.returncode == 0
    found = [one for one in rows(room).values() if one["status"] != "delivered"]
    if "delivered" in word:
        assert (found, done.stderr) == ([], "")
    else:
        assert "of 2 deliveries nobody told whether they arrived" in done.stderr
        assert {one["status"] for one in found} == {"failed"}
        assert {"nobody told in time" in one["reply"] for one in found} == {True}
    assert len(sink.taken) == 5
    (issue,) = json.loads(room.must("status", "--json"))["issues"]
    assert issue["status"] == "sent"
    again = room.call("-q", "send", "--due")
    assert (again.returncode, again.stderr) == (0, "")


def test_past_the_deadline_a_log_that_goes_on_may_still_tell_of_what_is_fresh(room, tmp_path):
    send(room)
    room.sql("UPDATE delivery SET status = 'uncertain' WHERE subscriber_id = 1")
    room.sql("UPDATE issue SET status = 'sending'")
    room.publish_ago(100)
    log = tmp_path / "mail.log"
    log.write_text("2020-01-01T00:00:00Z mx postfix/qmgr[8]: 4A1B: removed\n", encoding="utf-8")
    assert send(room, "--relay-log", str(log))["uncertain"] == 1
    room.sql("UPDATE delivery SET at = '2026-01-01 00:00:00' WHERE status = 'uncertain'")
    assert send(room, "--relay-log", str(log))["failed"] == 1


@pytest.mark.parametrize("quiet", [False, True])
def test_a_signature_that_was_asked_for_is_a_note_and_quiet_says_none(
    drafted, sink, tmp_path, quiet
):
    shutil.copytree(drafted, tmp_path / "room")
    room = Mailroom(tmp_path / "room", {"SMTP_URL": sink.url})
    room.configure("report_to: [desk@a.example]")
    room.publish_ago(-1)
    done = room.call(*["-q"] * quiet, "status", "--remind")
    assert done.returncode == 0
    said = [line for line in done.stderr.splitlines() if "the holidays of" not in line]
    assert said == ([] if quiet else [f"note: asked for a signature: {WEEK}"])


def test_a_second_sender_is_kept_out_and_a_signal_finishes_what_is_in_flight(room, sink):
    room.configure("per_domain_rate: 10000, connections: 1")
    sink.gate.clear()
    sender = subprocess.Popen(
        room.command("send", "--week", WEEK, "--json"), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, encoding="utf-8", env=room.environment(),
    )  # fmt: skip
    assert sink.arrived.wait(60)
    second = room.call("send", "--week", WEEK)
    assert second.returncode == 75
    assert second.stderr.count("\n") == 1
    assert not (room.data / "site" / "issues" / WEEK).exists()
    sender.send_signal(signal.SIGTERM)
    # The handler runs in the sender's loop, which waits for the answer that the gate holds back.
    room.call("deliveries", "--week", WEEK)
    sink.gate.set()
    printed, said = sender.communicate(timeout=60)
    assert sender.returncode == 0, said
    report = json.loads(printed)
    assert (report["delivered"], report["deferred"], report["uncertain"]) == (1, 4, 0)
    assert len(sink.taken) == 1
    assert send(room)["delivered"] == 5
    assert len({to for to, _ in sink.taken}) == len(sink.taken) == 5


WORKER = """
import sys
from pathlib import Path
from pipeline.cli.context import Context
settings = Context(Path(sys.argv[1]), Path(sys.argv[2]), quiet=False).open_store()
from pipeline.sending.worker import work
work(settings, say=print, note=print)
"""  # what the command does, which asks for PostgreSQL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_worker_finish_what_is_in_flight_and_end(room, sink, number):
    room.configure("per_domain_rate: 10000, connections: 1")
    sink.gate.clear()
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(room.config), str(room.data)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=room.environment(),
    ) as worker:  # fmt: skip
        try:
            assert sink.arrived.wait(60)
            worker.send_signal(number)
            room.call("deliveries", "--week", WEEK)  # as above: the handler comes first
            sink.gate.set()
            printed, said = worker.communicate(timeout=30)
        finally:
            worker.kill()
    assert (worker.returncode, printed, said) == (0, f"{WEEK}: 1 of 5 delivered\n", "")
    assert len(sink.taken) == 1


def test_who_leaves_between_queueing_and_sending_gets_nothing(room, sink):
    send(room, "--limit", "1")
    (gone, *_) = [one for one, row in rows(room).items() if row["status"] == "pending"]
    room.sql("UPDATE subscriber SET status = 'left' WHERE email = ?", gone)
    report = send(room)
    assert gone not in [to for to, _ in sink.taken]
    assert report["delivered"] == 4
    assert report["suppressed"] == 1


def test_a_test_copy_goes_out_unapproved_and_marked(drafted, sink, tmp_path):
    shutil.copytree(drafted, tmp_path / "room")
    room = Mailroom(tmp_path / "room", {"SMTP_URL": sink.url})
    said = room.must("send", "--week", WEEK, "--test-to", "chief@x.example", "--json")
    assert json.loads(said)["test_to"] == "chief@x.example"
    ((to, content),) = sink.taken
    assert to == "chief@x.example"
    message = email.message_from_bytes(content, policy=policy.default)
    assert message["Subject"].startswith("【测试】")
    assert rows(room) == {}


def test_a_missing_server_is_named_and_an_unreachable_one_loses_nothing(room, sink):
    room.environ = {}
    missing = room.call("send", "--week", WEEK)
    assert missing.returncode == 2
    assert "SMTP_URL" in missing.stderr
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        room.environ = {"SMTP_URL": f"smtp://127.0.0.1:{closed.getsockname()[1]}"}
        done = room.call("send", "--week", WEEK)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert {one["status"] for one in rows(room).values()} == {"pending"}
    room.environ = {"SMTP_URL": sink.url}
    assert send(room)["delivered"] == 5


def test_mail_to_the_world_needs_links_that_lead_out_of_this_machine(room, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    refused = room.call("send", "--week", WEEK, env={"SMTP_URL": "smtp://mail.x.invalid"})
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: SITE_URL leads to http://127.0.0.1:8000: readers")
    assert room.must("deliveries", "--week", WEEK) == f"nothing of {WEEK} was sent yet\n"
    copy = room.call(
        "send", "--week", WEEK, "--test-to", "chief@x.example",
        env={"SMTP_URL": "smtp://mail.x.invalid"},
    )  # fmt: skip
    assert (copy.returncode, copy.stderr) == (2, refused.stderr)


def test_keys_named_in_the_environment_sign_every_mail(room, sink, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    path.chmod(0o600)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    room.environ |= {
        "DKIM_KEY_FILE": str(path), "DKIM_SELECTOR": "s1", "DKIM_DOMAIN": "example.org",
    }  # fmt: skip
    room.configure("report_to: [chief@d.example]")
    assert send(room)["delivered"] == 5
    assert len(sink.taken) == 6, "and the report to the editors"
    for _, content in sink.taken:
        # A receiver sees the mail with CRLF; the record is what the newsletter's DNS would say.
        assert dkim.verify(
            content, dnsfunc=lambda name, **_: record if name.startswith(b"s1.") else b""
        )
