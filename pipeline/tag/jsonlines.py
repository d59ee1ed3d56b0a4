"""JSON lines in and out: ``tag --file`` and ``reprints --file``.

A broken line gives an error object with its number, and the rest is done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.tag.reprints import Document, group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.model import Tagging
    from pipeline.tag.tagger import Tagger

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class LineError(ValueError):
    """The line is no article."""


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a JSON-lines file."""

    id: str
    title: str
    text: str
    published: datetime | None
    payload: dict[str, Any]


def tag_lines(lines: Iterable[str | bytes], tagger: Tagger) -> Iterator[dict[str, Any]]:
    """Yield the tagging of every line, or ``{"line", "error"}``; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = read_line(line)
        except LineError as error:
            yield {"line": number, "error": str(error)}
            continue
        yield to_json(one.id, tagger.tag(one.title, one.text, published=one.published))


def reprint_lines(lines: Iterable[str | bytes]) -> Iterator[dict[str, Any]]:
    """Yield ``{"story", "members"}`` for every story, after ``{"line", "error"}`` objects."""
    documents = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = read_line(line)
        except LineError as error:
            yield {"line": number, "error": str(error)}
            continue
        documents.append(Document(one.id, one.title, one.text))
    for found in group(documents):
        ranked = sorted(found.scores.items(), key=lambda pair: -pair[1])
        yield {
            "story": found.lead,
            "members": [{"id": key, "score": score} for key, score in ranked],
        }


def read_line(line: str | bytes) -> Line:
    """Return the article a line holds.

    Raises:
        LineError: it is not UTF-8, not JSON, or lacks id, title or text.
    """
    try:
        payload = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON in UTF-8: {error}") from None
    if not isinstance(payload, dict):
        raise LineError("expected an object with id, title and text")
    values = {}
    for key in ("id", "title", "text"):
        value = payload.get(key)
        if key == "id" and isinstance(value, int):
            value = str(value)
        if not isinstance(value, str):
            raise LineError(f"{key}: expected text")
        values[key] = value
    return Line(**values, published=_moment(payload.get("published")), payload=payload)


def to_json(article_id: str, tagging: Tagging) -> dict[str, Any]:
    """Return one line of ``tag --file``, as the contract has it."""
    return {
        "id": article_id,
        "districts": list(tagging.districts),
        "communities": [
            {
                "name": one.name,
                "district": one.district,
                "street": one.street,
                "member": one.member,
                "field": one.field,
                "start": one.start,
                "end": one.end,
            }
            for one in tagging.communities
        ],
        "themes": list(tagging.themes),
        "keywords": list(tagging.keywords),
        "summary": tagging.summary,
        "events": [
            {
                "title": one.title,
                "start": one.start.strftime("%Y-%m-%dT%H:%M"),
                "end": one.end.strftime("%Y-%m-%dT%H:%M") if one.end else None,
                "place": one.place,
            }
            for one in tagging.events
        ],
        "evidence": [
            {
                "for": one.target,
                "rule": one.rule,
                "surface": one.surface,
                "field": one.field,
                "start": one.start,
                "end": one.end,
            }
            for one in tagging.evidence
        ],
    }


def _moment(value: object) -> datetime | None:
    """Return an ISO date or datetime as an aware one, China time when no zone is given."""
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise LineError(f"published: expected a date such as 2026-11-23, not {value!r}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_SHANGHAI)
        if len(str(value)) == len("2026-11-23"):
            moment = datetime.combine(moment.date(), time(), _SHANGHAI)
    return moment
