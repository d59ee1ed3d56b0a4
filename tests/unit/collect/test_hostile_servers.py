"""Hostile servers on loopback: each costs its own limits, has one line, and stops nobody else."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from .conftest import SETTINGS, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Feed = Callable[..., str]


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/xml"})
    await response.prepare(request)
    for _ in range(100_000):
        try:
            await response.write(b"<item>" * 1000)
        except ConnectionError:
            break
    return response


async def sleepy(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


def zipped(times: int) -> Callable[[web.Request], web.Response]:
    """Return a page of thirty megabytes, zipped so often: packed now, not on the page's clock."""
    data = b"\0" * 30_000_000
    for _ in range(times):
        data = gzip.compress(data, 1)
    return lambda _: web.Response(body=data, headers={"Content-Encoding": "gzip"})


HOSTILE: dict[str, tuple[Any, str]] = {
    "endless body": (endless, "larger than 200,000 bytes"),
    "no answer": (sleepy, "no answer in"),
    "redirect loop": ((302, {"Location": "/feed"}), "redirects"),
    "redirect to a file": ((302, {"Location": "file:///etc/passwd"}), "only http"),
    "redirect inside": ((302, {"Location": "http://10.1.2.3/"}), "not a public address"),
    "redirect to nowhere": ((302, {"Location": "http://[::1"}), "no address"),
    "zipped": (zipped(1), "larger than 200,000 bytes"),
    "zipped twice": (zipped(2), "larger than 200,000 bytes"),
    "zipped thrice": (zipped(3), "not a feed"),
    "unasked encoding": (
        lambda _: web.Response(body=b"x", headers={"Content-Encoding": "br"}),
        "was not asked for",
    ),
    "broken gzip": (
        lambda _: web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        "not HTTP as it should be",
    ),
    "null bytes": (lambda _: web.Response(body=b"\0" * 1000), "not a feed"),
    "entities": (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss><channel>&a;</channel></rss>',
        "entities",
    ),
    "half a document": ("<rss><channel><item><title>示", "not a feed"),
    "binary": (lambda _: web.Response(body=bytes(range(256)) * 40), "not a feed"),
    "a cookie script": ((521, {}), "script"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_gets_one_line_and_its_neighbour_is_read(
    site: Site, feed: Feed, name: str
) -> None:
    page, said = HOSTILE[name]
    # Only what never answers waits for its time to run out: no other page is on a short clock.
    seconds = 3.0 if name == "no answer" else 60.0
    site.settings = SETTINGS.model_copy(update={"timeout": seconds, "retries": 0})
    site.pages = {"/feed": page, "/good": feed(2)}
    bad, good = site.visit_all([("bad", "/feed", {}), ("good", "/good", {})])
    assert bad.status == "failed" or name == "half a document"
    if bad.status == "failed":
        assert said in (bad.error or "")
        assert (bad.error or "").startswith("bad: ")
        assert "\n" not in (bad.error or "")
    assert good.status == "ok"
    assert len(good.articles) == 2


def test_a_hundred_thousand_items_cost_no_more_than_the_limit(site: Site) -> None:
    items = "<item><title>示例</title><link>/1</link></item>" * 100_000
    site.settings = SETTINGS.model_copy(update={"max_bytes": 15_000_000})
    site.pages = {"/feed": f'<rss version="2.0"><channel>{items}</channel></rss>'}
    result = site.visit(full_text=False, max_items=50)
    assert result.status == "ok"
    assert result.fetched <= 50


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>" * 20_000 + "（示例）" + "</div>" * 20_000, "no article text found"),
        ("<p>（示例）</p>" * 100_000, "more than 50,000 tags"),
    ],
)
def test_markup_beyond_any_reader_is_left_out_with_its_reason(
    site: Site, html: str, reason: str
) -> None:
    site.settings = SETTINGS.model_copy(update={"max_bytes": 30_000_000})
    site.pages = {
        "/list": "<html><ul><li><a href='/a.html'>示例消息一条</a></li></ul></html>",
        "/a.html": f"<html><body>{html}</body></html>",
    }
    result = site.visit("/list", kind="page")
    assert result.status == "ok"
    assert result.articles == ()
    (warning,) = result.warnings
    assert reason in warning


INSIDE = ["http://u:p@news.example/1", "http://169.254.169.254/x", "http://2130706433/", "//u:p@x/"]


