"""A holiday that becomes known after the first draft moves the issue, and may merge it."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings

from pipeline.calendar import SHANGHAI
from pipeline.model import Issue, IssueStatus, Item, ReviewStep, Section, SectionKind
from pipeline.store import accounts, approvals, audit, coverage, deliveries, drafts, issues, search
from pipeline.store.accounts import Role
from pipeline.store.models import IssueRow
from pipeline.week import periods

pytestmark = pytest.mark.django_db

MONDAY = datetime(2027, 2, 8, 8, tzinfo=SHANGHAI)
LATER = MONDAY + timedelta(days=7)
NOW = MONDAY - timedelta(days=3)


def make(week="2027-W05", number=5, publishes_at=MONDAY, weeks=1, keys=("1",)):
    ends = datetime(2027, 2, 8, tzinfo=SHANGHAI) + timedelta(days=7 * (int(week[-2:]) - 5))
    items = tuple(
        Item(
            key,
            f"示例{key}",
            "（示例）",
            f"示例{key}",
            f"https://news.example/{key}",
            "a",
            "示例",
            NOW,
        )
        for key in keys
    )
    return Issue(
        week=week, number=number, subject=f"示例周报 第{number}期｜示例", preheader="",
        publishes_at=publishes_at, starts=ends - timedelta(days=7 * weeks), ends=ends,
        sections=(Section(SectionKind.LEAD, "头条", items),),
    )  # fmt: skip


def sign(week, steps=3):
    for step, name in zip(list(ReviewStep)[:steps], ("anna", "bo", "chen"), strict=False):
        accounts.add_account(name, "yong-shang-2027", [Role(str(step))], NOW)
        approvals.sign(week, step, name, NOW, proofread=lambda _: SimpleNamespace(findings=[]))


def test_a_draft_moves_with_the_holiday():
    drafts.save_draft(make(), NOW)
    moved = drafts.save_draft(make(publishes_at=LATER), NOW)
    assert moved.goes_out == moved.issue.publishes_at == LATER


def test_an_editors_version_bears_the_new_number_and_day_and_keeps_its_words():
    first = drafts.save_draft(make(), NOW)
    written = replace(first.issue, intro="编者按：示例")
    drafts.add_revision(written, author="anna", expected=1, at=NOW)
    moved = drafts.save_draft(make(number=4, publishes_at=LATER, keys=("9",)), NOW)
    assert (moved.author, moved.issue.intro, moved.issue.number) == ("", "编者按：示例", 4)
    assert issues.was_edited("2027-W05")
    assert moved.issue.subject == "示例周报 第4期｜示例"
    assert moved.goes_out == moved.issue.publishes_at == LATER
    assert [item.key for item in moved.issue.items] == ["1"]
    assert "节假日" in moved.note
    assert drafts.save_draft(make(number=4, publishes_at=LATER), NOW).n == moved.n


def test_a_time_that_moves_voids_no_signature_and_a_number_that_changes_does():
    drafts.save_draft(make(), NOW)
    sign("2027-W05", steps=1)
    kept = drafts.save_draft(make(publishes_at=LATER), NOW)
    assert (kept.goes_out, kept.issue.status) == (LATER, IssueStatus.REVIEW)
    assert len(approvals.list_signatures("2027-W05")) == 1
    changed = drafts.save_draft(make(number=4, publishes_at=LATER), NOW)
    assert (changed.issue.number, changed.issue.status) == (4, IssueStatus.DRAFT)
    assert approvals.list_signatures("2027-W05") == []


def test_what_three_have_signed_goes_out_when_people_work_again_and_prints_that_day():
    drafts.save_draft(make(), NOW)
    sign("2027-W05")
    kept = drafts.save_draft(make(number=4, publishes_at=LATER, weeks=2), NOW)
    assert (kept.issue.number, kept.issue.status) == (5, IssueStatus.APPROVED)
    assert approvals.get_approved("2027-W05").goes_out == LATER
    assert issues.get_printed("2027-W05").publishes_at == LATER
    assert deliveries.list_due_weeks(MONDAY + timedelta(hours=1), 48) == []
    assert deliveries.list_due_weeks(LATER + timedelta(hours=1), 48) == ["2027-W05"]


def test_a_draft_that_a_later_issue_takes_in_gives_up_its_stories_and_stands_no_more():
    drafts.save_draft(make(), NOW)
    sign("2027-W05", steps=1)
    search.index(str.split)
    taken = drafts.save_draft(
        make("2027-W06", number=5, publishes_at=LATER, weeks=2, keys=("1", "2")), NOW
    )
    assert [item.key for item in taken.issue.items] == ["1", "2"]
    assert [week for week, *_ in issues.list_issues()] == ["2027-W06"]
    assert issues.list_used_keys("2027-W06", NOW) == frozenset()
    assert [one.week for one in coverage.list_coverage()] == ["2027-W06"]
    assert list(approvals.list_turns()) == ["2027-W06"]
    assert IssueRow.every.get(week="2027-W05").merged_into == "2027-W06"
    assert audit.has_entry("merge-week", week="2027-W05", payload={"into": "2027-W06"})
    search.index(str.split)


def test_the_words_that_editors_wrote_go_into_the_issue_that_takes_the_draft_in():
    first = drafts.save_draft(make(), NOW)
    (section,) = first.issue.sections
    item = replace(section.items[0], title="编辑改过的标题（示例）")
    written = replace(first.issue, sections=(replace(section, items=(item,)),))
    drafts.add_revision(written, author="anna", expected=1, at=NOW)
    span = (first.issue.starts, first.issue.ends + timedelta(days=7))
    (taken,) = issues.list_taken_in("2027-W06", *span)
    assert taken.issue.items == (item,)
    assert taken.drafted.items == first.issue.items
    assert taken.is_new
    assert issues.list_taken_in("2027-W05", *span) == []


def test_a_holiday_that_is_taken_back_gives_the_week_its_issue_again():
    drafts.save_draft(make(), NOW)
    drafts.save_draft(make("2027-W06", publishes_at=LATER, weeks=2, keys=("1", "2")), NOW)
    again = drafts.save_draft(make(), NOW)
    assert (again.issue.week, again.goes_out) == ("2027-W05", MONDAY)
    drafts.save_draft(make("2027-W06", number=6, publishes_at=LATER, keys=("2",)), NOW)
    assert [(week, number) for week, number, *_ in issues.list_issues()] == [
        ("2027-W06", 6), ("2027-W05", 5),
    ]  # fmt: skip
    assert issues.list_used_keys("2027-W06", NOW) == {"1"}


def test_what_was_sent_is_not_taken_in_by_a_later_issue():
    drafts.save_draft(make(), NOW)
    IssueRow.objects.filter(week="2027-W05").update(status=IssueStatus.SENT, published_at=MONDAY)
    drafts.save_draft(make("2027-W06", publishes_at=LATER, weeks=2, keys=("2",)), NOW)
    assert [week for week, *_ in issues.list_issues()] == ["2027-W06", "2027-W05"]
    settings = django_settings.PIPELINE
    assert periods.get_period(settings, "2027-W05", NOW).week == "2027-W05"


def test_a_draft_that_nobody_signed_for_days_keeps_no_story_from_the_others():
    drafts.save_draft(make(), NOW)
    assert issues.list_used_keys("2027-W06", MONDAY + timedelta(days=4)) == {"1"}
    assert issues.list_used_keys("2027-W06", MONDAY + timedelta(days=6)) == frozenset()
    IssueRow.objects.update(status=IssueStatus.SENT)
    assert issues.list_used_keys("2027-W06", MONDAY + timedelta(days=6)) == {"1"}
