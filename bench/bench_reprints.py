"""Reprints: how many pairs are told apart, and what 1,000 new articles cost beside 100,000.

Usage: PYTHONPATH=. python bench/bench_reprints.py [--known 10000 100000] [--new 1000]

``bench/data/reprint-cases.jsonl``: 198 invented pairs, every third scene held out. The peer is the
plain measure, containment of character 4-grams with a threshold of .58. Then an index of known
articles is built, and articles of which one in ten is a cut reprint of a known one are looked up,
compared and grouped. Limit: ten times the articles, at most ten times the seconds (of the
processor: other work on the machine does not count).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from pathlib import Path

from pipeline.chinese.simplify import simplify
from pipeline.tag.reprints import Document, Index, get_sample, group

CASES = Path(__file__).resolve().parent / "data" / "reprint-cases.jsonl"
LIMIT = 0.98
THRESHOLD = 0.58


def main() -> None:
    """Print quality and cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--known", type=int, nargs=2, default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=1000)
    options = parser.parse_args()
    print(f"{'pairs':<18}{'n':>5}{'P':>8}{'R':>8}{'F1':>8}   4-gram containment F1")
    missed = [name for name in ("dev", "held") if judge(name) < LIMIT]
    few, many = (look_up(known, options.new) for known in options.known)
    growth = many / few / (options.known[1] / options.known[0])
    print(f"growth beside the growth of what is known: {growth:.2f} (at most 1.00)")
    sys.exit(bool(missed) or growth > 1)


def judge(name: str) -> float:
    """Print and return F1 of one part of the pairs."""
    lines = CASES.read_text(encoding="utf-8").splitlines()
    cases = [one for one in map(json.loads, lines) if one["set"] == name]
    ours, peer = [], []
    for one in cases:
        documents = [Document(key, one[f"{key}_title"], one[f"{key}_text"]) for key in "ab"]
        ours.append((len(group(documents)) == 1, bool(one["same"])))
        alike = contain(one["a_text"], one["b_text"]) >= THRESHOLD
        peer.append((alike, bool(one["same"])))
    precision, recall, f1 = score(ours)
    print(
        f"{name:<18}{len(cases):>5}{precision:>8.3f}{recall:>8.3f}{f1:>8.3f}   {score(peer)[2]:.3f}"
    )
    return f1


def score(answers: list[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of (said, true) answers."""
    right = sum(said and true for said, true in answers)
    precision = right / (sum(said for said, _ in answers) or 1)
    recall = right / (sum(true for _, true in answers) or 1)
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def contain(one: str, other: str) -> float:
    """Return the share of the smaller set of 4-grams that the other one has."""
    left, right = (
        {text[at : at + 4] for at in range(len(text) - 3)} for text in map(simplify, (one, other))
    )
    return len(left & right) / (min(len(left), len(right)) or 1)


def look_up(known: int, new: int) -> float:
    """Print what an index costs; return the seconds that the new articles take."""
    began = time.process_time()
    index = Index()
    for number in range(known):
        index.add(str(number), get_sample(article(number)))
    built = time.process_time() - began
    rng = random.Random(known)
    fresh = [
        cut(article(rng.randrange(known)), f"new-{n}") if n % 10 == 0 else article(known + n)
        for n in range(new)
    ]
    began = time.process_time()
    candidates = index.find([get_sample(one) for one in fresh])
    met = {key for some in candidates for key in some}
    made = group([*fresh, *(article(int(key)) for key in sorted(met))])
    seconds = time.process_time() - began
    found = sum(len(one.scores) > 1 for one in made)
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{known:>8,} known: built in {built:.1f} s ({built / known * 1e6:.0f} µs each); "
        f"{new:,} new in {seconds:.2f} s, {found} of {(new + 9) // 10} reprints found; {mb:.0f} MB"
    )
    return seconds


def article(number: int) -> Document:
    """Return an invented article of some 400 characters; most of its phrases occur elsewhere."""
    rng = random.Random(number)
    lines = []
    for _ in range(12):
        words = [_WORDS[rng.randrange(len(_WORDS))] for _ in range(6)]
        lines.append(f"{''.join(words)}，{rng.choice(_ENDS)}。")
    return Document(str(number), f"示例{number}", "".join(lines))


def cut(whole: Document, id_: str) -> Document:
    """Return a reprint cut to its first half."""
    lines = whole.text.split("。")
    return Document(id_, f"转载{whole.title}", "。".join(lines[: len(lines) // 2]) + "。")


_RNG = random.Random(7)
_WORDS = [
    "".join(chr(0x4E00 + _RNG.randrange(6000)) for _ in range(_RNG.choice((2, 3, 4))))
    for _ in range(6000)
]
_ENDS = (
    "社区居民都说这样的办法好", "志愿者把意见一条条记了下来", "下个月还要再办一次", "大家鼓起了掌",
    "网格员当场答应了", "街道工作人员表示将继续跟进",
)  # fmt: skip


if __name__ == "__main__":
    main()
