"""An ``issue.json`` from anywhere, read for proofreading.

What this module never does: touch a store, or mend what the file says.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.model import Issue

_YEARS = range(1900, 2200)  # beyond them dates cannot be moved between time zones


def read_issue(path: Path) -> Issue:
    """Return the issue in the file.

    Raises:
        UsageError: there is no such file, or it is no issue; file and place are named.
    """
    from pipeline import issue_json

    try:
        payload = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON: {error}") from None
    try:
        issue = issue_json.from_json(payload)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    for place, moment in _moments(issue, ""):
        if moment.year not in _YEARS:
            raise UsageError(f"{path}: not an issue: {place}: the year {moment.year} is no issue's")
    placed: Issue = _placed(issue)
    return placed


def _placed(value: Any) -> Any:
    """Return the value with its times in Shanghai where they name no time zone."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, tuple):
        return tuple(_placed(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: _placed(getattr(value, one.name)) for one in fields(value)}
        )
    return value


def _moments(value: object, place: str) -> Iterator[tuple[str, datetime]]:
    if isinstance(value, datetime):
        yield place, value
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _moments(one, f"{place}.{index}")
    elif is_dataclass(value):
        for one in fields(value):
            yield from _moments(getattr(value, one.name), f"{place}.{one.name}".removeprefix("."))
