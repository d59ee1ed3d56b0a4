"""The commands of the week: run, collect, draft, proof."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import (
    EXIT_REFUSED,
    EXIT_SOME_SOURCES_FAILED,
    Context,
    json_option,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.calendar import Period
    from pipeline.cli.context import Console
    from pipeline.config import Settings
    from pipeline.proof import Report
    from pipeline.telling.notices import Notice

_STAGES = {
    "collect": "Collecting",
    "tag": "Tagging",
    "group": "Grouping reprints",
    "assemble": "Assembling",
    "links": "Checking links",
    "proof": "Proofreading",
    "tidy": "Deleting what is past its time",
    "index": "Indexing for the search",
}
_SIGNED = {
    "review": "being signed",
    "approved": "signed by all three",
    "sending": "on its way to the readers",
    "sent": "with its readers",
}

week_option = click.option(
    "--week",
    metavar="YYYY-Www",
    help="The week, such as 2026-W47; unset: the one that appears next.",
)


@click.command(epilog="Example: python run_pipeline.py run --week 2026-W47")
@week_option
@json_option
@click.pass_obj
def run(context: Context, week: str | None, *, as_json: bool) -> int:
    """Collect, tag, assemble and proofread the week's draft. Never sends; safe to repeat."""
    from pipeline import runner
    from pipeline.week import periods
    from pipeline.week.lock import lock
    from pipeline.week.progress import get_result, record

    settings = context.settings()
    period = periods.get_period(settings, week, datetime.now(UTC))
    with lock(settings.data_dir), record(settings.data_dir, "run", period.week) as kept:
        context.open_store()
        _warn_of_year(context, settings, period)
        if week is None:
            _warn_of_missed(settings)
        with (
            _telling_of_failure(settings, period.week),
            _progress(quiet=context.quiet or as_json) as advance,
        ):

            def go_on(stage: str, done: int, total: int) -> None:
                kept.advance(stage, done, total)
                advance(stage, done, total)

            report = runner.run(settings, period, on_progress=go_on)
        kept.finish(result=get_result(report))
        weeks = periods.list_weeks(settings) if not report["issue"]["items"] else []
    _tell_of_run(settings, period, report)
    if as_json:
        print_json(report)
    else:
        _print_run(context, report, asked=week, weeks=weeks)
    failed = any(line["status"] == "failed" for line in report["sources"])
    return EXIT_SOME_SOURCES_FAILED if failed else 0


@click.command(epilog="Example: python run_pipeline.py collect --source sample-rss")
@click.option("--source", "source_id", metavar="ID", help="Only this source, switched on or not.")
@json_option
@click.pass_obj
def collect(context: Context, source_id: str | None, *, as_json: bool) -> int:
    """Fetch sources and store new articles."""
    from pipeline import runner
    from pipeline.week.lock import lock
    from pipeline.week.progress import record

    settings = context.settings()
    sources = [settings.get_source(source_id)] if source_id else list(settings.sources)
    with lock(settings.data_dir), record(settings.data_dir, "collect", "") as kept:
        context.open_store()
        kept.advance("collect", 0, len(sources))
        lines = runner.collect(settings, sources, lambda _: None, insist=bool(source_id))
        kept.advance("index", 0, 0)
        runner.index(settings)
    rows = [line.to_json() for line in lines]
    if as_json:
        print_json({"sources": rows})
    else:
        _print_sources(context, rows)
    return EXIT_SOME_SOURCES_FAILED if any(row["status"] == "failed" for row in rows) else 0


@click.command(epilog="Example: python run_pipeline.py draft --week 2026-W47")
@week_option
@json_option
@click.pass_obj
def draft(context: Context, week: str | None, *, as_json: bool) -> int:
    """Assemble the week's draft again from what is stored."""
    from pipeline import runner
    from pipeline.week import periods
    from pipeline.week.lock import lock
    from pipeline.week.progress import get_result, record

    settings = context.settings()
    period = periods.get_period(settings, week, datetime.now(UTC))
    with lock(settings.data_dir), record(settings.data_dir, "draft", period.week) as kept:
        context.open_store()
        _warn_of_year(context, settings, period)
        report = runner.draft(settings, period, on_progress=kept.advance)
        kept.finish(result=get_result(report))
    if as_json:
        print_json(report)
    else:
        _print_run(context, report, asked=week, weeks=[])
    return 0


