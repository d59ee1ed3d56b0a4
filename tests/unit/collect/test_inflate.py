"""Packed answers: all of them is read, and one that breaks off is a failure, not a short text."""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.inflate import Inflater
from pipeline.model import FetchCause

from .conftest import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Site

    Feed = Callable[..., str]

ENCODINGS = ["gzip", "deflate", "raw"]
TRAILER = {"gzip": 8, "deflate": 4, "raw": 0}  # bytes of the check behind the data


def pack(data: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(data, mtime=0)
    engine = zlib.compressobj(wbits=-15 if encoding == "raw" else 15)
    return engine.compress(data) + engine.flush()


def unpack(packed: bytes, encoding: str, size: int = 65_536) -> tuple[bytes, bool]:
    """Return the plain bytes of a body that comes in chunks of that size, and whether it is whole."""
    inflater = Inflater("deflate" if encoding == "raw" else encoding, 1_000_000)
    chunks = [packed[at : at + size] for at in range(0, len(packed), size)]
    return b"".join(piece for one in chunks for piece in inflater.feed(one)), inflater.is_whole()


@given(st.binary(max_size=3000), st.sampled_from(ENCODINGS), st.data())
def test_a_body_is_whole_when_its_last_byte_of_data_came_and_never_before(
    plain: bytes, encoding: str, data: st.DataObject
) -> None:
    packed = pack(plain, encoding)
    end = len(packed) - TRAILER[encoding]
    kept = data.draw(st.integers(2, len(packed)))
    if kept >= end:
        assert unpack(packed[:kept], encoding) == (plain, True)
    else:
        got, is_whole = unpack(packed[:kept], encoding)
        assert plain.startswith(got)
        assert not is_whole


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_long_run_that_ends_with_the_last_bytes_loses_nothing(encoding: str) -> None:
    plain = b"\0" * 700_000  # packed a thousandfold: the engine holds back what was too much
    packed = pack(plain, encoding)
    assert unpack(packed[: len(packed) - TRAILER[encoding]], encoding) == (plain, True)


@given(
    st.lists(st.binary(max_size=400), min_size=1, max_size=4),
    st.sampled_from([b"", b"\0" * 700, b"garbage\x1f\x8b", b"\x1f", b"\x1f\0"]),
    st.integers(2, 97),
)
def test_all_members_are_read_and_what_follows_them_is_not(
    members: list[bytes], behind: bytes, size: int
) -> None:
    packed = b"".join(map(gzip.compress, members))
    assert unpack(packed + behind, "gzip", size) == (b"".join(members), True)
    assert not unpack(packed + gzip.compress(b"x" * 50)[:12], "gzip", size)[1]


def test_members_without_end_are_refused() -> None:
    inflater = Inflater("gzip", 1_000_000)
    with pytest.raises(ValueError, match="more than 10,000 gzip members"):
        list(inflater.feed(gzip.compress(b"") * 10_001))


def test_a_bomb_of_many_members_costs_no_more_than_the_limit() -> None:
    packed = gzip.compress(b"\0" * 1_000_000) * 50
    inflater = Inflater("gzip", 3_000_000)
    assert sum(map(len, inflater.feed(packed))) == 3_000_001


def test_a_body_of_no_bytes_is_whole() -> None:
    assert unpack(b"", "gzip") == (b"", True)


def closing(packed: bytes, etag: str) -> Callable[[web.Request], object]:
    """Answer with packed bytes whose end only the closing of the connection tells."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        response = web.StreamResponse(headers={"Content-Encoding": "gzip", "ETag": etag})
        response.force_close()
        await response.prepare(request)
        await response.write(packed)
        return response

    return answer


def test_a_feed_that_breaks_off_is_a_failure_and_read_when_it_is_whole_again(
    site: Site, feed: Feed
) -> None:
    packed = gzip.compress(feed(3).encode())
    site.settings = SETTINGS.model_copy(update={"retries": 1})
    site.pages = {"/feed": closing(packed[: len(packed) // 2], '"1"')}
    result = site.visit(full_text=False)
    assert (result.status, result.cause) == ("failed", FetchCause.CUT)
    assert "/feed: the answer broke off before its end" in (result.error or "")
    assert (result.articles, site.asked.count("/feed")) == ((), 2)  # a second try may heal it
    assert site.states["s"].etag is None
    site.pages = {"/feed": closing(packed, '"1"')}
    assert len(site.visit(full_text=False).articles) == 3


def test_an_article_that_breaks_off_is_left_out_and_asked_for_again(site: Site) -> None:
    lines = [f"（示例）居民在议事厅里商量了第{n}件事，社区当天记下了意见。" for n in range(30)]
    page = f"<html><body><h1>示例</h1><p>{'</p><p>'.join(lines)}</p></body></html>"
    packed = gzip.compress(page.encode())
    listed = "<html><ul><li><a href='/a.html'>示例消息一条</a> 2026-11-20</li></ul></html>"
    site.pages = {"/list": listed, "/a.html": closing(packed[:-40], '"1"')}
    result = site.visit("/list", kind="page")
    assert result.articles == ()
    assert "broke off before its end: left out" in result.warnings[0]
    site.pages["/a.html"] = closing(packed[:-8], '"1"')  # without the check, as some servers send
    (article,) = site.visit("/list", kind="page").articles
    assert article.text.count("（示例）") == 30


def test_an_answer_shorter_than_it_says_has_the_same_cause(site: Site) -> None:
    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(b"<rss>")
        request.transport.abort() if request.transport else None
        return response

    site.pages = {"/feed": short}
    result = site.visit()
    assert (result.status, result.cause) == ("failed", FetchCause.CUT)


def test_a_feed_and_a_sitemap_of_several_members_are_read_to_their_end(
    site: Site, feed: Feed
) -> None:
    def members(text: str) -> bytes:
        data = text.encode()
        ends = [0, len(data) // 3, len(data) // 2, len(data)]
        return b"".join(gzip.compress(data[one:other]) for one, other in pairwise(ends))

    body = "（示例）居民在议事厅里商量了楼道照明的办法。" * 12
    pages = {
        f"/a/{n}.html": f"<html><body><h1>示例</h1><p>{body}{n}</p></body></html>" for n in range(4)
    }

    def sitemap(request: web.Request) -> web.Response:
        urls = "".join(f"<url><loc>{request.url.origin()}{path}</loc></url>" for path in pages)
        return web.Response(body=members(f"<urlset>{urls}</urlset>"))

    site.pages = {
        "/feed": lambda _: web.Response(
            body=members(feed(3)), headers={"Content-Encoding": "gzip"}
        ),
        "/s.xml.gz": sitemap,
        **pages,
    }
    packed, listed = site.visit_all([("a", "/feed", {"full_text": False}), ("b", "/s.xml.gz", {})])
    assert (len(packed.articles), len(listed.articles)) == (3, 4)
