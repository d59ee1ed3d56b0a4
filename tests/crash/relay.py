"""A mail relay that logs like Postfix, and fails on purpose.

Acceptance is on disk, in one write and with fsync, before the 250 is sent; so the log is the truth
about who got what. Faults are seeded: connections cut right after the dot (before and after the
mail was accepted), and storms of 4xx. Started as a program, so that it can be killed.
What this module never does: know the product.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
from datetime import UTC, datetime
from pathlib import Path

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
_RCPT = re.compile(r"RCPT TO:<([^>]*)>", re.IGNORECASE)


class Relay:
    """One listening relay."""

    def __init__(self, log: Path, seed: int, cut: float, storm: float) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._random = random.Random(seed)
        self._cut = cut
        self._storm = storm
        self._count = 0
        self._stormy = 0  # refusals left in this storm

    def note(self, *lines: str) -> None:
        """Put lines into the log in one write."""
        stamp = datetime.now(UTC).isoformat()
        head = f"{stamp} relay postfix/"
        os.write(self._log, "".join(f"{head}{line}\n" for line in lines).encode())

    async def beat(self) -> None:
        """Log what a relay logs when it is idle."""
        while True:
            self.note("anvil[1]: statistics: max connection count 8")
            await asyncio.sleep(0.25)

    def accept(self, recipient: str, content: bytes) -> None:
        """Answer for a message from here on."""
        found = _MESSAGE_ID.search(content.partition(b"\r\n\r\n")[0])
        message_id = found[1].decode() if found else "<none@relay>"
        self._count += 1
        queue = f"{os.getpid():X}{self._count:06X}"
        self.note(
            f"cleanup[2]: {queue}: message-id={message_id}",
            f"qmgr[3]: {queue}: from=<weekly@example.org>, size={len(content)}, nrcpt=1",
            f"smtp[4]: {queue}: to=<{recipient}>, relay=mx, delay=0, dsn=2.0.0, status=sent",
        )
        os.fsync(self._log)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example ESMTP\r\n")
        recipient = ""
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            verb = line.upper().split(" ", 1)[0]
            if verb == "QUIT":
                writer.write(b"221 2.0.0 bye\r\n")
                await writer.drain()
                return
            if verb == "EHLO":
                writer.write(b"250-relay.example\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
            elif verb == "RCPT" and self._is_stormy():
                recipient = ""
                self.note("smtpd[5]: NOQUEUE: reject: RCPT: 451 4.7.1 try again later")
                writer.write(b"451 4.7.1 try again later\r\n")
            elif verb == "RCPT":
                found = _RCPT.match(line)
                recipient = found[1] if found else ""
                writer.write(b"250 2.1.5 ok\r\n")
            elif verb == "DATA" and not recipient:
                writer.write(b"503 5.5.1 no recipient\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                if not await self._content(reader, recipient):
                    return
                writer.write(b"250 2.0.0 queued\r\n")
            else:
                writer.write(b"250 2.0.0 ok\r\n")
            await writer.drain()

    async def _content(self, reader: asyncio.StreamReader, recipient: str) -> bool:
        """Read one message and accept it; False means: cut the connection."""
        content = await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(self._random.uniform(0.001, 0.012))
        fate = self._random.random()
        if fate < self._cut:
            self.note("smtpd[5]: lost connection after END-OF-MESSAGE")
        if fate < self._cut / 2:
            return False  # right after the dot, and nothing was accepted
        self.accept(recipient, content)
        return fate >= self._cut  # or accepted, and the answer is lost

    def _is_stormy(self) -> bool:
        if self._stormy:
            self._stormy -= 1
            return True
        if self._random.random() < self._storm / 20:
            self._stormy = 20
        return False


async def run(relay: Relay, port: int) -> None:
    """Serve for ever."""
    server = await asyncio.start_server(
        relay.serve, "127.0.0.1", port, limit=1 << 24, reuse_address=True
    )
    beat = asyncio.create_task(relay.beat())
    async with server:
        await server.serve_forever()
    await beat


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cut", type=float, default=0.0, help="share of messages cut at the dot")
    parser.add_argument("--storm", type=float, default=0.0, help="share of recipients put off")
    given = parser.parse_args()
    asyncio.run(run(Relay(given.log, given.seed, given.cut, given.storm), given.port))
