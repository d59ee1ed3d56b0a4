"""The commands about readers: subscribers import, export, forget, list, mail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context, json_option, print_json
from pipeline.cli.lists import (
    EXIT_WRONG_LIST,
    consent_option,
    count,
    dry_option,
    print_lines,
    stored_by_now,
    stream_json,
    tell,
    told,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.store.audience import Standing
    from pipeline.store.imports import Judged


status_option = click.option(
    "--status",
    type=click.Choice(["pending", "active", "left", "suppressed"]),
    help="Only these; suppressed are subscribed, and get nothing: bounced, complained, stopped.",
)


@click.group(epilog="Example: python run_pipeline.py subscribers import 名单.csv --dry-run")
def subscribers() -> None:
    """The readers: lists in and out, erasure."""


@subscribers.command(
    "import", epilog="Example: python run_pipeline.py subscribers import 名单.csv --dry-run"
)
@click.argument("path", type=click.Path(path_type=Path))
@consent_option
@dry_option
@click.option("--skip-invalid", is_flag=True, help="Take the good lines of a file with mistakes.")
@json_option
@click.pass_obj
def import_subscribers(
    context: Context, path: Path, consent: str, *, dry_run: bool, skip_invalid: bool, as_json: bool
) -> int:
    """Bring a CSV list in: all of it or, when a line is wrong, nothing.

    Columns (Chinese or English): 邮箱, 姓名, 区, 主题, 同意日期, 同意方式. Only addresses
    whose consent is on record may come in; who left, bounced, complained or was forgotten
    stays out.
    """
    settings = context.open_store()
    from pipeline.calendar import SHANGHAI
    from pipeline.reader import lists, tables
    from pipeline.reader.choices import load_choices
    from pipeline.store.imports import Import

    now = datetime.now(UTC)
    table = tables.Table(path, lists.READERS, "email")
    entries = lists.read_readers(
        table.lines(),
        load_choices(settings),
        consent=consent,
        today=now.astimezone(SHANGHAI).date(),
    )
    quiet = context.quiet or as_json
    with Import(settings.secret, path.name) as found:
        with told(quiet=quiet) as advance:
            counts = found.judge(count(entries, advance))
            refused = bool(counts["invalid"]) and not skip_invalid
            stored = 0 if dry_run or refused else found.apply(now, stored_by_now(advance))
        report = {
            "file": str(path), "encoding": table.encoding, "delimiter": table.delimiter,
            "unknown_columns": table.unknown, "dry_run": dry_run, "counts": dict(counts),
            "stored": stored,
        }  # fmt: skip
        if as_json:
            stream_json(report, tell(found.list_lines()))
        else:
            _print_import(context, report, found.list_lines(), refused=refused and not dry_run)
    return EXIT_WRONG_LIST if refused else 0


@subscribers.command(
    "export",
    short_help="Write the readers as CSV.",
    epilog="Example: python run_pipeline.py subscribers export 名单.csv --status active",
)
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@status_option
@click.option("--district", default="", help="Only who follows this district or everything.")
@click.option("--theme", default="", help="Only who follows this theme or everything.")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8-sig", "utf-8", "gb18030"]),
    default="utf-8-sig",
    show_default=True,
    help="utf-8-sig opens in Excel as it is.",
)
@click.pass_obj
def export_subscribers(
    context: Context, path: Path, status: str | None, district: str, theme: str, encoding: str
) -> int:
    """Write the readers as CSV; nothing in it runs as a spreadsheet's formula."""
    settings = context.open_store()
    from pipeline.reader import lists, tables
    from pipeline.store.audience import list_export

    rows = (
        lists.write_reader(*one)
        for one in list_export(
            settings.secret,
            datetime.now(UTC),
            status=status or "",
            district=district,
            theme=theme,
        )
    )
    with written(path, encoding) as file:
        count = tables.write_table(file, lists.EXPORT, rows)
    click.echo(f"{count} readers written to {path}", err=True)
    return 0


@subscribers.command(
    "forget",
    short_help="Remove a person everywhere, for good.",
    epilog="Example: python run_pipeline.py subscribers forget wang@example.org --yes",
)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def forget_subscriber(context: Context, address: str, *, yes: bool, as_json: bool) -> int:
    """Remove a person everywhere, deliveries and history included, for good.

    Only a keyed hash stays, so that no list brings them back. There is no way back but their own
    new subscription.
    """
    settings = context.open_store()
    from pipeline.reader.addresses import read_address
    from pipeline.reader.erasure import erase

    email = read_address(address)
    if not yes and not click.confirm(f"Forget {email} everywhere?", err=True):
        click.echo("nothing was changed", err=True)
        return 1
    known = erase(settings, email, datetime.now(UTC))
    if as_json:
        print_json({"known": known, "suppressed": True})
        return 0
    said = "removed everywhere" if known else "was not known"
    click.echo(f"{said}; no list brings this address back")
    return 0


