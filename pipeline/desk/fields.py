"""An item as its form has it, every field a line of text, and back.

What this module never does: read a request, or store anything.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from pipeline.assemble import edit
from pipeline.assemble.sections import CARD_ORDER
from pipeline.calendar import SHANGHAI
from pipeline.desk import words
from pipeline.errors import RefusedError
from pipeline.model import LAST_MINUTE, Event, Image, Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

EVENTS = range(1, 7)
"""Numbers of the events that an item can have."""

_WORDS = ("title", "summary", "why", "text", "source_name", "url")
_OPTIONAL = ("origin", "author", "editor")  # what a source may not say: None, not ""
SOURCE = ("source_name", "origin", "author", "editor", "url")
"""Fields that say where an item comes from."""
PARTS: dict[str, tuple[StrOrPromise, int]] = {
    "title": (_lazy("名称"), 100), "day": (_lazy("日期"), 10), "time": (_lazy("开始"), 5),
    "last": (_lazy("到哪天"), 10), "until": (_lazy("结束"), 5), "place": (_lazy("地点"), 100),
}  # fmt: skip
"""The parts of an event: each one's name for people, and its longest value in characters."""
_CARD = 2000  # characters of a heading's text

FIELDS: dict[str, tuple[StrOrPromise, int]] = (
    {
        name: (words.FIELDS[name], longest)
        for name, longest in {
            "title": 300, "summary": 2000, "why": 1000, "picture": 2000, "alt": 300,
            "caption": 500, "credit": 200, "text": 200_000,
            "source_name": 100, "origin": 100, "author": 100, "editor": 100, "url": 2000,
        }.items()
    }
    | {
        f"event{n}_{part}": (format_lazy("{}{} {}", words.FIELDS["events"], n, name), longest)
        for n in EVENTS
        for part, (name, longest) in PARTS.items()
    }
    | {f"card{n}": (name, _CARD) for n, name in enumerate(CARD_ORDER)}
)  # fmt: skip
"""The form: each field's name for people, and its longest value in characters."""


def to_fields(item: Item) -> dict[str, str]:
    """Return an item as the form has it."""
    image = item.image or Image("")
    fields = {name: plain(getattr(item, name) or "") for name in (*_WORDS, *_OPTIONAL)} | {
        "picture": image.url,
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
    }
    for n in EVENTS:
        event = item.events[n - 1] if n <= len(item.events) else None
        fields |= {f"event{n}_{part}": value for part, value in _to_row(event).items()}
    return fields | {
        f"card{n}": plain(item.details.get(name, "")) for n, name in enumerate(CARD_ORDER)
    }


def read_fields(given: Mapping[str, str]) -> dict[str, str]:
    """Return the form's fields as they were sent, trimmed, with the line ends of our texts."""
    return {name: plain(given.get(name, ""))[:longest] for name, (_, longest) in FIELDS.items()}


def from_fields(item: Item, fields: dict[str, str], pictures: dict[str, Image]) -> Item:
    """Return the item with the form's values; only a picture of the story can be chosen.

    Raises:
        RefusedError: there is no title or no source; an event's day or hour is none, or it ends
            before it begins.
    """
    if not fields["title"]:
        raise RefusedError(_("标题不能为空。"))
    if not fields["source_name"]:
        raise RefusedError(_("来源不能为空。"))
    image = pictures.get(fields["picture"])
    if image:
        image = replace(
            image,
            alt=fields["alt"],
            caption=fields["caption"],
            credit=fields["credit"],
        )
    # A browser changes line ends and we trim: that alone is no change.
    before = to_fields(item)
    changed: dict[str, Any] = {
        name: fields[name] for name in _WORDS if fields[name] != before[name]
    }
    changed |= {name: fields[name] or None for name in _OPTIONAL if fields[name] != before[name]}
    changed["events"] = _read_events(item, before, fields)
    cards = {name: fields[f"card{n}"] for n, name in enumerate(CARD_ORDER)}
    if any(fields[f"card{n}"] != before[f"card{n}"] for n in range(len(CARD_ORDER))):
        changed["details"] = {name: text for name, text in cards.items() if text}
    return edit.set_type(replace(item, image=image, **changed))


def plain(text: str) -> str:
    """Return a text trimmed, with the line ends of our texts."""
    return text.replace("\r\n", "\n").strip()


def _to_row(event: Event | None) -> dict[str, str]:
    if event is None:
        return dict.fromkeys(PARTS, "")
    start = event.start.astimezone(SHANGHAI)
    end = event.end.astimezone(SHANGHAI) if event.end else None
    hour = (
        end
        and not event.all_day
        and (end.date() == start.date() or end.time() not in {time(), LAST_MINUTE})
    )
    return {
        "title": event.title,
        "day": f"{start:%Y-%m-%d}",
        "time": "" if event.all_day else f"{start:%H:%M}",
        "last": f"{end:%Y-%m-%d}" if end and end.date() != start.date() else "",
        "until": f"{end:%H:%M}" if end and hour else "",
        "place": event.place,
    }


def _read_events(item: Item, before: dict[str, str], fields: dict[str, str]) -> tuple[Event, ...]:
    """Return the events of the form; those that nobody touched are as they were."""
    found: list[Event] = []
    for n in EVENTS:
        names = {part: f"event{n}_{part}" for part in PARTS}
        row = {part: fields[name] for part, name in names.items()}
        if all(fields[name] == before[name] for name in names.values()):
            found += item.events[n - 1 : n]
        elif any(row.values()):
            found.append(_read_event(n, row))
    return (*found, *item.events[len(EVENTS) :])


def _read_event(n: int, row: dict[str, str]) -> Event:
    which = {"n": n}
    try:
        day = date.fromisoformat(row["day"])
        last = date.fromisoformat(row["last"]) if row["last"] else day
        begins = time.fromisoformat(row["time"]) if row["time"] else None
        until = time.fromisoformat(row["until"]) if row["until"] else None
    except ValueError:
        raise RefusedError(
            _("活动%(n)s的日期或钟点不对：日期要填，钟点可以空着（全天）。") % which
        ) from None
    start = datetime.combine(day, begins or time(), SHANGHAI)
    closes = until or (LAST_MINUTE if begins and last > day else time())
    end = datetime.combine(last, closes, SHANGHAI) if row["last"] or until else None
    if end and (end.date() < day or (until and begins and end <= start)):
        raise RefusedError(_("活动%(n)s的结束早于开始，请核对。") % which)
    if end and until and not begins:
        raise RefusedError(_("活动%(n)s有结束的钟点，没有开始的，请补上。") % which)
    return Event(row["title"], start, end, row["place"], all_day=begins is None)
