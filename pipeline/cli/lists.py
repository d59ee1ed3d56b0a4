"""What the commands for lists of people share: options, whole files, lines as they are told."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.cli.context import Context
    from pipeline.store.imports import Entry, Judged

EXIT_WRONG_LIST = 2
_EVERY = 500  # lines between two figures on the terminal

consent_option = click.option(
    "--consent",
    default="",
    metavar="WORDS",
    help="The consent on record for lines that state none, such as '2026年居民登记表签名'.",
)
dry_option = click.option("--dry-run", is_flag=True, help="Say line by line, store nothing.")


@contextmanager
def written(path: Path, encoding: str) -> Iterator[IO[str]]:
    """Open a file that appears whole or not at all, a new one for its owner only; - is stdout.

    Raises:
        UsageError: there is no such folder.
    """
    import io

    from pipeline.files.wholefile import replacing

    if str(path) == "-":
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as file:
            yield file
        return
    with replacing(path) as raw:
        text = io.TextIOWrapper(raw, encoding, newline="")
        yield text
        text.detach()


@contextmanager
def told(*, quiet: bool) -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal how many lines are read and readers stored by now; nowhere else."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as spinner:
        yield lambda what, n: spinner.update(f"{what} {n:,}")


def count(entries: Iterable[Entry], advance: Callable[[str, int], None]) -> Iterator[Entry]:
    """Pass entries on and say from time to time how many there were."""
    for n, entry in enumerate(entries):
        if n % _EVERY == 0:
            advance("lines judged:", n)
        yield entry


def stored_by_now(advance: Callable[[str, int], None]) -> Callable[[int], None]:
    """Return what `Import.apply` calls as it goes on."""
    return lambda n: advance("readers stored:", n)


def tell(lines: Iterable[Judged]) -> Iterator[Judged]:
    """Leave out the lines there is nothing to say about."""
    return (one for one in lines if one.result not in {"new", "same"} or one.notes)


def stream_json(report: dict[str, Any], lines: Iterable[Judged]) -> None:
    """Print one JSON document line by line: a list of any length takes the same memory."""
    import json

    from pipeline.reader.words import say_notes

    head = json.dumps(report, ensure_ascii=False, indent=1)
    click.echo(head.removesuffix("\n}") + ',\n "lines": [', nl=False)
    comma = ""
    for one in lines:
        row = {"line": one.number, "result": one.result, "said": say_notes(one.notes)}
        click.echo(f"{comma}\n  {json.dumps(row, ensure_ascii=False)}", nl=False)
        comma = ","
    click.echo("\n ]\n}")


def print_lines(context: Context, lines: Iterable[Judged]) -> None:
    """Print what becomes of the lines; neighbours with the same fate stand on one line."""
    from django.utils.translation import gettext as _

    from pipeline.reader.words import RESULTS, say_notes

    console = context.console()
    first = last = 0
    fate: tuple[str, str] = ("", "")

    def flush() -> None:
        if first:
            span = (
                _("第 %(first)s 行") % {"first": first}
                if first == last
                else _("第 %(first)s—%(last)s 行") % {"first": first, "last": last}
            )
            said = f"　{fate[1]}" if fate[1] else ""
            console.print(f"{span}　{RESULTS[fate[0]]}{said}")

    for one in lines:
        said = say_notes(one.notes)
        if (one.result, said) == fate and one.number == last + 1:
            last = one.number
            continue
        flush()
        first = last = one.number
        fate = (one.result, said)
    flush()
