"""Sites as communities and authorities run them: tables, full-width dates, PDFs, frames, videos."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from pipeline.collect.dates import find_day, find_full_date, read_date
from pipeline.collect.learn import learn_list
from pipeline.collect.propose import propose
from pipeline.errors import NoArticleError
from pipeline.model import Source, SourceKind

from .conftest import NETS, NOW, SETTINGS

if TYPE_CHECKING:
    from pipeline.collect.examine import Examination

    from .conftest import Site

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAID = "（示例）居民在议事厅里商量楼道照明的办法，社区当天记下了每一条意见"
PAGE: dict[str, Any] = {"kind": SourceKind.PAGE}


def article(body: str, title: str = "示例消息的标题") -> str:
    """Return an article's page."""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def listing(*entries: tuple[str, str], tag: str = "li") -> str:
    """Return a list page of (address, date)."""
    rows = "".join(
        f"<{tag}><a href='{address}'>示例消息第{n}条的标题</a><i>{date}</i></{tag}>"
        for n, (address, date) in enumerate(entries)
    )
    return f"<html><body><ul class=news>{rows}</ul></body></html>"


def look(site: Site, path: str) -> Examination:
    """Propose a source for an address of the site."""

    async def main() -> Examination:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", site._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.port = runner.addresses[0][1]
        try:
            return await propose(
                site.base + path, root=site.root, settings=SETTINGS, allow_nets=NETS,
                now=lambda: NOW, taken=frozenset(),
            )  # fmt: skip
        finally:
            await runner.cleanup()

    return asyncio.run(main())


@pytest.mark.parametrize("ending", ["（记者 王示例）", "（图文 示例社区）", "①", ""])
def test_a_first_paragraph_that_ends_behind_its_full_stop_is_kept(site: Site, ending: str) -> None:
    body = f"<div><p>第一段{SAID}。{ending}</p><p>第二段{SAID}。</p><p>第三段{SAID}。</p></div>"
    site.pages = {"/list": listing(("/a.html", "2026-11-20")), "/a.html": article(body)}
    (got,) = site.visit("/list", **PAGE).articles
    assert [line[:3] for line in got.text.split("\n")] == ["第一段", "第二段", "第三段"]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("〔２０２６－１１－１８〕", 18),
        ("２０２６年１１月１８日", 18),
        ("［２０２６／１１／０８］", 8),
        ("（１１－１８）", 18),
    ],
)
def test_dates_in_full_width_figures_are_read(stated: str, day: int) -> None:
    assert read_date(stated, NOW) == datetime(2026, 11, day, tzinfo=SHANGHAI)
    full = find_full_date(stated, NOW)
    assert full is None or full.day == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/art/2026/11/8/art_123_5004.html", 8),
        ("/html/2026-11/20/node_1.htm", 20),
        ("/xw/202611/t20261118_1234567.html", 18),
        ("/n1/2026/1118/c1001-40000000.html", 18),
        ("/2026-11-18/doc-a.shtml", 18),
        ("/art/20261118123.html", None),
        ("/art/2026/13/40/a.html", None),
        ("/show.asp?id=20261118", None),
    ],
)
def test_a_day_in_an_address_is_found_and_none_is_made_up(path: str, day: int | None) -> None:
    found = find_day(f"http://a.example{path}")
    assert (found and found.day) == day


def test_an_article_without_any_date_has_the_day_of_its_address(site: Site) -> None:
    address = "/art/2026/11/20/art_1_2.html"
    site.pages = {"/list": listing((address, "")), address: article(f"<p>{SAID}。</p>" * 3)}
    (got,) = site.visit("/list", **PAGE).articles
    assert got.published == datetime(2026, 11, 20, tzinfo=SHANGHAI)


def test_a_date_that_the_page_shows_goes_before_that_of_its_address(site: Site) -> None:
    address = "/art/2026/11/20/art_1_2.html"
    body = f"<p>发布时间：2026-11-21 08:30</p><div>{f'<p>{SAID}。</p>' * 3}</div>"
    site.pages = {"/list": listing((address, "")), address: article(body)}
    (got,) = site.visit("/list", **PAGE).articles
    assert got.published == datetime(2026, 11, 21, 8, 30, tzinfo=SHANGHAI)


