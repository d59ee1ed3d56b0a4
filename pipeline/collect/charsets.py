"""Bytes to text: BOM, then HTTP, then the document's own label; gb2312 and gbk read as gb18030.

UTF-8 wins over a wrong label; a detector comes last. A stray damaged character spoils no label.
Extractors get text, never bytes.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from pipeline.config.charsetnames import find_codec

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABEL = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_SAY_NOTHING = {"iso8859-1", "ascii", "cp1252"}
_DAMAGE = 0.02  # share of characters beyond ASCII that may be damaged
_HEAD = 2048  # bytes in which a document labels itself


def decode(
    data: bytes | bytearray, *, http_charset: str | None = None, encoding: str | None = None
) -> str:
    """Return the text of a document; what no charset can read becomes U+FFFD.

    ``encoding`` is the source's own word and wins over everything.
    """
    if encoding:
        return data.decode(find_codec(encoding) or "utf-8", "replace")
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data.decode(codec, "replace")
    label = _LABEL.search(data[:_HEAD])
    own = find_codec(label[1].decode("ascii", "replace")) if label else None
    http = find_codec(http_charset) if http_charset else None
    if http in _SAY_NOTHING:  # an unconfigured server's default
        http = None
    for name in ("utf-8", http, own, "gb18030"):
        if name:
            text = data.decode(name, "replace")
            if _is_sound(text):
                return text
    best = from_bytes(bytes(data[:200_000])).best()
    return data.decode(best.encoding if best else "utf-8", "replace")


def _is_sound(text: str) -> bool:
    """Return whether at most a stray character of the foreign ones could not be read."""
    damaged = text.count("\ufffd")
    return not damaged or damaged / sum(one > "\x7f" for one in text) <= _DAMAGE
