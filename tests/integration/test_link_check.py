"""The week's run asks for the draft's links and says which did not open; it never fails by that."""

import ipaddress
import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as django_settings

from pipeline import runner
from pipeline.model import Issue, Item, LinkState, Section, SectionKind
from pipeline.store import drafts, links
from pipeline.week import linkcheck

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 21, 10, tzinfo=UTC)
NETS = (ipaddress.ip_network("127.0.0.0/8"),)


class Pages(BaseHTTPRequestHandler):
    asked: list[str]

    def do_HEAD(self):
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()

    def log_message(self, *_):
        """Stay silent."""


@pytest.fixture
def site():
    Pages.asked = []
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def settings():
    given = django_settings.PIPELINE
    manners = given.feeds.collect.model_copy(update={"delay": 0, "retries": 0})
    feeds = given.feeds.model_copy(update={"collect": manners})
    return given.model_copy(update={"allow_nets": NETS, "feeds": feeds})


def make_issue(*urls):
    item = Item(
        key="0", title="示例", summary="示例。", original_title="示例", url="", source_id="s",
        source_name="示例来源", published=NOW, own=True,
    )  # fmt: skip
    items = tuple(replace(item, key=str(n), url=url) for n, url in enumerate(urls))
    section = Section(SectionKind.DISTRICTS, "各区动态", items)
    return Issue("2026-W47", 3, "示例", "", NOW, NOW, NOW, (section,))


def test_a_dead_link_of_the_draft_is_told_with_the_time_of_its_check(site, settings, monkeypatch):
    monkeypatch.setattr(linkcheck, "_now", lambda: NOW)
    issue = make_issue(f"{site}/there", f"{site}/gone", "https://news.example/1")
    linkcheck.check_links(settings, issue)
    _, report, _ = runner.render_revision(settings, drafts.save_draft(issue, NOW))
    (found,) = [one for one in report.findings if one.rule == "link"]
    assert found.item == "1"
    assert found.message == "上次检查（11月23日 05:10）打不开：404。请更换链接或撤下。"


def test_what_opened_today_is_not_asked_for_again_and_what_did_not_is(site, settings, monkeypatch):
    issue = make_issue(f"{site}/there", f"{site}/gone")
    for hours in (0, 1, 7):
        monkeypatch.setattr(linkcheck, "_now", lambda h=hours: NOW + timedelta(hours=h))
        linkcheck.check_links(settings, issue)
    heads = [path for path in Pages.asked if path != "/robots.txt"]
    assert heads.count("/there") == 2
    assert heads.count("/gone") == 6  # HEAD and GET, three times
    assert links.get_checks([f"{site}/there"])[f"{site}/there"].state is LinkState.OPEN


def test_a_check_that_a_clock_which_was_ahead_has_dated_spares_no_link(site, settings, monkeypatch):
    for hours in (9000, 0):
        monkeypatch.setattr(linkcheck, "_now", lambda h=hours: NOW + timedelta(hours=h))
        linkcheck.check_links(settings, make_issue(f"{site}/there"))
    assert Pages.asked.count("/there") == 2


def test_a_check_that_breaks_is_a_line_of_the_log(settings, monkeypatch, caplog):
    def fail(*_):
        raise OSError("示例")

    monkeypatch.setattr(links, "add_checks", fail)
    with caplog.at_level(logging.ERROR):
        linkcheck.check_links(settings, make_issue("https://news.example/1"))
    assert "could not be checked" in caplog.text
