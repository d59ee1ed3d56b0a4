"""The doctor names what is broken, and goes on to look at the rest."""

import json
import shutil
import socket
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

import pipeline
from pipeline.cli.context import Context
from pipeline.cli.doctor import _warn_of_holidays


def examine(newsroom):
    done = newsroom("doctor", "--json")
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["sound"] else 1)
    return {one["check"]: (one["ok"], one["said"]) for one in report["checks"]}


def test_a_damaged_database_is_one_line_among_the_others(newsroom, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "pipeline.sqlite3").write_bytes(b"no database " * 100)
    said = examine(newsroom)
    assert said["database"] == (
        False,
        "file is not a database; put the last backup in its place: restore PATH",
    )
    assert said["register, themes, gazetteer"][0]


def test_a_database_that_cannot_be_opened_is_no_case_for_the_backup(newsroom, tmp_path):
    (tmp_path / "var" / "pipeline.sqlite3").mkdir(parents=True)
    ok, said = examine(newsroom)["database"]
    assert not ok
    assert said.startswith("unable to open database file: folder ")
    assert "restore" not in said


def test_a_database_that_does_not_answer_is_said_without_its_password(newsroom, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:1/none")
    said = examine(newsroom)
    assert not said["database"][0]
    assert "geheim" not in str(said)


@pytest.mark.parametrize(
    ("environ", "check"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DKIM_KEY_FILE": "/nonexistent/key.pem", "DKIM_SELECTOR": "a"}, "DKIM"),
        ({"DKIM_KEY_FILE": __file__, "DKIM_SELECTOR": "a"}, "DKIM"),
    ],
)
def test_what_sending_would_stumble_over_is_found_before(
    empty_newsroom, monkeypatch, environ, check
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    said = examine(empty_newsroom)
    assert [name for name, (ok, _) in said.items() if not ok] == [check]


def test_only_its_owner_reads_the_database_with_the_readers_addresses(empty_room):
    for path in (empty_room / "var").glob("pipeline.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def change_database(room, statement):
    path = room / "var" / "pipeline.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement)


def test_a_database_of_a_newer_version_is_used_by_no_command(empty_newsroom, tmp_path):
    change_database(
        tmp_path,
        "INSERT INTO django_migrations(app, name, applied) VALUES ('store', '9999_later', '2027-01-01')",
    )
    ok, said = examine(empty_newsroom)["database"]
    assert not ok
    assert "used by a newer version of this program (9999_later)" in said
    refused = empty_newsroom("status")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: the database was used by a newer version")


def test_a_clock_that_is_behind_what_was_written_down_is_found(empty_newsroom, tmp_path):
    assert examine(empty_newsroom)["clock"][0]
    change_database(
        tmp_path,
        "INSERT INTO run(week, started_at, stage, report) VALUES ('2099-W01', '2099-01-01 00:00:00', 'done', '{}')",
    )
    ok, said = examine(empty_newsroom)["clock"]
    assert not ok
    assert "the last thing written down is of 2099-01-01 08:00" in said


def test_the_relay_is_greeted_and_readers_links_are_looked_at_where_mail_is_sent(
    empty_newsroom, monkeypatch
):
    assert not {"mail", "SITE_URL"} & set(examine(empty_newsroom))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        monkeypatch.setenv("SMTP_URL", f"smtp://anna:geheim@127.0.0.1:{taken.getsockname()[1]}")
        said = examine(empty_newsroom)
    assert not said["mail"][0]
    assert "Connection refused" in said["mail"][1]
    assert "geheim" not in str(said)
    assert said["SITE_URL"] == (
        False,
        "not set: links of the mail, unsubscribing among them, lead to http://127.0.0.1:8000",
    )
    monkeypatch.setenv("SITE_URL", "https://weekly.example")
    assert examine(empty_newsroom)["SITE_URL"] == (True, "https://weekly.example")


def test_a_relay_that_lets_us_in_is_said(empty_newsroom, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    relay = Controller(object(), hostname="127.0.0.1", port=port)
    relay.start()
    try:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
        assert examine(empty_newsroom)["mail"] == (True, f"127.0.0.1:{port} lets us in")
    finally:
        relay.stop()


@pytest.mark.parametrize("missing", ["theme-terms.tsv", "theme-grams.tsv"])
def test_a_table_that_is_only_read_with_a_text_is_missed_before_the_first_one(
    newsroom, own_feeds, missing
):
    data = Path(pipeline.__file__).parent / "data"
    feeds = own_feeds("themes: themes.yaml\nsources: []\n")
    for name in {"themes.yaml", "theme-terms.tsv", "theme-grams.tsv"} - {missing}:
        shutil.copy(data / name, feeds.parent / name)
    report = json.loads(newsroom("doctor", "--json", config=feeds).stdout)
    (said,) = (one for one in report["checks"] if one["check"] == "register, themes, gazetteer")
    assert not said["ok"]
    assert missing in said["said"]


@pytest.mark.parametrize(
    ("head", "check", "said"),
    [
        ("issue: {holidays: days.yaml}\n", "calendar", "days.yaml:1"),
        ("issue: {publish_at: morning}\n", "calendar", "issue.publish_at"),
        ("proof: lists\n", "proofreading lists", "wording.yaml:1"),
        ("delivery: {relay_log: mail.log}\n", "relay log", "delivery.relay_log: "),
    ],
)
def test_what_every_run_would_end_with_is_found_before(
    empty_newsroom, own_feeds, head, check, said
):
    newsletter = "newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45}\n"
    feeds = own_feeds("sources: []\n", newsletter + head)
    (feeds.parent / "days.yaml").write_text("holidays: [2026-11-23]\n", encoding="utf-8")
    (feeds.parent / "lists").mkdir()
    (feeds.parent / "lists" / "wording.yaml").write_text("wrods: []\n", encoding="utf-8")
    done = empty_newsroom("doctor", "--json", config=feeds)
    assert (done.returncode, done.stderr) == (1, "")
    wrong = {
        one["check"]: one["said"] for one in json.loads(done.stdout)["checks"] if not one["ok"]
    }
    assert list(wrong) == [check]
    assert said in wrong[check]


def test_a_robots_address_that_is_none_is_named_by_its_place_and_never_shown(
    empty_newsroom, monkeypatch
):
    monkeypatch.setenv("ROBOT_URLS", "nonsense://geheim")
    monkeypatch.setenv("EDITOR_ROBOT_URLS", "json://127.0.0.1:9/")
    done = empty_newsroom("doctor", "--json")
    said = {one["check"]: one["said"] for one in json.loads(done.stdout)["checks"]}
    assert said["ROBOT_URLS"] == "ROBOT_URLS entry 1: no address of a robot"
    assert said["EDITOR_ROBOT_URLS"] == "1 listed"
    assert "geheim" not in done.stdout + done.stderr


def warn(newsroom):
    report = json.loads(newsroom("doctor", "--json").stdout)
    return {one["check"]: one["said"] for one in report["warnings"]}


def test_a_server_outside_chinas_time_is_told_what_cron_makes_of_its_hours(
    empty_newsroom, monkeypatch
):
    monkeypatch.setenv("TZ", "UTC")
    said = warn(empty_newsroom)["time zone"]
    assert said.startswith("UTC (+0000), and cron goes by it: Monday 05:00 in Shanghai is Sunday")
    assert "is Sunday 21:00 here. Write CRON_TZ=Asia/Shanghai above" in said
    assert "\nnote time zone: UTC (+0000)" in empty_newsroom("doctor").stdout
    for zone in ("Asia/Shanghai", "Asia/Singapore"):
        monkeypatch.setenv("TZ", zone)
        assert "time zone" not in warn(empty_newsroom)


@pytest.mark.parametrize(
    ("day", "years"), [("2040-10-31", [2040]), ("2040-11-01", [2040, 2041]), ("2026-10-31", [])]
)
def test_holidays_that_nobody_knows_are_told_from_the_month_in_which_they_are_made_known(
    tmp_path, own_feeds, day, years
):
    now = datetime.fromisoformat(f"{day}T12:00:00+08:00")
    noted = _warn_of_holidays(
        Context(own_feeds("sources: []\n"), tmp_path / "var", quiet=True), now
    )
    assert [name for name, _ in noted] == ["holidays"] * len(years)
    for (_, said), year in zip(noted, years, strict=True):
        assert said.startswith(f"the holidays of {year} are not known yet")


def test_holidays_that_nobody_knows_leave_the_installation_sound(empty_newsroom, own_feeds):
    year = datetime.now(UTC).year
    feeds = own_feeds("issue: {holidays: days.yaml}\nsources: []\n")
    (feeds.parent / "days.yaml").write_text(f"off: [{year}-10-01, {year + 1}-10-01]\n", "utf-8")
    known = json.loads(empty_newsroom("doctor", "--json", config=feeds).stdout)
    assert "holidays" not in {one["check"] for one in known["warnings"]}
    assert empty_newsroom("doctor").returncode == 0
