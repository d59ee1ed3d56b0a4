# ruff: noqa: PLC0415 - the store is imported when its settings are known
"""Figures of the readers' room: a million subscribers, a list of 100,000, and who learns what.

Usage: python bench/bench_subscribers.py [--readers 1000000] [--list 100000] [--rounds 400]

Runs on SQLite in a temporary directory, and on PostgreSQL when BENCH_DATABASE_URL names an empty
database. The bounds are the product's: preferences page 50 ms of server time, counts 200 ms, a
list of 100,000 in 30 s, and no telling known addresses from unknown ones by time.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
DISTRICTS = ("海曙", "鄞州", "江北", "镇海", "北仑", "奉化")
THEMES = ("养老助残", "青少年", "文化活动", "志愿服务", "非遗传承", "便民服务")


def main() -> None:
    """Take the figures on every database there is, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--list", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(measure(options.readers, options.rounds)))
        return
    urls = {"SQLite": ""}
    if os.environ.get("BENCH_DATABASE_URL"):
        urls["PostgreSQL"] = os.environ["BENCH_DATABASE_URL"]
    for name, url in urls.items():
        with tempfile.TemporaryDirectory(prefix="bench-readers-") as folder:
            environ = os.environ | {
                "PIPELINE_CONFIG": str(ROOT / "feeds.yaml"),
                "PIPELINE_DATA_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "pipeline.django_settings",
                "DATABASE_URL": url,
                "SITE_URL": "http://testserver",
                "PYTHONPATH": str(ROOT),
            }
            done = subprocess.run(
                [sys.executable, __file__, "--inner", "--readers", str(options.readers),
                 "--rounds", str(options.rounds)],
                env=environ, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                print(done.stderr)
                sys.exit(1)
            figures = json.loads(done.stdout.splitlines()[-1])
            figures |= measure_list(options.list, environ)
        print(f"\n{name}, {options.readers:,} readers")
        for key, value in figures.items():
            print(f"  {key:<46} {value}")


def measure(readers: int, rounds: int) -> dict[str, Any]:
    """Fill the store and take every figure."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.READER_POSTMAN = False
    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {}
    began = time.perf_counter()
    fill(readers)
    found["filled in, s"] = round(time.perf_counter() - began, 1)
    found |= measure_pages(readers)
    found |= measure_counts()
    found |= measure_times(rounds)
    return found


def fill(count: int) -> None:
    """Store so many readers with mixed preferences, four years of joining, one in twenty gone."""
    from django.db import connection, transaction

    from pipeline.model import Preferences

    rng = random.Random(1)
    start = datetime(2022, 11, 24, tzinfo=UTC)
    adapt = connection.ops.adapt_datetimefield_value
    insert = (
        "INSERT INTO subscriber (email, key, name, status, districts, themes, sections, units,"
        " edition_key, paused_until, epoch, created_at, confirmed_at, left_at)"
        " VALUES (%s, %s, '', %s, %s, %s, '[]', '[]', %s, %s, 0, %s, %s, %s)"
    )
    consent = (
        "INSERT INTO consent (subscriber_id, at, how, network, note)"
        " SELECT id, created_at, 'imported', '', 'bench' FROM subscriber"
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(count):
            districts = sorted(rng.sample(DISTRICTS, rng.choice((0, 0, 1, 1, 2, 3))))
            themes = sorted(rng.sample(THEMES, rng.choice((0, 0, 0, 1, 2))))
            key = Preferences(frozenset(districts), frozenset(themes)).key
            at = start + timedelta(minutes=n * 2)
            gone = n % 20 == 0
            email = f"reader{n}@example{n % 500}.org"
            paused = date(2099, 1, 1) if n % 50 == 1 else None
            yield (
                email, email, "left" if gone else "active",
                json.dumps(districts, ensure_ascii=False),
                json.dumps(themes, ensure_ascii=False), key, paused, adapt(at), adapt(at),
                adapt(at + timedelta(days=90)) if gone else None,
            )  # fmt: skip

    with transaction.atomic(), connection.cursor() as cursor:
        batch = []
        for row in rows():
            batch.append(row)
            if len(batch) == 5000:
                cursor.executemany(insert, batch)
                batch.clear()
        cursor.executemany(insert, batch)
        cursor.execute(consent)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure_pages(readers: int) -> dict[str, Any]:
    """Server time of a reader's pages, for readers all over the table."""
    from django.conf import settings
    from django.test import Client

    from pipeline.reader.links import make_link
    from pipeline.store.models import SubscriberRow
    from pipeline.tokens import Claim, Purpose, to_day

    client, rng = Client(), random.Random(2)
    first = SubscriberRow.objects.order_by("id").values_list("id", flat=True)[0]
    numbers = [first + rng.randrange(readers) for _ in range(150)]
    active = [n for n in numbers if SubscriberRow.objects.filter(pk=n, status="active").exists()]
    today = to_day(datetime.now(UTC))

    def path(number: int, purpose: Purpose) -> str:
        return make_link(settings.PIPELINE, purpose, Claim(number, 0, today)).removeprefix(
            "http://testserver"
        )

    client.get(path(active[0], Purpose.PREFERENCES))  # templates and themes are read once
    shown = clock([lambda n=n: client.get(path(n, Purpose.PREFERENCES)) for n in active])  # type: ignore[misc]
    saved = clock(
        [lambda n=n: client.post(path(n, Purpose.PREFERENCES), {"district": "江北"},
                                 REMOTE_ADDR=f"10.{n % 250}.{n // 250 % 250}.1") for n in active]  # type: ignore[misc]
    )  # fmt: skip
    left = clock([lambda n=n: client.post(path(n, Purpose.UNSUBSCRIBE)) for n in active[:60]])  # type: ignore[misc]
    return {
        "preferences page, ms (median, 95 %, bound 50)": shown,
        "saving preferences, ms (median, 95 %)": saved,
        "one-click unsubscribing, ms (median, 95 %)": left,
    }


def measure_counts() -> dict[str, Any]:
    """The editors' counts, growth and list."""
    from pipeline.calendar import SHANGHAI
    from pipeline.store import audience

    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

    now = datetime.now(SHANGHAI)
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    return {
        "counts per status and preference, ms (bound 200)": clock(
            [lambda: audience.count_readers(today)] * 9
        ),
        "growth of 26 weeks, ms (bound 200)": clock(
            [lambda: audience.count_growth(monday, 26, midnight)] * 9
        ),
        "first page of the list, ms": clock([lambda: audience.list_readers(now, limit=50)] * 9),
        "search by the start of an address, ms": clock(
            [lambda: audience.list_readers(now, search="reader777@ex", limit=50)] * 9
        ),
        "list of one district, ms": clock(
            [lambda: audience.list_readers(now, district="奉化", status="active", limit=50)] * 9
        ),
    }


def measure_list(lines: int, environ: dict[str, str]) -> dict[str, Any]:
    """A list from a file, and the greatest memory of the process that takes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="gb18030") as file:
            file.write("邮箱;姓名;区;主题;同意日期;同意方式\r\n")
            for n in range(lines):
                district, theme = DISTRICTS[n % 6], THEMES[n % 5]
                file.write(
                    f"new{n}@example{n % 300}.org;王{n};{district};{theme};2026-03-01;登记表\r\n"
                )
        command = [
            sys.executable, str(ROOT / "run_pipeline.py"), "--config", str(ROOT / "feeds.yaml"),
            "--data-dir", environ["PIPELINE_DATA_DIR"], "subscribers", "import", str(path),
        ]  # fmt: skip
        began = time.perf_counter()
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as child:
            said = child.stdout.read() if child.stdout else ""
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
    assert f"已导入 {lines} 人" in said
    memory = usage.ru_maxrss / 1024
    return {
        f"list of {lines:,}, s (bound 30)": round(took, 1),
        "memory of that process, MB": round(memory),
    }


def measure_times(rounds: int) -> dict[str, Any]:
    """Answers to known and to unknown addresses, asked in pairs, the order at random."""
    from django.conf import settings
    from django.test import Client

    from pipeline.reader.guard import make_stamp

    client, rng = Client(), random.Random(3)
    times: dict[bool, list[float]] = {True: [], False: []}
    for n in range(rounds):
        for known in rng.sample((True, False), 2):
            email = f"{'reader' if known else 'nobody'}{n * 20 + 7}@example{(n * 20 + 7) % 500}.org"
            stamp = make_stamp(settings.PIPELINE, datetime.now(UTC) - timedelta(minutes=1))
            address = f"10.{n // 250}.{n % 250}.{1 + known}"
            form = {"email": email, "stamp": stamp, "meant": email}
            began = time.perf_counter()
            client.post("/subscribe", form, REMOTE_ADDR=address)
            times[known].append((time.perf_counter() - began) * 1000)
    right, z = guess(times[True], times[False])
    p = math.erfc(abs(z) / math.sqrt(2))
    medians = {key: statistics.median(values) for key, values in times.items()}
    said = f"{right:.1%} right, z = {z:+.2f}, p = {p:.2f}"
    return {
        "subscribe form, ms (known, unknown)": f"{medians[True]:.2f}, {medians[False]:.2f}",
        f"guessing by time, {rounds} pairs (50 % is chance)": said,
    }


def guess(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Return how often "the slower one is known" is right, and how far that is from chance.

    The rank-sum test of Mann and Whitney: what the disk does now and then does not sway it.
    """
    n, m = len(known), len(unknown)
    ranked = sorted([(value, 1) for value in known] + [(value, 0) for value in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, start=1) if is_known)
    wins = ranks - n * (n + 1) / 2
    return wins / (n * m), (wins - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def clock(calls: list[Callable[[], Any]]) -> str:
    """Return the median and the 95th percentile in milliseconds."""
    times = []
    for call in calls:
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return f"{statistics.median(times):.1f}, {times[int(len(times) * 0.95)]:.1f}"


if __name__ == "__main__":
    main()
