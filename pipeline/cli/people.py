"""The commands about people: subscribers and the members' register."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.config import Settings
    from pipeline.store.imports import Judged

_WRONG = 2

consent_option = click.option(
    "--consent",
    default="",
    metavar="WORDS",
    help="The consent on record for lines that state none, such as '2026年居民登记表签名'.",
)
dry_option = click.option("--dry-run", is_flag=True, help="Say line by line, store nothing.")


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
    with Import(_secret(settings), path.name) as found:
        counts = found.judge(entries)
        refused = bool(counts["invalid"]) and not skip_invalid
        stored = 0 if dry_run or refused else found.apply(now)
        report = {
            "file": str(path), "encoding": table.encoding, "delimiter": table.delimiter,
            "unknown_columns": table.unknown, "dry_run": dry_run, "counts": dict(counts),
            "stored": stored,
        }  # fmt: skip
        if as_json:
            _stream_json(report, _told(found.list_lines()))
        else:
            _print_import(context, report, found.list_lines(), refused=refused and not dry_run)
    return _WRONG if refused else 0


@subscribers.command(
    "export", epilog="Example: python run_pipeline.py subscribers export 名单.csv --status active"
)
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--status", type=click.Choice(["pending", "active", "left"]), help="Only these.")
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
    context.open_store()
    from pipeline.reader import lists, tables
    from pipeline.store.audience import list_export

    rows = (
        lists.write_reader(*one)
        for one in list_export(status=status or "", district=district, theme=theme)
    )
    with _written(path, encoding) as file:
        count = tables.write_table(file, lists.EXPORT, rows)
    click.echo(f"{count} readers written to {path}", err=True)
    return 0


@subscribers.command(
    "forget", epilog="Example: python run_pipeline.py subscribers forget wang@example.org --yes"
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

    email = read_address(address).email
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
@click.option("--status", type=click.Choice(["pending", "active", "left"]), help="Only these.")
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
    """List readers, newest first, and count them."""
    from rich.table import Table

    context.open_store()
    from pipeline.calendar import SHANGHAI
    from pipeline.reader.lists import STATUS
    from pipeline.store import audience

    found = audience.list_readers(
        search=search, status=status or "", district=district, theme=theme, limit=limit
    )
    counts = audience.count_readers(datetime.now(SHANGHAI).date())
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
                "subscribers": [
                    {
                        "id": one.id,
                        "email": one.email,
                        "status": one.status,
                        "districts": sorted(one.preferences.districts),
                        "themes": sorted(one.preferences.themes),
                        "sections": sorted(one.preferences.sections),
                        "units": list(one.units),
                        "paused_until": one.paused_until.isoformat() if one.paused_until else None,
                        "created_at": one.created_at.isoformat(),
                    }
                    for one in found
                ],
            }
        )
        return 0
    console = context.console()
    table = Table("编号", "邮箱", "状态", "内容", "单位")
    for one in found:
        key = one.preferences.key
        table.add_row(str(one.id), one.email, STATUS[one.status],
                      "全部" if key == "all" else key.replace("|", " "),
                      "、".join(one.units))  # fmt: skip
    console.print(table)
    said = "  ".join(f"{name} {counts.by_status.get(key, 0)}" for key, name in STATUS.items())
    console.print(f"{said}  暂停中 {counts.paused}")
    return 0


@subscribers.command("mail", epilog="Example: python run_pipeline.py subscribers mail")
@json_option
@click.pass_obj
def mail_subscribers(context: Context, *, as_json: bool) -> int:
    """Send the confirmations that wait; the running desk does this by itself."""
    settings = context.open_store()
    from pipeline.reader.post import clear_post, open_transport

    report = clear_post(settings, open_transport(settings), lambda: datetime.now(UTC))
    if as_json:
        print_json({"requests": report.requests, "sent": report.sent, "failed": report.failed,
                    "waiting": report.waiting})  # fmt: skip
        return 0
    click.echo(
        f"{report.sent} sent, {report.failed} failed, {report.waiting} waiting for another try"
    )
    if not settings.smtp_url and report.sent:
        click.echo(f"SMTP_URL is unset: they lie in {settings.data_dir / 'outbox'}", err=True)
    return 0


@click.group(epilog="Example: python run_pipeline.py members list")
def members() -> None:
    """The register of member units and their contacts."""


@members.command(
    "import", epilog="Example: python run_pipeline.py members import 单位.csv --dry-run"
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
    with Import(_secret(settings), path.name) as found:
        contacts = found.judge(entries, merge_units=True)
        bad = [one for one in units if one.result == "invalid"]
        refused = bool(bad) or bool(contacts["invalid"])
        stored = 0
        if not dry_run and not refused:
            stored = found.apply(now)
            register.write_units(target, units)
        report: dict[str, Any] = {
            "file": str(path), "register": str(target), "dry_run": dry_run,
            "units": {key: sum(one.result == key for one in units) for key in
                      ("new", "changed", "same", "duplicate", "invalid")},
            "contacts": dict(contacts), "stored": stored,
        }  # fmt: skip
        if as_json:
            report["unit_lines"] = [
                {"line": one.number, "result": one.result, "said": one.said} for one in units
            ]
            _stream_json(report, _told(found.list_lines()))
        else:
            _print_members(context, report, units, found.list_lines(), refused=refused)
    if not dry_run and not refused and register.get_path(settings) != target:
        click.echo(f"tell feeds.yaml: members: {target.name}", err=True)
    return _WRONG if refused else 0


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
    with _written(path, encoding) as file:
        count = tables.write_table(file, header, rows)
    click.echo(f"{count} lines written to {path}", err=True)
    return 0


@members.command("unknown", epilog="Example: python run_pipeline.py members unknown --json")
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
            markup=False,
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


def _secret(settings: Settings) -> bytes:
    return settings.secret_key.get_secret_value().encode()


def _own_register(settings: Settings) -> Path:
    """Return the user's register; never the shipped one, which an update would replace."""
    from pipeline.reader import register

    path = register.get_path(settings)
    return settings.root / "members.yaml" if path == register.SHIPPED else path


