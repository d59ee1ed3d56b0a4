"""How large a picture is shown: no wider than its column, no taller than a screen, never blown up.

What this module never does: read a picture; its pixels are what its article states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Image

_TALLEST = 1.2  # times the column's width: a telephone's upright photo leaves room for its text


def fit(image: Image, column: int) -> tuple[int, int | None]:
    """Return the width and height in pixels at which a picture stands in a column so wide.

    They are meant as attributes, which Outlook obeys alone. The height is None where the picture's
    own size is not known; it fills the column then.
    """
    if not image.width or not image.height or min(image.width, image.height) < 1:
        return column, None
    scale = min(1, column / image.width, column * _TALLEST / image.height)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
