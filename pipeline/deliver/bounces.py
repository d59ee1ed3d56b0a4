"""What came back: delivery reports, complaints, out-of-office notes, and bounces of any make.

RFC 3464 reports and RFC 5965 complaints are read here, RFC 3834 auto-replies recognised, the rest is
left to flufl.bounce and to the words of the message. What this module never does: suppress anybody.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from enum import StrEnum
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from charset_normalizer import from_bytes
from flufl.bounce import all_failures

from pipeline.deliver.replies import DELAYED, Kind, judge

if TYPE_CHECKING:
    from collections.abc import Iterator


class BounceKind(StrEnum):
    """What a message that came back says."""

    HARD = "hard"  # nobody there
    SOFT = "soft"  # full, unreachable, too much at once
    BLOCK = "block"  # the sender or the content is not wanted
    COMPLAINT = "complaint"  # the reader pressed "spam"
    AUTO_REPLY = "auto-reply"  # a person is away
    UNKNOWN = "unknown"  # nothing that we can read


@dataclass(frozen=True, slots=True)
class Bounce:
    """One message that came back, as it was read."""

    kind: BounceKind
    recipient: str  # "": the message names nobody
    message_id: str  # of the mail that it answers, with its brackets; "": it does not say
    rule: str  # which rule decided
    words: str  # the words that it decided by
    digest: str  # SHA-256 of the message: read twice, it is the same


# RFC 5322 §3.2.3: every sign that a local part may have without being quoted.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]")
_QUOTED = {"'": "'", "`": "'`", "*": "*", "|": "|", "{": "}", "/": "/"}  # what ends what begins so
_MESSAGE_ID = re.compile(
    r"^(?:X-Original-)?Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE
)
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?:[- ]|\s+#?)")
_AWAY = re.compile(
    r"^(?:自动回复|自动答复|\[?自动回复\]?|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"vacation|休假|外出)",
    re.IGNORECASE,
)
_FROM_SYSTEM = re.compile(
    r"mailer-daemon|postmaster|mail delivery|系统退信|邮件系统|bounce", re.IGNORECASE
)
_BOUNCED = re.compile(
    r"退信|退回|undeliver|delivery (?:status|failure|has failed)|returned mail|mail delivery failed|"
    r"投递失败|发送失败|无法(?:投递|送达)|failure notice|delivery incomplete|无法发送",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MOST_WORDS = 600  # characters kept as evidence
_MOST_HEADER = 5000  # characters that are read of one header
# The email package takes the square of its length, or more, for each; no server writes such a one.
_ENDLESS_TYPE = re.compile(
    rb"(?:\A|[\r\n])content-type:(?:[^\r\n]|\r?\n[ \t]|\r[ \t]){2000}", re.IGNORECASE
)
_KINDS = {
    Kind.HARD: BounceKind.HARD, Kind.SOFT: BounceKind.SOFT, Kind.BLOCK: BounceKind.BLOCK,
    Kind.THROTTLE: BounceKind.SOFT,
}  # fmt: skip


def read_bounce(data: bytes) -> Bounce:
    """Return what a message says; any bytes give an answer.

    No control character and no half of a character is in it: PostgreSQL stores neither, and a
    terminal would obey the first.
    """
    try:
        found = _read(data)
    except Exception:  # noqa: BLE001 - the email package stumbles over some: left to a person
        digest = hashlib.sha256(data).hexdigest()
        found = Bounce(BounceKind.UNKNOWN, "", "", "unreadable", "", digest)
    return replace(
        found,
        message_id=found.message_id if found.message_id.isprintable() else "",
        words=" ".join(_CONTROL.sub(" ", found.words).split()),
    )


def _read(data: bytes) -> Bounce:
    digest = hashlib.sha256(data).hexdigest()
    if _ENDLESS_TYPE.search(data):
        return Bounce(BounceKind.UNKNOWN, "", "", "unreadable", "", digest)
    message = message_from_bytes(data)  # of the newer policies each header may raise
    original = _original_id(message)
    report = (
        message.get_param("report-type")
        if message.get_content_type() == "multipart/report"
        else None
    )
    if str(report).lower() == "feedback-report":
        who, words = _complainant(message)
        return Bounce(BounceKind.COMPLAINT, who, original, "rfc5965", words, digest)
    for recipient, action, code, words in _reports(message):
        verdict = judge(code, words)
        kind, rule = _KINDS[verdict.kind], verdict.rule
        if action == DELAYED:  # a warning: the server goes on trying
            kind, rule = BounceKind.SOFT, DELAYED
        return Bounce(kind, recipient, original, rule, words[:_MOST_WORDS], digest)
    subject = _header(message, "Subject")
    text = _text(message)
    if _is_auto_reply(message, subject):
        who = _sender(message)
        return Bounce(BounceKind.AUTO_REPLY, who, original, "rfc3834", subject[:200], digest)
    return _by_words(message, subject, text, original, digest)


def _reports(message: Message) -> Iterator[tuple[str, str, int | None, str]]:
    """Yield (recipient, action, SMTP code, words) of every failed recipient of an RFC 3464 report."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            action = _header(block, "Action").lower()
            named = _header(block, "Final-Recipient") or _header(block, "Original-Recipient")
            if not named or action in {"delivered", "relayed", "expanded"}:
                continue
            diagnosis, status = _header(block, "Diagnostic-Code"), _header(block, "Status")
            bare = re.sub(r"^\s*[\w.-]+\s*;\s*", "", diagnosis)
            found = _CODE.match(bare) or _CODE.search(bare)
            words = f"{bare} {status}" if status and status not in bare else bare
            code = int(found[1]) if found else _code_of(status)
            yield _address(named), action, code, words or _text(message)[:_MOST_WORDS]


