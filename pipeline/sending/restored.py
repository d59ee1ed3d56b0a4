"""What a backup that is put back cannot know: which issues went out after it was made.

Whatever is due by it is held like what a crash leaves open, and nothing in the settings sends it
again: the relay's log or a person says who has it (decision 110). What this module never does:
send, or decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.errors import RefusedError
from pipeline.files.unfinished import read_note
from pipeline.sending.mailing import make_ids
from pipeline.store import deliveries, issues, issuing, outbox, restoring
from pipeline.store.restoring import Open

if TYPE_CHECKING:
    from pipeline.config import Settings


@dataclass(frozen=True, slots=True)
class Held:
    """An issue that waits for a word on who has it."""

    week: str
    readers: int
    went_out: bool  # its archive page stands: at least one reader has it
    is_late: bool  # past its deadline: whatever is said, nothing of it is sent any more


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands otherwise around a backup than in it."""

    held: tuple[Held, ...]
    unknown: tuple[str, ...]  # weeks in the archive that the backup has unsigned, or not at all


def hold_due(settings: Settings, now: datetime, made_at: datetime) -> Findings:
    """Hold the issues that would go out by a backup of ``made_at``, though they may have.

    These are the signed ones whose time has come, those under way, and signed ones of whatever time
    that the archive shows. An archive page is written with the first mail and outlives a restore.
    What the archive shows and the backup has unsigned can be neither signed nor sent meanwhile.
    """
    hours = settings.feeds.delivery.deadline_hours
    weeks = deliveries.list_due_weeks(now, hours)
    folder = settings.data_dir / "site" / "issues"
    shown = {page.parent.name: page for page in folder.glob("[0-9]*-W[0-9]*/index.html")}
    states = {week: status for week, _, status, _ in issues.list_issues()}
    opened = {week for week in shown if not issues.is_published(week)}
    weeks += sorted(week for week in opened - {*weeks} if states.get(week) == "approved")
    secret = settings.secret
    held = []
    for week in weeks:
        readers = outbox.hold_restored(week, now, secret, make_ids(settings, week))
        if week in opened:
            written = datetime.fromtimestamp(shown[week].stat().st_mtime, UTC)
            issuing.mark_opened(week, min(written, now))
        if readers:
            is_late = issuing.is_late(week, now, hours)
            held.append(Held(week, readers, week in opened, is_late))
    known = restoring.list_open()
    unknown = sorted(
        week
        for week in opened
        if states.get(week) in {None, "draft", "review"} and known.get(week) is not Open.OUT
    )
    waits = {one.week: one.readers for one in held}
    restoring.note_restore(made_at, now, held=waits, unsigned=unknown)
    return Findings(tuple(held), tuple(unknown))


def take_word(settings: Settings, week: str, word: str | None, now: datetime) -> bool:
    """Note what a person says of an issue that stands unsigned here; say whether it is one.

    Raises:
        RefusedError: a restore was killed before its end.
    """
    if word not in {"delivered", "resend"} or week not in restoring.list_unsigned():
        return False
    refuse_unfinished(settings)
    restoring.note_word(week, word, now)
    return True


def refuse_unfinished(settings: Settings) -> None:
    """Refuse to send where a restore was killed before it held what may have gone out.

    Raises:
        RefusedError: it was.
    """
    if note := read_note(settings.data_dir):
        raise RefusedError(
            "a restore was stopped half way, and nothing is sent before it is done: %(command)s",
            command=note.command,
        )
