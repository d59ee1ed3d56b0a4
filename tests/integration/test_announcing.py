"""Telling the world of an issue: group robots that are deaf, and editors who hear of it."""

from __future__ import annotations

import email
import json
import threading
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.integration.conftest import send
from tests.mailroom import WEEK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.conftest import Sink


@pytest.fixture
def robot() -> Iterator[tuple[str, list[str]]]:
    """A group robot on loopback that keeps what it is told."""
    heard: list[str] = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(500 if "deaf" in self.path else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


def list_told(sink: Sink) -> list[str]:
    return [
        str(email.message_from_bytes(data, policy=policy.default)["Subject"])
        for to, data in sink.taken
        if to == "desk@news.example"
    ]


def test_robots_none_of_which_took_it_are_asked_again_for_an_hour(room, sink, robot):
    url, heard = robot
    room.configure("per_domain_rate: 10000, report_to: [desk@news.example]")
    room.environ["ROBOT_URLS"] = f"{url}/deaf"
    done = room.call("send", "--week", WEEK, "--json")
    assert (done.returncode, json.loads(done.stdout)["delivered"]) == (0, 5)
    assert done.stderr == "ROBOT_URLS entry 1 (json): the robot did not take it\n"
    assert room.sql("SELECT status, announced_at IS NULL FROM issue") == [("sending", 1)]
    assert list_told(sink) == []
    room.environ["ROBOT_URLS"] = f"{url}/ok"
    assert room.call("send", "--due").stderr == ""
    assert len(heard) == 2
    assert room.sql("SELECT status FROM issue") == [("sent",)]
    assert len(list_told(sink)) == 1, "the report"


@pytest.mark.parametrize("case", ["one of two", "all, an hour ago", "no address of any"])
def test_what_no_robot_will_be_told_any_more_is_told_to_the_editors(room, sink, robot, case):
    url, heard = robot
    room.configure("per_domain_rate: 10000, report_to: [desk@news.example]")
    room.environ["ROBOT_URLS"] = {
        "one of two": f"{url}/deaf,{url}/ok", "all, an hour ago": f"{url}/deaf",
        "no address of any": "nonsense",
    }[case]  # fmt: skip
    if case == "all, an hour ago":
        send(room)
        room.sql("UPDATE issue SET published_at = datetime(published_at, '-61 minutes')")
    report = room.call("send", "--due")
    assert report.returncode == 0
    assert report.stderr.startswith("ROBOT_URLS entry 1")
    assert room.sql("SELECT status, announced_at IS NULL FROM issue") == [("sent", 0)]
    assert len(heard) == {"one of two": 2, "all, an hour ago": 2, "no address of any": 0}[case]
    first, second = list_told(sink)
    assert first.endswith(f"{WEEK} 发布时有几处没有办成")
    assert second.endswith(f"{WEEK} 发送报告")
