"""Sitemaps and their indexes: the newest first, one site only, few files, no loop, no flood."""

from __future__ import annotations

import gzip
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.entries import read_feed
from pipeline.collect.sitemaps import (
    FOLLOWED,
    MOST_LISTED,
    is_index,
    is_sitemap,
    read_index,
    read_sitemap,
)
from pipeline.errors import CollectError, ParseError

from .conftest import NOW, Site

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://a.example/sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ARTICLE = "<html><body><h1>示例消息</h1><p>" + "（示例）一段正文。" * 30 + "</p></body></html>"


def urlset(*pages: tuple[str, str]) -> str:
    made = "".join(
        f"<url><loc>{place}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for place, day in pages
    )
    return f'<?xml version="1.0"?><urlset {NAMESPACE}>{made}</urlset>'


def index(*files: tuple[str, str]) -> str:
    made = "".join(
        f"<sitemap><loc>{place}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for place, day in files
    )
    return f'<?xml version="1.0"?><sitemapindex {NAMESPACE}>{made}</sitemapindex>'


def serve(site: Site, pages: dict[str, Any], articles: int = 30) -> None:
    """Serve the pages and so many articles."""
    site.pages = {f"/a/{n}.html": ARTICLE for n in range(articles)} | pages


def test_a_sitemap_is_a_list_the_newest_first() -> None:
    text = (
        f"\ufeff<?xml version='1.0'?><!-- made by hand --><urlset {NAMESPACE}>"
        "<url><loc>https://a.example/1</loc><lastmod>2026-11-01</lastmod></url>"
        "<url><loc>https://a.example/2?a=1&amp;b=2</loc><news:news>"
        "<news:publication_date>2026-11-20T08:00:00+08:00</news:publication_date>"
        "<news:title><![CDATA[示例标题]]></news:title></news:news></url></urlset>"
    )
    found, _ = read_feed(text, URL, NOW)
    assert [(one.url, one.title) for one in found] == [
        ("https://a.example/2?a=1&b=2", "示例标题"),
        ("https://a.example/1", ""),
    ]
    assert found[0].published is not None


def test_the_pictures_of_a_page_are_not_taken_for_the_page() -> None:
    text = (
        "<urlset><url><loc>https://a.example/1</loc><image:image><image:title>图</image:title>"
        "<image:loc>https://a.example/1.jpg</image:loc></image:image></url></urlset>"
    )
    assert [(one.url, one.title) for one in read_sitemap(text, URL, NOW, 9)] == [
        ("https://a.example/1", "")
    ]


def test_elements_with_a_prefix_are_read_too() -> None:
    text = "<s:urlset><s:url><s:loc>https://a.example/1</s:loc></s:url></s:urlset>"
    assert [one.url for one in read_feed(text, URL, NOW)[0]] == ["https://a.example/1"]


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"title": "<urlset>"}]}',
        "<rss><channel><description>&lt;urlset> <urlset></description></channel></rss>",
        "<html><body><sitemapindex></body></html>",
        "<!--" * 900,
        "<!---->" * 600,
    ],
)
def test_only_a_root_element_makes_a_sitemap(text: str) -> None:
    assert not is_sitemap(text)
    assert not is_index(text)


def test_the_files_of_an_index_are_asked_for_newest_first_and_the_newest_pages_taken(
    site: Site,
) -> None:
    serve(site, {
        "/feed": index(("/old.xml", "2026-01-05"), ("/new.xml", "2026-11-20"),
                       ("/middle.xml", "2026-11-10T08:00:00+08:00")),
        "/new.xml": urlset(("/a/1.html", "2026-11-20"), ("/a/2.html", "2026-11-12")),
        "/middle.xml": urlset(("/a/3.html", "2026-11-10"), ("/a/4.html", "2026-10-01")),
        "/old.xml": urlset(("/a/5.html", "2026-01-05")),
    })  # fmt: skip
    result = site.visit(max_items=3)
    assert result.error is None
    assert [one.url.rpartition("/")[2] for one in result.articles] == ["1.html", "2.html", "3.html"]
    asked = [path for path in site.asked if path.endswith(".xml")]
    assert asked == ["/new.xml", "/middle.xml"]  # nothing in the old one could be taken


def test_files_without_a_date_are_taken_by_the_numbers_in_their_names(site: Site) -> None:
    files = {f"/post-sitemap{n}.xml": urlset((f"/a/{n}.html", "")) for n in range(1, 13)}
    serve(site, files | {"/feed": index(*((path, "") for path in files))})
    site.visit()
    asked = [path for path in site.asked if path.endswith(".xml")]
    assert asked == [f"/post-sitemap{n}.xml" for n in (12, 11, 10, 9, 8)]
    assert len(asked) == FOLLOWED


def test_files_of_other_sites_are_left_out_and_named(site: Site) -> None:
    serve(site, {
        "/feed": index(("http://127.0.0.9:9/s.xml", "2026-11-20"), ("/own.xml", "2026-11-01")),
        "/own.xml": urlset(("/a/1.html", "")),
    })  # fmt: skip
    result = site.visit()
    assert len(result.articles) == 1
    assert result.warnings == (
        "sitemaps of another site were left out (1): http://127.0.0.9:9/s.xml",
    )


def test_a_file_that_leads_to_another_site_is_left_out(site: Site) -> None:
    elsewhere = (302, {"Location": "http://127.0.0.1:1/s.xml"})
    serve(site, {"/feed": index(("/away.xml", ""), ("/own.xml", "")), "/away.xml": elsewhere,
                 "/own.xml": urlset(("/a/1.html", ""))})  # fmt: skip
    site.settings = site.settings.model_copy(update={"retries": 0})
    result = site.visit()
    assert len(result.articles) == 1
    assert any("left out" in line for line in result.warnings)


