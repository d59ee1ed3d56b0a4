"""The archive: every link leads somewhere, feeds are read by a feed reader, words stay words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import html5lib
import pytest
from icalendar import Calendar
from PIL import Image

from pipeline.assemble.archive import build_archive
from pipeline.assemble.headlines import LEAST_LIMIT, get_headlines
from pipeline.assemble.pictures import draw_picture
from pipeline.sending.publishing import find_font

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model import Issue, Story

SITE = "https://news.example/weekly"


@pytest.fixture
def files(desk: Any, week: list[Story]) -> dict[str, bytes]:
    issue = desk.assemble(week)
    earlier = replace(issue, week="2026-W46", number=2)
    return build_archive([earlier, issue], newsletter=desk.newsletter, site_url=SITE, pictures=True)


def test_every_link_between_the_pages_leads_to_a_file(files: dict[str, bytes]) -> None:
    pages = [name for name in files if name.endswith(".html")]
    assert len(pages) >= 50
    broken = set()
    for name in pages:
        tree = html5lib.parse(files[name].decode(), namespaceHTMLElements=False)
        for element in tree.iter():
            target = element.get("href")
            if not target:
                continue
            path = unquote(urlsplit(urljoin(f"{SITE}/issues/{name}", target)).path)
            ours = target.startswith(("#", SITE, "/weekly/"))
            if not ours or path == "/weekly/subscribe":
                continue
            inside = path.removeprefix("/weekly/issues/")
            inside += "index.html" if path.endswith("/") else ""
            if inside not in files:
                broken.add((name, target))
    assert broken == set()


def test_the_feeds_are_what_a_feed_reader_reads(files: dict[str, bytes]) -> None:
    for name in ("atom.xml", "rss.xml"):
        feed = feedparser.parse(files[name])
        assert not feed.bozo, name
        assert [entry.link for entry in feed.entries] == [
            f"{SITE}/issues/2026-W47/",
            f"{SITE}/issues/2026-W46/",
        ]
        assert feed.entries[0].title == "示例社区周报 第3期｜示例：一栋老楼的“照明公约”"
    document = json.loads(files["feed.json"])
    assert document["items"][0]["url"] == f"{SITE}/issues/2026-W47/"
    district = feedparser.parse(files["haishu/atom.xml"])
    assert not district.bozo
    assert 0 < len(district.entries) <= 30


def _archive_one(desk: Any, one: Story) -> tuple[str, dict[str, bytes]]:
    issue = desk.assemble([one])
    files = build_archive([issue], newsletter=desk.newsletter, site_url=SITE)
    return files[f"{issue.week}/{one.key}/index.html"].decode(), files


def test_a_members_own_text_stands_in_full_on_its_page(
    desk: Any, story: Callable[..., Story]
) -> None:
    text = "头一段说怎么起头。\n第二段说花了多少钱，<b>问谁</b>。"
    sent = story(1, source_id="sample-own", url="file:a.txt", text=text, summary="头一段说怎么起头。",
                 author="示例作者")  # fmt: skip
    page, _ = _archive_one(desk, sent)
    assert "<p>头一段说怎么起头。</p><p>第二段说花了多少钱，&lt;b&gt;问谁&lt;/b&gt;。</p>" in page
    assert page.count("头一段说怎么起头。</p>") == 1, "the summary would say it twice"
    assert "读全文" not in page
    assert "文：示例作者" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"source_id": "sample-a", "url": "file:a.txt"},
        {"source_id": "sample-own", "url": "https://member.example/1"},
        {"source_id": "sample-own", "url": "file:a.txt", "summary": "头一段。\n正文第二段。"},
        {"source_id": "sample-own", "url": "file:a.txt", "summary": "头一段。 正文第二段。"},
        {"source_id": "sample-own", "url": "file:a.txt", "summary": "头一段。正文第二段。"},
    ],
    ids=["of another paper", "with a page of its own", "told whole", "spaced", "in one line"],
)
def test_no_other_text_is_printed(
    desk: Any, story: Callable[..., Story], changes: dict[str, Any]
) -> None:
    page, _ = _archive_one(desk, story(1, text="头一段。\n正文第二段。", **changes))
    assert "fulltext" not in page


def test_an_issue_leads_to_its_neighbours_and_to_every_card(files: dict[str, bytes]) -> None:
    page = files["2026-W47/index.html"].decode()
    assert 'href="/weekly/issues/2026-W46/"' in page
    assert page.count("<article") == page.count("</article>") > 15
    assert f'content="{SITE}/issues/2026-W47/og.png"' in page


def test_one_event_is_a_calendar_of_its_own(files: dict[str, bytes]) -> None:
    (event,) = Calendar.from_ical(files["2026-W47/51/1.ics"]).walk("VEVENT")
    assert event["summary"] == "示例：周六合唱排练"


def test_an_empty_archive_says_so(desk: Any) -> None:
    files = build_archive([], newsletter=desk.newsletter, site_url=SITE)
    assert "第一期还没有发出" in files["index.html"].decode()
    assert not feedparser.parse(files["atom.xml"]).bozo


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "\x00\x08\ufffe示例\ud800", "示例]]>&amp;", "长" * 500]
)
def test_any_title_stays_a_text_on_pages_and_in_feeds(
    desk: Any, story: Callable[..., Story], title: str
) -> None:
    issue = desk.assemble([story(1, title=title)])
    files = build_archive([issue], newsletter=desk.newsletter, site_url=SITE)
    for name, data in files.items():
        if name.endswith(".xml"):
            assert not feedparser.parse(data).bozo, name
        elif name.endswith(".html"):
            tree = html5lib.parse(data.decode(), namespaceHTMLElements=False)
            assert tree.findall(".//script") == []


def headlines(desk: Any, issue: Issue, limit: int) -> str:
    return get_headlines(
        issue, newsletter=desk.newsletter, address=f"{SITE}/issues/2026-W47/", limit=limit
    )


def test_headlines_fit_the_robots_limit_in_whole_lines(
    desk: Any, story: Callable[..., Story], week: list[Story]
) -> None:
    issue = desk.assemble(week)
    whole = headlines(desk, issue, LEAST_LIMIT)
    assert all(item.title in whole for item in issue.items)
    for limit in (300, 600, 900):
        text = headlines(desk, issue, limit)
        assert len(text.encode()) <= limit
        shown = [line for line in text.splitlines() if line.startswith("·")]
        left = len(issue.items) - len(shown)
        assert f"……另有{left}条" in text
        assert text.endswith("/issues/2026-W47/")
    long = desk.assemble([story(key, title="示例" + "长" * 500) for key in range(1, 9)])
    assert len(headlines(desk, long, LEAST_LIMIT).encode()) <= LEAST_LIMIT
    assert headlines(desk, issue, 10) == f"{SITE}/issues/2026-W47/"


def test_the_picture_of_an_issue_has_the_size_that_readers_expect(
    desk: Any, story: Callable[..., Story], tmp_path: Path
) -> None:
    font = find_font()
    if font is None:
        pytest.skip("no Chinese font; enable with: apt-get install fonts-noto-cjk")
    for title in ("示例", "示例：" + "很长的标题，" * 30):
        issue = desk.assemble([story(1, title=title)])
        path = tmp_path / "og.png"
        path.write_bytes(draw_picture(issue, newsletter=desk.newsletter, font=font))
        with Image.open(path) as picture:
            assert picture.size == (1200, 630)
            assert len(picture.getcolors(1 << 20) or []) > 10


def test_no_path_of_the_archive_leaves_it(files: dict[str, bytes]) -> None:
    assert all(".." not in PurePosixPath(name).parts and name[0] != "/" for name in files)
