"""Assembling beside its limits: a draft of 1,000 stories, all editions, personal parts.

The peer of the editions is what a naive sender does: render and inline for each subscriber.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.assemble import assemble_issue, render, render_editions
from pipeline.calendar import SHANGHAI, Calendar
from pipeline.config import IssueSettings, Newsletter
from pipeline.model import DISTRICTS, Article, Preferences, Story, StoryMember, Tagging

ROOT = Path(__file__).parents[1]
WEEK = "2026-W47"
SITE = "https://news.example"
NEWSLETTER = Newsletter(name="示例周报", sender_email="a@news.example", first_week="2026-W45")
THEMES = ("社区治理", "文化活动", "养老助残", "志愿服务", "党建引领", "便民服务", "青少年")
STREETS = ("月湖街道", "下应街道", "庄桥街道", "骆驼街道", "新碶街道", "锦屏街道")
LETTERS = "居民代表坐在一起商量楼道照明停车充电食堂花坛改造的办法社区当天记下每条意见"


def write_sentence(dice: random.Random, length: int) -> str:
    """Return an invented sentence of that many characters."""
    return "".join(dice.choice(LETTERS) for _ in range(length - 1)) + "。"


def make_story(key: int, dice: random.Random) -> Story:
    """Return an invented story of a size that is usual in the samples."""
    now = datetime(2026, 11, 16, tzinfo=SHANGHAI) + timedelta(minutes=key)
    text = "（示例）" + "".join(write_sentence(dice, 40) for _ in range(12))
    article = Article(
        source_id=f"s{key % 40}", url=f"https://a.example/{key}",
        canonical_url=f"https://a.example/{key}", title=f"示例：{write_sentence(dice, 16)}{key}",
        text=text, fetched_at=now, content_hash=f"{key:064d}", published=now, id=key,
    )  # fmt: skip
    tagging = Tagging(
        districts=(DISTRICTS[key % 6],), themes=(dice.choice(THEMES),), summary=text[:110]
    )
    return Story(str(key), article, tagging, (StoryMember(article, 1.0),))


def time_draft() -> None:
    """Time ``draft`` as a process, start-up included, on 1,000 stories in the store."""
    dice = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        items = []
        for key in range(1000):
            home = key % 6
            text = f"（示例）{DISTRICTS[home]}区{STREETS[home]}" + "".join(
                write_sentence(dice, 40) for _ in range(12)
            )
            items.append(
                f"<item><title>示例：{escape(write_sentence(dice, 16))}{key}</title>"
                f"<link>https://a.example/{key}</link><guid>https://a.example/{key}</guid>"
                f"<pubDate>Wed, 18 Nov 2026 {key % 24:02d}:{key % 60:02d}:00 +0800</pubDate>"
                f"<description>{escape(text)}</description></item>"
            )
        feed = f'<rss version="2.0"><channel><title>示例</title>{"".join(items)}</channel></rss>'
        (folder / "feed.xml").write_text(feed, encoding="utf-8")
        (folder / "feeds.yaml").write_text(
            "newsletter: {name: 示例, sender_email: a@news.example, first_week: 2026-W45}\n"
            "sources:\n  - {id: a, name: 示例, kind: feed, url: feed.xml, full_text: false, "
            "max_items: 1000}\n",
            encoding="utf-8",
        )
        command = [
            sys.executable, str(ROOT / "run_pipeline.py"), "--config", str(folder / "feeds.yaml"),
            "--data-dir", str(folder / "var"), "-q",
        ]  # fmt: skip
        subprocess.run([*command, "run", "--week", WEEK], check=True, capture_output=True)
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            subprocess.run([*command, "draft", "--week", WEEK], check=True, capture_output=True)
            taken.append(time.perf_counter() - began)
    best = min(taken)
    print(f"draft of 1,000 stories      {best:6.2f} s   {best / 3:4.2f} of the limit of 3 s")


def time_editions() -> None:
    """Time all editions in one process, and the peer on a part of them."""
    dice = random.Random(7)
    issue = assemble_issue(
        [make_story(key, dice) for key in range(1, 200)],
        period=Calendar().period(WEEK), number=3, newsletter=NEWSLETTER, limits=IssueSettings(),
        source_names={}, own_sources=frozenset(), used_keys=frozenset(), silent={},
    )  # fmt: skip
    places = [frozenset(some) for size in range(1, 7) for some in combinations(DISTRICTS, size)]
    themes = [frozenset(some) for some in islice(_theme_sets(), 8)]
    wanted = [Preferences(place, theme) for place in places for theme in themes]
    began = time.perf_counter()
    editions = render_editions(issue, newsletter=NEWSLETTER, site_url=SITE, preferences=wanted)
    taken = time.perf_counter() - began
    print(f"{len(editions)} editions {taken:18.2f} s   {taken / 5:4.2f} of the limit of 5 s")
    size = len(render(issue, newsletter=NEWSLETTER, site_url=SITE).html.encode()) / 1000
    print(f"decoded HTML of {len(issue.items)} items   {size:6.1f} KB  {size / 90:4.2f} of 90 KB")
    began = time.perf_counter()
    for one in wanted[:20]:
        render(issue, newsletter=NEWSLETTER, site_url=SITE, preferences=one)
    naive = 20 / (time.perf_counter() - began)
    parts = [part.encode() for part in editions[wanted[0].key].html.split("__UNSUBSCRIBE__")]
    links = [f"{SITE}/u/{number:040d}".encode() for number in range(2000)]
    began = time.perf_counter()
    count = 0
    while time.perf_counter() - began < 1:
        for link in links:
            link.join(parts)
        count += len(links)
    rate = count / (time.perf_counter() - began)
    print(f"personal parts replaced     {rate:8,.0f} messages/s   {rate / 100_000:4.2f} of 100,000")
    print(
        f"beside render + premailer for each subscriber ({naive:,.0f}/s): {rate / naive:,.0f} times"
    )


def _theme_sets() -> list[tuple[str, ...]]:
    return [some for size in range(3) for some in combinations(THEMES, size)]


if __name__ == "__main__":
    time_draft()
    time_editions()