PDF = b"%PDF-1.7\n1 0 obj << >> endobj"
WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def test_files_on_a_notice_board_are_named_once_and_never_taken_for_texts(site: Site) -> None:
    site.pages = {
        "/list": listing(*((f"/{n}", "2026-11-20") for n in ("1.pdf", "2.doc", "3.html"))),
        "/1.pdf": lambda _: web.Response(body=PDF, content_type="application/pdf"),
        "/2.doc": lambda _: web.Response(body=WORD, content_type="application/msword"),
        "/3.html": article(f"<div>{f'<p>{SAID}。</p>' * 3}</div>"),
    }
    first, second = (site.visit("/list", **PAGE) for _ in range(2))
    assert (first.status, len(first.articles)) == ("ok", 1)
    assert "this is a PDF, not a page" in first.warnings[0]
    assert len(first.warnings) == 2
    assert (second.status, second.warnings) == ("ok", ())


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("<div><video src=/m.mp4></video><p>您的浏览器不支持视频播放</p></div>", "a video"),
        (
            "<div>索引号：1　发布机构：示例街道</div><p><a href=/f/2.pdf>附件：示例公告</a></p>",
            "an attached file",
        ),
    ],
)
def test_a_page_without_a_text_is_left_out_and_its_footer_is_no_text(
    site: Site, body: str, named: str
) -> None:
    page = article(f"{body}<div>版权所有 示例社区 未经授权不得转载 浙ICP备00000000号</div>")
    site.pages = {"/list": listing(("/v.html", "2026-11-20")), "/v.html": page}
    result = site.visit("/list", **PAGE)
    assert result.articles == ()
    assert named in result.warnings[0]
    assert site.visit("/list", **PAGE).warnings == ()


def test_article_pages_whose_layout_changed_are_a_failure_and_no_silence(site: Site) -> None:
    entries = [(f"/{week}/{n}.html", "2026-11-20") for week in "ab" for n in range(4)]
    site.pages = {"/list": listing(*entries[:4])}
    site.pages |= {one: article(f"<div id=zoom><p>{SAID}。</p></div>") for one, _ in entries[:4]}
    site.pages |= {one: article(f"<div id=main><p>{SAID}。</p></div>") for one, _ in entries[4:]}
    assert len(site.visit("/list", body="#zoom", **PAGE).articles) == 4
    assert site.visit("/list", body="#zoom", **PAGE).status == "ok"  # nothing new is no failure
    site.pages["/list"] = listing(*entries[4:])
    result = site.visit("/list", body="#zoom", **PAGE)
    assert (result.status, result.articles) == ("failed", ())
    assert result.error is not None
    assert "none of 4 new articles could be read" in result.error
    assert "body: nothing matches '#zoom'" in result.error


def test_a_list_that_asks_for_a_password_now_is_said_to_do_so(site: Site) -> None:
    site.pages = {"/list": "<html><form>用户名<input><input type=password></form></html>"}
    result = site.visit("/list", **PAGE)
    assert result.error is not None
    assert "this is a page that asks for a password" in result.error


def test_a_feeds_own_text_is_kept_where_its_page_shows_less(site: Site) -> None:
    own = f"<p>第一段{SAID}。</p><p><img src=/i/1.png></p><p>第二段{SAID}。</p>"
    feed = {"items": [{"url": "/a", "title": "示例消息的标题", "content_html": own}]}
    site.pages = {
        "/feed": lambda _: web.json_response(feed),
        "/a": article(f"<div><p>第二段{SAID}。</p></div>"),
    }
    (got,) = site.visit("/feed").articles
    assert [line[:3] for line in got.text.split("\n")] == ["第一段", "第二段"]
    assert [image.url for image in got.images] == [f"{site.base}/i/1.png"]


