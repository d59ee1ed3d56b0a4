"""Conversations with servers that answer out of turn, hang up, or say what no mail server says.

Every test talks over a real socket to a small server that follows a script; what it was given is
kept, so that the tests can say what nobody must have received.
"""

from __future__ import annotations

import asyncio
import base64
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.deliver.addresses import to_wire
from pipeline.deliver.book import Job
from pipeline.deliver.gate import Gate
from pipeline.deliver.postman import Postman
from pipeline.deliver.smtp import Connection, ConnectionLostError, Envelope, Server
from pipeline.errors import PermanentDeliveryError, TransientDeliveryError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.deliver.replies import Verdict

BODY = b"Subject: x\r\n\r\nx\r\n"


@dataclass
class Script:
    """A server: what it says to each command; "" hangs up, None says nothing."""

    says: dict[str, list[str | None]] = field(default_factory=dict)
    offers: str = "250-h\r\n250-PIPELINING\r\n250 SMTPUTF8"
    greeting: str = "220 h"
    early: str = ""  # said as soon as content begins
    heard: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    connections: int = 0
    limit: int = 99  # connections at once
    now: int = 0

    def answer(self, verb: str, default: str) -> str | None:
        waiting = self.says.get(verb)
        return waiting.pop(0) if waiting else default

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.now += 1
        try:
            if self.now > self.limit:
                writer.write(b"421 too many connections\r\n")
                return
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.now -= 1
            writer.close()

    async def _talk(  # noqa: C901 - one script, read from the top
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(f"{self.greeting}\r\n".encode())
        accepted = False
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            verb = line.split(" ", 1)[0].split(":", 1)[0]
            verb = verb if verb in self.says else verb.upper()
            default = "250 ok"
            if verb == "EHLO":
                default = self.offers
            elif verb == "DATA":
                default = "354 go on" if accepted else "503 nobody"
            elif verb == "QUIT":
                default = "221 bye"
            said = self.answer(verb, default)
            if said == "":
                return
            if said is None:
                continue
            if verb == "RCPT":
                accepted = said.startswith("25")
            writer.write(f"{said}\r\n".encode())
            if said.startswith("421"):
                return
            if verb == "DATA" and said.startswith("354"):
                if self.early:
                    writer.write(self.early.encode())
                content = await reader.readuntil(b"\r\n.\r\n")
                self.contents.append(content)
                said = self.answer("DOT", "250 taken")
                if said == "":
                    return
                if said is not None:
                    writer.write(f"{said}\r\n".encode())


def talk(script: Script, what: Callable[[Server], Awaitable[object]]) -> object:
    """Run ``what`` against the script's server."""

    async def run() -> object:
        server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with asyncio.timeout(20):
                return await what(Server("127.0.0.1", port, "none"))

    return asyncio.run(run())


async def send(server: Server, to: str = "a@b.example", patience: float = 2.0) -> str:
    """Send one message; return how it went."""
    connection = await Connection.open(server, patience)
    try:
        connection.start(Envelope("me@x.example", to))
        refusal = await connection.accept()
        if refusal:
            return f"refused at {refusal.step}: {refusal.reply}"
        await connection.write(BODY)
        return str(await connection.finish())
    finally:
        await connection.quit()


def test_a_closing_server_is_heard_though_later_answers_never_come() -> None:
    script = Script({"MAIL": ["421 HL:ICC 163 smtp, too many connections"]})
    assert talk(script, send) == "refused at MAIL: 421 HL:ICC 163 smtp, too many connections"
    script = Script({"RCPT": ["450 busy"], "DATA": [""]})
    assert talk(script, send) == "refused at RCPT: 450 busy"
    assert script.contents == []


def test_content_that_nobody_shall_get_is_never_ended() -> None:
    script = Script({"RCPT": ["550 5.1.1 no such user"], "DATA": ["354 go on all the same"]})
    assert talk(script, send) == "refused at RCPT: 550 5.1.1 no such user"
    assert script.contents == []


@pytest.mark.parametrize("offers", ["250-h\r\n250 PIPELINING", "250 h"])
def test_one_refused_and_the_next_taken_on_the_same_connection(offers: str) -> None:
    script = Script({"DATA": ["554 5.7.1 not this one"]}, offers=offers)

    async def two(server: Server) -> list[str]:
        connection = await Connection.open(server, 2)
        said = []
        for to in ("a@b.example", "c@d.example"):
            connection.start(Envelope("me@x.example", to))
            refusal = await connection.accept()
            if refusal:
                said.append(f"{refusal.step} {refusal.reply.code}")
                continue
            await connection.write(BODY)
            said.append(str((await connection.finish()).code))
        await connection.quit()
        return said

    assert talk(script, two) == ["DATA 554", "250"]
    assert script.heard.count("RSET") == 1
    assert len(script.contents) == 1


@pytest.mark.parametrize("said", ["354 go on", "150 wait", "334 AAAA", "299x", "25"])
def test_no_answer_to_the_dot_is_never_taken_for_one(said: str) -> None:
    if said.startswith("299"):
        assert talk(Script({"DOT": ["299 odd but a yes"]}), send) == "299 odd but a yes"
        return
    with pytest.raises(ConnectionLostError):
        talk(Script({"DOT": [said]}), send)


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN"])
def test_a_password_that_the_server_repeats_is_not_shown(way: str) -> None:
    plain = base64.b64encode(b"\0editor\0hunter2!").decode()
    word = base64.b64encode(b"hunter2!").decode()
    says: dict[str, list[str | None]] = {
        "AUTH": [f"535 5.7.8 bad {plain}" if way == "PLAIN" else "334 VXNlcm5hbWU6"],
        base64.b64encode(b"editor").decode(): ["334 UGFzc3dvcmQ6"],
        word: [f"535 5.7.8 {word} is not hunter2!"],
    }
    script = Script(says, offers=f"250-h\r\n250 AUTH {way}")

    async def sign_in(server: Server) -> object:
        return await Connection.open(replace(server, user="editor", password="hunter2!"), 2)

    with pytest.raises(PermanentDeliveryError, match="refuses the user or the password") as caught:
        talk(script, sign_in)
    assert "***" in str(caught.value)
    for secret in ("hunter2!", plain, word):
        assert secret not in str(caught.value)


def test_a_yes_that_comes_before_the_dot_counts_for_nothing() -> None:
    script = Script(early="250 2.0.0 taken\r\n")

    async def slowly(server: Server) -> str:
        connection = await Connection.open(server, 2)
        connection.start(Envelope("me@x.example", "a@b.example"))
        assert await connection.accept() is None
        await connection.write(BODY)
        async with asyncio.timeout(5):
            while not connection._wire.has_unread:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
        return str(await connection.finish())

    with pytest.raises(ConnectionLostError, match="before the end"):
        talk(script, slowly)
    assert script.contents == []
    script = Script(early="552 5.3.4 too large\r\n")
    assert talk(script, slowly) == "552 5.3.4 too large"
    assert script.contents == []


def test_an_answer_that_comes_too_late_is_no_answer_to_the_next_message() -> None:
    script = Script({"DOT": [None]})
    with pytest.raises(ConnectionLostError, match="no answer within"):
        talk(script, partial(send, patience=0.2))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("250-one\r\n251 two", "no mail server's answer"),
        ("hello", "no mail server's answer"),
        ("250" + "x" * 70_000, "no mail server's answer"),
        ("250 " + "x" * 2_000_000, "a line without end"),
        ("250-x\r\n" * 300 + "250 x", "no mail server's answer"),
    ],
)
def test_what_no_mail_server_says_ends_the_conversation(said: str, why: str) -> None:
    with pytest.raises(TransientDeliveryError, match=why):
        talk(Script({"EHLO": [said], "HELO": [said]}), send)


