"""Patterns that are compiled when they are first used.

The rules have some hundred long ones, which take a third of a second to compile; a command that
proofreads little, or nothing, does not wait for those it does not use. What this module never
does: know what is looked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _Lazy:
    """Stands for a pattern; takes over its methods as soon as one is asked for."""

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in ("finditer", "search", "match", "fullmatch", "findall", "sub", "pattern"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern, compiled at its first use; an error in it shows only then."""
    return cast("re.Pattern[str]", _Lazy(source, flags))


def tried(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield what ``finditer`` would, trying the pattern only at these places, which are in order."""
    reached = 0
    for start in starts:
        if start >= reached and (match := pattern.match(text, start)):
            reached = match.end()
            yield match
