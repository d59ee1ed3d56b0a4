"""The other forms of an issue: a page for WeChat, a calendar, and files written whole."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from pipeline import issue_json
from pipeline.assemble.headings import get_contents, get_number
from pipeline.assemble.links import get_link
from pipeline.assemble.sections import count_days, is_over, list_groups
from pipeline.assemble.templates import TEMPLATES, TOKENS, fill, get_day, get_event_name
from pipeline.files.wholefile import write_whole
from pipeline.model import SectionKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.config import Newsletter
    from pipeline.model import Edition, Issue, Item
    from pipeline.model import Event as EventFacts


def render_wechat(issue: Issue, *, newsletter: Newsletter, site_url: str) -> str:
    """Return a page to paste into an official account: no class, no ``<style>``, links as endnotes.

    Raises:
        RenderError: naming the template and its line.
    """
    values = {
        "issue": issue,
        "newsletter": newsletter,
        "site_url": site_url,
        "number": get_number(issue.number),
        "date": get_day(issue.publishes_at),
        "contents": get_contents(issue),
        "groups": list_groups,
        "link": lambda item: get_link(item, issue.week, site_url),
        "SectionKind": SectionKind,
    }
    return fill(TEMPLATES, "wechat/body.html", values)


def events_ics(issue: Issue, *, newsletter: Newsletter, site_url: str) -> bytes:
    """Return the announced events as a calendar (RFC 5545); the same issue gives the same bytes.

    Events that are over when the issue appears are left out.
    """
    calendar = _calendar(newsletter)
    for item in issue.items:
        for number, announced in enumerate(item.events, start=1):
            if not is_over(announced, issue.publishes_at):
                calendar.add_component(_event(issue, item, number, site_url))
    written: bytes = calendar.to_ical()
    return written


def event_ics(
    issue: Issue, item: Item, number: int, *, newsletter: Newsletter, site_url: str
) -> bytes:
    """Return one event of an item, counted from 1, as a calendar of its own."""
    calendar = _calendar(newsletter)
    calendar.add_component(_event(issue, item, number, site_url))
    written: bytes = calendar.to_ical()
    return written


def _calendar(newsletter: Newsletter) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//community newsroom//zh")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", newsletter.name)
    return calendar


def _event(issue: Issue, item: Item, number: int, site_url: str) -> Event:
    announced = item.events[number - 1]
    host = urlsplit(site_url).hostname or "newsroom.invalid"
    event = Event()
    event.add("uid", f"{issue.week}-{item.key}-{number}@{host}")
    event.add("dtstamp", issue.publishes_at.astimezone(UTC))
    if announced.all_day:
        event.add("dtstart", announced.start.date())
        last = (announced.end or announced.start).date()
        event.add("dtend", last + timedelta(days=1))
    else:
        # In UTC: a zone's name would need its whole table beside it, and a bare +08:00 is no name.
        event.add("dtstart", announced.start.astimezone(UTC))
        days = count_days(announced)
        if announced.end:
            event.add("dtend", announced.end.astimezone(UTC) - timedelta(days=days - 1))
        if days > 1:
            event.add("rrule", {"FREQ": "DAILY", "COUNT": days})
    event.add("summary", _event_title(item, announced))
    if item.summary:
        event.add("description", item.summary)
    if announced.place:
        event.add("location", _location(item, announced.place))
    if link := get_link(item, issue.week, site_url):
        event.add("url", link)
    return event


def _location(item: Item, place: str) -> str:
    """Return a place as one who has only the calendar finds it: 村口 alone is in every village."""
    if len(item.communities) != 1 or item.communities[0].name in place:
        return place
    (unit,) = item.communities
    return f"{unit.street or ''}{unit.name} {place}"


def _event_title(item: Item, announced: EventFacts) -> str:
    """Name an event by the title that editors signed, and by its own name where it has one."""
    name = get_event_name(item, announced)
    return f"{item.title}：{name}" if name else item.title


def make_files(
    issue: Issue,
    edition: Edition,
    proof: Mapping[str, Any],
    *,
    newsletter: Newsletter,
    site_url: str,
) -> dict[str, bytes]:
    """Return the files of a draft by their names; ``proof`` is its report as JSON has it.

    A file is nobody's copy: where a mail has a reader's own links, it has those that serve anybody.

    Raises:
        RenderError: naming the template and its line.
    """
    wechat = render_wechat(issue, newsletter=newsletter, site_url=site_url)
    html, text = edition.html, edition.text
    for token, page in zip(
        TOKENS, (f"issues/{issue.week}/", *["subscribe/links"] * 2), strict=True
    ):
        html, text = (part.replace(token, f"{site_url}/{page}") for part in (html, text))
    return {
        "issue.html": html.encode("utf-8", "replace"),
        "issue.txt": text.encode("utf-8", "replace"),
        "issue.json": _dump(issue_json.to_json(issue)),
        "wechat.html": wechat.encode("utf-8", "replace"),
        "events.ics": events_ics(issue, newsletter=newsletter, site_url=site_url),
        "proof.json": _dump(proof),
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file whole or not at all.

    Raises:
        OSError: the folder cannot be written; files already there stay as they were.
    """
    for name, data in files.items():
        write_whole(folder / name, data)


def _dump(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "replace")
