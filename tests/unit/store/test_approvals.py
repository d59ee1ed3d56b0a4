from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from pipeline.calendar import SHANGHAI
from pipeline.errors import RefusedError, StaleEditError, UsageError, UserNotFoundError
from pipeline.model import (
    Finding,
    Issue,
    IssueStatus,
    Item,
    Level,
    ReviewStep,
    Section,
    SectionKind,
)
from pipeline.store import accounts, approvals, audit, drafts, issues
from pipeline.store.accounts import Role
from pipeline.store.models import AuditRow, IssueRevisionRow, SignatureRow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("draft")]

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WEEK = "2026-W47"
PASSWORD = "yong-shang-2026"


class Verdict:
    def __init__(self, *findings: Finding) -> None:
        self.findings = findings


def clean(_issue):
    return Verdict()


def make_issue(title: str = "示例：楼道亮了") -> Issue:
    item = Item(
        "1", title, "（示例）楼道亮了。", title, "https://news.example/1", "a", "示例晚报", NOW,
        districts=("海曙",),
    )  # fmt: skip
    return Issue(
        WEEK, 3, "示例", "", datetime(2026, 11, 23, 8, tzinfo=SHANGHAI), NOW, NOW,
        (Section(SectionKind.LEAD, "头条", (item,)),),
    )  # fmt: skip


@pytest.fixture
def people():
    for name, role in (("anna", Role.FIRST), ("bo", Role.SECOND), ("chen", Role.FINAL)):
        accounts.add_account(name, PASSWORD, [role], NOW)
    accounts.add_account("all", PASSWORD, [Role.FIRST, Role.SECOND, Role.FINAL], NOW)


@pytest.fixture
def draft(people):  # noqa: ARG001 - the accounts stand first
    return drafts.save_draft(make_issue(), NOW)


def sign(step, user, **given):
    return approvals.sign(WEEK, ReviewStep(step), user, NOW, **({"proofread": clean} | given))


def sign_all():
    for step, user in (("first", "anna"), ("second", "bo"), ("final", "chen")):
        sign(step, user)


def test_three_signatures_by_three_persons_approve_the_current_revision(draft):
    with pytest.raises(RefusedError, match="一审、二审、三审"):
        approvals.get_approved(WEEK)
    sign_all()
    approved = approvals.get_approved(WEEK)
    assert approved.content_hash == draft.content_hash
    assert approved.issue.status is IssueStatus.APPROVED
    assert [one.user for one in approvals.list_signatures(WEEK)] == ["anna", "bo", "chen"]
    assert approvals.get_next_step(WEEK) is None


def test_the_steps_come_in_order_and_each_by_its_own_role():
    with pytest.raises(RefusedError, match="一审还没有签发"):
        sign("second", "bo")
    with pytest.raises(RefusedError, match="没有一审"):
        sign("first", "bo")
    with pytest.raises(UserNotFoundError):
        sign("first", "nobody")
    sign("first", "anna")
    with pytest.raises(RefusedError, match="已由 anna 签发"):
        sign("first", "all")


def test_nobody_signs_twice_whatever_the_roles():
    sign("first", "all")
    with pytest.raises(RefusedError, match="同一人不能签两次"):
        sign("second", "all")


def test_a_closed_account_and_an_administrator_sign_nothing():
    accounts.add_account("dora", PASSWORD, [Role.ADMIN], NOW)
    with pytest.raises(RefusedError, match="没有一审"):
        sign("first", "dora")
    accounts.close_account("anna", NOW)
    with pytest.raises(RefusedError, match="已停用"):
        sign("first", "anna")


def test_an_error_blocks_and_a_warning_does_not():
    error = Finding("link", Level.ERROR, "链接不对", "1", "title", 0, 1)
    with pytest.raises(RefusedError, match="1处差错未改"):
        sign("first", "anna", proofread=lambda _: Verdict(error))
    sign("first", "anna", proofread=lambda _: Verdict(replace(error, level=Level.WARNING)))


def test_who_read_an_older_text_cannot_sign_the_newer_one(draft):
    drafts.add_revision(make_issue("示例：改过"), author="bo", expected=1, at=NOW)
    with pytest.raises(StaleEditError):
        sign("first", "anna", expected=draft.content_hash)


@pytest.mark.parametrize("signed", [1, 2])
def test_a_change_after_a_signature_voids_all_that_stood(signed):
    for step, user in (("first", "anna"), ("second", "bo"))[:signed]:
        sign(step, user)
    revision = drafts.add_revision(make_issue("示例：改过"), author="anna", expected=1, at=NOW)
    assert approvals.list_signatures(WEEK) == []
    assert len(approvals.list_void(WEEK)) == signed
    assert revision.issue.status is IssueStatus.DRAFT
    assert approvals.get_last_signed_revision(WEEK) == 1
    sign_all()
    assert approvals.get_approved(WEEK).n == 2


def test_undoing_the_change_does_not_bring_a_signature_back():
    sign("first", "anna")
    drafts.add_revision(make_issue("示例：改过"), author="bo", expected=1, at=NOW)
    drafts.add_revision(make_issue(), author="bo", expected=2, at=NOW)
    assert approvals.list_signatures(WEEK) == []


