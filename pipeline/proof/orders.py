"""From a day or an hour to another that lies before it: 11月28日至11月20日, 上午9:00—8:30.

What this module never does: judge spans that a night or a new year may lie within.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    Fault = tuple[int, int, bool, str]

_TO = r"\s?(?:至|到|[-—~–－～]{1,2})\s?"
_REACHES = lazy(r"[至到—–~－～-]\s?\d")
_BESIDE = r"(?:[（(][^（）()]{1,6}[）)])?"  # （周六）
_DAYS = lazy(
    rf"(?<!\d)(?P<m1>\d{{1,2}})月(?P<d1>\d{{1,2}})[日号]?{_BESIDE}{_TO}(?:(?P<m2>\d{{1,2}})月)?(?P<d2>\d{{1,2}})[日号]"
)
_HOURS = lazy(
    r"(?P<part>上午|早上|下午)?(?<![\d:：])(?P<h1>\d{1,2})(?:[:：](?P<n1>\d\d)|[点时](?P<half1>半)?)"
    rf"{_TO}(?P<h2>\d{{1,2}})(?:[:：](?P<n2>\d\d)|[点时](?P<half2>半)?)(?![\d:：])"
)
_MONTHS = 3  # by which an end lies before its beginning by mistake; more is the next year's
_FIRST, _LAST = 6, 18  # hours of a day at which no night lies within a span
_NOON, _HOUR, _HALF = 12, 60, 30


def find_wrong_orders(words: str) -> Iterator[Fault]:
    """Yield start, end, whether it is sure, and what is wrong, for one sentence."""
    if not _REACHES.search(words):
        return
    for match in _DAYS.finditer(words):
        first = int(match["m1"]), int(match["d1"])
        last = int(match["m2"] or match["m1"]), int(match["d2"])
        if last < first and first[0] == last[0]:
            yield *match.span(), True, "起止日期颠倒了：后一个日期在前一个之前，请核对。"
        elif last < first and first[0] - last[0] <= _MONTHS:
            message = "后一个日期在前一个之前：是颠倒了，还是到了次年？到次年的请写明。"
            yield *match.span(), False, message
    for match in _HOURS.finditer(words):
        start, end = _minutes(match, "1"), _minutes(match, "2")
        begins = int(match["h1"])
        if match["part"] in {"上午", "早上"}:
            within = begins <= _NOON and int(match["h2"]) >= _FIRST
        else:
            within = match["part"] is None and begins <= _LAST and int(match["h2"]) >= _FIRST
            within = within and begins > _NOON
        if within and end < start:
            yield *match.span(), True, "起止时间颠倒了：结束早于开始，请核对。"


def _minutes(match: re.Match[str], end: str) -> int:
    half = _HALF if match[f"half{end}"] else 0
    return int(match[f"h{end}"]) * _HOUR + int(match[f"n{end}"] or 0) + half
