"""A small SMTP client that leaves the final dot to its caller (RFC 5321, 2920, 3207, 4954, 6531).

A message goes in steps: `start` names sender and recipient, `accept` hears whether it is wanted,
`write` hands over its bytes, and only `finish` sends the dot that makes the receiver answer for
it, together with the next message's commands where the server takes PIPELINING. What this module
never does: decide about retries, or log a password.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.config.addresses import is_loopback
from pipeline.deliver.wire import ConnectionLostError, Wire
from pipeline.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError

if TYPE_CHECKING:
    from pipeline.deliver.replies import Reply

__all__ = ["Connection", "ConnectionLostError", "Envelope", "Refusal", "Server", "parse_server"]

_READY, _OK, _GO_AHEAD, _AUTH_STEP, _AUTHENTICATED = 220, 250, 354, 334, 235
_CLOSING = 421
_YES = 2  # 2yz
_NEVER = 5  # 5yz
_REFUSALS = {4, _NEVER}  # 4yz, 5yz
_ANSWERS = {2, 4, 5}  # to a message; anything else leaves its fate open
_LEAVE = 5.0  # seconds for a farewell


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over."""

    host: str
    port: int
    tls: str  # "none", "starttls" or "implicit"
    user: str = ""
    password: str = ""
    verify: bool = True  # the certificate must be good for `host`
    ca_file: str = ""  # PEM of the authority; "": the system's

    def __repr__(self) -> str:
        """Name the place, never the password."""
        return f"{self.host}:{self.port}"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom."""

    sender: str
    recipient: str
    needs_utf8: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not taken before its content was sent."""

    step: str  # RSET, MAIL, RCPT or DATA
    reply: Reply

    @property
    def is_of_nobody(self) -> bool:
        """Whether the server only cannot forget the message before: the connection is of no use."""
        return self.step == "RSET" and self.reply.code // 100 == _NEVER


def parse_server(url: str) -> Server:
    """Return what ``SMTP_URL`` names.

    ``smtp://user:pass@host:port?starttls=1``, ``smtps://…``; ``verify=0`` takes any certificate,
    ``ca=PATH`` names an authority of one's own.

    Raises:
        ConfigError: no mail server; the password is not shown.
    """
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    unknown = options.keys() - {"starttls", "verify", "ca"}
    try:
        port = parts.port
    except ValueError:
        raise ConfigError("SMTP_URL: the port is no number from 1 to 65535") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigError("SMTP_URL: expected smtp://user:pass@host:port?starttls=1 or smtps://…")
    if unknown:
        raise ConfigError(
            f"SMTP_URL: unknown option {min(unknown)!r}; there are starttls, verify, ca"
        )
    implicit = parts.scheme == "smtps"
    starttls = options.get("starttls", "0") not in {"0", "no", "false", ""}
    server = Server(
        host=parts.hostname,
        port=port or (465 if implicit else 587 if starttls else 25),
        tls="implicit" if implicit else "starttls" if starttls else "none",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        verify=options.get("verify", "1") not in {"0", "no", "false"},
        ca_file=options.get("ca", ""),
    )
    if server.ca_file and not Path(server.ca_file).is_file():
        raise ConfigError(f"SMTP_URL: ca={server.ca_file}: no such file")
    if server.user and server.tls == "none" and not is_loopback(server.host):
        raise ConfigError(
            "SMTP_URL: a password would cross the network unprotected; add ?starttls=1 or use smtps"
        )
    return server


