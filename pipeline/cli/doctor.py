"""The command that says whether this installation is sound, and what to do where it is not.

What this module never does: mend anything.
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from pipeline.config import Settings

Check = tuple[str, bool, str]
"""What was looked at, whether it is sound, and what was seen."""
Warned = tuple[str, str]
"""What may be as it is meant to be, and what to do if it is not."""

_LEAST_SECRET = 32  # characters
_LEAST_SPACE = 200_000_000  # bytes: a database, its copy and an archive on their way into a backup
_CLOCKS_DIFFER = timedelta(minutes=5)
_HOLIDAYS_KNOWN = 11  # the month in which the State Council tells those of the next year
_KNOCK = 10.0  # seconds for the relay's greeting
_SPECIMEN = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下每一条意见，一周之内逐条答复。"
"""A text long enough for every table to be read: some are, with the first that needs them."""


@click.command(
    short_help="Say whether this installation is sound.",
    epilog="Example: python run_pipeline.py doctor",
)
@json_option
@click.pass_obj
def doctor(context: Context, *, as_json: bool) -> int:
    """Say whether this installation is sound; exit 1 when it is not."""
    from pipeline.config.environment import ENVIRONMENT

    now = datetime.now(UTC)
    warnings = _warn_of_zone(now)  # before Django makes its own the process's
    checks = _checks(context)
    warnings += _warn_of_holidays(context, now)
    if ("database", True) in {(name, ok) for name, ok, _ in checks}:
        warnings += _warn_of_sources(context)
    environment = {name: "set" if os.environ.get(name) else "unset" for name in ENVIRONMENT}
    sound = all(ok for _, ok, _ in checks)
    if as_json:
        rows = [{"check": name, "ok": ok, "said": said} for name, ok, said in checks]
        noted = [{"check": name, "said": said} for name, said in warnings]
        print_json({"sound": sound, "checks": rows, "warnings": noted, "environment": environment})
        return 0 if sound else 1
    console = context.console()
    for name, ok, said in checks:
        console.print(f"{'ok  ' if ok else 'BAD '} {name}: {said}")
    for name, said in warnings:
        console.print(f"note {name}: {said}")
    for name, meaning in ENVIRONMENT.items():
        console.print(f"     {name} {environment[name]}: {meaning}")
    return 0 if sound else 1


def _checks(context: Context) -> list[Check]:
    """Return (check, passed, what was seen)."""
    from pipeline.errors import PipelineError

    version = ".".join(str(part) for part in sys.version_info[:3])
    checks = [("python", sys.version_info >= (3, 11), f"{version} (3.11 or later is needed)")]
    try:
        settings = context.settings()
    except PipelineError as error:
        return [*checks, ("configuration", False, str(error))]
    count = len(settings.sources)
    checks.append(("configuration", True, f"{settings.config_path}, {count} sources switched on"))
    checks.append(_check_data_dir(settings))
    checks += _check_restore(settings)
    store = _check_store(context)
    checks.append(store)
    if store[1]:
        checks += [_check_audit(), _check_clock()]
    checks.append(_check_tagger(settings))
    checks += [_check_calendar(settings), _check_lists(settings)]
    checks.append(_check_secret(settings))
    checks.append(_check_signing(settings))
    checks += _check_mail(settings)
    checks += _check_relay_log(settings)
    checks += _check_robots("ROBOT_URLS", settings.robot_urls)
    checks += _check_robots("EDITOR_ROBOT_URLS", settings.editor_robot_urls)
    return checks


def _warn_of_zone(now: datetime) -> list[Warned]:
    """Tell cron's hours from Shanghai's, where this server's differ."""
    from pipeline.calendar import SHANGHAI

    there = now.astimezone(SHANGHAI)
    five = (there - timedelta(days=there.weekday())).replace(hour=5, minute=0)
    here = five.astimezone(now.astimezone().tzinfo)
    if here.utcoffset() == five.utcoffset():
        return []
    said = (
        f"{here:%Z (%z)}, and cron goes by it: Monday 05:00 in Shanghai is {here:%A %H:%M} here. "
        "Write CRON_TZ=Asia/Shanghai above the crontab's lines where this cron knows it (man 5 "
        "crontab), or their hours in local time, or: timedatectl set-timezone Asia/Shanghai"
    )
    return [("time zone", said)]


def _warn_of_holidays(context: Context, now: datetime) -> list[Warned]:
    """Tell of this year's holidays, and from November on of the next one's, that are not known."""
    from pipeline.calendar import SHANGHAI, say_unknown
    from pipeline.errors import PipelineError
    from pipeline.week.schedule import get_calendar

    today = now.astimezone(SHANGHAI)
    years = [today.year, today.year + 1] if today.month >= _HOLIDAYS_KNOWN else [today.year]
    try:
        calendar = get_calendar(context.settings())
    except PipelineError:  # is among the checks
        return []
    return [("holidays", say_unknown(year)) for year in years if not calendar.knows(year)]


def _warn_of_sources(context: Context) -> list[Warned]:
    """Tell of sources that are not asked any more, and of those that have moved."""
    from pipeline.week.troubles import find_troubles

    troubles = find_troubles(context.settings())
    gone = [(f"source {key}", why) for key, why in troubles.gone.items()]
    return gone + [
        (f"source {key}", f"has moved to {url}; write that into feeds.yaml")
        for key, url in troubles.moved.items()
    ]


def _check_data_dir(settings: Settings) -> Check:
    path = settings.data_dir
    if not os.access(path, os.W_OK):
        return "data directory", False, f"{path}: cannot be written"
    free = shutil.disk_usage(path).free
    said = f"{path}, {free / 1e9:.1f} GB free"
    if free < _LEAST_SPACE:
        said += f"; below {_LEAST_SPACE / 1e6:.0f} MB neither a run nor a backup can be relied on"
    return "data directory", free >= _LEAST_SPACE, said


