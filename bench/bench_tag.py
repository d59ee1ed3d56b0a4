"""Tagging beside bare ``jieba.cut`` on the same text, in one run: speed, start, memory, growth.

Usage: PYTHONPATH=. python bench/bench_tag.py

Every figure is a ratio to jieba in a process of its own beside it, or stands beside its limit. The
rows of rjieba need the extra `fast`.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "bench" / "data").glob("tag-*.jsonl"))
DAY = datetime(2026, 11, 26, tzinfo=UTC)
TEXTS = 1000  # of 3,000 that are all different: repeated ones would lie in the caches
ROUNDS = 3
PROCESSES = 5  # whose median counts: in some, words and weights lie better in the caches
HOSTILE = {"、": 1_000_000, "社区": 500_000, "甲、": 500_000, "1月": 500_000}


def read_texts(count: int) -> list[tuple[str, str, datetime]]:
    """Return so many titles, texts and days of the bench's own cases, mixed."""
    lines = [line for path in CASES for line in path.read_text(encoding="utf-8").splitlines()]
    cases = [
        (one["title"], one["text"], datetime.fromisoformat(one["published"]).replace(tzinfo=UTC))
        for one in map(json.loads, lines)
    ]
    random.Random(1).shuffle(cases)
    return [cases[number % len(cases)] for number in range(count)]


def compare(engine: str) -> None:
    """Print, as JSON, the speeds of bare jieba and of the tagger, measured by turns."""
    import jieba  # noqa: PLC0415

    from pipeline.tag import Tagger  # noqa: PLC0415

    folder = Path(tempfile.gettempdir()) / "newsroom-bench-jieba"
    folder.mkdir(exist_ok=True)
    bare = jieba.Tokenizer()
    bare.tmp_dir = str(folder)
    bare.initialize()
    tagger = Tagger.load(engine=engine)  # type: ignore[arg-type]
    texts = read_texts(TEXTS)
    gc.set_threshold(100_000, 50, 100)  # as the command line does
    best = {"bare": float("inf"), "speed": float("inf"), "first": 0.0}
    for number in range(ROUNDS):
        for name in ("bare", "speed"):
            began = time.process_time()
            for title, text, published in texts:
                if name == "bare":
                    list(bare.cut(title + text))
                else:
                    tagger.tag(title, text, published=published)
            best[name] = min(best[name], time.process_time() - began)
        if not number:
            best["first"] = best["speed"]
    length = sum(len(title) + len(text) for title, text, _ in texts)
    print(json.dumps({name: length / seconds for name, seconds in best.items()}))


def measure(engine: str) -> None:
    """Print, as JSON, what one engine takes; "bare" is jieba alone. Runs in its own process."""
    began = time.perf_counter()
    gc.set_threshold(100_000, 50, 100)  # as the command line does
    folder = Path(tempfile.gettempdir()) / "newsroom-bench-jieba"
    if engine == "bare":
        import jieba  # noqa: PLC0415 - its import is part of what is timed

        folder.mkdir(exist_ok=True)
        bare = jieba.Tokenizer()
        bare.tmp_dir = str(folder)
        bare.initialize()

        def work(title: str, text: str, published: datetime = DAY) -> None:  # noqa: ARG001
            list(bare.cut(title + text))
    else:
        from pipeline.tag import Tagger  # noqa: PLC0415

        tagger = Tagger.load(engine=engine)  # type: ignore[arg-type]

        def work(title: str, text: str, published: datetime = DAY) -> None:
            tagger.tag(title, text, published=published)

    work("预热", "第一次会慢一点。")
    start = time.perf_counter() - began
    for one in read_texts(TEXTS):
        work(*one)
    found = {
        "start": start,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if engine != "bare":
        for count in (1_000, 10_000):
            began = time.process_time()
            for one in read_texts(count):
                work(*one)
            found[f"each_{count}"] = (time.process_time() - began) / count * 1e6
        for unit, times in HOSTILE.items():
            began = time.process_time()
            work("", unit * times)
            found[f"hostile_{unit}"] = time.process_time() - began
    print(json.dumps(found))


def ask(engine: str) -> dict[str, float]:
    """Return what a process of its own measures; the second of two, so that caches are warm."""
    found: dict[str, float] = {}
    turns = [["--compare"]] * (PROCESSES if engine != "bare" else 0)
    ratios, firsts = [], []
    for turn in (*turns, [], []):
        ran = subprocess.run(
            [sys.executable, __file__, engine, *turn], capture_output=True, text=True, check=False,
            timeout=600,
        )  # fmt: skip
        if ran.returncode:
            print(f"{engine}: {ran.stderr.strip().splitlines()[-1]}")
            return {}
        found |= json.loads(ran.stdout)
        if turn:
            ratios.append(found["speed"] / found["bare"])
            firsts.append(found["first"] / found["bare"])
    return found | ({"ratio": median(ratios), "cold": median(firsts)} if ratios else {})


def main() -> None:
    """Print a table."""
    bare = ask("bare")
    print(f"jieba alone: start {bare['start']:.2f} s")
    for engine, limit in (("jieba", 0.6), ("rjieba", 6.0)):
        found = ask(engine)
        if not found:
            continue
        print(
            f"tagging with {engine:<9} {found['speed']:>12,.0f} characters/s, "
            f"{found['ratio']:.2f} of jieba alone by turns (wanted {limit}), "
            f"{found['cold']:.2f} when each is read for the first time"
        )
        print(
            f"  start {found['start'] / bare['start']:.2f} of jieba's (limit 1.3), "
            f"peak {found['megabytes']:.0f} MB (limit 160), bare {bare['megabytes']:.0f} MB"
        )
        print(
            f"  an article of 1,000: {found['each_1000']:.0f} µs, of 10,000: "
            f"{found['each_10000']:.0f} µs"
        )
        hostile = "  ".join(
            f"{key[8:]} {seconds:.1f} s"
            for key, seconds in found.items()
            if key.startswith("hostile_")
        )
        print(f"  a megabyte of  {hostile}")


if __name__ == "__main__":
    if "--compare" in sys.argv:
        compare(sys.argv[1])
    elif len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        main()
