"""What a source's last visit leaves for the next one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

REMEMBERED = 2000  # article addresses at the most


@dataclass(frozen=True, slots=True)
class SourceState:
    """The memory of one source, a plain JSON object in the store."""

    etag: str | None = None  # of the feed or list; None: the server sent none
    last_modified: str | None = None
    failures: int = 0  # in a row
    last_error: str | None = None  # None: the last visit went well
    last_success: str | None = None  # ISO 8601; None: never
    urls_done: tuple[str, ...] = ()  # article pages already fetched, latest last

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return asdict(self) | {"urls_done": list(self.urls_done[-REMEMBERED:])}

    @classmethod
    def from_json(cls, payload: dict[str, Any]) -> Self:
        """Return the state that `to_json` wrote; unknown keys of other versions are passed over."""
        known = {one.name for one in fields(cls)}
        values = {key: value for key, value in payload.items() if key in known}
        return cls(**values | {"urls_done": tuple(values.get("urls_done", ()))})
