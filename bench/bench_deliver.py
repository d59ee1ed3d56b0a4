"""Sending, end to end, beside its peers: ``PYTHONPATH=. python bench/bench_deliver.py``.

First table: real sockets to Debian's smtp-sink, eight connections, DKIM with RSA-2048, states in
SQLite with synchronous=FULL; smtp-source (no DKIM, no states) is the limit, `EmailMessage` + dkimpy
+ smtplib in eight threads what is usually written. All take turns. Second table: ``--scale N`` for
each number of recipients with a SIMULATED transport that answers at once, for memory and time per
message (``--key ed25519 --scale 10000 1000000`` takes a quarter of an hour on an idle machine).
"""

from __future__ import annotations

import argparse
import email
import json
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from pathlib import Path
from statistics import harmonic_mean, median
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tests.mailroom import WEEK, Mailroom

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 8
BARE = {"PATH": str(Path(sys.executable).parent)}  # no browser: no PDF is printed in the measure


@contextmanager
def sink() -> Iterator[int]:
    """Start smtp-sink; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    if program is None:
        sys.exit("no smtp-sink; enable with: apt-get install postfix")
    server = subprocess.Popen([program, "-u", "nobody", "-c", f"127.0.0.1:{port}", "200"],
                              stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield port
    finally:
        server.terminate()
        server.wait()


def make_room(folder: Path, readers: int, kind: str = "rsa") -> Mailroom:
    """Make an approved issue, its readers and its key."""
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ed25519.Ed25519PrivateKey.generate()
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dkim.pem"
    path.write_bytes(pem)
    path.chmod(0o600)
    room = Mailroom(folder, {
        "DKIM_KEY_FILE": str(path), "DKIM_SELECTOR": "s1", "DKIM_DOMAIN": "example.org",
    })  # fmt: skip
    room.configure(f"per_domain_rate: 100000, per_connection: 1000, connections: {CONNECTIONS}")
    room.draft()
    room.sign()
    room.subscribe([(f"r{n}@d{n % 400}.example", ("海曙", "鄞州", "")[n % 3])
                    for n in range(readers)])  # fmt: skip
    room.publish_ago(0)
    return room


def usual(port: int, sample: bytes, pem: bytes, number: int) -> float:
    """Return messages a second of `EmailMessage` + dkimpy + smtplib."""
    import dkim

    seen: Any = email.message_from_bytes(sample, policy=policy.default)
    text = seen.get_body(("plain",)).get_content()
    html = seen.get_body(("html",)).get_content()

    def work(numbers: range) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example") as server:
            for one in numbers:
                message = email.message.EmailMessage(policy=policy.SMTP)
                message["From"], message["To"] = "weekly@example.org", f"r{one}@d.example"
                message["Subject"], message["Message-ID"] = seen["Subject"], f"<{one}@example.org>"
                message.set_content(text)
                message.add_alternative(html, subtype="html")
                data = message.as_bytes()
                signed = dkim.sign(data, b"s1", b"example.org", pem) + data
                server.sendmail("weekly@example.org", [f"r{one}@d.example"], signed)

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(work, [range(k, number, CONNECTIONS) for k in range(CONNECTIONS)]))
    return number / (time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Round:
    """Messages a second of one turn."""

    limit: float  # smtp-source, before and after ours
    ours: float
    theirs: float  # the usual way, before and after ours
    size: float  # kB of a message


def take_turn(folder: Path, readers: int, peers: int) -> Round:
    """Measure all three, the peers on both sides of ours: this machine's speed may drift."""
    room = make_room(folder, readers)
    taken = folder / "sample"
    room.must("send", "--week", WEEK, "--limit", "1", "--to-dir", str(taken))
    sample = next(taken.glob("*.eml")).read_bytes()
    pem = (folder / "dkim.pem").read_bytes()
    with sink() as port:
        limits = [source(port, len(sample), readers)]
        usuals = [usual(port, sample, pem, peers)]
        url = {"SMTP_URL": f"smtp://127.0.0.1:{port}"}
        done = room.call("send", "--week", WEEK, "--json", env=BARE | url)
        report = json.loads(done.stdout)
        usuals.append(usual(port, sample, pem, peers))
        limits.append(source(port, len(sample), readers))
    ours = (report["delivered"] - 1) / report["seconds"]
    return Round(harmonic_mean(limits), ours, harmonic_mean(usuals), len(sample) / 1000)