class Connection:
    """One conversation with a mail server."""

    def __init__(self, wire: Wire, timeout: float) -> None:
        self._wire = wire
        self._timeout = timeout
        self._features: dict[str, str] = {}
        self._said: list[str] = []  # the lines of the last reply
        self._envelope: Envelope | None = None  # started, its answers not yet read
        self._is_in_content = False  # the server waits for content: no command would be one
        self._needs_reset = False
        self._reset_sent = False
        self.sent = 0  # messages whose dot was sent

    @classmethod
    async def open(cls, server: Server, timeout: float) -> Connection:  # noqa: ASYNC109 - of every step
        """Connect, greet, secure and sign in.

        Raises:
            TransientDeliveryError: the server cannot be reached or is busy.
            PermanentDeliveryError: certificate, STARTTLS or sign-in is refused.
        """
        context = _context(server) if server.tls != "none" else None
        implicit = server.tls == "implicit"
        try:
            async with asyncio.timeout(timeout):
                _, wire = await asyncio.get_running_loop().create_connection(
                    Wire, server.host, server.port, ssl=context if implicit else None,
                    server_hostname=server.host if implicit else None,
                )  # fmt: skip
        except ssl.SSLCertVerificationError as error:
            raise PermanentDeliveryError(
                f"{server}: the certificate is not good: {error.verify_message}"
            ) from None
        except TimeoutError:
            raise ConnectionLostError(f"{server}: no connection within {timeout:g} s") from None
        except ssl.SSLError as error:
            if error.reason == "WRONG_VERSION_NUMBER":
                raise PermanentDeliveryError(
                    f"{server}: speaks no TLS at once; is it smtp://…?starttls=1?"
                ) from None
            raise ConnectionLostError(f"{server}: {error.reason or error}") from None
        except OSError as error:
            number = error.errno or 0
            said = os.strerror(number) if number > 0 else str(error)
            raise ConnectionLostError(f"{server}: {said}") from None
        connection = cls(wire, timeout)
        try:
            await connection._greet(server, context)
        except ConnectionLostError as error:
            raise ConnectionLostError(f"{server}: {error}") from None
        except BaseException:
            connection.abort()
            raise
        return connection

    @property
    def is_pipelining(self) -> bool:
        """Whether commands may be sent ahead of their answers."""
        return "PIPELINING" in self._features

    def can_write_to(self, envelope: Envelope) -> bool:
        """Say whether the server takes such an address."""
        return not envelope.needs_utf8 or "SMTPUTF8" in self._features

    def start(self, envelope: Envelope) -> None:
        """Say who writes to whom, ahead of the answers where the server allows it."""
        if self.is_pipelining:
            self._wire.write(self._commands(envelope))
        self._envelope = envelope

    async def accept(self) -> Refusal | None:
        """Return None when the content may follow, else what was refused.

        Raises:
            ConnectionLostError: nothing was accepted.
        """
        envelope = self._envelope
        if envelope is None:
            raise RuntimeError("accept() before start()")
        if self.is_pipelining:
            refusal = await self._accept_answers()
        else:
            refusal = await self._accept_stepwise(envelope)
        self._envelope = None
        if refusal is None:
            self._is_in_content = True
        elif refusal.reply.code // 100 not in _REFUSALS or refusal.is_of_nobody:
            self._wire.fail(f"no answer to {refusal.step}: {refusal.reply}")
            raise ConnectionLostError(self._wire.broken)
        else:
            self._needs_reset = True
        return refusal

    async def _accept_answers(self) -> Refusal | None:
        """Read the answers to what `start` and `finish` sent ahead."""
        refusal: Refusal | None = None
        steps = ["RSET", "MAIL", "RCPT", "DATA"][0 if self._reset_sent else 1 :]
        self._reset_sent = False
        for step in steps:
            try:
                reply = await self._read()
            except ConnectionLostError:
                if refusal is None:
                    raise
                break  # it said no and hung up
            if step == "DATA" and reply.code == _GO_AHEAD:
                if refusal is not None:
                    self.abort()  # it waits for content that nobody shall get
            elif reply.code // 100 != _YES or step == "DATA":
                refusal = refusal or Refusal(step, reply)
            if reply.code == _CLOSING:
                break  # no further answers come
        return refusal

    async def write(self, data: bytes) -> None:
        """Hand over the content, without the dot.

        Raises:
            ConnectionLostError: the message is not accepted.
        """
        self._wire.write(data)
        await self._wire.drain(self._timeout)

    async def finish(self, then: Envelope | None = None) -> Reply:
        """Send the dot, and start the next message; return the answer to this one.

        Raises:
            ConnectionLostError: nobody knows whether the message was accepted.
        """
        ahead = b""
        if then is not None:
            if self.is_pipelining:
                ahead = self._commands(then)
            self._envelope = then
        self._is_in_content = False
        if self._wire.has_unread:  # no answer to a dot that is still to come
            early = await self._read()
            self._wire.fail(f"answered before the end of the content: {early}")
            if early.code // 100 in _REFUSALS:
                return early
            raise ConnectionLostError(self._wire.broken)
        self._wire.write(b".\r\n" + ahead)
        self.sent += 1
        reply = await self._read()
        if reply.code // 100 not in _ANSWERS:
            self._wire.fail(f"no answer to the content: {reply}")
            raise ConnectionLostError(self._wire.broken)
        return reply

    async def quit(self) -> None:
        """Take leave; never raises what no longer matters."""
        is_ahead = self._envelope is not None and self.is_pipelining
        try:
            if not self.is_closed and not self._is_in_content and not is_ahead:
                with suppress(TransientDeliveryError):
                    self._wire.write(b"QUIT\r\n")
                    await self._wire.read(min(self._timeout, _LEAVE))
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once."""
        self._wire.abort()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be sent."""
        return self._wire.is_closed

    async def _greet(self, server: Server, context: ssl.SSLContext | None) -> None:
        _expect(server, await self._read(), _READY)
        await self._say_hello(server)
        if server.tls == "starttls":
            if "STARTTLS" not in self._features:
                raise PermanentDeliveryError(f"{server}: offers no STARTTLS; nothing was sent")
            _expect(server, await self._command("STARTTLS"), _READY)
            if self._wire.has_unread or context is None:
                # Words sent before the handshake came from who knows whom (CVE-2021-38371).
                raise PermanentDeliveryError(f"{server}: spoke before TLS began")
            try:
                await self._wire.secure(context, server.host, self._timeout)
            except ssl.SSLCertVerificationError as error:
                raise PermanentDeliveryError(
                    f"{server}: the certificate is not good: {error.verify_message}"
                ) from None
            await self._say_hello(server)
        if server.user:
            await self._sign_in(server)

    async def _say_hello(self, server: Server) -> None:
        host = self._wire.transport.get_extra_info("sockname")[0]
        literal = f"[IPv6:{host}]" if ":" in host else f"[{host}]"  # RFC 5321 §4.1.3
        reply = await self._command(f"EHLO {literal}")
        if reply.code != _OK:
            if self.is_closed:
                _expect(server, reply, _OK)
            _expect(server, await self._command(f"HELO {literal}"), _OK)
            self._features = {}
            return
        offered = [line.partition(" ") for line in self._said[1:]]
        self._features = {name.upper(): rest.upper() for name, _, rest in offered}

    async def _sign_in(self, server: Server) -> None:
        methods = self._features.get("AUTH", "").split()
        if "PLAIN" in methods:
            reply = await self._command(f"AUTH PLAIN {_encode(_get_secret(server))}")
        elif "LOGIN" in methods:
            reply = await self._command("AUTH LOGIN")
            for word in (server.user, server.password):
                if reply.code == _AUTH_STEP:
                    reply = await self._command(_encode(word))
        else:
            raise PermanentDeliveryError(f"{server}: offers neither AUTH PLAIN nor LOGIN")
        if reply.code == _AUTHENTICATED:
            return
        said = _without_secrets(str(reply), server)
        if reply.code // 100 == 4:  # noqa: PLR2004 - 4yz
            raise TransientDeliveryError(f"{server}: sign-in: {said}")
        raise PermanentDeliveryError(f"{server}: refuses the user or the password: {said}")

    async def _accept_stepwise(self, envelope: Envelope) -> Refusal | None:
        if self._needs_reset:
            self._needs_reset = False
            reset = await self._command("RSET")
            if reset.code // 100 != _YES:
                return Refusal("RSET", reset)
        for step, command in zip(("MAIL", "RCPT"), _lines(envelope), strict=True):
            reply = await self._command(command)
            if reply.code // 100 != _YES:
                return Refusal(step, reply)
        reply = await self._command("DATA")
        return None if reply.code == _GO_AHEAD else Refusal("DATA", reply)

    def _commands(self, envelope: Envelope) -> bytes:
        lines = [*_lines(envelope), "DATA"]
        if self._needs_reset:
            self._needs_reset, self._reset_sent = False, True
            lines.insert(0, "RSET")
        return "".join(f"{line}\r\n" for line in lines).encode()

    async def _command(self, line: str) -> Reply:
        self._wire.write(line.encode() + b"\r\n")
        return await self._read()

    async def _read(self) -> Reply:
        reply, self._said = await self._wire.read(self._timeout)
        if reply.code == _CLOSING:
            self.abort()
        return reply


def _lines(envelope: Envelope) -> tuple[str, str]:
    utf8 = " SMTPUTF8" if envelope.needs_utf8 else ""
    return f"MAIL FROM:<{envelope.sender}>{utf8}", f"RCPT TO:<{envelope.recipient}>"


def _get_secret(server: Server) -> str:
    """Return what AUTH PLAIN hands over (RFC 4616)."""
    return f"\0{server.user}\0{server.password}"


def _encode(word: str) -> str:
    return b64encode(word.encode()).decode("ascii")


def _without_secrets(reply: str, server: Server) -> str:
    """Return a reply without the password, which some servers repeat as they were given it."""
    for secret in (_encode(_get_secret(server)), _encode(server.password), server.password):
        reply = reply.replace(secret, "***") if secret else reply
    return reply


def _expect(server: Server, reply: Reply, code: int) -> None:
    if reply.code != code:
        kind = PermanentDeliveryError if reply.code // 100 == 5 else TransientDeliveryError  # noqa: PLR2004 - 5yz
        raise kind(f"{server}: {reply}")


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.ca_file or None)
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
