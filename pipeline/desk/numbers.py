"""Figures that people or programs send: small ones, or none.

What this module never does: guess.
"""

from __future__ import annotations

_DIGITS = 9  # none of ours has more, and every database holds such a figure


def read_number(text: str) -> int | None:
    """Return a whole number from 0 on; None for anything else, and for what has too many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
