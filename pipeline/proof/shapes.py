"""Pictures whose shape a mail cannot do justice to: too tall, or too few pixels.

What this module never does: word it; the rule `image` and the desk do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Image

COLUMN = 592
"""Pixels that the mail's column is wide (`templates/email/weekly`)."""
_TALLEST = 1.4  # times its width: beyond, the mail has to make it narrow (`assemble.fitting`)


def is_tall(image: Image) -> bool:
    """Say whether the picture is much higher than wide; False where its size is not known."""
    return bool(image.width and image.height and image.height > _TALLEST * image.width)


def is_narrow(image: Image) -> bool:
    """Say whether the picture has fewer pixels than the column; False where that is not known."""
    return image.width is not None and image.width < COLUMN
