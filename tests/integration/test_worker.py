"""The worker outlives the database it asks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings

from pipeline.sending.worker import work
from tests.mailroom import WEEK, Mailroom

pytestmark = pytest.mark.postgres


@pytest.fixture
def _usual_signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, meant in before.items():
        signal.signal(number, meant)


@pytest.mark.usefixtures("url", "_usual_signals")
def test_a_worker_goes_on_when_the_database_comes_again_until_it_is_told_to_stop(server):
    said: list[str] = []
    noted: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        server.start()

    def note(line: str) -> None:
        noted.append(line)
        os.kill(os.getpid(), signal.SIGTERM)

    server.stop()
    work(django_settings.PIPELINE, say=say, note=note)
    ((line),) = said
    assert line.startswith("the database: ")
    assert line.endswith("; it is asked again")
    assert noted == ["the database answers again"]


class Sink:
    """Takes every mail; during the second one the database is started anew."""

    def __init__(self, server) -> None:
        self.taken: list[str] = []
        self._server = server
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        self.taken += envelope.rcpt_tos
        if len(self.taken) == 2:
            await server.loop.run_in_executor(None, self._restart)
        return "250 2.0.0 taken"

    def _restart(self) -> None:
        self._server.kill()
        self._server.start()


@pytest.mark.slow
def test_a_worker_whose_database_is_started_anew_in_the_midst_serves_everybody_once(
    server, tmp_path
):
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE news")
    url = server.url.replace("/postgres", "/news")
    sink = Sink(server)
    relay = f"smtp://127.0.0.1:{sink.port}"
    room = Mailroom(tmp_path / "room", {"DATABASE_URL": url, "SMTP_URL": relay})
    room.configure("per_domain_rate: 10000, connections: 1, uncertain: hold")
    room.draft()
    room.sign()
    readers = [f"r{number}@a.example" for number in range(6)]
    room.subscribe([(email, "") for email in readers])
    with psycopg.connect(url, autocommit=True) as clock:
        clock.execute("UPDATE issue SET send_at = NULL, publishes_at = now()")
    sink.controller.start()
    try:
        with subprocess.Popen(
            room.command("worker"), env=room.environment(), encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as worker:  # fmt: skip
            assert worker.stderr
            said: list[str] = []
            while not said or "again" not in said[-1] or "asked again" in said[-1]:
                said.append(worker.stderr.readline())
                assert said[-1], said
            worker.terminate()
            assert worker.wait(60) == 0
    finally:
        sink.controller.stop()
    assert said[0].startswith("the database: ")
    assert "Traceback" not in "".join(said)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT status, count(*) FROM delivery GROUP BY status")
        found: dict[str, int] = dict(rows.fetchall())
    assert found["delivered"] + found.get("uncertain", 0) == len(readers)
    assert found.get("uncertain", 0) <= 1, "who was on the way"
    assert sorted(sink.taken) == readers
    assert WEEK in "".join(said)
