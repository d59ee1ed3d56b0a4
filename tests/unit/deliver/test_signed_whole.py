"""Single mails of any make are signed as they stand, and a verifier finds them so."""

from __future__ import annotations

from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver.dkim import Signer, SigningKey, canonical_body

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
RECORD = b"v=DKIM1; k=ed25519; p=" + b64encode(PUBLIC)
SIGNER = Signer((SigningKey(KEY, "s1", "news.example"),))


def verify(data: bytes) -> bool:
    return bool(dkim.verify(data, dnsfunc=lambda *_, **__: RECORD))


@pytest.mark.parametrize("to", ["a@mail.example", "王@例子.中国"])
def test_a_mail_of_two_parts_is_signed_whole_and_once(to: str) -> None:
    mail = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    mail["From"], mail["To"] = "甬上社区周报 <weekly@news.example>", to
    mail["Subject"] = "请确认订阅" * 12
    mail["Date"], mail["Message-ID"] = "Mon, 23 Nov 2026 08:00:00 +0800", "<1@news.example>"
    mail.set_content("您好\n", cte="base64")
    mail.add_alternative("<p>您好</p>\n", subtype="html", cte="base64")
    signed = SIGNER.sign_whole(mail.as_bytes(), 1795000000)
    assert signed.endswith(mail.as_bytes())
    assert verify(signed)
    assert not verify(signed.replace(b"Mon, 23 Nov", b"Tue, 24 Nov"))
    assert SIGNER.sign_whole(signed, 1795000000) == signed


@given(st.lists(st.text(" \tab:", max_size=12), max_size=8))
def test_any_body_is_signed_as_it_stands(lines: list[str]) -> None:
    body = "\r\n".join(lines)
    head = "From: weekly@news.example\r\nTo:\ta@mail.example\r\nSubject: one\r\n  two \t three\r\n"
    assert verify(SIGNER.sign_whole(f"{head}\r\n{body}\r\n".encode(), 1795000000))


def test_a_body_of_empty_lines_has_none_in_relaxed_form() -> None:
    assert canonical_body(b"\r\n\r\n") == b""
    assert canonical_body(b"a \t b \r\n\r\n") == b"a b\r\n"
