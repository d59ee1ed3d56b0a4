"""DKIM signatures (RFC 6376, RFC 8463): relaxed/relaxed, one for each key, by ``cryptography``.

Bodies come in canonical form already (base64 lines, one empty line less than none), so their hash
is taken as they stand; a test checks that. What this module never does: read a file or the DNS.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from pipeline.errors import ConfigError

Field = tuple[str, bytes]  # the name in small letters, the line in relaxed form with CRLF

# Named once more than they occur: nobody can add another one on the way (RFC 6376 §5.4.2).
_SEALED = frozenset({"from", "to", "subject", "date", "message-id", "list-unsubscribe"})
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_PADDING, _HASHED = padding.PKCS1v15(), Prehashed(hashes.SHA256())
_LEAST_BITS = 2048  # RFC 8301 §3.2 asks for 1024 and recommends this


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the name its public half is published under."""

    key: RSAPrivateKey | Ed25519PrivateKey
    selector: str
    domain: str

    @property
    def algorithm(self) -> str:
        """The value of ``a=``."""
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"


def load_key(pem: bytes, selector: str, domain: str, *, name: str) -> SigningKey:
    """Return the key of a PEM file; ``name`` is how messages call it.

    Raises:
        ConfigError: no key that may sign, or names that no DNS holds.
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError(f"{name}: not a PEM private key without a password") from None
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ConfigError(f"{name}: DKIM knows RSA and Ed25519 keys only")
    if isinstance(key, RSAPrivateKey) and key.key_size < _LEAST_BITS:
        raise ConfigError(f"{name}: {key.key_size} bits are too few; make an RSA key of 2048")
    for word, variable in ((selector, "DKIM_SELECTOR"), (domain, "DKIM_DOMAIN")):
        if not _WORD.fullmatch(word):
            raise ConfigError(f"{variable}: {word!r} is no name in the DNS")
    return SigningKey(key, selector, domain)


class Signer:
    """Signs with every key it was given: who knows no Ed25519 yet still verifies RSA."""

    def __init__(self, keys: tuple[SigningKey, ...]) -> None:
        self._keys = keys
        # An issue's messages differ in two values of equal length: the rest is written once.
        self._heads: dict[tuple[str, ...], list[_Head]] = {}

    def sign(self, fields: list[Field], body_hash: bytes, timestamp: int) -> bytes:
        """Return the DKIM-Signature lines that belong in front of the message.

        ``fields`` are all headers of the message, each name once; ``body_hash`` is base64.
        """
        moment, hash_ = str(timestamp), body_hash.decode("ascii")
        names = tuple(name for name, _ in fields)
        heads = self._heads.get(names)
        if heads is None or (heads and heads[0].lengths != (len(moment), len(hash_))):
            lengths = len(moment), len(hash_)
            heads = self._heads[names] = [_Head(key, names, lengths) for key in self._keys]
        signed = b"".join([line for _, line in fields])
        made = []
        for key, head in zip(self._keys, heads, strict=True):
            digest = hashlib.sha256(signed + head.fill(head.flat, moment, hash_)).digest()
            if isinstance(key.key, RSAPrivateKey):
                value = key.key.sign(digest, _PADDING, _HASHED)
            else:
                value = key.key.sign(digest)  # RFC 8463 §3: Ed25519 over the SHA-256
            made += [head.fill(head.folded, moment, hash_), _cut(b64encode(value)), b"\r\n"]
        return b"".join(made)

    def sign_whole(self, data: bytes, timestamp: int) -> bytes:
        """Return a message with its signatures before it; as it is where it has one.

        Its line ends are CRLF. For single mails of any make: an issue's are canonical already.
        """
        head, _, body = data.partition(b"\r\n\r\n")
        lines = re.split(r"\r\n(?![ \t])", head.decode("utf-8", "surrogateescape"))
        named = [line.partition(":") for line in lines]
        fields = [canonical_header(name.strip(), value) for name, _, value in named]
        if any(name == "dkim-signature" for name, _ in fields):
            return data
        body_hash = b64encode(hashlib.sha256(canonical_body(body)).digest())
        return self.sign(fields, body_hash, timestamp) + data


class _Head:
    """A DKIM-Signature up to its value, in both forms, with room for a time and a body's hash."""

    def __init__(self, key: SigningKey, names: tuple[str, ...], lengths: tuple[int, int]) -> None:
        self.lengths = lengths
        named: list[str] = []
        for name in names:
            named += [name, name] if name in _SEALED else [name]
        listed = " ".join(f"{name}:" for name in named).removesuffix(":")
        moment, hash_ = "\0" * lengths[0], "\1" * lengths[1]
        head = (
            f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector}; "
            f"t={moment}; h={listed}; bh={hash_}; b="
        )
        self.flat = self._split(f"dkim-signature:{head}")
        self.folded = self._split(_fold(f"DKIM-Signature: {head}"))

    @staticmethod
    def fill(pieces: list[str], moment: str, hash_: str) -> bytes:
        """Return a form with its two values."""
        before, between, after = pieces
        return f"{before}{moment}{between}{hash_}{after}".encode("ascii")

    @staticmethod
    def _split(text: str) -> list[str]:
        return re.split("\0+|\1+", text)


def canonical_header(name: str, value: str) -> Field:
    """Return one header in relaxed form (RFC 6376 §3.4.2)."""
    lower = name.lower()
    flat = value.strip(" \t")
    if "  " in flat or "\t" in flat or "\r\n" in flat:
        flat = re.sub(r"[ \t]+", " ", value.replace("\r\n", "")).strip(" ")
    return lower, f"{lower}:{flat}\r\n".encode("utf-8", "surrogateescape")


def canonical_body(body: bytes) -> bytes:
    """Return a body in relaxed form (RFC 6376 §3.4.4)."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _fold(text: str, width: int = 76) -> str:
    """Break at spaces; each break stands before a space, so unfolding gives the text back."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = " " + word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n".join([*lines, line])


def _cut(text: bytes, width: int = 72) -> bytes:
    return b"".join([b"\r\n " + text[at : at + width] for at in range(0, len(text), width)])
