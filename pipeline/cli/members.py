"""The commands of the register: members import, export, unknown, list."""

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

    from pipeline.config import Settings
    from pipeline.store.imports import Judged


@click.group(epilog="Example: python run_pipeline.py members list")
def members() -> None:
    """The register of member units and their contacts."""


@members.command(
    "import",
    short_help="Bring units and contacts in from CSV.",
    epilog="Example: python run_pipeline.py members import 单位.csv --dry-run",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--register",
    "register_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The YAML file to write; the one of feeds.yaml when left out.",
)
@consent_option
@dry_option
@json_option
@click.pass_obj
def import_members(
    context: Context,
    path: Path,
    register_path: Path | None,
    consent: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring member units and their contacts in from CSV: all of it, or nothing.

    Columns: 单位, 街道, 区, 类型, 别名, 电话, 联系人, 邮箱. Units go into the YAML register;
    contacts become readers who get their district, 取经 and 资源对接 in full. One person on
    several lines gets one mail.
    """
    settings = context.open_store()
    from pipeline.calendar import SHANGHAI
    from pipeline.reader import lists, register, tables
    from pipeline.reader.choices import load_choices
    from pipeline.reader.words import say_notes
    from pipeline.store.imports import Import

    now = datetime.now(UTC)
    choices = load_choices(settings)
    target = register_path or _own_register(settings)
    known = register.load_units(target if target.exists() else register.get_path(settings))
    table = tables.Table(path, lists.MEMBERS, "unit")
    units = register.judge_units(table.lines(), known, choices)
    entries = lists.read_contacts(
        table.lines(), choices, consent=consent, today=now.astimezone(SHANGHAI).date()
    )
    quiet = context.quiet or as_json
    with Import(settings.secret, path.name) as found:
        with told(quiet=quiet) as advance:
            contacts = found.judge(count(entries, advance), merge_units=True)
            bad = [one for one in units if one.result == "invalid"]
            refused = bool(bad) or bool(contacts["invalid"])
            stored = 0
            if not dry_run and not refused:
                with register.written_units(target, units):
                    stored = found.apply(now, stored_by_now(advance))
        report: dict[str, Any] = {
            "file": str(path), "register": str(target), "dry_run": dry_run,
            "units": {key: sum(one.result == key for one in units) for key in
                      ("new", "changed", "same", "duplicate", "invalid")},
            "contacts": dict(contacts), "stored": stored,
        }  # fmt: skip
        if as_json:
            report["unit_lines"] = [
                {"line": one.number, "result": one.result, "said": say_notes(one.notes)}
                for one in units
            ]
            stream_json(report, tell(found.list_lines()))
        else:
            _print_members(context, report, units, found.list_lines(), refused=refused)
    if not dry_run and not refused and register.get_path(settings) != target:
        click.echo(f"tell feeds.yaml: members: {target.name}", err=True)
    return EXIT_WRONG_LIST if refused else 0


@members.command("export", epilog="Example: python run_pipeline.py members export 单位.csv")
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--encoding",
    type=click.Choice(["utf-8-sig", "utf-8", "gb18030"]),
    default="utf-8-sig",
    show_default=True,
    help="utf-8-sig opens in Excel as it is.",
)
@click.pass_obj
def export_members(context: Context, path: Path, encoding: str) -> int:
    """Write the register with its contacts as CSV."""
    settings = context.open_store()
    from pipeline.reader import register, tables
    from pipeline.store.audience import list_contacts

    contacts = list_contacts()
    header = ("单位", "街道", "区", "类型", "别名", "电话", "联系人", "邮箱")
    rows = (
        [unit.name, unit.street, unit.district, unit.kind, "、".join(unit.aliases), unit.contact,
         name, email]
        for unit in register.load_units(register.get_path(settings))
        for name, email in contacts.get(unit.name) or [("", "")]
    )  # fmt: skip
    with written(path, encoding) as file:
        count = tables.write_table(file, header, rows)
    click.echo(f"{count} lines written to {path}", err=True)
    return 0


@members.command(
    "unknown",
    short_help="List units that articles name and no table knows.",
    epilog="Example: python run_pipeline.py members unknown --json",
)
@click.option("--weeks", type=click.IntRange(1, 520), default=8, show_default=True,
              help="How far back the articles are read.")  # fmt: skip
@json_option
@click.pass_obj
def list_unknown(context: Context, weeks: int, *, as_json: bool) -> int:
    """Offer communities and villages that articles name and no table knows; add none."""
    from pipeline import lessons

    settings = context.open_store()
    rows = [
        {"name": one.name, "street": one.street, "district": one.district, "texts": one.texts,
         "sample": one.sample}
        for one in lessons.list_unknown_units(settings, weeks)
    ]  # fmt: skip
    if as_json:
        print_json({"unknown": rows})
        return 0
    console = context.console()
    for row in rows:
        console.print(
            f"{row['name']}（{row['district']} {row['street']}）{row['texts']} 篇：{row['sample']}",
        )
    console.print(
        "核实之后写进 feeds.yaml 里 places: 指的文件（add:），成员单位写进 members: 指的名册。"
        if rows
        else "没有发现未登记的社区或村。"
    )
    return 0


@members.command("list", epilog="Example: python run_pipeline.py members list --json")
@json_option
@click.pass_obj
def list_members(context: Context, *, as_json: bool) -> int:
    """List the member units, and how many contacts each has."""
    from rich.table import Table

    settings = context.open_store()
    from pipeline.reader import register
    from pipeline.store.audience import list_contacts

    units = register.load_units(register.get_path(settings))
    contacts = list_contacts()
    if as_json:
        rows = [
            {**unit.model_dump(), "contacts": len(contacts.get(unit.name, []))} for unit in units
        ]
        print_json({"register": str(register.get_path(settings)), "units": len(units),
                    "by_district": register.count_by_district(units), "members": rows})  # fmt: skip
        return 0
    table = Table("单位", "街道（镇）", "区", "类型", "联系人数")
    for unit in units:
        count = len(contacts.get(unit.name, []))
        table.add_row(
            unit.name, unit.street, unit.district, unit.kind, str(count) if count else "—"
        )
    console = context.console()
    console.print(table)
    said = "  ".join(f"{name} {n}" for name, n in register.count_by_district(units).items())
    console.print(f"{len(units)} 个单位  {said}")
    return 0


def _own_register(settings: Settings) -> Path:
    """Return the user's register; never the shipped one, which an update would replace."""
    from pipeline.reader import register

    path = register.get_path(settings)
    return settings.root / "members.yaml" if path == register.SHIPPED else path


def _print_members(
    context: Context, report: dict[str, Any], units: Any, lines: Iterable[Judged], *, refused: bool
) -> None:
    from django.utils.translation import gettext as _

    from pipeline.reader.words import RESULTS, say_notes

    console = context.console()
    for one in units:
        if one.result == "invalid":
            line = _("第 %(first)s 行") % {"first": one.number}
            said = f"{line}　{RESULTS[one.result]}　{say_notes(one.notes)}"
            console.print(said)
    units_said = "  ".join(f"{RESULTS[key]} {n}" for key, n in report["units"].items())
    console.print(_("单位：%(said)s") % {"said": units_said})
    console.print(_("联系人："))
    print_lines(context, lines)
    if refused:
        console.print(_("名单里有错，一行也没有导入。"))
    elif report["dry_run"]:
        console.print(_("这是试运行，什么也没有改动。"))
    else:
        console.print(_("名册已写入 %(register)s，订阅者 %(stored)s 人。") % report)
