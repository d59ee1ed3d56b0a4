"""Chinese article extraction beside readability-lxml and trafilatura, on pages with their truth.

Usage: PYTHONPATH=. python bench/bench_extract.py [--mistakes]

89 invented articles in the manner of 40 site families (``bench/data/pages``). ``held`` and
``fresh`` were measured before any rule was made for them (the README there has what came out);
their mistakes have been learnt from since, so the next figure at first sight needs new pages. F1 is
over character 4-grams of the body; fields count as right or wrong. The peers get decoded text, and
the first page only: they know no second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import trafilatura
from bs4 import BeautifulSoup
from readability import Document

from pipeline.calendar import SHANGHAI
from pipeline.collect.charsets import decode
from pipeline.collect.multipage import read_article
from pipeline.collect.pages import Page, read_page
from pipeline.model import Source, SourceKind

PAGES = Path(__file__).resolve().parent / "data" / "pages"
NOW = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
SOURCE = Source(id="a", name="示例", kind=SourceKind.PAGE, url="http://a.example/")
FIELDS = ("title", "published", "source", "author", "editor", "picture")
LIMIT = 0.97


@dataclass(frozen=True)
class Fetched:
    """A page as the reader hands it over."""

    text: str
    url: str


class Shelf:
    """Serves an article's pages by the addresses that its first page links to."""

    def __init__(self, truth: dict[str, Any]) -> None:
        self._pages = dict(zip(truth["page_urls"], truth["pages"], strict=True))

    async def read(self, url: str, *, encoding: str | None = None) -> Fetched:
        """Return a page of the article; asking for another is a mistake that ends the bench."""
        return Fetched(decode((PAGES / self._pages[url]).read_bytes(), encoding=encoding), url)


def main() -> None:
    """Print F1 by family, the fields, and the milliseconds a page beside readability alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mistakes", action="store_true", help="list those of the developed part")
    options = parser.parse_args()
    truths = read_truths()
    print(f"{'':<14}{'ours':>7}{'readab.':>9}{'trafil.':>9}   fields right of those stated")
    for name in sorted({one["set"] for one in truths}):
        part = [one for one in truths if one["set"] == name]
        print_part(name, part, tell=options.mistakes and name == "dev")
    print_speed(truths)


def read_truths() -> list[dict[str, Any]]:
    """Return what is true of every article."""
    lines = (PAGES / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_whole(truth: dict[str, Any]) -> Page:
    """Return an article as the pipeline reads it, all its pages."""
    return asyncio.run(read_article(Shelf(truth), truth["url"], SOURCE, NOW))


def print_part(name: str, truths: list[dict[str, Any]], *, tell: bool) -> None:
    """Print one part's table."""
    scores: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    right: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for truth in truths:
        page = read_whole(truth)
        first = decode((PAGES / truth["file"]).read_bytes())
        found = (page.text, by_readability(first), trafilatura.extract(first) or "")
        f1 = [score(one, truth["text"]) for one in found]
        scores[truth["family"]].append((f1[0], f1[1], f1[2]))
        wrong = judge_fields(page, truth, right, stated)
        if tell and (f1[0] < LIMIT or wrong):
            print(f"  {truth['file']}: F1 {f1[0]:.3f}; {'; '.join(wrong)}")
    for family, rows in scores.items():
        means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
        print(f"  {family:<12}" + "".join(f"{one:>8.3f} " for one in means))
    rows = [one for group in scores.values() for one in group]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    fields = "  ".join(f"{one} {right[one]}/{stated[one]}" for one in FIELDS)
    print(f"{name:<14}" + "".join(f"{one:>8.3f} " for one in means) + f"  {fields}")


def judge_fields(
    page: Page, truth: dict[str, Any], right: Counter[str], stated: Counter[str]
) -> list[str]:
    """Count what the page says of itself; return what is wrong."""
    picture = truth["lead_picture"]
    got = {
        "title": page.title,
        "published": page.published
        and page.published.astimezone(SHANGHAI).isoformat()[: len(truth["published"] or "")],
        "source": page.origin,
        "author": page.author,
        "editor": page.editor,
        "picture": page.images[0].url if page.images else None,
    }
    wanted = {name: truth.get(name) for name in FIELDS} | {"picture": picture and picture["src"]}
    wrong = []
    for name in FIELDS:
        if wanted[name]:
            stated[name] += 1
            if got[name] == wanted[name]:
                right[name] += 1
            else:
                wrong.append(f"{name} {got[name]!r} for {wanted[name]!r}")
        elif got[name] and name != "picture":
            wrong.append(f"{name} {got[name]!r} for nothing")
    return wrong


def by_readability(html: str) -> str:
    """Return what readability-lxml alone takes for the body."""
    try:
        return BeautifulSoup(Document(html).summary(), "lxml").get_text("\n")
    except Exception:  # noqa: BLE001 - it raises lxml's errors and its own
        return ""


def score(found: str, truth: str) -> float:
    """Return F1 over character 4-grams, white space left out."""
    left, right = (
        Counter(text[at : at + 4] for at in range(max(1, len(text) - 3)))
        for text in ("".join(found.split()), "".join(truth.split()))
    )
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values()))


def print_speed(truths: list[dict[str, Any]]) -> None:
    """Print milliseconds a page of full text, readability alone beside it, best of three rounds."""
    pages = [(decode((PAGES / one["file"]).read_bytes()), one["url"]) for one in truths]
    ours, alone = [], []
    for _ in range(3):
        began = time.perf_counter()
        for html, url in pages:
            read_page(html, url, SOURCE, NOW)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        for html, _ in pages:
            Document(html).summary()
        alone.append(time.perf_counter() - began)
    per_page, peer = (min(one) / len(pages) * 1000 for one in (ours, alone))
    print(f"{per_page:.1f} ms a page; readability alone {peer:.1f} ms; {per_page / peer:.2f} of it")


if __name__ == "__main__":
    main()
