"""What a provider reports by its webhooks, under the same rules as bounces that come by mail.

django-anymail checks the secret and reads each provider's form. What this module never does: trust
a report that came without the secret, or delete anybody.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.urls import path

from pipeline.deliver.replies import Kind, judge
from pipeline.store.bounces import add_bounce

if TYPE_CHECKING:
    from django.urls import URLPattern

    from pipeline.config import Settings

_GUESSES = {"5yz", "4yz"}  # rules that decide by no word of their own
_KINDS = {
    Kind.HARD: "hard", Kind.SOFT: "soft", Kind.BLOCK: "block", Kind.THROTTLE: "soft",
}  # fmt: skip
_REASONS = {"invalid": "hard", "bounced": "hard", "spam": "complaint", "unsubscribed": "complaint"}


def list_hooks(settings: Settings) -> list[URLPattern]:
    """Return the address that the provider of the settings reports to; [] when there is none."""
    name = settings.feeds.delivery.esp
    if not name or settings.esp_webhook_secret is None:
        return []
    try:
        from anymail import signals, urls  # noqa: PLC0415 - comes with the extra
    except ImportError:
        return []
    secret = settings.secret

    def hear(sender: object, event: Any, esp_name: str, **_: object) -> None:  # noqa: ARG001 - Django's form
        take_event(secret, event, esp_name, datetime.now(UTC))

    signals.tracking.connect(hear, weak=False, dispatch_uid="pipeline.sending.hooks")
    return [
        path(f"hooks/{one.pattern}", one.callback, name=one.name)
        for one in urls.urlpatterns
        if str(one.pattern) == f"{name}/tracking/"
    ]


def take_event(secret: bytes, event: Any, provider: str, now: datetime) -> str:
    """Act on one report; return ``new``, ``known``, ``stranger`` or ``ignored``."""
    words = " ".join(f"{event.mta_response or ''} {event.description or ''}".split())
    kind, rule = read_event(event.event_type, event.reject_reason, words)
    if not kind:
        return "ignored"
    seen = event.event_id or f"{event.message_id} {event.timestamp}"
    named = f"{provider}\0{event.event_type}\0{event.recipient}\0{seen}"
    return add_bounce(
        secret=secret,
        kind=kind,
        recipient=event.recipient or "",
        message_id=str((event.metadata or {}).get("message", "")),
        rule=rule,
        words=f"{provider}: {words or event.event_type}"[:600],
        digest=hashlib.sha256(named.encode("utf-8", "replace")).hexdigest(),
        at=now,
        trusted=True,  # by its secret
    )


def read_event(kind: str, reason: str | None, words: str) -> tuple[str, str]:
    """Return (what it says of the address, the rule); "" when it says nothing of it."""
    if kind in {"complained", "unsubscribed"}:
        return "complaint", f"provider-{kind}"
    if kind == "autoresponded":
        return "auto-reply", "provider-autoresponded"
    if kind not in {"bounced", "rejected", "failed"}:
        return "", ""
    verdict = judge(None, words)
    if kind == "bounced" and words and verdict.rule not in _GUESSES:
        return _KINDS[verdict.kind], verdict.rule
    if kind == "rejected":
        return _REASONS.get(reason or "", "block"), f"provider-{reason or 'rejected'}"
    return "soft", f"provider-{kind}"  # no word of ours in it: not enough to give somebody up
