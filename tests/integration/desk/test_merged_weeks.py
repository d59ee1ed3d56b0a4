"""A holiday makes two weeks one issue while editors are at work on the first of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from pipeline import runner
from pipeline.assemble.edit import get_corrections
from pipeline.model import IssueStatus, SectionKind
from pipeline.store import approvals, audit, drafts, issues
from pipeline.store.models import IssueRow
from pipeline.week import periods
from pipeline.week.schedule import move_signed
from tests.integration.desk.conftest import BOARD, START, WEEK, act, now, page, sign

pytestmark = pytest.mark.usefixtures("week")
NEXT = "2026-W48"


def merge():
    """Draft the next week as a holiday has made it: with this one, on the Monday after it."""
    settings = django_settings.PIPELINE
    own = periods.get_period(settings, NEXT, START)
    both = replace(own, starts=own.starts - timedelta(days=7), weeks=(WEEK, NEXT))
    return runner.assemble(settings, both).issue


def write(change):
    return drafts.add_revision(
        change(now().issue), author="anna", expected=now().n, at=START, note="改稿"
    ).issue


def keys(issue):
    return {item.key for item in issue.items}


def test_the_first_draft_of_both_weeks_has_the_stories_of_the_first_one():
    before = keys(now().issue)
    after = keys(merge())
    assert len(after) == len(before)
    assert len(before & after) > len(before) / 2


def test_what_editors_did_to_the_first_week_goes_along(anna, first, candidate):
    last = now().issue.items[-1].key
    act(anna, "remove", last)
    act(anna, "add", candidate.key, section="echo")
    write(lambda one: replace(one, intro="编者按（示例）"))
    changed = replace(first, title="编辑改过的头条标题（示例）")
    sections = now().issue.sections
    write(
        lambda one: replace(
            one,
            subject=one.subject.replace(first.title, changed.title),
            sections=tuple(
                replace(
                    part,
                    items=tuple(changed if item.key == first.key else item for item in part.items),
                )
                for part in sections
            ),
        )
    )
    act(anna, "corrections", "", corrections="第2期示例有误，应为示例。", before="")
    merged = merge()
    assert last not in keys(merged)
    assert candidate.key in keys(merged)
    assert changed in merged.items
    assert changed.title in merged.subject + merged.preheader
    assert merged.intro == "编者按（示例）"
    assert get_corrections(merged) == "第2期示例有误，应为示例。"
    assert merge() == merged, "a second run changes nothing"
    assert "节假日并期" in page(anna, f"/desk/weeks/{NEXT}/history/")


def test_what_is_taken_in_comes_once_on_top_of_an_editors_version():
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, NEXT, START))
    stands = issues.get_revision(NEXT)
    written = replace(stands.issue, preheader="编辑写的预告（示例）")
    drafts.add_revision(written, author="bo", expected=stands.n, at=START)
    write(lambda one: replace(one, intro="编者按（示例）"))
    merged = merge()
    assert (merged.preheader, merged.intro) == ("编辑写的预告（示例）", "编者按（示例）")
    after = issues.get_revision(NEXT)
    drafts.add_revision(replace(after.issue, intro=""), author="bo", expected=after.n, at=START)
    assert merge().intro == "", "what editors took out again stays out"
    (entry, *_) = [one for one in audit.list_latest(9) if one.action == "save" and not one.user]
    assert entry.week == NEXT


def test_the_addresses_of_a_merged_week_lead_to_its_issue(anna, first):
    merge()
    for path in ("", "history/", "review/", f"items/{first.key}/"):
        answer = anna.get(f"{BOARD}{path}")
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/desk/weeks/{NEXT}/{path}"
    assert "因节假日并入" in page(anna, f"/desk/weeks/{NEXT}/")
    assert anna.post(BOARD + "items/1/", {"title": "示例"}).status_code == 302
    assert anna.get("/desk/weeks/2026-W02/").status_code == 404


def test_a_story_added_again_has_the_words_that_it_had_in_the_merged_draft(anna, first):
    changed = replace(first, title="编辑改过的标题（示例）")
    write(
        lambda one: replace(
            one,
            sections=tuple(
                replace(
                    part,
                    items=tuple(changed if item.key == first.key else item for item in part.items),
                )
                for part in one.sections
            ),
        )
    )
    act(anna, "remove", first.key)
    merge()
    assert first.key not in keys(issues.get_revision(NEXT).issue)
    anna.post(f"/desk/weeks/{NEXT}/act/", {"op": "add", "key": first.key, "section": "lead"})
    added = next(one for one in issues.get_revision(NEXT).issue.items if one.key == first.key)
    assert added.title == changed.title


def test_a_story_that_went_into_a_later_issue_keeps_an_abandoned_one_from_being_signed(anna, first):
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, NEXT, START))
    IssueRow.objects.filter(week=WEEK).update(publishes_at=datetime.now(UTC) - timedelta(days=6))
    IssueRow.objects.filter(week=NEXT).update(publishes_at=datetime.now(UTC) + timedelta(days=1))
    anna.post(f"/desk/weeks/{NEXT}/act/", {"op": "add", "key": first.key, "section": "lead"})
    assert first.key in keys(issues.get_revision(NEXT).issue)
    refused = sign(anna, "first")
    assert refused.status_code == 409
    said = refused.content.decode()
    assert "不能重复刊用" in said
    assert NEXT in said
    act(anna, "remove", first.key)
    assert sign(anna, "first").status_code == 302


def test_a_signed_issue_waits_for_the_first_working_day_whatever_else_is_drafted(
    sign_in, monkeypatch
):
    IssueRow.objects.filter(week=WEEK).update(publishes_at=datetime.now(UTC) + timedelta(days=1))
    for name, step in (("anna", "first"), ("bo", "second"), ("chen", "final")):
        sign(sign_in(name), step)
    assert now().issue.status == IssueStatus.APPROVED
    later = now().goes_out + timedelta(days=7)
    monkeypatch.setattr("pipeline.calendar.Calendar.publishes_at", lambda *_: later)
    assert move_signed(django_settings.PIPELINE) == [WEEK]
    assert now().goes_out == later
    assert move_signed(django_settings.PIPELINE) == []
    assert approvals.get_approved(WEEK).issue == now().issue
    assert SectionKind.LEAD in {part.kind for part in now().issue.sections}