@click.command(epilog="Example: python run_pipeline.py proof --file var/issues/2026-W47/issue.json")
@week_option
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An issue.json that stands anywhere; no store is touched.",
)
@click.option("--explain", "rule_id", metavar="RULE", help="Explain one rule, or all of them.")
@click.option("--strict", is_flag=True, help="Exit with 4 when an error blocks approval.")
@json_option
@click.pass_obj
def proof(
    context: Context,
    week: str | None,
    path: Path | None,
    rule_id: str | None,
    *,
    strict: bool,
    as_json: bool,
) -> int:
    """Print the proofreading findings of a draft."""
    if path and week:
        raise click.UsageError("--week and --file exclude each other")
    if rule_id:
        return _explain(rule_id)
    report = _proof_file(context, path) if path else _proof_week(context, week)
    if as_json:
        print_json(report.to_json())
    else:
        _print_findings(context.console(), report)
    return EXIT_REFUSED if strict and report.errors else 0


def _explain(rule_id: str) -> int:
    from pipeline.errors import UsageError
    from pipeline.proof import RULES, explain, explain_all, get_rule

    if rule_id == "all":
        click.echo(explain_all(RULES), nl=False)
        return 0
    rule = get_rule(rule_id)
    if rule is None:
        known = " ".join(one.id for one in RULES)
        raise UsageError(f"no rule {rule_id!r}; there are: {known} (or all)")
    click.echo(explain(rule))
    return 0


def _warn_of_year(context: Context, settings: Settings, period: Period) -> None:
    """Say, with ``--quiet`` too, that the issue may appear on a day that is a holiday."""
    from pipeline.calendar import say_unknown
    from pipeline.week import periods

    year = period.publishes_at.year
    # Else the calendar's own warning says it.
    if context.quiet and not periods.get_calendar(settings).knows(year):
        click.echo(f"note: {say_unknown(year)}", err=True)


def _warn_of_missed(settings: Settings) -> None:
    """Say, with ``--quiet`` too, that the issue before this one was never drafted whole."""
    from pipeline.cli.context import show_moment, to_china
    from pipeline.week import periods

    missed = periods.find_missed(settings, datetime.now(UTC))
    if missed:
        at = show_moment(to_china(missed.publishes_at))
        click.echo(
            f"warning: {missed.week} was to appear on {at} in Shanghai and has no draft of its "
            f"whole week: run --week {missed.week}; if cron came too late, see its zone in doctor",
            err=True,
        )


def _tell_of_run(settings: Settings, period: Period, report: dict[str, Any]) -> None:
    """Ask the editors to begin; or tell who has signed already what came since."""
    from pipeline.telling.editors import tell_of_late
    from pipeline.telling.notices import write_ready

    now, status = datetime.now(UTC), report["issue"]["status"]
    if status == "draft":  # who signed need not be asked to begin
        until = period.ends if period.ends > now else None
        _tell_editors(settings, write_ready(settings, report, period.publishes_at, until))
    elif status in {"review", "approved"}:
        for line in tell_of_late(settings, period, now):
            click.echo(f"note: {line}", err=True)


def _tell_editors(settings: Settings, notice: Notice) -> None:
    """Send word to the editors; that it fails stops nothing."""
    from pipeline.telling.editors import tell

    for line in tell(settings, notice):
        click.echo(f"note: {line}", err=True)


@contextmanager
def _telling_of_failure(settings: Settings, week: str) -> Iterator[None]:
    """Tell the editors of a run that ends in an error, where the store can still be read."""
    from pipeline.telling import notices

    try:
        yield
    except Exception as error:
        lines = str(error).strip().splitlines()
        notice = notices.write_failed(settings, week, lines[0] if lines else type(error).__name__)
        with suppress(Exception):  # the error itself is what has to be said
            _tell_editors(settings, notice)
        raise


