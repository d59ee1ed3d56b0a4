"""An issue that a restored backup left open: the desk says that it waits, and for what."""

from datetime import UTC, datetime

import pytest

from pipeline.model import DeliveryStatus, Preferences, ReviewStep
from pipeline.store import approvals, outbox, restoring
from pipeline.store.models import AuditRow, IssueRow
from tests.integration.desk.conftest import BOARD, START, WEEK, now, page, sign
from tests.readers import add_subscriber

PAGES = ("", "review/", "history/", "preview/")
WAITS = "恢复备份后待确认"


@pytest.fixture
def held(week, anna):  # noqa: ARG001 - the week that is held
    """Hold the signed issue as a restore does."""
    for step, user in (("first", "anna"), ("second", "bo"), ("final", "chen")):
        approvals.sign(WEEK, ReviewStep(step), user, START, proofread=NO_FAULTS)
    add_subscriber("yi@a.example", preferences=Preferences(), at=START, confirmed=True)
    outbox.hold_restored(WEEK, datetime.now(UTC), b"secret", lambda n: f"<{n}@a.example>")
    restoring.note_restore(START, datetime.now(UTC), held={WEEK: 1}, unsigned=())
    return anna


class NoFaults:
    """What proofreading says of a text without mistakes."""

    findings = ()


def NO_FAULTS(_issue):  # noqa: N802 - a constant answer
    return NoFaults()


def test_a_held_issue_is_not_called_sent_but_waits_for_a_word(held):
    for one in PAGES:
        said = page(held, f"{BOARD}{one}")
        assert "不知道本期发出没有：有1位读者待确认，发送已暂停" in said
        assert f"send --week {WEEK} --uncertain delivered（读者已收到）" in said
        assert "本期已发出" not in said
        assert "本期正在发送" not in said
    assert "已过发送时限，不再补发" in page(held, BOARD)
    item = now().issue.items[0].key
    assert "本期已发出" not in page(held, f"{BOARD}items/{item}/")
    assert WAITS in page(held, "/desk/")
    assert WAITS in page(held, "/desk/weeks/")
    history = page(held, f"{BOARD}history/")
    assert "恢复备份后暂停发送" in history
    assert "1位读者待确认" in history


def test_an_issue_that_is_being_sent_is_called_sent(held):
    IssueRow.objects.filter(week=WEEK).update(status="sent")
    outbox.settle(WEEK, ["<1@a.example>"], DeliveryStatus.DELIVERED, why="", now=START)
    assert "本期已发出，不能再改" in page(held, BOARD)


def test_an_issue_that_readers_have_and_nobody_signed_here_is_not_signed(week, anna):  # noqa: ARG001
    restoring.note_restore(START, datetime.now(UTC), held={}, unsigned=[WEEK])
    for one in PAGES:
        assert "读者可能已经收到" in page(anna, f"{BOARD}{one}")
    assert 'name="box"' not in page(anna, f"{BOARD}review/")
    assert "轮到您签发" not in page(anna, "/desk/")
    assert sign(anna, "first").status_code == 409
    assert not approvals.list_signatures(WEEK)
    restoring.note_word(WEEK, "delivered", datetime.now(UTC))
    assert "读者已收到本期（恢复备份后已确认）" in page(anna, f"{BOARD}review/")
    assert WAITS not in page(anna, "/desk/")
    restoring.note_word(WEEK, "resend", datetime.now(UTC))
    assert "恢复备份" not in page(anna, f"{BOARD}review/")
    sign(anna, "first")
    assert approvals.list_signatures(WEEK)
    assert AuditRow.objects.filter(week=WEEK, action="restore-word").count() == 2
