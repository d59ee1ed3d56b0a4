"""Telling the editors: a mail to the persons concerned, a message to their group robots.

What went wrong is returned as lines; nothing here stops a run, a signature or a page. What this
module never does: write the text (`pipeline.telling.notices`), or tell the same reminder twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, LockedError, PipelineError, RelayError
from pipeline.model import ReviewStep
from pipeline.sending import robots
from pipeline.sending.single import hand_over, has_way
from pipeline.store import approvals, audit, issues, locks, restoring, stories
from pipeline.store.accounts import Role, list_accounts
from pipeline.telling import notices
from pipeline.week.lock import lock

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.calendar import Period
    from pipeline.config import Settings
    from pipeline.telling.notices import Notice

_UNSENT = timedelta(hours=1)  # after its time an issue that has not begun to go out is missed


def tell(settings: Settings, notice: Notice) -> list[str]:
    """Send one notice to everybody it concerns; return what went wrong, a line each."""
    return _tell(settings, notice)[1]


def _tell(settings: Settings, notice: Notice) -> tuple[int, list[str]]:
    """Do the same; return how many robots and mailboxes took it, too."""
    said = robots.post(
        "EDITOR_ROBOT_URLS",
        settings.editor_robot_urls,
        lambda limit: notices.to_text(notice, limit),
    )
    heard = len(settings.editor_robot_urls) - len(said)
    for address in list_addresses(settings, notice) if has_way(settings) else []:
        try:
            hand_over(settings, address, notices.to_mail(settings, notice, [address]))
            heard += 1
        except (ConfigError, RelayError) as error:  # nobody else would be told either
            said.append(f"the editors could not be told by mail: {error}")
            break
        except PipelineError as error:
            said.append(f"{address} could not be told by mail: {error}")
    return heard, said


def list_addresses(settings: Settings, notice: Notice) -> list[str]:
    """Return ``delivery.report_to`` and the addresses of the accounts that it concerns.

    Where everybody whose turn it could be has signed already, the administrators hear of it:
    an account is missing.
    """
    active = [one for one in list_accounts() if one.active]
    able = [one for one in active if one.roles & notice.roles and one.name not in notice.signed]
    if notice.signed and not able:
        able = [one for one in active if Role.ADMIN in one.roles]
    concerned = [one.email for one in able if one.email]
    return list(dict.fromkeys([*settings.feeds.delivery.report_to, *concerned]))


def tell_of_late(settings: Settings, period: Period, now: datetime) -> list[str]:
    """Tell the reviewers what came since an issue was signed whose last day was not over then.

    Each count once; what went wrong is returned, a line each. They may send the issue back, or
    leave the stories to the next one (decision 097).
    """
    signatures = approvals.list_signatures(period.week)
    signed_at = min((one.at for one in signatures), default=period.ends)
    if signed_at >= period.ends:
        return []
    came = stories.list_new_keys(period.starts, period.ends, signed_at)
    printed = {item.key for item in issues.get_revision(period.week).issue.items}
    count = len(set(came) - printed - issues.list_used_keys(period.week, now))
    mark = {"stories": count, "signed_at": signed_at.isoformat()}
    if not count or audit.has_entry("came-late", week=period.week, payload=mark):
        return []
    roles = {str(one.step) for one in signatures} | {str(ReviewStep.FIRST)}
    notice = notices.write_late(settings, period.week, count, signed_at, period.ends, roles)
    heard, said = _tell(settings, notice)
    if heard:
        audit.add_once("came-late", user="", at=now, week=period.week, payload=mark)
    return said


def remind(settings: Settings, now: datetime) -> tuple[list[str], list[str]]:
    """Ask for what an issue waits for when its time is near or past: a signature, or its sending.

    Once for each issue, step and half (before and after the time), however often it is called; an
    approved issue is asked for an hour after its time, and once more when it is past its deadline.
    What reached nobody is said again at the next call; what readers may have since before a restore
    is not asked for. Returns the weeks that were asked for, and what went wrong.
    """
    if not has_way(settings) and not settings.editor_robot_urls:
        return [], []  # nobody could hear it, so nobody was asked
    try:
        with lock(settings.data_dir, "remind.lock"), locks.hold_reminding():
            return _remind(settings, now)
    except LockedError:  # another process is asking
        return [], []


def _remind(settings: Settings, now: datetime) -> tuple[list[str], list[str]]:
    """Ask, and mark what was heard; only one process does so at a time."""
    turns, unsigned = approvals.list_turns(), restoring.list_unsigned()
    asked: list[str] = []
    wrong: list[str] = []
    for week, _, status, _ in issues.list_issues():
        if status not in {*issues.OPEN, "approved"} or week in unsigned:
            continue
        send_at = approvals.get_send_at(week)
        if status == "approved":
            due = _ask_to_send(settings, week, send_at, now)
        else:
            due = _ask_to_sign(settings, week, turns.get(week, ""), send_at, now)
        if due is None or audit.has_entry("reminded", week=week, payload=due[0]):
            continue
        heard, said = _tell(settings, due[1])
        wrong += said
        if heard:
            audit.add_once("reminded", user="", at=now, week=week, payload=due[0])
            asked.append(week)
    return asked, wrong


def _ask_to_sign(
    settings: Settings, week: str, step: str, send_at: datetime, now: datetime
) -> tuple[dict[str, Any], Notice] | None:
    """Return the mark and the words of what is to be said of a missing signature, if it is due."""
    ahead = timedelta(hours=settings.feeds.desk.remind_hours)
    if not step or not now - issues.GIVEN_UP < send_at < now + ahead:
        return None
    mark = {"step": step, "late": send_at <= now}
    signed = [one.user for one in approvals.list_signatures(week)]
    return mark, notices.write_overdue(
        settings, week, ReviewStep(step), send_at, now, signed=signed
    )


def _ask_to_send(
    settings: Settings, week: str, send_at: datetime, now: datetime
) -> tuple[dict[str, Any], Notice] | None:
    """Return the same of an approved issue that has not begun to go out."""
    if not now - issues.GIVEN_UP < send_at < now - _UNSENT:
        return None
    stale = now - send_at > timedelta(hours=settings.feeds.delivery.deadline_hours)
    mark = {"step": "send", "late": stale}
    return mark, notices.write_unsent(settings, week, send_at, now, stale=stale)
