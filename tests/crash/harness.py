"""The crash test: kill -9 sender, relay and database server at seeded moments, then count.

Run as a program it prints a table: ``python -m tests.crash.harness --kills 200 --seed 1``. The
truth about who got what is the relay's log, which the relay writes before it answers.
What this module never does: look into the product other than by its commands.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.crash.places import postgres, small_disk
from tests.mailroom import ROOT, WEEK, Mailroom

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.crash.places import Disk, PostgresServer

CONNECTIONS = 8
MODES = ("log", "hold", "resend")
_TO = re.compile(r" to=<([^>]+)>")
# What the sender may say besides: of uncertain rows, and of an archive on a full disk.
_ASIDES = re.compile(r"--uncertain delivered$|^the archive was not written: ")
_ENDS = {"delivered", "failed", "suppressed", "uncertain"}
# Seconds of one SMTP step, and so also what the relay's log has to go past an intent.
_TIMEOUT = 2


@dataclass
class Figures:
    """What one round, or several, came to."""

    kills: int = 0
    relay_kills: int = 0
    database_kills: int = 0
    cuts: int = 0  # connections cut right after a dot
    stormed: int = 0  # recipients that a storm put off
    leavers: int = 0  # readers who left while the issue was going out
    full: int = 0  # times that the disk was full
    recipients: int = 0
    accepted: int = 0
    lost: list[str] = field(default_factory=list)
    repeated: int = 0
    allowed: int = 0  # repetitions that the mode permits
    held: int = 0
    unexplained: list[str] = field(default_factory=list)
    shut_out: int = 0  # second senders that were kept out

    def add(self, other: Figures) -> None:
        """Add another round."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def is_good(self) -> bool:
        """Whether the promise held."""
        return not self.lost and not self.unexplained and self.repeated <= self.allowed


