"""The command that proofreads: a week's draft, or an issue.json that stands anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.context import EXIT_REFUSED, Context, json_option, print_json
from pipeline.cli.week import week_option
from pipeline.cli.weektables import count_findings

if TYPE_CHECKING:
    from pipeline.cli.context import Console
    from pipeline.proof import Report


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


def _print_findings(console: Console, report: Report) -> None:
    for finding in report.findings:
        place = f"{finding.item or '全刊'}/{finding.field or '-'}:{finding.start}"
        console.print(f"{finding.level}\t{finding.rule}\t{place}\t{finding.message}")
    console.print(
        f"{count_findings(report.errors, report.warnings)} in {report.characters} characters: "
        f"{report.errors_per_10000} errors per 10,000 (limit 3)"
    )
