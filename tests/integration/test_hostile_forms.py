"""No form and no parameter ends in a fault of ours, whatever stands in it, on either database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from pipeline.desk import urls as desk
from pipeline.reader import urls as reader
from pipeline.reader.staff import staff_urlpatterns
from tests.crash.places import postgres
from tests.hostile import list_gets, list_posts
from tests.mailroom import ROOT, Mailroom

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def walk(room: Mailroom) -> None:
    places = {"PIPELINE_CONFIG": str(room.config), "PIPELINE_DATA_DIR": str(room.data)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile"], env=room.environment(places), cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    *faults, last = map(json.loads, done.stdout.splitlines())
    assert last["asked"] > 1000
    assert not faults


def test_no_form_breaks_the_pages_on_sqlite(drafted_room: Path, tmp_path: Path) -> None:
    walk(Mailroom(shutil.copytree(drafted_room, tmp_path / "room")))


@pytest.mark.postgres
def test_no_form_breaks_the_pages_on_postgresql(tmp_path: Path) -> None:
    try:
        with postgres() as server:
            with psycopg.connect(server.url, autocommit=True) as admin:
                admin.execute("CREATE DATABASE news")
            url = f"postgresql://crash@127.0.0.1:{server.port}/news"
            room = Mailroom(tmp_path / "room", {"DATABASE_URL": url})
            room.configure()
            room.draft()
            walk(room)
    except FileNotFoundError as reason:
        pytest.skip(str(reason))


def test_the_walk_knows_every_page_that_takes_words() -> None:
    get_resolver().check()
    takes_none = {"desk:home", "desk:logout", "desk:second-step", "desk:audit", "desk:now", "desk:weeks",
                  "desk:review", "reader:front", "reader:archive", "reader:why", "reader:erase"}  # fmt: skip
    tokens = {"p": "x", "u": "x"}
    asked = [path for path, _ in list_gets("1", "x")]
    asked += [path for path, _ in list_posts("1", "2", tokens)]
    met = set()
    for path in asked:
        with suppress(Resolver404):
            met.add(resolve(path.replace("*", "1")).view_name)
    rooms: dict[str, list[object]] = {
        "desk": [*desk.urlpatterns], "reader": [*reader.urlpatterns, *staff_urlpatterns],
    }  # fmt: skip
    known = {
        f"{room}:{entry.name}"
        for room, patterns in rooms.items()
        for entry in patterns
        if isinstance(entry, URLPattern)
    }
    assert known - met == takes_none
