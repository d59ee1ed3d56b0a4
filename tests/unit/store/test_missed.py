"""An issue that nobody drafted when its week was over is missed while it can be made up for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from pipeline.model import Issue
from pipeline.store import drafts, runs
from pipeline.week import periods

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 30, 5, tzinfo=UTC)  # 13:00 in Shanghai: 2026-W48 was due at 08:00


def draft(week, at):
    settings = django_settings.PIPELINE
    period = periods.get_period(settings, week, at)
    issue = Issue(
        week=period.week, number=1, publishes_at=period.publishes_at, starts=period.starts,
        ends=period.ends, subject="示例", preheader="", sections=(),
    )  # fmt: skip
    return drafts.save_draft(issue, at)


def find(now=MONDAY):
    missed = periods.find_missed(django_settings.PIPELINE, now)
    return missed.week if missed else None


def test_a_new_installation_has_missed_nothing():
    assert find() is None


def test_the_weeks_before_the_first_draft_of_all_are_not_missed():
    draft("2026-W49", MONDAY)
    assert find() is None


def test_an_issue_without_a_draft_is_missed_for_some_days():
    draft("2026-W47", MONDAY - timedelta(days=7))
    assert find() == "2026-W48"
    assert find(MONDAY - timedelta(hours=6)) is None  # its own run comes in time
    assert find(MONDAY + timedelta(days=4)) == "2026-W48"
    assert find(MONDAY + timedelta(days=6, hours=16)) == "2026-W48"  # cron comes a week later


def test_a_draft_that_was_made_as_its_week_began_is_none_of_its_week():
    draft("2026-W48", MONDAY - timedelta(days=7))
    assert find() == "2026-W48"
    early = runs.start_run("2026-W48", MONDAY - timedelta(days=1))
    runs.finish_run(early, {}, MONDAY - timedelta(days=1))
    runs.start_run("2026-W48", MONDAY)  # was killed
    assert find() == "2026-W48"


def test_a_run_that_found_nothing_new_when_the_week_was_over_has_missed_nothing():
    draft("2026-W48", MONDAY - timedelta(days=7))
    runs.finish_run(runs.start_run("2026-W48", MONDAY), {}, MONDAY)
    assert find() is None


def test_what_an_editor_changed_when_the_week_was_over_is_not_missed():
    made = draft("2026-W48", MONDAY - timedelta(days=7))
    changed = replace(made.issue, preheader="改过")
    drafts.add_revision(changed, author="anna", expected=made.n, at=MONDAY)
    assert find() is None
