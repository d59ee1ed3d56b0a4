"""Manners and memory: robots.txt, waiting when asked, moving for good, staying away when gone."""

from __future__ import annotations

import asyncio
import gzip
import time
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import collect
from pipeline.collect.collector import MOST_TOGETHER
from pipeline.collect.freshness import LONGEST_FRESH, get_feed_seconds, get_fresh_seconds
from pipeline.collect.gate import Gates
from pipeline.collect.inflate import Inflater
from pipeline.collect.state import LISTING, READING, SourceState
from pipeline.model import Source, SourceKind

from .conftest import NOW, SETTINGS, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.collect import SourceResult

    Feed = Callable[..., str]


def test_robots_are_read_once_and_obeyed_for_feeds_and_pages(site: Site, feed: Feed) -> None:
    site.pages = {
        "/robots.txt": "User-agent: *\nDisallow: /private\n",
        "/feed": feed(2),
        "/private/feed": feed(1),
    }
    open_, closed = site.visit_all([("a", "/feed", {}), ("b", "/private/feed", {})])
    assert open_.status == "ok"
    assert closed.status == "failed"
    assert "forbidden by" in (closed.error or "")
    assert site.asked.count("/robots.txt") == 1
    assert "/private/feed" not in site.asked


def test_our_own_name_in_robots_counts_before_the_star(site: Site, feed: Feed) -> None:
    agent = SETTINGS.user_agent.partition("/")[0]
    site.pages = {
        "/robots.txt": f"User-agent: *\nAllow: /\n\nUser-agent: {agent}\nDisallow: /\n",
        "/feed": feed(1),
    }
    assert site.visit().status == "failed"


def test_robots_that_fail_close_the_site_and_robots_that_are_missing_open_it(
    site: Site, feed: Feed
) -> None:
    site.pages = {"/feed": feed(1), "/robots.txt": (503, {})}
    assert "robots.txt cannot be had" in (site.visit().error or "")
    site.pages["/robots.txt"] = (404, {})
    assert site.visit().status == "ok"


def test_robots_may_be_switched_off(site: Site, feed: Feed) -> None:
    site.settings = SETTINGS.model_copy(update={"robots": False})
    site.pages = {"/feed": feed(1), "/robots.txt": "User-agent: *\nDisallow: /\n"}
    assert site.visit().status == "ok"
    assert site.asked == ["/feed"]


def test_a_feed_that_moved_for_good_is_asked_at_its_new_place_after_three_sightings(
    site: Site, feed: Feed
) -> None:
    site.pages = {"/feed": (301, {"Location": "/new"}), "/new": feed(1)}
    for _ in range(3):
        assert site.visit().status == "ok"
        site.pass_time(days=7)
    site.asked.clear()
    result = site.visit()
    assert result.status == "ok"
    assert "/feed" not in site.asked
    assert any("has moved to" in line for line in result.warnings)


