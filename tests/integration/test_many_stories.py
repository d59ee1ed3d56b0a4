"""A week with more stories than SQLite looks up at once."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import Article
from pipeline.store import articles, stories

pytestmark = pytest.mark.django_db


def test_a_week_of_1200_stories_is_read_back_whole() -> None:
    at = datetime(2026, 11, 18, tzinfo=UTC)
    articles.add_articles(
        Article(
            source_id="a", url=f"https://a.example/{n}", canonical_url=f"https://a.example/{n}",
            title=f"示例{n}", text="（示例）", fetched_at=at, content_hash=f"{n:064d}", published=at,
        )
        for n in range(1200)
    )  # fmt: skip
    stored = articles.list_articles(at, at + timedelta(days=1))
    stories.save_groups((one.id or 0, {one.id or 0: 1.0}) for one in stored)
    found = stories.list_stories(at, at + timedelta(days=1))
    assert len(found) == 1200
    assert len(stories.get_stories([one.key for one in found])) == 1200