def test_an_index_within_an_index_is_followed_once_and_no_deeper(site: Site) -> None:
    serve(site, {
        "/feed": index(("/inner.xml", "2026-11-20")),
        "/inner.xml": index(("/pages.xml", "2026-11-20"), ("/deeper.xml", "2026-11-19")),
        "/deeper.xml": index(("/never.xml", "2026-11-19")),
        "/pages.xml": urlset(("/a/1.html", "2026-11-20")),
    })  # fmt: skip
    result = site.visit()
    assert [one.url.rpartition("/")[2] for one in result.articles] == ["1.html"]
    assert any("/deeper.xml: indexes of sitemaps within each other" in one
               for one in result.warnings)  # fmt: skip
    assert "/never.xml" not in site.asked


def test_an_index_that_names_itself_ends(site: Site) -> None:
    serve(site, {
        "/feed": index(("/feed", ""), ("/b.xml", "")),
        "/b.xml": index(("/feed", ""), ("/b.xml", "")),
    })  # fmt: skip
    result = site.visit()
    assert result.status == "failed"
    assert "no sitemap of this index lists a page" in (result.error or "")
    assert site.asked.count("/feed") == 1
    assert site.asked.count("/b.xml") == 1


def test_an_index_whose_files_are_gone_says_so_in_one_line(site: Site) -> None:
    serve(site, {"/feed": index(("/gone.xml", "2026-11-20"))})
    error = site.visit().error or ""
    assert "/gone.xml: the server answers 404; this sitemap was left out" in error
    assert "\n" not in error


def test_a_file_that_is_zipped_itself_is_read(site: Site) -> None:
    packed = gzip.compress(urlset(("/a/1.html", "2026-11-20")).encode())
    serve(site, {
        "/feed": index(("/s.xml.gz", "2026-11-20")),
        "/s.xml.gz": lambda _: web.Response(body=packed, content_type="application/x-gzip"),
    })  # fmt: skip
    assert len(site.visit().articles) == 1


def test_a_zipped_bomb_costs_the_limit(site: Site) -> None:
    packed = gzip.compress(b"<urlset>" + b" " * 30_000_000)
    serve(site, {
        "/feed": index(("/s.xml.gz", "2026-11-20")),
        "/s.xml.gz": lambda _: web.Response(body=packed, content_type="application/x-gzip"),
    })  # fmt: skip
    assert "larger than 200,000 bytes" in (site.visit().error or "")


def test_of_more_files_than_the_protocol_allows_the_first_ones_are_looked_at() -> None:
    flood = index(*((f"/s{n}.xml", "") for n in range(MOST_LISTED + 9)))
    found = read_index(flood, URL, NOW)
    assert len(found) == 1000
    assert found[0].url == f"https://a.example/s{MOST_LISTED - 1}.xml"


def test_thousands_of_files_cost_five_requests(site: Site) -> None:
    site.settings = site.settings.model_copy(update={"max_bytes": 15_000_000})
    flood = index(*((f"/s{n}.xml", "2026-11-20") for n in range(5000)))
    serve(site, {"/feed": flood, "/s4999.xml": urlset(("/a/1.html", ""))})
    result = site.visit()
    assert len(site.asked) - len(result.articles) == 2 + FOLLOWED  # robots.txt, index, files
    assert len(result.articles) == 1


def test_an_unchanged_index_speaks_for_its_files_only_where_it_dates_them(site: Site) -> None:
    def tagged(text: str) -> Callable[[web.Request], web.Response]:
        def answer(request: web.Request) -> web.Response:
            if request.headers.get("If-None-Match") == '"1"':
                return web.Response(status=304)
            return web.Response(text=text, content_type="application/xml", headers={"ETag": '"1"'})

        return answer

    pages = {"/s.xml": urlset(("/a/1.html", ""))}
    serve(site, pages | {"/feed": tagged(index(("/s.xml", "2026-11-20")))})
    assert [site.visit().status, site.visit().status] == ["ok", "unchanged"]
    serve(site, pages | {"/feed": tagged(index(("/s.xml", "")))})
    site.states.clear()
    assert [site.visit().status, site.visit().status] == ["ok", "ok"]


def test_an_index_in_a_folder_of_files_says_who_follows_it(site: Site) -> None:
    (site.root / "s.xml").write_text(index(("https://a.example/s1.xml", "")), encoding="utf-8")
    assert "a source of kind feed follows it" in (site.visit_file("s.xml").error or "")


@pytest.mark.parametrize(
    "text",
    ["<sitemapindex>" + "<sitemap>" * 90_000, "<urlset>" + "<url><loc>" * 60_000,
     "<urlset>" + "<url><loc>/a</loc></url>" * 20_000,
     "<sitemapindex>" + "<sitemap><loc>/" + "9" * 200_000 + "</loc></sitemap>"],
)  # fmt: skip
def test_hostile_sitemaps_take_time_that_grows_with_their_length_alone(text: str) -> None:
    def take(document: str) -> float:
        began = time.process_time()
        for read in (read_index, partial(read_sitemap, most=10)):
            try:
                read(document, URL, NOW)
            except CollectError:
                continue
        return time.process_time() - began

    half, whole = take(text[: len(text) // 2]), take(text)
    assert whole < max(1.0, 6 * half)


@given(st.text(alphabet="<sitemapndexurlo>/ 示2026-11:T+.&;![CDATA[]", max_size=200))
def test_any_text_gives_sitemaps_or_a_reason(text: str) -> None:
    for root in ("sitemapindex", "urlset"):
        try:
            made = read_index(f"<{root}>{text}", URL, NOW)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - a reason is all that is asked for
        else:
            assert all(one.url.startswith("http") for one in made)
