"""The commands of sources: list, check, add."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.context import (
    EXIT_SOME_SOURCES_FAILED,
    Context,
    json_option,
    print_json,
    show_moment,
    to_china,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.collect.examine import Examination
    from pipeline.config import Settings


@click.group(epilog="Example: python run_pipeline.py sources list")
def sources() -> None:
    """The sources of feeds.yaml."""


@sources.command("list", epilog="Example: python run_pipeline.py sources list --json")
@json_option
@click.pass_obj
def list_sources(context: Context, *, as_json: bool) -> int:
    """List the sources with their last fetch."""
    from rich.table import Table

    settings = context.open_store()
    from pipeline.store.sources import list_last_fetches

    last = list_last_fetches()
    rows: list[dict[str, Any]] = [
        {
            "id": source.id,
            "name": source.name,
            "kind": str(source.kind),
            "url": source.url,
            "enabled": source.enabled,
            "status": last[source.id].status if source.id in last else None,
            "last_fetch": to_china(last[source.id].at) if source.id in last else None,
            "error": last[source.id].error or None if source.id in last else None,
        }
        for source in settings.feeds.sources
    ]
    if as_json:
        print_json({"sources": rows})
        return 0
    table = Table("id", "name", "kind", "on", "last fetch", "status")
    for row in rows:
        when = show_moment(row["last_fetch"]) if row["last_fetch"] else "never"
        table.add_row(row["id"], row["name"], row["kind"], "yes" if row["enabled"] else "no", when,
                      row["error"] or row["status"] or "")  # fmt: skip
    context.console().print(table)
    return 0


@sources.command(
    "check",
    short_help="Try sources live, stage by stage.",
    epilog="Example: python run_pipeline.py sources check --source news",
)
@click.option("--source", "source_id", metavar="ID", help="Only this source, switched on or not.")
@json_option
@click.pass_obj
def check_sources(context: Context, source_id: str | None, *, as_json: bool) -> int:
    """Try each source live and say, stage by stage, what was seen and what failed."""
    import asyncio

    from pipeline.collect.examine import check
    from pipeline.model import SourceKind

    settings = context.settings()
    chosen = [settings.get_source(source_id)] if source_id else list(settings.sources)
    asked = [one for one in chosen if source_id or one.kind is not SourceKind.FILE]
    tools = _tools(settings)

    async def try_all() -> list[Examination]:
        return [await check(source, **tools) for source in asked]

    found = asyncio.run(try_all())
    if as_json:
        print_json({"sources": [_to_json(one) for one in found]})
    else:
        for one in found:
            _print(context, one)
    return 0 if all(one.ok for one in found) else EXIT_SOME_SOURCES_FAILED


@sources.command(
    "add",
    short_help="Learn a source from its address.",
    epilog="Example: python run_pipeline.py sources add https://news.example/ --id news",
)
@click.argument("url")
@click.option("--id", "own_id", metavar="ID", help="The source's id; made from the host if unset.")
@click.option("--name", metavar="NAME", help="The name editors see; the page's title when unset.")
@click.option("--home", metavar="DISTRICT", help="The district it belongs to, such as 海曙.")
@click.option("--dry-run", is_flag=True, help="Show what would be collected; write nothing.")
@json_option
@click.pass_obj
def add_source(
    context: Context,
    url: str,
    own_id: str | None,
    name: str | None,
    home: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Learn a source from its address, show what it gives, and write it into feeds.yaml.

    Finds the page's feed, or recognises the family of the site, or learns its repeated list of
    links. Comments and order of feeds.yaml stay as they are.
    """
    import asyncio

    from pipeline.collect.propose import propose
    from pipeline.config.feedsfile import add_source as write
    from pipeline.config.feedsfile import refuse_mistakes
    from pipeline.errors import UsageError
    from pipeline.model import Source, SourceKind

    settings = context.settings()
    taken = frozenset(one.id for one in settings.feeds.sources)
    address = url if "://" in url else f"https://{url}"
    # What is wrong of the words given is said before the site is asked for anything.
    refuse_mistakes(Source(own_id or "new", name or "new", SourceKind.PAGE, address, home=home))
    if own_id in taken:
        raise UsageError(f"id: there is a source {own_id!r} already; give another --id")
    made = asyncio.run(propose(address, taken=taken, **_tools(settings)))
    source = replace(
        made.source, id=own_id or made.source.id, name=name or made.source.name, home=home
    )
    refuse_mistakes(source)
    made = replace(made, source=source)
    useless = not made.ok and source.kind is not SourceKind.FEED  # a feed has texts of its own
    written = "" if dry_run or useless else write(settings.config_path, source)
    if as_json:
        print_json(_to_json(made) | {"written": bool(written)})
        return int(useless)
    _print(context, made)
    if written:
        click.echo(f"written into {settings.config_path}:\n{written}")
        click.echo(f"Next: run_pipeline.py collect --source {source.id}")
    elif useless:
        click.echo("nothing was written: see the stage marked BAD")
    else:
        click.echo("nothing was written (--dry-run)")
    return int(useless)


def _tools(settings: Settings) -> dict[str, Any]:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a clock to hand over
    return {
        "root": settings.root,
        "settings": settings.collect,
        "allow_nets": settings.allow_nets,
        "now": now,
    }


def _to_json(one: Examination) -> dict[str, Any]:
    return {
        "id": one.source.id,
        "name": one.source.name,
        "kind": str(one.source.kind),
        "url": one.source.url,
        "ok": one.ok,
        "stages": [{"stage": stage.name, "ok": stage.ok, "saw": stage.saw} for stage in one.stages],
        "entries": [
            {
                "title": sample.title,
                "url": sample.url,
                "published": sample.published.isoformat() if sample.published else None,
                "characters": sample.characters,
            }
            for sample in one.samples
        ],
    }


def _print(context: Context, one: Examination) -> None:
    from rich.table import Table

    from pipeline.calendar import SHANGHAI

    console = context.console()
    state = "ok" if one.ok else "FAILED"
    console.print(f"{one.source.id} ({one.source.kind}) {state}")
    for stage in one.stages:
        mark = "  ok " if stage.ok else "  BAD"
        console.print(f"{mark} {stage.name}: {stage.saw}")
    if one.samples:
        table = Table("date", "title", "address")
        for sample in one.samples:
            at = sample.published
            day = at.astimezone(SHANGHAI).strftime("%Y-%m-%d") if at else "–"
            table.add_row(day, sample.title, sample.url)
        console.print(table)
