"""The commands that keep the installation: backup, restore, worker."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.backup import Backup

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

    Stop `serve` first. Nothing is changed when the backup is damaged. What is said at the end names
    the place of the former database: a file, or a schema of PostgreSQL.
    """
    from pipeline.backup import restore as put_back
    from pipeline.week.lock import lock

    settings = context.settings()
    with (
        lock(settings.data_dir),
        lock(settings.data_dir, "send.lock"),
        _clearing_away(),
    ):
        made = put_back(settings, path)
    context.open_store()
    _say(context, "restored from", made, as_json=as_json)
    return 0


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


def _say(context: Context, done: str, made: Backup, *, as_json: bool) -> None:
    if as_json:
        kept = {"kept": made.kept or None} if done == "restored from" else {}
        print_json(
            {"path": str(made.path), "made_at": made.made_at.isoformat(), "files": made.files,
             "bytes": made.bytes} | kept
        )  # fmt: skip
        return
    context.console().print(f"{done} {made.path}: {made.files} files, {made.bytes / 1e6:.1f} MB")
    if made.kept:
        context.console().print(f"the database before it is kept: {made.kept}")
