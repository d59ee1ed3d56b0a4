"""Headers of mails as Chinese programs write them.

That is: encoded words cut within a character, labels of a smaller charset than is used, bytes
without any label. What this module never does: trust what a header says.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.utils import getaddresses
from typing import TYPE_CHECKING

from pipeline.collect.charsets import decode
from pipeline.collect.storable import storable

if TYPE_CHECKING:
    from email.message import Message

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?)")  # white space between words is none of theirs


def get_header(message: Message, name: str) -> str:
    """Return a header's text, decoded and unfolded; "" when there is none (RFC 2047)."""
    lowered = name.lower()
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == lowered), "")
    return decode_words(raw)


def get_file_name(part: Message) -> str:
    """Return what the sender calls an attachment, for people only; "" when it has no name."""
    return decode_words(str(part.get_filename() or ""))


def get_sender(message: Message) -> str:
    """Return the name that a mail's sender shows; "" when there is none but an address."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == "from"), "")
    found = getaddresses([_unescaped(raw)])
    return decode_words(found[0][0]) if found else ""


def decode_words(raw: str) -> str:
    """Return a header's text: words of one charset that follow each other are decoded as one."""
    text = _BETWEEN.sub("", _unescaped(raw))
    out, at, held = "", 0, b""
    charset = ""
    for word in _WORD.finditer(text):
        data = _bytes_of(word[2], word[3])
        label = word[1].partition("*")[0].lower()
        if held and (word.start() > at or label != charset):
            out, held = out + decode(held, http_charset=charset), b""
        out += text[at : word.start()]
        held, charset, at = held + data, label, word.end()
    if held:
        out += decode(held, http_charset=charset)
    return storable(" ".join((out + text[at:]).split()))


def _bytes_of(kind: str, data: str) -> bytes:
    raw = data.encode("ascii", "replace")
    if kind in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


def _unescaped(raw: str) -> str:
    """Return a header whose bytes had no label: the email package keeps them as surrogates."""
    if raw.isascii():
        return raw
    try:
        return decode(raw.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:  # already text
        return raw
