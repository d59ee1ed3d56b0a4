"""Opening an issue to the world: archive, notice board, group robots.

Only when somebody has the issue. No failure of any of it stops the mail. What this module never
does: decide that an issue is published.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.sending import publishing
from pipeline.store import issues, issuing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings


class Opening:
    """One sender's part in it: the archive is written once, whoever asks first."""

    def __init__(self, settings: Settings, week: str, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._week = week
        self._say = say
        self._is_open = False

    def publish(self) -> bool:
        """Open the archive page and the feeds; say whether they are."""
        if not self._is_open:
            try:
                publishing.publish(self._settings, issues.list_published())
            except (PipelineError, OSError) as error:
                self._say(f"the archive was not written: {error}")
                return False
            self._is_open = True
        return True

    def tell_the_world(self) -> None:
        """Open the archive, print the issue for the notice boards and tell the group robots.

        Once, and also what a sender that was killed left undone. An archive that could not be
        written leaves all of it to the next sender.
        """
        if not issuing.is_to_announce(self._week) or not self.publish():
            return
        try:
            publishing.print_issue(self._settings, self._week)
            for line in publishing.announce(self._settings, issues.get_revision(self._week).issue):
                self._say(line)
        except (PipelineError, OSError) as error:
            self._say(f"the issue was not printed or announced: {error}")
        issuing.mark_announced(self._week, datetime.now(UTC))
