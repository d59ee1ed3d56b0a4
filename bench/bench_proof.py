"""Proofreading: articles a second, growth with the text, and hostile text, beside their limits."""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.calendar import SHANGHAI, Calendar
from pipeline.config import load_settings
from pipeline.model import Issue, Item, Section, SectionKind
from pipeline.proof import Reference, proofread
from pipeline.week.reference import get_reference

ROOT = Path(__file__).resolve().parent.parent
MOMENT = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
HOSTILE = [
    "，",
    "“",
    "（）",
    "9",
    "昨天",
    "、",
    "社区",
    "王",
    "一是",
    "1月1日",
    "七岁",
    "共1人",
    "党委书记",
    "(",
    "1,",
    "《",
    "三",
    "，社区、1个“三”（七岁）",
    "一",
    "x",
    "杯水车新",
    "第一，",
    "三件事。一是，",
    "分别是、",
]
MEGABYTE = 1_000_000  # bytes of UTF-8


def make_issue(texts: list[str]) -> Issue:
    """Return an issue with one item for each text."""
    item = Item(
        key="0", title="示例", summary="", original_title="示例", url="https://a.example/1",
        source_id="a", source_name="示例", published=MOMENT,
    )  # fmt: skip
    items = tuple(replace(item, key=str(n), text=text) for n, text in enumerate(texts))
    section = Section(SectionKind.DISTRICTS, "各区动态", items)
    return Issue("2026-W47", 3, "示例", "", MOMENT, MOMENT, MOMENT, (section,))


def make_articles(count: int, length: int) -> list[str]:
    """Return distinct articles of about ``length`` characters, mixed of the benches' sentences."""
    sentences: list[str] = []
    for path in sorted((ROOT / "bench" / "data").glob("tag-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            sentences += re.findall(r"[^。\n]{6,}。", json.loads(line)["text"])
    dice = random.Random(1)  # the same articles each time
    articles = []
    for _ in range(count):
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            parts.append(dice.choice(sentences))
        articles.append("".join(parts)[:length])
    return articles


def spin() -> float:
    """Return the seconds of a fixed loop: what this machine can do at the moment."""
    began = time.process_time()
    words = "社区里的老人说今天的天气很好，" * 20_000
    for _ in range(20):
        Counter(words)
    return time.process_time() - began


def take(texts: list[str], reference: Reference) -> float:
    """Return the seconds that proofreading of the texts takes."""
    issue = make_issue(texts)
    began = time.process_time()
    proofread(issue, reference=reference)
    return time.process_time() - began


def main() -> None:
    """Print each figure beside its limit."""
    articles = make_articles(1000, 1000)
    article = articles[0]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(ROOT / "feeds.yaml", Path(folder), {})
        full = get_reference(settings)
    reference = replace(full, calendar=Calendar(), split=None, split_known=None)
    take([article], reference)
    began = time.process_time()
    take([article], full)
    print(f"the first article {time.process_time() - began:18.2f} s   dictionary and phrases read")
    print(f"a fixed loop {spin():23.2f} s   of counting characters, to compare machines by")
    short = take(make_articles(1000, 300), reference)
    print(f"1,000 articles of 300 {short:14.2f} s   {short / 2:4.2f} of the limit of 2 s")
    thousand = take(articles, reference)
    print(f"1,000 of 1,000 characters {thousand:10.2f} s   {thousand / 2:4.2f} of it")
    split = take(articles, full)
    print(f"{'with words split':16} {split:19.2f} s   {split / thousand:4.2f} times that")
    once, tenfold = take(["".join(articles[:10])], full), take(["".join(articles[:100])], full)
    print(f"ten times the text          {tenfold / once:6.1f} times the time")
    worst = max(
        (take([piece * (MEGABYTE // len(piece.encode()))], full), piece) for piece in HOSTILE
    )
    print(f"hostile megabyte, the worst {worst[0]:6.2f} s   {worst[1]!r}, limit 1 s")


if __name__ == "__main__":
    main()
