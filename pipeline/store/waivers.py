"""Warnings that an editor lets stand, each with a reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from pipeline.errors import RefusedError
from pipeline.model import Finding, IssueStatus, Level
from pipeline.store import audit
from pipeline.store.issues import get_locked
from pipeline.store.models import WaiverRow

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """One warning let stand."""

    fingerprint: str
    user: str
    reason: str
    at: datetime


def fingerprint(finding: Finding) -> str:
    """Return what makes two findings the same one: the sentence or the picture it was judged on.

    Not the offset, which edits elsewhere shift. Another sentence with the same word is another
    finding, and one that was rewritten as well.
    """
    parts = (
        finding.rule, finding.item or "", finding.field, finding.surface, finding.message,
        finding.content,
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def add_waiver(week: str, finding: Finding, *, user: str, reason: str, at: datetime) -> None:
    """Let a warning stand.

    Raises:
        RefusedError: it is an error, there is no reason, or the issue has left the desk.
    """
    if finding.level is Level.ERROR:
        raise RefusedError("差错必须改正，不能放行。")
    if not reason.strip():
        raise RefusedError("放行请写明理由。")
    with transaction.atomic():
        row = get_locked(week)
        if row.status not in {IssueStatus.DRAFT, IssueStatus.REVIEW}:
            raise RefusedError("本期已签发，不能再放行。")
        WaiverRow.objects.update_or_create(
            issue=row,
            fingerprint=fingerprint(finding),
            defaults={"rule": finding.rule, "surface": finding.surface, "user": user,
                      "reason": reason.strip(), "at": at},
        )  # fmt: skip
        audit.add_entry(
            "waive", user=user, at=at, week=week,
            payload={"rule": finding.rule, "item": finding.item, "surface": finding.surface,
                     "reason": reason.strip()},
        )  # fmt: skip


def remove_waiver(week: str, mark: str, *, user: str, at: datetime) -> None:
    """Take a waiver back; does nothing when there is none."""
    with transaction.atomic():
        if WaiverRow.objects.filter(issue__week=week, fingerprint=mark).delete()[0]:
            audit.add_entry("unwaive", user=user, at=at, week=week, payload={"fingerprint": mark})


def list_waivers(week: str) -> dict[str, Waiver]:
    """Return the waivers of an issue by fingerprint."""
    rows = WaiverRow.objects.filter(issue__week=week)
    return {row.fingerprint: Waiver(row.fingerprint, row.user, row.reason, row.at) for row in rows}