@pytest.mark.parametrize("link", INSIDE)
@pytest.mark.parametrize("form", ["plain", "odd", "json", "summary"])
def test_an_entry_whose_link_no_reader_may_follow_is_left_out(
    site: Site, link: str, form: str
) -> None:
    text = "（示例）居民在议事厅里商量了楼道照明的办法。" * (1 if form == "summary" else 12)
    items = "".join(
        f"<item><title>示例{n}</title><link>{one}</link><description>{text}</description></item>"
        for n, one in enumerate((link, "/good"))
    )
    made = f'<rss version="2.0"><channel>{items}{"<x>" if form == "odd" else ""}</channel></rss>'
    if form == "json":
        listed = [
            {"title": "示例", "url": one, "content_html": f"<p>{text}</p>"}
            for one in (link, "/good")
        ]
        made = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": listed})
    page = f"<html><body><h1>示例</h1><p>{text * 12}</p></body></html>"
    site.pages = {"/feed": made, "/good": page}
    result = site.visit()
    assert [one.url for one in result.articles] == [site.base + "/good"]
    (warning,) = result.warnings
    assert "left out" in warning
    assert "u:p" not in warning


@pytest.mark.parametrize("link", INSIDE)
def test_neither_lists_nor_pages_nor_files_bring_such_a_link(site: Site, link: str) -> None:
    text = "（示例）居民在议事厅里商量了楼道照明的办法。" * 12
    site.pages = {
        "/list": f"<html><ul><li><a href='{link}'>示例消息一条</a></li>"
        "<li><a href='/good'>示例消息两条</a></li></ul></html>",
        "/good": f"<html><head><link rel='canonical' href='{link}'></head><body><h1>示例</h1>"
        f"<p>{text}</p><p><img src='http://u:p@news.example/1.jpg'></p></body></html>",
    }
    result = site.visit("/list", kind="page")
    assert [one.url for one in result.articles] == [site.base + "/good"]
    assert result.articles[0].images == ()
    folder = site.root / "in"
    folder.mkdir()
    (folder / "1.txt").write_text(f"标题：示例\n网址：{link}\n{text}", encoding="utf-8")
    (folder / "2.html").write_text(site.pages["/good"], encoding="utf-8")
    sent = site.visit_file("in")
    assert [one.url for one in sent.articles] == ["file:in/1.txt", "file:in/2.html"]
    assert "u:p" not in " ".join((*result.warnings, *sent.warnings))


def test_a_feeds_own_text_is_not_taken_where_its_link_leads_inside(site: Site) -> None:
    item = "<item><title>示例</title><link>/a</link><description>摘要</description></item>"
    site.pages = {
        "/feed": f'<rss version="2.0"><channel>{item}</channel></rss>',
        "/a": (302, {"Location": "http://10.1.2.3/"}),
    }
    result = site.visit()
    assert result.articles == ()
    assert "not a public address" in result.warnings[0]


@pytest.fixture
def rude() -> Iterator[str]:
    """A server that answers with bytes of our choice and closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    said = {
        b"/long-header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"/short": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>",
        b"/garbage": b"\x16\x03\x01nonsense\r\n\r\n",
        b"/robots.txt": b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    }

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(4000).split(b" ")[1]
                connection.sendall(said.get(path, b""))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(2)


@pytest.mark.parametrize("path", ["/long-header", "/short", "/garbage", "/nothing"])
def test_words_that_are_no_http_are_a_failure_with_a_line(site: Site, rude: str, path: str) -> None:
    site.settings = SETTINGS.model_copy(update={"retries": 0, "timeout": 30.0})
    site.pages = {"/feed": (302, {"Location": rude + path})}
    result = site.visit()
    assert result.status == "failed"
    assert rude in (result.error or "")


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z"])
def test_a_day_that_is_none_is_left_out_of_a_feed_and_of_a_sitemap(site: Site, day: str) -> None:
    text = "（示例）居民在议事厅里商量了楼道照明的办法。" * 12
    item = f"<item><title>示例</title><link>/a</link><pubDate>{day}</pubDate><description>{text}</description></item>"
    page = f"<html><body><h1>示例</h1><article><p>{text}</p></article></body></html>"
    site.pages = {
        "/feed": f'<rss version="2.0"><channel><title>示例</title>{item}</channel></rss>',
        "/map": lambda request: web.Response(
            text='<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<url><loc>{request.url.origin()}/b.html</loc><lastmod>{day}</lastmod></url></urlset>",
            content_type="application/xml",
        ),
        "/b.html": page,
    }
    feed, listed = site.visit_all([("a", "/feed", {}), ("b", "/map", {})])
    assert [one.published for one in (*feed.articles, *listed.articles)] == [None, None]
    assert any("is no date: taken without one" in line for line in feed.warnings)