def test_words_of_a_server_hold_nothing_that_a_terminal_or_a_database_obeys() -> None:
    script = Script({"DOT": ["550-5.1.1 no \x00such\r\n550 5.1.1 user \x1b[2Jhere"]})
    assert talk(script, send) == "550 5.1.1 no  such 5.1.1 user  [2Jhere"


def test_the_domain_goes_over_the_wire_as_idna_2008_writes_it() -> None:
    assert to_wire("a@straße.example").domain == "xn--strae-oqa.example"
    assert to_wire("a@宁波.example").text == "a@xn--w9s671b.example"
    assert to_wire("读者@宁波.example").needs_utf8
    with pytest.raises(PermanentDeliveryError):
        to_wire("a@-b-.例子")


@dataclass
class Notebook:
    """A `Book` in memory."""

    jobs: list[Job]
    left: set[int] = field(default_factory=set)  # may not be written to any more
    fates: dict[int, str] = field(default_factory=dict)
    order: list[tuple[str, int]] = field(default_factory=list)  # intents and deliveries

    async def take(self, limit: int) -> list[Job]:
        page, self.jobs = self.jobs[:limit], self.jobs[limit:]
        return page

    async def intend(self, job: Job) -> bool:
        self.order.append(("intent", job.id))
        return job.id not in self.left

    async def deliver(self, job: Job, _reply: str) -> None:
        assert job.id not in self.fates, "twice"
        self.order.append(("delivered", job.id))
        self.fates[job.id] = "delivered"

    async def defer(self, job: Job, reply: str, rule: str, _wait: float) -> None:
        self.fates[job.id] = f"deferred {rule} {reply}"

    async def put_off(self, job: Job, _why: str, _wait: float) -> None:
        self.fates[job.id] = "put off"

    async def fail(self, job: Job, reply: str, verdict: Verdict) -> None:
        self.fates[job.id] = f"failed {verdict.kind} {reply}"

    async def doubt(self, job: Job, _reply: str) -> None:
        self.fates[job.id] = "uncertain"

    async def give_back(self, job: Job) -> None:
        pass


