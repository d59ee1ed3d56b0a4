"""An approved issue with readers, made by the command line, and the words to send it.

What this module never does: reach into the product. Only the clock is turned, in the database.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests import ready

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).resolve().parent.parent
WEEK = "2026-W47"
_PASSWORD = "yong-shang-2026\n"
_SIGNERS = (("anna", "first"), ("bo", "second"), ("chen", "final"))


class Mailroom:
    """One data directory with its feeds.yaml and environment."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.config = folder / "feeds.yaml"
        self.environ = environ or {}

    def configure(self, delivery: str = "per_domain_rate: 10000") -> None:
        """Write feeds.yaml beside the samples; ``delivery`` is the inside of a YAML mapping."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "samples", self.folder / "samples", dirs_exist_ok=True)
        text = (ROOT / "feeds.yaml").read_text(encoding="utf-8")
        self.config.write_text(f"{text}\ndelivery: {{{delivery}}}\n", encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        """Return the words of one command."""
        script = ready.SCRIPT
        place = ["--config", str(self.config), "--data-dir", str(self.data)]
        return [sys.executable, script, *place, *arguments]

    def environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """Return the environment of a command: nothing of the caller's that would matter."""
        dropped = {"SMTP_URL", "DATABASE_URL", "PIPELINE_CONFIG", "PIPELINE_DATA_DIR"}
        kept = {key: value for key, value in os.environ.items() if key not in dropped}
        kept["PATH"] = "/nonexistent"  # no browser: printing for notice boards has its own tests
        return kept | self.environ | (more or {})

    def call(
        self, *arguments: str, text: str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return ready.run(
            self.command(*arguments), env=self.environment(env), text=text, timeout=300
        )

    def must(self, *arguments: str, text: str | None = None) -> str:
        """Run one command that has to succeed; return what it printed."""
        done = self.call(*arguments, text=text)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.returncode}: {done.stderr}")
        return done.stdout

    def draft(self) -> None:
        """Make the draft and the three editors' accounts."""
        self.run()
        self.employ()

    def run(self) -> None:
        """Make the draft; what the run reports stays in ``run.json``."""
        report = self.must("run", "--week", WEEK, "--json")
        (self.folder / "run.json").write_text(report, encoding="utf-8")

    def employ(self) -> None:
        """Make the three editors' accounts."""
        for name, role in _SIGNERS:
            self.must("users", "add", name, "--role", role, text=_PASSWORD)

    def sign(self) -> None:
        """Sign the draft three times."""
        for name, role in _SIGNERS:
            self.must("approve", "--week", WEEK, "--step", role, "--as", name)

    def subscribe(self, readers: list[tuple[str, str]]) -> None:
        """Import readers as (address, district)."""
        path = self.folder / "readers.csv"
        lines = ["邮箱,区,同意方式", *(f"{email},{area},示例登记表" for email, area in readers)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.must("subscribers", "import", str(path))

    def publish_ago(self, hours: float) -> None:
        """Turn the clock: the issue appeared ``hours`` ago (SQLite only)."""
        moment = datetime.now(UTC) - timedelta(hours=hours)
        self.sql(
            "UPDATE issue SET send_at = NULL, publishes_at = ?",
            moment.replace(tzinfo=None).isoformat(" "),
        )

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run one statement on the SQLite file."""
        connection = sqlite3.connect(self.data / "pipeline.sqlite3", timeout=30)
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()
