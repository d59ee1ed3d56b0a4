"""Opening an issue to the world: archive, notice board, group robots.

Only when somebody has the issue. No failure of any of it stops the mail; what failed is said, and
the editors of `delivery.report_to` hear of it. What this module never does: decide that an issue is
published, or tell a robot twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.sending import publishing, robots
from pipeline.sending.single import notify
from pipeline.store import issues, issuing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.config import Settings


_ASKED_AGAIN = timedelta(hours=1)  # since the first mail, robots none of which took it


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
        written leaves all of it to the next sender, and so do robots none of which took it, for an
        hour. Where some took it the others are not asked again, since nobody notes which did: an
        editor posts it there.
        """
        if not issuing.is_to_announce(self._week) or not self.publish():
            return
        failed = [*self._print(), *(mistakes := self._post())]
        for line in failed:
            self._say(line)
        now, urls = datetime.now(UTC), self._settings.robot_urls
        wrong = len(robots.check("ROBOT_URLS", urls))  # which no second try mends
        if (
            wrong < len(mistakes) == len(urls)
            and not issuing.is_published(self._week, now - _ASKED_AGAIN)
        ):  # fmt: skip
            return
        issuing.mark_announced(self._week, now)
        if failed:
            lines = [f"{self._week} 已经发出，但有几处没有办成，请人工补上：", "", *failed]
            subject = f"{self._week} 发布时有几处没有办成"
            notify(self._settings, f"announced.{self._week.lower()}", subject, lines, self._say)

    def _print(self) -> list[str]:
        """Print the issue unless it is; return what went wrong."""
        folder = self._settings.data_dir / "site" / "issues" / self._week
        if (folder / "issue.pdf").exists():
            return []
        try:
            publishing.print_issue(self._settings, self._week)
        except (PipelineError, OSError) as error:
            return [f"the issue was not printed: {error}"]
        return []

    def _post(self) -> list[str]:
        """Tell the robots; return what went wrong, a line for each that failed."""
        try:
            return publishing.announce(self._settings, issues.get_revision(self._week).issue)
        except PipelineError as error:
            return [f"the issue was not announced: {error}"] * len(self._settings.robot_urls)
