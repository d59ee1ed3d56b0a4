"""Messages joined from bytes mean what the standard library would build, and carry two signatures."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from email import message_from_bytes, policy

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.deliver.addresses import to_wire
from pipeline.deliver.dkim import Signer, SigningKey, load_key
from pipeline.deliver.message import Links, Masthead, Template
from pipeline.errors import ConfigError, PermanentDeliveryError
from pipeline.model import Edition, Preferences

AT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
MASTHEAD = Masthead("weekly@news.example", "示例社区周报", "", "示例社区周报")
TOKENS = ("__VIEW__", "__PREFERENCES__", "__UNSUBSCRIBE__")

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)
bodies = st.lists(st.one_of(words, st.sampled_from([*TOKENS, "\n", "。", "."])), max_size=20)


def links(token: str = "a" * 40) -> Links:
    site = "https://news.example"
    return Links(f"{site}/issues/2026-W47/", f"{site}/p/{token}", f"{site}/u/{token}")


def edition(html: str, text: str, subject: str = "示例") -> Edition:
    return Edition("2026-W47-0123", "2026-W47", Preferences(), subject, html, text)


def build(one: Edition, email: str = "reader@mail.example", signer: Signer | None = None) -> bytes:
    template = Template(one, MASTHEAD, links())
    return template.build(to_wire(email), "<1@news.example>", AT, links("b" * 40), signer)


def filled(content: str) -> str:
    own = links("b" * 40)
    for token, link in zip(TOKENS, (own.view, own.preferences, own.unsubscribe), strict=True):
        content = content.replace(token, link)
    return "\r\n".join(content.splitlines())


@settings(max_examples=150)
@given(bodies, bodies, words)
def test_what_a_mail_program_reads_is_the_edition_with_the_readers_links(
    html: list[str], text: list[str], subject: str
) -> None:
    one = edition("".join(html), "".join(text), subject)
    data = build(one)
    message = message_from_bytes(data, policy=policy.default)
    assert message["To"] == "reader@mail.example"
    assert message["List-Unsubscribe"] == f"<{links('b' * 40).unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert " ".join(str(message["Subject"]).split()) == " ".join(subject.split())
    parts = {part.get_content_type(): part for part in message.walk()}
    for kind, content in (("text/plain", one.text), ("text/html", one.html)):
        found = parts[kind].get_content()
        assert "\r\n".join(found.splitlines()) == filled(content)
    lines = data.split(b"\r\n")
    assert all(len(line) <= 998 and not line.startswith(b".") for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(st.text(max_size=60))
def test_no_subject_can_add_a_header(subject: str) -> None:
    one = edition("x", "x", f"示例\r\nBcc: a@b.example\n{subject}")
    message = message_from_bytes(build(one), policy=policy.default)
    assert message["Bcc"] is None
    assert message.get_all("To") == ["reader@mail.example"]


@pytest.mark.parametrize(
    "email",
    ["a\r\nRCPT TO:<b@c.example>", "a b@c.example", "<a@c.example>", "a@", "@b", "a@b\n.c", ""],
)
def test_what_is_no_address_is_never_put_on_the_wire(email: str) -> None:
    with pytest.raises(PermanentDeliveryError):
        to_wire(email)


def test_the_same_arguments_give_the_same_bytes_and_nobody_elses_address() -> None:
    one = edition("<p>示例__UNSUBSCRIBE__</p>", "示例")
    assert build(one) == build(one)
    mine, other = build(one, "mine@mail.example"), build(one, "other@mail.example")
    assert b"other@" not in mine
    assert b"mine@" not in other


def test_nothing_in_a_mail_tells_two_readers_apart_but_their_own_links() -> None:
    one = edition(f"<p>示例 {' '.join(TOKENS)} <a href='https://a.example/x'>x</a></p>", "示例")
    template = Template(one, MASTHEAD, links())
    seen = set()
    for token in ("b" * 40, "c" * 40):
        data = template.build(to_wire("a@b.example"), "<1@news.example>", AT, links(token))
        read = message_from_bytes(data, policy=policy.default).get_body(("html",))
        assert read is not None
        content = read.get_content()
        assert "<img" not in content, "no picture counts who opens it"
        seen.add(content.replace(token, "…"))
    assert len(seen) == 1


def keys() -> tuple[SigningKey, SigningKey]:
    return (
        SigningKey(rsa.generate_private_key(65537, 2048), "r1", "news.example"),
        SigningKey(ed25519.Ed25519PrivateKey.generate(), "e1", "news.example"),
    )


def record(one: SigningKey) -> str:
    """Return the TXT record that docs/delivery.md has its reader make with openssl."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    data = one.key.public_key().public_bytes(serialization.Encoding.DER, form)
    kind = one.algorithm.partition("-")[0]
    data = data[-32:] if kind == "ed25519" else data
    return f"v=DKIM1; k={'rsa' if kind == 'rsa' else kind}; p={b64encode(data).decode()}"


@settings(max_examples=15)
@given(bodies, words)
def test_both_signatures_are_good_and_a_changed_byte_breaks_them(
    text: list[str], subject: str
) -> None:
    pair = keys()
    records = {f"{one.selector}._domainkey.news.example.": record(one) for one in pair}
    data = build(edition("<p>示例</p>", "".join(text), subject), signer=Signer(pair))

    def ask(name: bytes | str, timeout: int = 5) -> bytes:  # noqa: ARG001 - dkimpy's form
        wanted = name.decode() if isinstance(name, bytes) else name
        return records[wanted].encode()

    assert data.count(b"DKIM-Signature:") == 2
    for number in (0, 1):
        assert dkim.DKIM(data).verify(idx=number, dnsfunc=ask)
    changed = data.replace(b"To: reader@", b"To: header@", 1)
    assert not dkim.DKIM(changed).verify(idx=0, dnsfunc=ask)


def test_a_key_that_may_not_sign_is_named() -> None:
    short = rsa.generate_private_key(65537, 1024).private_bytes(  # noqa: S505 - what is refused
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(ConfigError, match="1024 bits are too few"):
        load_key(short, "s", "news.example", name="key.pem")
    with pytest.raises(ConfigError, match="not a PEM private key"):
        load_key(b"nonsense", "s", "news.example", name="key.pem")