def test_a_passing_redirect_is_not_taken_for_a_move(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": (302, {"Location": "/new"}), "/new": feed(1)}
    for _ in range(4):
        site.visit()
    assert site.states["s"].url is None


def test_what_is_gone_is_muted_at_once_until_somebody_insists(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": (410, {})}
    first = site.visit()
    assert first.status == "failed"
    assert "will not be asked again" in (first.error or "")
    site.pages = {"/feed": feed(1)}
    site.asked.clear()
    held = site.visit()
    assert held.status == "muted"
    assert "410" in held.warnings[-1]
    assert site.asked == []
    assert site.visit(insist=True).status == "ok"
    assert site.visit().status == "ok"


def test_a_page_not_found_again_and_again_is_muted_and_a_new_address_frees_it(
    site: Site, feed: Feed
) -> None:
    statuses = [site.visit().status for _ in range(5)]
    assert statuses == ["failed"] * 4 + ["muted"]
    site.pages = {"/other": feed(1)}
    assert site.visit("/other").status == "ok"


def test_a_server_that_asks_to_wait_is_left_alone_for_so_long(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": (429, {"Retry-After": "3600"})}
    assert "asks to wait 3600 s" in (site.visit().error or "")
    assert site.asked.count("/feed") == 1
    site.pages = {"/feed": feed(1)}
    assert site.visit().status == "skipped"
    site.pass_time(seconds=3601)
    assert site.visit().status == "ok"


def test_what_may_heal_is_tried_again(site: Site, feed: Feed) -> None:
    answers = [web.Response(status=503), web.Response(text=feed(1), content_type="text/xml")]
    site.pages = {"/feed": lambda _: answers.pop(0)}
    assert site.visit().status == "ok"


def test_a_fresh_feed_is_not_asked_again_before_its_time(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": feed(1, "<ttl>60</ttl>")}
    assert site.visit().status == "ok"
    site.pass_time(minutes=59)
    assert site.visit().status == "skipped"
    site.pass_time(minutes=2)
    assert site.visit().status == "ok"


def test_an_empty_list_where_many_are_usual_is_an_error(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": feed(20)}
    site.visit()
    site.visit()
    site.pages = {"/feed": feed(0)}
    assert "found 0 items where 20 are usual" in (site.visit().error or "")


def test_a_304_that_nobody_asked_for_is_a_failure_and_no_news_of_no_change(
    site: Site, feed: Feed
) -> None:
    site.pages = {"/feed": (304, {"ETag": '"1"'})}
    for _ in range(2):
        result = site.visit()
        assert result.status == "failed"
        assert "/feed: the server answers 304 (not modified) although" in (result.error or "")
    site.pages = {"/feed": feed(2)}
    assert len(site.visit(full_text=False).articles) == 2


def test_a_list_is_asked_with_the_validators_of_the_last_visit(site: Site) -> None:
    page = "<html><ul><li><a href='/a.html'>示例消息一条</a> 2026-11-20</li></ul></html>"

    def listing(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"7"':
            return web.Response(status=304)
        return web.Response(text=page, content_type="text/html", headers={"ETag": '"7"'})

    site.pages = {
        "/list": listing,
        "/a.html": "<html><body><h1>示例</h1><p>"
        + "（示例）一段正文。" * 30
        + "</p></body></html>",
    }
    keys: dict[str, Any] = {"kind": "page"}
    assert [site.visit("/list", **keys).status for _ in range(2)] == ["ok", "unchanged"]


@pytest.fixture
def unchanging(site: Site) -> Site:
    """A list and a feed that answer 304 to whoever had them."""

    def having(text: str, kind: str, charset: str = "utf-8") -> Callable[[web.Request], Any]:
        def answer(request: web.Request) -> web.Response:
            if request.headers.get("If-None-Match") == '"7"':
                return web.Response(status=304)
            headers = {"ETag": '"7"', "Content-Type": kind}
            return web.Response(body=text.encode(charset), headers=headers)

        return answer

    entries = "".join(
        f"<li class='{'news' if n < 2 else 'more'}'><a href='/a/{n}.html'>示例消息第{n}条</a></li>"
        for n in range(5)
    )
    items = "".join(
        f"<item><title>示例{n}</title><link>/a/{n}.html</link><description>摘要</description></item>"
        for n in range(2)
    )
    body = "<p class='x'>（示例）编者按。</p><p class='b'>（示例）一段正文，讲楼道照明。</p>" * 9
    site.pages = {
        "/list": having(f"<html><ul>{entries}</ul></html>", "text/html"),
        "/feed": having(f'<rss version="2.0"><channel>{items}</channel></rss>', "text/xml"),
        **{f"/a/{n}.html": f"<html><body><h1>示例</h1>{body}</body></html>" for n in range(5)},
    }
    return site


@pytest.mark.parametrize(
    ("path", "before", "after", "given"),
    [
        ("/list", {"list": "li.news"}, {"list": "li"}, 3),
        ("/list", {"max_items": 2}, {"max_items": 4}, 2),
        ("/list", {"body": ".x"}, {"body": ".b"}, 5),
        ("/list", {"encoding": "gbk"}, {"encoding": "utf-8"}, 5),
        ("/feed", {"full_text": False}, {"full_text": True}, 2),
    ],
)
def test_a_corrected_source_is_read_anew_though_its_page_stays_the_same(
    unchanging: Site, path: str, before: dict[str, Any], after: dict[str, Any], given: int
) -> None:
    kind: dict[str, Any] = {"kind": "feed" if path == "/feed" else "page"}
    assert unchanging.visit(path, **kind, **before).status == "ok"
    assert unchanging.visit(path, **kind, **before).status == "unchanged"
    corrected = unchanging.visit(path, **kind, **after)
    assert (corrected.status, len(corrected.articles)) == ("ok", given)
    assert unchanging.visit(path, **kind, **after, note="示例", own=True).status == "unchanged"


def test_a_correction_is_not_waited_with_unless_the_server_asks_for_it(
    site: Site, feed: Feed
) -> None:
    site.pages = {"/feed": feed(2, "<ttl>60</ttl>")}
    site.visit(full_text=False)
    assert site.visit(full_text=False, max_items=1).status == "ok"
    site.pages = {"/feed": (429, {"Retry-After": "3600"})}
    site.pass_time(hours=2)
    site.visit(full_text=False)
    assert site.visit(full_text=False, max_items=2).status == "skipped"


def test_a_source_asked_by_its_name_is_asked_for_all_of_it(unchanging: Site) -> None:
    keys: dict[str, Any] = {"kind": "page"}
    unchanging.visit("/list", **keys)
    asked = unchanging.visit("/list", insist=True, **keys)
    assert (asked.status, asked.fetched, asked.articles) == ("ok", 5, ())
    assert unchanging.visit("/list", **keys).status == "unchanged"


def test_every_key_of_a_source_counts_for_its_memory_or_is_known_not_to() -> None:
    apart = {"id", "name", "url", "enabled", "home", "outlet", "own", "note"}
    assert {one.name for one in fields(Source)} == apart | set(LISTING) | set(READING)
    assert not set(LISTING) & set(READING)


def test_the_memory_of_an_older_version_asks_once_for_all_and_reads_no_page_again(
    unchanging: Site,
) -> None:
    keys: dict[str, Any] = {"kind": "page"}
    unchanging.visit("/list", **keys)
    older = unchanging.states["s"].to_json()
    del older["for_list"], older["for_article"]
    unchanging.states["s"] = SourceState.from_json(older)
    again = unchanging.visit("/list", **keys)
    assert (again.status, again.articles) == ("ok", ())


def test_a_bomb_costs_no_more_than_the_limit(site: Site) -> None:
    import gzip  # noqa: PLC0415 - here alone

    bomb = gzip.compress(b"0" * 50_000_000)
    site.pages = {"/feed": lambda _: web.Response(body=bomb, headers={"Content-Encoding": "gzip"})}
    assert "larger than 200,000 bytes" in (site.visit().error or "")


@given(st.binary(max_size=5000), st.sampled_from(["gzip", "deflate", "raw"]), st.integers(1, 97))
def test_any_body_comes_out_as_it_went_in(data: bytes, encoding: str, size: int) -> None:
    import gzip  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    if encoding == "raw":
        engine = zlib.compressobj(wbits=-15)
        packed = engine.compress(data) + engine.flush()
    else:
        packed = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
    inflater = Inflater("deflate" if encoding == "raw" else encoding, 10_000)
    pieces = [packed[at : at + max(size, 2)] for at in range(0, len(packed), max(size, 2))]
    assert b"".join(part for piece in pieces for part in inflater.feed(piece)) == data


def test_requests_to_one_host_keep_their_distance_and_hosts_do_not_wait_for_each_other() -> None:
    async def main() -> tuple[float, float]:
        gates = Gates(1, 0.05)

        async def ask(host: str) -> None:
            async with gates.passing(host):
                pass

        began = time.perf_counter()
        await asyncio.gather(*(ask("a") for _ in range(4)))
        one = time.perf_counter() - began
        began = time.perf_counter()
        await asyncio.gather(*(ask(f"h{n}") for n in range(40)))
        return one, time.perf_counter() - began

    one, many = asyncio.run(main())
    assert one >= 0.15
    assert many < 1.0  # one after the other they would take two seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, MAX-AGE=600"}, 600),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Expires": "Tue, 24 Nov 2026 09:00:00 GMT"}, 3600),
        ({"Expires": "0"}, 0),
        ({"Cache-Control": "max-age=99999999"}, LONGEST_FRESH),
        ({}, 0),
    ],
)
def test_a_servers_word_on_freshness_is_taken_within_bounds(
    headers: dict[str, str], seconds: float
) -> None:
    assert get_fresh_seconds(headers, NOW) == seconds


def test_a_feeds_own_word_counts_too() -> None:
    assert get_feed_seconds("<rss><channel><ttl> 30 </ttl>") == 1800
    period = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert get_feed_seconds(period) == 1800
    assert get_feed_seconds("<rss/>") == 0


def test_an_error_that_stays_the_same_keeps_its_first_day() -> None:
    state = SourceState()
    first = state.after_failure(ValueError("x"), "x", NOW)
    again = first.after_failure(ValueError("x"), "x", NOW.replace(day=25))
    other = again.after_failure(ValueError("y"), "y", NOW.replace(day=26))
    assert first.error_since == again.error_since == NOW.isoformat()
    assert other.error_since != first.error_since
    assert SourceState.from_json(other.to_json()) == other


def test_robots_are_kept_a_day_over_runs_and_then_asked_for_again(site: Site, feed: Feed) -> None:
    site.pages = {"/feed": feed(1), "/robots.txt": "User-agent: *\nDisallow: /private\n"}
    site.visit()
    site.visit()
    assert site.asked.count("/robots.txt") == 1
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    site.pass_time(hours=25)
    assert "forbidden" in (site.visit().error or "")


@pytest.mark.parametrize(
    "answer",
    [{"/feed": "<ttl>60</ttl>"}, {"/feed": (429, {"Retry-After": "3600"})}],
    ids=["fresh", "asks to wait"],
)
def test_a_rest_that_a_clock_which_was_ahead_wrote_down_is_not_kept(
    site: Site, feed: Feed, answer: dict[str, Any]
) -> None:
    said = answer["/feed"]
    site.pages = {"/feed": feed(1, said) if isinstance(said, str) else said}
    site.pass_time(days=1800)
    site.visit()
    assert site.visit().status == "skipped"
    site.now = NOW
    site.pages = {"/feed": feed(1)}
    assert site.visit().status == "ok"


def test_robots_that_a_clock_which_was_ahead_has_dated_are_read_again(
    site: Site, feed: Feed
) -> None:
    site.pages = {"/feed": feed(1), "/robots.txt": "User-agent: *\nDisallow: /private\n"}
    site.pass_time(days=1800)
    site.visit()
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    site.now = NOW
    assert "forbidden" in (site.visit().error or "")


def test_a_packed_chunk_is_unpacked_in_pieces() -> None:
    packed = gzip.compress(b"\0" * 20_000_000)
    pieces = [len(one) for one in Inflater("gzip", 15_000_000).feed(packed)]
    assert max(pieces) <= 300_000
    assert sum(pieces) == 15_000_001


def test_results_that_came_meanwhile_are_handed_over_together_and_each_once(site: Site) -> None:
    together: list[list[str]] = []

    async def main() -> None:
        async def keep(some: Sequence[SourceResult]) -> None:
            together.append([one.source_id for one in some])
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if others:  # busy until all of them are there
                await asyncio.wait(others)

        sources = [Source(f"f{n}", "示例", SourceKind.FILE, "none.txt") for n in range(120)]
        await collect(
            sources, root=site.root, settings=site.settings, allow_nets=[], states={},
            now=lambda: site.now, on_results=keep,
        )  # fmt: skip

    asyncio.run(main())
    assert sorted(key for some in together for key in some) == sorted(f"f{n}" for n in range(120))
    assert max(map(len, together)) == MOST_TOGETHER
    assert len(together) < 10


def test_when_results_cannot_be_kept_no_visit_goes_on(site: Site) -> None:
    async def main() -> int:
        async def keep(_: Sequence[SourceResult]) -> None:
            raise OSError("the disk is full")

        sources = [Source(f"f{n}", "示例", SourceKind.FILE, "none.txt") for n in range(9)]
        with pytest.raises(OSError, match="disk is full"):
            await collect(
                sources, root=site.root, settings=site.settings, allow_nets=[], states={},
                now=lambda: site.now, on_results=keep,
            )  # fmt: skip
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1
