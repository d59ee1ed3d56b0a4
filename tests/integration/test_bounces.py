"""What comes back is read once, kept with its evidence, and acted on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.model import DeliveryStatus, Preferences
from pipeline.store.bounces import add_bounce
from pipeline.store.models import BounceRow, DeliveryRow, IssueRow, SuppressionRow
from tests.readers import add_subscriber

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = b"secret"
HARD = (
    b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n"
    b"Content-Type: text/plain\r\n\r\n<nobody@mail.example>: 550 5.1.1 User unknown\r\n"
)


def deliver(reader: int, week: str) -> DeliveryRow:
    issue, _ = IssueRow.objects.get_or_create(
        week=week,
        defaults={"number": 1, "publishes_at": AT, "starts": AT, "ends": AT, "created_at": AT},
    )
    return DeliveryRow.objects.create(
        issue=issue, subscriber_id=reader, edition_key="all", status=DeliveryStatus.DELIVERED,
        message_id=f"<{week}.{reader}@news.example>", queued_at=AT,
    )  # fmt: skip


def bounce(kind: str, message_id: str = "", digest: str = "d", recipient: str = "") -> str:
    return add_bounce(
        secret=SECRET, kind=kind, recipient=recipient, message_id=message_id, rule="r",
        words="550 示例", digest=digest, at=AT,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_hard_bounce_ends_the_delivery_and_suppresses_with_its_words() -> None:
    reader = add_subscriber("a@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    row = deliver(reader.id, "2026-W47")
    assert bounce("hard", row.message_id) == "new"
    assert bounce("hard", row.message_id) == "known"
    row.refresh_from_db()
    assert (row.status, row.reply) == ("failed", "550 示例")
    (suppressed,) = SuppressionRow.objects.all()
    assert (suppressed.reason, suppressed.note) == ("hard", "r: 550 示例")
    assert list(
        BounceRow.objects.filter(subscriber_id=reader.id).values_list("kind", flat=True)
    ) == ["hard"]


@pytest.mark.django_db
def test_soft_bounces_suppress_after_three_issues_in_a_row_only() -> None:
    reader = add_subscriber("b@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    for number, week in enumerate(("2026-W45", "2026-W46", "2026-W47")):
        assert SuppressionRow.objects.count() == 0
        row = deliver(reader.id, week)
        assert bounce("soft", row.message_id, digest=str(number)) == "new"
    assert SuppressionRow.objects.get().reason == "soft"


@pytest.mark.django_db
def test_blocks_and_people_who_are_away_suppress_nobody() -> None:
    reader = add_subscriber("c@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    row = deliver(reader.id, "2026-W47")
    for kind in ("block", "auto-reply"):
        assert bounce(kind, row.message_id, digest=kind) == "new"
    assert SuppressionRow.objects.count() == 0
    assert bounce("complaint", recipient="C@mail.example", digest="c") == "new"
    assert SuppressionRow.objects.get().reason == "complaint"
    assert bounce("hard", recipient="stranger@mail.example", digest="s") == "stranger"


def test_a_maildir_is_read_once_and_a_file_may_come_by_standard_input(
    empty_newsroom, tmp_path: Path
):
    new = tmp_path / "mail" / "new"
    new.mkdir(parents=True)
    (new / "1.M1.host").write_bytes(HARD)
    done = empty_newsroom("bounces", "--maildir", str(tmp_path / "mail"), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["hard"], report["stranger"]) == (1, 1, 1)
    assert list(new.iterdir()) == []
    assert len(list((tmp_path / "mail" / "cur").iterdir())) == 1

    again = json.loads(
        empty_newsroom("bounces", "--maildir", str(tmp_path / "mail"), "--json").stdout
    )
    assert again["read"] == 0
    piped = json.loads(empty_newsroom("bounces", "-", "--json", text=HARD.decode()).stdout)
    assert piped["hard"] == 1
    assert empty_newsroom("bounces", str(tmp_path / "none.eml")).returncode == 2
    refused = empty_newsroom("bounces", "--imap", "imap://user:geheim@mail.example/INBOX")
    assert refused.returncode == 2
    assert "geheim" not in refused.stderr


def test_a_readers_answer_in_the_same_mailbox_stays_unread(empty_newsroom, tmp_path):
    new = tmp_path / "mail" / "new"
    new.mkdir(parents=True)
    letter = "From: reader@mail.example\nSubject: 回复\n\n（示例）第三条的日期写错了。\n"
    (new / "1").write_text(letter, encoding="utf-8")
    done = empty_newsroom("bounces", "--maildir", str(new.parent))
    assert done.returncode == 0, done.stderr
    assert "1: unknown (none), left unread" in done.stdout
    assert [one.name for one in new.iterdir()] == ["1"]
    assert json.loads(empty_newsroom("bounces", "--maildir", str(new.parent), "--json").stdout)[
        "unknown"
    ]
