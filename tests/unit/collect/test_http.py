import asyncio
import ipaddress
from datetime import UTC, datetime

import pytest
from aiohttp import web

from pipeline.collect import SourceState, collect
from pipeline.collect.http import Client
from pipeline.config import CollectSettings
from pipeline.errors import (
    BlockedAddressError,
    FetchError,
    NeedsBrowserError,
    TooLargeError,
)
from pipeline.model import Source, SourceKind

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
SETTINGS = CollectSettings(delay=0, retries=1, max_bytes=2000, max_redirects=2, timeout=30)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>示例</title>'
    '<link href="/a.html"/><updated>2026-11-20T00:00:00Z</updated></entry></feed>'
)
PAGE = "<html><body><h1>示例</h1><div id=b><p>正文。</p><script>x</script></div></body></html>"


def now() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)


async def answer(request: web.Request) -> web.Response:  # noqa: PLR0911 - one line a path
    path = request.path
    if path == "/feed":
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(text=ATOM, headers={"ETag": '"1"'}, content_type="application/xml")
    if path == "/a.html":
        return web.Response(text=PAGE, content_type="text/html")
    if path == "/loop":
        return web.Response(status=302, headers={"Location": "/loop"})
    if path == "/away":
        return web.Response(status=302, headers={"Location": "http://10.0.0.1/"})
    if path == "/script":
        return web.Response(status=521)
    if path == "/busy":
        return web.Response(status=503)
    if path == "/large":
        return web.Response(body=b"x" * 5000)
    return web.Response(status=404)


def serving(work):
    """Run ``work(base address)`` beside a server on loopback."""

    async def main():
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        try:
            return await work(f"http://127.0.0.1:{port}")
        finally:
            await runner.cleanup()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/loop", FetchError), ("/away", BlockedAddressError), ("/script", NeedsBrowserError),
        ("/busy", FetchError), ("/large", TooLargeError), ("/none", FetchError),
    ],
)  # fmt: skip
def test_what_cannot_be_had_says_why(path, error):
    async def work(base):
        async with Client(SETTINGS, LOOPBACK, now) as client:
            with pytest.raises(error):
                await client.get(base + path)

    serving(work)


def test_a_private_address_is_refused_when_it_is_dialled():
    async def work(base):
        async with Client(SETTINGS, [], now) as client:
            with pytest.raises(BlockedAddressError, match="PIPELINE_ALLOW_NETS"):
                await client.get(base + "/feed")

    serving(work)


def test_a_name_that_changes_its_answer_is_refused_when_it_is_dialled(monkeypatch):
    answers = []

    async def resolve(_self, host, port=0, family=0):  # noqa: ARG001
        answers.append(host)  # allowed when it is asked for the first time, not again
        address = "127.0.0.1" if len(answers) == 1 else "127.0.0.2"
        return [
            {"hostname": host, "host": address, "port": port, "family": 2, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr("aiohttp.resolver.ThreadedResolver.resolve", resolve)

    async def work(base):
        named = base.replace("127.0.0.1", "news.example")
        only = [ipaddress.ip_network("127.0.0.1/32")]
        async with Client(SETTINGS, only, now) as client:
            assert (await client.get(f"{named}/feed")).data
        async with Client(SETTINGS, only, now) as client:
            with pytest.raises(BlockedAddressError, match=r"127\.0\.0\.2"):
                await client.get(f"{named}/feed")

    serving(work)
    assert set(answers) == {"news.example"}


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::ffff:127.0.0.1]", "localhost",
     "[::ffff:7f00:1]", "[::1]", "127.0.0.1.", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
def test_no_way_of_writing_an_address_gets_past_the_check(host):
    async def work(base):
        async with Client(SETTINGS.model_copy(update={"retries": 0}), [], now) as client:
            with pytest.raises(FetchError) as caught:
                await client.get(f"http://{host}:{base.rpartition(':')[2]}/feed")
        return caught.value

    refused = serving(work)
    assert isinstance(refused, BlockedAddressError) or "cannot connect" in str(refused)
    assert "\n" not in str(refused)


@pytest.mark.parametrize("user", ["anna", "anna:secret", ":secret", "127.0.0.1%2f"])
def test_an_address_with_a_user_is_refused_and_the_password_not_repeated(user):
    async def work(base):
        async with Client(SETTINGS, LOOPBACK, now) as client:
            with pytest.raises(FetchError, match="name or password") as caught:
                await client.get(base.replace("//", f"//{user}@") + "/feed")
        return str(caught.value)

    assert user not in serving(work)


def test_a_server_without_https_is_not_called_forbidden():
    async def work(base):
        async with Client(SETTINGS.model_copy(update={"retries": 0}), LOOPBACK, now) as client:
            with pytest.raises(FetchError, match="no https is spoken there"):
                await client.get(base.replace("http:", "https:") + "/feed")

    serving(work)


def test_only_http_is_fetched():
    async def work():
        async with Client(SETTINGS, [], now) as client:
            with pytest.raises(FetchError, match="only http"):
                await client.get("ftp://example.org/")

    asyncio.run(work())


def test_a_feed_is_fetched_with_its_pages_and_then_found_unchanged(tmp_path):
    async def work(base):
        source = Source("s", "示例", SourceKind.FEED, base + "/feed", body="#b")
        states: dict[str, SourceState] = {}
        results = []

        async def keep(some):
            results.extend(some)
            for one in some:
                states[one.source_id] = SourceState.from_json(one.state.to_json())

        for _ in range(2):
            await collect(
                [source, Source("gone", "无", SourceKind.FEED, base + "/none")],
                root=tmp_path, settings=SETTINGS, allow_nets=LOOPBACK, states=states,
                now=now, on_results=keep,
            )  # fmt: skip
        return results

    results = [one for one in serving(work) if one.source_id == "s"]
    assert [one.status for one in results] == ["ok", "unchanged"]
    (article,) = results[0].articles
    assert article.text == "正文。"
    assert "script" not in article.html
