# ruff: noqa: PLC0415 - the store is imported when its settings are known
"""A year at the desk: 52 issues and 10,000 articles; every page and search beside its limit.

Usage: python bench/bench_desk.py [--articles 10000] [--rounds 5]

Invented articles in a temporary SQLite database. Limits: a page 200 ms of server time (processor
time of this process, the database included), a search 100 ms. One run with a fifth of the
articles beside the full one shows how the cost grows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 11, 16, 1, tzinfo=UTC)
BODY = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。"
WEEKS = 52
LEAST = 5 * (25 * WEEKS + 1)
PAGE, SEARCH = 0.2, 0.1  # seconds: the limits


def main() -> None:
    """Take the figures in processes of their own: a fifth of the articles, then all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.articles < LEAST and not options.inner:
        parser.error(f"--articles: at least {LEAST}, a fifth of them fills the year's issues")
    if options.inner:
        print(json.dumps(measure(options.articles, options.rounds)))
        return
    small = _measure_apart(options.articles // 5, options.rounds)
    full = _measure_apart(options.articles, options.rounds)
    print(f"{options.articles:,} articles, {WEEKS} issues; beside a fifth of the articles")
    print(f"{'page':<52} {'ms':>6} {'of limit':>9} {'growth':>7}")
    for path, seconds in full.items():
        limit = SEARCH if path.startswith("search ") else PAGE
        print(
            f"{path:<52} {seconds * 1000:>6.0f} {seconds / limit:>9.2f} "
            f"{seconds / max(small[path], 1e-4):>6.1f}×"
        )
    sys.exit(any(s > (SEARCH if p.startswith("search ") else PAGE) for p, s in full.items()))


def _measure_apart(articles: int, rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        environ = os.environ | {
            "PIPELINE_CONFIG": str(ROOT / "feeds.yaml"),
            "PIPELINE_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "pipeline.django_settings",
            "DATABASE_URL": "",
            "SITE_URL": "http://testserver",
            "PYTHONPATH": str(ROOT),
        }
        words = [sys.executable, __file__, "--inner", "--articles", str(articles)]
        done = subprocess.run(
            [*words, "--rounds", str(rounds)], env=environ, stdout=subprocess.PIPE, text=True,
            check=True,
        )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(articles: int, rounds: int) -> dict[str, float]:
    """Return the best seconds of every page and search."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from pipeline.store import accounts, issues, search
    from pipeline.store.accounts import Role

    call_command("migrate", verbosity=0)
    accounts.add_account(
        "anna", "yong-shang-2026", [Role.FIRST, Role.ADMIN], START, email="a@b.example"
    )
    week = fill(articles)
    anna = Client()
    anna.force_login(User.objects.get(username="anna"), "django.contrib.auth.backends.ModelBackend")
    key = issues.get_revision(week).issue.items[3].key
    board = f"/desk/weeks/{week}/"
    pages = (
        "/desk/", "/desk/weeks/", board, f"{board}?text=社区&district=海曙", f"{board}items/{key}/",
        f"{board}stories/{key}/", f"{board}preview/", f"{board}preview/?district=海曙",
        f"{board}preview/mail/", f"{board}review/", f"{board}history/",
        "/desk/search/?q=社区+楼道", "/desk/search/?district=海曙",
    )  # fmt: skip
    search.index_issues(str.split)
    search.refresh_statistics()
    found: dict[str, float] = {}
    for path in pages:
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            answer = anna.get(path)
            taken.append(time.process_time() - start)
            if answer.status_code != 200:
                sys.exit(f"{path}: {answer.status_code}")
        found[path] = min(taken)
    for query in ("社区", "楼道", "社区 楼道"):
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            search.search(query, search.Filters(district="鄞州"), cut=str.split)
            taken.append(time.process_time() - start)
        found[f"search {query}"] = min(taken)
    return found


def fill(articles: int) -> str:
    """Store a year of issues and articles; return the last week."""
    from pipeline.assemble import edit
    from pipeline.assemble.choose import Candidate, make_item
    from pipeline.calendar import week_of
    from pipeline.model import DISTRICTS, Evidence, Issue, Section, SectionKind, Story, Tagging
    from pipeline.store import drafts, issues
    from pipeline.store.articles import to_article
    from pipeline.store.models import (
        ArticleRow,
        FetchRow,
        SearchRow,
        StoryArticleRow,
        StoryRow,
        TaggingRow,
    )
    from pipeline.store.taggings import to_payload

    rng = random.Random(7)
    words = [
        chr(0x4E00 + rng.randrange(4000)) + chr(0x4E00 + rng.randrange(4000)) for _ in range(2000)
    ]
    evidence = tuple(
        Evidence("theme:社区治理", "term", "社区", "text", n, n + 2, 1.0) for n in range(30)
    )
    rows, documents = [], []
    for n in range(1, articles + 1):
        when = START + timedelta(days=-7 * (n % WEEKS), minutes=n)
        own = rng.choices(words, k=200)
        rows.append(
            ArticleRow(
                pk=n, source_id="sample-rss", url=f"https://news.example/{n}",
                canonical_url=f"https://news.example/{n}", title=f"示例：{own[0]}{n}",
                text=BODY * 8 + "".join(own), images=[], published=when, dated_at=when,
                fetched_at=when, content_hash=f"{n:064d}",
            )
        )  # fmt: skip
        documents.append(
            SearchRow(
                article_id=n, version="v", title=f"示例：{own[0]}{n}", source_id="sample-rss",
                dated_at=when, districts=f"|{DISTRICTS[n % 6]}|", themes="|社区治理|",
                tokens=" ".join(["社区", "楼道", *own]),
            )
        )  # fmt: skip
    ArticleRow.objects.bulk_create(rows, batch_size=500)
    SearchRow.objects.bulk_create(documents, batch_size=500)
    TaggingRow.objects.bulk_create(
        (
            TaggingRow(
                article_id=n, content_hash=f"{n:064d}", tagged_at=START,
                payload=to_payload(Tagging(districts=(DISTRICTS[n % 6],), themes=("社区治理",),
                                           summary=BODY, evidence=evidence)),
            )
            for n in range(1, articles + 1)
        ),
        batch_size=500,
    )  # fmt: skip
    StoryRow.objects.bulk_create(
        (StoryRow(key=str(n), lead_id=n) for n in range(1, articles + 1)), batch_size=500
    )
    StoryArticleRow.objects.bulk_create(
        (StoryArticleRow(story_id=str(n), article_id=n, score=1.0) for n in range(1, articles + 1)),
        batch_size=500,
    )
    FetchRow.objects.bulk_create(
        FetchRow(source_id=f"source-{n % 30}", at=START, status="ok", seconds=1, fetched=1, new=1)
        for n in range(6000)
    )
    for back in range(WEEKS):
        starts = START - timedelta(days=7 * back)
        items = []
        for n in range(back or WEEKS, 25 * WEEKS + 1, WEEKS):
            tagging = Tagging(districts=(DISTRICTS[n % 6],), themes=("社区治理",), summary=BODY)
            article = to_article(rows[n - 1])
            story = Candidate(Story(str(n), article, tagging), (), 1.0)
            items.append(make_item(story, {}, frozenset(), starts))
        section = Section(SectionKind.DISTRICTS, "各区动态", tuple(items))
        ends = starts + timedelta(days=7)
        week = week_of(starts.date())
        issue = Issue(week, 60 - back, "示例", "", ends, starts, ends, (section,))
        revision = drafts.save_draft(issue, START)
    week = week_of(START.date())
    revision = issues.get_revision(week)
    for n in range(20):  # an issue that was worked on
        title = replace(revision.issue.items[0], title=f"示例：第{n}次")
        changed = edit.change(revision.issue, title.key, title=title.title)
        revision = drafts.add_revision(changed, author="bo", expected=revision.n, at=START)
    return week


if __name__ == "__main__":
    main()
