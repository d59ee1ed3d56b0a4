"""Files that an editor's browser sends: read within bounds, pictures made fit for a mail and kept.

What this module never does: say what becomes of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _

from pipeline.collect.photos import KINDS, Picture, read_picture
from pipeline.desk.pages import get_settings
from pipeline.errors import CollectError, RefusedError, TooLargeError
from pipeline.model import Image
from pipeline.proof.shapes import COLUMN, is_narrow, is_tall
from pipeline.week import harvests

if TYPE_CHECKING:
    from django.http import HttpRequest

PICTURES = ",".join(KINDS)
"""What a form's field for a picture asks the browser for."""


def get_upload(request: HttpRequest, field: str) -> tuple[str, bytes] | None:
    """Return name and bytes of an uploaded file; None when none was chosen.

    Raises:
        RefusedError: it is larger than anything that is read (`collect.max_bytes`).
    """
    file = request.FILES.get(field)
    if file is None:
        return None
    most, name = get_settings().feeds.collect.max_bytes, (file.name or "")[:100]
    if (file.size or 0) > most:
        raise RefusedError(
            _("“%(name)s”超过 %(most)s MB，传不了。") % {"name": name, "most": most // 1_000_000}
        )
    return name, file.read()


def take_picture(name: str, data: bytes) -> Image:
    """Return a picture that was uploaded, made fit for a mail and kept where readers find it.

    Raises:
        RefusedError: it is no picture, or too large.
    """
    try:
        return keep(read_picture(name, data))
    except TooLargeError:
        raise RefusedError(_("“%(name)s”太大，请缩小后再传。") % {"name": name}) from None
    except CollectError:
        raise RefusedError(
            _("“%(name)s”不是能用的图片，请传 JPG、PNG、GIF 或 WebP。") % {"name": name}
        ) from None


def keep(picture: Picture) -> Image:
    """Return a picture that was read, kept where readers find it."""
    url = harvests.keep_picture(get_settings(), picture.data, picture.ending)
    return Image(
        url,
        caption=picture.caption,
        credit=picture.credit,
        width=picture.width,
        height=picture.height,
    )


def warn_of_shape(request: HttpRequest, image: Image) -> None:
    """Say what a mail makes of a picture that is too tall or too small for it."""
    size = {"width": image.width, "height": image.height, "column": COLUMN}
    if is_tall(image):
        said = _(
            "这张图太高（%(width)s×%(height)s 像素）：作头条刊在邮件里，"
            "会缩得很窄，最好裁成横幅再传。"
        )
        messages.warning(request, said % size)
    if is_narrow(image):
        said = _(
            "这张图只有 %(width)s 像素宽：邮件一栏宽 %(column)s 像素，作头条会显得小，"
            "最好换一张大的。"
        )
        messages.warning(request, said % size)
