"""Receivers' words, gates that learn from them, and the relay's log after a crash."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.gate import Gate, Lesson, warm_up_days, warm_up_quota
from pipeline.deliver.relaylog import read_log
from pipeline.deliver.replies import Kind, Scope, judge

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "words", "kind", "retry"),
    [
        (550, "Domain frequency limited", Kind.THROTTLE, True),
        (550, "Sender frequency limited", Kind.THROTTLE, True),
        (421, "HL:ICC 163 smtp", Kind.THROTTLE, True),
        (421, "HL:IFC 163 smtp", Kind.THROTTLE, True),
        (554, "MI:DMC 163 smtp", Kind.THROTTLE, True),
        (554, "MI:SFQ 163 smtp", Kind.THROTTLE, True),
        (451, "DT:SPM mx, please try again later", Kind.THROTTLE, True),
        (552, "too many same size mails", Kind.THROTTLE, True),
        (550, "5.1.1 user unknown", Kind.HARD, False),
        (550, "no such user", Kind.HARD, False),
        (450, "4.1.1 user unknown", Kind.SOFT, True),
        (554, "DT:SPM 163 smtp", Kind.BLOCK, False),
        (452, "4.2.2 mailbox full", Kind.SOFT, True),
        (550, "5.1.8 <me@x.example>: Sender address rejected: Domain not found", Kind.BLOCK, False),
        (550, "Sender address rejected: User unknown in local recipient table", Kind.BLOCK, False),
        (
            550,
            "Verification failed for <me@x.example> No Such User Here Sender verify failed",
            Kind.BLOCK,
            False,
        ),
        (553, "5.1.8 <me@x.example>... Domain of sender address does not exist", Kind.BLOCK, False),
        (554, "Your account has been disabled", Kind.BLOCK, False),
        (550, "发件人地址不存在", Kind.BLOCK, False),
        (550, "<a@b.example>: Recipient address rejected: Domain not found", Kind.HARD, False),
        (550, "The email account that you tried to reach is disabled", Kind.HARD, False),
    ],
)
def test_codes_that_lie_are_read_by_their_words(
    code: int,
    words: str,
    kind: Kind,
    retry: bool,  # noqa: FBT001 - a table of cases
) -> None:
    verdict = judge(code, words)
    assert (verdict.kind, verdict.retry) == (kind, retry)
    assert verdict.rule


@given(st.integers(400, 599), st.text(max_size=120))
def test_every_refusal_is_read_somehow_and_a_temporary_one_is_never_hard(
    code: int, words: str
) -> None:
    verdict = judge(code, words)
    if code < 500:
        assert verdict.retry
        assert verdict.kind is not Kind.HARD


def test_a_throttle_slows_its_own_domain_and_no_other() -> None:
    gate = Gate(rate=10, connections=4, per_connection=100)
    for domain in ("a.example", "b.example"):
        gate.enter(domain, 0.0)
    gate.leave("a.example", judge(550, "Domain frequency limited"), 0.0, 5.0)
    gate.leave("b.example", None, 0.0, 5.0)
    assert gate.opens_at("a.example") >= 600
    assert gate.opens_at("b.example") < 1
    assert list(gate.list_lessons(0.0)) == ["a.example"]
    narrow = judge(421, "HL:ICC 163 smtp")
    assert narrow.scope is Scope.CONNECTIONS


def test_a_message_of_which_nothing_was_said_frees_its_place_and_teaches_nothing() -> None:
    gate = Gate(rate=10, connections=1, per_connection=100)
    for _ in range(49):
        gate.enter("a.example", 0.0)
        gate.leave("a.example", None, 0.0, 5.0)
    gate.enter("a.example", 0.0)
    assert gate.opens_at("a.example") == math.inf
    gate.release("a.example")
    gate.release("b.example")  # nobody was on the way there
    before = gate.opens_at("a.example")
    gate.enter("a.example", 0.0)
    gate.leave("a.example", None, 0.0, 5.0)
    gate.enter("a.example", 0.0)
    gate.leave("a.example", None, 0.0, 5.0)
    opened = gate.opens_at("a.example") - before
    assert opened == pytest.approx(0.1 + 0.1 / 1.25), "the fiftieth in a row opened it further"


def test_of_too_many_domains_those_that_taught_something_are_remembered() -> None:
    gate = Gate(rate=1, connections=1, per_connection=100)
    gate.enter("throttled.example", 0.0)
    gate.leave("throttled.example", judge(550, "Domain frequency limited"), 0.0, 5.0)
    gate.enter("waits.example", 0.0)
    for number in range(5_100):
        gate.enter(f"d{number}.example", 0.0)
        gate.leave(f"d{number}.example", None, 0.0, 5.0)
    assert gate.opens_at("throttled.example") >= 600
    assert gate.opens_at("waits.example") == math.inf
    known = [n for n in range(5_100) if gate.opens_at(f"d{n}.example")]
    assert (known[0], known[-1], len(known)) == (102, 5_099, 4_998)


def test_what_one_run_has_learnt_the_next_begins_with() -> None:
    first = Gate(rate=10, connections=4, per_connection=100)
    first.enter("qq.example", 0.0)
    first.leave("qq.example", judge(550, "Domain frequency limited"), 0.0, 60.0)
    lessons = {name: one for name, one in first.list_lessons(10.0).items() if one}
    second = Gate(rate=10, connections=4, per_connection=100)
    second.teach(lessons, 1000.0)
    assert second.opens_at("qq.example") == pytest.approx(1000.0 + lessons["qq.example"].shut)
    assert lessons["qq.example"].shut > 0
    assert lessons["qq.example"].rate < 10
    assert second.list_lessons(1000.0) == {}, "nobody was written to: nothing new was learnt"
    assert second.opens_at("a.example") == 0.0


def test_a_lesson_never_makes_a_gate_faster_than_the_settings() -> None:
    gate = Gate(rate=2, connections=1, per_connection=100)
    gate.teach({"a.example": Lesson(rate=50, connections=9, shut=0.0)}, 0.0)
    gate.enter("a.example", 0.0)
    assert gate.opens_at("a.example") == float("inf"), "one connection and no more"
    assert gate.list_lessons(0.0) == {"a.example": None}, "it has nothing left to teach"


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_a_gate_never_lets_more_through_than_its_rate_and_a_second_of_slack(
    waits: list[float],
) -> None:
    gate, now, passed = Gate(rate=5, connections=1000, per_connection=10), 0.0, 0
    for wait in waits:
        now += wait
        if gate.opens_at("a.example") <= now:
            gate.enter("a.example", now)
            passed += 1
    assert passed <= 5 * now + 5 + 2


def test_a_new_sender_doubles_by_the_day() -> None:
    assert [warm_up_quota(200, day) for day in (0, 1, 3)] == [200, 400, 1600]


@pytest.mark.parametrize(("messages", "days"), [(0, 1), (200, 1), (201, 2), (705, 3), (1401, 4)])
def test_a_new_sender_needs_so_many_days(messages: int, days: int) -> None:
    assert warm_up_days(200, 0, messages) == days
    assert warm_up_days(200, 3, messages) == 1, "1,600 go on the fourth day"


LOG = """\
Nov 24 10:00:00 mail postfix/smtpd[1]: connect from localhost[127.0.0.1]
Nov 24 10:00:01 mail postfix/cleanup[2]: 4ABC: message-id=<1@news.example>
Nov 24 10:00:01 mail postfix/qmgr[3]: 4ABC: from=<weekly@news.example>, size=30000, nrcpt=1 (queue active)
Nov 24 10:00:02 mail postfix/cleanup[2]: 4DEF: message-id=<2@news.example>
Nov 24 10:00:02 mail postfix/smtpd[1]: lost connection after DATA (30000 bytes) from localhost
"""


def test_only_what_reached_the_queue_was_accepted() -> None:
    wanted = frozenset({"<1@news.example>", "<2@news.example>", "<3@news.example>"})
    told = read_log(LOG.splitlines(), wanted, NOW)
    assert told.accepted == {"<1@news.example>"}
    assert told.reaches == datetime(2026, 11, 24, 10, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize("other", ["<other@x.example>", "<>", ""])
def test_a_queue_id_that_is_used_again_calls_no_lost_mail_accepted(other: str) -> None:
    again = (
        f"Nov 24 10:05:00 mail postfix/cleanup[2]: 4DEF: message-id={other}\n"
        "Nov 24 10:05:00 mail postfix/qmgr[3]: 4DEF: from=<root@x.example>, size=9, nrcpt=1\n"
    )
    wanted = frozenset({"<1@news.example>", "<2@news.example>"})
    assert read_log((LOG + again).splitlines(), wanted, NOW).accepted == {"<1@news.example>"}
    own = LOG.replace("4DEF", "4ABC")  # the same name, and again one of ours
    assert read_log(own.splitlines(), wanted, NOW).accepted == {"<1@news.example>"}


def test_a_log_with_dates_of_rfc_3339_is_read_too_and_another_log_proves_nothing() -> None:
    line = "2026-11-24T10:00:01.123+08:00 mail postfix/cleanup[2]: 4A: message-id=<1@news.example>"
    told = read_log([line, line.replace("cleanup[2]: 4A: message-id=<1@news.example>", "qmgr[3]: 4A: from=<a>")],
                    frozenset({"<1@news.example>"}), NOW)  # fmt: skip
    assert told.accepted == {"<1@news.example>"}
    assert read_log(["Nov 24 10:00:00 host sshd[1]: hello"], frozenset(), NOW).reaches is None


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_lines_are_a_log_of_something(lines: list[str]) -> None:
    assert read_log(lines, frozenset({"<1@news.example>"}), NOW).accepted == frozenset()
