"""Papers and the ways to a page: the newest day, pages by number and name, refreshes and frames."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.arrival import date_url, find_onward
from pipeline.collect.dates import find_day
from pipeline.collect.entries import read_paper_pages
from pipeline.config import load_settings
from pipeline.errors import ConfigError
from pipeline.model import Source, SourceKind

from .conftest import NOW, Site

TEXT = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。" * 4
ARTICLE = (
    "<html><head><title>{0}</title></head><body><h1>{0}</h1><div><p>{1}</p></div></body></html>"
)
DAY = (
    "<html><body><div class='pages'><a href='node_1.htm'>第A01版：要闻</a><a href='node_1.htm'>图</a>"
    "<a href='node_2.htm'>A07 社区</a></div></body></html>"
)


def edition(day: str) -> dict[str, str]:
    """One day of a paper: two pages, an article on each."""
    root = f"/nbwb/html/2026-11/{day}"
    pages = {
        f"{root}/node_1.htm": DAY.replace("</body>", "<a href='content_1.htm'>示例头条</a></body>")
    }
    pages[f"{root}/node_2.htm"] = "<html><a href='content_2.htm'>示例社区新闻</a></html>"
    for n in (1, 2):
        pages[f"{root}/content_{n}.htm"] = ARTICLE.format(f"示例{n}", TEXT + day)
    return pages


PATTERN = "/nbwb/html/{date:%Y-%m}/{date:%d}/node_1.htm"


def test_the_newest_edition_is_found_by_the_date_in_the_address(site: Site) -> None:
    site.pages = edition("21") | edition("20")
    result = site.visit(PATTERN, kind=SourceKind.PAPER)
    assert result.status == "ok"
    assert [(one.page, one.column) for one in result.articles] == [("A01", "要闻"), ("A07", "社区")]
    assert {one.published.strftime("%m-%d") for one in result.articles if one.published} == {
        "11-21"
    }
    assert site.asked.count("/nbwb/html/2026-11/24/node_1.htm") == 1  # it went back day by day
    assert "/nbwb/html/2026-11/20/node_1.htm" not in site.asked


def test_a_week_of_editions_is_taken_where_asked_for_and_no_article_is_fetched_twice(
    site: Site,
) -> None:
    site.pages = edition("21") | edition("20")
    assert len(site.visit(PATTERN, kind=SourceKind.PAPER, days=7).articles) == 4
    site.asked.clear()
    assert site.visit(PATTERN, kind=SourceKind.PAPER, days=7).articles == ()
    assert not any("content" in path for path in site.asked)


def test_a_paper_without_any_edition_says_how_far_it_looked_and_is_not_muted(site: Site) -> None:
    for _ in range(5):
        result = site.visit(PATTERN, kind=SourceKind.PAPER)
    assert "no edition within the last 7 days" in (result.error or "")
    assert result.state.muted is None


def test_a_server_that_fails_is_not_taken_for_a_day_without_an_edition(site: Site) -> None:
    site.pages = edition("21") | {"/nbwb/html/2026-11/24/node_1.htm": (500, {})}
    assert "answers 500" in (site.visit(PATTERN, kind=SourceKind.PAPER).error or "")


@pytest.mark.parametrize("url", ["{date:%Q}", "{day}", "{date:}", "{date:%Y"])
def test_a_wrong_date_in_an_address_is_named_with_its_line(tmp_path, url: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(
        "newsletter:\n  name: 示例\n  first_week: 2026-W45\n  sender_email: a@a.example\nsources:\n"
        f"  - id: p\n    name: 示例\n    kind: paper\n    url: 'http://a.example/{url}/'\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"feeds.yaml:9: sources.0.url: expected dates such as"):
        load_settings(path, tmp_path / "var", {})


def test_a_list_behind_frames_and_a_refresh_is_reached(site: Site) -> None:
    site.pages = {
        "/": "<html><head><meta http-equiv='Refresh' content='0; url=/frames.html'></head></html>",
        "/frames.html": "<html><frameset cols='20,80'><frame name='menu' src='/m.html'>"
        "<frame name='main' src='/list.html'></frameset></html>",
        "/list.html": "<html><ul><li><a href='/a.html'>示例消息一条</a> 2026-11-20</li></ul></html>",
        "/a.html": ARTICLE.format("示例消息一条", TEXT),
    }
    result = site.visit("/", kind=SourceKind.PAGE)
    assert [one.title for one in result.articles] == ["示例消息一条"]


def test_a_page_that_refreshes_itself_or_goes_round_in_circles_is_read_as_it_is(site: Site) -> None:
    head = "<html><head><meta http-equiv=refresh content='300;url={}'></head>"
    body = "<ul><li><a href='/a.html'>示例消息一条</a></li></ul></html>"
    site.pages = {
        "/a": head.format("/a") + body, "/b": head.format("/c") + body, "/c": head.format("/b") + body,
        "/a.html": ARTICLE.format("示例消息一条", TEXT),
    }  # fmt: skip
    for path in ("/a", "/b"):
        assert site.visit(path, kind=SourceKind.PAGE).status == "ok"


@pytest.mark.parametrize(
    ("said", "number", "name"),
    [
        ("第A07版：社区", "A07", "社区"),
        ("07版·教育周刊", "07", "教育周刊"),
        ("A12 健康", "A12", "健康"),
        ("第 3 版 要闻 pdf", "3", "要闻"),
        ("版面导航", None, None),
        ("2026年", None, None),
    ],
)
def test_a_papers_page_has_a_number_and_a_name(
    said: str, number: str | None, name: str | None
) -> None:
    source = Source("p", "示例", SourceKind.PAPER, "http://a.example/")
    (page,) = read_paper_pages(f"<a href='node_2.htm'>{said}</a>", "http://a.example/", source)
    assert (page.number, page.name) == (number, name)


def test_days_count_in_china() -> None:
    late = datetime(2026, 11, 30, 20, tzinfo=UTC)  # already the first of December there
    assert (
        date_url("http://a.example/{date:%Y%m}/{date:%d}/", late) == "http://a.example/202612/01/"
    )
    assert find_day("http://a.example/html/2026-11/20/node_1.htm") is not None
    assert find_day("http://a.example/html/2026-13/40/node_1.htm") is None
    assert NOW.tzinfo is not None


@given(st.text(max_size=300))
def test_any_text_may_be_asked_where_it_leads(text: str) -> None:
    for made in (text, f"<meta http-equiv=refresh content='0;url={text}'>", f"<frameset>{text}"):
        onward = find_onward(made, "http://a.example/")
        assert onward is None or onward.startswith(("http://", "https://"))