def _code_of(status: str) -> int | None:
    """Return the SMTP code that stands for an enhanced status without one."""
    return {"4": 450, "5": 550}.get(status[:1])


def _by_words(message: Message, subject: str, text: str, original: str, digest: str) -> Bounce:
    """Judge a bounce that is no report: flufl.bounce finds the address, its words the kind."""
    soft, failed = _failures(message)
    is_system = bool(_FROM_SYSTEM.search(_header(message, "From")) or _BOUNCED.search(subject))
    if not failed and not soft and not is_system:
        return Bounce(BounceKind.UNKNOWN, "", original, "none", subject[:200], digest)
    own = {_sender(message), original.strip("<>").lower()}  # a Message-ID looks like an address
    named = [*failed, *soft, *_addresses(text)]
    strangers = (one for one in named if one.lower() not in own)
    recipient = next((one for one in strangers if not _FROM_SYSTEM.search(one)), "")
    code = _CODE.search(text)
    said = " ".join(f"{subject} {text}".split())
    verdict = judge(int(code[1]) if code else None, said)
    if verdict.rule in {"5yz", "4yz"} and not code:
        return Bounce(BounceKind.UNKNOWN, recipient, original, "none", said[:_MOST_WORDS], digest)
    return Bounce(
        _KINDS[verdict.kind], recipient, original, verdict.rule, said[:_MOST_WORDS], digest
    )


def _failures(message: Message) -> tuple[list[str], list[str]]:
    """Return the (temporary, permanent) addresses that flufl.bounce finds."""
    if not _ADDRESS.search(_header(message, "From")):
        return [], []  # its detectors stumble over a message from nobody
    for name, value in message.items():
        if isinstance(value, Header):  # bytes without a label; the detectors expect text
            message.replace_header(name, _header(message, name))
    try:
        found = all_failures(message)
    except Exception:  # noqa: BLE001 - a detector that stumbles is one that finds nothing
        return [], []
    soft, hard = (sorted(one.decode("ascii", "replace") for one in part) for part in found)
    return soft, hard


