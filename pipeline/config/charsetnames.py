"""Names of charsets, as documents and feeds.yaml write them: gb2312 and gbk stand for gb18030.

What this module never does: read a text, or guess a charset.
"""

from __future__ import annotations

import codecs

_WIDENED = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "euc-cn", "gb18030", "hz-gb-2312"}
_PYTHONS_OWN = {"unicode-escape", "raw-unicode-escape"}  # ways to write source code, no charsets


def find_codec(label: str) -> str | None:
    """Return Python's name of a charset, None for a label nobody knows."""
    lowered = label.strip().lower()
    if lowered in _WIDENED:
        return "gb18030"
    try:
        codec = codecs.lookup(lowered)
        # Refuses codecs that are no charset: base64 makes no text, punycode stops at such bytes.
        b"\xff".decode(codec.name, "replace")
    except (LookupError, ValueError):
        return None
    return None if codec.name in _PYTHONS_OWN else codec.name