class Round:
    """One issue, one relay, many deaths."""

    def __init__(
        self, room: Mailroom, seed: int, mode: str, *, faults: bool = True,
        server: PostgresServer | None = None, disk: Disk | None = None,
    ) -> None:  # fmt: skip
        self.room = room
        self.server = server
        self.disk = disk
        self.mode = mode
        self.random = random.Random(seed)
        self.seed = seed
        # Not on the disk that gets full: the relay is another machine.
        self.log = Path(tempfile.mkdtemp(prefix="crash-log-")) / "mail.log"
        self.log.touch()
        self.faults = faults
        self.figures = Figures()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        room.environ["SMTP_URL"] = f"smtp://127.0.0.1:{self.port}"
        choice = "resend" if mode == "resend" else "hold"
        room.configure(
            f"per_domain_rate: 100000, connections: {CONNECTIONS}, timeout: {_TIMEOUT}, "
            f"uncertain: {choice}"
        )
        self.relay = self.start_relay()

    def start_relay(self) -> subprocess.Popen[bytes]:
        """Start a relay and wait until it listens."""
        faults = ["--cut", "0.003", "--storm", "0.02"] if self.faults else []
        relay = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "crash" / "relay.py"), "--port", str(self.port),
             "--log", str(self.log), "--seed", str(self.random.randrange(1 << 30)), *faults]
        )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return relay
            time.sleep(0.02)
        raise AssertionError("the relay does not start")

    def start_sender(self, *more: str, **popen: Any) -> subprocess.Popen[str]:
        """Start the real command."""
        log = ["--relay-log", str(self.log)] if self.mode == "log" else []
        return subprocess.Popen(
            self.room.command("send", "--week", WEEK, "--json", *log, *more),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            # Without a browser on its path no PDF is printed, which is not what is tested here.
            env=self.room.environment({"PATH": str(Path(sys.executable).parent)}), **popen,
        )  # fmt: skip

    def count_accepted(self) -> Counter[str]:
        """Return how often the relay answered for each recipient."""
        return Counter(_TO.findall(self.log.read_text(encoding="utf-8")))

    def crash_once(self) -> bool:
        """Start the sender and kill something; say whether the sender still had work."""
        before = self.log.stat().st_size
        sender = self.start_sender()
        # Mostly in the midst of sending; sometimes while it starts, queues or recovers.
        if self.random.random() < 0.8:
            while sender.poll() is None and not self._has_grown(before):
                time.sleep(0.005)
        time.sleep(self.random.uniform(0.0, 0.4))
        fate = self.random.random()
        if self.server is not None and fate > 0.75:
            self.kill_database(sender)
            return True
        if fate < 0.15:
            self._kill(self.relay)
            self.figures.relay_kills += 1
            self.figures.kills += 1
            time.sleep(self.random.uniform(0.0, 0.3))
            self.relay = self.start_relay()
            time.sleep(self.random.uniform(0.0, 0.3))
        if sender.poll() is None:
            self._kill(sender)
            self.figures.kills += 1
            return True
        sender.communicate()
        return sender.returncode not in {0, 4}

    def kill_database(self, sender: subprocess.Popen[str]) -> None:
        """Kill the server with all its processes; the sender has to end by itself, in one line."""
        if self.server is None:
            raise AssertionError("SQLite has no server")
        self.server.kill()
        self.figures.database_kills += 1
        self.figures.kills += 1
        self._must_end_in_a_line(sender)
        self.server.start()

    def fill_disk(self) -> None:
        """Fill the disk in the midst of sending: the sender has to end, in one line."""
        if self.disk is None:
            return
        before = self.log.stat().st_size
        sender = self.start_sender()
        while sender.poll() is None and not self._has_grown(before):
            time.sleep(0.005)
        self.disk.fill()
        try:
            self._must_end_in_a_line(sender)
        finally:
            self.disk.clear()
        self.figures.full += 1
        self.figures.kills += 1  # for the connections in flight
        if self.server is not None and not self.server.is_running():
            self.server.start()

    def _must_end_in_a_line(self, sender: subprocess.Popen[str]) -> None:
        _, said = sender.communicate(timeout=120)
        lines = [line for line in said.splitlines() if not _ASIDES.search(line)]
        if sender.returncode not in {0, 1, 4} or len(lines) > 1:
            self.figures.unexplained.append(f"the sender said {sender.returncode}: {said[-600:]}")

    def _has_grown(self, before: int) -> bool:
        with self.log.open("rb") as file:
            file.seek(before)
            return b"qmgr" in file.read()

    def _kill(self, process: subprocess.Popen[Any]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def list_rows(self) -> dict[str, dict[str, Any]]:
        """Return what the command says of every recipient."""
        lines = self.room.must("deliveries", "--week", WEEK, "--json").splitlines()
        return {row["email"]: row for row in map(json.loads, lines)}

    def send_to_end(self, due_now: Callable[[], object]) -> None:
        """Send until nobody waits; ``due_now`` turns the clock for who was put off."""
        for _ in range(12):
            due_now()
            sender = self.start_sender()
            printed, said = sender.communicate(timeout=300)
            if sender.returncode == 4:
                return
            if sender.returncode == 75:
                time.sleep(0.5)
                continue
            if sender.returncode:
                raise AssertionError(f"sender: {sender.returncode}: {said}")
            report = json.loads(printed)
            settled = self.mode == "hold" or not report["uncertain"]
            if not report["deferred"] and settled:
                return
            if report["uncertain"]:
                time.sleep(_TIMEOUT + 0.5)  # the log has to be written past the intents

    def judge(self, expected: list[str], gone: frozenset[str] = frozenset()) -> Figures:
        """Compare what the relay took with what the product says."""
        rows, accepted, figures = self.list_rows(), self.count_accepted(), self.figures
        figures.recipients = len(expected)
        figures.accepted = len(accepted)
        figures.repeated = sum(count - 1 for count in accepted.values())
        # A connection cut after the dot leaves the same doubt as one of a killed sender.
        log = self.log.read_text(encoding="utf-8")
        cut = log.count("lost connection after END-OF-MESSAGE")
        figures.cuts, figures.stormed = cut, log.count("NOQUEUE: reject")
        if self.mode == "resend":
            figures.allowed = figures.kills * CONNECTIONS + cut
        for one in expected:
            row = rows.get(one)
            if row is None and one in gone and not accepted[one]:
                continue  # left before the outbox was filled
            if row is None or row["status"] not in _ENDS or not row["reply"]:
                figures.unexplained.append(f"{one}: {row}")
                continue
            figures.held += row["status"] == "uncertain"
            if row["status"] == "delivered" and not accepted[one]:
                figures.lost.append(f"{one}: said delivered, never accepted: {row['reply']}")
            elif row["status"] in {"failed", "suppressed"} and one not in gone:
                figures.lost.append(f"{one}: {row['status']}: {row['reply']}")
            elif row["status"] == "suppressed" and accepted[one]:
                figures.lost.append(f"{one}: got mail after leaving")
        return figures

    def close(self) -> None:
        """Stop the relay."""
        self._kill(self.relay)
        shutil.rmtree(self.log.parent, ignore_errors=True)


def make_readers(number: int) -> list[tuple[str, str]]:
    """Return invented readers of as many domains as make the gates wide open."""
    areas = ("海曙", "鄞州", "江北", "")
    return [(f"r{n}@d{n % 400}.example", areas[n % len(areas)]) for n in range(number)]


def prepare(folder: Path, readers: list[tuple[str, str]], environ: dict[str, str]) -> Mailroom:
    """Make an approved issue."""
    room = Mailroom(folder, environ)
    room.configure()
    room.draft()
    room.sign()
    room.subscribe(readers)
    return room


def crash_round(
    room: Mailroom, seed: int, mode: str, readers: list[tuple[str, str]], kills: int,
    run_sql: Callable[[str], object], *, faults: bool = True,
    server: PostgresServer | None = None, disk: Disk | None = None,
) -> Figures:  # fmt: skip
    """Kill until enough died or all is sent, then send to the end and judge."""
    one = Round(room, seed, mode, faults=faults, server=server, disk=disk)
    try:
        run_sql("UPDATE issue SET publishes_at = CURRENT_TIMESTAMP")
        run_sql("UPDATE subscriber SET status = 'active'")
        leaver = readers[-1][0]
        left = False
        while one.figures.kills < kills and one.crash_once():
            if not left and one.figures.kills >= kills // 2:
                left = leaver not in one.count_accepted()
                if left:
                    # An address of make_readers(): no quotation mark is in it.
                    run_sql(
                        f"UPDATE subscriber SET status = 'left' WHERE email = '{leaver}'"  # noqa: S608
                    )
            if one.figures.kills % 25 == 12:
                _try_two(one)
            if one.figures.kills % 8 == 5:
                one.fill_disk()
        one.send_to_end(
            partial(run_sql, "UPDATE delivery SET next_at = NULL WHERE status = 'deferred'")
        )
        gone = frozenset({leaver}) if left else frozenset()
        one.figures.leavers = len(gone)
        return one.judge([email for email, _ in readers], gone)
    finally:
        one.close()


def _try_two(one: Round) -> None:
    """Start two senders at once, and let one of them die."""
    first, second = one.start_sender(), one.start_sender()
    until = time.monotonic() + 30
    while first.poll() is None and second.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    codes = {first.poll(), second.poll()}
    one.figures.shut_out += 75 in codes
    for sender in (first, second):
        if sender.poll() is None:
            one._kill(sender)
            one.figures.kills += 1
        else:
            sender.communicate()


def limit_files(size: int) -> Callable[[], None]:
    """Return what makes a child's writes beyond ``size`` bytes of a file fail: a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return limit


def _sql_postgres(url: str, statement: str) -> None:
    import psycopg  # noqa: PLC0415 - only where a server is

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def run_all(
    kills: int, seed: int, database: str, place: Path, disk: Disk | None,
    server: PostgresServer | None = None,
) -> bool:  # fmt: skip
    """Run rounds of every mode until so many died; print a line a mode."""
    readers = make_readers(4000)
    good = True
    url = server.url if server else ""
    folder = Path(tempfile.mkdtemp(prefix="crash-", dir=place))
    environ = {"DATABASE_URL": url} if url else {}
    began = time.monotonic()
    try:
        prepare(folder / "made", readers, environ)
        for number, mode in enumerate(MODES):
            total, round_ = Figures(), 0
            while total.kills < (kills + len(MODES) - 1) // len(MODES):
                copy = folder / f"{mode}-{round_}"
                shutil.copytree(folder / "made", copy)
                room = Mailroom(copy, dict(environ))
                run_sql: Callable[[str], object] = room.sql
                if url:  # one database: the next round begins where the approval left it
                    run_sql = partial(_sql_postgres, url)
                    run_sql("DELETE FROM delivery")
                    run_sql(
                        "UPDATE issue SET status = 'approved', queued_at = NULL, "
                        "published_at = NULL"
                    )
                wanted = (kills + len(MODES) - 1) // len(MODES) - total.kills
                figures = crash_round(
                    room, seed * 1000 + number * 100 + round_, mode, readers, wanted, run_sql,
                    server=server, disk=disk,
                )  # fmt: skip
                total.add(figures)
                round_ += 1
                shutil.rmtree(copy)
            good = good and total.is_good
            held = [total.database_kills if url else "-", total.full if disk else "-"]
            cells = [
                round_, total.kills, total.relay_kills, *held, total.cuts, total.stormed,
                total.shut_out, total.leavers, total.recipients, total.accepted, len(total.lost),
                total.repeated, total.allowed, total.held, len(total.unexplained),
                f"{time.monotonic() - began:.0f} s",
            ]  # fmt: skip
            print(_row([database, mode, *cells]), flush=True)  # noqa: T201 - the table
            for line in (total.lost + total.unexplained)[:5]:
                print(f"  {line}")  # noqa: T201 - what to look at
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return good


def main() -> int:
    """Print the table; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of each database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    print(_row(list(_COLUMNS)))  # noqa: T201 - the table
    good = True
    if given.database != "postgresql":
        with small_disk(150) as disk:
            place = disk.folder if disk else Path("/tmp")
            good = run_all(given.kills, given.seed, "sqlite", place, disk)
    if given.database != "sqlite":
        try:
            with small_disk(300) as disk, postgres(disk.folder if disk else None) as server:
                # The sender's own folder and the relay's log stand elsewhere: only the server's
                # disk is full.
                good = run_all(
                    given.kills, given.seed, "postgresql", Path("/tmp"), disk, server
                ) and good  # fmt: skip
        except FileNotFoundError as reason:
            print(f"postgresql: left out: {reason}")  # noqa: T201 - said, not hidden
    return 0 if good else 1


_COLUMNS = (
    "database", "doubts", "rounds", "kills", "relay", "server", "disk", "cuts", "stormed", "two",
    "left", "readers", "accepted", "lost", "repeated", "allowed", "held", "unexplained", "time",
)  # fmt: skip


def _row(cells: list[object]) -> str:
    widths = (max(len(name), 6) for name in _COLUMNS)
    return " ".join(
        str(cell).ljust(10) if at == 0 else str(cell).rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


if __name__ == "__main__":
    sys.exit(main())
