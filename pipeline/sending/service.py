"""The other way out: a provider's API by django-anymail, under the same rule as SMTP.

The intent is committed before the request goes; what the provider answers is the outcome, and a
request without an answer leaves its message in doubt. The provider gets what SMTP would get, read
back from the very same bytes. What this module never does: sign (the provider does), or wait for
receivers' domains (the provider does).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMultiAlternatives

from pipeline.deliver.book import Progress
from pipeline.deliver.replies import judge, spare
from pipeline.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings
    from pipeline.deliver.book import Job
    from pipeline.errors import DeliveryError
    from pipeline.sending.clerk import Clerk

# The provider writes these itself, or has them by another name.
_OWN = frozenset({
    "from", "to", "reply-to", "subject", "date", "mime-version", "content-type",
    "content-transfer-encoding", "dkim-signature",
})  # fmt: skip
# What each calls its secret, and what it needs so that a Message-ID of ours stays.
_KEYS = {
    "postmark": "server_token", "brevo": "api_key", "resend": "api_key", "mailgun": "api_key",
    "sparkpost": "api_key",
}  # fmt: skip
_KEPT = {"postmark": {"X-PM-KeepID": "true"}}
_UNREACHED = {"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"}  # urllib3
_LIMITED = 60.0  # seconds until a message is tried again that the provider had no room for
_MOST_REFUSED = 20  # in a row, before it is no more said of them but of us
_MOST_TRIES = 6  # in a row that the provider fails, before the run gives up: as with a relay
# 404: the sender's domain is not one of the account's, or the address of the API is wrong.
_SHUT, _TOO_MANY, _REFUSED, _BROKEN = (401, 403, 404), 429, 400, 500


class Fate(StrEnum):
    """What an answer says of the message."""

    TAKEN = "taken"
    REFUSED = "refused"  # this message, or its address
    LIMITED = "limited"  # too much at once; later
    UNREACHED = "unreached"  # there was no connection: nothing can have been taken
    OPEN = "open"  # nobody knows
    SHUT = "shut"  # nothing of ours will be taken


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request."""

    kind: Fate
    words: str


class Service:
    """A provider that takes one message a request."""

    def __init__(self, settings: Settings) -> None:
        """Make ready what sends.

        Raises:
            ConfigError: the extra is not installed, or the key is missing.
        """
        self._name = settings.feeds.delivery.esp
        if settings.esp_key is None:
            raise ConfigError(f"ESP_KEY is not set: {self._name} takes nothing without its key")
        try:
            module = import_module(f"anymail.backends.{self._name}")
        except ImportError:
            raise ConfigError(
                f"delivery.esp: {self._name} needs the extra anymail: pip install -e '.[anymail]'"
            ) from None
        self._options: dict[str, Any] = {
            _KEYS[self._name]: settings.esp_key.get_secret_value(),
            "timeout": settings.feeds.delivery.timeout,
        }
        if settings.esp_url:
            self._options["api_url"] = settings.esp_url
        self._backend = module.EmailBackend
        self._secret = settings.esp_key.get_secret_value()

    def post(self, data: bytes) -> Answer:
        """Hand one message over; every failure is an answer. Runs in a thread of its own."""
        import requests  # noqa: PLC0415 - comes with the extra
        from anymail.exceptions import AnymailAPIError, AnymailError  # noqa: PLC0415 - the extra

        message = to_django(data, self._name)
        try:
            with self._backend(**self._options) as backend:
                backend.send_messages([message])
        except AnymailAPIError as error:
            code = getattr(error, "status_code", None)
            if isinstance(error, requests.ConnectTimeout) or _is_refused(error):
                return Answer(Fate.UNREACHED, self._clean(f"{self._name} cannot be reached"))
            return Answer(_read_code(code), self._clean(str(error)))
        except AnymailError as error:  # nothing went out: it cannot be said in the provider's form
            said = _describe(vars(message).get("anymail_status")) or str(error)
            return Answer(Fate.REFUSED, self._clean(said))
        status: Any = vars(message)["anymail_status"]
        taken = set(status.status or ()) <= {"sent", "queued"}
        kind = Fate.TAKEN if taken else Fate.REFUSED
        return Answer(kind, self._clean(_describe(status)))

    def _clean(self, words: str) -> str:
        """Return words in one line, without the key."""
        flat = " ".join(words.replace(self._secret, "…").split())
        return f"{self._name}: {flat}"[:1000]


