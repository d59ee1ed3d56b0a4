"""The commands that read JSON lines and touch no store: tag --file, reprints, evaluate."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pipeline.cli.context import Context, json_option, lines_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.cli.context import Console
    from pipeline.tag.evaluate import Mistake


@click.command(epilog="Example: python run_pipeline.py tag --file articles.jsonl")
@click.option("--all", "everything", is_flag=True, help="Tag everything stored again.")
@click.option("--file", "path", metavar="PATH|-", help="JSON lines {id,title,text[,published]}.")
@json_option
@click.pass_obj
def tag(context: Context, path: str | None, *, everything: bool, as_json: bool) -> int:
    """Tag what is not tagged, or a file of JSON lines."""
    from pipeline import runner
    from pipeline.week.tagger import load_tagger

    settings = context.settings()
    if path:
        if everything:
            raise click.UsageError("--all and --file exclude each other")
        from pipeline.tag.jsonlines import tag_lines

        with _open(path) as lines:
            tagger = load_tagger(settings)
            tagger.read_all()
            return _print_lines(path, tag_lines(lines, tagger))
    with context.open_store_alone():
        count = runner.tag(settings, everything=everything)
        runner.index(settings)
    if as_json:
        print_json({"tagged": count})
    else:
        context.console().print(f"{count} articles tagged")
    return 0


@click.command(epilog="Example: python run_pipeline.py reprints --file articles.jsonl")
@click.option(
    "--file",
    "path",
    metavar="PATH|-",
    required=True,
    help="JSON lines {id,title,text[,published]}.",
)
@lines_option
def reprints(path: str) -> int:
    """Group JSON lines into stories."""
    from pipeline.tag.jsonlines import reprint_lines

    with _open(path) as lines:
        return _print_lines(path, reprint_lines(lines))


@click.command(epilog="Example: python run_pipeline.py evaluate labelled.jsonl --json")
@click.argument("path", required=False)
@click.option(
    "--from-desk",
    is_flag=True,
    help="Measure and learn on the editors' corrections; the model serves where it helps.",
)
@json_option
@click.pass_obj
def evaluate(context: Context, path: str | None, *, from_desk: bool, as_json: bool) -> int:
    """Tag a labelled file and print precision, recall and F1."""
    if from_desk == bool(path):
        raise click.UsageError("name a labelled file, or --from-desk")
    if path is None:
        return _learn_from_desk(context, as_json=as_json)
    from pipeline.errors import UsageError
    from pipeline.tag.evaluate import evaluate as measure
    from pipeline.week.tagger import load_tagger

    mistakes: list[Mistake] = []
    count = 0

    def counted(lines: BinaryIO) -> Iterator[bytes]:
        nonlocal count
        for line in lines:
            count += bool(line.strip())
            yield line

    with _open(path) as lines:
        result = measure(counted(lines), load_tagger(context.settings()), mistakes)
    if not result["n"]:
        raise UsageError(f"{path}: holds no labelled text; expected JSON lines {{id,title,text,…}}")
    if broken := count - result["n"]:
        click.echo(f"note: {path}: {broken} of {count} lines are broken: left out", err=True)
    if as_json:
        print_json(result)
        return 0
    _print_scores(context.console(), result, mistakes)
    return 0


def _learn_from_desk(context: Context, *, as_json: bool) -> int:
    from pipeline import lessons

    settings = context.open_store()
    found = lessons.learn_from_desk(settings)
    if as_json:
        print_json(found)
        return 0
    from rich.table import Table

    console = context.console()
    console.print(f"{found['labels']} texts corrected at the desk")
    if not found["themes"]:
        console.print("Not enough labels of any theme yet: the rules stay alone.")
        return 0
    table = Table("theme", "labels", "F1 rules", "F1 with model", "used", "words")
    for one in found["themes"]:
        words = " ".join(f"{word} {weight:+.1f}" for word, weight in one["words"])
        table.add_row(one["theme"], str(one["labels"]), f"{one['rules_f1']:.3f}",
                      f"{one['model_f1']:.3f}", "yes" if one["used"] else "no", words)  # fmt: skip
    console.print(table)
    console.print("Tag again with what was learnt: run_pipeline.py tag --all")
    return 0


def _print_scores(
    console: Console, result: dict[str, Any], mistakes: list[Mistake], most: int = 20
) -> None:
    from rich.table import Table

    table = Table("", "P", "R", "F1", title=f"{result['n']} texts", title_justify="left")
    rows = {
        "districts": result["district"], "districts, masked": result["district_masked"],
        "communities": result["community"], "events": result["event"],
        "themes (micro)": result["theme"]["micro"],
    }  # fmt: skip
    rows |= {f"  {name}": one for name, one in result["theme"]["per_theme"].items()}
    for name, one in rows.items():
        table.add_row(name, f"{one['p']:.3f}", f"{one['r']:.3f}", f"{one['f1']:.3f}")
    console.print(table)
    console.print(f"themes, macro F1: {result['theme']['macro_f1']:.3f}")
    console.print(f"resolved to the right street: {result['resolved']['accuracy']:.3f}")
    console.print(f"characters a second: {result['chars_per_second']:,}")
    if mistakes:
        worst = Table("id", "title", "missed", "wrongly said", title="The worst mistakes",
                      title_justify="left")  # fmt: skip
        for one in mistakes[:most]:
            worst.add_row(one.id, one.title[:30], " ".join(one.missed), " ".join(one.wrong))
        console.print(worst)


def _print_lines(path: str, results: Iterator[dict[str, Any]]) -> int:
    """Print results as JSON lines; a file of nothing but broken lines has failed (1)."""
    good = broken = 0
    for result in results:
        print_json(result, indent=None)
        broken += "error" in result
        good += "error" not in result
    if broken:
        click.echo(f"note: {path}: lines that could not be read: {broken}", err=True)
    return 1 if broken and not good else 0


@contextmanager
def _open(path: str) -> Iterator[BinaryIO]:
    """Open a file of lines, or standard input for ``-``."""
    from pathlib import Path

    from pipeline.errors import UsageError

    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(path).open("rb") as file:
            yield file
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path}: is a folder, not a file") from None
