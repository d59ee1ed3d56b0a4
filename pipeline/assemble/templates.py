"""The templates: one environment per folder, and errors that name template and line.

What this module never does: know what a template says.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from pipeline.assemble.fitting import fit
from pipeline.assemble.links import is_web
from pipeline.assemble.sections import count_days
from pipeline.assemble.typography import space, wrap, wrap_list
from pipeline.calendar import SHANGHAI
from pipeline.chinese.simplify import simplify
from pipeline.errors import RenderError

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Event, Item

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
TOKENS = ("__VIEW__", "__PREFERENCES__", "__UNSUBSCRIBE__")
"""The personal parts of a mail, as they stand in an edition."""

_TOKEN = re.compile("|".join(TOKENS))
_WEEKDAYS = "一二三四五六日"
_LONG_RUN = re.compile(r"[!-~\u00a1-\u1fff]{25,}")  # signs that stand together: letters, addresses
_PIECE = re.compile(r".{1,12}")


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


def get_day(moment: datetime) -> str:
    """Return 2026年11月23日 星期一, as it is in Shanghai."""
    here = moment.astimezone(SHANGHAI)
    return f"{here.year}年{here.month}月{here.day}日 星期{_WEEKDAYS[here.weekday()]}"


def get_short_day(moment: datetime | None, back: int = 0) -> str:
    """Return 11月23日; ``back`` seconds earlier, for the end of a period."""
    if moment is None:
        return "日期不详"
    here = moment.astimezone(SHANGHAI) - timedelta(seconds=back)
    return f"{here.month}月{here.day}日"


def get_weekday(moment: datetime) -> str:
    """Return 周六, as it is in Shanghai."""
    return f"周{_WEEKDAYS[_here(moment).weekday()]}"


def get_credit(item: Item) -> str:
    """Return 供稿 or 原载 and whose text it is; "" where the source is all there is to name."""
    if not item.origin or item.origin == item.source_name:
        return ""
    return f"{'供稿' if item.own else '原载'} {item.origin}"


def get_event_time(event: Event) -> str:
    """Return 11月28日 周六 09:00, with the end when one was announced; no hour when none was."""
    start, end = _here(event.start), _here(event.end) if event.end else None

    def tell(moment: datetime) -> str:
        return f"{get_short_day(moment)} {get_weekday(moment)}"

    hour = "" if event.all_day else f" {start:%H:%M}"
    if end is None or end <= start:
        return f"{tell(start)}{hour}"
    if count_days(event) > 1:
        return f"{tell(start)} 至 {tell(end)} 每天 {start:%H:%M}—{end:%H:%M}"
    if start.date() != end.date():
        return f"{tell(start)}{hour} 至 {tell(end)}"
    return f"{tell(start)}{hour}" + ("" if event.all_day else f"—{end:%H:%M}")


def get_event_name(item: Item, event: Event) -> str:
    """Return the name that the text or an editor gave an event; "" where the title says it.

    Several have to be told apart; an only one is said by 周六的合唱排练 as well as by 合唱排练.
    """
    titles = (item.title, item.original_title)
    if len(item.events) == 1:
        return "" if any(_says(simplify(title), event.title) for title in titles) else event.title
    return "" if any(event.title in title for title in titles) else event.title


def _says(title: str, name: str) -> bool:
    """Say whether a title holds the characters of a name in their order."""
    rest = iter(title)
    return all(character in rest for character in name if not character.isspace())


def _here(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


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
        autoescape=jinja2.select_autoescape(["html", "xml"]),
        undefined=jinja2.StrictUndefined,
        finalize=_disarm,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=get_day, space=space, wrap76=wrap, wrap_list=wrap_list, short=get_short_day,
        breakable=_breakable, web=_web,
        weekday=get_weekday, event_time=get_event_time, event_name=get_event_name, here=_here,
        credit=get_credit, fit=fit,
    )  # fmt: skip
    return environment


def _disarm(value: object) -> object:
    """Break our tokens where a text from outside contains them: they are ours alone to place."""
    if isinstance(value, str) and not isinstance(value, Markup) and "__" in value:
        return _TOKEN.sub(lambda match: match.group().replace("__", "_ _"), value)
    return value


def _web(url: str) -> str:
    """Return the address when a mail may hold it, "" otherwise."""
    return url if is_web(url) else ""


def _breakable(text: str) -> str:
    """Return a text in which a run without a break may be broken, for narrow screens.

    Twelve capitals of a title are as wide as half of a telephone; Han characters break anywhere.
    """
    return _LONG_RUN.sub(lambda match: "\u200b".join(_PIECE.findall(match[0])), text)
