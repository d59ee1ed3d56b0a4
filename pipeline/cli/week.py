"""The commands of the week: run, collect, draft."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import (
    EXIT_SOME_SOURCES_FAILED,
    Context,
    json_option,
    print_json,
)
from pipeline.cli.weektables import print_run, print_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.calendar import Period
    from pipeline.config import Settings
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
    from pipeline.week.progress import get_result, record

    with context.open_store_alone() as settings:
        period = periods.get_period(settings, week, datetime.now(UTC))
        with record(settings.data_dir, "run", period.week) as kept:
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
        print_run(context, report, asked=week, weeks=weeks)
    return _get_exit_code(report["sources"])


@click.command(epilog="Example: python run_pipeline.py collect --source sample-rss")
@click.option("--source", "source_id", metavar="ID", help="Only this source, switched on or not.")
@json_option
@click.pass_obj
def collect(context: Context, source_id: str | None, *, as_json: bool) -> int:
    """Fetch sources and store new articles."""
    from pipeline import runner
    from pipeline.week.progress import record

    settings = context.settings()
    sources = [settings.get_source(source_id)] if source_id else list(settings.sources)
    with context.open_store_alone(), record(settings.data_dir, "collect", "") as kept:
        kept.advance("collect", 0, len(sources))
        lines = runner.collect(settings, sources, lambda _: None, insist=bool(source_id))
        kept.advance("index", 0, 0)
        runner.index(settings)
    rows = [line.to_json() for line in lines]
    if as_json:
        print_json({"sources": rows})
    else:
        print_sources(context, rows)
    return _get_exit_code(rows)


@click.command(epilog="Example: python run_pipeline.py draft --week 2026-W47")
@week_option
@json_option
@click.pass_obj
def draft(context: Context, week: str | None, *, as_json: bool) -> int:
    """Assemble the week's draft again from what is stored."""
    from pipeline import runner
    from pipeline.week import periods
    from pipeline.week.progress import get_result, record

    with context.open_store_alone() as settings:
        period = periods.get_period(settings, week, datetime.now(UTC))
        with record(settings.data_dir, "draft", period.week) as kept:
            _warn_of_year(context, settings, period)
            report = runner.draft(settings, period, on_progress=kept.advance)
            kept.finish(result=get_result(report))
    if as_json:
        print_json(report)
    else:
        print_run(context, report, asked=week, weeks=[])
    return 0


def _get_exit_code(rows: list[dict[str, Any]]) -> int:
    """A source that is gone failed, though it is not asked any more."""
    failed = any(row["status"] in {"failed", "muted"} for row in rows)
    return EXIT_SOME_SOURCES_FAILED if failed else 0


def _warn_of_year(context: Context, settings: Settings, period: Period) -> None:
    """Say, with ``--quiet`` too, that the issue may appear on a day that is a holiday."""
    from pipeline.calendar import say_unknown
    from pipeline.week.schedule import get_calendar

    year = period.publishes_at.year
    # Else the calendar's own warning says it.
    if context.quiet and not get_calendar(settings).knows(year):
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
    from pipeline.store import restoring
    from pipeline.telling.editors import tell_of_late
    from pipeline.telling.notices import write_ready

    now, status = datetime.now(UTC), report["issue"]["status"]
    if period.week in restoring.list_unsigned():  # readers may have it since before a restore
        return
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
