from datetime import datetime, timedelta, timezone

import pytest

from pipeline.model import FetchCause
from pipeline.store import articles, sources
from pipeline.store.models import FetchRow
from pipeline.store.sources import Fetch, Harvest
from tests.unit.store.conftest import NOW, make_article

pytestmark = pytest.mark.django_db


def make_harvest(source_id, *numbers, state=None, at=NOW, **given):
    found = [make_article(n, source_id=source_id, **given) for n in numbers]
    fetch = Fetch(source_id, at, "ok", 0.5, len(found))
    return Harvest(fetch, found, state or {"etag": source_id})


def test_several_sources_are_stored_at_once_and_counted_apart():
    added = sources.add_harvests([make_harvest("a", 1, 2), make_harvest("b"), make_harvest("c", 1)])
    assert [(one.new, one.revised) for one in added] == [(2, 0), (0, 0), (1, 0)]
    assert articles.count_articles() == (3, 0)
    assert sources.get_states() == {key: {"etag": key} for key in "abc"}
    assert {key: one.fetched for key, one in sources.list_last_fetches().items()} == {
        "a": 2, "b": 0, "c": 1,
    }  # fmt: skip


def test_a_correction_without_a_date_leaves_the_article_in_its_week():
    known = NOW - timedelta(days=6)
    sources.add_harvests([make_harvest("a", 1, published=known)])
    changed = {"content_hash": "f" * 64, "text": "改过的正文。", "published": None}
    sources.add_harvests([make_harvest("a", 1, fetched_at=NOW + timedelta(days=2), **changed)])
    (mended,) = articles.list_articles(known, known + timedelta(minutes=1))
    assert (mended.text, mended.published) == ("改过的正文。", known)
    dated = changed | {"content_hash": "e" * 64, "published": known + timedelta(days=1)}
    sources.add_harvests([make_harvest("a", 1, **dated)])
    (moved,) = articles.list_articles(known, NOW)
    assert moved.published == known + timedelta(days=1), "a date that the source mends counts"


def test_a_correction_keeps_the_day_of_first_sight_and_counts_for_its_source_alone():
    sources.add_harvests([make_harvest("a", 1, published=None), make_harvest("b", 1)])
    later = NOW + timedelta(days=2)
    changed = {"content_hash": "f" * 64, "text": "改过的正文。", "published": None}
    again = make_harvest("a", 1, at=later, state={"etag": "new"}, fetched_at=later, **changed)
    added = sources.add_harvests([again, make_harvest("b", 1, at=later)])
    assert [(one.new, one.revised) for one in added] == [(0, 1), (0, 0)]
    (mended,) = [
        one for one in articles.list_articles(NOW, NOW + timedelta(days=9)) if one.source_id == "a"
    ]
    assert (mended.text, mended.fetched_at) == ("改过的正文。", NOW)
    assert sources.get_states()["a"] == {"etag": "new"}
    assert {row.at for row in FetchRow.objects.filter(source_id="a")} == {NOW, later}


@pytest.mark.django_db(transaction=True)
def test_a_source_that_gives_what_cannot_be_stored_fails_alone_and_keeps_its_state():
    sources.add_harvests([make_harvest("b", 1)])
    good, bad = make_harvest("a", 1), make_harvest("b", 2, state={"etag": "lost"})
    bad = Harvest(bad.fetch, [make_article(2, source_id="b", canonical_url=None)], bad.state)
    added = sources.add_harvests([good, bad, make_harvest("c", 1)])
    assert [one.new for one in added] == [1, 0, 1]
    assert "refuses" in added[1].refused
    assert articles.count_articles() == (3, 0)
    assert sources.get_states()["b"] == {"etag": "b"}
    last = sources.list_last_fetches()["b"]
    assert (last.status, last.error) == ("failed", added[1].refused)


@pytest.mark.django_db(transaction=True)
def test_a_moment_that_the_driver_cannot_write_costs_its_own_source_alone():
    before_all = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    bad = make_harvest("b", 1, published=before_all)
    added = sources.add_harvests([make_harvest("a", 1), bad])
    assert [one.new for one in added] == [1, 0]
    assert sources.list_last_fetches()["b"].cause is FetchCause.DATABASE
