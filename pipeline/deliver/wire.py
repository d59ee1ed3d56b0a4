"""One socket to a mail server: bytes out, whole replies in, no step longer than it may be.

What this module never does: know a command of SMTP, or decide what a reply means.
"""

from __future__ import annotations

import asyncio
import math
import re
import ssl
from collections import deque
from typing import TYPE_CHECKING

from pipeline.deliver.replies import Reply
from pipeline.errors import TransientDeliveryError

if TYPE_CHECKING:
    from typing import Any

_MOST_LINES = 200  # of one reply: more is no mail server
_MOST_BYTES = 64 * 1024  # of one line
_MOST_WAITING = 100  # replies that nobody asked for yet
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class ConnectionLostError(TransientDeliveryError):
    """The connection broke, or a step took too long."""


class Wire(asyncio.Protocol):
    """Reads replies as they come in; a broken wire still gives those that came before."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.broken = ""  # why nothing more will come; "": it may
        self._open = bytearray()  # the line that is not whole yet
        self._lines: list[str] = []  # of the reply that is not whole yet
        self._code = b""
        self._replies: deque[tuple[Reply, list[str]]] = deque()
        self._waiter: asyncio.Future[None] | None = None  # of the step under way
        self._is_full = False
        self._loop = asyncio.get_running_loop()
        self._due = math.inf  # when the step under way has taken too long
        self._late = ""  # and what is to be said then
        self._alarm: asyncio.TimerHandle | None = None  # one for many steps: most are short

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Take replies apart."""
        self._open += data
        while (end := self._open.find(b"\n")) >= 0:
            line = bytes(self._open[:end])
            del self._open[: end + 1]
            self._take(line.rstrip(b"\r"))
            if self.broken:
                return
        if len(self._open) > _MOST_BYTES:
            self.fail("a line without end")

    def eof_received(self) -> None:
        """Nothing more comes."""
        self.fail("the server closed the connection")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        self.fail(str(exc or "the server closed the connection"))

    def pause_writing(self) -> None:
        """The socket is full."""
        self._is_full = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._is_full = False
        self._wake()

    # What the conversation calls.

    @property
    def has_unread(self) -> bool:
        """Whether something came that nobody asked for."""
        return bool(self._replies or self._open or self._lines)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be sent."""
        return bool(self.broken) or self.transport.is_closing()

    def fail(self, why: str) -> None:
        """Break the wire."""
        self.broken = self.broken or why
        self.abort()
        self._wake()

    def abort(self) -> None:
        """Close at once."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self.transport is not None:
            self.transport.abort()

    def write(self, data: bytes) -> None:
        """Send, without waiting."""
        if not self.broken:
            self.transport.write(data)

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109 - of every step
        """Wait until the socket has room.

        Raises:
            ConnectionLostError: it broke, or has none within ``timeout`` seconds.
        """
        due = self._loop.time() + timeout
        while self._is_full and not self.broken:
            await self._wait(due, f"nothing taken within {timeout:g} s")
        if self.broken:
            raise ConnectionLostError(self.broken)

    async def read(self, timeout: float) -> tuple[Reply, list[str]]:  # noqa: ASYNC109 - of every step
        """Return the next reply, and its lines.

        Raises:
            ConnectionLostError: none came, in time or at all.
        """
        due = self._loop.time() + timeout
        while not self._replies:
            if self.broken:
                raise ConnectionLostError(self.broken)
            await self._wait(due, f"no answer within {timeout:g} s")
        return self._replies.popleft()

    async def secure(self, context: ssl.SSLContext, host: str, timeout: float) -> None:  # noqa: ASYNC109 - of every step
        """Put TLS on the wire.

        Raises:
            ssl.SSLCertVerificationError: the certificate is not good for ``host``.
            ConnectionLostError: the handshake failed.
        """
        try:
            async with asyncio.timeout(timeout):
                self.transport = await self._loop.start_tls(
                    self.transport, self, context, server_hostname=host
                )
        except ssl.SSLCertVerificationError:
            raise
        except TimeoutError:
            self.fail(f"no answer within {timeout:g} s")
            raise ConnectionLostError(self.broken) from None
        except OSError as error:
            self.fail(str(error) or type(error).__name__)
            raise ConnectionLostError(self.broken) from None
        if self.transport is None:
            raise ConnectionLostError(self.broken or "the handshake was cut short")

    async def _wait(self, due: float, late: str) -> None:
        """Wait for `_wake`; the wire breaks at ``due`` by the loop's clock, saying ``late``.

        Who waits in a loop names the same moment again: a trickle of words wins no time.
        """
        self._due, self._late = due, late
        if self._alarm is not None and self._alarm.when() > self._due:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = self._loop.call_at(self._due, self._ring)
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._due = math.inf

    def _ring(self) -> None:
        """Break the wire if the step under way is late; else look again when it would be."""
        self._alarm = None
        if self._due <= self._loop.time():
            self.fail(self._late)
        elif self._due < math.inf:
            self._alarm = self._loop.call_at(self._due, self._ring)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take(self, line: bytes) -> None:
        """Take one line; the last of a reply makes it whole."""
        code, mark = line[:3], line[3:4]
        bad = len(code) < 3 or not code.isdigit() or mark not in {b"", b" ", b"-"}  # noqa: PLR2004 - RFC 5321 §4.2
        if bad or (self._lines and code != self._code) or len(self._lines) >= _MOST_LINES:
            self.fail(f"no mail server's answer: {line[:60]!r}")
            return
        self._code = code
        words = line[4:].decode("utf-8", "replace")
        if not words.isprintable():
            words = _CONTROL.sub(" ", words)
        self._lines.append(words.strip())
        if mark != b"-":
            if len(self._replies) >= _MOST_WAITING:
                self.fail("answers to what nobody said")
                return
            self._replies.append((Reply(int(code), " ".join(self._lines)), self._lines))
            self._lines = []
            self._wake()
