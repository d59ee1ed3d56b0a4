# ruff: noqa: PLC0415 - the store is imported when its settings are known
"""Collecting 200 and 2,000 feeds beside reader and rss2email, and what hostile sources cost.

Usage: python bench/bench_collect.py [--feeds 200] [--many 2000] [--rounds 2] [--no-rss2email]

All programs fetch from the same loopback servers in the same run: one address a feed, 10 items a
feed, every answer held back 200 ms. Each stores everything in a database (rss2email: a maildir) of
its own; a second run gets 304s. Timed is fetching and storing, not the start of the program; the
best of the rounds counts. What no target asks for is not run again: rss2email, and reader with
many. Ours runs twice: with its manners (robots.txt first, a second between two requests to a host),
and ``bare``, asking what the peers ask. Memory is the process's peak, with everything imported.
Peers are read from ``.venv-bench``; without them the bench says so.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
PEERS = ROOT / ".venv-bench" / "bin" / "python"
sys.path.insert(0, str(ROOT))
ITEMS, LATENCY = 10, 0.2
MEMORY, HOSTILE_MEMORY = 250, 300  # MB: the limits
TIMES_RSS2EMAIL = 15


def main() -> None:
    """Print the table; the exit code says whether every target was reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--many", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--no-rss2email", action="store_true", help="leave out the slowest peer")
    parser.add_argument("--inner", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(measure(Path(options.inner))))
        return
    if not PEERS.exists():
        print(f"no peers: {PEERS.relative_to(ROOT)} is missing; `make bench` brings them")
    print(f"{ITEMS} items a feed, {LATENCY * 1000:.0f} ms latency")
    print(f"{'':<24}{'first':>9}{'again':>9}{'kept':>8}{'MB':>6}")
    found = compare(options)
    missed = [line for line in judge(found) if line]
    print("\n".join(missed) or "every target was reached")
    sys.exit(bool(missed))


