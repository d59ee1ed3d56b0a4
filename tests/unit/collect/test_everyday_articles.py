"""Article pages as sites write them: titles in the text, frames, days in Han numerals, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from pipeline.collect.addresses import canonical_url
from pipeline.collect.bylines import read_byline
from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.markup import close_styles, parse_tree
from pipeline.collect.pages import read_page
from pipeline.collect.sitemaps import read_sitemap
from pipeline.model import Source, SourceKind

from .conftest import NOW
from .test_everyday_sites import PAGE, SAID, article, listing, look

if TYPE_CHECKING:
    from .conftest import Site

URL = "http://a.example/1.html"
SOURCE = Source("s", "示例", SourceKind.PAGE, URL)
TITLE = "示例社区的“议事厅”"


def read(body: str, head: str = "", listed: str = "") -> Any:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_page(page, URL, SOURCE, NOW, "", listed)


def test_a_title_and_its_byline_that_open_a_text_are_no_part_of_it() -> None:
    text = f"<p>{SAID}。</p><p>{SAID}，第二天贴出来。</p>"
    opening = f"<p align=center><b>{TITLE}</b></p><p>二〇二六年十一月二十日　作者：楼组长周伯伯</p>"
    page = read(opening + text, "<title>新建网页 1</title>", TITLE)
    assert page.text == f"{SAID}。\n{SAID}，第二天贴出来。"
    assert page.author == "楼组长周伯伯"
    assert page.published == read_date("2026-11-20", NOW)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("二〇二六年十一月二十日", "2026-11-20"),
        ("二○二六年十月三日", "2026-10-03"),
        ("发布于 二零二六年十一月十一日 上午", "2026-11-11"),
    ],
)
def test_days_in_han_numerals_are_days(said: str, day: str) -> None:
    assert read_date(said, NOW) == find_full_date(said, NOW) == read_date(day, NOW)


def test_no_day_is_made_of_numerals_that_are_none() -> None:
    assert read_date("二〇二六年十三月四十日", NOW) is None


def test_a_text_that_stands_in_a_frame_of_its_page_is_read_there(site: Site) -> None:
    shell = (
        "<table><tr><td>发布机构</td><td>示例街道</td><td>成文日期</td><td>2026-11-18</td></tr></table>"
        "<p>来源：示例街道办 浏览量：8</p><iframe src=inner/1.htm></iframe><iframe src=//x.example/></iframe>"
    )
    site.pages = {
        "/list": listing(("/1.html", "2026-11-20")),
        "/1.html": article(shell),
        "/inner/1.htm": f"<html><body>{f'<p>{SAID}。</p>' * 3}<p>{SAID}，又一条。</p></body></html>",
    }
    (got,) = site.visit("/list", **PAGE).articles
    assert got.text.endswith(f"{SAID}，又一条。")
    assert got.url.endswith("/1.html")


def test_a_summary_that_breaks_off_is_no_first_paragraph() -> None:
    first, second = f"{SAID}。" + "社区说一周内答复。", f"{SAID}，第二天贴出来。"
    page = read(f"<h1>{TITLE}</h1><p>{first}...</p><p>{first}后来还说了别的。</p><p>{second}</p>")
    assert page.text == f"{first}后来还说了别的。\n{second}"


@pytest.mark.parametrize(
    ("line", "origin", "author"),
    [
        ("来源：丹凤街道访问量：12", "丹凤街道", None),
        ("来源：　作者：小娄　点击：516次", None, "小娄"),
        ("时间：2026-11-18 来源： 访问量：7", None, None),
        ("来源：示例晚报 作者：周记者 浏览：12", "示例晚报", "周记者"),
        ("来源：示例晚报 作者：记者 周甲乙 进入论坛", "示例晚报", "周甲乙"),
        ("发布人：少先队大队部 发表于 2026-11-18", None, "少先队大队部"),
        ("发布机构 示例街道办 发布日期 2026-11-18", "示例街道办", None),
    ],
)
def test_what_stands_behind_a_label_ends_before_the_next_one(
    line: str, origin: str | None, author: str | None
) -> None:
    root = lxml.html.document_fromstring("<p></p>")
    found = read_byline(root, [TITLE, line], f"{SAID}。", [], NOW)
    assert (found.origin, found.author) == (origin, author)


def test_the_seconds_that_an_account_s_page_states_are_its_moment() -> None:
    text = f"<div id=js_content>{f'<section>{SAID}。</section>' * 3}</div>"
    page = read(f'{text}<script>var ct = "1795502280"; var n = "1";</script>')
    assert page.published is not None
    assert page.published.isoformat() == "2026-11-24T06:38:00+00:00"


def test_a_figure_that_leads_to_a_note_is_no_word_and_an_anchor_is_no_link() -> None:
    page = read(
        f"<a name=top><p>{SAID}。<sup><a href=#n1>1</a></sup></p><p>{SAID}，H<sup>+</sup>也在。</p>"
    )
    assert page.text == f"{SAID}。\n{SAID}，H+也在。"


def test_an_address_is_the_same_in_every_session() -> None:
    one = canonical_url("http://a.example/web/article.do;jsessionid=64AB149290FC?id=782")
    assert one == canonical_url("http://a.example/web/article.do;JSESSIONID=77?id=782")
    assert one == "http://a.example/web/article.do?id=782"


def test_the_front_page_that_a_sitemap_lists_is_no_article() -> None:
    urls = "".join(
        f"<url><loc>http://a.example{path}</loc></url>" for path in ("/", "", "/1.html", "/?p=8")
    )
    text = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"
    found = read_sitemap(text, "http://a.example/sitemap.xml", NOW, 9)
    assert [one.url for one in found] == ["http://a.example/1.html", "http://a.example/?p=8"]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<table>" + "<tr><td><font size=2><a href=1>甲</a>" * 4 + "</table>", 4),
        ("<table>" + "<tr><td><b><font color=red>甲</b><tr>" * 3 + "</table>", 6),
        ("<table>" + "<tr><td><font>甲</font></td></tr>" * 3 + "</table>", 3),
    ],
)
def test_a_style_that_is_left_open_ends_with_its_cell(page: str, rows: int) -> None:
    table = parse_tree(f"<html><body>{page}</body></html>", URL).find(".//table")
    assert table is not None
    assert len(table.findall("./tr") or table.findall("./tbody/tr")) == rows


def test_a_page_that_closes_its_styles_is_left_as_it_is() -> None:
    page = "<p><b>甲</b><font color=red>乙</font><br><body><big>丙</big></p>"
    assert close_styles(page) is page


def test_a_feed_that_nobody_writes_any_more_gives_way_to_the_list_beside_it(site: Site) -> None:
    entries = [(f"/{n}.html", f"2026-11-1{n}") for n in range(5)]
    feed = "<rss version='2.0'><channel><title>示例</title><item><title>三年前的一条消息</title><link>/old.html</link><pubDate>{}</pubDate></item></channel></rss>"
    site.pages = {one: article(f"<div>{f'<p>{SAID}。</p>' * 3}</div>") for one, _ in entries}
    site.pages |= {"/": listing(*entries), "/old.html": article(f"<p>{SAID}。</p>" * 3)}
    site.pages["/feed"] = feed.format("Sun, 05 Mar 2023 08:00:00 +0800")
    assert look(site, "/").source.kind is SourceKind.PAGE
    site.pages["/feed"] = feed.format("Thu, 12 Nov 2026 08:00:00 +0800")
    assert look(site, "/").source.kind is SourceKind.FEED


def test_the_edition_before_is_no_page_of_a_paper(site: Site) -> None:
    page = (
        "<a href=node_1.htm>第A01版：要闻</a><a href=node_2.htm>第A02版：社区</a>"
        "<a href=../25/node_1.htm>上一期</a><a href=content_{}.htm>示例消息的标题</a>"
    )
    folder = "/html/2026-11/26"
    site.pages = {f"{folder}/node_{n}.htm": page.format(n) for n in (1, 2)}
    site.pages |= {f"{folder}/content_{n}.htm": article(f"<p>{SAID}。</p>" * 3) for n in (1, 2)}
    found = look(site, f"{folder}/node_1.htm")
    assert found.source.kind is SourceKind.PAPER
    result = site.visit(f"{folder}/node_1.htm", kind=SourceKind.PAPER)
    assert not result.warnings
    assert len(result.articles) == 2
    assert not any("/25/" in one for one in site.asked)
