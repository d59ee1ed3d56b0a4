"""Jinja2 for web pages: strict, escaping, with the few words and filters that pages need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django_htmx.jinja import htmx_script

from pipeline.calendar import SHANGHAI
from pipeline.desk.words import ACTIONS, ROLES, STATUS, STEPS

if TYPE_CHECKING:
    from datetime import datetime

_WEEKDAYS = "一二三四五六日"


def environment(**options: Any) -> jinja2.Environment:
    """Return the environment that Django's Jinja2 backend uses."""
    options |= {
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
    }
    made = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=static, url=_url, htmx_script=htmx_script,
        STATUS=STATUS, STEPS=STEPS, ROLES=ROLES, ACTIONS=ACTIONS,
    )  # fmt: skip
    made.filters.update(moment=moment, day=day, web=web)
    return made


def moment(value: datetime | None) -> str:
    """Return 11月23日 周一 08:00, as people in Ningbo read it."""
    if value is None:
        return "时间不详"
    here = value.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日 周{_WEEKDAYS[here.weekday()]} {here:%H:%M}"


def day(value: datetime | None) -> str:
    """Return 11月23日; 日期不详 when unknown."""
    if value is None:
        return "日期不详"
    here = value.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日"


def web(address: str) -> str:
    """Return the address when a page may link to it, "" otherwise."""
    return address if urlsplit(address).scheme in {"http", "https"} else ""


def _url(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)
