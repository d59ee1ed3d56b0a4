"""Bounces are told apart, each with the rule and the words that decided."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.deliver.bounces import BounceKind, read_bounce
from pipeline.deliver.replies import judge

from .cases import CASES, ID, NETEASE, READER, complaint, dsn, plain
from .held_out import HELD_OUT


def test_at_least_ninety_five_in_a_hundred_are_told_right() -> None:
    assert len(CASES) >= 60
    wrong = [
        (kind, str(found.kind), found.rule, found.words[:90])
        for kind, data in CASES
        if (found := read_bounce(data)).kind != kind
    ]
    share = 1 - len(wrong) / len(CASES)
    assert share >= 0.95, (share, wrong)


def test_bounces_written_after_the_rules_are_told_right_too() -> None:
    assert len(HELD_OUT) * 2 >= len(CASES), "a third of all"
    wrong = [
        (kind, str(found.kind), found.rule, found.words[:90])
        for kind, data in HELD_OUT
        if (found := read_bounce(data)).kind != kind
    ]
    assert 1 - len(wrong) / len(HELD_OUT) >= 0.95, wrong
    living = {"auto-reply", "unknown"}
    found_ = [read_bounce(data) for kind, data in HELD_OUT if kind not in living]
    assert {(one.recipient, one.message_id) for one in found_} == {(READER, ID)}


def test_no_living_address_is_called_dead() -> None:
    dead = [data for kind, data in CASES if kind != "hard" and read_bounce(data).kind == "hard"]
    assert dead == []


def test_a_report_names_reader_mail_and_words() -> None:
    found = read_bounce(dsn("5.1.1", "550 5.1.1 User unknown"))
    assert (found.recipient, found.message_id) == (READER, ID)
    assert "User unknown" in found.words
    assert found.rule == "unknown-user"
    assert read_bounce(complaint()).recipient == READER


@pytest.mark.parametrize("piece", ["5.4.1 ", "recipient ", "mailbox not ", "45 DT:SPM "])
def test_a_megabyte_of_words_is_judged_as_fast_as_a_line(piece: str) -> None:
    words = piece * (1_000_000 // len(piece))
    started = time.process_time()
    judge(None, words)
    read_bounce(dsn("5.4.1", words))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("header", "piece"),
    [
        ("Subject: ", "=?x?q?"), ("From: MAILER-DAEMON@mx.example ", "=?x?q?"),
        ("References: ", "<a@b.example> "), ("Content-Type: multipart/report", ";"),
        ('Content-Type: multipart/report; a="', ";"), ("content-type: text/plain", ";\r\n "),
        ("Content-Type: multipart/report", "; a*0*=b"),
    ],
)  # fmt: skip
def test_a_megabyte_of_a_header_is_read_as_fast_as_a_line(header: str, piece: str) -> None:
    head = header + piece * (1_000_000 // len(piece))
    started = time.process_time()
    read_bounce(f"{head}\r\n\r\nx\r\n".encode())
    within = f"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{head}\r\n\r\nx\r\n--b--\r\n"
    read_bounce(within.encode())
    assert time.process_time() - started < 5


def test_a_delay_that_ended_in_delivery_is_no_bounce() -> None:
    assert read_bounce(dsn("2.0.0", "250 ok", action="delivered")).kind is not BounceKind.HARD


def test_a_warning_that_a_mail_is_late_says_nothing_of_the_address() -> None:
    for words in ("450 4.1.1 User unknown", "550 5.1.1 User unknown", "connection timed out"):
        found = read_bounce(dsn("4.4.1", words, action="Delayed"))
        assert (found.kind, found.rule, found.recipient) == ("soft", "delayed", READER)


@pytest.mark.parametrize(
    "address",
    [
        "o'brien@example.org",
        "a!b#c$d%e&f*g@example.org",
        "x/y=z?^`{|}~@example.org",
        "李雷@example.org",
    ],
)
def test_an_address_is_read_with_every_sign_it_may_have(address: str) -> None:
    report = dsn("5.1.1", "550 5.1.1 User unknown").decode("utf-8", "surrogateescape")
    found = read_bounce(report.replace(READER, address).encode("utf-8", "surrogateescape"))
    assert (found.kind, found.recipient) == ("hard", address)


@pytest.mark.parametrize(
    "around", ["'{}'", "`{}'", "*{}*", "<{}>", "({})", '"{}"', "|{}|", "用户 {} 不存在"]
)
def test_signs_around_an_address_are_none_of_it(around: str) -> None:
    said = around.format("o'brien@mail.example")
    words = f"Your message could not be delivered.\n\n{said}: 550 5.1.1 User unknown\n"
    data = f"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n{words}"
    assert read_bounce(data.encode()).recipient == "o'brien@mail.example"


@given(st.binary(max_size=600))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    found = read_bounce(data)
    assert found.digest
    assert not CONTROL.search(found.words + found.message_id + found.recipient)


CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NAMES = st.sampled_from([
    "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
    "In-Reply-To", "References", "Precedence", "Message-ID", "MIME-Version", "X-Failed-Recipients",
])  # fmt: skip
PIECES = st.sampled_from([
    "a:;", " x", ",", "<a@[1", ">", "=?utf-8?q?=0a?=", "=?gb2312?b?1tA?=", "=?x?b?=====?=", "\0",
    "=?utf-8?b?A?=", "\xff", "\r\n ", "(", '"', "@", "MAILER-DAEMON@a.example", "退信", "text/plain",
    "text/html", "message/rfc822", "message/delivery-status", "multipart/report", ";",
    "report-type=feedback-report", "charset=undefined", "charset=idna", 'charset="a\0b"',
    "charset*=x'y'%ff", "charset*0*=", "boundary=b", "base64", "x-uuencode", "8bit",
])  # fmt: skip


@given(
    st.lists(st.tuples(NAMES, st.lists(PIECES, max_size=5).map("".join)), max_size=6),
    st.binary(max_size=80),
)
@example([("From", "a:; x")], b"x")
@example([("From", ",=?utf-8?q?=0a?=")], b"x")
@example([("From", "<a@[1")], b"x")
@example([("Content-Type", "text/plain; charset=undefined")], b"x")
@example([("Content-Type", 'text/plain; charset="a\0b"')], b"x")
def test_no_header_keeps_a_message_from_its_answer(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    for encoding in ("utf-8", "latin-1"):
        data = head.encode(encoding, "replace") + b"\r\n" + body
        found = read_bounce(data)
        assert not CONTROL.search(found.words + found.message_id + found.recipient)
        assert found.digest


def test_a_message_within_a_message_without_end_is_left_to_a_person() -> None:
    data = b"Content-Type: message/rfc822\r\n\r\n" * 5000
    assert read_bounce(data).kind is BounceKind.UNKNOWN


@pytest.mark.parametrize("sender", ["a:; MAILER-DAEMON@mx.example", "<MAILER-DAEMON@[1"])
def test_a_bounce_with_a_broken_sender_is_read_all_the_same(sender: str) -> None:
    found = read_bounce(plain(sender, "x", f"<{READER}>: 550 5.1.1 User unknown"))
    assert (found.kind, found.recipient) == ("hard", READER)


def test_headers_of_chinese_bytes_without_a_label_are_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = plain("系统 <a@163.example>", "系统退信", f"{READER} 用户不存在", "gb18030")
    head, _, body = data.partition(b"\r\n\r\n")
    found = read_bounce(head.decode().encode("gb18030") + b"\r\n\r\n" + body)
    assert (found.kind, found.recipient) == ("hard", READER)
    assert caplog.records == [], "nothing stumbled"
    report = dsn("5.0.0", "550 用户不存在", agent=NETEASE.partition("@")[2])
    assert read_bounce(report.decode().encode("gb18030")).kind == "hard"


def test_what_a_hostile_bounce_names_can_be_stored_anywhere() -> None:
    data = dsn("5.1.1", "550 5.1.1 user\x00unknown \x1b[2J").replace(ID.encode(), b"<a\x00b@c>")
    found = read_bounce(data)
    assert found.kind == "hard"
    assert found.message_id == ""
    assert found.words.isprintable()


@given(st.text(max_size=200), st.sampled_from(["5.1.1", "4.2.2", "x", ""]))
def test_any_diagnosis_gets_a_kind(words: str, status: str) -> None:
    flat = " ".join(words.split())
    data = dsn(status, flat.encode("utf-8", "replace").decode())
    assert read_bounce(data).kind in set(BounceKind)
