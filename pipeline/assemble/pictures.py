"""The picture that a shared link shows (Open Graph, 1200 × 630), drawn from the issue's own words.

Needs a font with Chinese characters; which file that is, the caller says.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from pipeline.assemble.headings import get_number
from pipeline.assemble.templates import get_day
from pipeline.assemble.typography import strip_invisible
from pipeline.model import DISTRICTS

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config import Newsletter
    from pipeline.model import Issue

SIZE = (1200, 630)
"""Pixels, as Open Graph's readers crop least."""

_PAPER, _INK, _DIM, _RED, _LINE = "#fbf9f4", "#1d1b18", "#6b665c", "#a3271d", "#dcd7cb"
_MARGIN = 80  # pixels
_HEADLINE_LINES = 2
_NEVER_FIRST = "，。！？；：、”’》）】…—"


def draw_picture(issue: Issue, *, newsletter: Newsletter, font: Path) -> bytes:
    """Return a PNG with masthead, number, date, headline and the districts' counts.

    Raises:
        OSError: the font cannot be read.
    """
    canvas = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(canvas)
    right = SIZE[0] - _MARGIN

    def face(size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(font), size)

    pen.text((_MARGIN, 60), strip_invisible(newsletter.name), font=face(68), fill=_INK)
    line = f"{get_number(issue.number)}　{get_day(issue.publishes_at)}"
    pen.text((_MARGIN, 152), line, font=face(30), fill=_DIM)
    pen.rectangle((_MARGIN, 208, right, 213), fill=_RED)
    headline = strip_invisible(issue.items[0].title) if issue.items else "本期暂无稿件"
    for number, text in enumerate(_break(headline, face(58), right - _MARGIN)):
        pen.text((_MARGIN, 248 + 84 * number), text, font=face(58), fill=_INK)
    pen.line((_MARGIN, 470, right, 470), fill=_LINE, width=2)
    step = (right - _MARGIN) / len(DISTRICTS)
    for number, name in enumerate(DISTRICTS):
        count = sum(name in item.districts for item in issue.items)
        middle = _MARGIN + step * (number + 0.5)
        colour = _INK if count else _DIM
        pen.text((middle, 520), str(count), font=face(46), fill=colour, anchor="mm")
        pen.text((middle, 570), name, font=face(28), fill=_DIM, anchor="mm")
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _break(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the text in at most two lines of that many pixels; what is cut off ends in ……."""
    lines = [""]
    for character in text:
        if font.getlength(lines[-1] + character) > width and character not in _NEVER_FIRST:
            if len(lines) == _HEADLINE_LINES:
                while font.getlength(lines[-1] + "……") > width:
                    lines[-1] = lines[-1][:-1]
                lines[-1] += "……"
                break
            lines.append("")
        lines[-1] += character
    return lines
