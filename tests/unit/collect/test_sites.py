"""Whole visits to sites as they are: RSSHub, WeChat, anti-bot answers, waiting, wrong labels."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from pipeline.collect.markup import is_scripted

from .conftest import SETTINGS, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    Feed = Callable[..., str]

BODY = "<p>（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。</p>" * 5
LIST = "<html><body><ul>{}</ul></body></html>"
ENTRY = "<li><a href='/a/{n}.html'>示例消息第{n}条的标题</a><span>2026-11-2{n}</span></li>"
LISTED = LIST.format("".join(ENTRY.format(n=n) for n in range(4)))
ARTICLE = f"<html><body><h1>示例消息</h1><div>{BODY}</div></body></html>"
PAGE: dict[str, Any] = {"kind": "page"}


def reply(text: str, charset: str, said: str = "text/html") -> Callable[[Any], web.Response]:
    """Answer with a text in a charset, under whatever label."""
    data = text.encode(charset)
    return lambda _: web.Response(body=data, headers={"Content-Type": said})


def test_a_feed_of_rsshub_is_a_feed_like_any_other_and_keeps_its_query(site: Site) -> None:
    html = f"{BODY}<img src='https://pic.example/1.jpg' referrerpolicy='no-referrer'>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" '
        'version="2.0"><channel><title>示例频道</title><link>https://a.example/</link>'
        '<atom:link href="http://hub.example/gov/x" rel="self" type="application/rss+xml"/>'
        "<description>示例频道 - Powered by RSSHub</description><generator>RSSHub</generator>"
        "<language>zh-cn</language><ttl>5</ttl><item><title>示例</title>"
        f"<description><![CDATA[{html}]]></description><link>https://a.example/1</link>"
        '<guid isPermaLink="false">https://a.example/1</guid>'
        "<pubDate>Fri, 20 Nov 2026 00:00:00 GMT</pubDate><author>示例作者</author>"
        "<category>示例</category></item></channel></rss>"
    )
    asked = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        return web.Response(text=text, content_type="application/xml")

    site.pages = {"/gov/x/动态": answer}
    (article,) = site.visit("/gov/x/动态?limit=20&filter_title=%E7%A4%BE%E5%8C%BA").articles
    assert (article.title, article.author) == ("示例", "示例作者")
    assert article.images[0].url == "https://pic.example/1.jpg"
    assert asked[0].endswith("?limit=20&filter_title=%E7%A4%BE%E5%8C%BA")


def test_an_article_of_wechat_is_read_though_a_script_would_show_it(site: Site) -> None:
    page = (
        "<html><head><meta property='og:title' content='示例推文标题'></head><body>"
        "<h1 class='rich_media_title' id='activity-name'>示例推文标题</h1>"
        "<div id='meta_content'><span class='rich_media_meta_text'>示例作者</span>"
        "<a id='js_name'>示例社区</a><em id='publish_time'></em></div>"
        f"<div class='rich_media_content' id='js_content' style='visibility: hidden;'>{BODY}"
        "<p><img data-src='https://pic.example/640?wx_fmt=png' class='rich_pages'></p></div>"
        "<script>var ct = '1795140000'; var createTime = '2026-11-20 08:00';</script></body></html>"
    )
    site.pages = {
        "/list": LIST.format("<li><a href='/s/abc'>示例推文标题</a></li>"),
        "/s/abc": lambda _: web.Response(text=page, content_type="text/html"),
    }
    (article,) = site.visit("/list", **PAGE).articles
    assert article.text.count("（示例）居民在议事厅里") == 5
    assert article.images[0].url == "https://pic.example/640?wx_fmt=png"
    assert article.title == "示例推文标题"


@pytest.mark.parametrize("status", [412, 521])
def test_an_article_behind_a_script_is_a_line_and_no_empty_article(site: Site, status: int) -> None:
    pages = {f"/a/{n}.html": ARTICLE for n in range(3)}
    site.pages = {"/list": LISTED, "/a/3.html": (status, {})} | pages
    result = site.visit("/list", **PAGE)
    assert len(result.articles) == 3
    (warning,) = result.warnings
    assert f"({status}): it needs a browser" in warning
    assert "left out" in warning
    assert "/a/3.html" not in "".join(site.states["s"].urls_done)  # it is asked for again


SCRIPT = (
    "<html><head></head><body><script>document.cookie='k=1;path=/';location.reload();</script>"
    "<p>请开启浏览器的脚本功能后刷新</p></body></html>"
)


def test_a_page_that_is_a_script_alone_is_called_so_wherever_it_comes(site: Site) -> None:
    pages = {f"/a/{n}.html": ARTICLE for n in range(3)}
    site.pages = {"/list": LISTED, "/a/3.html": SCRIPT} | pages
    result = site.visit("/list", **PAGE)
    assert len(result.articles) == 3
    assert "only a script in a browser fills the page" in result.warnings[0]
    site.pages = {"/list": SCRIPT}
    assert "only a script in a browser fills the page" in (site.visit("/list", **PAGE).error or "")
    site.states.clear()
    site.pages = {"/feed": SCRIPT}
    assert "only a script in a browser fills the page" in (site.visit().error or "")


def test_retry_after_may_be_a_date(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": (503, {"Retry-After": "Tue, 24 Nov 2026 10:00:00 GMT"})}
    assert "asks to wait 7200 s" in (site.visit().error or "")
    assert site.asked.count("/feed") == 1
    site.pages = {"/feed": feed(1)}
    assert site.visit().status == "skipped"
    site.pass_time(hours=2, seconds=1)
    assert site.visit().status == "ok"


@pytest.mark.parametrize("stated", ["yesterday", "-5", "", "Tue, 24 Nov 2020 10:00:00 GMT"])
def test_a_retry_after_that_says_nothing_is_passed_over(
    site: Site, feed: Feed, stated: str
) -> None:
    answers = [
        web.Response(status=503, headers={"Retry-After": stated}),
        web.Response(text=feed(1), content_type="text/xml"),
    ]
    site.pages = {"/feed": lambda _: answers.pop(0)}
    assert site.visit().status == "ok"


def test_a_crawl_delay_lies_between_two_requests(site: Site) -> None:
    met: list[float] = []

    def article(_: web.Request) -> web.Response:
        met.append(time.monotonic())
        return web.Response(text=ARTICLE, content_type="text/html")

    site.pages = {"/list": LISTED, "/robots.txt": "User-agent: *\nCrawl-delay: 0.2\n"}
    site.pages |= {f"/a/{n}.html": article for n in range(4)}
    assert len(site.visit("/list", **PAGE).articles) == 4
    assert min(later - sooner for sooner, later in pairwise(met)) >= 0.18


@pytest.mark.parametrize(
    ("page", "charset", "said"),
    [
        ("<html><meta charset=gb2312>{}", "gb18030", "text/html"),
        ("<html><meta charset=utf-8>{}", "gb18030", "text/html"),
        ("<html><meta charset=gb2312>{}", "utf-8", "text/html; charset=gbk"),
        ("<html>{}", "gb18030", "text/html; charset=ISO-8859-1"),
        ("<html><meta charset=big5>{}", "gb18030", "text/html; charset=gb2312"),
        ("<html><meta charset=x-unknown>{}", "gb18030", "text/html; charset=nonsense"),
        ("<html>{}", "utf-8-sig", "text/html; charset=gbk"),
        ("<html>{}", "utf-16", "text/html; charset=utf-8"),
        ("<html><!--" + " " * 3000 + "--><meta charset=gb2312>{}", "gb18030", "text/html"),
    ],
)
def test_wrong_labels_spoil_no_page(site: Site, page: str, charset: str, said: str) -> None:
    special = "镕瑢䶮"  # in GB 18030, not in GB 2312
    listed = page.format(LISTED.replace("第0条", f"第0条{special}"))
    site.pages = {"/list": reply(listed, charset, said)}
    site.pages |= {f"/a/{n}.html": reply(ARTICLE, "gb18030") for n in range(4)}
    result = site.visit("/list", **PAGE)
    assert result.articles[0].title == f"示例消息第0条{special}的标题"
    assert all("（示例）居民在议事厅里" in one.text for one in result.articles)


def test_a_list_that_is_suddenly_empty_is_an_alarm_and_heals(site: Site) -> None:
    pages = {f"/a/{n}.html": ARTICLE for n in range(4)}
    site.pages = {"/list": LISTED} | pages
    for _ in range(2):
        assert site.visit("/list", **PAGE).status == "ok"
    site.pages["/list"] = LIST.format("<p>系统维护中，请稍后再来。</p>")
    error = site.visit("/list", **PAGE).error or ""
    assert "list: nothing matches" in error
    assert "(found 0 items where 4 are usual)" in error
    site.pages["/list"] = LISTED
    assert site.visit("/list", **PAGE).status == "ok"
    assert site.states["s"].last_error is None


def test_a_source_that_is_asked_by_name_after_a_mute_is_free_again(site: Site, feed: Feed) -> None:
    for _ in range(4):
        site.visit()
    muted = site.visit()
    assert muted.status == "muted"
    assert "was not found 4 times (404)" in muted.warnings[-1]
    assert "change its url in feeds.yaml, or collect it by name" in muted.warnings[-1]
    site.pages = {"/feed": feed(1)}
    assert site.visit(insist=True).status == "ok"
    assert site.visit().status == "ok"
    assert site.states["s"].muted is None


def test_404s_between_which_the_feed_answers_mute_nothing(site: Site, feed: Feed) -> None:
    for _ in range(3):
        for _ in range(3):
            assert site.visit().status == "failed"
        site.pages = {"/feed": feed(1)}
        assert site.visit().status == "ok"
        site.pages = {}


def test_a_chain_of_moves_counts_only_where_every_step_is_for_good(site: Site, feed: Feed) -> None:
    site.pages = {
        "/feed": (301, {"Location": "/b"}), "/b": (302, {"Location": "/c"}), "/c": feed(1),
    }  # fmt: skip
    for _ in range(4):
        assert site.visit().status == "ok"
    assert not site.states["s"].url
    site.pages["/b"] = (308, {"Location": "/c"})
    for _ in range(3):
        site.visit()
    assert str(site.states["s"].url).endswith("/c")


def test_an_entry_whose_address_names_a_user_is_left_out(site: Site) -> None:
    entry = "<li><a href='http://a:b@127.0.0.1/x'>示例消息一条的标题</a></li>"
    site.settings = SETTINGS
    site.pages = {"/list": LIST.format(entry + ENTRY.format(n=1)), "/a/1.html": ARTICLE}
    result = site.visit("/list", **PAGE)
    assert len(result.articles) == 1
    assert "a user's name or password is not fetched" in result.warnings[0]


@pytest.mark.parametrize(
    "text",
    ["<script " * 7400, "<script>" * 7400, "<script>x</script" * 3500, "<head><script>" * 4000,
     "<!--" * 14_000, "<style><!--" * 5000, "<script></script>" + "<" * 59_000,
     "<script></script>" + "<a " * 19_000],
)  # fmt: skip
def test_telling_scripts_from_pages_takes_no_longer_than_the_page_is_long(text: str) -> None:
    began = time.process_time()
    is_scripted(text)
    assert time.process_time() - began < 1.0  # a quadratic way takes four seconds


@pytest.mark.parametrize(
    ("text", "scripted"),
    [
        ("<script>go()</script>", True),
        ("<HTML><HEAD><TITLE>示例</TITLE></HEAD><SCRIPT>go()</SCRIPT><p>请稍候</p>", True),
        ("<script>go()</script><a href='/1'>示例</a>", False),
        ("<script>go()</script><p>" + "（示例）居民商量了照明。" * 5, False),
        ("<p>请稍候</p>", False),
        ("", False),
    ],
)
def test_a_script_alone_is_told_from_a_page(text: str, *, scripted: bool) -> None:
    assert is_scripted(text) is scripted