def compare(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return what every program needed, by its name."""
    found: dict[str, dict[str, float]] = {}
    with serving(options.feeds) as addresses:
        for name, manners in (("ours", True), ("ours, bare", False)):
            rounds = [run_ours(addresses, manners=manners) for _ in range(options.rounds)]
            found[name] = show(name, best(rounds), options.feeds)
        if PEERS.exists():
            rounds = [run_peer("reader", addresses) for _ in range(options.rounds)]
            found["reader"] = show("reader, 50 workers", best(rounds), options.feeds)
            if not options.no_rss2email:
                found["rss2email"] = show(
                    "rss2email", run_peer("rss2email", addresses, runs=1), options.feeds
                )
    with serving(options.many) as addresses:
        rounds = [run_ours(addresses) for _ in range(options.rounds)]
        found["many"] = show(f"ours, {options.many}", best(rounds), options.many)
        if PEERS.exists():
            show(f"reader, {options.many}", run_peer("reader", addresses, runs=1), options.many)
    found["hostile"] = show("hostile sources", run_hostile(), 1)
    return found


def judge(found: dict[str, dict[str, float]]) -> Iterator[str]:
    """Yield a sentence for every target; "" where it was reached."""
    ours, many = found["ours"], found["many"]
    if reader := found.get("reader"):
        yield _target("first run beside reader", ours["first"] / reader["first"], 1.0)
    if slow := found.get("rss2email"):
        share = ours["first"] / slow["first"]
        yield _target(f"first run beside rss2email ({1 / share:.0f}×)", share, 1 / TIMES_RSS2EMAIL)
    yield _target("run with 304s beside the first", ours["again"] / ours["first"], 0.5)
    yield _target("a feed of many beside a feed of few", many["each"] / ours["each"], 1.0)
    yield _target("memory with many, of the limit", many["mb"] / MEMORY, 1.0)
    yield _target("memory with hostile sources", found["hostile"]["mb"] / HOSTILE_MEMORY, 1.0)


def _target(what: str, ratio: float, limit: float) -> str:
    print(f"  {what}: {ratio:.2f} (at most {limit:.2f})")
    return "" if ratio <= limit else f"missed: {what}"


def show(name: str, run: dict[str, float], feeds: int) -> dict[str, float]:
    """Print one line of the table and return it with the time a feed took."""
    again = f"{run['again']:.2f}s" if "again" in run else "–"
    print(
        f"{name:<24}{run['first']:>8.2f}s{again:>9}{run['kept']:>8.0f}{run['mb']:>6.0f}"
        f"  {run['first'] / feeds * 1000:.1f} ms a feed",
        flush=True,
    )
    return run | {"each": run["first"] / feeds}


def best(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the least of every time, the most of the memory."""
    return {key: (max if key in {"mb", "kept"} else min)(one[key] for one in rounds)
            for key in rounds[0]}  # fmt: skip


@contextmanager
def serving(hosts: int) -> Iterator[list[str]]:
    """Serve feeds from another process; yield their addresses."""
    from bench.feed_server import host

    words = [sys.executable, str(HERE / "feed_server.py"), "--hosts", str(hosts)]
    words += ["--items", str(ITEMS), "--latency", str(LATENCY)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            yield [f"http://{host(number)}:{port}/feed.xml" for number in range(hosts)]
        finally:
            server.terminate()


def run_ours(addresses: list[str], *, manners: bool = True) -> dict[str, float]:
    """Return the seconds of our first and second run in processes of their own."""
    sources = [
        f"  - {{id: f{n}, name: 示例{n}, kind: feed, url: '{one}', full_text: false}}"
        for n, one in enumerate(addresses)
    ]
    keys = "" if manners else "  robots: false\n  delay: 0\n"
    return _twice(sources, f"collect:\n  retries: 2\n{keys}")


def _twice(sources: list[str], collect: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-collect-") as folder:
        head = "newsletter:\n  name: 示例\n  sender_email: a@a.example\n  first_week: 2026-W45\n"
        text = f"{head}{collect}sources:\n" + "\n".join(sources) + "\n"
        (Path(folder) / "feeds.yaml").write_text(text, encoding="utf-8")
        environ = os.environ | {
            "PIPELINE_ALLOW_NETS": "127.0.0.0/8", "DATABASE_URL": "", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        runs = []
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, __file__, "--inner", folder], env=environ, text=True,
                stdout=subprocess.PIPE, check=True, timeout=600,
            )  # fmt: skip
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    return _merged(runs)


def run_peer(name: str, addresses: list[str], runs: int = 2) -> dict[str, float]:
    """Return the seconds of a peer's first run, and of its second one where it is wanted."""
    with tempfile.TemporaryDirectory(prefix="bench-collect-") as folder:
        listed = Path(folder) / "feeds.txt"
        listed.write_text("\n".join(addresses), encoding="utf-8")
        found = []
        for _ in range(runs):
            done = subprocess.run(
                [str(PEERS), str(HERE / "peer_feeds.py"), name, folder, str(listed)], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, timeout=900,
            )  # fmt: skip
            found.append(json.loads(done.stdout.splitlines()[-1]))
    return _merged(found)


def _merged(runs: list[dict[str, Any]]) -> dict[str, float]:
    last = runs[-1]
    return {
        "first": runs[0]["seconds"], "kept": last["kept"], "failed": last.get("failed", 0),
        "mb": max(one["mb"] for one in runs),
    } | ({"again": last["seconds"]} if len(runs) > 1 else {})  # fmt: skip


def measure(folder: Path) -> dict[str, float]:
    """Return what one run through the real path needed, in this process."""
    import time

    from pipeline import runner, store
    from pipeline.config import load_settings

    (folder / "var").mkdir(exist_ok=True)
    settings = load_settings(folder / "feeds.yaml", folder / "var")
    store.setup(settings.config_path, settings.data_dir)
    store.migrate()
    importlib.import_module("pipeline.collect")  # the start of the program is not what is timed
    began = time.perf_counter()
    lines = runner.collect(settings, settings.sources, lambda _: None)
    seconds = time.perf_counter() - began
    from pipeline.store import articles

    return {"seconds": seconds, "kept": articles.count_articles()[0], "mb": peak(),
            "failed": sum(line.status == "failed" for line in lines)}  # fmt: skip


def peak() -> float:
    """Return the peak memory of this process and of its largest child, in MB."""
    import resource

    own, child = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own + child) / 1024


def run_hostile() -> dict[str, float]:
    """Return what a run costs whose sources are all hostile."""
    words = [sys.executable, str(HERE / "hostile_server.py")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port, *paths = server.stdout.readline().split()
            sources = [
                f"  - {{id: h{n}, name: 示例{n}, kind: {kind}, url: 'http://127.2.0.{n + 1}:{port}{path}', max_items: 40}}"  # noqa: E501
                for n, (kind, _, path) in enumerate(one.partition(":") for one in paths)
            ]
            return _twice(sources, "collect:\n  retries: 0\n  timeout: 15\n  delay: 0.1\n")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
