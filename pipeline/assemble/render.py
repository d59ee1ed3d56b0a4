"""Rendering an issue for one set of preferences: Jinja2, then premailer, once.

Personal parts stand as tokens (``__UNSUBSCRIBE__``): letters only, since premailer
percent-encodes everything else in an address.
"""

from __future__ import annotations

import hashlib
import logging
import math
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from premailer import Premailer

from pipeline.assemble.typography import space, wrap
from pipeline.calendar import SHANGHAI
from pipeline.errors import RenderError
from pipeline.model import DISTRICTS, Edition, Preferences, SectionKind

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.config import Newsletter
    from pipeline.model import Issue, Item

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
_WEEKDAYS = "一二三四五六日"
_READ = 400  # characters a minute


def render(
    issue: Issue,
    *,
    newsletter: Newsletter,
    site_url: str,
    preferences: Preferences | None = None,
    templates: Path | None = None,
) -> Edition:
    """Return the mail's three parts for one set of preferences (None: everything).

    The same issue and preferences give the same id and the same bytes.

    Raises:
        RenderError: naming the template and its line.
    """
    preferences = preferences or Preferences()
    values = _values(issue, newsletter, site_url, preferences)
    folder = templates or TEMPLATES
    html = _inline(fill(folder, "email/weekly/body.html", values))
    text = fill(folder, "email/weekly/body.txt", values).strip() + "\n"
    subject = " ".join(fill(folder, "email/weekly/subject.txt", values).split())
    digest = hashlib.sha256(f"{subject}\0{html}\0{text}".encode("utf-8", "replace"))
    return Edition(
        id=f"{issue.week}-{digest.hexdigest()[:16]}",
        week=issue.week,
        preferences=preferences,
        subject=subject,
        html=html,
        text=text,
    )


def fill(folder: Path, name: str, values: dict[str, Any]) -> str:
    """Render one template.

    Raises:
        RenderError: naming the template and its line.
    """
    try:
        return _environment(folder).get_template(name).render(values)
    except jinja2.TemplateSyntaxError as error:
        raise RenderError(f"templates/{error.name}:{error.lineno}: {error.message}") from None
    except jinja2.TemplateNotFound as error:
        raise RenderError(f"templates/{error.name}: no such template") from None
    except Exception as error:  # noqa: BLE001 - a template may fail as any program may
        raise RenderError(f"templates/{_place(error, folder, name)}: {error}") from None


def _place(error: Exception, folder: Path, name: str) -> str:
    """Return the template and the line where a rendering error arose."""
    trace, line, inside = error.__traceback__, 0, f"{folder}/"
    while trace:
        filename = trace.tb_frame.f_code.co_filename
        if filename.startswith(inside):
            name, line = filename.removeprefix(inside), trace.tb_lineno
        trace = trace.tb_next
    return f"{name}:{line}"


@lru_cache(maxsize=8)
def _environment(folder: Path) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=_day, space=space, wrap76=wrap, short=_short,
        breakable=_breakable, web=_web,
    )  # fmt: skip
    return environment


def _values(
    issue: Issue, newsletter: Newsletter, site_url: str, preferences: Preferences
) -> dict[str, Any]:
    items = issue.items
    characters = sum(len(item.title) + len(item.summary) for item in items)
    return {
        "issue": issue,
        "newsletter": newsletter,
        "site_url": site_url,
        "number": f"第{issue.number}期" if issue.number else "试刊",
        "date": _day(issue.publishes_at),
        "covers": f"{_short(issue.starts)}—{_short(issue.ends, back=1)}",
        "characters": characters,
        "minutes": max(1, math.ceil(characters / _READ)),
        "bar": [(name, sum(name in item.districts for item in items)) for name in DISTRICTS],
        "in_full": lambda item: _is_in_full(item, preferences),
        "SectionKind": SectionKind,
        "districts": DISTRICTS,
        "home": lambda item: next((name for name in item.districts if name in DISTRICTS), "宁波"),
    }


def _is_in_full(item: Item, preferences: Preferences) -> bool:
    if not preferences.districts and not preferences.themes:
        return True
    return bool(preferences.districts & set(item.districts)) or bool(
        preferences.themes & set(item.themes)
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
    ).transform()
    return inlined


def _day(moment: datetime) -> str:
    here = moment.astimezone(SHANGHAI)
    return f"{here.year}年{here.month}月{here.day}日 星期{_WEEKDAYS[here.weekday()]}"


def _short(moment: datetime | None, back: int = 0) -> str:
    """Return 11月23日; ``back`` seconds earlier, for the end of a period."""
    if moment is None:
        return "日期不详"
    here = moment.astimezone(SHANGHAI) - timedelta(seconds=back)
    return f"{here.month}月{here.day}日"


def _web(url: str) -> str:
    """Return the address when a mail may hold it, "" otherwise: editors may type anything."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def _breakable(text: str, every: int = 40) -> str:
    """Return a text in which a run without a break may be broken, for narrow screens."""
    words = text.split(" ")
    return " ".join(
        "\u200b".join(word[at : at + every] for at in range(0, len(word), every))
        if word.isascii() and len(word) > every
        else word
        for word in words
    )
