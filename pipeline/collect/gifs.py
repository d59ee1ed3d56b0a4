"""A GIF that moves, block by block (GIF89a specification): pictures and pace, no words.

What this module never does: unpack a picture, or judge one.
"""

from __future__ import annotations

_HEAD = 13  # bytes of the signature and the screen's description
_PICTURE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_PACE = 0xF9  # how long a picture stands and how it goes (23)
_OF_PROGRAMS = 0xFF  # application extensions (26)
_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}  # say how often it moves


def strip_gif(data: bytes) -> bytes:
    """Return the GIF without comments, texts, what programs wrote into it and what follows its end.

    Raises:
        ValueError: it breaks off, or its blocks are none.
    """
    kept = bytearray(_take(data, 0, _HEAD))
    at = _HEAD + _colours(data[10])
    kept += _take(data, _HEAD, at)
    while (kind := _take(data, at, at + 1)[0]) != _END:
        if kind == _PICTURE:
            start = at + 10
            end = _skip(data, start + _colours(_take(data, at, start)[9]) + 1)
            kept += data[at:end]
        elif kind == _EXTENSION:
            label = _take(data, at, at + 2)[1]
            end = _skip(data, at + 2)
            if label == _PACE or (label == _OF_PROGRAMS and data[at + 3 : at + 14] in _LOOPS):
                kept += data[at:end]
        else:
            raise ValueError(f"no block of a GIF begins with {kind:#x}")
        at = end
    return bytes(kept) + b";"


def _colours(flags: int) -> int:
    """Return the bytes of the table of colours that a description announces."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip(data: bytes, at: int) -> int:
    """Return where the sub-blocks that begin here end (15)."""
    while size := _take(data, at, at + 1)[0]:
        at += 1 + size
    return at + 1


def _take(data: bytes, start: int, end: int) -> bytes:
    part = data[start:end]
    if len(part) < end - start:
        raise ValueError("the GIF breaks off")
    return part
