"""Dates as Chinese pages and feeds write them; China Standard Time when no zone is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.chinese.numerals import MONTH, NUMBER, YEAR, read_number, read_year

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TIME = r"(?:[\sT]*(\d{1,2})[:：时](\d{1,2}))?"
_FULL = re.compile(r"(\d{4})(?:\s*[-/.年]\s*|\s+)(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?" + _TIME)
# A day that a design sets apart from its month: 20 2026-11, 20日 2026年11月, 2026.11 20.
_DAY_FIRST = re.compile(
    r"(?<![\d:：.-])(\d{1,2})日?\s+(\d{4})\s*[-/.年]\s*(\d{1,2})月?(?!\s*[-/.\d])"
)
_DAY_LAST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})月?\s+(\d{1,2})日?(?![\d:：.-])")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?\s+(\d{4})(?!\d)年?")
_APART = {_DAY_FIRST: (2, 3, 1), _DAY_LAST: (1, 2, 3), _YEAR_LAST: (3, 1, 2)}
_IN_HAN = re.compile(rf"({YEAR})年({MONTH})月({NUMBER})[日号]")
_SHORT = re.compile(r"(?<!\d)(\d{1,2})(?:[-/]|月\s*)(\d{1,2})日?(?!\d)" + _TIME)
_SHORT_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})日?\s+(\d{1,2})月(?!\s*\d)")
_DAY = re.compile(r"(今天|昨天|前天)" + _TIME)
_AGO = re.compile(r"(\d+)\s*(分钟|小时|天)前")
_LEAP = 8  # years between two leap days at the most
_BACK = {"今天": 0, "昨天": 1, "前天": 2}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})")

_SECONDS = re.compile(r"(1\d{9})(?:\d{3})?")  # since 1970, or milliseconds: what programs write
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:\d{4,6})?")  # 20261125, 20261125083000

_PATH_DAYS = (
    re.compile(r"(?<!\d)(20\d\d)[-/_](\d{1,2})[-/_](\d{1,2})(?!\d)"),  # 2026/11/8, 2026-11/08
    re.compile(r"(?<!\d)(20\d\d)/?(\d\d)/?(\d\d)(?!\d)"),  # t20261108_1, 2026/1108, 202611/08
)
_OLDEST = datetime(1990, 1, 1, tzinfo=_SHANGHAI)  # 0001-01-01 is what an empty field is printed as
_AHEAD = timedelta(days=31)  # a member may date a text for the week it is meant for
_CST = re.compile(r"(?<![+-]\d{4} )(?<!\()\bCST\b", re.IGNORECASE)  # alone, not beside an offset
_HALF_WIDTH = str.maketrans("０１２３４５６７８９－／．：", "0123456789-/.:")


def is_believable(moment: datetime, now: datetime) -> bool:
    """Say whether something may have been published then: not before the web, not in years to come.

    Other moments would overflow calendars, or keep an article out of every issue.
    """
    return _OLDEST <= moment <= now + _AHEAD


def read_date(stated: str, now: datetime) -> datetime | None:
    """Return the moment a text states, aware; None when it states none that is believable.

    A day without a year is the newest such day that is not in the future.
    """
    moment = _read(stated, now)
    return moment if moment and is_believable(moment, now) else None


def _read(stated: str, now: datetime) -> datetime | None:
    if seconds := _SECONDS.fullmatch(stated.strip()):
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    stated = _in_figures(stated.translate(_HALF_WIDTH)).strip()
    if iso := _ISO.search(stated):
        try:
            return datetime.fromisoformat(iso.group())
        except ValueError:
            return None
    if moment := read_mail_date(stated):
        return moment if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)
    here = now.astimezone(_SHANGHAI)
    try:
        return _stated(stated, here)
    except (ValueError, OverflowError):
        return None


def read_mail_date(stated: str) -> datetime | None:
    """Return the moment of a mail's or a feed's date (RFC 5322, 3.3), Java's form too; else None.

    It is naive where no zone is stated. CST is China Standard Time, as all sources mean it; that
    RFC (4.3) has the United States' in mind.
    """
    try:
        return parsedate_to_datetime(_CST.sub("+0800", stated))
    except (ValueError, TypeError, IndexError):
        return None


def find_full_date(text: str, now: datetime) -> datetime | None:
    """Return the first date with year, month and day that running text holds; None without one.

    For text that may name other days too: 今天 or 3-5 in it says nothing of its publication.
    """
    text = _in_figures(text.translate(_HALF_WIDTH))
    match = _ISO.search(text) or _FULL.search(text)
    return read_date(match.group(), now) if match else None


def _in_figures(text: str) -> str:
    """Return the text with days such as 二〇二六年十一月三十日 in figures."""
    if "年" not in text:
        return text
    return _IN_HAN.sub(
        lambda day: f"{read_year(day[1])}年{read_number(day[2])}月{read_number(day[3])}日", text
    )


def find_day(url: str) -> datetime | None:
    """Return the day that the path of an address names; None without one.

    ``/2026-11/20/``, ``/art/2026/11/8/art_1_2.html``, ``/202611/t20261120_3.html``: what papers and
    many sites of authorities write.
    """
    path = urlsplit(url).path
    for form in _PATH_DAYS:
        for match in form.finditer(path):
            year, month, day = map(int, match.groups())
            try:
                return datetime(year, month, day, tzinfo=_SHANGHAI)
            except ValueError:
                continue
    return None


def _stated(stated: str, here: datetime) -> datetime | None:
    if compact := _COMPACT.fullmatch(stated):
        year, month, day = (int(compact[group]) for group in (1, 2, 3))
        return datetime(year, month, day, tzinfo=_SHANGHAI)
    if match := _FULL.search(stated):
        year, month, day = (int(match[group]) for group in (1, 2, 3))
        hour, minute = int(match[4] or 0), int(match[5] or 0)
        return datetime(year, month, day, hour, minute, tzinfo=_SHANGHAI)
    for form, order in _APART.items():
        if match := form.search(stated):
            year, month, day = (int(match[group]) for group in order)
            return datetime(year, month, day, tzinfo=_SHANGHAI)
    return _stated_without_year(stated, here)


def _stated_without_year(stated: str, here: datetime) -> datetime | None:
    if match := _AGO.search(stated):
        unit = {"分钟": "minutes", "小时": "hours", "天": "days"}[match[2]]
        return here - timedelta(**{unit: int(match[1])})
    if match := _DAY.search(stated):
        then = here - timedelta(days=_BACK[match[1]])
        hour, minute = int(match[2] or 0), int(match[3] or 0)
        return then.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if match := _SHORT.search(stated):
        hour, minute = int(match[3] or 0), int(match[4] or 0)
        return _newest(here, int(match[1]), int(match[2]), hour, minute)
    if match := _SHORT_DAY_FIRST.search(stated):
        return _newest(here, int(match[2]), int(match[1]), 0, 0)
    return None


def _newest(here: datetime, month: int, day: int, hour: int, minute: int) -> datetime:
    """Return the newest such moment that is not in the future."""
    for year in range(here.year, here.year - _LEAP, -1):  # 29 February: of the last leap year
        try:
            moment = datetime(year, month, day, hour, minute, tzinfo=_SHANGHAI)
        except ValueError:
            continue
        if moment <= here:
            return moment
    raise ValueError("no such day")
