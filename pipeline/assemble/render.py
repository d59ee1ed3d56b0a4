"""Rendering an issue as mail: Jinja2, then premailer, once.

`render` draws one edition by itself; `render_editions` draws any number of them and inlines once.
Both give the same bytes. Personal parts stand as tokens (``__UNSUBSCRIBE__``): letters only, since
premailer percent-encodes everything else in an address.
"""

from __future__ import annotations

import hashlib
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from premailer import Premailer

from pipeline import issue_json
from pipeline.assemble.headings import get_contents, get_number
from pipeline.assemble.links import get_link, get_page, is_web
from pipeline.assemble.sections import TITLES, list_groups
from pipeline.assemble.splice import Marks, take_apart
from pipeline.assemble.templates import TEMPLATES, fill, get_day, get_short_day
from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Edition, Preferences, SectionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from pipeline.config import Newsletter
    from pipeline.model import Issue, Item

_READ = 400  # characters a minute
_BODY_HTML = "email/weekly/body.html"
_BODY_TEXT = "email/weekly/body.txt"
_SUBJECT = "email/weekly/subject.txt"


def render(
    issue: Issue,
    *,
    newsletter: Newsletter,
    site_url: str,
    preferences: Preferences | None = None,
    count: Collection[str] = (),
    templates: Path | None = None,
) -> Edition:
    """Return the mail's three parts for one set of preferences (None: everything).

    ``count``: ``opens`` puts the issue's counting picture into the HTML part, ``clicks`` leads its
    links through the site; both are the same for everybody.

    The same issue and preferences give the same id and the same bytes.

    Raises:
        RenderError: naming the template and its line.
    """
    reader = _Reader.of(issue, preferences or Preferences())
    folder = templates or TEMPLATES
    values = _values(issue, newsletter, site_url, count) | {
        "reading": reader.reading,
        "chosen": reader.chosen,
        "variants": lambda item: [reader.in_full(item.key)],
        "mark": lambda _key, _full: "",
        "mark_group": lambda _name: "",
        "mark_end": lambda _what: "",
        "groups": lambda section: sorted(
            list_groups(section), key=lambda pair: reader.order(pair[0])
        ),
    }
    html = _inline(fill(folder, _BODY_HTML, values))
    text = fill(folder, _BODY_TEXT, values)
    return _edition(issue, reader.preferences, fill(folder, _SUBJECT, values), html, text)


def render_editions(
    issue: Issue,
    *,
    newsletter: Newsletter,
    site_url: str,
    preferences: Iterable[Preferences],
    count: Collection[str] = (),
    templates: Path | None = None,
) -> dict[str, Edition]:
    """Return one edition for every distinct set of preferences, by `Preferences.key`.

    Each equals what `render` gives, byte for byte, at a fraction of the time: the templates are
    filled and the styles inlined once, whatever the number of editions.

    Raises:
        RenderError: naming the template and its line.
    """
    folder = templates or TEMPLATES
    nonce = "x" + issue_json.content_hash(issue)[:24]
    marks = Marks(nonce)
    reading, chosen = f"{nonce}reading", f"{nonce}chosen"
    values = _values(issue, newsletter, site_url, count) | {
        "reading": reading,
        "chosen": chosen,
        "variants": lambda _item: [True, False],
        "mark": lambda key, full: marks.variant(key, full=full),
        "mark_group": marks.group,
        "mark_end": marks.end,
        "groups": list_groups,
    }
    subject = fill(folder, _SUBJECT, values)
    html = take_apart(_inline(fill(folder, _BODY_HTML, values)), nonce)
    text = take_apart(fill(folder, _BODY_TEXT, values), nonce)
    editions: dict[str, Edition] = {}
    for one in preferences:
        if one.key not in editions:
            reader = _Reader.of(issue, one)
            made = [
                master.join(in_full=reader.in_full, order=reader.order)
                .replace(reading, reader.reading)
                .replace(chosen, reader.chosen)
                for master in (html, text)
            ]
            editions[one.key] = _edition(issue, one, subject, *made)
    return editions


