"""A small real site on loopback, and visits to it."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from pipeline.collect import SourceState, collect
from pipeline.config import CollectSettings
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.collect import SourceResult


NETS = [ipaddress.ip_network("127.0.0.0/8")]
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SETTINGS = CollectSettings(delay=0, retries=1, timeout=30, max_bytes=200_000)

Answer = web.Response


@dataclass
class Site:
    """What a server on loopback answers: a response, or a function from the request to one."""

    root: Path
    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    states: dict[str, SourceState] = field(default_factory=dict)
    settings: CollectSettings = SETTINGS
    now: datetime = NOW
    keep_picture: Callable[[bytes, str], str] | None = None

    def visit_file(self, path: str, state: SourceState | None = None) -> SourceResult:
        """Visit a file or folder beside feeds.yaml, with the memory of an earlier visit."""
        result: list[SourceResult] = []

        async def keep(some: Sequence[SourceResult]) -> None:
            result.extend(some)

        asyncio.run(
            collect(
                [Source("f", "示例", SourceKind.FILE, path)], root=self.root,
                settings=self.settings, allow_nets=NETS, now=lambda: self.now,
                states={"f": SourceState.from_json(state.to_json())} if state else {},
                on_results=keep, keep_picture=self.keep_picture,
            )
        )  # fmt: skip
        return result[0]

    def visit(self, path: str = "/feed", *, insist: bool = False, **keys: Any) -> SourceResult:
        """Visit one source of this site with the memory of the visits before."""
        return self.visit_all([("s", path, keys)], insist=insist)[0]

    def visit_all(
        self, wanted: list[tuple[str, str, dict[str, Any]]], *, insist: bool = False
    ) -> list[SourceResult]:
        """Visit several sources; return the results in the sources' order."""

        async def main() -> list[SourceResult]:
            app = web.Application()
            app.router.add_route("*", "/{rest:.*}", self._answer)
            runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
            await runner.setup()
            port = getattr(self, "port", 0)
            await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
            self.port = runner.addresses[0][1]
            results: dict[str, SourceResult] = {}

            async def keep(some: Sequence[SourceResult]) -> None:
                for result in some:
                    results[result.source_id] = result
                    self.states[result.source_id] = SourceState.from_json(result.state.to_json())

            kind = {"kind": SourceKind.FEED}
            sources = [
                Source(id=key, name="示例", url=self.base + path, **(kind | keys))
                for key, path, keys in wanted
            ]
            try:
                await collect(
                    sources, root=self.root, settings=self.settings, allow_nets=NETS,
                    states=self.states, now=lambda: self.now, on_results=keep, insist=insist,
                )  # fmt: skip
            finally:
                await runner.cleanup()
            return [results[key] for key, _, _ in wanted]

        return asyncio.run(main())

    @property
    def base(self) -> str:
        """The site's address; known while it is visited."""
        return f"http://127.0.0.1:{self.port}"

    def pass_time(self, **span: float) -> None:
        """Let the clock of the visits go on."""
        self.now += timedelta(**span)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.method == "POST":
            self.forms.append({key: str(value) for key, value in (await request.post()).items()})
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if callable(page):
            made = page(request)
            answer: web.StreamResponse = await made if asyncio.iscoroutine(made) else made
            return answer
        if isinstance(page, tuple):
            status, headers = page
            return web.Response(status=status, headers=headers)
        kind = "text/html" if page.lstrip().startswith("<html") else "application/xml"
        return web.Response(text=page, content_type=kind, charset="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site without any page."""
    return Site(tmp_path)


@pytest.fixture(scope="session")
def feed() -> Callable[..., str]:
    """Return a maker of RSS feeds of invented items with texts of their own."""

    def make(count: int = 3, head: str = "") -> str:
        body = "（示例）居民在议事厅里商量了楼道照明的办法。" * 12
        items = "".join(
            f"<item><title>示例{n}</title><link>/a/{n}.html</link>"
            f"<description>{body}{n}</description></item>"
            for n in range(count)
        )
        return f'<rss version="2.0"><channel><title>示例</title>{head}{items}</channel></rss>'

    return make
