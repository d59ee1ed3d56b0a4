"""Sites without a feed, learnt from one address each: what is listed and what is read.

Usage: PYTHONPATH=. python bench/bench_learn.py [--mistakes] [SITE...]

54 invented sites in the manner of those that authorities, papers, schools, forums and communities
run (``bench/data/sites.jsonl``, their pages in ``sites-pages.jsonl``), by two hands that had seen
no code: s01 to s30 were learnt from before t01 to t24 were opened. Each stands on a server of its
own on loopback; `propose` is given its one address, and a visit takes what it proposed. Of what a
list shows the first three articles are there, and are held against their truth; F1 is over
character 4-grams.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections import Counter
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

from aiohttp import web

from bench.bench_extract import score
from pipeline.calendar import SHANGHAI
from pipeline.collect import collect
from pipeline.collect.propose import propose
from pipeline.config import CollectSettings
from pipeline.errors import CollectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.collect import SourceResult
    from pipeline.model import Article

DATA = Path(__file__).resolve().parent / "data"
NOW = datetime(2026, 11, 27, 9, tzinfo=SHANGHAI)
NETS = [ip_network("127.0.0.0/8")]
SETTINGS = CollectSettings(delay=0, retries=1, timeout=20)
GOOD = 0.97  # F1 of a body of which nothing is told
SESSION = re.compile(r";jsessionid=[^/;?#]*", re.IGNORECASE)


def read_sites() -> Iterator[dict[str, Any]]:
    """Yield the sites: kind, difficulty, address, what is listed, the first articles in full."""
    with (DATA / "sites.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_pages() -> dict[str, dict[str, dict[str, str]]]:
    """Return each site's pages by their paths: type as the server says it, charset, text."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with (DATA / "sites-pages.jsonl").open(encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            found.setdefault(one["site"], {})[unquote(one["path"])] = one
    return found


class Host:
    """One site on a port of its own."""

    def __init__(self, pages: dict[str, dict[str, str]]) -> None:
        self._pages = pages
        self.base = ""
        self.asked: set[str] = set()

    async def __aenter__(self) -> Self:
        """Open the site."""
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = SESSION.sub("", unquote(request.raw_path))
        self.asked.add(path)
        page = self._pages.get(path)
        if page is None:
            return web.Response(status=404, text="404")
        text = page["text"].replace("@@ORIGIN@@", self.base)
        headers = {"Content-Type": page["type"]} if page["type"] else {}
        return web.Response(body=text.encode(page["charset"], "replace"), headers=headers)


async def learn(site: dict[str, Any], host: Host) -> SourceResult:
    """Return what a visit to the proposed source gives.

    Raises:
        CollectError: nothing is proposed, or what is proposed cannot be read.
    """
    found = await propose(
        host.base + site["start"], root=DATA, settings=SETTINGS, allow_nets=NETS,
        now=lambda: NOW, taken=frozenset(),
    )  # fmt: skip
    results: list[SourceResult] = []

    async def keep(some: Sequence[SourceResult]) -> None:
        results.extend(some)

    host.asked.clear()
    await collect(
        [found.source], root=DATA, settings=SETTINGS, allow_nets=NETS, now=lambda: NOW, states={},
        on_results=keep,
    )  # fmt: skip
    return results[0]


def judge_list(
    site: dict[str, Any], asked: set[str], entries: int
) -> tuple[Counter[str], list[str]]:
    """Return how many of the articles were asked for, and what was missed, in words."""
    missed = [one for one in site["listed"] if unquote(one) not in asked]
    listed = len(site["listed"]) - len(missed)
    counts = Counter({
        "to list": len(site["listed"]), "listed": listed, "others": max(0, entries - listed),
        "learnt": int(listed > 0), "sites": 1,
    })  # fmt: skip
    return counts, [f"not listed: {one}" for one in missed]


def judge_article(truth: dict[str, Any], article: Article | None) -> tuple[Counter[str], list[str]]:
    """Return what of an article is right, and what is wrong, in words."""
    counts, mistakes = Counter({"to read": 1}), list[str]()
    if article is None:
        return counts, [f"not read: {truth['path']}"]
    counts["read"] = 1
    got = {
        "title": article.title,
        "day": article.published.astimezone(SHANGHAI).strftime("%Y-%m-%d")
        if article.published
        else "",
        "author": article.author or "",
        "origin": article.origin or "",
    }
    for field, said in got.items():
        wanted = truth["date" if field == "day" else field]
        if wanted:
            counts[f"with {field}"] += 1
            counts[field] += _bare(said) == _bare(wanted)
            if _bare(said) != _bare(wanted):
                mistakes.append(f"{field} {wanted!r} and not {said!r}: {truth['path']}")
    return counts, mistakes


def _bare(text: str) -> str:
    return "".join(text.split())


async def measure(wanted: Sequence[str] = ()) -> tuple[Counter[str], list[float], list[str]]:
    """Learn the sites; return counts over all, the bodies' scores, the mistakes in words."""
    pages, total, scores, mistakes = read_pages(), Counter[str](), list[float](), list[str]()
    for site in read_sites():
        name = site["site"]
        if wanted and name not in wanted:
            continue
        async with Host(pages[name]) as host:
            try:
                result = await learn(site, host)
            except CollectError as error:
                mistakes.append(f"{name} {site['kind']}: {error}")
                total += Counter({"sites": 1, "to list": len(site["listed"])})
                continue
            counts, wrong = judge_list(site, host.asked, result.fetched)
            read = {_path(one.url): one for one in result.articles}
        total += counts
        for truth in site["articles"]:
            article = read.get(unquote(SESSION.sub("", truth["path"])))
            right, faults = judge_article(truth, article)
            total += right
            wrong += faults
            if article:
                scores.append(score(article.text, truth["body"]))
                wrong += [f"F1 {scores[-1]:.2f}: {truth['path']}"] if scores[-1] < GOOD else []
        mistakes += [f"{name} {one}" for one in wrong]
    return total, scores, mistakes


def _path(url: str) -> str:
    parts = urlsplit(SESSION.sub("", url))
    return unquote(parts.path + (f"?{parts.query}" if parts.query else ""))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Sites learnt from one address each.")
    parser.add_argument("--mistakes", action="store_true", help="print every mistake")
    parser.add_argument("sites", nargs="*", metavar="SITE", help="such as s07; all when not given")
    given = parser.parse_args()
    total, scores, mistakes = asyncio.run(measure(given.sites))
    for line in mistakes if given.mistakes else ():
        print(line)
    print(f"sites learnt     {total['learnt']} of {total['sites']}")
    print(f"articles listed  {total['listed']} of {total['to list']}, and {total['others']} others")
    print(f"articles read    {total['read']} of {total['to read']}")
    print(f"their text       F1 {sum(scores) / max(1, len(scores)):.3f}")
    for field in ("title", "day", "author", "origin"):
        print(f"{field:16} {total[field]} of {total[f'with {field}']}")


if __name__ == "__main__":
    main()
