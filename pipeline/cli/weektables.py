"""What the commands of the week print: the sources' table, the issue's, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.cli.context import Context

_SIGNED = {
    "review": "being signed",
    "approved": "signed by all three",
    "sending": "on its way to the readers",
    "sent": "with its readers",
}


def print_sources(context: Context, rows: list[dict[str, Any]], *, all_gone: bool = False) -> None:
    """Print a line a source; what failed and what was left out goes to stderr.

    ``all_gone``: with ``--quiet`` also those that are not asked any more.
    """
    from rich.table import Table

    table = Table("source", "status", "fetched", "new", title="Sources", title_justify="left")
    for row in rows:
        table.add_row(row["id"], row["status"], str(row["fetched"]), str(row["new"]))
    context.console().print(table)
    for row in rows:
        if row["error"]:
            said = str(row["error"]).removeprefix(f"{row['id']}: ")
            click.echo(f"failed: {row['id']}: {said}", err=True)
        if row["status"] == "muted" and (all_gone or not context.quiet):
            click.echo(f"failed: {row['id']}: {row['warnings'][-1]}", err=True)
            continue
        if context.quiet:  # what was left out did not go wrong
            continue
        for warning in row["warnings"]:
            click.echo(f"note: {row['id']}: {warning}", err=True)


def print_run(
    context: Context, report: dict[str, Any], *, asked: str | None, weeks: list[tuple[str, int]]
) -> None:
    """Print the report of a run or a draft.

    ``asked`` is the week the command named, ``weeks`` those with articles where this one has none.
    """
    from rich.table import Table

    console = context.console()
    if report["sources"]:
        # Week by week, until feeds.yaml says otherwise; `collect` may be called more often.
        print_sources(context, report["sources"], all_gone=True)
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
    table.add_row("findings", count_findings(found["error"], found["warning"]))
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


def count_findings(errors: int, warnings: int) -> str:
    """Return the counts in words: 1 error, 2 warnings."""
    return ", ".join(
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in ((errors, "error"), (warnings, "warning"))
    )


def _counts(counted: dict[str, int]) -> str:
    return "  ".join(f"{name} {count}" for name, count in counted.items()) or "–"
