import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Issue, Item, Section, SectionKind
from pipeline.store import drafts, search
from pipeline.store.models import ArticleRow
from pipeline.store.search import Filters, mark

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def cut(text):
    """Cut as the tagger would where these few words are all it knows."""
    return re.findall(r"走马塘村|社区|楼道|腰鼓|排练|[a-z0-9]+|.", text, re.IGNORECASE)


def titles(found):
    return ["".join(part for part, _ in hit.title) for hit in found.hits]


def test_every_word_must_stand_in_a_hit_and_is_marked(stored, article):
    stored(
        article(1, "示例：社区腰鼓队", "晚上在楼道口排练。"),
        article(2, "示例：楼道亮了", "社区的事。"),
        article(3, "示例：走马塘村的荷花", "开了。"),
    )
    search.index(cut)
    found = search.search("社区 楼道", cut=cut)
    assert sorted(titles(found)) == ["示例：楼道亮了", "示例：社区腰鼓队"]
    assert found.total == 2
    marked = {part for hit in found.hits for part, is_word in hit.title + hit.excerpt if is_word}
    assert marked == {"社区", "楼道"}
    assert titles(search.search("走马塘村", cut=cut)) == ["示例：走马塘村的荷花"]
    assert search.search("没有这个", cut=cut).total == 0


def test_a_word_finds_longer_words_that_begin_with_it(stored, article):
    stored(article(1, "示例：走马塘村的荷花"))
    search.index(cut)
    assert search.search("走马塘", cut=lambda text: [text]).total == 1


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "AND",
        "a OR b NOT",
        "*",
        "^社区",
        "社区:楼道",
        "(社区",
        "'; DROP TABLE x",
        "%",
        "",
        "\\",
        "NEAR(社区)",
    ],
)
def test_no_query_is_a_fault_however_it_is_written(stored, article, query):
    stored(article(1))
    search.index(cut)
    assert search.search(query, cut=cut).total in {0, 1}


def test_filters_narrow_a_search_and_stand_alone_too(stored, article):
    stored(article(1, "示例：甲", source_id="sample-b"), article(2, "示例：乙"))
    search.index(cut)
    for filters, count in (
        (Filters(), 2), (Filters(district="海曙"), 2), (Filters(district="鄞州"), 0),
        (Filters(theme="社区治理"), 2), (Filters(member="幸福苑社区"), 2), (Filters(member="苑"), 0),
        (Filters(source="sample-b"), 1), (Filters(kind="article"), 2), (Filters(kind="item"), 0),
        (Filters(since=NOW + timedelta(days=1)), 0), (Filters(until=NOW + timedelta(days=1)), 2),
    ):  # fmt: skip
        assert search.search("", filters, cut=cut).total == count, filters
        assert search.search("示例", filters, cut=lambda t: [t]).total <= count
    assert len(search.search("", cut=cut, limit=1, offset=1).hits) == 1


def test_the_index_follows_articles_that_change(stored, article):
    stored(article(1, "示例：腰鼓"))
    assert search.index(cut) == 1
    assert search.index(cut) == 0
    stored(article(1, "示例：社区", content_hash="b" * 64))
    assert search.index(cut) == 1
    assert search.search("腰鼓", cut=cut).total == 0
    assert search.search("社区", cut=cut).total == 1
    search.forget_article(ArticleRow.objects.get().pk)
    assert search.index(cut) == 1
    ArticleRow.objects.all().delete()
    assert search.search("社区", cut=cut).total == 0


def test_what_an_issue_shows_is_found_as_it_now_reads():
    def issue(title):
        item = Item("1", title, "（示例）", title, "", "a", "示例晚报", NOW)
        return Issue("2026-W47", 3, "示例", "", NOW, NOW, NOW,
                     (Section(SectionKind.LEAD, "头条", (item,)),))  # fmt: skip

    drafts.save_draft(issue("示例：腰鼓"), NOW)
    assert search.index(cut) == 1
    assert search.search("腰鼓", Filters(kind="item"), cut=cut).hits[0].week == "2026-W47"
    drafts.add_revision(issue("示例：楼道"), author="anna", expected=1, at=NOW)
    search.index_issues(cut)
    assert search.search("腰鼓", cut=cut).total == 0
    assert titles(search.search("楼道", cut=cut)) == ["示例：楼道"]


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_marking_loses_no_character(text, words):
    assert "".join(part for part, _ in mark(text, words)) == text
