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
    from pipeline.store import articles, issues, runs
    from pipeline.week.troubles import find_troubles

    now = datetime.now(UTC)
    period = periods.get_period(settings, None, now)
    stored, tagged = articles.count_articles()
    troubles = find_troubles(settings)
    deadline = timedelta(hours=settings.feeds.delivery.deadline_hours)
    drafts = [
        {
            "week": week,
            "number": number,
            "status": state,
            "publishes_at": to_china(at),
            "overdue": at < now and state != "sent",
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
        return 0
    console = context.console()
    if unfinished:
        console.print(f"a restore was stopped half way, nothing is sent: {unfinished.command}")
    console.print(f"articles: {stored} stored, {stored - tagged} not tagged yet")
    due = "drafted" if report["next"]["drafted"] else "no draft yet"
    console.print(
        f"next issue: {period.week}, {show_moment(report['next']['publishes_at'])}, {due}"
    )
    for one in drafts:
        late = "  overdue" if one["overdue"] else ""
        late += ", too late to be sent: set another time at the desk" if one["stale"] else ""
        console.print(f"  {one['week']}  No. {one['number']}  {one['status']}{late}")
    for key, error in troubles.failing.items():
        console.print(f"failing: {key}: {error.removeprefix(f'{key}: ')}")
    for key, url in troubles.moved.items():
        console.print(f"moved: {key}: to {url}; write that into feeds.yaml")
    if last:
        state = "finished" if last[0].finished_at else f"stopped or running in {last[0].stage}"
        console.print(
            f"last run: {last[0].week}, {show_moment(report['last_run']['started_at'])}, {state}"
        )
    return 0


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
