"""A source that is gone or has moved is told of until feeds.yaml says otherwise."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as django_settings

from pipeline.collect import SourceState
from pipeline.store.sources import Fetch, Harvest, add_harvests
from pipeline.week.troubles import find_troubles

FEED = (
    '<rss version="2.0"><channel><title>示例</title><item><title>示例消息</title>'
    "<link>{site}/a/1.html</link><description>（示例）居民议事。</description></item>"
    "</channel></rss>"
)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/old":
            self.send_response(301)
            self.send_header("Location", "/new")
            self.end_headers()
        elif self.path in {"/new", "/other"}:
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.end_headers()
            site = f"http://{self.headers['Host']}"
            self.wfile.write(FEED.format(site=site).encode())
        else:
            self.send_response(404 if self.path == "/robots.txt" else 410)
            self.end_headers()

    def log_message(self, *_):
        """Stay silent."""


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("PIPELINE_ALLOW_NETS", "127.0.0.0/8")
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def write(own_feeds, site):
    def write_feeds(gone="/gone", old="/old"):
        return own_feeds(
            "collect: {delay: 0}\nsources:\n"
            f"  - {{id: a, name: 示例甲, kind: feed, full_text: false, url: '{site}{gone}'}}\n"
            f"  - {{id: b, name: 示例乙, kind: feed, full_text: false, url: '{site}{old}'}}\n"
        )

    return write_feeds


def notes(newsroom, config):
    report = json.loads(newsroom("doctor", "--json", config=config).stdout)
    return [one["said"] for one in report["warnings"] if one["check"].startswith("source ")]


def test_cron_status_and_doctor_name_a_source_that_is_gone_week_after_week(
    empty_newsroom, write, site
):
    config = write()
    first = empty_newsroom("-q", "run", config=config)
    assert (first.returncode, first.stderr.count("failed: a: ")) == (3, 1)
    why = f"{site}/gone is gone (410); change its url in feeds.yaml, or collect it by name"
    for _ in range(2):
        later = empty_newsroom("-q", "run", config=config)
        assert (later.returncode, later.stdout) == (3, "")
        assert later.stderr.splitlines().count(f"failed: a: {why}") == 1
    quiet = empty_newsroom("-q", "collect", config=config)
    assert (quiet.returncode, quiet.stderr) == (3, ""), "may be called every hour"
    assert f"failed: a: {why}" in empty_newsroom("collect", config=config).stderr
    state = json.loads(empty_newsroom("status", "--json", config=config).stdout)
    assert state["failing_sources"] == {"a": why}
    assert f"failing: a: {why}\n" in empty_newsroom("status", config=config).stdout
    assert notes(empty_newsroom, config)[0] == why
    mended = write(gone="/other")
    assert (
        json.loads(empty_newsroom("status", "--json", config=mended).stdout)["failing_sources"]
        == {}
    )
    assert why not in notes(empty_newsroom, mended)
    assert empty_newsroom("-q", "run", config=mended).returncode == 0


def test_status_and_doctor_name_the_new_address_of_a_source_until_it_is_written_down(
    empty_newsroom, write, site
):
    config = write(gone="/other")
    assert notes(empty_newsroom, config) == []
    for _ in range(3):
        assert empty_newsroom("-q", "collect", config=config).stderr == ""
    state = json.loads(empty_newsroom("status", "--json", config=config).stdout)
    assert (state["failing_sources"], state["moved_sources"]) == ({}, {"b": f"{site}/new"})
    said = f"to {site}/new; write that into feeds.yaml"
    assert f"moved: b: {said}\n" in empty_newsroom("status", config=config).stdout
    assert notes(empty_newsroom, config) == [f"has moved {said}"]
    assert empty_newsroom("doctor", config=config).returncode == 0
    assert notes(empty_newsroom, write(gone="/other", old="/new")) == []


@pytest.mark.django_db
def test_a_source_that_failed_and_asked_to_wait_still_fails_while_it_is_left_alone():
    now = datetime.now(UTC)
    settings = django_settings.PIPELINE
    source, other = settings.sources[:2]
    for state, failing in ((SourceState(failures=1, last_error="429"), "429"), (SourceState(), "")):
        fetch = Fetch(source.id, now, "skipped", 0.1, 0)
        removed = Fetch("no-longer-a-source", now, "failed", 0.1, 0, "x")
        failed = Fetch(other.id, now, "failed", 0.1, 0, "no answer")
        harvests = [Harvest(one, (), {}) for one in (removed, failed)]
        add_harvests([Harvest(fetch, (), state.to_json()), *harvests])
        expected = {source.id: failing} if failing else {}
        assert find_troubles(settings).failing == {**expected, other.id: "no answer"}
