import json
import os
import re
import shutil
import subprocess
import sys

from tests import ready
from tests.conftest import ROOT
from tests.mailroom import WEEK, Mailroom

PASSWORD = "yong-shang-2026\n"


def test_a_week_is_signed_by_three_persons_from_the_command_line(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    files = tmp_path / "var" / "issues" / "2026-W47"
    before = {path.name: path.read_bytes() for path in files.iterdir()}
    shutil.rmtree(files)
    week = ("--week", "2026-W47")
    early = newsroom("approve", *week, "--step", "second", "--as", "bo")
    assert early.returncode == 4
    assert early.stderr.count("\n") == 1
    assert "一审还没有签发" in early.stderr
    first = newsroom("approve", *week, "--step", "first", "--as", "anna", "--json")
    assert json.loads(first.stdout)["next"] == "second"
    assert newsroom("approve", *week, "--step", "second", "--as", "anna").returncode == 4
    assert newsroom("approve", *week, "--step", "second", "--as", "nobody").returncode == 1
    assert newsroom("approve", *week, "--step", "second", "--as", "bo").returncode == 0
    assert "approved" in newsroom("approve", *week, "--step", "final", "--as", "chen").stdout
    assert newsroom("approve", *week, "--step", "final", "--as", "chen").returncode == 4
    after = {path.name: path.read_bytes() for path in files.iterdir()}
    assert after.keys() == before.keys()
    # Who signs after the time sets the day (decision 098), and events may be over by then.
    titles = re.compile(rb"font-size:17px[^>]*>([^<]+)<")
    assert len(titles.findall(after["wechat.html"])) > 20
    assert titles.findall(after["wechat.html"]) == titles.findall(before["wechat.html"])
    users = json.loads(newsroom("users", "list", "--json").stdout)["users"]
    assert [one["roles"] for one in users] == [["first"], ["second"], ["final"]]
    lines = newsroom("audit", *week).stdout.splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["sign"] * 3
    assert newsroom("audit", *week, "--json").stdout.splitlines() == lines
    assert "6 entries, the chain holds" in newsroom("doctor").stdout
    assert newsroom("users", "close", "anna").returncode == 0
    assert newsroom("users", "close", "nobody").returncode == 1
    assert newsroom("users", "list").returncode == 0


def test_a_weak_password_is_a_wrong_use_of_the_command(empty_newsroom):
    done = empty_newsroom("users", "add", "anna", "--role", "first", text="123\n")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_password_that_is_not_utf_8_is_wrong_use_in_one_line(tmp_path):
    place = ["--config", str(ROOT / "feeds.yaml"), "--data-dir", str(tmp_path / "var")]
    for locale in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        done = subprocess.run(
            [sys.executable, ready.SCRIPT, *place, "users", "add", "anna", "--role", "first"],
            input="甬上社区二〇二六\n".encode("gb18030"), capture_output=True, check=False,
            env=os.environ | locale, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
        assert b"the password is not UTF-8" in done.stderr


def test_proofreading_sees_a_text_that_was_changed_behind_the_signatures(signed_room, tmp_path):
    shutil.copytree(signed_room, tmp_path / "room")
    room = Mailroom(tmp_path / "room")
    assert room.call("proof", "--week", WEEK, "--strict").returncode == 0
    ((number, payload),) = room.sql("SELECT id, payload FROM issue_revision")
    changed = json.dumps(json.loads(str(payload)), ensure_ascii=False).replace("居民", "村民")
    room.sql("UPDATE issue_revision SET payload = ? WHERE id = ?", changed, number)
    done = room.call("proof", "--week", WEEK, "--strict", "--json")
    assert done.returncode == 4
    found = [one for one in json.loads(done.stdout)["findings"] if one["rule"] == "signature"]
    assert len(found) == 3
    assert "签名作废" in found[0]["message"]
    assert room.call("send", "--week", WEEK, "--to-dir", str(tmp_path / "out")).returncode == 4
