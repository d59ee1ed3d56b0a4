"""The commands of the editors: approve, users, audit, serve."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.context import Context, json_option, lines_option, print_json

if TYPE_CHECKING:
    from pipeline.model import Issue
    from pipeline.proof import Report

STEPS = click.Choice(["first", "second", "final"])
ROLES = click.Choice(["first", "second", "final", "admin"])


@click.command(
    short_help="Sign the draft, as the desk does.",
    epilog="Example: python run_pipeline.py approve --week 2026-W47 --step first --as anna",
)
@click.option("--week", metavar="YYYY-Www", required=True, help="The week, such as 2026-W47.")
@click.option("--step", type=STEPS, required=True, help="Which of the three reviews.")
@click.option("--as", "user", metavar="USER", required=True, help="The editor who signs.")
@click.option("--note", default="", help="A word to those who sign next.")
@json_option
@click.pass_obj
def approve(context: Context, week: str, step: str, user: str, note: str, *, as_json: bool) -> int:
    """Sign the draft, as the desk does; exit 4 with the reason when it is refused.

    Who signs confirms that topics to be filed (重大选题备案) and the order of leaders were checked.
    """
    from pipeline import runner
    from pipeline.week import periods

    settings = context.open_store()
    from pipeline.model import ReviewStep
    from pipeline.store import approvals, issues

    period = periods.get_period(settings, week, datetime.now(UTC))
    revision = issues.get_revision(period.week)

    def proofread(issue: Issue) -> Report:
        return runner.render_revision(settings, replace(revision, issue=issue))[1]

    signature = approvals.sign(
        period.week, ReviewStep(step), user, datetime.now(UTC), proofread=proofread, note=note
    )
    following = approvals.get_next_step(period.week)
    if following is None:  # the folder holds what was signed, not what was drafted
        signed = issues.get_revision(period.week)
        try:
            runner.write_signed(settings, signed)
        except OSError as error:
            click.echo(f"note: signed, but {error.filename}: {error.strerror}", err=True)
        if over := runner.list_past_events(settings, signed):
            said = f"{len(over)} announcements are over by the day it goes out"
            click.echo(f"note: {said}; the first: {over[0]}", err=True)
    from pipeline.telling import editors, notices

    notice = notices.write_signed(
        settings, period.week, ReviewStep(step), user, note=note,
        send_at=approvals.get_send_at(period.week),
        signed=[one.user for one in approvals.list_signatures(period.week)],
    )  # fmt: skip
    for line in editors.tell(settings, notice):
        click.echo(f"note: {line}", err=True)
    if as_json:
        print_json(
            {
                "week": period.week,
                "step": step,
                "user": user,
                "content_hash": signature.content_hash,
                "at": signature.at.isoformat(),
                "next": str(following) if following else None,
            }
        )
        return 0
    waits = f"next: {following}" if following else "approved: three signatures stand"
    context.console().print(f"{period.week} signed ({step}) by {user}; {waits}")
    return 0


@click.group(epilog="Example: python run_pipeline.py users list")
def users() -> None:
    """The editors' accounts."""


@users.command("add", epilog="Example: python run_pipeline.py users add anna --role first")
@click.argument("name")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="May be repeated.")
@click.option("--email", default="", help="Where this editor gets test copies.")
@click.pass_obj
def add_user(context: Context, name: str, roles: tuple[str, ...], email: str) -> int:
    """Make an editor's account, or give one a new role and password.

    The password is read from standard input, or asked for on a terminal. The second step of
    signing in stays as it is; `users reset` takes it away.
    """
    from pipeline.errors import UsageError

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        line = sys.stdin.buffer.readline().decode(errors="surrogateescape")
        password = line.rstrip("\r\n")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise UsageError("the password is not UTF-8; type it on a terminal set to UTF-8") from None
    context.open_store()
    from pipeline.store.accounts import Role, add_account

    add_account(name, password, [Role(role) for role in roles], datetime.now(UTC), email=email)
    context.console().print(f"{name}: {', '.join(roles)}")
    return 0


@users.command("close", epilog="Example: python run_pipeline.py users close anna")
@click.argument("name")
@click.pass_obj
def close_user(context: Context, name: str) -> int:
    """Let an account sign in no more; what it signed stays."""
    context.open_store()
    from pipeline.store.accounts import close_account

    close_account(name, datetime.now(UTC))
    context.console().print(f"{name}: closed")
    return 0


@users.command(
    "reset",
    short_help="Take an account's second step away; end a lockout.",
    epilog="Example: python run_pipeline.py users reset anna",
)
@click.argument("name")
@click.pass_obj
def reset_user(context: Context, name: str) -> int:
    """Take the second step of signing in away (a lost telephone), and end a lockout.

    Password and roles stay; `users add` gives new ones.
    """
    context.open_store()
    from axes.utils import reset

    from pipeline.store.accounts import get_account
    from pipeline.store.second_step import turn_off

    get_account(name)
    was_on = turn_off(name, datetime.now(UTC), by="")
    reset(username=name)
    said = "the second step is off" if was_on else "had no second step"
    context.console().print(f"{name}: {said}; a lockout is over")
    return 0


@users.command("list", epilog="Example: python run_pipeline.py users list --json")
@json_option
@click.pass_obj
def list_users(context: Context, *, as_json: bool) -> int:
    """List the accounts with their roles."""
    from rich.table import Table

    context.open_store()
    from pipeline.store.accounts import list_accounts
    from pipeline.store.second_step import list_on

    accounts, second = list_accounts(), list_on()
    if as_json:
        rows = [
            {
                "name": one.name,
                "roles": sorted(str(role) for role in one.roles),
                "active": one.active,
                "second_step": one.name in second,
                "last_login": one.last_login.isoformat() if one.last_login else None,
            }
            for one in accounts
        ]
        print_json({"users": rows})
        return 0
    table = Table("name", "roles", "active", "second step", "last sign-in")
    for one in accounts:
        last = f"{one.last_login:%Y-%m-%d %H:%M}" if one.last_login else "never"
        table.add_row(one.name, ", ".join(sorted(one.roles)), "yes" if one.active else "no",
                      "on" if one.name in second else "off", last)  # fmt: skip
    context.console().print(table)
    return 0


@click.command(
    short_help="Print the audit log as JSON lines.",
    epilog="Example: python run_pipeline.py audit --week 2026-W47 > audit.jsonl",
)
@click.option("--week", metavar="YYYY-Www", help="Only one issue's entries.")
@lines_option
@click.pass_obj
def audit(context: Context, week: str | None) -> int:
    """Print the audit log as JSON lines, oldest first; `doctor` verifies its chain."""
    context.open_store()
    from pipeline.store.audit import iter_entries

    for entry in iter_entries(week):
        print_json(entry.to_json(), indent=None)
    return 0


@click.command(
    short_help="Serve the desk and the readers' pages.",
    epilog="Example: python run_pipeline.py serve --port 8000",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="The port; 0 takes a free one.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True,
              help="Requests answered at once.")  # fmt: skip
@click.pass_obj
def serve(context: Context, host: str, port: int, threads: int) -> int:
    """Serve the editors' desk and the subscribers' pages until it is stopped (Ctrl-C)."""
    settings = context.open_store()
    from pipeline.desk.server import Server, find_place

    host, port = find_place(host, port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The desk: http://{shown}:{port}/desk/ (readers see {settings.site_url})", err=True)
    Server(host, port, threads).run()
    return 0