def write_to(number: int) -> bytes:
    return b"To: %d\r\n\r\nx\r\n" % number


def jobs(number: int, domains: int = 50) -> list[Job]:
    return [
        Job(n, to_wire(f"r{n}@d{n % domains}.example"), 0, partial(write_to, n))
        for n in range(number)
    ]


def post(
    script: Script, book: Notebook, *, connections: int = 4, rate: float = 1e6, each: int = 50
) -> Postman:
    async def run(server: Server) -> Postman:
        postman = Postman(book, server, Gate(rate, connections, each), sender="me@x.example",
                          connections=connections, timeout=2)  # fmt: skip
        await postman.run()
        return postman

    postman = talk(script, run)
    assert isinstance(postman, Postman)
    return postman


def test_a_relay_that_talks_and_takes_nothing_wins_no_time_by_it() -> None:
    async def run() -> None:
        gone = asyncio.Event()

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 h\r\n250 h\r\n")
            with suppress(OSError):
                while not writer.is_closing():
                    writer.write(b"250 wait\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.1)  # the relay's own pace, twice within the patience
            writer.transport.abort()
            gone.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024)
        async with server:
            port = server.sockets[0].getsockname()[1]
            connection = await Connection.open(Server("127.0.0.1", port, "none"), 0.25)
            try:
                with pytest.raises(ConnectionLostError, match=r"nothing taken within 0\.25 s"):
                    await connection.write(b"x" * 50_000_000)
            finally:
                connection.abort()
            await gone.wait()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_who_left_while_the_mail_was_on_its_way_gets_no_dot() -> None:
    script, book = Script(), Notebook(jobs(30), left={7, 20})
    post(script, book)
    assert {one for one in range(30) if one not in book.fates} == {7, 20}
    assert sorted(script.contents) == sorted(
        b"To: %d\r\n\r\nx\r\n.\r\n" % one for one in range(30) if one not in {7, 20}
    )


def test_a_hung_up_connection_between_two_messages_costs_nobody_an_attempt() -> None:
    script, book = Script({"MAIL": ["250 ok", "250 ok", ""]}), Notebook(jobs(20))
    post(script, book, connections=1)
    assert set(book.fates.values()) == {"delivered"}
    assert len(script.contents) == 20


def test_an_intent_comes_after_the_last_outcome_so_that_a_crash_leaves_one_in_doubt() -> None:
    book = Notebook(jobs(60))
    post(Script(), book, connections=1, each=100)
    assert len(book.order) == 120
    for intent, delivered in zip(book.order[::2], book.order[1::2], strict=True):
        assert (intent[0], delivered) == ("intent", ("delivered", intent[1]))


def test_a_relay_that_takes_two_connections_only_still_gets_everything() -> None:
    script, book = Script(limit=2), Notebook(jobs(60))
    postman = post(script, book, connections=8)
    assert set(book.fates.values()) == {"delivered"}
    assert len(script.contents) == len(book.fates) == 60
    assert postman.progress.delivered == 60


def test_a_dot_without_an_answer_leaves_its_own_message_in_doubt_and_no_other() -> None:
    script, book = Script({"DOT": ["250 ok", "", "250 ok", ""]}), Notebook(jobs(40))
    post(script, book)
    assert sorted(book.fates) == list(range(40))
    fates = list(book.fates.values())
    assert (fates.count("uncertain"), fates.count("delivered")) == (2, 38)