@contextmanager
def _written(path: Path, encoding: str) -> Iterator[IO[str]]:
    """Open a file that appears whole or not at all, readable by its owner only; - is stdout."""
    import os

    if str(path) == "-":
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as file:
            yield file
        return
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding=encoding, newline="") as file:  # noqa: PTH123
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _told(lines: Iterable[Judged]) -> Iterator[Judged]:
    """Leave out the lines there is nothing to say about."""
    return (one for one in lines if one.result not in {"new", "same"} or one.said)


def _stream_json(report: dict[str, Any], lines: Iterable[Judged]) -> None:
    """Print one JSON document line by line: a list of any length takes the same memory."""
    import json

    head = json.dumps(report, ensure_ascii=False, indent=1)
    click.echo(head.removesuffix("\n}") + ',\n "lines": [', nl=False)
    comma = ""
    for one in lines:
        row = {"line": one.number, "result": one.result, "said": one.said}
        click.echo(f"{comma}\n  {json.dumps(row, ensure_ascii=False)}", nl=False)
        comma = ","
    click.echo("\n ]\n}")


def _print_import(
    context: Context, report: dict[str, Any], lines: Iterable[Judged], *, refused: bool
) -> None:
    from pipeline.store.imports import RESULTS

    console = context.console()
    encoding = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}[report["encoding"]]
    comma = {",": "逗号", ";": "分号", "\t": "制表符"}.get(report["delimiter"], report["delimiter"])
    console.print(f"{report['file']}（{encoding}，{comma}分隔）", markup=False)
    if report["unknown_columns"]:
        console.print(f"不认识的列，已忽略：{'、'.join(report['unknown_columns'])}", markup=False)
    _print_lines(context, lines)
    counted = "  ".join(f"{name} {report['counts'].get(key, 0)}" for key, name in RESULTS.items())
    console.print(counted)
    if refused:
        console.print(
            "名单里有错，一行也没有导入。改好后再导入，或用 --skip-invalid 跳过有错的行。"
        )
    elif report["dry_run"]:
        console.print("这是试运行，什么也没有改动。")
    else:
        console.print(f"已导入 {report['stored']} 人。")


def _print_members(
    context: Context, report: dict[str, Any], units: Any, lines: Iterable[Judged], *, refused: bool
) -> None:
    from pipeline.store.imports import RESULTS

    console = context.console()
    for one in units:
        if one.result == "invalid":
            console.print(f"第 {one.number} 行　{RESULTS[one.result]}　{one.said}", markup=False)
    units_said = "  ".join(f"{RESULTS[key]} {n}" for key, n in report["units"].items())
    console.print(f"单位：{units_said}")
    console.print("联系人：")
    _print_lines(context, lines)
    if refused:
        console.print("名单里有错，一行也没有导入。")
    elif report["dry_run"]:
        console.print("这是试运行，什么也没有改动。")
    else:
        console.print(
            f"名册已写入 {report['register']}，订阅者 {report['stored']} 人。", markup=False
        )


def _print_lines(context: Context, lines: Iterable[Judged]) -> None:
    """Print what becomes of the lines; neighbours with the same fate stand on one line."""
    from pipeline.store.imports import RESULTS

    console = context.console()
    first = last = 0
    fate: tuple[str, str] = ("", "")

    def flush() -> None:
        if first:
            span = f"第 {first} 行" if first == last else f"第 {first}—{last} 行"
            said = f"　{fate[1]}" if fate[1] else ""
            console.print(f"{span}　{RESULTS[fate[0]]}{said}", markup=False)

    for one in lines:
        if (one.result, one.said) == fate and one.number == last + 1:
            last = one.number
            continue
        flush()
        first = last = one.number
        fate = (one.result, one.said)
    flush()
