"""The commands of delivery: send, deliveries."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.cli.context import Console
    from pipeline.config import Settings
    from pipeline.deliver.book import Progress
    from pipeline.sending import Options


@click.command(
    short_help="Deliver an approved issue, to everybody exactly once.",
    epilog="Example: python run_pipeline.py send --week 2026-W47 --dry-run",
)
@click.option("--week", metavar="YYYY-Www", help="The week, such as 2026-W47.")
@click.option(
    "--due",
    is_flag=True,
    help="Whatever is approved and due or on its way; nothing to do is no error (for cron).",
)
@click.option("--dry-run", is_flag=True, help="Say who would get it; send and write nothing.")
@click.option(
    "--to-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write one .eml a recipient into this folder instead of using SMTP; "
    "it counts as sent. To try things, --dry-run and --test-to change nothing.",
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many recipients in this run.")
@click.option("--test-to", metavar="ADDRESS", help="Send one copy of the draft, marked as a test.")
@click.option(
    "--relay-log",
    metavar="PATH|-",
    help="The relay's log (Postfix): settles what a crash left.",
)
@click.option(
    "--uncertain",
    type=click.Choice(["hold", "resend", "delivered"]),
    help="What becomes, this time, of deliveries whose fate a crash left open.",
)
@json_option
@click.pass_obj
def send(
    context: Context,
    week: str | None,
    to_dir: Path | None,
    limit: int | None,
    test_to: str | None,
    relay_log: str | None,
    uncertain: str | None,
    *,
    due: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Deliver an approved issue: everybody exactly once, however often it is stopped and resumed.

    What a receiver put off waits; run it again to go on (cron may, every few minutes).
    """
    from pipeline.week import periods

    if due == bool(week):
        raise click.UsageError("name the issue with --week, or --due for whatever is due")
    if due and test_to:
        raise click.UsageError("--test-to needs the issue: name it with --week")
    settings = context.open_store()
    from pipeline import sending

    console = context.console()
    if week is None:
        ways = sending.Options(to_dir, limit, None, uncertain)
        return _send_due(context, settings, ways, relay_log, dry_run=dry_run, as_json=as_json)
    wanted = periods.get_period(settings, week, datetime.now(UTC)).week
    if test_to:
        from pipeline.deliver.addresses import to_wire
        from pipeline.errors import PermanentDeliveryError, UsageError

        try:
            to_wire(test_to)
        except PermanentDeliveryError as error:
            raise UsageError(f"--test-to: {error}") from None
        said = sending.send_test(settings, wanted, test_to, to_dir)
        if as_json:
            print_json({"week": wanted, "test_to": test_to, "reply": said})
        else:
            console.print(f"test copy of {wanted} to {test_to}: {said}")
        return 0
    options = sending.Options(to_dir, limit, None, uncertain)
    report = _send_one(context, settings, wanted, options, relay_log,
                       dry_run=dry_run, as_json=as_json)  # fmt: skip
    if as_json:
        print_json(report)
    else:
        _print_report(console, report, dry_run=dry_run)
    return 0


