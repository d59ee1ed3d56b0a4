"""News that member units send in: mails with text, Word documents and pictures; Word files.

What this module never does: fetch, store a picture, or trust a file name.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.collect.captions import is_caption, split_credit
from pipeline.collect.charsets import decode
from pipeline.collect.dates import read_mail_date
from pipeline.collect.mailheaders import get_file_name, get_header, get_sender
from pipeline.collect.pages import clean, tidy, to_text
from pipeline.collect.photos import KINDS, MOST_PICTURES, Picture, read_picture
from pipeline.collect.texts import read_text
from pipeline.collect.word import read_word
from pipeline.errors import CollectError, ParseError, TooLargeError

if TYPE_CHECKING:
    from datetime import datetime

WHOLE = frozenset({".txt", ".docx"})
"""Endings of files that are read whole or not at all; of a mail the beginning may do."""

ENDINGS = WHOLE | {".eml"}
"""Endings of the files that `read_file` reads."""

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_PARTS = 200  # parts of a mail that are looked at
_MOST_LINES = 300_000  # of a mail; 15 MB of attachments have 200,000
_FORWARDED = 5  # mails within each other that are opened
_OLD_WORD = re.compile(r"\.(?:doc|wps|rtf)$", re.IGNORECASE)
_SIGNATURE = "\n-- \n"
_EMPTY_SUBJECT = re.compile(r"(?:.{0,12}(?:社区|街道|[镇乡村]))?的?(?:投稿|来稿|供稿|稿件|稿子)")
_PREFIXES = ("投稿：", "投稿:", "Fwd:", "FW:", "Re:", "转发：", "转发:", "回复：", "回复:")


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


def read_file(
    name: str, data: bytes, most: int, *, is_cut: bool = False, encoding: str | None = None
) -> list[Submission]:
    """Return what a file submits: a Word document, a plain text, or a mail, as its name ends.

    ``is_cut``: the data end before the file does, which only a mail may. ``encoding``: a plain
    text's, when its own marks lie.

    Raises:
        ParseError, TooLargeError: it cannot be read as what its name says.
    """
    ending = PurePath(name).suffix.lower()
    if ending == ".docx":
        return [read_docx(data, most)]
    if ending == ".txt":
        return [read_plain(decode(data, encoding=encoding))]
    return read_mail(data, most, is_cut=is_cut)


def read_mail(data: bytes, most: int, *, is_cut: bool = False) -> list[Submission]:
    """Return what a mail (RFC 5322) submits, one text for each document attached, else its body.

    A document is a Word file or a text file; pictures go with the first text. A mail that was
    forwarded as an attachment counts before the mail around it. ``is_cut``: the data end before
    the mail does, so what comes last is not whole and left out.

    Raises:
        ParseError: neither the mail nor an attachment holds a text or a picture.
    """
    end = _end_of_lines(data)
    is_cut = is_cut or end < len(data)
    message = _innermost(message_from_bytes(data[:end], policy=policy.default))
    parts, warnings = _list_parts(message, is_cut=is_cut)
    pictures: list[Picture] = []
    found: list[Submission] = []
    room = MOST_PICTURES
    for part in parts:
        name = get_file_name(part)
        shown = f"attachment {name[:60]!r}"
        try:
            taken = _read_attachment(part, name, most, room)
        except CollectError as error:
            warnings.append(f"{shown}: {error}: left out")
            continue
        if isinstance(taken, Picture):
            pictures.append(taken)
            room -= 1
        elif taken is not None:
            found.append(taken)
            room -= len(taken.pictures)
        elif name and _OLD_WORD.search(name):
            warnings.append(f"{shown} is of an old Word or of WPS: left out; ask for a .docx")
        elif name:
            warnings.append(f"{shown} is neither Word nor text nor a picture: left out")
    bare = [picture for one in found if not one.text for picture in one.pictures]
    pictures = bare + pictures
    found = [one for one in found if one.text] or [_read_body(message)]
    if not found[0].text and not pictures:
        because = f" ({'; '.join(warnings)})" if warnings else ""
        raise ParseError(f"the mail holds no text{because}: left out")
    subject = _plain_subject(get_header(message, "Subject"))
    alone, telling = len(found) == 1, "" if _EMPTY_SUBJECT.fullmatch(subject) else subject
    made = [
        replace(
            one,
            title=one.head.get("title") or (telling if alone else "") or one.title or subject,
            author=one.head.get("author") or get_sender(message) or None,
            published=_date(message),
        )
        for one in found
    ]
    made[0] = _caption(made[0], pictures)
    made[0] = replace(
        made[0],
        warnings=(*made[0].warnings, *warnings),
    )
    return made


def _caption(sent: Submission, pictures: list[Picture]) -> Submission:
    """Return the text with the pictures that came beside it, and what it says of them with them."""
    lines: list[str] = []
    told: list[tuple[str, str]] = []
    for line in sent.text.split("\n"):
        if is_caption(line) and len(told) < len(pictures):
            told.append(split_credit(line))
        else:
            lines.append(line)
    named = [
        replace(one, caption=caption, credit=credit)
        for one, (caption, credit) in zip(pictures, told, strict=False)
    ]
    kept = (*sent.pictures, *named, *pictures[len(named) :])
    return replace(sent, text="\n".join(lines), pictures=kept)


def _end_of_lines(data: bytes) -> int:
    """Return where so many lines end as a mail may have: each costs the parser fifty bytes."""
    if data.count(b"\n") <= _MOST_LINES:
        return len(data)
    at = -1
    for _ in range(_MOST_LINES):
        at = data.find(b"\n", at + 1)
    return at


def _innermost(message: EmailMessage) -> EmailMessage:
    """Return the mail that was forwarded as an attachment, or the mail itself."""
    for _ in range(_FORWARDED):
        inner = next(
            (one for one in islice(message.walk(), _MOST_PARTS)
             if one.get_content_type() == "message/rfc822" and one.is_multipart()), None,
        )  # fmt: skip
        payload = inner.get_payload(0) if inner is not None else None
        if not isinstance(payload, EmailMessage):
            break
        message = payload
    return message


def _list_parts(message: EmailMessage, *, is_cut: bool) -> tuple[list[EmailMessage], list[str]]:
    """Return the leaves of a mail that may be submitted, and warnings for what is left out."""
    leaves = [one for one in islice(message.walk(), _MOST_PARTS + 1) if not one.is_multipart()]
    warnings = []
    if len(leaves) > _MOST_PARTS:
        warnings.append(f"more than {_MOST_PARTS} parts: the rest was left out")
        del leaves[_MOST_PARTS:]
    if is_cut and leaves:
        name = get_file_name(leaves.pop())
        lost = f"attachment {name[:60]!r} was" if name else "its end was"
        warnings.append(f"the mail is too large: {lost} left out, with what follows")
    body = message.get_body(("plain", "html"))
    return [one for one in leaves if one is not body], warnings


def _read_attachment(
    part: EmailMessage, name: str, most: int, room: int
) -> Submission | Picture | None:
    """Return a part's text or picture; None when it is neither. ``room``: for so many pictures.

    Raises:
        CollectError: it is a document that cannot be read, no picture in spite of its name, or one
            too many.
    """
    kind = part.get_content_type()
    if kind == _WORD or name.lower().endswith(".docx"):
        return read_docx(_bytes_of(part), most, room)
    if kind in KINDS or name.lower().endswith((*KINDS.values(), ".jpeg")):
        if room <= 0:
            raise TooLargeError(f"more than {MOST_PICTURES} pictures")
        return read_picture(name, _bytes_of(part))
    if kind == "text/plain" and name:
        return read_plain(decode(_bytes_of(part), http_charset=part.get_content_charset()))
    return None


def read_docx(data: bytes, most: int, room: int = MOST_PICTURES) -> Submission:
    """Return the text of a Word document, its tables where they stand, and its pictures.

    The title is what Word's styles say (Title, else Heading 1), and a caption stands below its
    picture. ``room``: for so many pictures; the rest is left out with a warning.

    Raises:
        ParseError: it is no Word document.
        TooLargeError: it unpacks to more than ``most`` bytes.
    """
    if _unpacked_size(data) > most:
        raise TooLargeError(f"the Word document unpacks to more than {most:,} bytes")
    try:
        document = read_word(data)
    except Exception as error:  # noqa: BLE001 - python-docx raises lxml's, zipfile's and its own
        raise ParseError(f"not a Word document that can be read: {error}") from None
    pictures, warnings = [], []
    if len(document.pictures) > room:
        warnings.append(f"more than {MOST_PICTURES} pictures: the rest was left out")
    for one in document.pictures[: max(0, room)]:
        try:
            made = read_picture(one.name, one.data)
        except CollectError as error:
            warnings.append(f"picture {one.name.rpartition('/')[2][:60]!r}: {error}: left out")
        else:
            pictures.append(replace(made, caption=one.caption, credit=one.credit))
    plain = read_plain("\n".join(document.lines), document.headline)
    if document.headline:  # stated as by 标题：, so that no subject of a mail stands before it
        plain = replace(plain, head={"title": plain.title} | plain.head)
    return replace(plain, pictures=tuple(pictures), warnings=tuple(warnings))


def _unpacked_size(data: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ParseError(f"not a Word document that can be read: {error}") from None


def read_plain(content: str, headline: str = "") -> Submission:
    """Return a plain text with the head it may have; ``headline``: the line known as its title."""
    plain = read_text(content, headline)
    return Submission(plain.title, plain.text, head=plain.head)


def _read_body(message: EmailMessage) -> Submission:
    """Return a mail's own text; a single line is a text here, since the subject is its title."""
    body = _body(message)
    plain = read_plain(body)
    return plain if plain.text else replace(plain, title="", text=body)


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
    moment = read_mail_date(get_header(message, "Date"))
    return moment if moment and moment.tzinfo else None


def _plain_subject(subject: str) -> str:
    subject = tidy(subject)
    while subject.startswith(_PREFIXES):
        subject = subject[next(len(one) for one in _PREFIXES if subject.startswith(one)) :].strip()
    return subject
