"""A picture that was sent in, as a mail can carry it: upright, small, silent about its place.

A telephone's photo has four thousand pixels a side, several megabytes, and in its EXIF where and
when it was taken. A mail shows 592 pixels, twice that on sharp screens. What this module never
does: store a picture, fetch one, or keep anything of the original but pixels and colours.
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageOps

from pipeline.collect.gifs import strip_gif
from pipeline.errors import ParseError, TooLargeError

KINDS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
"""Kinds of pictures that are taken, with the ending of their names."""

WIDEST = 1184
"""Pixels; a mail shows half of them, so that they are sharp on every screen."""

MOST_PICTURES = 20
"""Pictures taken from one mail or document: each has to be unpacked."""

_MOVING = 1_000_000  # bytes of a GIF that goes on moving; of a longer one its first picture
_MOST_PIXELS = 25_000_000  # of what is not unpacked by halves, as a JPEG is: 75 MB of memory
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY = 85  # of a JPEG: above it bytes grow faster than what is seen
_PROFILE = 8192  # bytes of a colour profile that are worth keeping; a printer's has 500,000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready for a mail."""

    name: str  # as the sender called it; for people only
    data: bytes
    ending: str  # .jpg .png .gif
    width: int  # pixels
    height: int
    caption: str = ""  # what the text says of it
    credit: str = ""


def read_picture(name: str, data: bytes) -> Picture:
    """Return a picture that was sent in, made fit for a mail.

    Turned as its EXIF says, at most `WIDEST` wide, without EXIF and comments. What a mail program
    may not show (WebP, CMYK) becomes a JPEG, or a PNG where that is smaller or something shines
    through; a GIF that moves goes on moving, up to a megabyte, without the words in it.

    Raises:
        ParseError: it is no picture, whatever its name, or broken.
        TooLargeError: it unpacks to more pixels than a computer should be asked to hold.
    """
    try:
        image: Image.Image = _open(data)
        kind = image.format
        if kind == "GIF" and getattr(image, "is_animated", False) and len(data) <= _MOVING:
            with suppress(ValueError):  # of a broken one the first picture
                return Picture(name, strip_gif(data), ".gif", *image.size)
        image.draft("RGB", (WIDEST, WIDEST))  # a JPEG is unpacked no larger than it has to be
        image = _shrink(ImageOps.exif_transpose(image))
        glassy = image.has_transparency_data
        as_png = _save(image, "PNG") if kind == "PNG" or glassy else b""
        as_jpeg = b"" if glassy else _save(image, "JPEG")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise TooLargeError("the picture has too many pixels; send a smaller one") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ParseError(f"no picture that can be read ({type(error).__name__})") from None
    if as_png and (not as_jpeg or len(as_png) <= len(as_jpeg)):
        return Picture(name, as_png, ".png", *image.size)
    return Picture(name, as_jpeg, ".jpg", *image.size)


def _open(data: bytes) -> Image.Image:
    """Return the picture, not yet unpacked.

    Raises:
        DecompressionBombWarning, DecompressionBombError: it has too many pixels.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    if image.format != "JPEG" and image.width * image.height > _MOST_PIXELS:
        raise Image.DecompressionBombError
    return image


def _shrink(image: Image.Image) -> Image.Image:
    if image.width <= WIDEST:
        return image
    height = max(1, round(image.height * WIDEST / image.width))
    wide = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return wide.resize((WIDEST, height), Image.Resampling.LANCZOS)


def _save(image: Image.Image, kind: str) -> bytes:
    """Return the picture's bytes, with its colour profile and nothing else that came with it."""
    profile = image.info.get("icc_profile") or b""
    if kind == "JPEG" and image.mode not in {"RGB", "L"}:
        profile = b"" if image.mode == "CMYK" else profile
        image = image.convert("RGB")
    bare = image.copy()
    bare.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    how = {"quality": _QUALITY, "progressive": True} if kind == "JPEG" else {}
    written = io.BytesIO()
    kept = profile if 0 < len(profile) <= _PROFILE else None
    bare.save(written, kind, optimize=True, icc_profile=kept, **how)
    return written.getvalue()
