"""Small whole numbers in figures or in Chinese numerals, up to 99, and years."""

from __future__ import annotations

NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"
"""Regular expression for days, as `read_number` reads them."""

YEAR = r"(?:\d{4}|[零〇○一二三四五六七八九]{4})"
"""Regular expression for years, as `read_year` reads them."""

MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
"""Regular expression for months, as `read_number` reads them."""

_DIGITS = {one: value for value, one in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}


def read_number(words: str) -> int:
    """Return the number of 11, 十一, 廿三, 零五; -1 for what is none, as 一二."""
    if words.isdecimal():
        return int(words)
    if len(words) > 1:
        words = words.removeprefix("零")
    tens, ten, units = words.replace("廿", "二十").rpartition("十")
    if not ten:
        return _DIGITS.get(words, -1)
    value, unit = _DIGITS.get(tens or "一", -1), _DIGITS.get(units or "零", -1)
    return value * 10 + unit if value > 0 and unit >= 0 else -1


def read_year(words: str) -> int:
    """Return the year of 2026 or 二〇二六."""
    return int("".join(str(_DIGITS[one]) if one in _DIGITS else one for one in words))
