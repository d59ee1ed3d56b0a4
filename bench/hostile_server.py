"""Hostile sources on loopback, each of them as large as it may be and larger.

Usage: python bench/hostile_server.py

Prints its port and ``kind:path`` of every source. Each is served from an address of its own.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from functools import cache

from aiohttp import web

MEGABYTE = 1_000_000
ITEM = (
    "<item><title>（示例）楼道里的灯{n}</title><link>/a/{n}.html</link>"
    "<description>{body}</description></item>"
)
KINDS = {
    "/bomb": "feed", "/endless": "feed", "/items": "feed", "/sitemap": "feed", "/json": "feed",
    "/entities": "feed", "/deep": "page", "/links": "page", "/one-word": "page",
    "/records": "page", "/long-articles": "page", "/loop": "feed", "/nulls": "feed",
    "/index": "feed", "/zipped": "feed", "/pictures": "page",
}  # fmt: skip
COPIES = 3  # sources of each kind, to be met at the same time


@cache
def packed_gigabyte() -> bytes:
    """Return a feed of a gigabyte in one megabyte."""
    engine = zlib.compressobj(9, wbits=31)
    start = b"<rss version='2.0'><channel>"
    body = engine.compress(start + b"<item>" + b" " * 10)
    return body + b"".join(engine.compress(b" " * MEGABYTE) for _ in range(1000)) + engine.flush()


def bomb(_: web.Request) -> web.Response:
    """The gigabyte."""
    return web.Response(body=packed_gigabyte(), headers={"Content-Encoding": "gzip"})


async def endless(request: web.Request) -> web.StreamResponse:
    """A feed without an end."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"<rss version='2.0'><channel>")
    for n in range(1_000_000):
        try:
            await response.write(ITEM.format(n=n, body="x" * 20_000).encode())
        except ConnectionError:
            break
    return response


def items(_: web.Request) -> web.Response:
    """100,000 items."""
    made = "".join(ITEM.format(n=n, body="（示例）") for n in range(100_000))
    return _packed(f"<rss version='2.0'><channel>{made}</channel></rss>"[:14_900_000])


def sitemap(_: web.Request) -> web.Response:
    """100,000 pages of a sitemap."""
    made = "".join(f"<url><loc>/a/{n}</loc></url>" for n in range(100_000))
    return _packed(f"<?xml version='1.0'?><urlset>{made}</urlset>")


def index(_: web.Request) -> web.Response:
    """An index of 50,000 sitemaps, each of them of 100,000 pages."""
    made = "".join(f"<sitemap><loc>/sitemap?{n}</loc></sitemap>" for n in range(50_000))
    return _packed(f"<?xml version='1.0'?><sitemapindex>{made}</sitemapindex>")


def zipped(_: web.Request) -> web.Response:
    """The gigabyte as a file that is packed itself, and once more on the way."""
    body = gzip.compress(packed_gigabyte(), 1)
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


def pictures(_: web.Request) -> web.Response:
    """A list whose articles are pictures, just below the most tags of a page."""
    made = "".join(f"<li><a href='/album/{n}.html'>（示例）第{n}册</a></li>" for n in range(1))
    return _packed(f"<html><body><ul>{made}</ul></body></html>")


def album(_: web.Request) -> web.Response:
    """A page of 28,000 pictures."""
    made = "<div class='pic'><img src='/icon.png'></div>" * 8000 + "<img src='/1.jpg'>" * 20_000
    return _packed(f"<html><title>（示例）相册</title><h1>（示例）相册</h1>{made}</html>")


def json_feed(_: web.Request) -> web.Response:
    """100,000 items of a JSON Feed, much more deeply than any is."""
    made = ",".join(f'{{"url":"/{n}","title":"示例","x":[[[[[{n}]]]]]}}' for n in range(100_000))
    return _packed(f'{{"version":"https://jsonfeed.org/version/1.1","items":[{made}]}}')


def entities(_: web.Request) -> web.Response:
    """A billion laughs."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    text = f"<?xml version='1.0'?><!DOCTYPE r [{lines}]><rss><channel>&l9;</channel></rss>"
    return web.Response(text=text, content_type="application/xml")


def deep(_: web.Request) -> web.Response:
    """Elements within each other, fourteen megabytes of them."""
    return _packed("<html><body>" + "<div>" * 2_800_000)


def links(_: web.Request) -> web.Response:
    """A list of 49,000 links, just below the most tags of a page."""
    made = "".join(f"<li><a href='/a/{n}.html'>（示例）第{n}条</a></li>" for n in range(24_000))
    return _packed(f"<html><body><ul>{made}</ul></body></html>")


def one_word(_: web.Request) -> web.Response:
    """One word of fourteen megabytes in a list's entry."""
    made = "<li><a href='/a/1.html'>" + "灯" * 4_600_000 + "</a></li>"
    return _packed(f"<html><body><ul>{made}</ul></body></html>")


def records(_: web.Request) -> web.Response:
    """Records without an end in a page's script."""
    made = "<record><![CDATA[<a href='/a'>示例</a>" * 300_000
    return _packed(f"<html><script type='text/xml'>{made}</script></html>")


def long_articles(_: web.Request) -> web.Response:
    """A list whose articles are as large as a page may be."""
    made = "".join(f"<li><a href='/large/{n}.html'>（示例）第{n}条</a></li>" for n in range(4))
    return _packed(f"<html><body><ul>{made}</ul></body></html>")


def large(_: web.Request) -> web.Response:
    """An article page just within every limit."""
    made = "".join(
        f"<p>{'（示例）居民在议事厅里商量了楼道照明。' * 4}{n}</p>" for n in range(45_000)
    )
    return _packed(f"<html><head><title>示例</title></head><body>{made}</body></html>")


def loop(_: web.Request) -> web.Response:
    """A redirect to itself."""
    raise web.HTTPFound("/loop")


def nulls(_: web.Request) -> web.Response:
    """Null bytes."""
    return web.Response(body=b"\0" * 14 * MEGABYTE, content_type="application/xml")


def _packed(text: str) -> web.Response:
    body = gzip.compress(text.encode("utf-8"), 1)
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}
    return web.Response(body=body, headers=headers)


Answer = "Callable[[web.Request], web.Response | Awaitable[web.StreamResponse]]"
PAGES = {
    "/bomb": bomb, "/endless": endless, "/items": items, "/sitemap": sitemap, "/json": json_feed,
    "/entities": entities, "/deep": deep, "/links": links, "/one-word": one_word,
    "/records": records, "/long-articles": long_articles, "/loop": loop, "/nulls": nulls,
    "/index": index, "/zipped": zipped, "/pictures": pictures,
}  # fmt: skip


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer one request."""
    if request.path.startswith("/large/"):
        return await asyncio.to_thread(large, request)
    if request.path.startswith("/album/"):
        return await asyncio.to_thread(album, request)
    page = PAGES.get(request.path)
    if page is None:
        return web.Response(status=404)
    if page is endless:
        return await endless(request)
    return await asyncio.to_thread(page, request)  # type: ignore[arg-type]


async def main() -> None:
    """Serve until the process is ended."""
    packed_gigabyte()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port, paths = 0, [f"{kind}:{path}" for path, kind in KINDS.items()] * COPIES
    for n in range(len(paths)):
        await web.TCPSite(runner, f"127.2.0.{n + 1}", port).start()
        port = runner.addresses[0][1]
    print(port, *paths, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
