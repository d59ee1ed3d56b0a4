"""Opens and clicks: off; switched on, numbers for all readers together and nothing about anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from pipeline.assemble import edit, render, render_editions
from pipeline.calendar import SHANGHAI
from pipeline.model import DISTRICTS, Issue, Item, Preferences, Section, SectionKind
from pipeline.store import counts, drafts
from pipeline.store.models import IssueRow, LetterCountRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db

WEEK = "2026-W47"
SITE = "https://news.example"
BOTH = ("opens", "clicks")


def make_item(key: str, url: str) -> Item:
    return Item(
        key=key, title=f"示例{key}", summary="（示例）", original_title=f"示例{key}", url=url,
        source_id="a", source_name="示例", published=datetime(2026, 11, 18, tzinfo=UTC),
        districts=("海曙",), themes=("社区治理",),
    )  # fmt: skip


ITEMS = (
    make_item("11", "https://a.example/1?a=1&b=2"),
    make_item("12", "https://b.example/2"),
    make_item("13", "mailto:a@a.example"),
)


@pytest.fixture
def issue() -> Issue:
    moment = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    section = Section(SectionKind.DISTRICTS, "各区动态", ITEMS)
    made = Issue(WEEK, 3, "示例第3期", "", moment, moment, moment, (section,))
    drafts.save_draft(made, moment)
    return made


@pytest.fixture
def switched(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def switch(*count: str) -> None:
        known = settings.PIPELINE
        delivery = known.feeds.delivery.model_copy(update={"count": count})
        feeds = known.feeds.model_copy(update={"delivery": delivery})
        monkeypatch.setattr(settings, "PIPELINE", known.model_copy(update={"feeds": feeds}))

    return switch


def draw(issue: Issue, *count: str, preferences: Preferences | None = None) -> str:
    return render(
        issue, newsletter=settings.PIPELINE.newsletter, site_url=SITE, count=count,
        preferences=preferences,
    ).html  # fmt: skip


def go_out() -> None:
    IssueRow.objects.filter(week=WEEK).update(published_at=datetime.now(UTC))


def test_a_letter_counts_nothing_unless_it_is_switched_on(issue: Issue) -> None:
    html = draw(issue)
    assert f"{SITE}/g/" not in html
    assert f"{SITE}/o/" not in html
    assert "总次数" not in html
    assert 'href="https://b.example/2"' in html


def test_switched_on_every_readers_letter_has_the_same_picture_and_links_and_says_so(
    issue: Issue,
) -> None:
    wanted = [Preferences(), *(Preferences(frozenset({one})) for one in DISTRICTS)]
    editions = render_editions(
        issue, newsletter=settings.PIPELINE.newsletter, site_url=SITE, preferences=wanted,
        count=BOTH,
    )  # fmt: skip
    for edition in editions.values():
        found = set(re.findall(rf'"({SITE}/[go]/[^"]+)"', edition.html))
        assert found == {f"{SITE}/g/{WEEK}/11", f"{SITE}/g/{WEEK}/12", f"{SITE}/o/{WEEK}.gif"}
        assert "https://b.example/2" not in edition.html
        assert "https://b.example/2" in edition.text  # shown as it is, and not counted
        assert "不记是谁" in edition.html
        assert "不记是谁" in edition.text
    assert draw(issue, *BOTH) == editions["all"].html
    assert "/g/" not in draw(issue, "opens")
    assert "/o/" not in draw(issue, "clicks")


def test_a_link_leads_to_the_page_of_its_item_and_nowhere_else(
    issue: Issue, client: Client
) -> None:
    assert issue.items
    go_out()
    response = client.get(f"/g/{WEEK}/11")
    assert (response.status_code, response["Location"]) == (302, "https://a.example/1?a=1&b=2")
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    for path in (f"/g/{WEEK}/99", f"/g/{WEEK}/13", "/g/2026-W48/11", "/g/x/11", f"/g/{WEEK}/"):
        assert client.get(path, {"url": "https://evil.example"}).status_code == 404, path


def test_a_link_that_an_editor_typed_in_capitals_is_followed_as_the_letter_shows_it(
    client: Client, issue: Issue
) -> None:
    loud = edit.change(issue, "12", url="HTTPS://b.example/2")
    drafts.add_revision(loud, author="示例", expected=1, at=datetime.now(UTC), note="试")
    assert draw(loud, "clicks").count(f"{SITE}/g/{WEEK}/12") == 2
    go_out()
    answer = client.get(f"/g/{WEEK}/12")
    assert (answer.status_code, answer["Location"]) == (302, "HTTPS://b.example/2")


def test_counting_is_by_issue_item_and_day_for_all_readers_together(
    issue: Issue, client: Client, switched: Callable[..., None]
) -> None:
    assert issue.items
    switched(*BOTH)
    go_out()
    for path in (f"/g/{WEEK}/11", f"/g/{WEEK}/11", f"/g/{WEEK}/12", f"/o/{WEEK}.gif"):
        client.get(path, headers={"User-Agent": "Mail/1.0 wang@example.org"})
    assert counts.list_counts(WEEK) == {"11": 2, "": 1, "12": 1}
    columns = {one.name for one in LetterCountRow._meta.fields}
    assert columns == {"id", "week", "target", "day", "times"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM letter_count")
        assert "wang" not in str(cursor.fetchall())


def test_tries_before_the_issue_is_out_prefetches_and_what_is_switched_off_count_nothing(
    issue: Issue, client: Client, switched: Callable[..., None]
) -> None:
    assert issue.items
    switched(*BOTH)
    client.get(f"/o/{WEEK}.gif")
    go_out()
    client.get(f"/g/{WEEK}/11", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/g/{WEEK}/11")
    client.get(f"/g/{WEEK}/99")
    switched("opens")
    assert client.get(f"/g/{WEEK}/11").status_code == 302
    switched()
    picture = client.get(f"/o/{WEEK}.gif")
    assert picture["Content-Type"] == "image/gif"
    assert picture.content.startswith(b"GIF89a")
    assert picture["Cache-Control"] == "no-store"
    assert counts.list_counts(WEEK) == {}
    assert client.get("/o/2026-W48.gif").status_code == 200


def test_a_store_that_cannot_count_still_leads_the_reader(
    issue: Issue, client: Client, switched: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert issue.items
    switched(*BOTH)
    go_out()

    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(counts, "add", locked)
    assert client.get(f"/g/{WEEK}/11").status_code == 302
    assert client.get(f"/o/{WEEK}.gif").status_code == 200


def test_what_stands_in_a_draft_is_known_to_editors_only(
    issue: Issue, client: Client, django_user_model: type[User]
) -> None:
    assert issue.items
    assert client.get(f"/g/{WEEK}/11").status_code == 404
    IssueRow.objects.filter(week=WEEK).update(status="sending")  # the first letters arrive
    assert client.get(f"/g/{WEEK}/11").status_code == 302
    IssueRow.objects.filter(week=WEEK).update(status="draft")
    client.force_login(django_user_model.objects.create_user("anna"))
    answer = client.get(f"/g/{WEEK}/11")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
