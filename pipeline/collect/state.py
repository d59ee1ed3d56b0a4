"""What a source's last visit leaves for the next one, and what follows from it. Pure.

What this module never does: fetch, or change a source: what it learns stands beside feeds.yaml.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple, dataclass, fields, replace
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Self

from pipeline.collect.canonical import Claim
from pipeline.collect.freshness import LONGEST_FRESH
from pipeline.collect.robots import KnownRobots
from pipeline.errors import BusyError, StatusError

if TYPE_CHECKING:
    from pipeline.model import Source

REMEMBERED = 2000  # article addresses at the most

LISTING = ("kind", "list", "link", "next", "pages", "days", "max_items")
"""Keys of a source that decide which articles it lists."""

READING = ("title", "date", "body", "drop", "author", "origin", "encoding", "full_text")
"""Keys of a source that decide what is read of an article."""

_GONE, _MISSING = 410, 404
_MOVES = 3  # sightings after which a permanent redirect is believed
_MISSES = 4  # 404s in a row that mute a source
_SIZES = 12  # visits whose number of entries is remembered
_FEW = 3  # entries below which an empty list is no surprise
_LONGEST_WAIT = 7 * 86_400.0  # seconds; what a server asks for beyond that is not believed


@dataclass(frozen=True, slots=True)
class SourceState:
    """The memory of one source, a plain JSON object in the store."""

    for_url: str | None = None  # the configured address that all this is about
    for_list: str | None = None  # hash of what its entry said of the list; None: not remembered
    for_article: str | None = None  # likewise of an article
    url: str | None = None  # where it has moved for good; None: nowhere
    moved_to: str | None = None  # where the last visits were sent
    moved_times: int = 0
    muted: str | None = None  # why it is no longer asked; None: it is
    missing: int = 0  # 404s in a row
    not_before: str | None = None  # ISO 8601; None: any time
    etag: str | None = None  # of the feed or list; None: the server sent none
    last_modified: str | None = None
    failures: int = 0  # in a row
    last_error: str | None = None  # None: the last visit went well
    error_since: str | None = None  # when this very error was first met
    last_success: str | None = None  # ISO 8601; None: never
    robots: KnownRobots | None = None  # of the address's host; None: not read, or a server error
    sizes: tuple[int, ...] = ()  # entries listed at the latest visits, latest last
    urls_done: tuple[str, ...] = ()  # article pages already fetched, latest last
    claims: tuple[Claim, ...] = ()  # addresses that pages stated as their own, latest last

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        payload = asdict(self)
        return payload | {
            "urls_done": list(self.urls_done[-REMEMBERED:]),
            "sizes": list(self.sizes),
            "claims": [list(astuple(one)) for one in self.claims[-REMEMBERED:]],
        }

    @classmethod
    def from_json(cls, payload: dict[str, Any]) -> Self:
        """Return the state that `to_json` wrote; unknown keys of other versions are passed over."""
        names = {one.name for one in fields(cls)}
        values = {key: value for key, value in payload.items() if key in names}
        lists = {key: tuple(values.get(key, ())) for key in ("urls_done", "sizes")}
        robots = values.get("robots")
        claims = tuple(Claim(*one) for one in values.get("claims", ()))
        known = {"robots": KnownRobots(**robots) if robots else None, "claims": claims}
        return cls(**values | lists | known)

    def begin(self, source: Source) -> Self:
        """Return the state for a visit, as far as it still holds for the entry in feeds.yaml.

        Another address starts anew. Another way to read what stands there asks for all of it, at
        once unless the server asked to wait; articles are read again where it concerns them.
        """
        listing, reading = _hash(source, LISTING), _hash(source, READING)
        state = replace(self, for_url=source.url)
        if self.for_url not in {None, source.url}:  # None: written before this was remembered
            state = type(self)(for_url=source.url, urls_done=self.urls_done, claims=self.claims)
        elif (self.for_list, self.for_article) == (listing, reading):
            return state
        return replace(
            state,
            for_list=listing,
            for_article=reading,
            etag=None,
            last_modified=None,
            not_before=state.not_before if state.failures else None,
            urls_done=state.urls_done if self.for_article in {None, reading} else (),
        )

    def ask_for_all(self) -> Self:
        """Return the state for a visit that no 304 answers."""
        return replace(self, etag=None, last_modified=None)

    def why_not(self, now: datetime) -> tuple[str, str] | None:
        """Return (status, reason) when the source is not to be asked now; None when it is."""
        if self.muted:
            return "muted", f"{self.muted}; change its url in feeds.yaml, or collect it by name"
        if self.not_before:
            rest = (datetime.fromisoformat(self.not_before) - now).total_seconds()
            # A longer one than we ever agree to was written down by a clock that was ahead.
            if 0 < rest <= (_LONGEST_WAIT if self.failures else LONGEST_FRESH):
                return "skipped", f"not to be asked before {self.not_before[:16]}"
        return None

    def usual(self) -> int:
        """Return how many entries are usual; 0 when not enough visits are known."""
        return round(median(self.sizes)) if len(self.sizes) > 1 else 0

    def after_move(self, moved_to: str | None) -> Self:
        """Return the state after a visit that was (not) redirected for good."""
        if moved_to is None:
            return replace(self, moved_to=None, moved_times=0)
        times = self.moved_times + 1 if moved_to == self.moved_to else 1
        if times >= _MOVES:
            return replace(self, url=moved_to, moved_to=None, moved_times=0)
        return replace(self, moved_to=moved_to, moved_times=times)

    def after_success(self, listed: int, fresh: float, now: datetime) -> Self:
        """Return the state after a visit that went well and need not be repeated for a while."""
        sizes = (*self.sizes, listed)[-_SIZES:] if listed else self.sizes
        until = (now + timedelta(seconds=fresh)).isoformat() if fresh else None
        return replace(
            self,
            failures=0,
            missing=0,
            muted=None,
            last_error=None,
            error_since=None,
            last_success=now.isoformat(),
            sizes=sizes,
            not_before=until,
        )

    def after_failure(self, error: Exception, said: str, now: datetime) -> Self:
        """Return the state after a visit that failed, muted when the address is gone."""
        status = error.status if isinstance(error, StatusError) else 0
        missing = self.missing + 1 if status == _MISSING else 0
        muted = None
        if status == _GONE:
            muted = f"{self.url or self.for_url} is gone (410)"
        elif missing >= _MISSES:
            muted = f"{self.url or self.for_url} was not found {missing} times (404)"
        wait = min(error.after, _LONGEST_WAIT) if isinstance(error, BusyError) else 0.0
        return replace(
            self,
            failures=self.failures + 1,
            missing=missing,
            muted=muted,
            last_error=said,
            error_since=self.error_since if said == self.last_error else now.isoformat(),
            not_before=(now + timedelta(seconds=wait)).isoformat() if wait else None,
        )


def _hash(source: Source, keys: tuple[str, ...]) -> str:
    said = json.dumps([getattr(source, key) for key in keys], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_alarming(state: SourceState, listed: int) -> str | None:
    """Return a sentence when a source that lists a good deal lists nothing; else None."""
    usual = state.usual()
    return f"found 0 items where {usual} are usual" if not listed and usual >= _FEW else None
