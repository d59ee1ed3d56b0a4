"""The calendar is valid and stable; files are written whole or not at all."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from pipeline.assemble import events_ics, make_files, render, render_wechat, write_files
from pipeline.assemble.archive import build_archive
from pipeline.calendar import SHANGHAI
from pipeline.model import Community, Edition, Event, Issue, Preferences, Story

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from pathlib import Path

SITE = "https://news.example/desk"


def calendar_of(desk: Any, issue: Issue) -> Any:
    data = events_ics(issue, newsletter=desk.newsletter, site_url=SITE)
    assert data == events_ics(issue, newsletter=desk.newsletter, site_url=SITE)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    return Calendar.from_ical(data)


def test_an_event_keeps_time_place_and_link(desk: Any, week: list[Story]) -> None:
    issue = desk.assemble(week)
    (event,) = calendar_of(desk, issue).walk("VEVENT")
    (item,) = (item for item in issue.items if item.events)
    assert event["summary"] == item.title
    assert event["description"] == item.summary
    assert event["location"] == "虚构礼堂"
    assert event.decoded("dtstart") == datetime(2026, 11, 28, 14, tzinfo=SHANGHAI)
    assert event.decoded("dtend") == datetime(2026, 11, 28, 16, tzinfo=SHANGHAI)
    assert event.decoded("dtstamp") == issue.publishes_at
    assert event["uid"].endswith("@news.example")


@pytest.mark.parametrize(
    ("place", "told"),
    [("村口", "示例街道虚构村 村口"), ("虚构村文化礼堂", "虚构村文化礼堂")],
)
def test_a_calendar_says_in_which_village_a_place_is(
    desk: Any, story: Callable[..., Story], place: str, told: str
) -> None:
    day = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    unit = Community("虚构村", "奉化", "示例街道", member=False, field="text", start=0, end=3)
    issue = desk.assemble(
        [story(1, events=(Event("示例", day, None, place),), communities=(unit,))]
    )
    (event,) = calendar_of(desk, issue).walk("VEVENT")
    assert event["location"] == told


def test_a_day_without_an_hour_ends_the_day_after(desk: Any, story: Callable[..., Story]) -> None:
    day = datetime(2026, 12, 1, tzinfo=SHANGHAI)
    issue = desk.assemble([story(1, events=(Event("示例", day, None, "", all_day=True),))])
    (event,) = calendar_of(desk, issue).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert event.decoded("dtend") == date(2026, 12, 2)


@pytest.mark.parametrize("zone", [SHANGHAI, timezone(timedelta(hours=8))])
def test_times_need_no_table_of_zones(desk: Any, story: Callable[..., Story], zone: tzinfo) -> None:
    start = datetime(2026, 11, 28, 9, tzinfo=zone)
    event = Event("试讲", start, start + timedelta(hours=2), "示例礼堂")
    issue = desk.assemble([story(1, events=(event,))])
    lines = events_ics(issue, newsletter=desk.newsletter, site_url=SITE).splitlines()
    assert b"DTSTART:20261128T010000Z" in lines
    assert b"DTEND:20261128T030000Z" in lines


def test_the_same_hours_on_several_days_stand_on_each_of_them(
    desk: Any, story: Callable[..., Story]
) -> None:
    start = datetime(2026, 11, 28, 7, 30, tzinfo=SHANGHAI)
    event = Event("体检", start, start + timedelta(days=3, hours=2), "示例礼堂")
    issue = desk.assemble([story(1, events=(event,))])
    lines = events_ics(issue, newsletter=desk.newsletter, site_url=SITE).splitlines()
    assert b"DTSTART:20261127T233000Z" in lines
    assert b"DTEND:20261128T013000Z" in lines
    assert b"RRULE:FREQ=DAILY;COUNT=4" in lines


def test_several_events_of_an_article_are_told_apart(
    desk: Any, story: Callable[..., Story]
) -> None:
    days = [datetime(2026, 12, number, 9, tzinfo=SHANGHAI) for number in (1, 2)]
    events = (Event("开幕", days[0], None, ""), Event("闭幕", days[1], None, ""))
    issue = desk.assemble([story(1, events=events)])
    (title,) = (item.title for item in issue.items)
    found = calendar_of(desk, issue).walk("VEVENT")
    assert [event["summary"] for event in found] == [f"{title}：开幕", f"{title}：闭幕"]


def test_an_only_event_bears_the_name_it_was_given(desk: Any, story: Callable[..., Story]) -> None:
    day = datetime(2026, 12, 6, 14, tzinfo=SHANGHAI)
    for name, told in (("茶艺课", "：茶艺课"), ("会客厅试运行", ""), ("", "")):
        event = Event(name, day, None, "会客厅二楼")
        issue = desk.assemble([story(1, title="示例社区会客厅试运行", events=(event,))])
        (found,) = calendar_of(desk, issue).walk("VEVENT")
        assert found["summary"] == f"示例社区会客厅试运行{told}"
        given: dict[str, Any] = {"newsletter": desk.newsletter, "site_url": SITE}
        mail = render(issue, **given)
        page = build_archive([issue], **given)[f"{issue.week}/index.html"].decode()
        for shown in (mail.html, mail.text, page, render_wechat(issue, **given)):
            assert ("茶艺课" in shown) == bool(told)


def test_every_event_has_an_identity_of_its_own(desk: Any, story: Callable[..., Story]) -> None:
    days = [datetime(2026, 12, number, 9, tzinfo=SHANGHAI) for number in (1, 2, 3)]
    events = tuple(Event("示例，；\n换行", day, None, "示例礼堂") for day in days)
    issue = desk.assemble([story(1, events=events), story(2, events=events[:1])])
    found = calendar_of(desk, issue).walk("VEVENT")
    assert len({event["uid"] for event in found}) == len(found) == 4


def test_an_issue_without_events_is_an_empty_calendar(desk: Any) -> None:
    assert calendar_of(desk, desk.assemble([])).walk("VEVENT") == []


def test_a_draft_has_its_six_files_and_half_characters_stop_none(desk: Any) -> None:
    issue = desk.assemble([])
    edition = Edition("", issue.week, Preferences(), "示例", "<p>半个字\ud83d</p>", "半个字\ud83d")
    files = make_files(
        issue, edition, {"findings": ["半\ud83d"]}, newsletter=desk.newsletter, site_url=SITE
    )
    assert list(files) == [
        "issue.html", "issue.txt", "issue.json", "wechat.html", "events.ics", "proof.json",
    ]  # fmt: skip
    assert all(data.decode() for data in files.values())
    assert json.loads(files["issue.json"])["week"] == issue.week
    assert json.loads(files["proof.json"]) == {"findings": ["半?"]}


def test_files_are_written_into_a_folder_that_need_not_exist(tmp_path: Path) -> None:
    folder = tmp_path / "issues" / "2026-W47"
    write_files(folder, {"issue.txt": b"one", "issue.html": b"two"})
    write_files(folder, {"issue.txt": b"three"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "issue.txt": b"three",
        "issue.html": b"two",
    }


def test_a_failing_disk_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"issue.txt": b"old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_files(tmp_path, {"issue.txt": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["issue.txt"]
    assert (tmp_path / "issue.txt").read_bytes() == b"old"
