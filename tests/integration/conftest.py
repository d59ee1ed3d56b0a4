"""A mail server and a PostgreSQL server of the tests' own, and a newsroom with an issue to send."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from tests.crash.places import postgres
from tests.mailroom import WEEK, Mailroom
from tests.twohands import store_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Once
    from tests.crash.places import PostgresServer


READERS = [
    ("yi@a.example", "海曙"), ("er@b.example", "鄞州"), ("san@c.example", "江北"),
    ("si@d.example", ""), ("wu@e.example", "镇海"),
]  # fmt: skip
SEND_KEYS = {
    "week", "recipients", "delivered", "deferred", "failed", "suppressed", "uncertain",
    "editions", "seconds",
}  # fmt: skip
ROW_KEYS = {"email", "status", "edition", "attempts", "message_id", "reply", "at"}


class Sink:
    """What the mail server does with each recipient, and what it was given."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.refuses_sender = ""
        self.taken: list[tuple[str, bytes]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.leaves = threading.Event()  # it says good-bye when asked to
        self.leaves.set()
        self.arrived = threading.Event()
        self.controller: Any = None

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802
        if self.refuses_sender:
            return self.refuses_sender
        envelope.mail_from, envelope.mail_options = address, options
        return "250 2.1.0 ok"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        self.arrived.set()
        await server.loop.run_in_executor(None, self.gate.wait, 60)
        self.taken.extend((one, envelope.original_content) for one in envelope.rcpt_tos)
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server, _session, _envelope):  # noqa: N802
        await server.loop.run_in_executor(None, self.leaves.wait, 60)
        return "221 2.0.0 bye"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.server.sockets[0].getsockname()[1]}"


@pytest.fixture
def sink() -> Iterator[Sink]:
    one = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one.controller = Controller(one, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    one.controller.start()
    yield one
    one.gate.set()
    one.leaves.set()
    one.controller.stop()


@pytest.fixture(scope="session")
def drafted(made_once: Once, drafted_room: Path) -> Path:
    def build(folder: Path) -> None:
        shutil.copytree(drafted_room, folder)
        Mailroom(folder).subscribe(READERS)

    return made_once("drafted-read", build)


@pytest.fixture(scope="session")
def signed(made_once: Once, signed_room: Path) -> Path:
    def build(folder: Path) -> None:
        shutil.copytree(signed_room, folder)
        Mailroom(folder).subscribe(READERS)

    return made_once("signed-read", build)


@pytest.fixture
def room(signed, sink, tmp_path) -> Mailroom:
    shutil.copytree(signed, tmp_path / "room")
    one = Mailroom(tmp_path / "room", {"SMTP_URL": sink.url})
    one.publish_ago(0)
    return one


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    try:
        with postgres() as running:
            yield running
    except FileNotFoundError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def url(server, django_db_blocker) -> Iterator[str]:
    """Let the store's tables stand on PostgreSQL; return the database's address."""
    with django_db_blocker.unblock(), store_on(server) as address:
        yield address


def send(room: Mailroom, *more: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(room.must("send", "--week", WEEK, "--json", *more))
    assert report.keys() == SEND_KEYS
    return report


def rows(room: Mailroom) -> dict[str, dict[str, Any]]:
    lines = room.must("deliveries", "--week", WEEK, "--json").splitlines()
    found = [json.loads(line) for line in lines]
    assert all(one.keys() == ROW_KEYS for one in found)
    return {one["email"]: one for one in found}
