"""Bounces are told apart, each with the rule and the words that decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.bounces import BounceKind, read_bounce

from .cases import CASES, ID, READER, complaint, dsn
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


def test_a_delay_that_ended_in_delivery_is_no_bounce() -> None:
    assert read_bounce(dsn("2.0.0", "250 ok", action="delivered")).kind is not BounceKind.HARD


@given(st.binary(max_size=600))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    found = read_bounce(data)
    assert found.digest
    assert (found.words + found.message_id + found.recipient).isprintable()


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