def _check_restore(settings: Settings) -> list[Check]:
    """See whether a restore was killed before its end; [] where none was."""
    from pipeline.files.unfinished import read_note

    note = read_note(settings.data_dir)
    if note is None:
        return []
    return [("restore", False, f"was stopped half way, and nothing is sent until: {note.command}")]


def _check_store(context: Context) -> Check:
    from django.db import Error, connection

    from pipeline.cli import sqlitefault
    from pipeline.errors import PipelineError

    try:
        context.open_store()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check")
                said = str(cursor.fetchone()[0])
                if said != "ok":
                    return "database", False, f"SQLite: {said}; {sqlitefault.PUT_BACK}"
                return "database", True, "SQLite: ok"
            cursor.execute("SELECT 1")
    except PipelineError as error:
        return "database", False, str(error)
    except Error as error:
        if connection.vendor == "sqlite":
            path = Path(connection.settings_dict["NAME"])
            return "database", False, sqlitefault.explain(error, path)
        return "database", False, str(error).strip().splitlines()[0]
    return "database", True, connection.vendor


def _check_audit() -> Check:
    from django.db import DatabaseError

    from pipeline.store import audit

    try:
        count, wrong = audit.verify()
    except DatabaseError as error:
        return "audit log", False, str(error).strip().splitlines()[0]
    return "audit log", not wrong, wrong or f"{count} entries, the chain holds"


def _check_clock() -> Check:
    """What was written down later than now tells of a clock that was wrong, then or now."""
    from pipeline.calendar import SHANGHAI
    from pipeline.store import audit, runs

    now = datetime.now(UTC)
    seen = [one.started_at for one in runs.list_runs(1)] + [one.at for one in audit.list_latest(1)]
    last = max(seen, default=now)
    here = f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M} in Shanghai"
    if last > now + _CLOCKS_DIFFER:
        then = f"{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        said = f"{here}, but the last thing written down is of {then}: one of them is wrong"
        return "clock", False, f"{said}; see timedatectl"
    return "clock", True, here


def _check_tagger(settings: Settings) -> Check:
    from pipeline.errors import PipelineError
    from pipeline.week.tagger import load_tagger

    try:
        load_tagger(settings).tag("示例", _SPECIMEN)
    except PipelineError as error:
        return "register, themes, gazetteer", False, str(error)
    return "register, themes, gazetteer", True, "loaded"


def _check_calendar(settings: Settings) -> Check:
    from pipeline.errors import PipelineError
    from pipeline.week.schedule import get_calendar

    try:
        calendar = get_calendar(settings)
    except PipelineError as error:
        return "calendar", False, str(error)
    return "calendar", True, f"issues appear at {calendar.at:%H:%M}, Asia/Shanghai"


def _check_lists(settings: Settings) -> Check:
    from pipeline.errors import PipelineError
    from pipeline.proof import load_lists

    own = settings.feeds.proof
    try:
        load_lists(settings.root / own if own else None)
    except PipelineError as error:
        return "proofreading lists", False, str(error)
    return "proofreading lists", True, "loaded"


def _check_secret(settings: Settings) -> Check:
    if len(settings.secret_key.get_secret_value()) < _LEAST_SECRET:
        said = f"fewer than {_LEAST_SECRET} characters: links to readers' data could be guessed"
        return "SECRET_KEY", False, said
    return "SECRET_KEY", True, "long enough"


def _check_signing(settings: Settings) -> Check:
    from pipeline.errors import PipelineError
    from pipeline.sending.mailing import load_signer

    try:
        signer = load_signer(settings)
    except PipelineError as error:
        return "DKIM", False, str(error)
    if signer is None:
        return "DKIM", True, "no key: mail goes out without our signature"
    names = ", ".join(settings.dkim_selectors)
    return "DKIM", True, f"signs for {settings.dkim_domain} as {names}"


def _check_mail(settings: Settings) -> list[Check]:
    """Knock at the relay, and see whether readers' links would lead anywhere; [] without mail."""
    from pipeline.errors import PipelineError
    from pipeline.sending.single import has_way, try_relay

    if not has_way(settings):
        return []
    try:
        checks = [("mail", True, try_relay(settings, _KNOCK))]
    except PipelineError as error:
        checks = [("mail", False, str(error))]
    set_ = bool(os.environ.get("SITE_URL"))
    lost = f"not set: links of the mail, unsubscribing among them, lead to {settings.site_url}"
    return [*checks, ("SITE_URL", set_, settings.site_url if set_ else lost)]


def _check_relay_log(settings: Settings) -> list[Check]:
    """See whether what is read after a crash can be read; [] where no log is named."""
    from pipeline.cli.mail import find_log
    from pipeline.errors import PipelineError

    place = settings.feeds.delivery.relay_log
    if not place or place == "-":
        return []
    try:
        path = find_log(settings, place)
        path.open("rb").close()
    except PipelineError as error:
        return [("relay log", False, str(error))]
    except OSError as error:
        return [("relay log", False, f"delivery.relay_log: {path}: {error.strerror}")]
    return [("relay log", True, str(path))]


def _check_robots(name: str, urls: Sequence[SecretStr]) -> list[Check]:
    """Read the robots' addresses, without posting anything; [] where there are none."""
    from pipeline.sending import robots

    if not urls:
        return []
    mistakes = robots.check(name, urls)
    return [(name, not mistakes, "; ".join(mistakes) or f"{len(urls)} listed")]