def test_a_message_that_cannot_be_built_stops_the_run_before_its_dot() -> None:
    def broken() -> bytes:
        raise KeyError("no edition")

    all_ = jobs(10)
    all_[5] = Job(5, all_[5].to, 0, broken)
    script, book = Script(), Notebook(all_)
    with pytest.raises(KeyError):
        post(script, book, connections=1)
    assert b"To: 5\r\n\r\nx\r\n.\r\n" not in script.contents
    assert 5 not in book.fates


def test_a_shut_domain_holds_up_its_own_readers_only() -> None:
    mostly = [
        Job(n, to_wire(f"r{n}@{'qq' if n < 5000 else 'other'}.example"), 0, lambda: BODY)
        for n in range(5100)
    ]
    script = Script({"RCPT": ["550 Domain frequency limited"]})
    book = Notebook(mostly)
    others = range(5000, 5100)

    async def run(server: Server) -> None:
        def stop_when_others_have_it(_done: object) -> None:
            if all(book.fates.get(n) == "delivered" for n in others):
                postman.stop()  # else it waits ten minutes for the gate

        gate = Gate(1e6, 1, 100_000)
        postman = Postman(book, server, gate, sender="me@x.example", connections=1, timeout=2,
                          on_progress=stop_when_others_have_it)  # fmt: skip
        await postman.run()

    talk(script, run)
    fates = list(book.fates.values())
    assert fates.count("delivered") == 100
    assert fates.count("put off") > 900
    assert fates.count("deferred qq-frequency 550 RCPT: Domain frequency limited") == 1


@pytest.mark.parametrize("offers", ["250-h\r\n250 PIPELINING", "250 h"])
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("MAIL", "550 5.1.8 <me@x.example>: Sender address rejected: Domain not found"),
        ("MAIL", "550 User suspended"),
        ("MAIL", "550 account is suspended"),
        ("MAIL", "554 Your account has been disabled"),
        # Postfix hears everything out and refuses sender and client at RCPT.
        ("RCPT", "550 5.1.8 <me@x.example>: Sender address rejected: Domain not found"),
        ("RCPT", "550 5.1.0 <me@x.example>: Sender address rejected: User unknown"),
        ("RCPT", "550 5.7.1 <[127.0.0.1]>: Helo command rejected: Host not found"),
    ],
)
def test_a_relay_that_refuses_the_sender_ends_the_run_and_nobodys_turn_is_lost(
    offers: str, step: str, said: str
) -> None:
    script, book = Script({step: [said] * 99}, offers=offers), Notebook(jobs(30))
    with pytest.raises(PermanentDeliveryError, match=re.escape(said)):
        post(script, book, connections=2)
    assert script.contents == []
    assert set(book.fates.values()) == {"put off"}
    assert len(book.fates) <= 2, "one a connection; the others wait untouched"


def test_a_relay_that_asks_for_patience_before_the_recipient_is_given_it() -> None:
    script = Script({"MAIL": ["451 4.3.0 try again", "550 Sender frequency limited"]})
    book = Notebook(jobs(6))
    post(script, book, connections=1)
    assert sorted(one.split()[0] for one in book.fates.values()) == [
        *["deferred"] * 2, *["delivered"] * 4
    ]  # fmt: skip


def test_only_an_answer_to_the_recipient_or_to_the_whole_mail_calls_an_address_dead() -> None:
    script = Script({"DATA": ["550 5.1.1 user unknown"], "DOT": ["550 Mailbox not found"]})
    book = Notebook(jobs(2))
    post(script, book, connections=1)
    assert sorted(book.fates.values()) == [
        "failed block 550 DATA: 5.1.1 user unknown", "failed hard 550 Mailbox not found"
    ]  # fmt: skip


def test_a_relay_that_takes_no_sender_for_other_scripts_fails_that_reader_only() -> None:
    book = Notebook([Job(9, to_wire("读者@d.example"), 0, lambda: BODY), *jobs(2)])
    post(Script({"MAIL": ["555 5.1.1 unknown parameter, no such user"]}), book, connections=1)
    assert book.fates.pop(9).startswith("failed block 555 MAIL")
    assert set(book.fates.values()) == {"delivered"}


@pytest.mark.parametrize("offers", ["250-h\r\n250 PIPELINING", "250 h"])
def test_a_relay_that_cannot_forget_a_refused_recipient_is_asked_anew(offers: str) -> None:
    script = Script(
        {"RCPT": ["250 ok", "550 5.1.1 no such user"], "RSET": ["502 what user unknown"]},
        offers=offers,
    )
    book = Notebook(jobs(5))
    post(script, book, connections=1)
    fates = sorted(one.split()[0] for one in book.fates.values())
    assert fates == [*["delivered"] * 4, "failed"]
