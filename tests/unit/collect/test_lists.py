"""Lists of every form: sitemaps, records inside a page, forms that a script sends, floods."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.entries import read_feed
from pipeline.collect.records import find_query, read_records, records_of_page
from pipeline.errors import CollectError, ParseError
from pipeline.model import SourceKind

from .conftest import NOW, Site

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://a.example/col/col1/index.html"
RECORD = (
    "<record><![CDATA[<li><a href='/art/2026/11/20/art_1_{n}.html' title='示例第{n}条'>示例…</a>"
    "<span>2026-11-{day}</span></li>]]></record>"
)
ARTICLE = "<html><body><h1>示例</h1><p>" + "（示例）一段正文。" * 30 + "</p></body></html>"
SCRIPTED = """<html><script>
var params = {{ 'webid': '1', "columnid": 1229, unitid: '774' }};
$.post("/module/jpage/dataproxy.jsp?startrecord=1", params);
</script></html>"""


def test_records_inside_a_page_are_its_list(site: Site) -> None:
    records = "".join(RECORD.format(n=n, day=10 + n) for n in range(3))
    site.pages = {
        "/col/": f"<html><script type='text/xml'><datastore>{records}</datastore></script></html>"
    } | {f"/art/2026/11/20/art_1_{n}.html": ARTICLE for n in range(3)}
    result = site.visit("/col/", kind=SourceKind.PAGE)
    assert [article.title for article in result.articles] == [f"示例第{n}条" for n in range(3)]
    assert all(article.published for article in result.articles)


def test_a_list_that_a_script_fetches_is_fetched_by_its_form(site: Site) -> None:
    site.pages = {
        "/col/": SCRIPTED.format(),
        "/module/jpage/dataproxy.jsp": f"<datastore>{RECORD.format(n=1, day=12)}</datastore>",
        "/art/2026/11/20/art_1_1.html": ARTICLE,
    }
    result = site.visit("/col/", kind=SourceKind.PAGE)
    assert [article.title for article in result.articles] == ["示例第1条"]
    (form,) = site.forms
    assert {"webid": "1", "columnid": "1229", "unitid": "774"}.items() <= form.items()


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_form_sends_what_the_script_would_byte_by_byte(site: Site, charset: str) -> None:
    bodies: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        records = f"<datastore>{RECORD.format(n=1, day=12)}</datastore>"
        return web.Response(text=records, content_type="text/xml")

    name = quote("宁波 100%", encoding=charset)
    site.pages = {
        "/col/": SCRIPTED.format().replace(
            "'774'", f"'774', path: 'http%3A%2F%2Fx', webname: '{name}', col: '5%'"
        ),
        "/module/jpage/dataproxy.jsp": answer,
        "/art/2026/11/20/art_1_1.html": ARTICLE,
    }
    assert site.visit("/col/", kind=SourceKind.PAGE).status == "ok"
    sent = parse_qs(bodies[0].decode("ascii"), encoding=charset, strict_parsing=True)
    assert (sent["path"], sent["webname"], sent["col"]) == (["http://x"], ["宁波 100%"], ["5%"])


def test_an_entry_without_what_the_title_selector_names_is_called_by_its_link(site: Site) -> None:
    entries = "<li><a href='/1'><b>示例消息一条</b></a></li><li><a href='/2'>示例消息两条</a></li>"
    site.pages = {"/l": f"<html><ul>{entries}</ul></html>", "/1": ARTICLE, "/2": ARTICLE}
    result = site.visit("/l", kind=SourceKind.PAGE, list="li", title="b", full_text=False)
    assert [one.title for one in result.articles] == ["示例消息一条", "示例消息两条"]


def test_a_pseudo_element_is_called_no_selector(site: Site) -> None:
    site.pages = {"/l": "<html><ul><li><a href='/1'>示例</a></li></ul></html>"}
    assert "'::foo(' is no CSS selector" in (
        site.visit("/l", kind=SourceKind.PAGE, list="::foo(").error or ""
    )


def test_a_page_that_only_speaks_of_such_a_list_asks_nothing() -> None:
    assert find_query("<p>see dataproxy.jsp</p>", BASE) is None
    assert find_query("'/module/jpage/dataproxy.jsp' webid: 1", BASE) is None


def test_a_reply_without_records_says_so() -> None:
    with pytest.raises(ParseError, match="no record"):
        read_records("<datastore></datastore>", BASE, NOW)


def test_a_flood_of_entries_is_cut_before_it_is_parsed(feed: Callable[..., str]) -> None:
    found, warnings = read_feed(feed(500), "https://a.example/", NOW, most=20)
    assert len(found) == 20
    assert warnings == ["more than 20 entries: the first ones were taken"]


@pytest.mark.parametrize(
    "text",
    ["<record>" * 30_000, "<urlset>" + "<url>" * 45_000, "<rss>" + "<item " * 45_000, "<script " * 30_000],
)  # fmt: skip
def test_hostile_lists_take_time_that_grows_with_their_length_alone(text: str) -> None:
    def take(document: str) -> float:
        began = time.process_time()
        for read in (read_feed, records_of_page):
            try:
                read(document, BASE, NOW)
            except CollectError:
                continue
        return time.process_time() - began

    half, whole = take(text[: len(text) // 2]), take(text)
    assert whole < max(1.0, 6 * half)


@given(st.text(alphabet="<record>![CDATA[]]</a href='x'>示例2026-11 ", max_size=300))
def test_any_text_gives_entries_or_a_reason(text: str) -> None:
    assert isinstance(records_of_page(f"<script type='text/xml'>{text}", BASE, NOW), list)
    try:
        read_feed(text, BASE, NOW)
    except CollectError as error:
        assert str(error)  # noqa: PT017 - a reason is all that is asked for