def test_an_approved_issue_is_changed_only_after_it_was_sent_back():
    sign_all()
    with pytest.raises(RefusedError):
        drafts.add_revision(make_issue("示例：改过"), author="anna", expected=1, at=NOW)
    with pytest.raises(RefusedError, match="写明理由"):
        approvals.send_back(WEEK, "chen", " ", NOW)
    approvals.send_back(WEEK, "chen", "标题不准", NOW)
    with pytest.raises(RefusedError):
        approvals.get_approved(WEEK)
    drafts.add_revision(make_issue("示例：改过"), author="anna", expected=1, at=NOW)
    assert approvals.list_send_backs(WEEK)[0][:2] == ("chen", "标题不准")
    with pytest.raises(RefusedError, match="没有可退回"):
        approvals.send_back(WEEK, "chen", "再退", NOW)


def test_a_payload_changed_behind_the_desk_is_not_approved():
    sign_all()
    row = IssueRevisionRow.objects.get()
    row.payload["sections"][0]["items"][0]["title"] = "没人审过的标题"
    row.save()
    with pytest.raises(RefusedError, match="内容有改动"):
        approvals.get_approved(WEEK)


def test_the_database_itself_takes_one_signature_a_step_and_a_person():
    sign("first", "anna")
    row = SignatureRow.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    row.step = "second"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


def test_the_final_reviewer_says_when_it_goes_out():
    with pytest.raises(RefusedError):
        approvals.schedule(WEEK, "chen", NOW + timedelta(days=1), NOW)
    sign_all()
    assert approvals.get_send_at(WEEK) == datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    with pytest.raises(RefusedError, match="只有总编"):
        approvals.schedule(WEEK, "anna", NOW + timedelta(days=1), NOW)
    with pytest.raises(RefusedError, match="已经过去"):
        approvals.schedule(WEEK, "chen", NOW - timedelta(days=1), NOW)
    approvals.schedule(WEEK, "chen", NOW + timedelta(days=1), NOW)
    assert approvals.get_send_at(WEEK) == NOW + timedelta(days=1)
    assert [one[3] for one in issues.list_issues()] == [NOW + timedelta(days=1)]


def test_the_audit_log_is_a_chain_that_the_database_refuses_to_change():
    sign_all()
    count, wrong = audit.verify()
    assert (count, wrong) == (7, "")
    assert [one.action for one in audit.iter_entries(WEEK)] == ["sign"] * 3
    for statement in (
        "UPDATE audit SET \"user\" = 'x' WHERE n = 2",
        "DELETE FROM audit WHERE n = 2",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditRow.objects.count() == 7


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET action = 'x' WHERE n = 3", "entry 3 was changed"),
        ("DELETE FROM audit WHERE n = 3", "entry 3 is missing"),
        ("UPDATE audit SET previous = digest WHERE n = 3", "entry 3 does not follow"),
    ],
)
def test_an_entry_changed_without_the_guard_is_found(statement, said):
    if connection.vendor != "sqlite":
        pytest.skip("takes SQLite's triggers away")
    sign_all()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_no_update")
        cursor.execute("DROP TRIGGER audit_no_delete")
        cursor.execute(statement)
    assert said in audit.verify()[1]


def test_a_weak_password_is_refused_with_every_reason():
    with pytest.raises(UsageError, match="anna"):
        accounts.add_account("anna", "12345", [Role.FIRST], NOW)
    assert accounts.add_account("anna", PASSWORD, [Role.FIRST], NOW).roles == {Role.FIRST}
    assert [one.name for one in accounts.list_accounts()] == ["all", "anna", "bo", "chen"]


def test_a_last_signature_after_the_time_has_the_issue_go_out_at_once_and_no_earlier_one_does():
    late = datetime(2026, 11, 28, 9, tzinfo=SHANGHAI)
    for step, user in zip(ReviewStep, ("anna", "bo"), strict=False):
        approvals.sign(WEEK, step, user, late, proofread=clean)
    assert approvals.get_send_at(WEEK) == make_issue().publishes_at
    approvals.sign(WEEK, ReviewStep.FINAL, "chen", late, proofread=clean)
    assert approvals.get_send_at(WEEK) == late


def test_a_last_signature_in_time_leaves_the_time_of_publishing():
    sign_all()
    assert approvals.get_send_at(WEEK) == make_issue().publishes_at


def test_the_time_that_comes_with_the_last_signature_is_set_with_it_or_neither_is():
    late = datetime(2026, 11, 28, 9, tzinfo=SHANGHAI)
    for step, user in zip(ReviewStep, ("anna", "bo"), strict=False):
        approvals.sign(WEEK, step, user, late, proofread=clean)

    def sign_last(send_at):
        approvals.sign(WEEK, ReviewStep.FINAL, "chen", late, proofread=clean, send_at=send_at)

    with pytest.raises(RefusedError, match="已经过去"):
        sign_last(late - timedelta(hours=1))
    assert approvals.get_next_step(WEEK) is ReviewStep.FINAL
    sign_last(late + timedelta(days=2))
    assert approvals.get_send_at(WEEK) == late + timedelta(days=2)