@subscribers.command(
    "list", epilog="Example: python run_pipeline.py subscribers list --district 鄞州 --limit 20"
)
@click.option("--search", default="", help="The start of an address, a domain, a name or a unit.")
@status_option
@click.option("--district", default="", help="Only who follows this district or everything.")
@click.option("--theme", default="", help="Only who follows this theme or everything.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True,
              help="How many at the most.")  # fmt: skip
@json_option
@click.pass_obj
def list_subscribers(
    context: Context,
    search: str,
    status: str | None,
    district: str,
    theme: str,
    limit: int,
    *,
    as_json: bool,
) -> int:
    """List readers, newest first, and count the subscriptions."""
    from rich.table import Table

    settings = context.open_store()
    from pipeline.calendar import SHANGHAI
    from pipeline.reader.words import STANDINGS, STATUS, SUPPRESSED
    from pipeline.store import audience

    now = datetime.now(SHANGHAI)
    found = audience.list_standings(
        settings.secret,
        now,
        search=search,
        status=status or "",
        district=district,
        theme=theme,
        limit=limit,
    )
    counts = audience.count_readers(now.date())
    if as_json:
        print_json(
            {
                "counts": {
                    **{key: counts.by_status.get(key, 0) for key in STATUS},
                    "paused": counts.paused,
                    "everything": counts.everything,
                    "districts": counts.by_district,
                    "themes": counts.by_theme,
                },
                "subscribers": [_to_json(one) for one in found],
            }
        )
        return 0
    console = context.console()
    table = Table("编号", "邮箱", "状态", "内容", "单位")
    for one in found:
        key = one.reader.preferences.key
        why = f"（{SUPPRESSED[one.stopped]}）" if one.status == "suppressed" else ""
        table.add_row(str(one.reader.id), one.reader.email, f"{STANDINGS[one.status]}{why}",
                      "全部" if key == "all" else key.replace("|", " "),
                      "、".join(one.reader.units))  # fmt: skip
    console.print(table)
    said = "  ".join(f"{name} {counts.by_status.get(key, 0)}" for key, name in STATUS.items())
    console.print(f"{said}  暂停中 {counts.paused}")
    return 0


@subscribers.command(
    "mail",
    short_help="Send the confirmations that wait.",
    epilog="Example: python run_pipeline.py subscribers mail",
)
@json_option
@click.pass_obj
def mail_subscribers(context: Context, *, as_json: bool) -> int:
    """Send the confirmations that wait; the running desk does this by itself."""
    settings = context.open_store()
    from pipeline.reader.post import clear_post, open_transport
    from pipeline.sending.single import has_way

    report = clear_post(settings, open_transport(settings), lambda: datetime.now(UTC))
    if as_json:
        print_json({"requests": report.requests, "sent": report.sent, "failed": report.failed,
                    "waiting": report.waiting})  # fmt: skip
        return 0
    click.echo(
        f"{report.sent} sent, {report.failed} failed, {report.waiting} waiting for another try"
    )
    if not has_way(settings) and report.sent:
        click.echo(
            f"SMTP_URL is unset, delivery.esp too: they lie in {settings.data_dir / 'outbox'}",
            err=True,
        )
    return 0


def _to_json(one: Standing) -> dict[str, Any]:
    reader = one.reader
    return {
        "id": reader.id,
        "email": reader.email,
        "status": one.status,
        "suppressed": one.stopped or None,
        "districts": sorted(reader.preferences.districts),
        "themes": sorted(reader.preferences.themes),
        "sections": sorted(reader.preferences.sections),
        "units": list(reader.units),
        "paused_until": reader.paused_until.isoformat() if reader.paused_until else None,
        "created_at": reader.created_at.isoformat(),
    }


def _print_import(
    context: Context, report: dict[str, Any], lines: Iterable[Judged], *, refused: bool
) -> None:
    from django.utils.translation import gettext as _

    from pipeline.reader.words import RESULTS

    console = context.console()
    encoding = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}[report["encoding"]]
    commas = {",": _("逗号"), ";": _("分号"), "\t": _("制表符")}
    comma = commas.get(report["delimiter"], report["delimiter"])
    head = {"file": report["file"], "encoding": encoding, "comma": comma}
    console.print(_("%(file)s（%(encoding)s，%(comma)s分隔）") % head)
    if report["unknown_columns"]:
        unknown = {"names": _("、").join(report["unknown_columns"])}
        console.print(_("不认识的列，已忽略：%(names)s") % unknown)
    print_lines(context, lines)
    counted = "  ".join(f"{name} {report['counts'].get(key, 0)}" for key, name in RESULTS.items())
    console.print(counted)
    if refused:
        console.print(
            _("名单里有错，一行也没有导入。改好后再导入，或用 --skip-invalid 跳过有错的行。")
        )
    elif report["dry_run"]:
        console.print(_("这是试运行，什么也没有改动。"))
    else:
        console.print(_("已导入 %(n)s 人。") % {"n": report["stored"]})
