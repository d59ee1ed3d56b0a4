"""A real Chromium for the tests that look at pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = Path(os.environ.get("PIPELINE_ARTEFACTS", ROOT / "var" / "artefacts"))
PASSWORD = "yong-shang-2026"

# What the desk's own process does is measured by the tests that call its views: tracing doubles it.
ENVIRON = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}

# Playwright keeps an event loop in the thread in which tests read the store.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    # Nothing outside is asked for; interception in the tests would switch the cache off besides.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser_flags() -> list[str]:
    """Return what Chromium is started with; a file of tests may add to it."""
    return _QUIET


@pytest.fixture(scope="module")  # Playwright's event loop must not outlive it: others have theirs
def browser(browser_flags: list[str]) -> Iterator[Browser]:
    """Start Debian's Chromium; skip where there is none, fail on CI.

    The same engine without the windows of a desktop, where it is installed: half the work a page.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        reason = "no chromium; enable with: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=browser_flags)
        yield started
        started.close()


@dataclass(frozen=True)
class Desk:
    """A desk that runs as its users' does: its own process, its own data."""

    base: str
    data_dir: Path
    config: Path
    browser: Browser
    states: dict[str, Any] = field(default_factory=dict)  # of those who have signed in

    def enter(self, name: str, width: int = 1280, **given: Any) -> Page:
        """Sign somebody in, in a window of their own; the second window takes over the session."""
        given |= {"viewport": {"width": width, "height": 900}}
        if name in self.states:
            page = self.browser.new_context(storage_state=self.states[name], **given).new_page()
            page.goto(f"{self.base}/desk/")
            assert page.locator(".who a").inner_text() == name
            return page
        window = self.browser.new_context(**given)
        page = window.new_page()
        page.goto(f"{self.base}/desk/login/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{self.base}/desk/")
        self.states[name] = window.storage_state()
        return page


def call(data_dir: Path, config: Path, *arguments: str, text: str = "") -> None:
    command = [sys.executable, str(ROOT / "run_pipeline.py"), "--config", str(config),
               "--data-dir", str(data_dir), *arguments]  # fmt: skip
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=300, check=False, env=ENVIRON
    )
    assert done.returncode in {0, 3}, done.stderr


@pytest.fixture(scope="module")
def serve_desk(browser: Browser) -> Callable[..., object]:
    """Return what starts a desk in a room with its three reviewers, after one command."""

    @contextmanager
    def start(data_dir: Path, config: Path, *command: str) -> Iterator[Desk]:
        call(data_dir, config, *command)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serve = [sys.executable, str(ROOT / "run_pipeline.py"), "--config", str(config),
                 "--data-dir", str(data_dir), "serve", "--port", str(port)]  # fmt: skip
        log = (data_dir / "serve.log").open("wb")
        with log, subprocess.Popen(serve, stdout=log, stderr=log, env=ENVIRON) as server:
            base = f"http://127.0.0.1:{port}"
            try:
                _wait(f"{base}/desk/login/", server)
                yield Desk(base, data_dir, config, browser)
            finally:
                server.terminate()
                server.wait(20)

    return start


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)  # the one wait for a process of its own: it has no other voice
    pytest.fail("the desk did not start; see serve.log")


def keep(page: Page, name: str, *, full: bool = False) -> None:
    """Keep a screenshot as an artefact of the run."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=full)