def _is_auto_reply(message: Message, subject: str) -> bool:
    stated = _header(message, "Auto-Submitted").lower()
    if stated.startswith("auto-replied"):
        return True
    if _FROM_SYSTEM.search(_header(message, "From")):
        return False
    marked = any(
        _header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
    )
    precedence = _header(message, "Precedence").lower() == "auto_reply"
    return marked or precedence or bool(_AWAY.search(subject.strip()))


def _complainant(message: Message) -> tuple[str, str]:
    """Return who complained, and how the report says so."""
    who = words = ""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            text = _decoded(part)
            found = re.search(r"^Original-Rcpt-To:\s*(.+)$", text, re.IGNORECASE | re.MULTILINE)
            who = _address(found[1]) if found else who
            kind = re.search(r"^Feedback-Type:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
            words = f"Feedback-Type: {kind[1]}" if kind else "complaint"
    return who or _original_to(message), words


def _original_id(message: Message) -> str:
    """Return the Message-ID of the mail that is answered."""
    for part in message.walk():
        if part is message:
            continue
        if part.get_content_type() in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
        }:
            found = _MESSAGE_ID.search(_decoded(part))
            if found:
                return found[1]
    answered = (_header(message, "In-Reply-To") or _header(message, "References")).split()
    if answered:
        return answered[-1]
    found = _MESSAGE_ID.search(_text(message))
    return found[1] if found else ""


def _original_to(message: Message) -> str:
    for part in message.walk():
        if part is not message and part.get_content_type() in {
            "message/rfc822",
            "text/rfc822-headers",
        }:
            found = re.search(r"^To:\s*(.+)$", _decoded(part), re.IGNORECASE | re.MULTILINE)
            if found:
                return _address(found[1])
    return ""


def _text(message: Message) -> str:
    """Return the words of a message: its plain parts, else its HTML ones."""
    plain = [_decoded(part) for part in message.walk() if part.get_content_type() == "text/plain"]
    if plain:
        return "\n".join(plain)
    found = [_decoded(part) for part in message.walk() if part.get_content_type() == "text/html"]
    return "\n".join(BeautifulSoup(one, "lxml").get_text(" ") for one in found)


def _decoded(part: Message) -> str:
    """Return a part's text, also where its charset is a lie."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return part.as_string() if part.is_multipart() else str(part.get_payload())
    return _to_text(payload, part.get_content_charset() or "utf-8")


def _to_text(data: bytes, charset: str) -> str:
    """Return the text of bytes, also where their label is a lie."""
    charset = charset.lower()
    charset = "gb18030" if charset in {"gb2312", "gbk"} else charset
    try:
        return data.decode(charset)
    except (LookupError, ValueError):  # no such charset, or bytes that are not of it
        best = from_bytes(data).best()
        return str(best) if best else data.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    """Return a header in one line, its encoded words read; "" when there is none.

    Of a long one the beginning: who sends a bounce may write a megabyte.
    """
    lowered = name.lower()
    found = (str(value) for key, value in message.raw_items() if key.lower() == lowered)
    raw = next(found, "")[:_MOST_HEADER]
    if not raw.isascii():  # bytes without a label: the email package keeps them as surrogates
        with suppress(UnicodeEncodeError):
            data = raw.encode("ascii", "surrogateescape")
            raw = _to_text(data, "utf-8" if _is_utf8(data) else "gb18030")
    text = raw
    with suppress(HeaderParseError, ValueError):
        text = "".join(
            one if isinstance(one, str) else _to_text(one, label or "raw-unicode-escape")
            for one, label in decode_header(raw)
        )
    return " ".join(text.split())


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _address(named: str) -> str:
    return next(_addresses(named), "")


def _addresses(text: str) -> Iterator[str]:
    """Yield every address, without the signs that some servers put around one."""
    for found in _ADDRESS.finditer(text):
        one, behind = found[0], text[found.end() : found.end() + 1]
        is_quoted = behind and behind in _QUOTED.get(one[0], "")
        yield one[1:] if is_quoted and one[1] != "@" else one


def _sender(message: Message) -> str:
    return _address(_header(message, "From")).lower()
