"""The commands that say how things stand: sources, status, doctor, manage."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    from pipeline.config import Settings

_LEAST_SECRET = 32  # characters


@click.group(epilog="Example: python run_pipeline.py sources list")
def sources() -> None:
    """The sources of feeds.yaml."""


@sources.command("list", epilog="Example: python run_pipeline.py sources list --json")
@json_option
@click.pass_obj
def list_sources(context: Context, *, as_json: bool) -> int:
    """List the sources with their last fetch."""
    from rich.table import Table

    settings = context.open_store()
    from pipeline.store.sources import list_last_fetches

    last = list_last_fetches()
    rows: list[dict[str, Any]] = [
        {
            "id": source.id,
            "name": source.name,
            "kind": str(source.kind),
            "url": source.url,
            "enabled": source.enabled,
            "status": last[source.id].status if source.id in last else None,
            "last_fetch": _in_china(last[source.id].at) if source.id in last else None,
            "error": last[source.id].error or None if source.id in last else None,
        }
        for source in settings.feeds.sources
    ]
    if as_json:
        print_json({"sources": rows})
        return 0
    table = Table("id", "name", "kind", "on", "last fetch", "status")
    for row in rows:
        when = _local(row["last_fetch"]) if row["last_fetch"] else "never"
        table.add_row(row["id"], row["name"], row["kind"], "yes" if row["enabled"] else "no", when,
                      row["error"] or row["status"] or "")  # fmt: skip
    context.console().print(table)
    return 0


@click.command(epilog="Example: python run_pipeline.py status")
@click.option("--remind", is_flag=True,
              help="Ask for signatures that are missing shortly before publishing.")  # fmt: skip
@json_option
@click.pass_obj
def status(context: Context, *, remind: bool, as_json: bool) -> int:
    """Say what was done and what is due."""
    from pipeline import periods

    settings = context.open_store()
    if remind:
        from pipeline import telling

        asked, wrong = telling.remind(settings, datetime.now(UTC))
        for line in [f"asked for a signature: {week}" for week in asked] + wrong:
            click.echo(f"note: {line}", err=True)
    from pipeline.store import articles, issues, runs
    from pipeline.store.sources import list_last_fetches

    now = datetime.now(UTC)
    period = periods.get_period(settings, None, now)
    stored, tagged = articles.count_articles()
    failing = {key: one.error for key, one in list_last_fetches().items() if one.status == "failed"}
    deadline = timedelta(hours=settings.feeds.delivery.deadline_hours)
    drafts = [
        {
            "week": week,
            "number": number,
            "status": state,
            "publishes_at": _in_china(at),
            "overdue": at < now and state != "sent",
            "stale": state == "approved" and now - at > deadline,
        }
        for week, number, state, at in issues.list_issues()
    ]
    last = runs.list_runs(1)
    report: dict[str, Any] = {
        "articles": stored,
        "untagged": stored - tagged,
        "next": {"week": period.week, "publishes_at": _in_china(period.publishes_at),
                 "drafted": any(one["week"] == period.week for one in drafts)},
        "issues": drafts,
        "failing_sources": failing,
        "last_run": {
            "week": last[0].week,
            "started_at": _in_china(last[0].started_at),
            "finished": last[0].finished_at is not None,
            "stage": last[0].stage,
        } if last else None,
    }  # fmt: skip
    if as_json:
        print_json(report)
        return 0
    console = context.console()
    console.print(f"articles: {stored} stored, {stored - tagged} not tagged yet")
    due = "drafted" if report["next"]["drafted"] else "no draft yet"
    console.print(f"next issue: {period.week}, {_local(report['next']['publishes_at'])}, {due}")
    for one in drafts:
        late = "  overdue" if one["overdue"] else ""
        late += ", too late to be sent: set another time at the desk" if one["stale"] else ""
        console.print(f"  {one['week']}  No. {one['number']}  {one['status']}{late}")
    for key, error in failing.items():
        console.print(f"failing: {key}: {error.removeprefix(f'{key}: ')}")
    if last:
        state = "finished" if last[0].finished_at else f"stopped or running in {last[0].stage}"
        console.print(
            f"last run: {last[0].week}, {_local(report['last_run']['started_at'])}, {state}"
        )
    return 0


@click.command(
    short_help="Say whether this installation is sound.",
    epilog="Example: python run_pipeline.py doctor",
)
@json_option
@click.pass_obj
def doctor(context: Context, *, as_json: bool) -> int:
    """Say whether this installation is sound; exit 1 when it is not."""
    from pipeline.environment import ENVIRONMENT

    checks = _checks(context)
    environment = {name: "set" if os.environ.get(name) else "unset" for name in ENVIRONMENT}
    sound = all(ok for _, ok, _ in checks)
    if as_json:
        rows = [{"check": name, "ok": ok, "said": said} for name, ok, said in checks]
        print_json({"sound": sound, "checks": rows, "environment": environment})
        return 0 if sound else 1
    console = context.console()
    for name, ok, said in checks:
        console.print(f"{'ok  ' if ok else 'BAD '} {name}: {said}")
    for name, meaning in ENVIRONMENT.items():
        console.print(f"     {name} {environment[name]}: {meaning}")
    return 0 if sound else 1


def _checks(context: Context) -> list[tuple[str, bool, str]]:
    """Return (check, passed, what was seen)."""
    from pipeline.errors import PipelineError

    version = ".".join(str(part) for part in sys.version_info[:3])
    checks = [("python", sys.version_info >= (3, 11), f"{version} (3.11 or later is needed)")]
    try:
        settings = context.settings()
    except PipelineError as error:
        return [*checks, ("configuration", False, str(error))]
    count = len(settings.sources)
    checks.append(("configuration", True, f"{settings.config_path}, {count} sources switched on"))
    writable = os.access(settings.data_dir, os.W_OK)
    checks.append(("data directory", writable, str(settings.data_dir)))
    store = _check_store(context)
    checks.append(store)
    if store[1]:
        checks.append(_check_audit())
    checks.append(_check_tagger(settings))
    checks.append(_check_secret(settings))
    checks.append(_check_signing(settings))
    return checks


def _check_store(context: Context) -> tuple[str, bool, str]:
    from django.db import Error, connection

    try:
        context.open_store()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check")
                said = str(cursor.fetchone()[0])
                return "database", said == "ok", f"SQLite: {said}"
            cursor.execute("SELECT 1")
    except Error as error:
        return "database", False, str(error).strip().splitlines()[0]
    return "database", True, connection.vendor


def _check_audit() -> tuple[str, bool, str]:
    from django.db import DatabaseError

    from pipeline.store import audit

    try:
        count, wrong = audit.verify()
    except DatabaseError as error:
        return "audit log", False, str(error).strip().splitlines()[0]
    return "audit log", not wrong, wrong or f"{count} entries, the chain holds"


def _check_tagger(settings: Settings) -> tuple[str, bool, str]:
    from pipeline import runner
    from pipeline.errors import PipelineError

    try:
        runner.load_tagger(settings)
    except PipelineError as error:
        return "register, themes, gazetteer", False, str(error)
    return "register, themes, gazetteer", True, "loaded"


def _check_secret(settings: Settings) -> tuple[str, bool, str]:
    if len(settings.secret_key.get_secret_value()) < _LEAST_SECRET:
        said = f"fewer than {_LEAST_SECRET} characters: links to readers' data could be guessed"
        return "SECRET_KEY", False, said
    return "SECRET_KEY", True, "long enough"


def _check_signing(settings: Settings) -> tuple[str, bool, str]:
    from pipeline.errors import PipelineError
    from pipeline.sending.mailing import load_signer

    try:
        signer = load_signer(settings)
    except PipelineError as error:
        return "DKIM", False, str(error)
    if signer is None:
        return "DKIM", True, "no key: mail goes out without our signature"
    names = ", ".join(settings.dkim_selectors)
    return "DKIM", True, f"signs for {settings.dkim_domain} as {names}"


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    epilog="Example: python run_pipeline.py manage migrate",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def manage(context: Context, arguments: tuple[str, ...]) -> int:
    """Run one of Django's own commands."""
    from pipeline import store

    context.settings()
    store.setup(context.config_path, context.data_dir)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["run_pipeline.py manage", *arguments])
    return 0


def _local(moment: str) -> str:
    from pipeline.calendar import SHANGHAI

    return datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _in_china(moment: datetime) -> str:
    """Return a moment as JSON has it: as people see it, with its zone."""
    from pipeline.calendar import SHANGHAI

    return moment.astimezone(SHANGHAI).isoformat()
