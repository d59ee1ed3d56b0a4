"""What a list says of one article before its page is fetched.

What this module never does: read a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; everything but the address may be missing."""

    url: str
    title: str = ""
    published: datetime | None = None
    html: str = ""  # raw; sanitised by whoever keeps it
    summary: str = ""
    author: str | None = None
    page: str | None = None  # 版次, papers only
    column: str | None = None  # 版名 or 栏目
    day: datetime | None = None  # of the edition: counts where the article's page says nothing
