"""The clerk between the postman and the store: many notes, one commit.

Intents and outcomes that arrive while a commit is under way go together into the next one, which
begins in the clerk's own thread as soon as that one is done. Each note returns only when its commit
has. What this module never does: talk to a mail server.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from django.db import connections, transaction

from pipeline.deliver.addresses import to_wire
from pipeline.deliver.book import Job
from pipeline.errors import PermanentDeliveryError
from pipeline.model import DeliveryStatus
from pipeline.store import outbox, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.deliver.addresses import WireAddress
    from pipeline.deliver.replies import Verdict
    from pipeline.store.outbox import Outcome, Parcel

_T = TypeVar("_T")


@dataclass(slots=True)
class _Notes:
    intents: dict[int, str] = field(default_factory=dict)  # row -> keyed hash of its address
    outcomes: list[Outcome] = field(default_factory=list)
    hard: list[tuple[str, str]] = field(default_factory=list)  # (keyed hash, evidence)
    waiting: list[asyncio.Future[frozenset[int]]] = field(default_factory=list)


class Clerk:
    """A `Book` on the outbox of one issue."""

    def __init__(
        self,
        week: str,
        secret: bytes,
        build: Callable[[Parcel, WireAddress], bytes],
        *,
        limit: int | None = None,
        on_first: Callable[[], object] = lambda: None,
    ) -> None:
        """``limit``: parcels handed out at the most; ``on_first`` runs after the first delivery."""
        self._week = week
        self._secret = secret
        self._build = build
        self._left = limit
        self._on_first = on_first
        self._published = False  # somebody has it, and the store knows
        self._notes = _Notes()
        self._is_writing = False  # a commit of notes is under way, or about to be
        self._lock = Lock()  # of both
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hashes: dict[int, str] = {}  # of the addresses of parcels handed out
        # A thread of its own, so that all of a run goes over one connection to the database.
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._heralds = ThreadPoolExecutor(1, thread_name_prefix="first")
        # Once in this run: what is put off from now on is due after this moment.
        self._due = _now()
        self._walks = [DeliveryStatus.PENDING, DeliveryStatus.DEFERRED]
        self._after = 0  # number of the last row that this walk has seen

    async def take(self, limit: int) -> list[Job]:
        """Return what is due, each job once; addresses that nobody can write to fail at once."""
        if self._left is not None:
            limit = min(limit, self._left)
        if limit <= 0:
            return []
        while self._walks:
            page = await self._ask(
                outbox.list_due,
                self._week,
                self._walks[0],
                self._due,
                self._after,
                limit,
                self._secret,
            )
            if not page:
                self._walks.pop(0)
                self._after = 0
                continue
            self._after = page[-1].id
            parcels = await self._ask(outbox.drop_stopped, page, _now())
            if jobs := [job for one in parcels if (job := await self._address(one)) is not None]:
                if self._left is not None:
                    self._left -= len(jobs)
                return jobs
        return []

    async def _address(self, parcel: Parcel) -> Job | None:
        try:
            to = to_wire(parcel.email)
        except PermanentDeliveryError as error:
            failed = outbox.Outcome(
                parcel.id, DeliveryStatus.FAILED, str(error), "address", counts=False
            )
            await self._note(outcome=failed)
            return None
        self._hashes[parcel.id] = parcel.address_hash
        return Job(parcel.id, to, parcel.attempts, partial(self._build, parcel, to))

    async def intend(self, job: Job) -> bool:
        """Commit the intent before the final dot; False: they left, or another sender has it."""
        return job.id in await self._note(intent=(job.id, self._hashes[job.id]))

    async def deliver(self, job: Job, reply: str) -> None:
        """Commit the receiver's yes."""
        await self._note(outcome=outbox.Outcome(job.id, DeliveryStatus.DELIVERED, reply))
        self._hashes.pop(job.id, None)

    async def defer(self, job: Job, reply: str, rule: str, wait: float) -> None:
        """Commit that it waits."""
        at = _now() + timedelta(seconds=wait)
        await self._note(
            outcome=outbox.Outcome(job.id, DeliveryStatus.DEFERRED, reply, rule, next_at=at)
        )
        self._hashes.pop(job.id, None)

    async def put_off(self, job: Job, why: str, wait: float) -> None:
        """Commit that it waits without having been tried."""
        at = _now() + timedelta(seconds=wait)
        await self._note(
            outcome=outbox.Outcome(
                job.id, DeliveryStatus.DEFERRED, why, "gate", next_at=at, counts=False
            )
        )
        self._hashes.pop(job.id, None)

    async def fail(self, job: Job, reply: str, verdict: Verdict) -> None:
        """Commit that it failed; an address that nobody has is suppressed, with the evidence."""
        hashed = self._hashes.pop(job.id, "")
        hard = None
        if verdict.kind == "hard" and hashed:
            hard = (hashed, f"{verdict.rule}: {reply[:300]}")
        await self._note(
            outcome=outbox.Outcome(job.id, DeliveryStatus.FAILED, reply, verdict.rule), hard=hard
        )

    async def doubt(self, job: Job, reply: str) -> None:
        """Commit that nobody knows."""
        await self._note(outcome=outbox.Outcome(job.id, DeliveryStatus.UNCERTAIN, reply))
        self._hashes.pop(job.id, None)

    async def give_back(self, job: Job) -> None:
        """Let it wait: it is still pending in the store, and its turn comes again."""

    def close(self) -> None:
        """Let go of the database and end the threads; whoever made the clerk calls this."""
        self._desk.submit(connections.close_all)  # those of that thread
        self._desk.shutdown(wait=True)
        self._heralds.shutdown(wait=True)

    async def _ask(self, call: Callable[..., _T], *words: object) -> _T:
        """Run a query in the clerk's thread."""
        return await self._find_loop().run_in_executor(self._desk, call, *words)

    def _find_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of this run; asyncio asks the system for it each time."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    async def _note(
        self,
        *,
        intent: tuple[int, str] | None = None,
        outcome: Outcome | None = None,
        hard: tuple[str, str] | None = None,
    ) -> frozenset[int]:
        """Return, when all of it is durable, which of the intents in that commit stand."""
        done: asyncio.Future[frozenset[int]] = self._find_loop().create_future()
        with self._lock:
            notes = self._notes
            if intent is not None:
                notes.intents[intent[0]] = intent[1]
            if outcome is not None:
                notes.outcomes.append(outcome)
            if hard is not None:
                notes.hard.append(hard)
            notes.waiting.append(done)
            is_first, self._is_writing = not self._is_writing, True
        if is_first:
            self._desk.submit(self._write)
        return await done

    def _write(self) -> None:
        """Commit what is noted; what comes meanwhile is next, after who waits for a query."""
        with self._lock:
            notes, self._notes = self._notes, _Notes()
        standing: frozenset[int] = frozenset()
        failed: BaseException | None = None
        try:
            standing = self._commit(notes)
        except BaseException as error:  # noqa: BLE001 - whoever waits has to hear of it
            failed = error
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            self._find_loop().call_soon_threadsafe(_answer, notes.waiting, standing, failed)
        with self._lock:
            self._is_writing = bool(self._notes.waiting)
        if self._is_writing:
            self._desk.submit(self._write)

    def _commit(self, notes: _Notes) -> frozenset[int]:
        now = _now()
        standing: frozenset[int] = frozenset()
        with transaction.atomic():  # one wait for the disk
            if notes.outcomes:
                outbox.record(notes.outcomes, self._week, now, first=not self._published)
            if notes.intents:
                standing = outbox.intend(notes.intents, now)
            for digest, evidence in notes.hard:
                subscribers.suppress(digest, reason="hard", note=evidence, at=now)
        if not self._published and any(
            one.status is DeliveryStatus.DELIVERED for one in notes.outcomes
        ):
            self._published = True
            self._heralds.submit(self._tell_first)
        return standing

    def _tell_first(self) -> None:
        """Tell of the first delivery, beside the work: the mail does not wait for the archive."""
        try:
            self._on_first()
        finally:
            connections.close_all()


def _answer(
    waiting: list[asyncio.Future[frozenset[int]]],
    standing: frozenset[int],
    failed: BaseException | None,
) -> None:
    """Tell who waits that their notes are durable, or why they are not."""
    for one in waiting:
        if one.done():
            continue  # cancelled
        if failed is not None:
            one.set_exception(failed)
        else:
            one.set_result(standing)


def _now() -> datetime:
    return datetime.now(UTC)
