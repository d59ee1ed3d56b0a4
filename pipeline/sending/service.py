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
_PAUSE, _LIMITED = 300.0, 60.0  # seconds until a message put off is tried again
# 404: the sender's domain is not one of the account's, or the address of the API is wrong.
_SHUT, _TOO_MANY, _REFUSED, _BROKEN = (401, 403, 404), 429, 400, 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request."""

    kind: str  # "taken", "refused", "later", "open" (nobody knows) or "shut" (nothing will go)
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
                return Answer("later", self._clean(f"{self._name} cannot be reached"))
            return Answer(_read_code(code), self._clean(str(error)))
        except AnymailError as error:  # nothing went out: it cannot be said in the provider's form
            said = _describe(vars(message).get("anymail_status")) or str(error)
            return Answer("refused", self._clean(said))
        status: Any = vars(message)["anymail_status"]
        taken = set(status.status or ()) <= {"sent", "queued"}
        return Answer("taken" if taken else "refused", self._clean(_describe(status)))

    def _clean(self, words: str) -> str:
        """Return words in one line, without the key."""
        flat = " ".join(words.replace(self._secret, "…").split())
        return f"{self._name}: {flat}"[:1000]


class Courier:
    """Gives a clerk's jobs to a service, several at once."""

    def __init__(
        self, clerk: Clerk, service: Service, connections: int,
        on_progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        self._clerk = clerk
        self._service = service
        self._connections = connections
        self._tell = on_progress
        self._stopped = False
        self._shut = ""
        self._jobs: list[Job] = []
        self._busy: set[int] = set()
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
        if self._shut:
            kind = PermanentDeliveryError if "API" in self._shut else TransientDeliveryError
            raise kind(self._shut)

    async def _work(self) -> None:
        while not self._stopped and not self._shut and (job := await self._next()):
            data = await asyncio.to_thread(job.build)
            if await self._clerk.intend(job):
                await self._note(job, await asyncio.to_thread(self._service.post, data))
            self._busy.discard(job.id)
            self._tell(self.progress)

    async def _next(self) -> Job | None:
        async with self._taking:
            if not self._jobs:
                self._jobs = await self._clerk.take(200, set(self._busy))
                self._busy.update(one.id for one in self._jobs)
            return self._jobs.pop(0) if self._jobs else None

    async def _note(self, job: Job, answer: Answer) -> None:
        clerk, done = self._clerk, self.progress
        if answer.kind == "taken":
            await clerk.deliver(job, answer.words)
            done.delivered += 1
        elif answer.kind == "open":
            await clerk.doubt(job, answer.words)
            done.uncertain += 1
        elif answer.kind == "refused":
            # Words on the request, not on the address: who is dead comes by the webhooks.
            await clerk.fail(job, answer.words, spare(judge(None, answer.words)))
            done.failed += 1
        elif answer.kind == "shut":
            self._shut = self._shut or answer.words
            await clerk.put_off(job, answer.words, 0.0)
            done.deferred += 1
        else:
            wait = _LIMITED if "429" in answer.words else _PAUSE
            await clerk.defer(job, answer.words, "provider", wait)
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


def _read_code(code: int | None) -> str:
    """Return what an HTTP status says of the message; None: there was no answer."""
    if code is None or code >= _BROKEN:
        return "open"
    if code in _SHUT:
        return "shut"
    return "later" if code == _TOO_MANY else "refused" if code >= _REFUSED else "open"


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
