"""三审: signatures on the hash of an issue's current revision.

The rules: the steps in order; only the step's own role signs it; nobody signs twice; an error of
proofreading blocks; any change of what is read voids every signature (`pipeline.store.issues`
does that as it stores the change). What this module never does: proofread or send; the judge of
the text is handed in. Refusals are Chinese: an editor reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from pipeline import issue_json
from pipeline.errors import IssueNotFoundError, RefusedError, StaleEditError
from pipeline.model import IssueStatus, Level, ReviewStep, Signature
from pipeline.store import audit, restoring
from pipeline.store.accounts import Role, get_account
from pipeline.store.issues import (
    OPEN,
    Revision,
    find_used,
    get_locked,
    get_row,
    to_revision,
    void_signatures,
)
from pipeline.store.models import IssueRow, SendBackRow, SignatureRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pipeline.model import Finding, Issue

STEP_NAMES: dict[ReviewStep, str] = {
    ReviewStep.FIRST: "一审",
    ReviewStep.SECOND: "二审",
    ReviewStep.FINAL: "三审",
}
STEP_ROLES: dict[ReviewStep, str] = {
    ReviewStep.FIRST: "责任编辑",
    ReviewStep.SECOND: "部门主任",
    ReviewStep.FINAL: "总编",
}
BOXES: dict[str, str] = {
    "topics": "已核对重大选题备案：本期没有应备案而未备案的选题",
    "leaders": "已核对领导同志的姓名、职务与排序",
}
"""The two things no program decides; whoever signs confirms them."""


class Judged(Protocol):
    """What proofreading gives back, as far as signing needs it."""

    @property
    def findings(self) -> Sequence[Finding]:
        """Every finding."""
        ...


def sign(
    week: str,
    step: ReviewStep,
    user: str,
    at: datetime,
    *,
    proofread: Callable[[Issue], Judged],
    expected: str | None = None,
    note: str = "",
    send_at: datetime | None = None,
) -> Signature:
    """Sign the current revision of the week's issue as ``user``.

    ``expected`` is the content hash the reviewer read; None signs what is current. Signing
    confirms both `BOXES`. The last signature approves the issue, which then goes out at
    ``send_at``; without one at the issue's time, at once when that is over.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        UserNotFoundError: there is no such account.
        StaleEditError: the issue was changed since the reviewer read it.
        RefusedError: another rule forbids it, or readers may have the issue since before a
            restore; the message is one Chinese line.
    """
    with transaction.atomic():
        row = get_locked(week)
        revision = _current(row)
        restoring.refuse_out(week)
        _check_reviewer(user, step)
        _check_turn(row, step, user)
        if expected is not None and expected != revision.content_hash:
            raise StaleEditError(
                "%(week)s在您阅读之后又有改动（现为第%(n)s稿），请看过改动再签。",
                week=week,
                n=revision.n,
            )
        twice = find_used(week, [item.key for item in revision.issue.items], at)
        if twice:
            raise RefusedError(
                "“%(title)s”已在%(other)s那一期里，不能重复刊用。请先从其中一期移出，再签。",
                title=twice[0],
                other=twice[1],
            )
        errors = [one for one in proofread(revision.issue).findings if one.level is Level.ERROR]
        if errors:
            raise RefusedError(
                "%(week)s还有%(count)s处差错未改，不能签发：%(message)s",
                week=week,
                count=len(errors),
                message=errors[0].message,
            )
        SignatureRow.objects.create(
            issue=row, step=step, user=user, revision=revision.n,
            content_hash=revision.content_hash, at=at, note=note, boxes=list(BOXES),
        )  # fmt: skip
        last = step is ReviewStep.FINAL
        row.status = IssueStatus.APPROVED if last else IssueStatus.REVIEW
        if last and (row.send_at or row.publishes_at) < at:
            row.send_at = at  # who signs after the time decides that it goes out now
        row.save(update_fields=["status", "send_at"])
        audit.add_entry(
            "sign", user=user, at=at, week=week,
            payload={"step": str(step), "revision": revision.n,
                     "content_hash": revision.content_hash, "boxes": list(BOXES), "note": note},
        )  # fmt: skip
        if last and send_at:
            schedule(week, user, send_at, at)
        return Signature(step, user, revision.content_hash, at, note)


def send_back(week: str, user: str, reason: str, at: datetime) -> None:
    """Hand the issue back to the desk: every signature is void, and it can be edited again.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        UserNotFoundError: there is no such account.
        RefusedError: no reason, no reviewer, nothing signed, or already on its way out.
    """
    if not reason.strip():
        raise RefusedError("退回稿件请写明理由。")
    with transaction.atomic():
        row = get_locked(week)
        account = get_account(user)
        if not account.active or not account.roles & {Role.FIRST, Role.SECOND, Role.FINAL}:
            raise RefusedError("%(user)s没有审稿权限，不能退回。", user=user)
        if row.status not in {IssueStatus.REVIEW, IssueStatus.APPROVED}:
            raise RefusedError(
                "%(week)s现在是“%(state)s”，没有可退回的签发。", week=week, state=_state(row)
            )
        void_signatures(row, f"sent-back:{user}:{reason.strip()}", at)
        row.status = IssueStatus.DRAFT
        row.send_at = None
        row.save(update_fields=["status", "send_at"])
        SendBackRow.objects.create(issue=row, user=user, reason=reason.strip(), at=at)
        audit.add_entry(
            "send-back", user=user, at=at, week=week, payload={"reason": reason.strip()}
        )


def schedule(week: str, user: str, send_at: datetime, at: datetime) -> None:
    """Say when the approved issue goes out.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        RefusedError: not approved, in the past, or not the final reviewer's word.
    """
    with transaction.atomic():
        row = get_locked(week)
        to_approved(row)
        if Role.FINAL not in get_account(user).roles:
            raise RefusedError("只有总编可以定发送时间，%(user)s没有三审权限。", user=user)
        if row.status != IssueStatus.APPROVED:
            raise RefusedError(
                "%(week)s现在是“%(state)s”，不能再改发送时间。", week=week, state=_state(row)
            )
        if send_at < at:
            raise RefusedError("发送时间已经过去，请另定时间。")
        row.send_at = send_at
        row.save(update_fields=["send_at"])
        audit.add_entry(
            "schedule", user=user, at=at, week=week, payload={"send_at": send_at.isoformat()}
        )


def get_send_at(week: str) -> datetime:
    """Return when the issue goes out: as scheduled, else when it is to appear.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
    """
    row = get_row(week)
    return row.send_at or row.publishes_at


def list_signatures(week: str) -> list[Signature]:
    """Return the signatures that count, in the order of the steps; [] for an unknown week."""
    rows = SignatureRow.objects.filter(issue__week=week, voided_at=None)
    order = list(ReviewStep)
    return sorted((_signature(row) for row in rows), key=lambda one: order.index(one.step))


def list_void(week: str) -> list[tuple[Signature, datetime, str]]:
    """Return (signature, when it became void, why), latest first; why as `void_signatures` does."""
    rows = SignatureRow.objects.filter(issue__week=week).exclude(voided_at=None)
    return [
        (_signature(row), row.voided_at, row.void_reason)
        for row in rows.order_by("-voided_at", "-pk")
        if row.voided_at
    ]


def list_send_backs(week: str) -> list[tuple[str, str, datetime]]:
    """Return (user, reason, when), latest first."""
    rows = SendBackRow.objects.filter(issue__week=week).order_by("-pk")
    return list(rows.values_list("user", "reason", "at"))


def get_last_signed_revision(week: str) -> int | None:
    """Return the revision that was signed last, void or not; None when none ever was."""
    row = SignatureRow.objects.filter(issue__week=week).order_by("-at", "-pk").first()
    return row.revision if row else None


def get_next_step(week: str) -> ReviewStep | None:
    """Return the step that must sign next; None when all three have."""
    signed = {one.step for one in list_signatures(week)}
    return next((step for step in ReviewStep if step not in signed), None)


def list_turns() -> dict[str, str]:
    """Return by week which step must sign next; "" when all three have. Two queries, ever."""
    signed: dict[str, set[str]] = {
        week: set() for week in IssueRow.objects.values_list("week", flat=True)
    }
    rows = SignatureRow.objects.filter(voided_at=None)
    for week, step in rows.values_list("issue__week", "step"):
        signed[week].add(step)
    return {
        week: next((str(step) for step in ReviewStep if step not in steps), "")
        for week, steps in signed.items()
    }


def list_signers() -> dict[str, frozenset[str]]:
    """Return by week who has signed it, as far as the signatures count."""
    found: dict[str, set[str]] = {}
    rows = SignatureRow.objects.filter(voided_at=None)
    for week, user in rows.values_list("issue__week", "user"):
        found.setdefault(week, set()).add(user)
    return {week: frozenset(users) for week, users in found.items()}


def list_unanswered() -> dict[str, tuple[str, str, datetime]]:
    """Return by week (user, reason, when) of the last sending back that nobody has signed since."""
    signed = SignatureRow.objects.filter(voided_at=None).values("issue")
    rows = SendBackRow.objects.exclude(issue__in=signed).order_by("pk")
    return {
        week: (user, reason, at)
        for week, user, reason, at in rows.values_list("issue__week", "user", "reason", "at")
    }


def get_approved(week: str) -> Revision:
    """Return the issue that may be sent.

    Raises:
        IssueNotFoundError: no draft of that week was ever made.
        RefusedError: three valid signatures by three persons do not stand on exactly the
            current content.
    """
    return to_approved(get_row(week))


def to_approved(row: IssueRow) -> Revision:
    """Return the same of a row, which the caller has locked if it acts on it. For the store's own.

    Raises:
        RefusedError: as `get_approved`.
    """
    revision = _current(row)
    signatures = list_signatures(row.week)
    missing = [step for step in ReviewStep if step not in {one.step for one in signatures}]
    if missing:
        names = "、".join(STEP_NAMES[step] for step in missing)
        raise RefusedError("%(week)s尚缺%(names)s签发，不能发送。", week=row.week, names=names)
    if len({one.user for one in signatures}) != len(ReviewStep):
        raise RefusedError("%(week)s的三次签发不是三个人，不能发送。", week=row.week)
    # The hash is computed anew: a payload changed behind the desk's back is no approved text.
    real = issue_json.content_hash(revision.issue)
    if any(one.content_hash != real for one in signatures):
        raise RefusedError("%(week)s签发之后内容有改动，不能发送，请重新审签。", week=row.week)
    return revision


def _check_reviewer(user: str, step: ReviewStep) -> None:
    account = get_account(user)
    if not account.active:
        raise RefusedError("账号%(user)s已停用，不能签发。", user=user)
    if Role(step) not in account.roles:
        raise RefusedError(
            "%(user)s没有%(step)s（%(step2)s）权限，不能签发。",
            user=user,
            step=STEP_NAMES[step],
            step2=STEP_ROLES[step],
        )


def _check_turn(row: IssueRow, step: ReviewStep, user: str) -> None:
    if row.status not in OPEN:
        raise RefusedError(
            "%(week)s现在是“%(state)s”，不能再签发。", week=row.week, state=_state(row)
        )
    signed = {one.step: one for one in list_signatures(row.week)}
    if step in signed:
        raise RefusedError(
            "%(step)s已由%(user)s签发，不必再签。", step=STEP_NAMES[step], user=signed[step].user
        )
    for earlier in ReviewStep:
        if earlier is step:
            break
        if earlier not in signed:
            raise RefusedError(
                "%(earlier)s还没有签发，不能先签%(step)s。",
                earlier=STEP_NAMES[earlier],
                step=STEP_NAMES[step],
            )
    for one in signed.values():
        if one.user == user:
            raise RefusedError(
                "%(user)s已签过%(step_names)s，同一人不能签两次。",
                user=user,
                step_names=STEP_NAMES[one.step],
            )


def _current(row: IssueRow) -> Revision:
    current = row.revisions.order_by("-n").first()
    if current is None:
        raise IssueNotFoundError(
            f"there is no draft of {row.week}; make one: run --week {row.week}"
        )
    return to_revision(row, current)


def _state(row: IssueRow) -> str:
    names = {"draft": "编辑中", "review": "审稿中", "approved": "已签发", "sending": "发送中",
             "sent": "已发送"}  # fmt: skip
    return names.get(row.status, row.status)


def _signature(row: SignatureRow) -> Signature:
    return Signature(ReviewStep(row.step), row.user, row.content_hash, row.at, row.note)