def _send_due(
    context: Context, settings: Settings, options: Options, relay_log: str | None,
    *, dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Send every issue that is due; one that is refused keeps no other back."""
    from pipeline import sending
    from pipeline.errors import LockedError, RefusedError

    code = 0
    for week in sending.list_due(settings, datetime.now(UTC)):
        try:
            report = _send_one(context, settings, week, options, relay_log,
                               dry_run=dry_run, as_json=as_json)  # fmt: skip
        except LockedError as error:  # the call before this one is still at it
            context.note(f"note: {error}")
            return error.exit_code
        except RefusedError as error:
            click.echo(f"error: {error}", err=True)
            code = error.exit_code
            continue
        if as_json:
            print_json(report, indent=None)
        else:
            _print_report(context.console(), report, dry_run=dry_run)
    return code


def _send_one(
    context: Context, settings: Settings, week: str, options: Options, relay_log: str | None,
    *, dry_run: bool, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    from pipeline import sending

    if dry_run:
        return sending.dry_run(settings, week)
    with ExitStack() as stack:
        log = relay_log or settings.feeds.delivery.relay_log
        lines = stack.enter_context(_open_log(settings, log)) if log else None
        advance = stack.enter_context(_progress(quiet=context.quiet or as_json))
        return sending.send_issue(
            settings,
            week,
            replace(options, relay_log=lines),
            on_progress=advance,
            say=lambda line: click.echo(line, err=True),
            note=context.note,
        )


def _print_report(console: Console, report: dict[str, Any], *, dry_run: bool) -> None:
    week = report["week"]
    if dry_run:
        console.print(
            f"{week}: {report['recipients']} would get it, {report['suppressed']} suppressed; "
            f"{report['editions']} editions (dry run: nothing was sent)"
        )
        return
    console.print(
        f"{week}: {report['delivered']} of {report['recipients']} delivered, "
        f"{report['deferred']} waiting, {report['failed']} failed, "
        f"{report['suppressed']} suppressed, {report['uncertain']} uncertain; "
        f"{report['editions']} editions, {report['seconds']:.1f} s"
    )
    if report["failed"] or report["deferred"]:
        console.print(f"who and why: run_pipeline.py deliveries --week {week}")


@click.command(
    short_help="Say who got an issue, who did not and why.",
    epilog="Example: python run_pipeline.py deliveries --week 2026-W47 --json",
)
@click.option("--week", metavar="YYYY-Www", help="The week, such as 2026-W47; unset: all of them.")
@click.option(
    "--domains", is_flag=True, help="Counts for each recipient domain, also while it is sent."
)
@click.option("--counts", is_flag=True, help="Opens and clicks, where delivery.count asks for it.")
@json_option
@click.pass_obj
def deliveries(
    context: Context, week: str | None, *, domains: bool, counts: bool, as_json: bool
) -> int:
    """Say who got an issue, who did not and why; JSON lines with --json."""
    from pipeline.errors import UsageError
    from pipeline.week import periods

    settings = context.open_store()
    from pipeline.store import issues
    from pipeline.store.deliveries import count_domains, list_deliveries

    if week:
        week = periods.get_period(settings, week, datetime.now(UTC)).week
        issues.get_revision(week)
    console = context.console()
    if counts:
        return _show_counts(context, week, as_json=as_json)
    if domains:
        if not week:
            raise UsageError("deliveries --domains: name the issue with --week")
        for domain, states in count_domains(week).items():
            if as_json:
                print_json({"domain": domain, **states}, indent=None)
            else:
                told = "  ".join(f"{state} {count}" for state, count in sorted(states.items()))
                console.print(f"{domain}  {told}")
        return 0
    any_row = False
    for number, one in list_deliveries(week):
        any_row = True
        row: dict[str, Any] = {
            "email": one.email,
            "status": str(one.status),
            "edition": one.edition,
            "attempts": one.attempts,
            "message_id": one.message_id,
            "reply": one.reply,
            "at": one.at.isoformat() if one.at else None,
        }
        if as_json:
            print_json(row if week else {"week": number, **row}, indent=None)
        else:
            console.print(f"{number}  {one.status:<10}  {one.email}  {one.reply}")
    if not any_row and not as_json:
        console.print(f"nothing of {week} was sent yet" if week else "no issue was sent yet")
    return 0


def _show_counts(context: Context, week: str | None, *, as_json: bool) -> int:
    from pipeline.errors import UsageError
    from pipeline.store import counts, issues

    if not week:
        raise UsageError("deliveries --counts: name the issue with --week")
    found = counts.list_counts(week)
    opens = found.pop("", 0)
    titles = {item.key: item.title for item in issues.get_revision(week).issue.items}
    clicks = [
        {"key": key, "title": titles.get(key, ""), "times": times} for key, times in found.items()
    ]
    if as_json:
        print_json({"week": week, "opens": opens, "clicks": clicks}, indent=None)
        return 0
    console = context.console()
    console.print(f"{week}  opened {opens} times")
    for one in clicks:
        console.print(f"{one['times']:>7}  {one['title']}")
    return 0


def find_log(settings: Settings, place: str) -> Path:
    """Return the relay's log that ``place`` names, from here or from beside feeds.yaml.

    Raises:
        UsageError: there is none.
    """
    from pipeline.errors import UsageError

    path = Path(place) if Path(place).exists() else settings.root / place
    if not path.is_file():
        name = "delivery.relay_log" if place == settings.feeds.delivery.relay_log else "--relay-log"
        raise UsageError(f"{name}: {path}: no such file")
    return path


@contextmanager
def _open_log(settings: Settings, place: str) -> Iterator[Iterable[str]]:
    if place == "-":
        yield (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    path = find_log(settings, place)
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        yield _read_log(file, path)


def _read_log(file: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[str]:
    """Yield the log's lines.

    Raises:
        UsageError: it is packed, and breaks off or is damaged.
    """
    from pipeline.errors import UsageError

    try:
        for line in file:
            yield line.decode("utf-8", "replace")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"--relay-log: {path}: {error}") from None


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Progress, int], None]]:
    """Show how far it is, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Sending") as spinner:

        def advance(done: Progress, total: int) -> None:
            left = max(0, total - done.delivered - done.deferred - done.failed)
            rate = done.rate
            time_left = f", {left / rate:.0f} s left" if rate > 0 else ""
            spinner.update(
                f"{done.delivered} delivered, {done.deferred} put off, {done.failed} failed "
                f"of {total} ({rate:.0f}/s{time_left})"
                + (f"; slowed down by {', '.join(done.throttled[:3])}" if done.throttled else "")
            )

        yield advance
