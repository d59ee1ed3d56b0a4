"""Bytes to text: BOM, then HTTP, then the document's own label; gb2312 and gbk read as gb18030.

Valid UTF-8 wins over a wrong label; a detector comes last. Extractors get text, never bytes.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABEL = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_WIDENED = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936", "euc-cn", "gb18030", "hz-gb-2312"}
_HEAD = 2048  # bytes in which a document labels itself


def decode(data: bytes, *, http_charset: str | None = None, encoding: str | None = None) -> str:
    """Return the text of a document; what no charset can read becomes U+FFFD.

    ``encoding`` is the source's own word and wins over everything.
    """
    if encoding:
        return data.decode(_known(encoding) or "utf-8", "replace")
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data.decode(codec, "replace")
    if _is_utf8(data):
        return data.decode("utf-8")
    label = _LABEL.search(data[:_HEAD])
    for stated in (http_charset, label[1].decode("ascii", "replace") if label else None):
        name = _known(stated) if stated else None
        if name and name != "utf-8":
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                continue
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        best = from_bytes(data[:200_000]).best()
        return data.decode(best.encoding if best else "utf-8", "replace")


def _known(label: str) -> str | None:
    """Return Python's name of a charset, None for a label nobody knows."""
    lowered = label.strip().lower()
    if lowered in _WIDENED:
        return "gb18030"
    try:
        return codecs.lookup(lowered).name
    except (LookupError, ValueError):
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
