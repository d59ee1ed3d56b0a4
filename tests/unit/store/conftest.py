"""Invented articles in a real store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.model import Article, Community, Tagging
from pipeline.store import articles, stories, taggings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def make_article(n: int, title: str = "", text: str = "", **given) -> Article:
    url = f"https://news.example/{n}"
    values: dict[str, Any] = {
        "source_id": "sample-a", "url": url, "canonical_url": url,
        "title": title or f"示例：第{n}条", "text": text or "（示例）楼道亮了。",
        "fetched_at": NOW, "content_hash": f"{n:064d}", "published": NOW + timedelta(minutes=n),
    }  # fmt: skip
    return Article(**(values | given))


@pytest.fixture
def stored():
    """Store articles with the tags given, each a story of its own; return their keys."""

    def store(*given: Article, districts=("海曙",), themes=("社区治理",), member="幸福苑社区"):
        articles.add_articles(given)
        found = articles.list_articles(NOW - timedelta(days=400), NOW + timedelta(days=400))
        unit = Community(member, "鄞州", "东柳街道", member=True, field="text", start=0, end=2)
        tagging = Tagging(districts=districts, themes=themes, communities=(unit,), summary="示例。")
        taggings.add_taggings([(one, tagging) for one in found], NOW)
        stories.save_groups((one.id or 0, {one.id or 0: 1.0}) for one in found)
        return [one.id for one in found]

    return store


@pytest.fixture
def article():
    return make_article
