"""What every command needs: the settings, the open store, and where to print."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.table import Table

    from pipeline.config import Settings

EXIT_SOME_SOURCES_FAILED = 3
EXIT_REFUSED = 4

# What a text from outside could do to a terminal; a line break and a tab do nothing.
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)} - {ord("\n"), ord("\t")})


@dataclass(frozen=True, slots=True)
class Console:
    """Where people read: standard output, silent with ``--quiet``."""

    quiet: bool

    def print(self, said: str | Table) -> None:
        """Print a line as it stands, or a table as wide as the terminal is."""
        if self.quiet:
            return
        if isinstance(said, str):
            click.echo(said.translate(_CONTROLS))
            return
        from rich.console import Console as Drawing

        Drawing(highlight=False, soft_wrap=True).print(said)


@dataclass(frozen=True, slots=True)
class Context:
    """The global options, and what follows from them when it is first asked for."""

    config_path: Path
    data_dir: Path
    quiet: bool

    def settings(self) -> Settings:
        """Read feeds.yaml and the environment.

        Raises:
            ConfigError: they are wrong.
        """
        from pipeline.config import load_settings

        return load_settings(self.config_path, self.data_dir)

    def open_store(self) -> Settings:
        """Start Django, bring the tables up to date, and return the settings."""
        from pipeline import store

        settings = self.settings()
        store.setup(self.config_path, self.data_dir)
        store.migrate()
        return settings

    @contextmanager
    def open_store_alone(self) -> Iterator[Settings]:
        """Do the same as the only run of the newsroom, on this machine and on others.

        Raises:
            LockedError: another run is under way.
        """
        from pipeline.week.lock import lock

        with lock(self.settings().data_dir):
            settings = self.open_store()
            from pipeline.store.locks import hold_run

            with hold_run():
                yield settings

    def note(self, line: str) -> None:
        """Say on standard error what is as it should be; nothing with ``--quiet``."""
        if not self.quiet:
            click.echo(line, err=True)

    def console(self) -> Console:
        """Return the console for people."""
        return Console(self.quiet)


def json_option(function: Any) -> Any:
    """Add ``--json`` to a reporting command."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(
        function
    )


lines_option = click.option(
    "--json", is_flag=True, expose_value=False, help="Print JSON lines, as is done without it."
)
"""For reporting commands that print nothing else."""


def print_json(value: object, *, indent: int | None = 1) -> None:
    """Print one JSON document on standard output; lone surrogates are replaced."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def to_china(moment: datetime) -> str:
    """Return a moment as JSON has it: as people see it, with its zone."""
    from pipeline.calendar import SHANGHAI

    return moment.astimezone(SHANGHAI).isoformat()


def show_moment(told: str) -> str:
    """Return a moment of JSON as people read it: 2026-11-23 08:00, in Shanghai."""
    from pipeline.calendar import SHANGHAI

    return datetime.fromisoformat(told).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
