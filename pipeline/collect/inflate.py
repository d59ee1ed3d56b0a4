"""Decompression in bounded pieces: a bomb costs no more than the limit it runs into."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP = 16 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_PIECE = 262_144  # plain bytes: a chunk of a bomb would give a thousand times its size


class Inflater:
    """Takes a body's compressed chunks and gives its plain bytes."""

    def __init__(self, encoding: str, most: int) -> None:
        """``encoding`` is Content-Encoding; of more than ``most`` bytes only one more is made.

        Raises:
            ValueError: the encoding is not one that we asked for.
        """
        name = encoding.strip().lower()
        if name in {"", "identity"}:
            self._engine = None
        elif name in {"gzip", "x-gzip"}:
            self._engine = zlib.decompressobj(_GZIP)
        elif name == "deflate":
            self._engine = zlib.decompressobj()
        else:
            raise ValueError(f"content encoding {encoding[:20]!r} was not asked for")
        self._left = most + 1
        self._is_first = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the plain bytes of the next chunk, in pieces.

        Raises:
            zlib.error: the bytes are not what the encoding says.
        """
        if self._engine is None:
            yield chunk
            return
        while chunk and self._left > 0:
            most = min(self._left, _PIECE)
            try:
                data = self._engine.decompress(chunk, most)
            except zlib.error:
                if not self._is_first:
                    raise
                self._engine = zlib.decompressobj(_RAW)  # some servers call raw DEFLATE "deflate"
                data = self._engine.decompress(chunk, most)
            self._is_first = False
            self._left -= len(data)
            chunk = self._engine.unconsumed_tail
            yield data
