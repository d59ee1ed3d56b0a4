"""Lists and articles that a page's own scripts hold, and would show in a browser.

Objects with a title and a day, several of one form, are the list: ``__NEXT_DATA__``, ``__NUXT__``,
``var newsData = [{…}]``. Where their addresses stand nowhere, they are put together as the page's
script does, or as its links are. What this module never does: run a script, or fetch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.collect.addresses import base_of, join
from pipeline.collect.dates import read_date
from pipeline.collect.entry import Entry
from pipeline.collect.literals import objects_of_page, plain
from pipeline.collect.markup import parse_page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_TITLE = re.compile(r"title|headline|subject|biaoti|^bt$", re.IGNORECASE)
_ADDRESS = re.compile(r"url|link|href|path", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"img|image|pic|cover|thumb|icon|avatar|video", re.IGNORECASE)
_IDENTITY = re.compile(r"id$|slug|code|guid|uuid|key$", re.IGNORECASE)
_DAY = re.compile(
    r"time|date|fbsj|publish|created?(?:_?at)?$|updated?_?at$|rq$|riqi|shijian", re.IGNORECASE
)
_BODY = re.compile(r"content|body|html|detail|text|zhengwen", re.IGNORECASE)
_HAN = re.compile(r"[一-龥]")
_STRING = r"(?:'([^'\n]{0,300})'|\"([^\"\n]{0,300})\"|`([^`\n]{0,300})`)"
_HREF = re.compile(r"(?:href|src)\s*=\s*[\"']?")
_PATH = re.compile(r"^[^<>\s]*[/?=]$|^[^<>\s]*[/?=][^<>\s]*$")
_LEAST = 4  # records of a list
_SHORTEST, _LONGEST = 6, 80  # characters of a headline
_TELLS = 40  # characters of an article's text


def list_of_page(text: str, url: str, now: datetime) -> list[Entry]:
    """Return the entries that a page's scripts hold; none where their addresses are not known."""
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for one in objects_of_page(text):
        title = _find(one, _TITLE)
        if title and _SHORTEST <= len(plain(one[title])) <= _LONGEST and _find_day(one, now):
            groups.setdefault((title, *_identities(one)), []).append(one)
    for (title, *identities), records in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        if len(records) < _LEAST:
            break
        entries = _entries(records, title, identities, text, url, now)
        if len(entries) >= _LEAST:
            return entries
    return []


def find_held(text: str, title: str) -> str | None:
    """Return the HTML of an article that stands in its page's scripts; None without one.

    ``title`` is what its list calls it: of several objects the one that bears it counts.
    """
    best: tuple[bool, int, str] | None = None
    for one in objects_of_page(text):
        key = next((name for name in one if _BODY.search(name) and _reads(one[name])), None)
        if key is None:
            continue
        named = any(plain(value) == title for value in one.values())
        rank = (named, len(one[key]), one[key])
        best = max(best, rank) if best else rank
    return best[2] if best else None


def _reads(value: str) -> bool:
    return len(_HAN.findall(value)) >= _TELLS


def _find(record: dict[str, str], form: re.Pattern[str]) -> str | None:
    return next((key for key in record if form.search(key) and _HAN.search(record[key])), None)


def _identities(record: dict[str, str]) -> Iterable[str]:
    """Return the keys of what may name a record's address, addresses first."""
    addresses = [
        key for key in record
        if _ADDRESS.search(key) and not _NO_ADDRESS.search(key) and "/" in record[key]
    ]  # fmt: skip
    return [*addresses, *(key for key in record if _IDENTITY.search(key) and record[key])]


def _find_day(record: dict[str, str], now: datetime) -> datetime | None:
    for key, value in record.items():
        if _DAY.search(key) and (day := read_date(value, now)):
            return day
    return None


def _entries(
    records: list[dict[str, str]],
    title: str,
    identities: list[str],
    text: str,
    url: str,
    now: datetime,
) -> list[Entry]:
    for key in identities:
        frame = (
            ("", "")
            if "/" in records[0][key]
            else _frame_of_script(text, key) or _frame_of_links(text, url, records, title, key)
        )
        if frame is None:
            continue
        base = base_of(text, url)
        made = [
            Entry(url=address, title=plain(one[title]), published=_find_day(one, now))
            for one in records
            if (address := join(base, f"{frame[0]}{one[key]}{frame[1]}"))
        ]
        if len({one.url for one in made}) == len(records):
            return made
    return []


def _frame_of_script(text: str, key: str) -> tuple[str, str] | None:
    """Return what a script writes around a record's ``key``, as in 'detail.html?id=' + o.id."""
    joined = rf"{_STRING}\s*\+\s*(?:\w+\.)+{re.escape(key)}\b(?:\s*\+\s*{_STRING})?"
    for match in re.finditer(joined, text):
        strings = match.groups()
        before = next((one for one in strings[:3] if one is not None), "")
        behind = next((one for one in strings[3:] if one is not None), "")
        before = _HREF.split(before)[-1]
        if _PATH.search(before):
            return before, re.split(r"[\"'\s>]", behind)[0]
    return None


def _frame_of_links(
    text: str, url: str, records: list[dict[str, str]], title: str, key: str
) -> tuple[str, str] | None:
    """Return what stands around a record's ``key`` in a link that the page has to it."""
    known = {plain(one[title]): one[key] for one in records if key in one}
    for link in parse_page(text, url).select("a[href]"):
        address, said = str(link.get("href")), link.get_text(" ", strip=True)
        value = known.get(said)
        if value and address.count(value) == 1:
            before, _, behind = address.partition(value)
            return before, behind
    return None
