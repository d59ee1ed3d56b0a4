from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import NotFoundError, RefusedError
from pipeline.model import Finding, Issue, Level
from pipeline.store import (
    articles,
    asides,
    audit,
    drafts,
    labels,
    regroup,
    stories,
    typed,
    waivers,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WEEK = "2026-W47"
SPAN = (NOW - timedelta(days=30), NOW + timedelta(days=30))


def list_groups():
    return {
        story.key: (story.lead.id, [one.article.id for one in story.members])
        for story in stories.list_stories(*SPAN)
    }


def test_a_correction_counts_at_once_and_becomes_a_labelled_line(stored, article):
    first, second = stored(article(1), article(2))
    labels.add_correction(
        first, "districts", before=("海曙",), after=("鄞州",), user="anna", at=NOW
    )
    labels.add_correction(first, "themes", before=("社区治理",), after=(), user="anna", at=NOW)
    labels.add_correction(second, "themes", before=("a",), after=("a",), user="anna", at=NOW)
    story = stories.get_stories([str(first)])[0]
    assert (story.tagging.districts, story.tagging.themes) == (("鄞州",), ())
    (line,) = labels.list_labels()
    assert line["id"] == str(first)
    assert (line["districts"], line["themes"]) == (["鄞州"], [])
    assert line["communities"] == ["幸福苑社区"]
    assert [one.action for one in audit.iter_entries()] == ["retag", "retag"]


def test_merged_stories_stay_merged_when_the_machine_groups_again(stored, article):
    one, two, three = stored(article(1), article(2), article(3))
    key = regroup.merge_stories(str(two), str(one), user="anna", at=NOW)
    assert key == str(one)
    assert list_groups()[key] == (two, [two, one])
    stories.save_groups((n, {n: 1.0}) for n in (one, two, three))
    assert list_groups() == {str(one): (two, [two, one]), str(three): (three, [three])}
    with pytest.raises(RefusedError):
        regroup.merge_stories(key, key, user="anna", at=NOW)
    with pytest.raises(NotFoundError):
        regroup.merge_stories(key, "999", user="anna", at=NOW)


def test_a_split_article_stays_apart_when_the_machine_groups_again(stored, article):
    one, two, three = stored(article(1), article(2), article(3))
    stories.save_groups([(one, {one: 1.0, two: 0.9, three: 0.8})])
    assert regroup.split_article(two, user="anna", at=NOW) == str(two)
    stories.save_groups([(one, {one: 1.0, two: 0.9, three: 0.8})])
    assert list_groups() == {str(one): (one, [one, three]), str(two): (two, [two])}
    with pytest.raises(RefusedError):
        regroup.split_article(one, user="anna", at=NOW)
    with pytest.raises(NotFoundError):
        regroup.split_article(999, user="anna", at=NOW)


def test_a_later_word_on_two_articles_replaces_the_earlier_one(stored, article):
    one, two = stored(article(1), article(2))
    regroup.merge_stories(str(one), str(two), user="anna", at=NOW)
    regroup.split_article(two, user="bo", at=NOW + timedelta(minutes=1))
    stories.save_groups([(one, {one: 1.0, two: 0.9})])
    assert len(list_groups()) == 2


def test_a_held_story_comes_back_in_a_later_week_and_a_dropped_one_never():
    asides.set_aside("1", "held", week=WEEK, user="anna", at=NOW)
    asides.set_aside("2", "dropped", week=WEEK, user="anna", at=NOW, reason="旧闻")
    assert asides.list_hidden_keys(WEEK) == {"1", "2"}
    assert asides.list_hidden_keys("2026-W48") == {"2"}
    assert asides.list_held_keys(WEEK) == []
    assert asides.list_held_keys("2026-W48") == ["1"]
    asides.take_back("2", week=WEEK, user="bo", at=NOW)
    asides.take_back("2", week=WEEK, user="bo", at=NOW)
    assert list(asides.list_asides()) == ["1"]
    assert [one.action for one in audit.iter_entries()] == ["hold", "drop", "take-back"]


def test_only_a_warning_is_waived_and_only_with_a_reason():
    drafts.save_draft(Issue(WEEK, 3, "示例", "", NOW, NOW, NOW), NOW)
    warning = Finding("wording", Level.WARNING, "慎用", "1", "title", 3, 5, "最佳")
    moved = Finding("wording", Level.WARNING, "慎用", "1", "title", 7, 9, "最佳")
    error = Finding("link", Level.ERROR, "不对", "1", "title", 0, 1)
    with pytest.raises(RefusedError):
        waivers.add_waiver(WEEK, error, user="anna", reason="因为", at=NOW)
    with pytest.raises(RefusedError):
        waivers.add_waiver(WEEK, warning, user="anna", reason="  ", at=NOW)
    waivers.add_waiver(WEEK, warning, user="anna", reason="引语", at=NOW)
    assert waivers.list_waivers(WEEK)[waivers.fingerprint(moved)].reason == "引语"
    rewritten = Finding(
        "wording", Level.WARNING, "慎用", "1", "title", 3, 5, "最佳", content="评为\0最佳\0食堂"
    )
    assert waivers.fingerprint(rewritten) not in waivers.list_waivers(WEEK)
    waivers.remove_waiver(WEEK, waivers.fingerprint(moved), user="bo", at=NOW)
    assert waivers.list_waivers(WEEK) == {}


def test_typed_fields_are_kept_for_each_editor_until_they_are_saved():
    drafts.save_draft(Issue(WEEK, 3, "示例", "", NOW, NOW, NOW), NOW)
    for user, title in (("anna", "甲"), ("bo", "乙"), ("anna", "丙")):
        typed.save_typed(WEEK, "1", user, {"title": title}, revision=1, at=NOW)
    assert {one.user: one.fields["title"] for one in typed.list_typed(WEEK, "1")} == {
        "anna": "丙", "bo": "乙",
    }  # fmt: skip
    typed.clear_typed(WEEK, "1", "anna")
    assert [one.user for one in typed.list_typed(WEEK)] == ["bo"]
    with pytest.raises(NotFoundError):
        typed.save_typed("2020-W01", "1", "bo", {}, revision=1, at=NOW)


def test_articles_without_a_story_are_none_the_worse(article):
    articles.add_articles([article(1)])
    assert stories.list_stories(*SPAN) == []
