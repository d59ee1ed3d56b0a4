"""News that member units send in: mails with text, Word documents and pictures; Word files.

What this module never does: fetch, store a picture, or trust a file name.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import docx

from pipeline.collect.charsets import decode
from pipeline.collect.pages import clean, tidy, to_text
from pipeline.collect.texts import read_text
from pipeline.errors import ParseError, TooLargeError

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

PICTURES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
"""Kinds of pictures that are taken, with the ending they are stored under."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_PARTS = 200  # parts of a mail that are looked at
_SIGNATURE = "\n-- \n"
_PREFIXES = ("投稿：", "投稿:", "Fwd:", "FW:", "Re:", "转发：", "转发:", "回复：", "回复:")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with a text."""

    name: str  # as the sender called it; for people only
    data: bytes
    ending: str  # .jpg, .png …


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent in."""

    title: str
    text: str
    author: str | None = None
    published: datetime | None = None  # None: the mail has no date
    head: dict[str, str] = field(default_factory=dict)  # 来源, 编辑 … when the text states them
    pictures: tuple[Picture, ...] = ()
    warnings: tuple[str, ...] = ()


def read_mail(data: bytes, most: int) -> Submission:
    """Return what a mail (RFC 5322) submits; a Word attachment's text counts before the body's.

    Raises:
        ParseError: neither the mail nor an attachment holds a text.
        TooLargeError: an attachment unpacks to more than ``most`` bytes.
    """
    message = message_from_bytes(data, policy=policy.default)
    pictures: list[Picture] = []
    warnings: list[str] = []
    documents: list[Submission] = []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            warnings.append(f"more than {_MOST_PARTS} parts: the rest was left out")
            break
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), str(part.get_filename() or "")
        if kind in PICTURES:
            pictures.append(Picture(name, _bytes_of(part), PICTURES[kind]))
        elif kind == _WORD or name.lower().endswith(".docx"):
            documents.append(read_docx(_bytes_of(part), most))
        elif name and not kind.startswith("text/"):
            warnings.append(f"attachment {name[:60]!r} is neither Word nor a picture: left out")
    body = _body(message)
    found = documents[0] if documents else replace(read_plain(body))
    subject = _plain_subject(str(message.get("Subject", "")))
    if not found.text and not pictures:
        raise ParseError("the mail holds no text: left out")
    sender = message.get("From")
    addresses = getattr(sender, "addresses", ())
    shown = addresses[0].display_name if addresses else ""
    return replace(
        found,
        title=found.head.get("title") or subject or found.title,
        author=found.head.get("author") or shown or None,
        published=_date(message),
        pictures=(*found.pictures, *pictures),
        warnings=(*found.warnings, *warnings),
    )


def read_docx(data: bytes, most: int) -> Submission:
    """Return the text of a Word document: paragraphs and the cells of its tables; its pictures.

    Raises:
        ParseError: it is no Word document.
        TooLargeError: it unpacks to more than ``most`` bytes.
    """
    if _unpacked_size(data) > most:
        raise TooLargeError(f"the Word document unpacks to more than {most:,} bytes")
    try:
        document = docx.Document(io.BytesIO(data))
        lines = [paragraph.text for paragraph in document.paragraphs]
        lines += [
            " ".join(dict.fromkeys(cell.text for cell in row.cells))
            for table in document.tables
            for row in table.rows
        ]
        pictures = [
            Picture(str(part.partname), part.blob, PICTURES[part.content_type])
            for part in document.part.package.iter_parts()
            if part.content_type in PICTURES and str(part.partname).startswith("/word/")
        ]
    except Exception as error:  # noqa: BLE001 - python-docx raises lxml's, zipfile's and its own
        raise ParseError(f"not a Word document that can be read: {error}") from None
    return replace(read_plain("\n".join(lines)), pictures=tuple(pictures))


def _unpacked_size(data: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ParseError(f"not a Word document that can be read: {error}") from None


def read_plain(content: str) -> Submission:
    """Return a plain text with the head it may have."""
    plain = read_text(content)
    return Submission(plain.title, plain.text, head=plain.head)


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    text = decode(_bytes_of(part), http_charset=part.get_content_charset())
    if part.get_content_type() == "text/html":
        text = to_text(clean(text))
    return tidy(text.replace("\r\n", "\n").partition(_SIGNATURE)[0])


def _bytes_of(part: object) -> bytes:
    payload = part.get_payload(decode=True)  # type: ignore[attr-defined]
    return payload if isinstance(payload, bytes) else b""


def _date(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else None


def _plain_subject(subject: str) -> str:
    subject = tidy(subject)
    while subject.startswith(_PREFIXES):
        subject = subject[next(len(one) for one in _PREFIXES if subject.startswith(one)) :].strip()
    return subject
