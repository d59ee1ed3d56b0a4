"""A reprint of something long ago joins it, and the index that finds it is only a cache."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings, load_settings
from pipeline.model import Article
from pipeline.store import articles, stories
from pipeline.store.models import StoryArticleRow
from pipeline.tag import reprints
from pipeline.week import grouping, periods

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, tzinfo=UTC)
LONG = "".join(f"示例：第{n}组居民在{n}号楼前的小花园里种下了{n}株月季。" for n in range(12))


def put(n: int, text: str, at: datetime, version: int = 1) -> None:
    articles.add_articles(
        [
            Article(
                source_id="a", url=f"https://a.example/{n}", canonical_url=f"https://a.example/{n}",
                title=f"示例{n}", text=text, fetched_at=at, content_hash=f"{n}-{version}", published=at,
            )
        ]
    )  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "feeds.yaml"
    config.write_text(
        "newsletter:\n  name: 示例\n  first_week: 2026-W01\n  sender_email: a@a.example\n",
        encoding="utf-8",
    )
    return load_settings(config, tmp_path / "var", {})


def test_nothing_is_grouped_again_until_an_article_comes_or_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = periods.get_period(settings, "2026-W47", NOW)
    grouped: list[int] = []
    plain = reprints.group

    def count(documents, samples):
        grouped.append(len(documents))
        return plain(documents, samples)

    monkeypatch.setattr(reprints, "group", count)
    put(1, LONG, NOW)
    grouping.group(settings, period)
    grouping.group(settings, period)
    assert grouped == [1]
    put(2, LONG[:200], NOW)
    grouping.group(settings, period)
    put(2, "示例：更正以后说的是完全不同的一件事。" * 3, NOW, version=2)
    grouping.group(settings, period)
    assert grouped == [1, 2, 2]
    StoryArticleRow.objects.all().delete()
    grouping.group(settings, period)
    assert grouped == [1, 2, 2, 2]


def test_a_reprint_of_half_a_year_ago_joins_its_original(settings: Settings) -> None:
    period = periods.get_period(settings, "2026-W47", NOW)
    put(1, LONG, NOW - timedelta(days=180))
    put(
        2,
        "示例：河边的步道什么时候完工，没有人说得清楚，居民在桥头等了三个月。",
        NOW - timedelta(days=180),
    )
    put(3, LONG[:150], NOW)
    cache = settings.data_dir / "cache" / "reprints.index"
    for damage in (None, b"no index", None):
        if damage:
            cache.write_bytes(damage)
        cache.with_name("grouped").unlink(missing_ok=True)
        grouping.group(settings, period)
        (story,) = stories.list_stories(period.starts, period.ends)
        assert [one.article.url[-1] for one in story.members] == ["1", "3"]
    put(1, "示例：更正以后说的是完全不同的一件事，和花园没有关系。" * 3, NOW - timedelta(days=180))
    assert cache.exists()
