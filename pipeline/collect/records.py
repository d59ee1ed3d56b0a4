"""Lists that a script builds: records inside the page, or fetched by a form (``dataproxy.jsp``).

The records of the content management system behind many government sites: each is HTML within
CDATA. What this module never does: run a script, or fetch by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode

from bs4 import BeautifulSoup

from pipeline.collect.addresses import join
from pipeline.collect.dates import read_date
from pipeline.collect.entry import Entry
from pipeline.collect.markup import between, refuse_entities
from pipeline.collect.scripted import list_of_page
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from datetime import datetime

_XML_SCRIPT = re.compile(r"<script[^>]{0,200}type=[\"']text/xml[\"'][^>]{0,200}>", re.IGNORECASE)
_PROXY = re.compile(r"[\"']([^\"'\s]{0,300}dataproxy\.jsp)(\?[^\"'\s]{0,300})?[\"']")
_PARAMETER = re.compile(
    r"[\"']?\b(webid|columnid|unitid|webname|permissiontype|sourceContentType|path|col|appid)\b[\"']?"
    r"\s*[:=]\s*[\"']?([\w%./-]{1,300})[\"']?"
)
_NEEDED = {"webid", "columnid", "unitid"}
_RECORDS = 60  # records asked for in one form
_MOST = 4_000_000  # characters of a page that are searched for records


@dataclass(frozen=True, slots=True)
class Query:
    """The form that a list's script would send."""

    address: str
    form: dict[str, str]


def records_of_page(text: str, url: str, now: datetime) -> list[Entry]:
    """Return the entries of records that stand inside the page; empty when there are none.

    As HTML within CDATA, or as objects of a script (`pipeline.collect.scripted`).
    """
    text = text[:_MOST]
    return _entries(text, url, now) if _XML_SCRIPT.search(text) else list_of_page(text, url, now)


def find_query(text: str, url: str) -> Query | None:
    """Return the form with which a page's script asks for its list; None when it does not."""
    proxy = _PROXY.search(text)
    if not proxy:
        return None
    near = text[max(0, proxy.start() - 3000) : proxy.end() + 3000]
    # Scripts write the values as they are sent; a site's name may be in GBK and stays it.
    form = {
        key: unquote(value, errors="surrogateescape")
        for key, value in reversed(_PARAMETER.findall(near))
    }
    address = join(url, proxy[1])
    if address is None or not form.keys() >= _NEEDED:
        return None
    span = {"startrecord": "1", "endrecord": str(_RECORDS), "perpage": str(_RECORDS)}
    return Query(f"{address}?{urlencode(span)}", {"col": "1", **form})


def read_records(text: str, url: str, now: datetime) -> list[Entry]:
    """Return the entries of a reply of ``dataproxy.jsp``.

    Raises:
        ParseError: it holds no record.
    """
    refuse_entities(text, url)
    found = _entries(text, url, now)
    if not found:
        raise ParseError(f"{url}: the list's script gives no record")
    return found


def _entries(text: str, url: str, now: datetime) -> list[Entry]:
    found = []
    for record in between(text, "<record>", "</record>"):
        inner = record.strip().removeprefix("<![CDATA[").removesuffix("]]>")
        link = BeautifulSoup(f"{inner}\n", "lxml").select_one("a[href]")
        address = join(url, str(link.get("href"))) if link else None
        if link is None or address is None:
            continue
        root = list(link.parents)[-1]
        stated = " ".join(
            part.strip() for part in root.find_all(string=True) if link not in part.parents
        )
        title = str(link.get("title") or "") or link.get_text(" ", strip=True)
        found.append(Entry(url=address, title=title, published=read_date(stated, now)))
    return found