def source(port: int, size: int, number: int) -> float:
    """Return messages a second of smtp-source."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin") or "smtp-source"
    began = time.perf_counter()
    subprocess.run([program, "-d", "-s", str(CONNECTIONS), "-m", str(number), "-l", str(size),
                    f"127.0.0.1:{port}"], check=True)  # fmt: skip
    return number / (time.perf_counter() - began)


def compare(readers: int, peers: int, turns: int) -> None:
    """Print the first table: every turn, and the median of each ratio."""
    rounds = []
    print(f"{readers} readers, {CONNECTIONS} connections, smtp-sink; messages a second")
    print("  smtp-source   send, queueing to archive   EmailMessage + dkimpy + smtplib")
    for _ in range(turns):
        folder = Path(tempfile.mkdtemp(prefix="bench-deliver-"))
        try:
            one = take_turn(folder, readers, peers)
        finally:
            shutil.rmtree(folder)
        rounds.append(one)
        of_limit, of_usual = one.ours / one.limit, one.ours / one.theirs
        shown = f"{one.ours:5.0f}: {of_limit:.2f} of it, {of_usual:.1f} x"
        print(f"  {one.limit:11.0f}   {shown:25}   {one.theirs:31.0f}", flush=True)
    of_limits = median(one.ours / one.limit for one in rounds)
    of_usuals = median(one.ours / one.theirs for one in rounds)
    size = rounds[0].size
    print(f"  median: {of_limits:.2f} of smtp-source, which knows neither DKIM nor states (wanted"
          f" .3); {of_usuals:.1f} times the usual way (12); {size:.1f} kB a message")  # fmt: skip


def scale(numbers: list[int], kind: str) -> None:
    """Print the second table: one process for each number, so that memory is its own."""
    print(f"simulated transport: every message is built, signed ({kind}), and taken at once")
    for number in numbers:
        folder = Path(tempfile.mkdtemp(prefix="bench-scale-"))
        try:
            room = make_room(folder, 10, kind)
            words = [sys.executable, __file__, "--child", str(folder), str(number)]
            done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True,
                                  env=room.environment(BARE | {"PYTHONPATH": "."}))  # fmt: skip
        finally:
            shutil.rmtree(folder)
        print(f"  {done.stdout.rstrip()}", flush=True)


THEMES = ("", "党建引领", "文明创建", "社区治理", "数字赋能", "城市更新", "文化活动", "非遗传承")


def fill(number: int) -> None:
    """Add invented readers up to ``number``, of 504 sets of preferences in turn."""
    # ruff: noqa: PLC0415 - the store has to be opened first
    from pipeline.model import DISTRICTS, Preferences
    from pipeline.store.models import SubscriberRow

    first = SubscriberRow.objects.order_by("pk").first()
    if first is None:
        raise SystemExit("no reader")
    wishes = [
        Preferences(frozenset(area for at, area in enumerate(DISTRICTS) if set_ >> at & 1),
                    frozenset(filter(None, [theme])))
        for set_ in range(1, 64) for theme in THEMES
    ]  # fmt: skip
    fields = [one.attname for one in SubscriberRow._meta.concrete_fields if one.attname != "id"]  # noqa: SLF001
    same = {name: getattr(first, name) for name in fields}
    for at in range(10, number, 5000):
        rows = []
        for n in range(at, min(number, at + 5000)):
            wish, address = wishes[n % len(wishes)], f"r{n}@d{n % 400}.example"
            own = {"email": address, "key": address, "edition_key": wish.key,
                   "districts": sorted(wish.districts), "themes": sorted(wish.themes)}  # fmt: skip
            rows.append(SubscriberRow(**(same | own)))
        SubscriberRow.objects.bulk_create(rows)


def child(folder: Path, number: int) -> None:  # noqa: C901 - one small stand-in class inside
    """Send to ``number`` invented readers without a network."""
    from pipeline import store
    from pipeline.config import load_settings

    settings = load_settings(folder / "feeds.yaml", folder / "var")
    store.setup(folder / "feeds.yaml", folder / "var")
    from pydantic import SecretStr

    from pipeline import sending
    from pipeline.deliver import postman, smtp
    from pipeline.deliver.replies import Reply

    fill(number)

    class Instant(smtp.Connection):
        """Takes everything at once."""

        def __init__(self) -> None:
            self.sent = 0

        is_closed = False
        is_pipelining = True

        @classmethod
        async def open(cls, *_: Any) -> Instant:
            return cls()

        def can_write_to(self, _envelope: Any) -> bool:
            return True

        def start(self, _envelope: Any) -> None:
            self.sent += 1

        async def accept(self) -> None:
            return None

        async def write(self, _data: bytes) -> None:
            return None

        async def finish(self, _then: Any = None) -> Reply:
            return Reply(250, "2.0.0 taken")

        async def quit(self) -> None:
            return None

    marks: list[tuple[int, float]] = []

    def watch(done: Any, _total: int) -> None:
        if done.delivered >= len(marks) * number / 10:
            marks.append((done.delivered, time.process_time()))

    vars(postman)["Connection"] = Instant
    settings = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:9")})
    before = time.process_time()
    report = sending.send_issue(settings, WEEK, sending.Options(), on_progress=watch)
    used = (time.process_time() - before) / report["delivered"] * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = report["seconds"] / report["delivered"] * 1e6

    def cost(tenth: int) -> float:
        (first, began), (last, ended) = marks[tenth - 1 : tenth + 1]
        return (ended - began) / (last - first) * 1e6

    took = f"{report['seconds']:8.1f} s {each:6.0f} µs each, {peak:4.0f} MB at the most; processor"
    tenths = f"{cost(2):.0f} in the second tenth, {cost(9):.0f} in the ninth"
    print(f"{report['delivered']:>9} recipients, {report['editions']} editions")
    print(f"    {took} {used:.0f} µs each: {tenths}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=20_000, help="0: no first table")
    parser.add_argument("--peers", type=int, default=200, help="messages of the slow peer, twice")
    parser.add_argument("--turns", type=int, default=3, help="of the first table")
    parser.add_argument("--scale", type=int, nargs="*", default=[1000, 10_000, 100_000])
    # RSA costs the same for every message, so without it a growing cost shows more clearly.
    parser.add_argument("--key", choices=["rsa", "ed25519"], default="rsa", help="of --scale")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(Path(given.child[0]), int(given.child[1]))
    else:
        if given.readers:
            compare(given.readers, given.peers, given.turns)
        scale(given.scale, given.key)
