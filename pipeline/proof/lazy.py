"""Patterns that are compiled when they are first used.

The rules have some hundred long ones, which take a third of a second to compile; a command that
proofreads little, or nothing, does not wait for those it does not use. What this module never
does: match.
"""

from __future__ import annotations

import re
from typing import Any, cast


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
