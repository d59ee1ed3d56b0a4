"""The command line: parse, call, print, exit code.

Modules of commands import only click at the top; everything else is imported when a command
runs, so that ``--help`` answers at once. What this package never does: decide anything.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.cli.bounces import bounces
from pipeline.cli.context import Context
from pipeline.cli.doctor import doctor
from pipeline.cli.keep import backup, restore, worker
from pipeline.cli.mail import deliveries, send
from pipeline.cli.members import members
from pipeline.cli.people import subscribers
from pipeline.cli.proofread import proof
from pipeline.cli.review import approve, audit, serve, users
from pipeline.cli.sources import sources
from pipeline.cli.state import manage, status
from pipeline.cli.texts import evaluate, reprints, tag
from pipeline.cli.week import collect, draft, run
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Callable


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: python run_pipeline.py run --week 2026-W47",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("feeds.yaml"),
    show_default=True,
    help="The newsletter and its sources.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="Where everything is kept; made if missing.",
)
@click.option("-v", "--verbose", count=True, help="Say more; twice for everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.version_option(__version__)
@click.pass_context
def cli(ctx: click.Context, config: Path, data_dir: Path, verbose: int, *, quiet: bool) -> None:
    """From the articles about a city's communities to a reviewed weekly newsletter.

    Without a command it does ``run``.
    """
    level = (
        logging.ERROR if quiet else [logging.WARNING, logging.INFO, logging.DEBUG][min(verbose, 2)]
    )
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    # A lost database is said once, by the error itself; psycopg would say it for every statement.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # of pages we name ourselves
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # robots' addresses are secrets
    warnings.showwarning = partial(_show_warning, warnings.showwarning, quiet=quiet)
    ctx.obj = Context(config, data_dir, quiet=quiet)
    if ctx.invoked_subcommand is None:
        ctx.invoke(run)


for command in (
    run,
    collect,
    tag,
    reprints,
    evaluate,
    draft,
    proof,
    approve,
    users,
    audit,
    serve,
    send,
    deliveries,
    bounces,
    backup,
    restore,
    worker,
    sources,
    status,
    doctor,
    subscribers,
    members,
    manage,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with the contract's exit code."""
    # A command makes many objects and ends: looking for cycles among them took a tenth of its time.
    gc.set_threshold(100_000, 50, 100)
    # None of ours is a plugin of pydantic's, and to look for some it reads about every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        (_find_misplaced(error) or error).show()
        code = 2 if isinstance(error, click.UsageError | click.BadParameter) else 1
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        code = 130
    except PipelineError as error:
        click.echo(f"error: {error}", err=True)
        code = error.exit_code
    except OSError as error:
        code = _say_os_error(error)
    except Exception as error:
        if isinstance(error, UnicodeEncodeError) and (wrong := _find_undecoded(sys.argv[1:])):
            click.echo(f"error: {wrong!a} on the command line is not UTF-8", err=True)
            sys.exit(2)
        if not _is_database_error(error):
            raise
        click.echo(
            f"error: the database: {str(error).strip().splitlines()[0]}; see doctor", err=True
        )
        code = 1
    gc.freeze()  # what the process ends with need not be searched for cycles once more
    sys.exit(code if isinstance(code, int) else 0)


def _find_misplaced(error: click.ClickException) -> click.UsageError | None:
    """Return what to say of an option of all commands that stands behind one; else None."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return None
    name = error.option_name
    if not any(name in one.opts for one in cli.params):
        return None
    said = f"{name} stands before the command: run_pipeline.py {name} … {error.ctx.info_name}"
    return click.UsageError(said, error.ctx)


def _show_warning(
    usual: Callable[..., None], message: Warning, category: type[Warning], *place: Any, quiet: bool
) -> None:
    """Say our own warnings in one line, such as a year whose holidays nobody knows yet."""
    if not issubclass(category, UserWarning):
        usual(message, category, *place)
    elif not quiet:
        click.echo(f"note: {message}", err=True)


def _say_os_error(error: OSError) -> int:
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # the reader of our output is gone: nobody is left to tell
        return 1
    where = f"{error.filename}: " if error.filename else ""
    hint = "; doctor says how much is free" if error.errno == errno.ENOSPC else ""
    click.echo(f"error: {where}{error.strerror or error}{hint}", err=True)
    return 1


def _find_undecoded(words: list[str]) -> str:
    """Return the first word that is no UTF-8, as only the name of a file may be; "" for none."""
    return next((one for one in words if any("\ud800" <= sign <= "\udfff" for sign in one)), "")


def _is_database_error(error: Exception) -> bool:
    if "django" not in sys.modules:
        return False
    from django.db import Error

    return isinstance(error, Error)
