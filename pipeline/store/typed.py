"""What editors have typed and not saved: kept so that no closed window loses a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import IssueNotFoundError
from pipeline.store.models import DraftFieldsRow, IssueRow

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """One form's unsaved fields."""

    item: str
    user: str
    fields: dict[str, str]
    revision: int  # the revision the form was opened on
    at: datetime


def save_typed(
    week: str, item: str, user: str, fields: dict[str, str], *, revision: int, at: datetime
) -> None:
    """Keep the fields in place of what this editor typed into the same form before.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    issue = IssueRow.objects.filter(week=week).first()
    if issue is None:
        raise IssueNotFoundError(f"there is no draft of {week}")
    DraftFieldsRow.objects.update_or_create(
        issue=issue, item=item, user=user,
        defaults={"fields": fields, "revision": revision, "at": at},
    )  # fmt: skip


def list_typed(week: str, item: str | None = None) -> list[Typed]:
    """Return what is typed and unsaved in an issue, or in one item of it, latest first."""
    rows = DraftFieldsRow.objects.filter(issue__week=week).order_by("-at")
    return [
        Typed(row.item, row.user, row.fields, row.revision, row.at)
        for row in (rows.filter(item=item) if item is not None else rows)
    ]


def clear_typed(week: str, item: str, user: str) -> None:
    """Forget what this editor typed into that form: it was saved, or thrown away."""
    DraftFieldsRow.objects.filter(issue__week=week, item=item, user=user).delete()
