"""Pictures that members send: made fit for a mail, and silent about where they were taken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from pipeline.collect.photos import KINDS, WIDEST, read_picture
from pipeline.errors import CollectError, ParseError, TooLargeError


def save(image: Image.Image, kind: str = "JPEG", **given: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **given)
    return out.getvalue()


def open_(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 60).convert(mode)


def test_a_telephones_photo_is_upright_small_and_says_nothing_of_its_place() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Telephone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (29.0, 52.0, 0.0)
    photo = save(noise(3000, 2000), exif=exif, comment=b"secret", quality=95)
    made = read_picture("IMG_1.jpg", photo)
    shown = open_(made.data)
    assert (made.width, made.height) == shown.size == (WIDEST, 1776)
    assert made.ending == ".jpg"
    assert not shown.getexif()
    assert not {"exif", "comment", "xmp"} & shown.info.keys()
    assert b"Telephone" not in made.data
    assert len(made.data) < len(photo) / 2


def test_a_small_picture_keeps_its_size() -> None:
    made = read_picture("1.jpg", save(noise(600, 400)))
    assert (made.width, made.height) == (600, 400)


@pytest.mark.parametrize(
    ("kind", "mode", "ending"),
    [
        ("WEBP", "RGB", ".jpg"),
        ("WEBP", "RGBA", ".png"),
        ("JPEG", "CMYK", ".jpg"),
        ("JPEG", "L", ".jpg"),
        ("PNG", "RGB", ".jpg"),  # a photo, although a PNG
        ("PNG", "RGBA", ".png"),
    ],
)
@pytest.mark.parametrize("width", [300, 1500])
def test_whatever_was_sent_a_mail_program_can_show_it(
    kind: str, mode: str, ending: str, width: int
) -> None:
    picture = noise(width, 200, mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    made = read_picture("x", save(picture, kind))
    shown = open_(made.data)
    assert made.ending == ending
    assert made.ending in KINDS.values()
    assert shown.mode in {"RGB", "RGBA", "L"}
    assert shown.has_transparency_data == (mode == "RGBA")


def test_a_drawing_of_few_colours_stays_a_png() -> None:
    drawing = Image.new("P", (500, 300), 3)
    made = read_picture("图.png", save(drawing, "PNG", pnginfo=None))
    assert made.ending == ".png"
    assert len(made.data) < 1000


def test_a_gif_that_moves_goes_on_moving() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_picture("x.gif", data).data == data


def test_of_a_long_gif_the_first_picture_is_taken() -> None:
    frames = [noise(900, 700) for _ in range(4)]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert len(data) > 1_000_000
    made = read_picture("x.gif", data)
    assert (made.ending, made.width) == (".jpg", 900)


def test_the_colours_of_a_wide_screen_are_kept() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = read_picture("x.jpg", save(noise(1500, 100), icc_profile=profile))
    assert open_(made.data).info["icc_profile"] == profile


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg/>", b"\xff\xd8\xff" + b"\0" * 100, save(noise(90, 90))[:900], b"BM" + b"\0" * 80],
    ids=["empty", "markup", "only a mark", "cut", "another kind"],
)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError, match="no picture"):
        read_picture("x.jpg", data)


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    for side in (20_000, 6000):
        bomb = save(Image.new("1", (side, side)), "PNG")
        assert len(bomb) < 100_000
        with pytest.raises(TooLargeError, match="too many pixels"):
            read_picture("x.png", bomb)


def test_a_large_jpeg_is_unpacked_by_halves_and_taken() -> None:
    photo = save(Image.new("L", (8000, 6000), 128))
    assert read_picture("x.jpg", photo).width == WIDEST


_SMALL = [save(noise(20, 20), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")]


@settings(max_examples=150)
@given(st.sampled_from(_SMALL), st.integers(0, 10**4), st.binary(max_size=6))
def test_any_damage_gives_a_picture_or_a_reason(data: bytes, at: int, put: bytes) -> None:
    at %= len(data)
    try:
        made = read_picture("x", data[:at] + put + data[at + len(put) :])
    except CollectError as error:
        assert str(error)  # noqa: PT017 - a reason is all that is asked for
    else:
        assert open_(made.data).size == (made.width, made.height)


def make_moving(**given: Any) -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    return save(frames[0], "GIF", save_all=True, append_images=frames[1:], **given)


def test_a_gif_that_moves_keeps_its_pace_and_no_words() -> None:
    data = make_moving(comment=b"29.8683N 121.5440E by Wang", duration=[100, 200, 300], loop=3)
    xmp = b"\x21\xff\x0bXMP DataXMP\x05<x:x/\x00"
    made = read_picture("x.gif", data[:-1] + xmp + b";PK appended")
    for secret in (b"121.5440E", b"XMP", b"appended"):
        assert secret not in made.data
    shown, before = open_(made.data), open_(data)
    assert shown.info["loop"] == 3
    for number in range(3):
        shown.seek(number)
        before.seek(number)
        assert shown.info["duration"] == before.info["duration"]
        assert shown.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_of_a_moving_gif_that_breaks_off_the_first_picture_is_taken() -> None:
    data = make_moving(comment=b"29.8683N 121.5440E by Wang")
    made = read_picture("x.gif", data[:-5])
    assert made.ending == ".jpg"
    assert b"121.5440E" not in made.data
