"""Commands of the product, each in a process of its own that is forked from one made ready.

The suite starts some hundreds of commands, and most of the time of a short one goes into imports.
A waiting process has imported and read what they have in common and forks for each: with arguments,
environment, folder and streams of its own, as a shell starts it. Where coverage is measured, and
where a system cannot fork, commands start anew.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import os
import random
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from datetime import UTC, datetime
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = str(ROOT / "run_pipeline.py")
_STREAMS = ("in", "out", "err")
_LONGEST_ADDRESS = 100  # bytes of a socket's address; systems take 104 to 108

# What most commands import. None of it may read the environment or start Django.
_COMMON = (
    "aiohttp", "bs4", "cryptography.hazmat.primitives.serialization", "django.contrib.auth.hashers",
    "django.contrib.auth.password_validation", "django.core.management", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.db.models", "django.forms", "django.http", "django.urls",
    "feedparser", "jieba", "jinja2", "lxml.html", "nh3", "premailer", "pydantic", "rich.table",
    "ruamel.yaml", "yaml", "pipeline.assemble", "pipeline.cli", "pipeline.collect", "pipeline.config",
    "pipeline.deliver", "pipeline.proof", "pipeline.tag",
)  # fmt: skip


def run(
    command: list[str], *, env: dict[str, str], text: str | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run the product's script to its end, as `subprocess.run` would.

    ``command``: the interpreter, the script, its arguments.
    """
    plainly = "COVERAGE_PROCESS_CONFIG" in os.environ or not hasattr(os, "fork")
    if plainly or not _waiting():
        return subprocess.run(
            command, input=text, capture_output=True, encoding="utf-8", timeout=timeout, env=env,
            check=False,
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="newsroom-command-") as folder:
        streams = [Path(folder, name) for name in _STREAMS]
        streams[0].write_text(text or "", encoding="utf-8")
        with Client(_waiting()) as line:
            line.send((command[1:], env, str(Path.cwd()), [str(one) for one in streams]))
            process: int = line.recv()
            if not line.poll(timeout):
                os.kill(process, signal.SIGKILL)
                raise subprocess.TimeoutExpired(command, timeout)
            code: int = line.recv()
        out, err = (one.read_text(encoding="utf-8") for one in streams[1:])
    return subprocess.CompletedProcess(command, code, out, err)


@functools.cache
def _waiting() -> str:
    """Start the waiting process; return where it listens. It ends with this one.

    "" where the folder for temporary files is too deep for a socket.
    """
    folder = tempfile.mkdtemp(prefix="newsroom-ready-")
    address = str(Path(folder, "socket"))
    if len(os.fsencode(address)) > _LONGEST_ADDRESS:
        Path(folder).rmdir()
        return ""
    server = subprocess.Popen(
        [sys.executable, __file__, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert server.stdout
    assert server.stdout.readline() == b"ready\n", "the waiting process did not start"
    atexit.register(_end, server, folder)
    return address


def _end(server: subprocess.Popen[bytes], folder: str) -> None:
    assert server.stdin
    server.stdin.close()
    server.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


def _proofread_once() -> None:
    """Read the shipped word lists and the gazetteer, which stay in memory, and try the rules."""
    from pipeline.config import load_settings  # noqa: PLC0415 - not in the process that asks
    from pipeline.model import Issue  # noqa: PLC0415 - the same
    from pipeline.proof import proofread  # noqa: PLC0415 - the same
    from pipeline.week.reference import get_reference  # noqa: PLC0415 - the same

    text = (ROOT / "samples" / "feed.json").read_text(encoding="utf-8")
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    issue = Issue("2026-W47", 1, "示例", text, now, now, now, ())
    with tempfile.TemporaryDirectory(prefix="newsroom-ready-") as folder:
        settings = load_settings(ROOT / "feeds.yaml", Path(folder), {})
        proofread(issue, reference=get_reference(settings))


def _serve(address: str) -> None:
    """Fork for every command that is asked for, until standard input ends."""
    sys.path.insert(0, str(ROOT))
    for name in _COMMON:
        importlib.import_module(name)
    _proofread_once()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as ready:
        listener.bind(address)
        listener.listen()
        ready.register(sys.stdin, selectors.EVENT_READ)
        ready.register(listener, selectors.EVENT_READ)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            if any(key.fileobj is sys.stdin for key, _ in ready.select()):
                return
            line = Connection(listener.accept()[0].detach())
            if not os.fork():
                _answer(line)
            line.close()


def _answer(line: Connection) -> NoReturn:
    """Fork the command, and say what process it is and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    arguments, env, folder, streams = line.recv()
    process = os.fork()
    if not process:
        line.close()
        _become(arguments, env, folder, streams)
    line.send(process)
    _, status = os.waitpid(process, 0)
    line.send(os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(arguments: list[str], env: dict[str, str], folder: str, streams: list[str]) -> NoReturn:
    """Be the command: its environment, folder, streams, and then its script."""
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    for number, name in enumerate(streams):
        opened = os.open(name, os.O_RDWR | os.O_APPEND * (number > 0) | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    random.seed()
    sys.argv = arguments
    code: object = 0
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as the interpreter does at its end
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does
    atexit._run_exitfuncs()
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1 if code else 0)


if __name__ == "__main__":
    _serve(sys.argv[1])
