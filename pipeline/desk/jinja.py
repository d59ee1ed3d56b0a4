"""Jinja2 for web pages: strict, escaping, with the few words and filters that pages need."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_htmx.jinja import htmx_script

from pipeline.assemble.templates import get_event_time
from pipeline.calendar import SHANGHAI
from pipeline.desk.afterrestore import describe_restored
from pipeline.desk.standing import describe_standing
from pipeline.desk.words import ACTIONS, ROLES, STATUS, STEPS

if TYPE_CHECKING:
    from datetime import datetime

_WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"),
    gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip


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
        static=static, url=_get_url, htmx_script=htmx_script, language=_get_tag,
        standing=describe_standing, after_restore=describe_restored,
        STATUS=STATUS, STEPS=STEPS, ROLES=ROLES, ACTIONS=ACTIONS,
    )  # fmt: skip
    made.filters.update(
        moment=moment, dated=dated, day=day, web=web, printed_time=get_event_time
    )  # fmt: skip
    return made


def moment(value: datetime | None) -> str:
    """Return 11月23日 周一 08:00, as people in Ningbo read it."""
    if value is None:
        return _("时间不详")
    here = value.astimezone(SHANGHAI)
    return _("%(month)s月%(day)s日 %(weekdays)s %(here)s") % {
        "month": here.month,
        "day": here.day,
        "weekdays": _WEEKDAYS[here.weekday()],
        "here": format(here, "%H:%M"),
    }


def dated(value: datetime | None) -> str:
    """Return the day, and the hour where the source gives one: midnight stands for none."""
    here = value.astimezone(SHANGHAI) if value else None
    return moment(value) if here and (here.hour or here.minute) else day(value)


def day(value: datetime | None) -> str:
    """Return 11月23日; 日期不详 when unknown."""
    if value is None:
        return _("日期不详")
    here = value.astimezone(SHANGHAI)
    return _("%(month)s月%(day)s日") % {"month": here.month, "day": here.day}


def web(address: str) -> str:
    """Return the address when a page may link to it, "" otherwise."""
    return address if urlsplit(address).scheme in {"http", "https"} else ""


def _get_tag() -> str:
    """Return the tag of the page's language (BCP 47), by which browsers choose their letters."""
    used = get_language() or "zh-hans"
    return "zh-CN" if used.startswith("zh") else used


@lru_cache(maxsize=4096)  # a board names some 260 addresses
def _get_url(name: str, *arguments: str | int) -> str:
    return reverse(name, args=arguments)
