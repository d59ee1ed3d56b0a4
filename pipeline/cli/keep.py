"""The commands that keep the installation: backup, restore, worker."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline.cli.context import Context, json_option, print_json, show_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.backup import Backup
    from pipeline.sending.restored import Findings

_STOPPED = 128 + signal.SIGTERM  # as a shell says it


@click.command(
    short_help="Write the whole state into one file.",
    epilog="Example: python run_pipeline.py backup /backups/newsroom.tar.gz",
)
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def backup(context: Context, path: Path, *, as_json: bool) -> int:
    """Write the whole state (database, secret, archive, pictures) into one file."""
    from pipeline.backup import back_up

    settings = context.open_store()
    with _clearing_away():
        made = back_up(settings, path)
    if path.exists() and os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno())):
        context.note(f"backed up: {made.files} files")  # nothing may stand behind the archive
        return 0
    _say(context, "backed up to", made, as_json=as_json)
    return 0


@click.command(
    short_help="Put the state of a backup in place.",
    epilog="Example: python run_pipeline.py restore /backups/newsroom.tar.gz",
)
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def restore(context: Context, path: Path, *, as_json: bool) -> int:
    """Put the state of a backup in place; the present database is kept beside it.

    Stop cron and `serve` first. Nothing is changed when the backup is damaged. What is said at the
    end names the place of the former database, a file or a schema of PostgreSQL, and the issues
    that may have gone out since the backup: they are held until you say whether they did.
    """
    from pipeline.backup import restore as put_back
    from pipeline.week.lock import lock

    settings = context.settings()
    found: list[_Since] = []
    with (
        lock(settings.data_dir),
        lock(settings.data_dir, "send.lock"),
        _clearing_away(),
    ):
        made = put_back(settings, path, settle=lambda put: found.append(_settle(context, put)))
    _say(context, "restored from", made, as_json=as_json, since=found[0])
    _warn_of_since(made, found[0])
    return 0


@dataclass(frozen=True, slots=True)
class _Since:
    """What happened after the backup was made, as far as it can be seen from here."""

    stopped: Mapping[str, int] | None  # readers by reason; None: nobody can tell
    findings: Findings


def _settle(context: Context, put: Backup) -> _Since:
    """Stop again who said no since, and hold what may have gone out since."""
    settings = context.open_store()
    from pipeline.sending import hold_due
    from pipeline.store import former

    stopped: Mapping[str, int] | None = None
    if put.kept:
        secret = settings.secret
        stopped = former.take_over(put.kept.removeprefix("schema "), put.made_at, secret)
    return _Since(stopped, hold_due(settings, datetime.now(UTC), put.made_at))


def _warn_of_since(put: Backup, since: _Since) -> None:
    """Say, with ``--quiet`` too, what a person has to decide or to look after."""
    made_at = show_moment(put.made_at.isoformat())
    for one in since.findings.held:
        who = "it stands in the archive, so readers have it" if one.went_out else "nobody knows"
        nobody = "nobody has it"
        if one.is_late:
            nobody += "; the deadline has passed, so they then count as failed"
        click.echo(
            f"warning: {one.week} may have gone out since the backup of {made_at} ({who}): its "
            f"{one.readers} open deliveries are held. Look into the relay's log, then: send --week "
            f"{one.week} --uncertain delivered (they have it) or --uncertain resend "
            f"({nobody}); with --relay-log PATH before resend, who stands in that log is left out",
            err=True,
        )
    for week in since.findings.unknown:
        click.echo(
            f"warning: {week} stands in the archive, so readers have it, but the backup of "
            f"{made_at} does not have it signed: it can be neither signed nor sent until you say: "
            f"send --week {week} --uncertain delivered (they have it) or --uncertain resend "
            "(nobody has it: it is signed and sent as any other)",
            err=True,
        )
    if since.stopped is None:
        click.echo(
            f"warning: who left or was forgotten since the backup of {made_at} is not known here "
            "and would be written to again: stop them before anything is sent",
            err=True,
        )


@click.command(
    short_help="Send what is due, again and again.",
    epilog="Example: DATABASE_URL=postgresql://… python run_pipeline.py worker",
)
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.pass_obj
def worker(context: Context, *, once: bool) -> int:
    """Send what is approved and due, and what was put off; several may run (PostgreSQL only)."""
    from pipeline.errors import UsageError

    settings = context.open_store()
    from django.db import connection

    from pipeline.sending.worker import work

    if connection.vendor != "postgresql":
        raise UsageError(
            "worker needs PostgreSQL (DATABASE_URL); with SQLite let cron call: send --due"
        )
    say = partial(click.echo, err=True)
    work(settings, say=say, note=context.note, once=once)
    return 0


@contextmanager
def _clearing_away() -> Iterator[None]:
    """Let SIGTERM end what is done within like an error: no copy stays. A second one kills."""

    def stop(*_: object) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        click.echo("stopped", err=True)
        sys.exit(_STOPPED)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(
    context: Context, done: str, made: Backup, *, as_json: bool, since: _Since | None = None
) -> None:
    if as_json:
        more: dict[str, Any] = {}
        if since:
            held = [{"week": one.week, "readers": one.readers} for one in since.findings.held]
            stopped = None if since.stopped is None else sum(since.stopped.values())
            more = {
                "kept": made.kept or None,
                "half": made.half or None,
                "held": held,
                "unsigned": list(since.findings.unknown),
                "stopped": stopped,
            }
        print_json(
            {"path": str(made.path), "made_at": made.made_at.isoformat(), "files": made.files,
             "bytes": made.bytes} | more
        )  # fmt: skip
        return
    context.console().print(f"{done} {made.path}: {made.files} files, {made.bytes / 1e6:.1f} MB")
    if made.kept:
        context.console().print(f"the database before it is kept: {made.kept}")
    if made.half:
        context.console().print(
            f"so is what stood there after the one that was stopped: {made.half}"
        )
    if since and since.stopped:
        told = ", ".join(f"{reason} {count}" for reason, count in sorted(since.stopped.items()))
        context.console().print(f"stopped since the backup, and again now: {told}")
