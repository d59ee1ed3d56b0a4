"""The command that says what was done and what is due; and Django's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from pipeline.cli.context import Context, json_option, print_json, show_moment, to_china


@click.command(epilog="Example: python run_pipeline.py status")
@click.option("--remind", is_flag=True,
              help="Ask for signatures that are missing shortly before publishing.")  # fmt: skip
@json_option
@click.pass_obj
def status(context: Context, *, remind: bool, as_json: bool) -> int:
    """Say what was done and what is due."""
    from pipeline.files.unfinished import read_note
    from pipeline.week import periods

    settings = context.open_store()
    unfinished = read_note(settings.data_dir)
    if remind:
        from pipeline.telling import editors

        asked, wrong = editors.remind(settings, datetime.now(UTC))
        for week in asked:
            context.note(f"note: asked for a signature: {week}")
        for line in wrong:
            click.echo(f"note: {line}", err=True)
    from pipeline.store import articles, issues, restoring, runs
    from pipeline.week.troubles import find_troubles

    now = datetime.now(UTC)
    period = periods.get_period(settings, None, now)
    stored, tagged = articles.count_articles()
    troubles = find_troubles(settings)
    deadline = timedelta(hours=settings.feeds.delivery.deadline_hours)
    after_restore = restoring.list_open()
    drafts = [
        {
            "week": week,
            "number": number,
            "status": state,
            "publishes_at": to_china(at),
            "overdue": at < now and state != "sent" and after_restore.get(week) != "out",
            "stale": state == "approved" and now - at > deadline,
        }
        for week, number, state, at in issues.list_issues()
    ]
    last = runs.list_runs(1)
    report: dict[str, Any] = {
        "articles": stored,
        "untagged": stored - tagged,
        "next": {"week": period.week, "publishes_at": to_china(period.publishes_at),
                 "drafted": any(one["week"] == period.week for one in drafts)},
        "issues": drafts,
        "failing_sources": troubles.failing,
        "moved_sources": troubles.moved,
        "waiting_for_word": [one for one, how in sorted(after_restore.items()) if how != "out"],
        "unfinished_restore": unfinished.command if unfinished else None,
        "last_run": {
            "week": last[0].week,
            "started_at": to_china(last[0].started_at),
            "finished": last[0].finished_at is not None,
            "stage": last[0].stage,
        } if last else None,
    }  # fmt: skip
    if as_json:
        print_json(report)
    else:
        _print_status(context, report)
    return 0


def _print_status(context: Context, report: dict[str, Any]) -> None:
    console = context.console()
    if report["unfinished_restore"]:
        command = report["unfinished_restore"]
        console.print(f"a restore was stopped half way, nothing is sent: {command}")
    stored, untagged = report["articles"], report["untagged"]
    console.print(f"articles: {stored} stored, {untagged} not tagged yet")
    due = "drafted" if report["next"]["drafted"] else "no draft yet"
    publishes_at = show_moment(report["next"]["publishes_at"])
    console.print(f"next issue: {report['next']['week']}, {publishes_at}, {due}")
    for one in report["issues"]:
        late = "  overdue" if one["overdue"] else ""
        late += ", too late to be sent: set another time at the desk" if one["stale"] else ""
        console.print(f"  {one['week']}  No. {one['number']}  {one['status']}{late}")
    for week in report["waiting_for_word"]:
        console.print(
            f"held: {week} may have gone out before a backup was put back: send --week {week} "
            "--uncertain delivered (readers have it) or --uncertain resend (nobody has it)"
        )
    for key, error in report["failing_sources"].items():
        console.print(f"failing: {key}: {error.removeprefix(f'{key}: ')}")
    for key, url in report["moved_sources"].items():
        console.print(f"moved: {key}: to {url}; write that into feeds.yaml")
    if last := report["last_run"]:
        state = "finished" if last["finished"] else f"stopped or running in {last['stage']}"
        console.print(f"last run: {last['week']}, {show_moment(last['started_at'])}, {state}")


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
