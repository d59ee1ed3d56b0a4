"""How long each stage of a run takes, and a call whenever one begins.

What this module never does: know which stages there are.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(slots=True)
class Watch:
    """Seconds per stage, and a call whenever a stage or a step of it begins."""

    on_progress: Callable[[str, int, int], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; one that comes a second time adds up."""
        self.on_progress(name, 0, 0)
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = self.seconds.get(name, 0.0) + time.perf_counter() - began
            self.seconds[name] = round(spent, 3)
