"""Fixtures of the whole suite."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Every test process has a data directory of its own: no test depends on another or on var/.
os.environ["PIPELINE_DATA_DIR"] = tempfile.mkdtemp(prefix="newsroom-test-")
os.environ.setdefault("PIPELINE_CONFIG", str(ROOT / "feeds.yaml"))

Newsroom = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Run the command line as its user does, on a data directory of the test's own."""

    def call(
        *arguments: str, config: Path = ROOT / "feeds.yaml", text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                str(ROOT / "run_pipeline.py"),
                "--config",
                str(config),
                "--data-dir",
                str(tmp_path / "var"),
                *arguments,
            ],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def own_feeds(tmp_path: Path) -> Callable[[str], Path]:
    """Write a feeds.yaml with the given sources beside a copy of the samples."""

    def write(sources: str, head: str = "") -> Path:
        shutil.copytree(ROOT / "samples", tmp_path / "samples", dirs_exist_ok=True)
        path = tmp_path / "feeds.yaml"
        newsletter = "newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45}\n"
        path.write_text((head or newsletter) + sources, encoding="utf-8")
        return path

    return write