class Courier:
    """Gives a clerk's jobs to a service, several at once.

    One at a time until the service has taken one, and as long as it fails; where it fails several
    times in a row the run ends, so that an outage leaves few in doubt and the rest in the queue.

    What is refused waits until the service takes another one: providers say of an account that
    may not send what they say of an address. Where it takes none, nothing was said of the readers.
    It waits in the store, so that a crash leaves no doubt about it.
    """

    def __init__(
        self, clerk: Clerk, service: Service, connections: int,
        on_progress: Callable[[Progress], None], *, is_proven: bool = False,
    ) -> None:  # fmt: skip
        """``is_proven``: it has taken mails of this issue before."""
        self._clerk = clerk
        self._service = service
        self._connections = connections
        self._tell = on_progress
        self._stopped = False
        self._fatal: DeliveryError | None = None
        self._failures = 0  # in a row
        self._refused: list[tuple[Job, Answer]] = []  # in a row
        self._is_proven = is_proven
        self._is_well = False  # the last answer told of a service that works
        self._alone = asyncio.Lock()
        self._jobs: list[Job] = []
        self._taking = asyncio.Lock()
        self.progress = Progress()

    def stop(self) -> None:
        """Finish what is in flight and end."""
        self._stopped = True

    async def run(self) -> None:
        """Send everything that is due.

        Raises:
            DeliveryError: the provider refuses us altogether, or cannot be reached.
        """
        await asyncio.gather(*(self._work() for _ in range(self._connections)))
        await self._settle(are_meant=self._fatal is None and self._is_proven)
        if self._fatal:
            raise self._fatal

    async def _work(self) -> None:
        while not self._is_over() and (job := await self._next()):
            if self._is_well:
                await self._send(job)
                continue
            async with self._alone:
                if self._is_over():
                    await self._clerk.give_back(job)
                    return
                await self._send(job)

    def _is_over(self) -> bool:
        return self._stopped or self._fatal is not None

    async def _send(self, job: Job) -> None:
        data = await asyncio.to_thread(job.build)
        if await self._clerk.intend(job):
            answer = await asyncio.to_thread(self._service.post, data)
            self._judge(answer)
            if answer.kind is Fate.REFUSED:
                await self._clerk.put_off(job, answer.words, 0.0)
                self._refused.append((job, answer))
                if len(self._refused) >= _MOST_REFUSED:
                    self._fatal = self._fatal or PermanentDeliveryError(answer.words)
            else:
                await self._note(job, answer)
            if answer.kind is Fate.TAKEN:
                self._is_proven = True
                await self._settle(are_meant=True)
        self._tell(self.progress)

    def _judge(self, answer: Answer) -> None:
        """Keep count of the service's failures, and end the run where it is no use to go on."""
        self._is_well = answer.kind is Fate.TAKEN
        if answer.kind in {Fate.TAKEN, Fate.REFUSED}:
            self._failures = 0
            return
        self._failures += 1
        if answer.kind is Fate.SHUT:
            self._fatal = self._fatal or PermanentDeliveryError(answer.words)
        elif self._failures >= _MOST_TRIES:
            said = f"{answer.words}; tried {self._failures} times"
            self._fatal = self._fatal or TransientDeliveryError(said)

    async def _settle(self, *, are_meant: bool) -> None:
        """Note what was refused as said of the readers; else leave it waiting, and end the run."""
        held, self._refused = self._refused, []
        for job, answer in held:
            if are_meant:
                await self._note(job, answer)
            else:
                self.progress.deferred += 1
                self._fatal = self._fatal or PermanentDeliveryError(answer.words)

    async def _next(self) -> Job | None:
        async with self._taking:
            if not self._jobs:
                self._jobs = await self._clerk.take(200)
            return self._jobs.pop(0) if self._jobs else None

    async def _note(self, job: Job, answer: Answer) -> None:
        clerk, done = self._clerk, self.progress
        if answer.kind is Fate.TAKEN:
            await clerk.deliver(job, answer.words)
            done.delivered += 1
        elif answer.kind is Fate.OPEN:
            await clerk.doubt(job, answer.words)
            done.uncertain += 1
        elif answer.kind is Fate.REFUSED:
            # Words on the request, not on the address: who is dead comes by the webhooks.
            await clerk.fail(job, answer.words, spare(judge(None, answer.words)))
            done.failed += 1
        elif answer.kind is Fate.LIMITED:
            await clerk.defer(job, answer.words, "provider", _LIMITED)
            done.deferred += 1
        else:  # nobody has seen it
            await clerk.put_off(job, answer.words, 0.0)
            done.deferred += 1


def to_django(data: bytes, provider: str) -> EmailMultiAlternatives:
    """Return what the bytes of a message say, in the form that anymail takes."""
    read = message_from_bytes(data, policy=policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    headers = {name: str(value) for name, value in read.items() if name.lower() not in _OWN}
    message = EmailMultiAlternatives(
        subject=str(read["Subject"]),
        body=text.get_content() if text else "",
        from_email=str(read["From"]),
        to=[str(read["To"])],
        reply_to=[str(read["Reply-To"])] if read["Reply-To"] else None,
        headers=headers | _KEPT.get(provider, {}),
    )
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    # Comes back with every webhook, so that a bounce finds its delivery.
    vars(message)["metadata"] = {"message": str(read["Message-ID"])}
    vars(message)["track_opens"] = vars(message)["track_clicks"] = False
    return message


def _read_code(code: int | None) -> Fate:
    """Return what an HTTP status says of the message; None: there was no answer."""
    if code is None or code >= _BROKEN:
        return Fate.OPEN
    if code in _SHUT:
        return Fate.SHUT
    if code == _TOO_MANY:
        return Fate.LIMITED
    return Fate.REFUSED if code >= _REFUSED else Fate.OPEN


def _is_refused(error: Exception) -> bool:
    """Say whether no connection was made at all, so that nothing can have been taken."""
    cause: BaseException | None = error
    while cause is not None:
        reason = cause.args[0] if cause.args else None
        inner = getattr(reason, "reason", None)  # urllib3's, inside of requests'
        if {type(cause).__name__, type(inner).__name__} & _UNREACHED:
            return True
        cause = cause.__cause__
    return False


def _describe(status: Any) -> str:
    """Return what the provider says of the one recipient."""
    if status is None or not status.recipients:
        return ""
    one = next(iter(status.recipients.values()))
    return f"{one.status} {one.message_id or ''}".strip()
