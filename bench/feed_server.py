"""Feeds on many loopback hosts, each answer held back: what a fetching program is timed against.

Usage: python bench/feed_server.py --hosts 200 --items 10 --latency 0.2

Every host is an address of 127.0.0.0/8 of its own, all on one port; the port is printed when all
of them listen. ``/feed.xml`` is RSS with ETag and Last-Modified and answers 304 to either,
``/robots.txt`` is 404. Standard library only: no program that is timed has a part in it.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

START = datetime(2026, 11, 16, 1, tzinfo=UTC)
MODIFIED = format_datetime(START, usegmt=True)
BODY = (
    "（示例）社区议事厅里，{n}号楼的居民第{k}次坐到一起，商量楼道照明和雨棚的办法。",
    "网格员把{k}条意见一条条写在黑板上，{n}户人家当场签了字，剩下的说要回家再想一想。",
    "下个月起，{n}号楼先试装声控灯，电费由楼组轮流记账，账目每{k}天贴一次墙。",
)


@dataclass(frozen=True)
class Load:
    """What the server shows."""

    hosts: int
    items: int
    latency: float  # seconds between a request and its answer


def host(number: int) -> str:
    """Return the address of a host: 127.1.0.1, 127.1.0.2 … 250 in a row."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def feed(number: int, items: int) -> bytes:
    """Return a feed of invented items, no two of them alike."""
    made = []
    for k in range(items):
        words = {"n": number * 7 + k, "k": k + 3}
        html = "".join(f"<p>{line.format(**words)}</p>" for line in BODY * 2)
        at = format_datetime(START + timedelta(minutes=number * 10 + k))
        made.append(
            f"<item><title>示例{number}之{k}：楼道里的灯</title><link>/a/{number}-{k}.html</link>"
            f"<guid isPermaLink='false'>{number}-{k}</guid><pubDate>{at}</pubDate>"
            f"<author>editor@a.example (示例作者)</author>"
            f"<description>{escape(html)}</description></item>"
        )
    head = f"<title>示例站{number}</title><link>http://{host(number)}/</link>"
    text = f'<rss version="2.0"><channel>{head}<description/>{"".join(made)}</channel></rss>'
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()


class Site(asyncio.Protocol):
    """One connection: answers its requests in turn, each after the latency."""

    def __init__(self, number: int, load: Load) -> None:
        """Show the feed of one host."""
        self._number, self._load = number, load
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take a request and answer it later."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            request, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            loop = asyncio.get_running_loop()
            loop.call_later(self._load.latency, self._answer, request)

    def _answer(self, request: bytes) -> None:
        if self._transport.is_closing():
            return
        path = request.split(b" ", 2)[1]
        tag = b'"%d-%d"' % (self._number, self._load.items)
        lowered = request.lower()
        asked_again = b"if-none-match: " + tag in lowered or b"if-modified-since" in lowered
        close = b"connection: close" in lowered or b" http/1.0" in lowered.partition(b"\r\n")[0]
        body = b""
        if path != b"/feed.xml":
            status = b"404 Not Found"
        elif asked_again:
            status = b"304 Not Modified"
        else:
            status, body = b"200 OK", feed(self._number, self._load.items)
        head = (
            b"HTTP/1.1 %b\r\nContent-Type: application/rss+xml; charset=utf-8\r\nETag: %b\r\n"
            b"Last-Modified: %b\r\n" % (status, tag, MODIFIED.encode("ascii"))
        )
        if not status.startswith(b"304"):
            head += b"Content-Length: %d\r\n" % len(body)
        if close:
            head += b"Connection: close\r\n"
        self._transport.write(head + b"\r\n" + body)
        if close:
            self._transport.close()


async def serve(load: Load) -> None:
    """Serve until the process is ended."""
    loop = asyncio.get_running_loop()
    port = 0
    for number in range(load.hosts):
        listener = socket.create_server((host(number), port), backlog=64)
        port = listener.getsockname()[1]
        await loop.create_server(lambda n=number: Site(n, load), sock=listener)  # type: ignore[misc]
    print(port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read what to show, and show it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--items", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.2)
    options = parser.parse_args()
    asyncio.run(serve(Load(options.hosts, options.items, options.latency)))


if __name__ == "__main__":
    main()