@dataclass(frozen=True, slots=True)
class _Reader:
    """The issue as somebody of these preferences reads it."""

    issue: Issue
    preferences: Preferences
    full_keys: frozenset[str]

    @classmethod
    def of(cls, issue: Issue, preferences: Preferences) -> _Reader:
        """Decide once which items stand in full."""
        keys = frozenset(
            item.key
            for section in issue.sections
            for item in section.items
            if is_in_full(item, section.kind, preferences)
        )
        return cls(issue, preferences, keys)

    def in_full(self, key: str) -> bool:
        """Say whether the item of that key stands in full."""
        return key in self.full_keys

    def order(self, district: str) -> int:
        """Return 0 for the reader's own districts, 1 for the others."""
        return 0 if district in self.preferences.districts else 1

    @property
    def reading(self) -> str:
        """How much there is to read: 25 条 2600 字，约 7 分钟读完."""
        items, full = self.issue.items, self.full_keys
        characters = sum(
            len(item.title) + (len(item.summary) if item.key in full else 0) for item in items
        )
        minutes = max(1, math.ceil(characters / _READ))
        return f"{len(items)} 条 {characters} 字，约 {minutes} 分钟读完"

    @property
    def chosen(self) -> str:
        """What the reader chose, for the footer; "" for who reads everything."""
        places = (*DISTRICTS, *OUTER_DISTRICTS)
        districts = [name for name in places if name in self.preferences.districts]
        names = "、".join([*districts, *sorted(self.preferences.themes)])
        if not names:
            return ""
        kinds = [kind for kind in SectionKind if kind in self.preferences.sections]
        whole = "".join(f"“{TITLES[kind]}”" for kind in kinds)
        count = {1: "一栏", 2: "两栏"}.get(len(kinds), "各栏")
        return f"，并选读{names}{f'和{whole}{count}' if kinds else ''}"


def is_in_full(item: Item, kind: SectionKind, preferences: Preferences) -> bool:
    """Say whether readers of these preferences get the item in full, not as one line.

    The lead story is everybody's.
    """
    everything = not (preferences.districts or preferences.themes)
    if kind is SectionKind.LEAD or everything or kind in preferences.sections:
        return True
    return bool(
        preferences.districts & set(item.districts) or preferences.themes & set(item.themes)
    )


def _values(
    issue: Issue, newsletter: Newsletter, site_url: str, count: Collection[str]
) -> dict[str, Any]:
    items = issue.items

    def link(item: Item) -> str:
        return get_link(item, issue.week, site_url)

    def follow(item: Item) -> str:
        counted = "clicks" in count and is_web(item.url)  # our own page is no click to a source
        return f"{site_url}/g/{issue.week}/{item.key}" if counted else link(item)

    def page_of(item: Item) -> str:
        return get_page(site_url, issue.week, item.key)

    return {
        "issue": issue,
        "newsletter": newsletter,
        "site_url": site_url,
        "number": get_number(issue.number),
        "date": get_day(issue.publishes_at),
        "covers": f"{get_short_day(issue.starts)}—{get_short_day(issue.ends, back=1)}",
        "contents": get_contents(issue),
        "bar": [(name, sum(name in item.districts for item in items)) for name in DISTRICTS],
        "SectionKind": SectionKind,
        "link": link,
        "follow": follow,
        "page_of": page_of,
        "picture_that_counts": f"{site_url}/o/{issue.week}.gif" if "opens" in count else "",
        "counts": bool(count),
    }


def _edition(issue: Issue, preferences: Preferences, subject: str, html: str, text: str) -> Edition:
    subject, text = " ".join(subject.split()), text.strip() + "\n"
    digest = hashlib.sha256(f"{subject}\0{html}\0{text}".encode("utf-8", "replace"))
    return Edition(
        id=f"{issue.week}-{digest.hexdigest()[:16]}",
        week=issue.week,
        preferences=preferences,
        subject=subject,
        html=html,
        text=text,
    )


def _inline(html: str) -> str:
    inlined: str = Premailer(
        html,
        strip_important=False,
        disable_validation=True,
        allow_network=False,
        align_floating_images=False,
        disable_basic_attributes=["width", "height"],
        cssutils_logging_level=logging.CRITICAL,
        keep_style_tags=False,
        remove_classes=False,
        method="html",
    ).transform(pretty_print=False)
    return inlined
