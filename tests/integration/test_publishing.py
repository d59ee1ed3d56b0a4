"""Publishing: files follow from the issues alone; robots hear of them over real HTTP."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import threading
import tracemalloc
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import ImageFile

from pipeline.calendar import SHANGHAI
from pipeline.config import Settings, load_settings
from pipeline.errors import PipelineError
from pipeline.model import Issue, Item, Section, SectionKind
from pipeline.sending.opening import Opening
from pipeline.sending.printing import fetch_own
from pipeline.sending.publishing import announce, print_issue, publish
from pipeline.store import drafts, issuing

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def make_issue(week: str, number: int, *titles: str) -> Issue:
    moment = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    items = tuple(
        Item(
            key=str(10 * number + n), title=title, summary="（示例）", original_title=title,
            url="https://a.example/1", source_id="a", source_name="示例", published=None,
            districts=("海曙",), themes=("社区治理",),
        )
        for n, title in enumerate(titles)
    )  # fmt: skip
    section = Section(SectionKind.DISTRICTS, "各区动态", items)
    return Issue(week, number, f"示例第{number}期", "", moment, moment, moment, (section,))


def make_settings(folder: Path, **environ: str) -> Settings:
    return load_settings(ROOT / "feeds.yaml", folder / "var", environ)


def test_what_was_printed_is_kept_without_being_read(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    issues = [make_issue("2026-W46", 2, "示例旧闻"), make_issue("2026-W47", 3, "示例")]
    folder = publish(settings, issues)
    printed = [folder / one.week / "issue.pdf" for one in issues]
    for path in printed:
        with path.open("wb") as file:
            file.truncate(40_000_000)  # a hole: it takes no room on the disk
    tracemalloc.start()
    publish(settings, issues)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000
    assert all(path.exists() for path in printed)
    publish(settings, issues[1:])
    assert [path.exists() for path in printed] == [False, True]


def test_publishing_again_changes_nothing_and_what_is_withdrawn_goes(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    issues = [make_issue("2026-W46", 2, "示例旧闻"), make_issue("2026-W47", 3, "示例", "示例二")]
    folder = publish(settings, issues)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert publish(settings, issues) == folder
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert after == before
    publish(settings, [issues[0], make_issue("2026-W47", 3, "示例")])
    assert (folder / "2026-W47" / "30" / "index.html").exists()
    assert not (folder / "2026-W47" / "31").exists()


def _need_weasyprint() -> None:
    """Skip where it is not installed, without importing it past the product."""
    if importlib.util.find_spec("weasyprint") is None:
        pytest.skip("needs the extra pdf")


@pytest.mark.parametrize("printer", ["weasyprint", "chromium"])
def test_an_issue_is_printed_for_the_notice_board_and_stays_in_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printer: str
) -> None:
    if printer == "weasyprint":
        _need_weasyprint()
        monkeypatch.setenv("PATH", "")
    else:
        if shutil.which("chromium") is None:
            pytest.skip("no chromium; enable with: apt-get install chromium fonts-noto-cjk")
        monkeypatch.setitem(sys.modules, "weasyprint", None)  # as where the extra is not installed
    settings = make_settings(tmp_path)
    issues = [make_issue("2026-W47", 3, "示例：上墙的一期")]
    publish(settings, issues)
    path = print_issue(settings, "2026-W47")
    assert path is not None
    assert path.read_bytes().startswith(b"%PDF-")
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    publish(settings, issues)
    assert path.exists()
    with pytest.raises(PipelineError, match="2026-W40 is not in the archive"):
        print_issue(settings, "2026-W40")


def test_a_page_that_cannot_be_laid_out_is_an_error_that_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _need_weasyprint()
    settings = make_settings(tmp_path)
    folder = publish(settings, [make_issue("2026-W47", 3, "示例")])
    page = folder / "2026-W47" / "index.html"
    page.write_text("", "utf-8")  # what it is given trips the layout: no page has no box
    weasyprint = pytest.importorskip("weasyprint")

    def trip(*_: object, **__: object) -> bytes:
        raise IndexError("list index out of range")

    monkeypatch.setattr(weasyprint.HTML, "write_pdf", trip)
    with pytest.raises(PipelineError, match="could not be printed: IndexError"):
        print_issue(settings, "2026-W47")


def test_a_page_is_printed_with_the_sites_own_pictures_and_nobody_elses(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, SITE_URL="https://weekly.example")
    media = settings.data_dir / "site" / "media"
    media.mkdir(parents=True)
    (media / "a b.png").write_bytes(b"\x89PNG")
    (settings.data_dir / "secret_key").write_text("secret", encoding="ascii")
    own = fetch_own(settings, "https://weekly.example/media/a%20b.png?1")
    assert own == (b"\x89PNG", "image/png")
    for address in (
        "https://weekly.example/media/none.png", "https://weekly.example/media/../../secret_key",
        "https://weekly.example/media/%2e%2e/%2e%2e/secret_key", "https://weekly.example/media/%00",
        "https://weekly.example.evil.example/media/a%20b.png", "http://127.0.0.1:8000/media/a.png",
        "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "/etc/passwd",
        "https://weekly.example//etc/passwd", "https://weekly.example/", "",
    ):  # fmt: skip
        with pytest.raises(PipelineError, match="not of this site"):
            fetch_own(settings, address)


def test_weasyprint_asks_nobody_else_for_a_picture(tmp_path: Path) -> None:
    _need_weasyprint()
    asked = []

    class Outsider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Outsider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = make_settings(tmp_path)
    folder = publish(settings, [make_issue("2026-W47", 3, "示例")])
    page = folder / "2026-W47" / "index.html"
    picture = f'<img src="http://127.0.0.1:{server.server_address[1]}/a.png">'
    page.write_text(page.read_text("utf-8").replace("<main", f"{picture}<main", 1), "utf-8")
    try:
        assert print_issue(settings, "2026-W47") is not None
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_an_archive_never_writes_outside_its_folder(tmp_path: Path) -> None:
    issue = make_issue("2026-W47", 3, "示例")
    (section,) = issue.sections
    item = replace(section.items[0], key="../../../../etc")
    with pytest.raises(PipelineError, match="outside the archive"):
        publish(
            make_settings(tmp_path), [replace(issue, sections=(replace(section, items=(item,)),))]
        )


@pytest.fixture
def robot() -> Iterator[tuple[str, list[Any]]]:
    """A group robot on loopback that keeps what it is told."""
    heard: list[Any] = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(json.loads(body))
            self.send_response(200 if "deaf" not in self.path else 500)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"errcode": 0}')

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()
    thread.join()


def test_robots_are_told_the_headlines_and_one_that_fails_is_named(
    tmp_path: Path, robot: tuple[str, list[Any]]
) -> None:
    url, heard = robot
    settings = make_settings(tmp_path, ROBOT_URLS=f"{url}/deaf,{url}/ok,nonsense")
    said = announce(settings, make_issue("2026-W47", 3, "示例：一条消息"))
    assert len(said) == 2
    assert "entry 1" in said[0]
    assert "entry 3" in said[1]
    assert "示例：一条消息" in heard[-1]["message"]
    assert "/issues/2026-W47/" in heard[-1]["message"]
    assert "127.0.0.1" not in "".join(said)


@pytest.mark.django_db
def test_robots_are_told_of_an_issue_that_could_not_be_printed(
    tmp_path: Path, robot: tuple[str, list[Any]]
) -> None:
    url, heard = robot
    issue = make_issue("2026-W47", 3, "示例：一条消息")
    drafts.save_draft(issue, issue.starts)
    issuing.mark_published(issue.week, issue.starts)
    said: list[str] = []
    opening = Opening(make_settings(tmp_path, ROBOT_URLS=f"{url}/ok"), issue.week, said.append)
    opening._is_open = True  # and yet there is no page that could be printed
    opening.tell_the_world()
    assert said == ["the issue was not printed: 2026-W47 is not in the archive yet; send it first"]
    assert len(heard) == 1
    assert not issuing.is_to_announce(issue.week)


def test_without_robots_nobody_is_told(tmp_path: Path) -> None:
    assert announce(make_settings(tmp_path), make_issue("2026-W47", 3, "示例")) == []