def _proof_file(context: Context, path: Path) -> Report:
    from pipeline.cli.prooffile import read_issue
    from pipeline.proof import proofread
    from pipeline.week.reference import get_reference

    issue = read_issue(path)
    settings = context.settings()
    reference = get_reference(settings)
    return proofread(issue, reference=reference, newsletter=settings.newsletter)


def _proof_week(context: Context, week: str | None) -> Report:
    from pipeline import runner
    from pipeline.week import periods

    settings = context.open_store()
    from pipeline.store import issues

    period = periods.get_period(settings, week, datetime.now(UTC))
    _, report, _ = runner.render_revision(settings, issues.get_revision(period.week))
    return report


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show what the run is doing, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Starting") as spinner:

        def advance(stage: str, done: int, _total: int) -> None:
            spinner.update(_STAGES.get(stage, stage) + (f" ({done})" if done else " …"))

        yield advance


def _print_sources(context: Context, rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("source", "status", "fetched", "new", title="Sources", title_justify="left")
    for row in rows:
        table.add_row(row["id"], row["status"], str(row["fetched"]), str(row["new"]))
    context.console().print(table)
    for row in rows:
        if row["error"]:
            said = str(row["error"]).removeprefix(f"{row['id']}: ")
            click.echo(f"failed: {row['id']}: {said}", err=True)
        if context.quiet:  # what was left out did not go wrong
            continue
        for warning in row["warnings"]:
            click.echo(f"note: {row['id']}: {warning}", err=True)


def _print_run(
    context: Context, report: dict[str, Any], *, asked: str | None, weeks: list[tuple[str, int]]
) -> None:
    from rich.table import Table

    console = context.console()
    if report["sources"]:
        _print_sources(context, report["sources"])
    issue = report["issue"]
    number = f"number {issue['number']}" if issue["number"] else "a trial before number 1"
    table = Table("", "", title=f"Issue of {report['week']}, {number}",
                  title_justify="left", show_header=False)  # fmt: skip
    table.add_row("articles", str(report["articles"]))
    table.add_row("stories", str(report["stories"]))
    table.add_row("items", str(issue["items"]))
    table.add_row("by section", _counts({one["title"]: one["items"] for one in issue["sections"]}))
    table.add_row("by district", _counts(issue["by_district"]))
    table.add_row("by theme", _counts(issue["by_theme"]))
    found = report["findings"]
    table.add_row("findings", _findings(found["error"], found["warning"]))
    table.add_row("mail", f"{issue['bytes_html'] / 1024:.0f} KB of HTML")
    console.print(table)
    if not issue["items"]:
        console.print(f"Nothing new in {report['week']}.")
        if weeks:
            console.print("Weeks that have articles:")
            for week, count in weeks:
                console.print(f"  {week}  {count} articles   run --week {week}")
        return
    if issue["status"] != "draft":
        console.print(f"This issue is {_SIGNED[issue['status']]}: it stands, nothing was replaced.")
        return
    if issue["edited"]:
        console.print(
            "An editor has changed this issue: that version stands, nothing was replaced."
        )
    path = Path(report["path"])
    flag = f" --week {asked}" if asked else ""
    console.print(f"The draft: {path / 'issue.html'}  (text: issue.txt, data: issue.json)")
    console.print(
        f"Next: open it in a browser, then read the findings: run_pipeline.py proof{flag}"
    )


def _findings(errors: int, warnings: int) -> str:
    return ", ".join(
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in ((errors, "error"), (warnings, "warning"))
    )


def _counts(counted: dict[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counted.items()) or "–"


def _print_findings(console: Console, report: Report) -> None:
    for finding in report.findings:
        place = f"{finding.item or '全刊'}/{finding.field or '-'}:{finding.start}"
        console.print(f"{finding.level}\t{finding.rule}\t{place}\t{finding.message}")
    console.print(
        f"{_findings(report.errors, report.warnings)} in {report.characters} characters: "
        f"{report.errors_per_10000} errors per 10,000 (limit 3)"
    )
