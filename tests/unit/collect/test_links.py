"""Links of a draft are asked for with manners, within bounds, and told apart by what came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from pipeline.collect.links import check_links, may_be_asked
from pipeline.model import LinkState

from .conftest import NETS, NOW, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pipeline.config import CollectSettings
    from pipeline.model import LinkCheck

    Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

QUICK = SETTINGS.model_copy(update={"retries": 0, "per_host": 8})


def ask(
    answer: Answer,
    paths: Sequence[str],
    *,
    settings: CollectSettings = QUICK,
    nets: Sequence[Any] = NETS,
) -> tuple[dict[str, LinkCheck], list[str]]:
    """Return what is known of the paths of a server on loopback, and what it was asked."""
    asked: list[str] = []

    async def note(request: web.Request) -> web.StreamResponse:
        asked.append(f"{request.method} {request.path}")
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /closed\n")
        return await answer(request)

    async def main() -> dict[str, LinkCheck]:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", note)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            found = await check_links(
                [base + path if path.startswith("/") else path for path in paths],
                settings=settings, allow_nets=nets, now=lambda: NOW,
            )  # fmt: skip
        finally:
            await runner.cleanup()
        return {one.url.removeprefix(base): one for one in found}

    return asyncio.run(main()), asked


async def by_path(request: web.Request) -> web.StreamResponse:
    """Answer with the status that the path names; /get-404 opens by GET alone."""
    if request.path == "/moved":
        raise web.HTTPFound("/200")
    if request.path == "/to-nowhere":
        raise web.HTTPFound("/404")
    if request.path == "/get-only":
        return web.Response(status=404 if request.method == "HEAD" else 200, text="在")
    return web.Response(status=int(request.path.removeprefix("/")), text="页面")


def test_links_are_open_gone_or_out_of_reach() -> None:
    found, asked = ask(by_path, ["/200", "/404", "/410", "/503", "/moved", "/to-nowhere"])
    assert {path: (one.state, one.reason) for path, one in found.items()} == {
        "/200": (LinkState.OPEN, ""),
        "/404": (LinkState.GONE, "404"),
        "/410": (LinkState.GONE, "410"),
        "/503": (LinkState.UNREACHABLE, "503"),
        "/moved": (LinkState.OPEN, ""),
        "/to-nowhere": (LinkState.GONE, "404"),
    }
    assert {one.at for one in found.values()} == {NOW}
    assert "GET /moved" not in asked


def test_a_server_that_refuses_head_is_asked_by_get() -> None:
    found, asked = ask(by_path, ["/get-only"])
    assert found["/get-only"].state is LinkState.OPEN
    assert asked == ["GET /robots.txt", "HEAD /get-only", "GET /get-only"]


def test_what_robots_close_or_people_may_open_is_not_judged() -> None:
    found, asked = ask(by_path, ["/closed/1", "/401", "/403", "/429", "/200"])
    assert list(found) == ["/200"]
    assert "HEAD /closed/1" not in asked


def test_a_link_into_a_private_network_is_not_dialled() -> None:
    found, asked = ask(by_path, ["/200"], nets=[])
    assert [(one.state, one.reason) for one in found.values()] == [
        (LinkState.GONE, "内网地址，读者打不开")
    ]
    assert asked == []


def test_a_redirect_into_a_private_network_is_not_followed() -> None:
    async def inwards(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://10.0.0.1/")

    found, _ = ask(inwards, ["/1"])
    assert found["/1"].state is LinkState.GONE


def test_only_so_many_links_are_asked_for_and_each_once() -> None:
    settings = QUICK.model_copy(update={"check_links": 2})
    found, asked = ask(by_path, ["/200", "/200", "/404", "/410"], settings=settings)
    assert set(found) == {"/200", "/404"}
    assert len([one for one in asked if one.startswith("HEAD")]) == 2


def test_time_that_is_up_leaves_the_rest_unjudged() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        if request.path == "/never":
            await asyncio.Event().wait()
        return web.Response(text="在")

    settings = QUICK.model_copy(update={"check_seconds": 1.5})
    found, _ = ask(slow, ["/200", "/never"], settings=settings)
    assert list(found) == ["/200"]


def test_when_nothing_at_all_is_reached_our_own_line_is_down() -> None:
    async def fail(_: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    assert ask(fail, ["/1", "/2"])[0] == {}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.cn/1", True),
        ("https://a.example/1", False),
        ("https://www.example.org/1", False),
        ("http://x.test", False),
        ("ftp://news.cn/1", False),
        ("http://[", False),
        ("/1.html", False),
        ("", False),
    ],
)
def test_addresses_kept_for_samples_are_never_asked_for(url: str, *, expected: bool) -> None:
    assert may_be_asked(url) is expected
