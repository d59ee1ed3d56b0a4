"""Decompression in bounded pieces: a bomb costs no more than the limit it runs into.

A body that breaks off is told from a whole one: HTTP alone does not tell where a server marks the
end by closing. What this module never does: read from the net, or guess what is missing.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_PIECE = 262_144  # plain bytes: a chunk of a bomb would give a thousand times its size
_MAGIC = b"\x1f\x8b"  # how a gzip member begins (RFC 1952, 2.3.1)
_MOST_MEMBERS = 10_000  # empty ones cost twenty bytes each, and time


class Inflater:
    """Takes a body's compressed chunks and gives its plain bytes."""

    def __init__(self, encoding: str, most: int) -> None:
        """``encoding`` is Content-Encoding; of more than ``most`` bytes only one more is made.

        Raises:
            ValueError: the encoding is not one that we asked for.
        """
        name = encoding.strip().lower()
        self._wbits = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}.get(name, 0)
        if not self._wbits and name not in {"", "identity"}:
            raise ValueError(f"content encoding {encoding[:20]!r} was not asked for")
        self._left = most + 1
        self._members = self._size = self._check = 0
        self._is_first = True  # nothing came yet
        self._is_over = False  # what follows is no part of the body
        self._start = b""  # of what may be another member
        if self._wbits:
            self._begin()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the plain bytes of the next chunk, in pieces.

        All members of a gzip body are read (RFC 1952, 2.2). What follows the last and begins none
        is passed over, as gzip, browsers and urllib3 do.

        Raises:
            zlib.error: the bytes are not what the encoding says.
            ValueError: there are more members than any document has.
        """
        if not self._wbits:
            yield chunk
            return
        is_full = False  # the engine may hold plain bytes back although it took all that came
        while (chunk or is_full) and self._left > 0 and not self._is_over:
            if self._is_at_end():
                chunk = self._enter(chunk)
                continue
            most = min(self._left, _PIECE)
            data = self._decompress(chunk, most)
            self._left -= len(data)
            is_full = len(data) == most and not self._is_at_end()
            engine = self._engine
            chunk = engine.unused_data if self._is_at_end() else engine.unconsumed_tail
            yield data

    def is_whole(self) -> bool:
        """Say whether the body came to its end; one of no bytes, or beyond the limit, did.

        A check that is missing behind the last byte costs nothing: some servers send none, and
        browsers and urllib3 read such bodies. Those read one that breaks off before that, too, as
        far as it goes: whoever looks at the page sees it. Here nobody would, and the validators of
        what came would keep the rest away for good.
        """
        if not self._wbits or self._is_first or self._left <= 0 or self._is_at_end():
            return True
        closing = b""  # RFC 1952, 2.3.1; RFC 1950, 2.2
        if self._wbits == _GZIP:
            closing = self._check.to_bytes(4, "little") + self._size.to_bytes(4, "little")
        elif self._wbits == _ZLIB:
            closing = self._check.to_bytes(4, "big")
        return any(self._ends_with(closing[at:]) for at in range(len(closing)))

    def _is_at_end(self) -> bool:
        """Say whether nothing of this member is to come."""
        return self._engine.eof

    def _ends_with(self, closing: bytes) -> bool:
        """Say whether these bytes are all that is missing."""
        engine = self._engine.copy()
        try:
            engine.decompress(closing)
        except zlib.error:
            return False
        return engine.eof

    def _decompress(self, chunk: bytes, most: int) -> bytes:
        try:
            data = self._engine.decompress(chunk, most)
        except zlib.error:
            if not self._is_first:
                raise
            self._wbits = _RAW  # some servers call raw DEFLATE "deflate"
            self._begin()
            data = self._engine.decompress(chunk, most)
        self._is_first = False
        checked = zlib.adler32 if self._wbits == _ZLIB else zlib.crc32
        self._check = checked(data, self._check)
        self._size = (self._size + len(data)) & 0xFFFF_FFFF
        return data

    def _enter(self, chunk: bytes) -> bytes:
        """Begin another member with what follows one; return its bytes, none where it is none."""
        start = self._start + chunk
        self._start = b""
        if self._wbits != _GZIP or not _MAGIC.startswith(start[: len(_MAGIC)]):
            self._is_over = True
        elif len(start) < len(_MAGIC):
            self._start = start
        else:
            self._begin()
            return start
        return b""

    def _begin(self) -> None:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise ValueError(f"more than {_MOST_MEMBERS:,} gzip members")
        self._engine = zlib.decompressobj(self._wbits)
        self._check = 1 if self._wbits == _ZLIB else 0
        self._size = 0
