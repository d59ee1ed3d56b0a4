"""The archive in the browser's eyes: what was published, and not a file more."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[Path]:
    """An archive of one invented issue."""
    root = settings.PIPELINE.data_dir / "site"
    shutil.rmtree(root, ignore_errors=True)  # other tests of this process publish and keep pictures
    folder = root / "issues" / "2026-W47"
    folder.mkdir(parents=True)
    (root / "issues" / "index.html").write_text("<p>往期（示例）</p>", encoding="utf-8")
    (folder / "index.html").write_text("<p>第3期（示例）</p>", encoding="utf-8")
    (folder / "events.ics").write_text("BEGIN:VCALENDAR", encoding="utf-8")
    (root / "media").mkdir()
    (root / "media" / "a.png").write_bytes(b"\x89PNG")
    yield root
    shutil.rmtree(root)


def read(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_pages_calendars_and_pictures_are_served_as_what_they_are(
    client: Client, site: Path
) -> None:
    assert site.exists()
    for path, kind, words in (
        ("/issues/", "text/html", "往期"),
        ("/issues/2026-W47/", "text/html", "第3期"),
        ("/issues/2026-W47/events.ics", "text/calendar", "VCALENDAR"),
        ("/media/a.png", "image/png", "PNG"),
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert response["Content-Type"].startswith(kind)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert words in read(response).decode("utf-8", "replace")
    assert client.get("/issues/2026-W47")["Location"] == "/issues/2026-W47/"


@pytest.mark.parametrize(
    "path",
    [
        "/issues/../secret_key", "/issues/..%2f..%2fsecret_key", "/media/..%2f..%2fsecret_key",
        "/issues/2026-W48/", "/issues//etc/passwd", "/media/none.png", "/issues/a%00b", "/media/%00",
        f"/issues/{300 * 'x'}", f"/media/{300 * 'x'}", f"/issues/{1500 * 'x/'}", "/issues/%ff%fe",
        "/issues/index.html/x",
    ],
)  # fmt: skip
def test_what_was_not_published_is_not_there(client: Client, site: Path, path: str) -> None:
    assert site.exists()
    response = client.get(path)
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


def test_before_the_first_issue_the_archive_says_so_and_leads_to_subscribing(
    client: Client, site: Path
) -> None:
    shutil.rmtree(site / "issues")
    coming = client.get("/issues/")
    assert (coming.status_code, coming["Cache-Control"]) == (404, "no-store")
    text = coming.content.decode()
    assert "第一期还没有发出" in text
    assert 'href="/subscribe"' in text
    assert 'href="/issues/"' not in text
    for path in ("/issues/2026-W48/", "/no/such/page"):
        lost = client.get(path)
        assert lost.status_code == 404
        assert "看看往期" not in lost.content.decode()


def test_who_strays_meets_a_page_of_the_readers_and_none_of_the_editors(
    client: Client, site: Path
) -> None:
    assert site.exists()
    lost = client.get("/no/such/page")
    assert (lost.status_code, lost["Cache-Control"]) == (404, "no-store")
    assert "编辑台" not in lost.content.decode()
    assert "看看往期" in lost.content.decode()


def test_a_fault_of_ours_is_told_to_readers_in_their_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.delattr("pipeline.reader.joining.make_stamp")
    broken = client.get("/subscribe")
    assert broken.status_code == 500
    assert "是我们这边的差错" in broken.content.decode()
    assert "编辑台" not in broken.content.decode()


def test_the_archive_is_read_and_never_written(client: Client, site: Path) -> None:
    assert site.exists()
    assert client.post("/issues/").status_code == 405


def test_before_the_first_issue_the_archive_says_so(client: Client) -> None:
    assert client.get("/issues/").status_code == 404


@pytest.mark.parametrize("path", ["/issues/", "/issues/2026-W47/events.ics", "/media/a.png"])
def test_who_has_a_file_already_is_told_so_until_it_changes(
    client: Client, site: Path, path: str
) -> None:
    first = client.get(path)
    body = read(first)
    for asked in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
        {"If-None-Match": f'"other", {first["ETag"]}', "If-Modified-Since": "rubbish"},
    ):
        again = client.get(path, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == first["Cache-Control"]
        assert again["ETag"] == first["ETag"]
    other = {"If-None-Match": '"other"', "If-Modified-Since": first["Last-Modified"]}
    assert read(client.get(path, headers=other)) == body
    file = site / path.removeprefix("/")
    file = file / "index.html" if file.is_dir() else file
    file.write_bytes(b"corrected")
    assert read(client.get(path, headers={"If-None-Match": first["ETag"]})) == b"corrected"


def test_a_picture_may_be_kept_for_good_and_a_page_for_minutes(client: Client, site: Path) -> None:
    assert site.exists()
    for path, kept in (
        ("/media/a.png", "public, max-age=31536000, immutable"),
        ("/issues/2026-W47/", "public, max-age=300"),
    ):
        answer = client.get(path)
        assert read(answer)
        assert answer["Cache-Control"] == kept
