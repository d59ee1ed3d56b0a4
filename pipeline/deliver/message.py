"""Messages: an edition encoded once, then bytes joined for each subscriber.

The body is base64 in lines of 57 bytes. The links that differ from reader to reader have the same
length for everybody, so only the lines they stand in are encoded again; everything else is the same
bytes for all. No `EmailMessage` is built on the way; a test proves the two equal in meaning. What
this module never does: render, choose recipients, or send.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import b2a_base64
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.calendar import SHANGHAI
from pipeline.deliver.addresses import WireAddress, to_wire
from pipeline.deliver.dkim import canonical_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipeline.deliver.dkim import Signer
    from pipeline.model import Edition

_LINE, _WIDTH = 57, 76  # bytes that make one base64 line, and its characters (RFC 2045 §6.8)
_TOKEN = re.compile(rb"__(VIEW|PREFERENCES|UNSUBSCRIBE)__")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LINK = re.compile(r"https?://[A-Za-z0-9:/._~%\[\]-]+")
TEST_MARK = "【测试】"


@dataclass(frozen=True, slots=True)
class Masthead:
    """What every message of the newsletter says of its sender."""

    sender: str
    sender_name: str
    reply_to: str = ""  # "": the sender
    list_name: str = ""  # shown before List-Id


@dataclass(frozen=True, slots=True)
class Links:
    """One reader's three addresses. All readers' have the same lengths."""

    view: str
    preferences: str
    unsubscribe: str

    def __post_init__(self) -> None:
        """Refuse what could leave an attribute, a line or a header."""
        for link in (self.view, self.preferences, self.unsubscribe):
            if not _LINK.fullmatch(link):
                raise ValueError(f"not a link that a mail may carry: {link!r}")

    @property
    def lengths(self) -> tuple[int, int, int]:
        """How many bytes each takes."""
        return len(self.view), len(self.preferences), len(self.unsubscribe)


class _Part:
    """One body part as lines: some encoded already, some holding a link."""

    def __init__(self, content: str, lengths: dict[bytes, int]) -> None:
        text = re.sub(r"\r\n?|\n", "\r\n", content)  # the form of RFC 2045 §2.8
        pieces: list[bytes] = []  # even: as it stands; odd: a token's name
        at = 0
        data = text.encode("utf-8", "replace")
        for found in _TOKEN.finditer(data):
            pieces += [data[at : found.start()], found[1]]
            at = found.end()
        pieces.append(data[at:])
        self.chunks = list(_chunks(pieces, lengths))

    def encode(self, links: dict[bytes, bytes]) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, bytes):
                yield chunk
            else:
                yield _lines(b"".join([links[one] if odd else one for odd, one in chunk]))


def _chunks(
    pieces: list[bytes], lengths: dict[bytes, int]
) -> Iterator[bytes | list[tuple[bool, bytes]]]:
    """Yield encoded runs of whole lines, and the pieces of the lines that hold links."""
    pending: list[tuple[bool, bytes]] = []  # pieces of the lines not yet closed
    filled = 0  # bytes in them
    for index, piece in enumerate(pieces):
        if index % 2:
            pending.append((True, piece))
            filled += lengths[piece]
            continue
        missing = -filled % _LINE  # until the open line is whole
        last = index == len(pieces) - 1
        if not pending or len(piece) >= missing or last:
            head, rest = piece[:missing], piece[missing:]
            if pending:
                yield [*pending, (False, head)]
            whole = rest if last else rest[: len(rest) - len(rest) % _LINE]
            if whole:
                yield _lines(whole)
            tail = rest[len(whole) :]
            pending, filled = ([(False, tail)], len(tail)) if tail else ([], 0)
        else:
            pending.append((False, piece))
            filled += len(piece)


def _lines(data: bytes) -> bytes:
    whole = b2a_base64(data, newline=False)
    return b"".join([whole[at : at + _WIDTH] + b"\r\n" for at in range(0, len(whole), _WIDTH)])


class Template:
    """One edition, ready to be addressed."""

    def __init__(
        self, edition: Edition, masthead: Masthead, links: Links, *, test: bool = False
    ) -> None:
        """Encode the edition; ``links`` are anybody's, for their lengths."""
        self.edition = edition.id
        self.lengths = links.lengths
        digest = hashlib.sha256(edition.id.encode()).hexdigest()[:24]
        # "=_" cannot stand in base64: no part can hold the boundary.
        boundary = f"=_{digest}"
        lengths = dict(zip((b"VIEW", b"PREFERENCES", b"UNSUBSCRIBE"), links.lengths, strict=True))
        self._text = _Part(edition.text, lengths)
        self._html = _Part(edition.html, lengths)
        self._between = [
            (
                f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n"
            ).encode("ascii")
            for kind in ("plain", "html")
        ] + [f"--{boundary}--\r\n".encode("ascii")]
        sender = to_wire(masthead.sender)
        local = sender.text.partition("@")[0]
        subject = (TEST_MARK if test else "") + edition.subject
        static = [
            ("From", mailbox(masthead.sender_name, sender)),
            ("Reply-To", to_wire(masthead.reply_to or masthead.sender).text),
            ("Subject", encode_text("Subject", subject)),
            ("MIME-Version", "1.0"),
            ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
            ("List-Id", _list_id(masthead.list_name, f"{local}.{sender.domain}")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058 §3.1
            ("Precedence", "bulk"),
            # Gmail's form: three names of ours, then the sender (5 to 15 characters).
            ("Feedback-ID", f"{digest[:8]}:{edition.week}:weekly:{_sender_id(sender.domain)}"),
        ]
        self._static = b"".join(f"{name}: {value}\r\n".encode() for name, value in static)
        self._canonical = [canonical_header(name, value) for name, value in static]

    def build(
        self, to: WireAddress, message_id: str, date: datetime, links: Links,
        signer: Signer | None = None,
    ) -> bytes:  # fmt: skip
        """Return the whole message with CRLF line ends; no line of it begins with a dot.

        The same arguments give the same bytes, so a retry is the same message.
        """
        if links.lengths != self.lengths:
            raise ValueError("a link of another length than the template was made for")
        replaced = {
            b"VIEW": links.view.encode("ascii"),
            b"PREFERENCES": links.preferences.encode("ascii"),
            b"UNSUBSCRIBE": links.unsubscribe.encode("ascii"),
        }
        text_head, html_head, end = self._between
        body = b"".join(
            (text_head, *self._text.encode(replaced), html_head, *self._html.encode(replaced), end)
        )
        own = [
            ("To", to.text),
            ("Date", _write_date(date)),
            ("Message-ID", message_id),
            ("List-Unsubscribe", f"<{links.unsubscribe}>"),
        ]
        headers = "".join(f"{name}: {value}\r\n" for name, value in own).encode() + self._static
        signature = b""
        if signer is not None:
            fields = [canonical_header(name, value) for name, value in own] + self._canonical
            body_hash = b64encode(hashlib.sha256(body).digest())
            signature = signer.sign(fields, body_hash, int(date.timestamp()))
        return b"".join((signature, headers, b"\r\n", body))


def build_notice(
    masthead: Masthead, to: Sequence[str], subject: str, text: str, message_id: str, date: datetime
) -> bytes:
    """Return a plain message that no person wrote: to editors, never to the list (RFC 3834)."""
    fields = [
        ("From", mailbox(masthead.sender_name, to_wire(masthead.sender))),
        ("To", ", ".join(to_wire(one).text for one in to)),
        ("Subject", encode_text("Subject", subject)),
        ("Date", format_datetime(date.astimezone(SHANGHAI))),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
    part = _Part(text, {b"VIEW": 8, b"PREFERENCES": 15, b"UNSUBSCRIBE": 15})
    same = {name: b"__" + name + b"__" for name in (b"VIEW", b"PREFERENCES", b"UNSUBSCRIBE")}
    return head + b"\r\n" + b"".join(part.encode(same))


@lru_cache(maxsize=64)
def _write_date(date: datetime) -> str:
    """Return a Date: as it is written; a page of readers has one and the same."""
    return format_datetime(date.astimezone(SHANGHAI))


def clean(text: str) -> str:
    """Return a text that cannot leave its header line."""
    return " ".join(_CONTROL.sub(" ", text).split())


def encode_text(name: str, text: str) -> str:
    """Return unstructured header text: as it stands if ASCII, else encoded words (RFC 2047)."""
    value = clean(text)
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    return Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")


def mailbox(name: str, address: WireAddress) -> str:
    """Return ``name <address>``."""
    shown = clean(name)
    if not shown:
        return address.text
    if shown.isascii() and "=?" not in shown:
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address.text}>'
    return f"{encode_text('From', shown)} <{address.text}>"


def _list_id(name: str, identifier: str) -> str:
    shown = mailbox(name, WireAddress("", "", needs_utf8=False)).removesuffix(" <>")
    return f"{shown} <{identifier}>" if shown else f"<{identifier}>"


def _sender_id(domain: str) -> str:
    return (re.sub(r"[^a-z0-9]", "", domain) + "weekly")[:15]
