"""A Word document as lines in its own order, with its title and its pictures' captions.

What this module never does: read pictures, or say who wrote the text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import docx
from docx.table import Table

from pipeline.collect.captions import LONGEST, is_caption, split_credit
from pipeline.collect.photos import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document

# Names of styles; Word writes the first in every language, some programs translate them.
_TITLES = ("Title", "标题")
_HEADINGS = ("Heading 1", "标题 1")
_CAPTIONS = ("Caption", "题注")
_OPENING = 5  # lines in which a Heading 1 may be the title
_EMBEDDED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PICTURES = ".//*[local-name() = 'blip' or local-name() = 'imagedata']"


@dataclass(slots=True)
class WordPicture:
    """A picture as it stands in the document, not yet looked at."""

    name: str
    data: bytes
    caption: str = ""
    credit: str = ""


@dataclass(slots=True)
class Word:
    """What a Word document holds."""

    lines: list[str] = field(default_factory=list)
    headline: str = ""  # "": no style says which line is the title
    pictures: list[WordPicture] = field(default_factory=list)  # as the text shows them


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph, or a row of a table."""

    text: str
    style: str
    pictures: tuple[str, ...]  # names of the parts shown in it


def read_word(data: bytes) -> Word:
    """Return lines, title and pictures of a Word document.

    Raises:
        Exception: of python-docx, lxml or zipfile: it is none.
    """
    document = docx.Document(io.BytesIO(data))
    lines = list(_list_lines(document))
    found = Word(headline=_find_headline(lines))
    parts = {
        str(part.partname): part.blob
        for part in document.part.package.iter_parts()
        if part.content_type in KINDS and str(part.partname).startswith("/word/")
    }
    waiting: list[WordPicture] = []  # pictures whose caption may follow
    for line in lines:
        for name in line.pictures:
            if name in parts:
                waiting.append(WordPicture(name, parts.pop(name)))
                found.pictures.append(waiting[-1])
        if not line.text.strip():
            continue
        if waiting and line.text != found.headline and _is_below(line):
            waiting[0].caption, waiting[0].credit = split_credit(line.text)
            del waiting[0]
        else:
            found.lines.append(line.text)
            waiting = [] if not line.pictures else waiting
    found.pictures += [WordPicture(name, blob) for name, blob in parts.items()]
    return found


def _list_lines(document: Document) -> Iterator[_Line]:
    """Yield paragraphs and rows of tables in the order of the document."""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                text = " ".join(dict.fromkeys(cell.text for cell in row.cells))
                yield _Line(text, "", _list_pictures(document, row._tr))  # noqa: SLF001 - python-docx shows its pictures nowhere else
        else:
            style = block.style.name if block.style is not None else ""
            yield _Line(block.text, style or "", _list_pictures(document, block._p))  # noqa: SLF001 - the same


def _list_pictures(document: Document, element: Any) -> tuple[str, ...]:
    related = document.part.related_parts
    ids = [one.get(f"{_EMBEDDED}embed") or one.get(f"{_EMBEDDED}id")
           for one in element.xpath(_PICTURES)]  # fmt: skip
    return tuple(str(related[one].partname) for one in ids if one in related)


def _find_headline(lines: list[_Line]) -> str:
    """Return the line in the style Title, else a Heading 1 that opens the text; "": neither."""
    written = [line for line in lines if line.text.strip()]
    for line in written:
        if line.style in _TITLES:
            return line.text
    headings = [line for line in written if line.style in _HEADINGS]
    opening = headings[:1] if len(headings) == 1 else written[:1]
    return next((one.text for one in opening if one in headings and one in written[:_OPENING]), "")


def _is_below(line: _Line) -> bool:
    """Say whether a line just below a picture, or beside it, is its caption."""
    styled = line.style in _CAPTIONS and len(line.text) <= LONGEST
    return styled or is_caption(line.text)
