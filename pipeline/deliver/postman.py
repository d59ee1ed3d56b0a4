"""The postman: takes parcels that are due and hands them over, each exactly once.

Several connections to one relay, a gate for every recipient domain, and the order that makes a
crash harmless: content without the dot, the intent made durable, then the dot. Where states are
kept is handed in as a `Book`. What this module never does: know a table, or a settings file.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.deliver.book import Job, Progress
from pipeline.deliver.lanes import Lanes
from pipeline.deliver.making import Workshop
from pipeline.deliver.replies import is_of_sender, judge, spare
from pipeline.deliver.smtp import Connection, ConnectionLostError, Envelope
from pipeline.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.deliver.book import Book
    from pipeline.deliver.gate import Gate
    from pipeline.deliver.replies import Reply, Verdict
    from pipeline.deliver.smtp import Refusal, Server

_AHEAD = 400  # parcels fetched at once
_MOST_AHEAD = 4000  # parcels kept at the most while the gates of their domains are shut
_LONG_SHUT = 15.0  # seconds that a gate stays shut at least, for its parcels to make room
_MOST_TRIES = 6  # to reach the relay in a row, before the run gives up
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between those tries
_SHUT = "held back: the receiver's domain asked us to slow down"
_BACK_OFF = (300.0, 4 * 3600.0)  # seconds: the first and the longest wait of a deferred parcel


class Postman:
    """Sends what a book holds, until nothing is due or somebody says stop."""

    def __init__(
        self,
        book: Book,
        server: Server,
        gate: Gate,
        *,
        sender: str,
        connections: int,
        timeout: float,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """``timeout`` is for every step of a conversation, in seconds."""
        self._book = book
        self._server = server
        self._gate = gate
        self._sender = sender
        self._connections = connections
        self._timeout = timeout
        self._tell = on_progress
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._changed = asyncio.Event()
        self._met = asyncio.Event()  # no reason any more to rest before the next try of the relay
        self._ready: Lanes[Job] = Lanes()
        self._workshop = Workshop()
        self._empty = False
        self._taking = asyncio.Lock()
        self._failures = 0
        self._live = 0  # connections that stand
        self._opening = 0  # and those that are being made
        self._counted_until = 0.0  # failures before this moment are of one and the same try
        self._second: set[int] = set()  # jobs given back once because their connection was dead
        self._fatal: DeliveryError | None = None
        self.progress = Progress()

    def stop(self) -> None:
        """Finish what is in flight and end."""
        self._stop.set()
        self._changed.set()
        self._met.set()

    async def run(self) -> Progress:
        """Send everything that is due.

        Raises:
            DeliveryError: the relay cannot be reached, or refuses us altogether; every parcel that
                was not handed over waits for the next run.
        """
        workers = [self._loop.create_task(self._work()) for _ in range(self._connections)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            self._workshop.close()
        if self._fatal:
            raise self._fatal
        return self.progress

    async def _work(self) -> None:
        connection: Connection | None = None
        job: Job | None = None
        try:
            while True:
                job = job or await self._next()
                if job is None:
                    return
                if connection is None or not self._is_usable(connection):
                    if connection is not None:
                        self._live -= 1
                        await connection.quit()
                    connection = await self._open()
                    if connection is None:
                        await self._return(job)
                        job = None
                        if self._live and not self._stop.is_set():
                            return  # the relay takes so many at once and no more
                        continue
                current, job = job, None
                await self._converse(connection, current)
        finally:
            if job is not None:
                with suppress(Exception):
                    await self._return(job)
            if connection is not None:
                self._live -= 1
                await connection.quit()

    def _is_usable(self, connection: Connection) -> bool:
        return not connection.is_closed and connection.sent < self._gate.per_connection

    async def _next(self) -> Job | None:
        """Return the next job whose gate is open; None when nothing is due or the run stops."""
        while not self._stop.is_set() and self._fatal is None:
            await self._fill()
            job, wait = self._pick()
            if job is not None:
                return job
            if not self._ready and self._empty:
                return None
            if not self._empty and await self._look_further():
                continue
            if self._empty and _LONG_SHUT < wait < math.inf:
                await self._put_off_shut()  # nobody waits here for minutes
                continue
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), max(0.005, min(1.0, wait)))
        return None

    def _pick(self) -> tuple[Job | None, float]:
        """Return a job whose gate is open; without one, the seconds until it is worth asking."""
        now = time.monotonic()
        job, wait = self._ready.take(self._gate.opens_at, now)
        if job is not None:
            self._gate.enter(job.to.domain, now)
        return job, wait

    async def _look_further(self) -> bool:
        """Fetch more, since every gate of what is ready is shut; False: there is no room.

        Where thousands wait at gates that stay shut for long, they are left to a later run, so
        that readers elsewhere need not wait with them.
        """
        if len(self._ready) >= _MOST_AHEAD:
            await self._put_off_shut()
        before = len(self._ready)
        if before < _MOST_AHEAD:
            await self._fill(least=before)
        return len(self._ready) != before or self._empty

    async def _put_off_shut(self) -> None:
        """Leave to a later run what waits at gates that stay shut for long."""
        now = time.monotonic()
        shut = self._ready.close(self._gate.opens_at, now + _LONG_SHUT)
        await asyncio.gather(*(self._put_off(job, opens - now) for job, opens in shut))

    async def _follow(self, connection: Connection) -> Job | None:
        """Return the job that goes next on this connection, if one can without waiting."""
        if self._stop.is_set() or self._fatal is not None or not connection.is_pipelining:
            return None
        if connection.sent + 1 >= self._gate.per_connection:
            return None
        await self._fill()
        job = self._pick()[0]
        if job is not None and not connection.can_write_to(self._address(job)):
            await self._return(job)
            return None
        return job

    async def _fill(self, least: int = 0) -> None:
        """Fetch jobs when no more than ``least``, or than there are connections, are ready."""
        least = max(least, self._connections)
        if len(self._ready) > least or self._empty:
            return
        async with self._taking:
            if len(self._ready) > least or self._empty:
                return
            jobs = await self._book.take(_AHEAD)
            self._ready.extend(jobs)
            self._empty = not jobs
            self._changed.set()

    async def _open(self) -> Connection | None:
        """Return a connection; None when this try failed and another may be made."""
        failed: DeliveryError | None = None
        self._opening += 1
        try:
            connection = await Connection.open(self._server, self._timeout)
        except DeliveryError as error:
            failed = error
        finally:
            self._opening -= 1
        if isinstance(failed, PermanentDeliveryError):
            self._give_up(failed)
            return None
        if failed is not None:
            await self._rest(failed)
            return None
        self._failures = 0
        self._live += 1
        self._met.set()
        self.progress.connections += 1
        return connection

    async def _rest(self, error: DeliveryError) -> None:
        """Wait before the next try to reach the relay, or give up.

        A relay that was never reached is given up at once by all workers together; one that we
        have lost gets the time to start again.
        """
        if self._live:
            return  # others talk with it
        now = time.monotonic()
        if now >= self._counted_until or not self.progress.connections:
            self._failures += 1
        if self._failures >= _MOST_TRIES and not self._opening:
            self._give_up(TransientDeliveryError(f"{error}; tried {self._failures} times"))
            return
        self._met.clear()
        if self._stop.is_set() or self._fatal is not None:
            return
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self._failures - 1))
        if now >= self._counted_until:
            self._counted_until = now + pause
        with suppress(TimeoutError):
            await asyncio.wait_for(self._met.wait(), pause * random.uniform(0.5, 1))  # noqa: S311 - jitter

    def _give_up(self, error: DeliveryError) -> None:
        self._fatal = self._fatal or error
        self._changed.set()
        self._met.set()

    async def _converse(self, connection: Connection, job: Job) -> None:
        """Send this message and those that follow it; the book knows each one's fate.

        The next message's commands go out with the dot of this one, and its content while this
        one's outcome is being written; its intent is committed with that outcome or later.
        """
        current: Job | None = job
        notes: asyncio.Task[None] | None = None
        envelope = self._address(job)
        if not connection.can_write_to(envelope):
            verdict = judge(550, "5.6.7 the relay does not take addresses in other scripts")
            await self._refuse(job, 550, "the relay offers no SMTPUTF8", verdict)
            return
        connection.start(envelope)
        try:
            while current is not None:
                has_dot = await self._offer(connection, current)
                done, current = current, None  # whatever happens, not to be taken up again
                if not has_dot:
                    return
                if notes is not None:
                    await asyncio.sleep(0)  # the last outcome is with the book before this intent
                may = await self._book.intend(done)
                if not may:  # they left while their mail was on its way
                    connection.abort()
                    self._release(done)
                    return
                if notes is not None:
                    await notes
                    notes = None
                current = await self._follow(connection)
                then = self._address(current) if current is not None else None
                reply = await self._finish(connection, then)
                notes = self._loop.create_task(self._note(done, reply))
                if current is not None and connection.is_closed:
                    await self._return(current)  # nothing of it was sent
                    current = None
        finally:
            if current is not None:
                with suppress(Exception):
                    await self._return(current)
            if notes is not None:
                await notes

    async def _offer(self, connection: Connection, job: Job) -> bool:
        """Hand over a message without its dot; say whether the dot may follow."""
        try:
            refusal = await connection.accept()
            if refusal is not None:
                await self._hear(job, refusal)
                return False
            await connection.write(await self._content(job))
        except ConnectionLostError as error:  # before the dot: nobody got anything
            if connection.sent and job.id not in self._second:
                self._second.add(job.id)  # the relay hung up in between: not this mail's fault
                await self._return(job)
                return False
            await self._book.defer(job, str(error), "connection", self._wait(job, None))
            self.progress.deferred += 1
            self._release(job)
            return False
        return True

    async def _hear(self, job: Job, refusal: Refusal) -> None:
        """Judge a refusal before the content: of the recipient, or of us and so of all."""
        code, text = refusal.reply.code, refusal.reply.text
        verdict = judge(code, text)
        if refusal.step != "RCPT":
            verdict = spare(verdict)
        is_ours = is_of_sender(refusal.step, text) and not job.to.needs_utf8
        if is_ours and not verdict.retry:
            said = f"{self._server} refuses the sender {self._sender}: {refusal.reply}"
            self._give_up(PermanentDeliveryError(said))
            await self._book.put_off(job, f"{code} {refusal.step}: {text}", 0.0)
            self.progress.deferred += 1
            self._release(job)
            return
        await self._refuse(job, code, f"{refusal.step}: {text}", verdict)

    async def _content(self, job: Job) -> bytes:
        """Return the message's bytes, and let those that go next be made meanwhile."""
        if len(self._workshop) < self._connections:
            gates, now = self._gate.opens_at, time.monotonic()
            self._workshop.begin(self._ready.peek(2 * self._connections, gates, now))
        return await self._workshop.get(job)

    async def _put_off(self, job: Job, wait: float) -> None:
        self._workshop.forget(job)
        await self._book.put_off(job, _SHUT, wait)
        self.progress.deferred += 1

    @staticmethod
    async def _finish(connection: Connection, then: Envelope | None) -> Reply | str:
        """Send the dot; return the answer, or why there is none."""
        try:
            return await connection.finish(then)
        except ConnectionLostError as error:
            return str(error)

    async def _note(self, job: Job, reply: Reply | str) -> None:
        """Write down what the dot was answered with."""
        if isinstance(reply, str):
            await self._book.doubt(job, reply)
            self.progress.uncertain += 1
            self._release(job)
        elif reply.code // 100 == 2:  # noqa: PLR2004 - 2yz
            await self._book.deliver(job, str(reply))
            self.progress.delivered += 1
            self._leave(job, None)
        else:
            await self._refuse(job, reply.code, reply.text, judge(reply.code, reply.text))

    def _address(self, job: Job) -> Envelope:
        return Envelope(self._sender, job.to.text, needs_utf8=job.to.needs_utf8)

    async def _refuse(self, job: Job, code: int, words: str, verdict: Verdict) -> None:
        said = f"{code} {words}"
        if verdict.retry:
            await self._book.defer(job, said, verdict.rule, self._wait(job, verdict.pause))
            self.progress.deferred += 1
        else:
            await self._book.fail(job, said, verdict)
            self.progress.failed += 1
        self._leave(job, verdict)

    def _release(self, job: Job) -> None:
        """Let go of a job of which its receiver has said nothing."""
        self._gate.release(job.to.domain)
        self._changed.set()
        self._tell(self.progress)

    def _leave(self, job: Job, verdict: Verdict | None) -> None:
        """Learn from what its receiver has said of a job; None: it was taken."""
        pause = _FIRST_PAUSE * 10
        self._gate.leave(job.to.domain, verdict, time.monotonic(), pause)
        if verdict is not None and verdict.kind == "throttle":
            others = [one for one in self.progress.throttled if one != job.to.domain]
            self.progress.throttled = (job.to.domain, *others[:4])
        self._changed.set()
        self._tell(self.progress)

    async def _return(self, job: Job) -> None:
        await self._book.give_back(job)
        self._gate.release(job.to.domain)
        if self._fatal is None and not self._stop.is_set():
            self._ready.extend([job])
        self._changed.set()

    @staticmethod
    def _wait(job: Job, asked: float | None) -> float:
        """Return how long a deferred parcel rests: what was asked at least, else ever longer."""
        first, longest = _BACK_OFF
        if asked is not None:
            return asked * random.uniform(1.0, 1.2)  # noqa: S311 - jitter
        own: float = min(longest, first * 2 ** min(job.attempts, 10))
        return own * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