def test_a_feeds_own_text_has_neither_captions_nor_the_words_of_its_link(site: Site) -> None:
    own = (
        f"<p>{SAID}。</p>"
        * 6
        + "<figure><img src=/i/1.png><figcaption>图为议事现场 示例 摄</figcaption>"
        "</figure><p><a href=/a>阅读原文</a></p>"
    )
    feed = {"items": [{"url": "/a", "title": "示例消息的标题", "content_html": own}]}
    site.pages = {"/feed": lambda _: web.json_response(feed)}
    (got,) = site.visit("/feed").articles
    assert set(got.text.split("\n")) == {f"{SAID}。"}
    assert got.images[0].caption == "图为议事现场"


def test_lines_of_an_account_around_a_text_are_left_out(site: Site) -> None:
    body = (
        f"<div id=js_content><p>点击蓝字</p><p>点击上方蓝字关注我们</p><p>{SAID}。</p><p>{SAID}。</p>"
        "<p>- END -</p><p>扫码关注示例社区</p></div>"
    )
    site.pages = {"/list": listing(("/s.html", "2026-11-20")), "/s.html": article(body)}
    (got,) = site.visit("/list", body="#js_content", **PAGE).articles
    assert got.text == f"{SAID}。\n{SAID}。"


def test_a_list_in_a_table_beside_a_menu_in_a_table_is_learnt_alone() -> None:
    menu = "".join(f"<td><a href=/col{n}>社区服务指南{n}</a></td>" for n in range(5))
    rows = "".join(
        f"<tr><td>·</td><td><a href=/show?id={n}>示例消息第{n}条的标题</a></td><td>〔２０２６－１１－１{n}〕</td></tr>"
        for n in range(5)
    )
    text = f"<table><tr>{menu}</tr></table><table>{rows}</table>"
    guess = learn_list(text, "http://a.example/", NOW)
    assert guess is not None
    assert (guess.list, guess.dated) == ("table:nth-of-type(2) > tr", 5)


def test_three_dated_links_are_a_list_and_three_without_dates_are_none() -> None:
    entries = [(f"/{n}.html", f"2026-11-1{n}") for n in range(3)]
    guess = learn_list(listing(*entries), "http://a.example/", NOW)
    assert guess is not None
    assert guess.list == "ul.news > li"
    bare = listing(*((address, "") for address, _ in entries))
    assert learn_list(bare, "http://a.example/", NOW) is None


def test_a_list_within_a_frame_of_its_page_is_proposed_by_its_own_address(site: Site) -> None:
    entries = [(f"/{n}.html", f"2026-11-1{n}") for n in range(5)]
    site.pages = {"/": "<html><p>欢迎</p><iframe src=list.htm></iframe></html>"}
    site.pages |= {"/list.htm": listing(*entries)}
    site.pages |= {one: article(f"<div>{f'<p>{SAID}。</p>' * 3}</div>") for one, _ in entries}
    found = look(site, "/")
    assert found.ok
    assert found.source.url == f"{site.base}/list.htm"


def test_a_board_that_begins_with_a_pdf_and_a_video_is_proposed_all_the_same(site: Site) -> None:
    entries = [(f"/{n}.html", f"2026-11-1{n}") for n in range(5)]
    page = article(f"<div>{f'<p>{SAID}。</p>' * 3}</div>")
    site.pages = {"/list": listing(*entries), **dict.fromkeys([one for one, _ in entries], page)}
    site.pages["/0.html"] = lambda _: web.Response(body=PDF, content_type="application/pdf")
    site.pages["/1.html"] = article("<video src=/m.mp4></video>")
    found = look(site, "/list")
    assert found.ok
    assert [one.characters is not None for one in found.samples] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_a_json_feed_is_proposed_under_its_own_title(site: Site) -> None:
    feed = {
        "title": "示例志愿",
        "items": [{"url": "/a", "title": "示例", "content_text": SAID * 9}],
    }
    site.pages = {"/feed.json": lambda _: web.json_response(feed)}
    assert look(site, "/feed.json").source.name == "示例志愿"


def test_a_file_is_refused_before_anything_is_looked_for_in_it() -> None:
    from pipeline.collect.pages import read_page  # noqa: PLC0415 - this test's only use

    source = Source("s", "示例", SourceKind.PAGE, "http://a.example/")
    with pytest.raises(NoArticleError, match="a PDF"):
        read_page(PDF.decode(), "http://a.example/1.pdf", source, datetime.now(UTC))
