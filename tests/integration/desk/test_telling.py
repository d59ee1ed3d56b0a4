"""Editors hear by mail and by robot what is ready, due, signed, sent back or failed."""

import json
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipeline.desk import server, services
from pipeline.model import ReviewStep
from pipeline.store import accounts, approvals, audit, issues
from pipeline.store.accounts import Role
from pipeline.telling import editors, notices
from pipeline.telling.notices import Notice
from pipeline.week import periods
from pipeline.week.lock import lock
from tests.integration.desk.conftest import PASSWORD, START, add_stories
from tests.integration.test_notices import HEAD, SOURCES, Inbox


@pytest.fixture(scope="module")
def robot():
    """A group robot on loopback: its address, and what it was told."""
    heard = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(json.loads(body)["message"])
            self.send_response(500 if "deaf" in self.path else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(robot, monkeypatch):
    """The pipeline's settings with a deaf robot and one that hears."""
    url, heard = robot
    heard.clear()
    both = (SecretStr(f"{url}/deaf"), SecretStr(f"{url}/ok"))
    changed = django_settings.PIPELINE.model_copy(update={"editor_robot_urls": both})
    provided = services.get_services()
    monkeypatch.setattr(provided, "settings", changed)

    def tell_now(notice):
        for line in provided.tell(provided.settings, notice):
            services._log.warning("%s", line)

    monkeypatch.setattr("pipeline.desk.views.review.tell_soon", tell_now)
    return changed


BOXES = {"box": list(approvals.BOXES)}


def test_a_signature_tells_who_signs_next_and_sending_back_tells_the_desk(
    settings, robot, week, sign_in
):
    del settings
    anna, bo = sign_in("anna"), sign_in("bo")
    page = f"/desk/weeks/{week}/review/"
    said = {
        "step": "first",
        "note": "头条请看",
        "content_hash": issues.get_revision(week).content_hash,
    }
    anna.post(f"{page}sign/", BOXES | said)
    told = robot[1][-1]
    assert "一审已签，请部门主任二审" in told
    assert "附言：头条请看" in told
    assert told.endswith(page)
    bo.post(f"{page}back/", {"reason": "标题再斟酌"})
    assert "bo 退回，原有签发全部作废" in robot[1][-1]
    assert "理由：标题再斟酌" in robot[1][-1]
    assert len(robot[1]) == 4  # the deaf one was asked too and stopped nothing


def test_a_missing_signature_is_asked_for_once_before_and_once_after_the_time(
    settings, robot, week
):
    due = approvals.get_send_at(week)
    assert editors.remind(settings, due - timedelta(hours=3)) == ([], [])
    asked, wrong = editors.remind(settings, due - timedelta(minutes=90))
    assert asked == [week]
    assert len(wrong) == 1  # the deaf robot
    assert "离出刊还有1小时30分，等责任编辑签一审" in robot[1][-1]
    assert editors.remind(settings, due - timedelta(minutes=30)) == ([], [])
    assert editors.remind(settings, due + timedelta(minutes=5))[0] == [week]
    assert "已过出刊时间5分钟" in robot[1][-1]
    assert editors.remind(settings, due + timedelta(days=8)) == ([], [])


def test_a_reminder_that_reached_nobody_is_logged_and_sent_again(settings, robot, week, caplog):
    due = approvals.get_send_at(week) - timedelta(minutes=90)
    deaf = settings.model_copy(update={"editor_robot_urls": settings.editor_robot_urls[:1]})
    provided = services.get_services()
    provided.settings = deaf
    for minutes in (0, 5):
        caplog.clear()
        server.remind(provided, due + timedelta(minutes=minutes))
        assert "EDITOR_ROBOT_URLS entry 1 (json): the robot did not take it" in caplog.text
    assert [one.action for one in audit.list_latest(5, week) if one.action == "reminded"] == []
    with lock(settings.data_dir, "remind.lock"):
        assert editors.remind(settings, due) == ([], []), "another process is at it"
    asked, _ = editors.remind(settings, due + timedelta(minutes=10))
    assert asked == [week]
    assert "等责任编辑签一审" in robot[1][-1]
    assert editors.remind(settings, due + timedelta(minutes=15)) == ([], [])


def test_an_approved_issue_that_does_not_go_out_is_said_twice(settings, robot, week):
    for step, user in zip(ReviewStep, ("anna", "bo", "chen"), strict=True):
        approvals.sign(week, step, user, START, proofread=lambda _: SimpleNamespace(findings=()))
    due = approvals.get_send_at(week)
    assert editors.remind(settings, due + timedelta(minutes=50)) == ([], [])
    assert editors.remind(settings, due + timedelta(hours=2))[0] == [week]
    assert "三签已齐，过了发送时间2小时还没有发出" in robot[1][-1]
    assert "send --due" in robot[1][-1]
    assert editors.remind(settings, due + timedelta(hours=3)) == ([], [])
    assert editors.remind(settings, due + timedelta(hours=50))[0] == [week]
    assert "请总编在审签页另定发送时间" in robot[1][-1]
    assert editors.remind(settings, due + timedelta(hours=60)) == ([], [])


def test_what_comes_after_an_issue_was_signed_early_is_told_once_to_who_signed(
    settings, robot, week
):
    period = periods.get_period(settings, week, START)
    signed_at = START + timedelta(hours=30)
    assert editors.tell_of_late(settings, period, signed_at) == []  # not signed
    approvals.sign(
        week, ReviewStep.FIRST, "anna", signed_at, proofread=lambda _: SimpleNamespace(findings=())
    )
    assert editors.tell_of_late(settings, period, signed_at) == []
    assert robot[1] == []  # twelve candidates had been there to choose from
    add_stories(2, start=40)
    wrong = editors.tell_of_late(settings, period, signed_at + timedelta(days=1))
    assert len(wrong) == 1  # the deaf robot
    text = robot[1][-1]
    assert "签审之后又到稿2条，没有编入" in text
    assert "本期收11月22日24时以前的稿件，11月17日 15:00已开始签审。" in text
    assert text.endswith(f"/desk/weeks/{week}/review/")
    told = len(robot[1])
    assert editors.tell_of_late(settings, period, signed_at + timedelta(days=2)) == []
    assert len(robot[1]) == told
    add_stories(1, start=50)
    editors.tell_of_late(settings, period, signed_at + timedelta(days=3))
    assert "又到稿3条" in robot[1][-1]


def test_an_issue_that_was_signed_when_its_last_day_was_over_is_not_told_of(settings, robot, week):
    period = periods.get_period(settings, week, START)
    approvals.sign(
        week,
        ReviewStep.FIRST,
        "anna",
        period.ends,
        proofread=lambda _: SimpleNamespace(findings=()),
    )
    add_stories(2, start=40)
    assert editors.tell_of_late(settings, period, period.ends) == []
    assert robot[1] == []


@pytest.mark.django_db
def test_the_draft_of_an_issue_whose_last_day_is_to_come_says_until_when_it_collects(settings):
    report = {
        "week": "2026-W08", "articles": 3, "stories": 2,
        "issue": {"items": 1, "by_district": {"鄞州": 1}, "edited": False},
        "findings": {"error": 0, "warning": 0}, "sources": [],
    }  # fmt: skip
    period = periods.get_period(settings, "2026-W07", START)  # with the week after it, one issue
    early = notices.write_ready(settings, report, period.publishes_at, period.ends).lines
    said = "本期收稿到2月22日24时截止；在那以前签审，后到的稿件不会自动编入。"
    assert said in early
    late = notices.write_ready(settings, report, period.publishes_at).lines
    assert [one for one in early if one not in late] == [said]


def test_without_robots_and_mail_nobody_is_asked(week):
    due = approvals.get_send_at(week)
    assert editors.remind(django_settings.PIPELINE, due) == ([], [])


def test_mail_goes_to_the_persons_concerned(settings, people):
    del people
    notice = notices.write_signed(
        settings, "2026-W47", ReviewStep.FIRST, "anna", note="", send_at=START
    )
    assert editors.list_addresses(settings, notice) == ["bo@news.example"]
    accounts.add_account("eve", PASSWORD, [Role.FIRST, Role.SECOND], START, email="e@news.example")
    signed = replace(notice, signed=frozenset({"eve"}))  # the same person never signs twice
    assert editors.list_addresses(settings, signed) == ["bo@news.example"]
    accounts.close_account("bo", START)
    assert editors.list_addresses(settings, signed) == ["dora@news.example"]
    data = notices.to_mail(settings, notice, ["bo@news.example"])
    mail = message_from_bytes(data, policy=policy.default)
    assert "请部门主任二审" in mail["Subject"]
    assert mail["Date"].datetime.tzinfo is not None  # RFC 5322, 3.6: every message has one
    assert mail["Auto-Submitted"] == "auto-generated"


@given(st.text(), st.lists(st.text(max_size=300), max_size=30), st.sampled_from([120, 400, 4096]))
def test_a_message_never_has_more_bytes_than_the_robot_takes(subject, lines, limit):
    notice = Notice(subject, tuple(lines), "https://news.example/desk/", frozenset())
    text = notices.to_text(notice, limit)
    assert len(text.encode("utf-8", "replace")) <= limit
    assert text.endswith(notice.address)


def test_a_run_tells_the_robots_that_a_draft_is_ready_or_that_it_failed(
    newsroom, own_feeds, robot, monkeypatch, tmp_path
):
    url, heard = robot
    heard.clear()
    monkeypatch.setenv("EDITOR_ROBOT_URLS", f"{url}/ok,{url}/deaf")
    config = own_feeds(SOURCES, HEAD)
    done = newsroom("run", "--week", "2026-W47", config=config)
    assert done.returncode == 3
    assert "初稿已编好，请一审" in heard[0]
    assert "EDITOR_ROBOT_URLS entry 2" in done.stderr
    assert "127.0.0.1" not in done.stderr
    (tmp_path / "places.yaml").write_text("[", encoding="utf-8")
    config.write_text(config.read_text(encoding="utf-8") + "places: places.yaml\n", "utf-8")
    heard.clear()
    failed = newsroom("run", "--week", "2026-W47", config=config)
    assert failed.returncode == 2
    assert "初稿没有编成" in heard[0]
    assert "places.yaml" in heard[0]
    state = json.loads((tmp_path / "var" / "progress.json").read_text(encoding="utf-8"))
    assert state["finished_at"]
    assert "places.yaml" in state["error"]


def test_a_mailbox_hears_as_the_robots_do(settings, people):
    del people
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        posted = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}")})
        editors.tell(posted, notices.write_sent_back(settings, "2026-W47", "bo", "再改\n一改"))
    finally:
        controller.stop()
    ((to, raw),) = inbox.mails
    assert to == ["anna@news.example"]
    assert b"Auto-Submitted: auto-generated" in raw


def test_an_editor_whose_address_is_refused_is_named_and_the_others_are_told(settings, db):
    del db

    class Picky(Inbox):
        async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - its name there
            if address.startswith("gone"):
                return "550 5.1.1 no such user"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    inbox = Picky()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    desk = ("gone@news.example", "no address", "desk@news.example")
    delivery = settings.feeds.delivery.model_copy(update={"report_to": desk})
    posted = settings.model_copy(
        update={
            "smtp_url": SecretStr(f"smtp://127.0.0.1:{port}"),
            "editor_robot_urls": (),
            "feeds": settings.feeds.model_copy(update={"delivery": delivery}),
        }
    )
    notice = Notice("示例", ("一",), "https://news.example/desk/", frozenset())
    try:
        wrong = editors.tell(posted, notice)
    finally:
        controller.stop()
    assert [to for to, _ in inbox.mails] == [["desk@news.example"]]
    assert wrong[0].startswith("gone@news.example could not be told by mail: 550 5.1.1")
    assert len(wrong) == 2
    posted = posted.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:9")})
    (wrong_way,) = editors.tell(posted, notice)
    assert "Connection refused" in wrong_way
